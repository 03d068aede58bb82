/** What is known of each agent: where it was looked for, what was found, how good its data are, and what they lack. */

import type { Diagnostic } from './diagnostic.ts'
import type { DataQuality } from './entry.ts'
import type { UsageSummary } from './summary.ts'

export const tokenClasses = ['input', 'output', 'cacheCreation', 'cacheRead'] as const
export type TokenClass = (typeof tokenClasses)[number]

/** How many responses have counts of each quality. */
export type QualityCounts = Readonly<Record<DataQuality, number>>

/** A folder that was looked into. */
export interface LookedAt {
  readonly path: string
  readonly isFound: boolean
  /** The environment variable that named it. */
  readonly variable?: string | undefined
  /** The account whose root it is. */
  readonly profile?: string | undefined
}

/** An agent's usage, as reports count it. */
export interface AgentUsage {
  readonly sessions: number
  readonly summary: UsageSummary
  readonly quality: Readonly<Record<TokenClass, QualityCounts>>
}

export interface AgentFacts extends AgentUsage {
  readonly id: string
  readonly name: string
  readonly looked: readonly LookedAt[]
  /** The variable that points elsewhere. */
  readonly variable: string
  /** Logs that are there. */
  readonly files: number
  /** Hours of its billing window. */
  readonly blockHours: number | undefined
  /** What its logs never hold, or hold only when something is switched on. */
  readonly gaps: readonly string[]
}

export interface AgentsReport {
  /** By name of the agent. */
  readonly agents: readonly AgentFacts[]
  readonly diagnostics: readonly Diagnostic[]
  /** The zone of the days. */
  readonly timeZone: string
}
