/** An audit: how one number was formed. */
import * as z from 'zod'
import { tail, time, tokenCount, tokens, usdAmount } from './shapes.ts'

const costPart = z.strictObject({
  kind: z.enum(['input', 'output', 'reasoning', 'cacheCreation', 'longCache', 'cacheRead', 'webSearch']),
  units: z.number().describe('tokens or searches; cacheCreation is without longCache, output without reasoning'),
  usdPerUnit: z.number(),
  usd: z.number(),
  listed: z.boolean().describe('false where the price row has no such price and a rule stands in'),
})

const costParts = {
  costUSD: z.number().describe('parts added up, times the factors, plus the extras'),
  basis: z.enum(['logged', 'calculated', 'missing']),
  parts: z.array(costPart),
  factors: z.array(z.strictObject({ kind: z.enum(['fast', 'us']), factor: z.number() })),
  extras: z.array(costPart).describe('what no factor applies to'),
  price: z
    .strictObject({
      name: z.string().describe('the row of the price table'),
      origin: z.enum(['table', 'refreshed', 'dated', 'override']),
      source: z.string().nullable(),
      date: z.string().nullable().describe('when it was published, or checked by hand'),
      from: time.nullable(),
      to: time.nullable(),
      offPeak: z.boolean(),
    })
    .nullable()
    .describe('null where no price row was needed, or none is known'),
  promptAbove: tokenCount.nullable().describe('the long-context tier reached'),
  service: z.strictObject({ name: z.string(), priced: z.boolean() }).nullable(),
}

const auditFacts = z.strictObject({
  what: z.string().describe('the day, or the id of the session'),
  kind: z.enum(['day', 'session']),
  from: time.nullable().describe('the start of the day, or the first response of the session'),
  to: time.nullable().describe('the start of the next day, or the last response of the session'),
  agent: z.string().optional().describe('of a session'),
  title: z.string().optional(),
  responses: tokenCount,
  listed: tokenCount.describe('how many of them are in entries; fewer with --limit'),
  logs: z
    .strictObject({
      files: tokenCount,
      lines: tokenCount,
      responses: tokenCount,
      duplicates: z.strictObject({ blocks: tokenCount, copies: tokenCount, sidechains: tokenCount }),
      inherited: tokenCount.describe("copies of other sessions' responses in the audited one"),
    })
    .describe('of all logs, because lines are merged before a day or session is chosen'),
})

const auditEntry = z.strictObject({
  timestamp: time.nullable(),
  agent: z.string(),
  model: z.string().nullable(),
  sessionId: z.string().nullable(),
  messageId: z.string().nullable(),
  requestId: z.string().nullable(),
  subagent: z.string().nullable(),
  ...tokens,
  webSearchRequests: tokenCount,
  isPartial: z.boolean(),
  estimatedTokens: tokenCount.optional().describe('what the log left out, from sizes; in no other number'),
  estimatedCost: usdAmount,
  ...costParts,
})

export const auditAnswer = z.strictObject({
  audit: auditFacts,
  entries: z.array(auditEntry),
  groups: z
    .array(z.strictObject({ model: z.string().nullable(), entries: tokenCount, ...tokens, ...costParts }))
    .describe('all responses, also those beyond --limit, by model and rates'),
  check: z.strictObject({
    groupsCost: z.number(),
    entriesCost: z.number().describe('the same as totals.totalCost'),
    differencePicodollars: z.number(),
  }),
  ...tail,
})
