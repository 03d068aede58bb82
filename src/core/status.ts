/**
 * What the status line and the guard know without reading a log: a small priced file, made anew in the background. Light: the status line loads it.
 * Its shape has a number; a file of another one is as good as none.
 */
import type { LimitReading } from './limit.ts'
import type { ModelPricing, Rates } from './pricing.ts'

export const STATUS_VERSION = 2

export interface StatusSum {
  readonly usd: number
  readonly tokens: number
  /** Of `tokens`, those without a known price. */
  readonly unpricedTokens: number
  /** Whether more was used than the logs say: a response was never completed in them, or they do not hold all counts. */
  readonly isLowerBound?: boolean | undefined
}

export interface StatusSession extends StatusSum {
  readonly agent: string
  /** What of it belongs to today. */
  readonly todayUsd: number
  /** Epoch ms of its last response. */
  readonly lastAt: number
}

/** An estimated window of an agent: cut from its own entries, as `tokusage blocks` cuts it. */
export interface StatusBlock extends StatusSum {
  readonly agent: string
  readonly startAt: number
  readonly endAt: number
  /** Epoch ms of its first entry. */
  readonly firstAt: number
}

export interface StatusBurn {
  /** Over the last hour, or since the running window began. */
  readonly usdPerHour: number
  readonly tokensPerMinute: number
  /** Input and output alone: what ccusage's labels go by. */
  readonly tokensPerMinuteForIndicator: number
  /** USD in each of the last twelve five minutes, the oldest first. */
  readonly bars: readonly number[]
}

/** USD per token of usual prompts, of longer ones, and what fast mode multiplies them by. */
export interface TieredRates extends Rates {
  readonly tiers?: ModelPricing['tiers'] | undefined
  readonly fast?: number | undefined
}

/** What the context window of a model costs: USD per token, for a prompt of usual length and for longer ones. */
export interface StatusModel extends Rates, Pick<ModelPricing, 'tiers' | 'fast' | 'maxInput'> {}

/**
 * What a request with a prompt of so many tokens is charged, USD per token: beyond a tier's threshold all of it at the tier's rates, as
 * pricing/cost.ts does it; fast mode multiplies.
 */
export const ratesFor = (model: TieredRates, promptTokens: number, isFast: boolean): Rates => {
  const { input, output, cacheRead, cacheCreation, longCache } =
    model.tiers?.findLast(({ above }) => promptTokens > above)?.rates ?? model
  const factor = isFast ? (model.fast ?? 1) : 1
  const times = (rate: number | undefined) => (rate === undefined ? undefined : rate * factor)
  return {
    input: input * factor,
    output: output * factor,
    cacheRead: times(cacheRead),
    cacheCreation: times(cacheCreation),
    longCache: times(longCache),
  }
}

/** What the day and the clock of the figures go by: how far the zone is ahead of UTC, ms. */
export interface StatusZone {
  readonly offsetMs: number
  /** Epoch ms when that changes, if it does within two days, and what it is from then on. */
  readonly changeAt?: number | undefined
  readonly laterOffsetMs?: number | undefined
}

export interface StatusSnapshot {
  readonly status: typeof STATUS_VERSION
  /** Version of tokusage that made it. */
  readonly version: string
  /** Epoch ms: everything in it is as of then. */
  readonly at: number
  /** CPU time that making it took, ms: how often it is made anew goes by that. */
  readonly tookMs: number
  readonly timeZone: string
  readonly zone: StatusZone
  /** The day it calls today: epoch ms, the end not included. */
  readonly dayStartAt: number
  readonly dayEndAt: number
  readonly today: StatusSum
  /** The last seven days, today included. */
  readonly week: StatusSum
  /** By id; those with a response in the last two days. */
  readonly sessions: Readonly<Record<string, StatusSession>>
  /** Running windows, one for each agent that is in one. */
  readonly blocks: readonly StatusBlock[]
  /** Tokens of the fullest window that is over, by agent: "your own highest". */
  readonly highest: Readonly<Record<string, number>>
  /** Epoch ms when `highest` was looked up over everything. */
  readonly highestAt: number
  readonly burn: StatusBurn
  /** The freshest readings of limits, from logs and from the journal. */
  readonly limits: readonly LimitReading[]
  /** By model id. */
  readonly models: Readonly<Record<string, StatusModel>>
  /** Ids of models that were looked up, and have no price. */
  readonly unpricedModels: readonly string[]
  /** Display options of the config file and the environment, for a door that reads neither. */
  readonly view: StatusView
}

/** How the line looks, as far as flags do not say otherwise. */
export interface StatusView {
  readonly template: string | undefined
  readonly theme: string
  readonly emoji: boolean
  readonly color: boolean | undefined
  readonly visualBurnRate: 'off' | 'emoji' | 'text' | 'emoji-text'
  readonly costSource: 'auto' | 'tokusage' | 'ccusage' | 'cc' | 'both'
  readonly contextLow: number
  readonly contextMedium: number
  /** Seconds between two background refreshes, at least. */
  readonly refreshInterval: number
  readonly noCost: boolean
  /** What the user says that a window holds, in tokens; `max`: as many as the fullest before it. */
  readonly tokenLimit?: number | 'max' | undefined
  /** Names of models as shown, to names of the user's own (ccusage's `modelLabelAliases`). */
  readonly modelLabels: Readonly<Record<string, string>>
}
