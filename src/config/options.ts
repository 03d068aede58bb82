/** What the user asked for, after flags, environment and config file were merged: one frozen value, the same for every surface. */
import type { CostMode } from '../core/cost.ts'
import type { Grouping } from '../core/grouping.ts'
import type { PriceOverride } from '../core/pricing.ts'
import type { StatusView } from '../core/status.ts'

export type OutputFormat = 'table' | 'json' | 'csv' | 'md'

export interface Options {
  /** First and last local day that counts, `YYYY-MM-DD`, both inclusive. */
  readonly since: string | undefined
  readonly until: string | undefined
  readonly format: OutputFormat
  /** An external jq filter for the JSON output. */
  readonly jq: string | undefined
  readonly mode: CostMode
  /** Undefined: the report's own default. */
  readonly order: 'asc' | 'desc' | undefined
  readonly sort: 'cost' | 'tokens' | 'date' | undefined
  /** The most rows to show. */
  readonly limit: number | undefined
  readonly breakdown: boolean
  /** Rows split by project. */
  readonly instances: boolean
  readonly byAgent: boolean
  /** Further reports to print beside the one asked for (`--sections daily,monthly`). */
  readonly sections: readonly ('daily' | 'weekly' | 'monthly' | 'session')[]
  /** Of `why`: none, one or two groupings. */
  readonly by: readonly Grouping[]
  /** What `why` is held against: `before`, or a range, versions, models as they were typed. */
  readonly compare: string | undefined
  /** One session as an itemised bill. */
  readonly receipt: boolean
  /** From 1: the turn of the bill whose items are listed. */
  readonly turn: number | undefined
  /** USD. */
  readonly minSaving: number | undefined
  /** No titles, paths or names in the answer. */
  readonly private: boolean
  readonly compact: boolean
  readonly noCost: boolean
  /** Each a name, a path or a part of one; any may match. */
  readonly projects: readonly string[]
  readonly models: readonly string[]
  /** Ids of agents; empty means all. */
  readonly agents: readonly string[]
  /** Names of accounts, `default` for the unnamed one; empty means all. */
  readonly profiles: readonly string[]
  /** Further roots of agents, absolute: by account and agent. */
  readonly profileRoots: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Asked as `<agent> [report]`: for that agent alone. */
  readonly focused: boolean
  /** An IANA name. */
  readonly timeZone: string
  /** 0 is Sunday. */
  readonly startOfWeek: number
  readonly offline: boolean
  readonly refreshPrices: boolean
  /** Undefined: on when the output is a terminal. */
  readonly color: boolean | undefined
  /** No title and no hints around a table. */
  readonly quiet: boolean
  readonly titles: boolean
  readonly includeEstimates: boolean
  readonly includeUnlogged: boolean
  readonly strict: boolean
  /** A session's id or the beginning of one. */
  readonly id: string | undefined
  readonly active: boolean
  readonly recent: boolean
  readonly tokenLimit: number | 'max' | undefined
  /** Hours of a block; undefined: the agent's own. */
  readonly blockHours: number | undefined
  readonly demo: boolean
  readonly singleThread: boolean
  /** Whether what was read before is used, and what is read now is stored. */
  readonly index: boolean
  /** Whether entries count that no log holds any more. */
  readonly history: boolean
  /** Whether what no log holds any more is removed from the history. */
  readonly forget: boolean
  /** Whether that is done without asking. */
  readonly yes: boolean
  readonly debug: boolean
  readonly debugSamples: number
  /** Model names of the user's own, to the names they are priced and shown as. A name may hold `*`. */
  readonly modelAliases: Readonly<Record<string, string>>
  readonly priceOverrides: Readonly<Record<string, PriceOverride>>
  readonly line: LineOptions
  readonly live: LiveOptions
  readonly guard: GuardOptions
  /** Of `limits`: what used how much. */
  readonly explains: boolean
  /** Where to put it, and where to take it out: `agent` is the coding agent. */
  readonly install: string | undefined
  readonly uninstall: string | undefined
  /** Project paths, folder names or names, to the names to show. */
  readonly projectNames: Readonly<Record<string, string>>
  /** The config file these came from, if any. */
  readonly configPath: string | undefined
}

/** Of the status line. */
export interface LineOptions extends Omit<StatusView, 'color' | 'noCost'> {
  readonly shell: 'bash' | 'zsh' | 'fish' | 'starship' | 'tmux' | undefined
  readonly width: number | undefined
  /** The name under which the figures are brought up to date, in place of a line (store/status.ts). */
  readonly refresh: string | undefined
}

/** Of the monitor. */
export interface LiveOptions {
  /** Asked for by another command's flag. */
  readonly live: boolean
  readonly snapshot: boolean
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
  /** Seconds between two looks. */
  readonly interval: number | undefined
}

/** Of the guard; each limit may be left out. */
export interface GuardOptions {
  readonly sessionUsd: number | undefined
  readonly dayUsd: number | undefined
  readonly windowPercent: number | undefined
  /** USD for the days of `since` and `until`. */
  readonly maxUsd: number | undefined
  readonly notify: boolean
  readonly webhook: string | undefined
  /** A project's config file of which the limits, or in a hook all of it, were passed over. */
  readonly passedOver: string | undefined
}
