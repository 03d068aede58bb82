/** why, why --compare, session --receipt and advise. */
import * as z from 'zod'
import { findingCodes } from '../../core/finding.ts'
import { groupings } from '../../core/grouping.ts'
import { effectKinds } from '../../core/why.ts'
import { diagnostics, tail, time, tokenCount } from './shapes.ts'

const usd = z.number().describe('USD at API prices')

const costs = {
  totalCost: usd.describe('the other five added up'),
  enter: usd.describe('new context, in the call that first carried it'),
  carry: usd.describe('context sent again, at the price of a cache read'),
  rewrite: usd.describe('what sending it again cost above that price'),
  output: usd,
  extras: usd.describe('web searches, costs of responses without tokens'),
}

const row = {
  key: z.string().nullable().describe('null for what has no such thing'),
  name: z.string().optional().describe('what a person calls it'),
  ...costs,
  tokens: tokenCount.describe('billed, over all calls'),
}

const plainRow = z.strictObject(row)
const whyRow = z.strictObject({ ...row, rows: z.array(plainRow).optional().describe('by the second grouping') })

const item = {
  kind: z.string(),
  tool: z.string().nullable(),
  target: z.string().nullable(),
  title: z.string().optional(),
  section: z.string().optional(),
  isError: z.boolean(),
  activity: z.string(),
  ...costs,
  tokens: tokenCount,
  enteredAt: time.nullable(),
  carriedCalls: tokenCount.describe('calls that sent it again'),
  sessionId: z.string().nullable(),
  project: z.string().nullable(),
}

const part = z.strictObject({ key: z.string(), totalCost: usd })
const misses = z
  .array(z.strictObject({ reason: z.string(), calls: tokenCount, totalCost: usd }))
  .describe('what was sent again and not read from the cache, above the price of a read')
const day = z.iso.date().nullable()
const end = { diagnostics, schemaVersion: z.literal(1), timeZone: z.string() }

export const why = z.strictObject({
  why: z.array(whyRow),
  by: z.array(z.enum(groupings)),
  since: day,
  until: day,
  causes: z.array(plainRow),
  items: z.array(z.strictObject(item)).describe('the most expensive; empty with --by'),
  sessions: z
    .array(
      z.strictObject({
        sessionId: z.string().nullable(),
        title: z.string().optional(),
        agent: z.string(),
        project: z.string().nullable(),
        totalCost: usd,
        calls: tokenCount,
        peakContextTokens: tokenCount,
        activity: part,
        cause: part,
      }),
    )
    .describe('the most expensive; empty with --by'),
  misses,
  context: z.strictObject({ calls: tokenCount, promptTokens: tokenCount, baseTokens: tokenCount, baseCost: usd }),
  basis: z
    .strictObject({ exact: usd, inferred: usd, none: usd })
    .describe('cost of threads whose log holds the requests, shows what was in them, shows nothing'),
  ...tail,
})

const call = z.strictObject({
  timestamp: time.nullable(),
  model: z.string().nullable(),
  contextTokens: tokenCount,
  totalCost: usd,
  missReason: z.string().optional(),
})

const billItem = z.strictObject({
  ...item,
  spawned: z.strictObject({ subagent: z.string().nullable(), totalCost: usd }).optional(),
})

/** Turns hold threads that hold turns. */
const laterThread: z.ZodType = z.lazy(() => thread)

const turn = z.strictObject({
  turn: z.int().positive(),
  title: z.string().optional(),
  startedAt: time.nullable(),
  ...costs,
  calls: z.array(call),
  subagents: z.array(laterThread).describe('threads that its calls started'),
  items: z.array(billItem).optional().describe('of the turn asked for with --turn'),
})

const thread = z.strictObject({
  subagent: z.string().nullable(),
  type: z.string().optional(),
  basis: z.enum(['exact', 'inferred', 'none']),
  ...costs,
  turns: z.array(turn),
})

export const bill = z.strictObject({
  receipt: z.strictObject({
    sessionId: z.string().nullable(),
    agent: z.string(),
    title: z.string().optional(),
    project: z.string().nullable(),
    branch: z.string().nullable(),
    ...costs,
  }),
  threads: z.array(thread).describe('the main thread, then what nothing ties to a call of it'),
  misses,
  ...tail,
})

const side = z.strictObject({
  since: day,
  until: day,
  name: z.string().optional(),
  totalCost: usd,
  calls: tokenCount,
  promptTokens: tokenCount,
  outputTokens: tokenCount,
  cacheReadTokens: tokenCount,
})

export const compare = z.strictObject({
  compare: z.array(
    z.strictObject({
      key: z.string().nullable(),
      name: z.string().optional(),
      before: usd,
      after: usd,
      difference: z.number(),
    }),
  ),
  of: z.enum(['range', 'version', 'model']),
  by: z.enum(groupings),
  before: side,
  after: side,
  difference: z.number(),
  effects: z
    .array(z.strictObject({ kind: z.enum(effectKinds), cost: z.number() }))
    .describe('they add up to the difference'),
  ...end,
})

export const advise = z.strictObject({
  advise: z.array(
    z.strictObject({
      id: z.string().describe('the same in every run'),
      code: z.enum(findingCodes),
      args: z.record(z.string(), z.union([z.string(), z.number()])),
      totalCost: usd.describe('what the items in question cost'),
      saving: z.strictObject({ low: usd, high: usd }),
      assumption: z.string(),
      evidence: z.array(
        z.strictObject({
          sessionId: z.string().nullable(),
          project: z.string().nullable(),
          timestamp: time.nullable(),
          item: z.string().optional(),
          count: tokenCount,
          totalCost: usd,
        }),
      ),
      message: z.string(),
      remedy: z.string(),
      assumptionText: z.string(),
      verify: z.string().describe('a command that shows it'),
      trend: z
        .strictObject({ since: z.iso.date(), before: z.number(), now: z.number() })
        .nullable()
        .describe('USD a week'),
    }),
  ),
  since: day,
  until: day,
  totalCost: usd,
  calls: tokenCount,
  threshold: z.number(),
  omitted: tokenCount,
  ...end,
})
