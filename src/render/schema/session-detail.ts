/** One session, call by call. */
import * as z from 'zod'
import { sessionRow } from './reports.ts'
import { diagnostics, models, summary, time, tokenCount, tokens, usdAmount } from './shapes.ts'

const detailEntry = z.strictObject({
  timestamp: time.nullable(),
  ...tokens,
  model: z.string().nullable(),
  costUSD: usdAmount,
  basis: z.enum(['logged', 'calculated', 'missing']).optional(),
  contextTokens: tokenCount.describe('the prompt that this call carried'),
  subagent: z.string().nullable(),
  isPartial: z.boolean(),
})

const thread = z.strictObject({
  subagent: z.string().nullable().describe('null for the main thread'),
  type: z.string().optional(),
  description: z.string().optional(),
  ...summary,
  ...models,
})

const agentTotal = z.strictObject({
  models: z.array(z.strictObject({ modelName: z.string(), ...tokens, cost: usdAmount })),
  totalCost: usdAmount,
})

export const sessionDetail = z.strictObject({
  session: sessionRow,
  entries: z.array(detailEntry),
  sessionId: z.string().nullable(),
  totalCost: usdAmount,
  totalTokens: tokenCount,
  threads: z.array(thread),
  agentTotal: agentTotal.optional().describe('what the agent itself says the session used, side calls included'),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
})
