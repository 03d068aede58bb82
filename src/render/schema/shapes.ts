/** Shapes that several answers are made of. */
import * as z from 'zod'

export const tokenCount = z.int().nonnegative()
export const usdAmount = z.number().optional().describe('USD at API prices; left out with --no-cost')
export const time = z.iso.datetime({ precision: 3 })

export const tokens = {
  inputTokens: tokenCount.describe('prompt tokens neither read from nor written to the cache'),
  outputTokens: tokenCount.describe('generated tokens, thinking included'),
  cacheCreationTokens: tokenCount,
  cacheReadTokens: tokenCount,
  totalTokens: tokenCount.describe('the four classes added up'),
  cacheCreation1hTokens: tokenCount.describe('part of cacheCreationTokens'),
  reasoningTokens: tokenCount.describe('part of outputTokens'),
}

export const summary = {
  ...tokens,
  totalCost: usdAmount,
  entries: tokenCount.describe('billable model responses'),
  webSearchRequests: tokenCount,
  unpricedTokens: tokenCount.describe('tokens without a known price; in totalTokens, but not in totalCost'),
  partialOutputCount: tokenCount.describe('responses whose outputTokens are a lower bound'),
  inexactEntries: tokenCount.describe('responses of which a class of tokens is not exact in the log'),
  estimatedTokens: tokenCount.optional().describe('with --include-estimates; in no other number'),
  estimatedCost: usdAmount,
}

export const models = {
  modelsUsed: z.array(z.string()),
  modelBreakdowns: z.array(
    z.strictObject({
      modelName: z.string().nullable().describe('null where the log names no model'),
      ...tokens,
      cost: usdAmount,
      missingPricing: z.literal(true).optional(),
    }),
  ),
}

export const project = {
  project: z.string().optional().describe('the name people use'),
  projectPath: z.string().optional().describe('the path with a dash for every character but letters and digits'),
  projectRoot: z.string().optional().describe('the path, where it is known'),
}

export const diagnostics = z.array(
  z.strictObject({
    code: z.string(),
    args: z.record(z.string(), z.union([z.string(), z.number()])),
    count: z.int().positive(),
    message: z.string(),
  }),
)

export const tail = {
  totals: z.strictObject({ ...summary, unpricedModels: z.array(z.string()) }),
  profiles: z.array(z.string()).optional().describe('the accounts that are in it, where the config names any'),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
}
