/** What the live monitor shows at one instant: everything is worked out already, frames only draw it. */
import type { Diagnostic } from './diagnostic.ts'
import type { TokenCounts } from './tokens.ts'

/** A sum as the monitor shows it: `usd` is of the tokens that have a price. */
export interface LiveSum {
  readonly calls: number
  readonly tokens: number
  readonly usd: number
  /** Of `tokens`, those without a known price. */
  readonly unpricedTokens: number
}

export interface LiveCall {
  /** Epoch ms. */
  readonly at: number
  readonly agent: string
  readonly session: string | undefined
  readonly model: string | undefined
  readonly tokens: TokenCounts
  /** Undefined where no price is known. */
  readonly usd: number | undefined
  readonly isSidechain: boolean
  /** Names of the tools that the response called. */
  readonly tools: readonly string[]
}

export interface LiveSession extends LiveSum {
  readonly agent: string
  readonly session: string | undefined
  readonly title: string | undefined
  readonly project: string | undefined
  readonly branch: string | undefined
  /** The model of its last response on the main thread. */
  readonly model: string | undefined
  readonly firstAt: number
  readonly lastAt: number
  /** A response in the last five minutes. */
  readonly isActive: boolean
  /** Prompt tokens of the last response on the main thread, and the most the model takes. */
  readonly context: number
  readonly contextLimit: number | undefined
  /** Cache reads of all prompt tokens, 0 to 1; undefined without prompt tokens. */
  readonly cacheHitRate: number | undefined
  /** Over the last five minutes, or since its first response where that is later; at least a minute. */
  readonly tokensPerMinute: number
  readonly usdPerHour: number
  readonly errors: number
  readonly retries: number
}

/** Where a figure about a limit comes from: the server said so, the user said so, or it is the fullest window of the user's own past. */
export type LimitBasis = 'server' | 'given' | 'own-highest'

/** What is expected at the window's end: the middle of what similar windows of the past did, and nine in ten of them stayed below `high`. */
export interface LiveProjection {
  readonly low: number
  readonly middle: number
  readonly high: number
}

export interface LiveWindow extends LiveSum {
  readonly agent: string
  /** The account, where it has a name, and the name that the server gives the limit. */
  readonly profile?: string | undefined
  readonly limit?: string | undefined
  /** Minutes: 300, 10080. */
  readonly minutes: number
  readonly startAt: number
  readonly endAt: number
  /** True where start and end are worked out from entries, not told by the server. */
  readonly isEstimated: boolean
  /** 0 to 100 and more; undefined where there is nothing to hold it against. */
  readonly usedPercent: number | undefined
  readonly basis: LimitBasis | undefined
  /** Epoch ms of the server's word. */
  readonly saidAt: number | undefined
  /** Tokens that the percentage refers to, where it is of tokens. */
  readonly tokenLimit: number | undefined
  /** Tokens at the end of the window; where the server counts, what `expectedPercent` comes to at the tokens that a point took so far. */
  readonly projection: LiveProjection | undefined
  /** Percent at its end, where the server counts. */
  readonly expectedPercent?: LiveProjection | undefined
  /** Too few past windows are known: `projection` is a guess from the recent rate. */
  readonly isGuess?: boolean | undefined
  /** Epoch ms between which the limit is expected to be reached, before the window ends. */
  readonly fullBetween: readonly [early: number, late: number] | undefined
}

export interface LiveData {
  /** Epoch ms. */
  readonly now: number
  readonly today: LiveSum
  /** Those with a response in the last five hours, the latest first. */
  readonly sessions: readonly LiveSession[]
  /** The last hundred of the last five hours, the latest first. */
  readonly calls: readonly LiveCall[]
  readonly windows: readonly LiveWindow[]
  /** The last sixty minutes, the oldest first, the running one last. */
  readonly minutes: readonly LiveSum[]
  /** Of the running windows, dearest first. */
  readonly models: readonly (LiveSum & { readonly model: string | undefined })[]
  /** The last sixty seconds, of whole accounts: limits are of those. */
  readonly lastMinute: LiveSum
  /** Flags that were given and do not apply to windows and to the last minute. */
  readonly ignored: readonly string[]
  /** Over the last hour. */
  readonly cacheHitRate: number | undefined
  /** Over the last hour. */
  readonly errors: number
  readonly retries: number
  /** Over `burnMinutes`: since the first response of the last hour, at least five. */
  readonly usdPerHour: number
  readonly tokensPerMinute: number
  readonly burnMinutes: number
  /** Logs that are followed. */
  readonly sources: number
  readonly diagnostics: readonly Diagnostic[]
}
