/** limits and limits --why. */
import * as z from 'zod'
import { diagnostics, time, tokenCount, usdAmount } from './shapes.ts'

const percent = z.number().describe('0 to 100, sometimes more')
const points = z.number().describe('points of the window: 100 are all of it')

const local = {
  entries: tokenCount.describe('model responses in local logs'),
  totalTokens: tokenCount,
  totalCost: usdAmount,
  unpricedTokens: tokenCount,
}

/** Null where it is not known when the window began. */
const windowLocal = {
  entries: local.entries.nullable(),
  totalTokens: tokenCount.nullable(),
  totalCost: z.number().nullable().optional().describe('USD at API prices; left out with --no-cost'),
  unpricedTokens: tokenCount.nullable(),
}

const certainty = z
  .enum(['by-usual-price', 'at-least'])
  .describe('by-usual-price: what a point usually takes is held against every rise; at-least: too few rises are known')

const account = { agent: z.string(), profile: z.string().nullable() }

const projection = z.strictObject({
  unit: z.enum(['points', 'tokens']),
  p10: z.number().nonnegative(),
  p50: z.number().nonnegative(),
  p90: z.number().nonnegative(),
  windows: tokenCount.describe('past windows it rests on'),
  basis: z.enum(['past-windows', 'past-windows-of-logs', 'recent-rate']),
  fullFrom: time.nullable().describe('when the limit is expected to be reached; null where it is not'),
  fullUntil: time.nullable(),
})

const window = z.strictObject({
  ...account,
  basis: z.enum(['server', 'estimated']).describe('estimated: cut from local logs'),
  limit: z.string().nullable().describe("the agent's own name, where it has several"),
  plan: z.string().nullable(),
  windowMinutes: z.number().positive().nullable().describe('null for a limit on spending'),
  startsAt: time.nullable(),
  resetsAt: time.nullable(),
  isReset: z.boolean().describe('the reset has passed, and nothing was read since'),
  usedPercent: percent.nullable().describe('null where it is unknown'),
  elapsedPercent: percent.nullable(),
  pacePoints: z.number().nullable().describe('used less elapsed'),
  readAt: time.nullable().describe('since when the server says readPercent: the first reading of it'),
  readPercent: percent.nullable(),
  unexplainedPoints: points.nullable().describe('that local responses do not account for; null where unknown'),
  unexplainedIs: certainty.nullable(),
  tokenLimit: z.number().positive().nullable(),
  tokenLimitBasis: z.enum(['given', 'own-highest']).nullable(),
  ...windowLocal,
  projection: projection.nullable().describe("use at the window's end"),
})

const sliding = z.strictObject({
  ...account,
  minutes: z.number().positive(),
  totalTokens: tokenCount.describe('of the last minutes, as they slide'),
  nextAt: time.nullable().describe('when the next ten minutes of it have left'),
  nextTokens: tokenCount,
})

const use = z.strictObject({
  ...account,
  limit: z.string().nullable(),
  windowMinutes: z.number().positive(),
  startsAt: time.nullable(),
  resetsAt: time.nullable(),
  readAt: time.nullable().describe('since when the server says what it said last'),
  readings: tokenCount,
  sharedBy: z.enum(['cost', 'tokens']),
  points: points.describe('sessions and unexplained added up'),
  unexplainedPoints: points,
  unexplainedIs: certainty,
  local: z.strictObject(local).describe('of the window so far: sessions and sinceLastRise added up'),
  sinceLastRise: z.strictObject(local).describe('of which no point is known yet'),
  sessions: z.array(
    z.strictObject({
      sessionId: z.string().nullable(),
      title: z.string().optional(),
      project: z.string().nullable(),
      firstActivity: time.nullable(),
      lastActivity: time.nullable(),
      points,
      ...local,
    }),
  ),
  turns: z.array(
    z.strictObject({
      sessionId: z.string().nullable(),
      startedAt: time.nullable(),
      title: z.string().optional(),
      points,
      ...local,
    }),
  ),
})

export const limits = z.strictObject({
  limits: z.array(window),
  sliding: z.array(sliding),
  why: z.array(use).optional().describe('with --why'),
  now: time.nullable(),
  ignoredFilters: z.array(z.string()).describe('flags that were given and do not apply'),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
})
