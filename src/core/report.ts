/** What a command answers, before it is drawn. Every surface draws these and computes nothing. */

import type { Cost } from './cost.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { SessionTotal, UsageEntry } from './entry.ts'
import type { UsageSummary } from './summary.ts'

export type PeriodKind = 'daily' | 'weekly' | 'monthly'
export type ReportKind = PeriodKind | 'session' | 'blocks'

/** The share of one model in a row. `model` undefined: the log names none. */
export interface ModelShare {
  readonly model: string | undefined
  readonly summary: UsageSummary
}

export interface AgentShare {
  readonly agent: string
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
}

/** A project as reports name it. */
export interface ProjectRef {
  /** Path of the repository, or the agent's name for the folder where no path is known. */
  readonly path: string
  /** The short name a person would use (config may rename it). */
  readonly name: string
}

export interface PeriodRow {
  /** `YYYY-MM-DD` for a day, the first day of a week, `YYYY-MM` for a month. */
  readonly period: string
  /** Set when rows are split by project (`--instances`). */
  readonly project: ProjectRef | undefined
  readonly summary: UsageSummary
  /** By cost, dearest first. */
  readonly models: readonly ModelShare[]
  /** In alphabetical order. */
  readonly agents: readonly AgentShare[]
}

interface ReportBase {
  readonly totals: UsageSummary
  /** The models of all rows, dearest first. */
  readonly models: readonly ModelShare[]
  readonly agents: readonly string[]
  /** The accounts that the config names and whose usage is in it, `default` for the unnamed one; undefined where it names none. */
  readonly profiles?: readonly string[] | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

export interface PeriodReport extends ReportBase {
  readonly kind: PeriodKind
  readonly rows: readonly PeriodRow[]
  readonly byProject: boolean
}

export interface SessionRow {
  readonly agent: string
  /** Undefined where the log does not say. */
  readonly session: string | undefined
  readonly title: string | undefined
  readonly project: ProjectRef | undefined
  readonly branch: string | undefined
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
  /** What of `summary` the session's sub-agents used, and how many there were. */
  readonly subagents: UsageSummary
  readonly subagentCount: number
  /** What the agent says it used beyond the transcript (side calls); not in `summary`. */
  readonly unlogged: UnloggedUsage | undefined
}

export interface UnloggedUsage {
  readonly tokens: number
  readonly usd: number
}

export interface SessionReport extends ReportBase {
  readonly kind: 'session'
  readonly rows: readonly SessionRow[]
}

/** One call of a session in detail. */
export interface SessionCall {
  readonly entry: UsageEntry
  readonly cost: Cost
  /** Prompt tokens: the context that this call carried. */
  readonly context: number
}

/** A session's main thread or one of its sub-agents. */
export interface ThreadShare {
  readonly subagent: string | undefined
  /** The kind of sub-agent (`Explore`) and what it was asked, where the log says. */
  readonly type: string | undefined
  readonly description: string | undefined
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
}

export interface SessionDetail {
  readonly kind: 'session-detail'
  readonly row: SessionRow
  readonly calls: readonly SessionCall[]
  readonly threads: readonly ThreadShare[]
  readonly total: SessionTotal | undefined
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

export interface BurnRate {
  readonly tokensPerMinute: number
  /** Input and output only, the figure behind ccusage's burn labels. */
  readonly tokensPerMinuteForIndicator: number
  readonly usdPerHour: number
}

export interface Projection {
  readonly totalTokens: number
  readonly totalUsd: number
  readonly remainingMinutes: number
}

export interface TokenLimitStatus {
  readonly limit: number
  readonly projectedUsage: number
  readonly percentUsed: number
  readonly status: 'ok' | 'warning' | 'exceeds'
}

/** A billing window of an agent, or the gap between two. */
export interface SessionBlock {
  readonly agent: string
  readonly isGap: boolean
  /** Epoch ms. */
  readonly startAt: number
  readonly endAt: number
  /** The last entry inside; undefined for a gap. */
  readonly lastAt: number | undefined
  readonly isActive: boolean
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
  /** Active blocks only. */
  readonly burnRate: BurnRate | undefined
  readonly projection: Projection | undefined
  readonly limit: TokenLimitStatus | undefined
}

export interface BlocksReport extends ReportBase {
  readonly kind: 'blocks'
  readonly rows: readonly SessionBlock[]
  /** Epoch ms; what `isActive` and the projections refer to. */
  readonly now: number
  readonly blockHours: number
  /** The limit in tokens that percentages refer to, given or the highest finished block. */
  readonly tokenLimit: number | undefined
}

export type Report = PeriodReport | SessionReport | BlocksReport
