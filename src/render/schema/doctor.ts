/** doctor: what was read, and what looked odd. */
import * as z from 'zod'
import { diagnostics, time, tokenCount, usdAmount } from './shapes.ts'

export const doctor = z.strictObject({
  schemaVersion: z.literal(1),
  timeZone: z.string(),
  agents: z.array(
    z.strictObject({
      agent: z.string(),
      name: z.string(),
      files: tokenCount,
      roots: z.array(
        z.strictObject({
          path: z.string(),
          found: z.boolean(),
          variable: z.string().optional().describe('the environment variable that names it'),
        }),
      ),
    }),
  ),
  files: tokenCount,
  lines: tokenCount,
  bytes: tokenCount,
  responses: tokenCount,
  duplicates: z
    .strictObject({ blocks: tokenCount, copies: tokenCount, sidechains: tokenCount })
    .describe('further lines of a response in its session, copies in other sessions, replays of sub-agents'),
  firstActivity: time.nullable(),
  lastActivity: time.nullable(),
  totalTokens: tokenCount,
  totalCost: usdAmount,
  unpricedTokens: tokenCount,
  partialOutputCount: tokenCount,
  inexactEntries: tokenCount,
  notInTranscript: z
    .strictObject({ sessions: tokenCount, tokens: z.number(), cost: usdAmount })
    .describe('what agents say they used beyond their transcripts; in no other number'),
  prices: z.strictObject({
    source: z.string(),
    date: z.string().describe('when the table was published'),
    rows: tokenCount,
    cachePath: z.string(),
    refreshedAt: time.nullable().describe('null where the table of the package is used'),
  }),
  config: z.string().nullable().describe('the path of the config file'),
  retention: z.array(
    z.strictObject({
      agent: z.string(),
      days: z.number().describe('after which the agent deletes its logs'),
      default: z.boolean().describe('the days are the default of the agent'),
      path: z.string().describe('where the setting is, or would be'),
      setting: z.string(),
      deletesFrom: time.nullable().describe('when the oldest log is due'),
      soon: z.boolean(),
      inHistory: z.boolean().describe('whether the history has what the logs say'),
      reason: z.string().nullable().describe("why it has not: off, or the system's short name of an error"),
      unreadLogs: tokenCount.describe('logs that could not be read'),
    }),
  ),
  diagnostics,
})
