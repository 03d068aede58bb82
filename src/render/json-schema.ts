/**
 * What the JSON answers promise, as zod schemas; the published JSON Schema is made from them and the tests hold every answer
 * against them. Never import this on the way to a report: zod alone costs as much as the rest of the start-up.
 */
import * as z from 'zod'

const tokenCount = z.int().nonnegative()
const usdAmount = z.number().optional().describe('USD at API prices; left out with --no-cost')
const time = z.iso.datetime({ precision: 3 })

const tokens = {
  inputTokens: tokenCount.describe('prompt tokens neither read from nor written to the cache'),
  outputTokens: tokenCount.describe('generated tokens, thinking included'),
  cacheCreationTokens: tokenCount,
  cacheReadTokens: tokenCount,
  totalTokens: tokenCount.describe('the four classes added up'),
  cacheCreation1hTokens: tokenCount.describe('part of cacheCreationTokens'),
  reasoningTokens: tokenCount.describe('part of outputTokens'),
}

const summary = {
  ...tokens,
  totalCost: usdAmount,
  entries: tokenCount.describe('billable model responses'),
  webSearchRequests: tokenCount,
  unpricedTokens: tokenCount.describe('tokens without a known price; in totalTokens, but not in totalCost'),
  partialOutputCount: tokenCount.describe('responses whose outputTokens are a lower bound'),
  estimatedOutputTokens: tokenCount.optional().describe('with --include-estimates; in no other number'),
  estimatedCost: usdAmount,
}

const models = {
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

const project = {
  project: z.string().optional().describe('the name people use'),
  projectPath: z.string().optional().describe('the path with a dash for every character but letters and digits'),
  projectRoot: z.string().optional().describe('the path, where it is known'),
}

const agentShare = z.strictObject({ agent: z.string(), ...summary, ...models })

const periodRow = {
  period: z.string(),
  agent: z.string().describe('all, or the agent the command was called for'),
  ...project,
  ...summary,
  ...models,
  metadata: z.strictObject({ agents: z.array(z.string()) }),
  agents: z.array(agentShare).optional().describe('with --by-agent'),
}

const dailyRow = z.strictObject({ date: z.iso.date(), ...periodRow })
const weeklyRow = z.strictObject({ week: z.iso.date(), ...periodRow })
const monthlyRow = z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/), ...periodRow })

const sessionRow = z.strictObject({
  sessionId: z.string().nullable(),
  period: z.string().nullable().describe('the same as sessionId'),
  agent: z.string(),
  title: z.string().optional(),
  ...project,
  branch: z.string().optional(),
  firstActivity: time.nullable(),
  lastActivity: time.nullable(),
  durationMs: z.number().nonnegative(),
  ...summary,
  ...models,
  subagents: z.strictObject({ count: tokenCount, ...summary }).describe('their part of this row'),
  unlogged: z.strictObject({ totalTokens: z.number(), totalCost: usdAmount }).optional(),
  metadata: z.strictObject({ lastActivity: time.nullable(), projectPath: z.string().optional() }),
})

const blockRow = z.strictObject({
  id: z.string().describe('startTime, for a gap after gap-'),
  agent: z.string(),
  startTime: time,
  endTime: time,
  actualEndTime: time.nullable(),
  isActive: z.boolean(),
  isGap: z.boolean(),
  entries: tokenCount,
  totalTokens: tokenCount,
  tokenCounts: z.strictObject({
    inputTokens: tokenCount,
    outputTokens: tokenCount,
    cacheCreationInputTokens: tokenCount,
    cacheReadInputTokens: tokenCount,
  }),
  costUSD: usdAmount,
  models: z.array(z.string()),
  unpricedTokens: tokenCount,
  partialOutputCount: tokenCount,
  burnRate: z
    .strictObject({ tokensPerMinute: z.number(), tokensPerMinuteForIndicator: z.number(), costPerHour: usdAmount })
    .nullable()
    .describe('active blocks only'),
  projection: z
    .strictObject({ totalTokens: z.number(), totalCost: usdAmount, remainingMinutes: z.number() })
    .nullable()
    .describe('active blocks only'),
  tokenLimitStatus: z
    .strictObject({
      limit: z.number(),
      projectedUsage: z.number(),
      percentUsed: z.number(),
      status: z.enum(['ok', 'warning', 'exceeds']),
    })
    .optional(),
})

const diagnostics = z.array(
  z.strictObject({
    code: z.string(),
    args: z.record(z.string(), z.union([z.string(), z.number()])),
    count: z.int().positive(),
    message: z.string(),
  }),
)

const tail = {
  totals: z.strictObject({ ...summary, unpricedModels: z.array(z.string()) }),
  diagnostics,
  schemaVersion: z.literal(1),
  timeZone: z.string(),
}

const byProject = <T extends z.ZodType>(row: T) =>
  z.record(z.string(), z.array(row)).optional().describe('with --instances: rows by projectPath')

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
  estimatedOutputTokens: tokenCount.optional().describe('where isPartial; in no other number'),
  estimatedCost: usdAmount,
  ...costParts,
})

const doctor = z.strictObject({
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
    }),
  ),
  diagnostics,
})

/** One schema per answer; `sessions` is `session` as `tokusage <agent> session` prints it. */
export const reportSchemas = {
  daily: z.strictObject({ daily: z.array(dailyRow), projects: byProject(dailyRow), ...tail }),
  weekly: z.strictObject({ weekly: z.array(weeklyRow), projects: byProject(weeklyRow), ...tail }),
  monthly: z.strictObject({ monthly: z.array(monthlyRow), projects: byProject(monthlyRow), ...tail }),
  session: z.strictObject({ session: z.array(sessionRow), ...tail }),
  sessions: z.strictObject({ sessions: z.array(sessionRow), ...tail }),
  blocks: z.strictObject({ blocks: z.array(blockRow), ...tail }),
  doctor,
  audit: z.strictObject({
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
  }),
  'session-detail': z.strictObject({
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
  }),
}

export type JsonKind = keyof typeof reportSchemas

/** The published JSON Schema. Readers must tolerate keys that a later version adds, so it does not forbid any. */
export const reportJsonSchema = (kind: JsonKind): object =>
  z.toJSONSchema(reportSchemas[kind], {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
