/** daily, weekly, monthly, session and blocks. */
import * as z from 'zod'
import { models, project, summary, tail, time, tokenCount, usdAmount } from './shapes.ts'

const agentShare = z.strictObject({ agent: z.string(), ...summary, ...models })
const ofAgents = z.array(agentShare).optional().describe('with --by-agent')

const periodRow = {
  period: z.string(),
  agent: z.string().describe('all, or the agent the command was called for'),
  ...project,
  ...summary,
  ...models,
  metadata: z.strictObject({ agents: z.array(z.string()) }),
  agents: ofAgents,
}

const dailyRow = z.strictObject({ date: z.iso.date(), ...periodRow })
const weeklyRow = z.strictObject({ week: z.iso.date(), ...periodRow })
const monthlyRow = z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/), ...periodRow })

export const sessionRow = z.strictObject({
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
  agents: ofAgents,
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
  inexactEntries: tokenCount,
  burnRate: z
    .strictObject({ tokensPerMinute: z.number(), tokensPerMinuteForIndicator: z.number(), costPerHour: usdAmount })
    .nullable()
    .describe('active blocks only'),
  projection: z
    .strictObject({ totalTokens: z.number(), totalCost: usdAmount, remainingMinutes: z.number() })
    .nullable()
    .describe('active blocks only'),
  agents: ofAgents,
  tokenLimitStatus: z
    .strictObject({
      limit: z.number(),
      projectedUsage: z.number(),
      percentUsed: z.number(),
      status: z.enum(['ok', 'warning', 'exceeds']),
    })
    .optional(),
})

const byProject = <T extends z.ZodType>(row: T) =>
  z.record(z.string(), z.array(row)).optional().describe('with --instances: rows by projectPath')

export const daily = z.strictObject({ daily: z.array(dailyRow), projects: byProject(dailyRow), ...tail })
export const weekly = z.strictObject({ weekly: z.array(weeklyRow), projects: byProject(weeklyRow), ...tail })
export const monthly = z.strictObject({ monthly: z.array(monthlyRow), projects: byProject(monthlyRow), ...tail })
export const session = z.strictObject({ session: z.array(sessionRow), ...tail })
/** `session` as `tokusage <agent> session` prints it. */
export const sessions = z.strictObject({ sessions: z.array(sessionRow), ...tail })
export const blocks = z.strictObject({ blocks: z.array(blockRow), ...tail })
