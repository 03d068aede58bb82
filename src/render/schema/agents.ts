/** agents: what was found of each, and how good it is. */
import * as z from 'zod'
import { diagnostics, time, tokenCount, tokens, usdAmount } from './shapes.ts'

const counts = z
  .strictObject({ measured: tokenCount, partial: tokenCount, estimated: tokenCount, none: tokenCount })
  .describe('responses whose counts of this class are as billed, a lower bound, from sizes, or not in the log')

const agent = z.strictObject({
  agent: z.string(),
  name: z.string(),
  found: z.boolean(),
  files: tokenCount.describe('logs that are there'),
  variable: z.string().describe('the environment variable that points elsewhere'),
  blockHours: z.number().nullable().describe('hours of its billing window; null where it has none'),
  looked: z.array(
    z.strictObject({
      path: z.string(),
      found: z.boolean(),
      variable: z.string().optional().describe('the environment variable that named it'),
      profile: z.string().optional().describe('the account of the config that named it'),
    }),
  ),
  sessions: tokenCount,
  entries: tokenCount.describe('billable model responses'),
  firstActivity: time.nullable(),
  lastActivity: time.nullable(),
  ...tokens,
  totalCost: usdAmount,
  unpricedTokens: tokenCount,
  partialOutputCount: tokenCount,
  inexactEntries: tokenCount,
  estimatedTokens: tokenCount.describe('what the logs left out, from sizes; in no other number'),
  estimatedCost: usdAmount,
  quality: z.strictObject({ input: counts, output: counts, cacheCreation: counts, cacheRead: counts }),
  gaps: z.array(z.string()).describe('what its logs never hold, or only when something is switched on'),
})

export const agentsAnswer = z.strictObject({
  agents: z.array(agent),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
})
