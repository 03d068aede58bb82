/** guard --json. */
import * as z from 'zod'
import { diagnostics, time, tokenCount } from './shapes.ts'

const verdict = z.object({
  limit: z.enum(['session', 'day', 'window', 'range']),
  unit: z.enum(['usd', 'percent']),
  used: z.number().nullable().describe('null where it is not known'),
  allowed: z.number().positive(),
  percent: z.number().nullable().describe('used of allowed'),
  threshold: z.union([z.literal(60), z.literal(80), z.literal(95), z.literal(100)]).nullable(),
  reached: z.boolean(),
  unpricedTokens: tokenCount,
  sessionId: z.string().optional().describe('the dearest session of the range'),
  agent: z.string().nullable().optional(),
  minutes: z.number().nullable().optional().describe('length of the window'),
  resetsAt: time.nullable().optional(),
})

export const guard = z.object({
  guard: z.array(verdict),
  reached: z.boolean().describe('whether any limit is'),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
})
