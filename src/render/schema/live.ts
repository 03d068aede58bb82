/** live --json. */
import * as z from 'zod'
import { diagnostics, time, tokenCount, tokens, usdAmount } from './shapes.ts'

const sum = {
  calls: tokenCount.describe('billable model responses'),
  totalTokens: tokenCount,
  totalCost: usdAmount,
  unpricedTokens: tokenCount.describe('tokens without a known price; in totalTokens, but not in totalCost'),
}

const rate = z.number().min(0).max(1).nullable().describe('cache reads of all prompt tokens; null without any')
const name = z.string().nullable()

const range = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() }).nullable()

const window = z.strictObject({
  agent: z.string(),
  profile: name.describe('the account, where the config names it'),
  limit: name.describe('what the server calls the limit'),
  windowMinutes: z.number().positive(),
  startsAt: time,
  resetsAt: time,
  isEstimated: z.boolean().describe('cut from local logs, not told by the server'),
  ...sum,
  usedPercent: z
    .number()
    .nullable()
    .describe('0 to 100, sometimes more; null where there is nothing to hold it against'),
  basis: z.enum(['server', 'given', 'own-highest']).nullable().describe('what usedPercent refers to'),
  readAt: time.nullable().describe('when the server said so'),
  tokenLimit: z.number().positive().nullable(),
  projection: range.describe("tokens at the window's end"),
  expectedPercent: range.describe('percent at its end, where the server counts'),
  isGuess: z.boolean().describe('too few past windows are known: both are a guess from the recent rate'),
  fullFrom: time.nullable().describe('when the limit is expected to be reached; null where it is not'),
  fullUntil: time.nullable(),
})

const session = z.strictObject({
  agent: z.string(),
  sessionId: name,
  title: name,
  project: name,
  branch: name,
  model: name.describe('of its last response on the main thread'),
  ...sum,
  firstActivity: time,
  lastActivity: time,
  isActive: z.boolean().describe('a response in the last five minutes'),
  contextTokens: tokenCount.describe('prompt tokens of its last response on the main thread'),
  contextLimit: z.number().positive().nullable(),
  cacheHitRate: rate,
  tokensPerMinute: z
    .number()
    .nonnegative()
    .describe('over the last five minutes, or since its first response where that is later; at least a minute'),
  costPerHour: usdAmount,
  errors: tokenCount,
  retries: tokenCount,
})

const call = z.strictObject({
  at: time,
  agent: z.string(),
  sessionId: name,
  model: name,
  ...tokens,
  cost: usdAmount,
  missingPricing: z.literal(true).optional(),
  isSidechain: z.boolean(),
  tools: z.array(z.string()),
})

export const live = z.strictObject({
  live: z.strictObject({
    at: time,
    today: z.strictObject(sum),
    windows: z.array(window).describe('those that run now'),
    sessions: z.array(session).describe('with a response in the last five hours, the latest first'),
    calls: z.array(call).describe('the last hundred of the last five hours, the latest first'),
    models: z.array(z.strictObject({ modelName: name, ...sum })).describe('of the running windows, the dearest first'),
    minutes: z.array(z.strictObject(sum)).length(60).describe('the oldest first, the running one last'),
    lastMinute: z
      .strictObject({
        ...sum,
        requestLimit: z.number().nullable().describe('--rpm'),
        tokenLimit: z.number().nullable().describe('--tpm'),
      })
      .describe('of whole accounts, as windows are'),
    ignoredFilters: z
      .array(z.string())
      .describe('flags that were given and do not apply to windows and the last minute'),
    burnRate: z.strictObject({
      tokensPerMinute: z.number().nonnegative(),
      costPerHour: usdAmount,
      minutes: z.number().min(5).describe('since the first response of the last hour, at least five'),
    }),
    cacheHitRate: rate.describe('over the last hour'),
    errors: tokenCount.describe('over the last hour'),
    retries: tokenCount,
    sources: tokenCount.describe('logs that are followed'),
  }),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
})
