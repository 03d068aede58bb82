/** history, what it forgets, and paths. */
import * as z from 'zod'
import { diagnostics, time, tokenCount, usdAmount } from './shapes.ts'

const part = {
  sessions: tokenCount,
  entries: tokenCount.describe('model responses'),
  firstActivity: time.nullable(),
  lastActivity: time.nullable(),
  totalTokens: tokenCount,
  totalCost: usdAmount,
  unpricedTokens: tokenCount,
}

const row = {
  logs: tokenCount.describe('that are there'),
  goneLogs: tokenCount.describe('that were read before and are there no more'),
  ...part,
  historyOnly: z.strictObject(part).describe('the part of it that no log holds any more'),
}

const agent = { agent: z.string(), name: z.string() }

const tail = { diagnostics, schemaVersion: z.literal(1), timeZone: z.string() }

export const history = z.strictObject({
  history: z.array(z.strictObject({ ...agent, ...row })),
  totals: z.strictObject(row),
  index: z.strictObject({
    path: z.string(),
    bytes: tokenCount,
    damagedFiles: tokenCount.describe('files that were put aside'),
    on: z.boolean().describe('false with --no-index'),
  }),
  ...tail,
})

export const historyForget = z.strictObject({
  forget: z.array(z.strictObject({ ...agent, ...part })),
  totals: z.strictObject(part),
  logs: tokenCount.describe('deleted logs of which nothing is left'),
  forgotten: z.boolean().describe('false where there was nothing, or the answer was no'),
  ...tail,
})

export const paths = z.strictObject({
  paths: z.array(
    z.strictObject({
      kind: z.enum(['logs', 'settings', 'config', 'prices', 'price-cache', 'index', 'code', 'data']),
      path: z.string(),
      found: z.boolean(),
      written: z.boolean(),
      agent: z.string().optional(),
      variable: z.string().optional().describe('the environment variable that named it'),
      inUse: z.boolean().optional().describe('of config files: the one that counts'),
    }),
  ),
  variables: z.array(z.strictObject({ name: z.string(), for: z.string() })),
  diagnostics,
  schemaVersion: z.literal(1),
})
