/** What `tokusage limits` answers: every known window of every account, what frees up next, and what used the points. */
import type { Diagnostic } from './diagnostic.ts'
import type { LimitBasis, LiveProjection } from './live.ts'
import { addMoney, type Money, noMoney } from './money.ts'

/** What local logs hold of a stretch of time: `cost` is of the tokens that have a price. */
export interface LocalSum {
  readonly entries: number
  readonly tokens: number
  readonly cost: Money
  readonly unpricedTokens: number
}

export const noSum: LocalSum = { entries: 0, tokens: 0, cost: noMoney, unpricedTokens: 0 }

export const addSums = (a: LocalSum, b: LocalSum): LocalSum => ({
  entries: a.entries + b.entries,
  tokens: a.tokens + b.tokens,
  cost: addMoney(a.cost, b.cost),
  unpricedTokens: a.unpricedTokens + b.unpricedTokens,
})

/** What is expected at the window's end, in its unit. */
export interface LimitProjection extends LiveProjection {
  readonly unit: 'points' | 'tokens'
  /** Past windows it rests on; with too few of them it is a guess from the recent rate. */
  readonly windows: number
  readonly isByRate: boolean
  /** Past windows were told in tokens, and brought into points by what this one took of both. */
  readonly isConverted: boolean
  /** Epoch ms between which the limit is expected to be reached, before the window ends. */
  readonly fullBetween: readonly [early: number, late: number] | undefined
}

/** An account of an agent; `profile` undefined is the one without a name. */
export interface Account {
  readonly agent: string
  readonly profile: string | undefined
}

interface WindowBase extends Account {
  /** Undefined for a limit on spending. */
  readonly minutes: number | undefined
  /** Epoch ms; undefined where nobody said. */
  readonly startAt: number | undefined
  readonly endAt: number | undefined
  /** 0 to 100 and more; undefined where it is unknown. */
  readonly usedPercent: number | undefined
  /** Of the window's time, 0 to 100. */
  readonly elapsedPercent: number | undefined
  /** Used less elapsed, in points: above 0 is faster than the window lasts. */
  readonly pace: number | undefined
  /** Undefined where it is not known when the window began. */
  readonly local: LocalSum | undefined
  readonly projection: LimitProjection | undefined
}

/** A window as a server counts it. */
export interface ServerWindow extends WindowBase {
  readonly basis: 'server'
  /** The agent's own name of the limit, where it has several. */
  readonly limit: string | undefined
  readonly plan: string | undefined
  /** What the server said last, and since when it says so: epoch ms of the first reading at this percentage. */
  readonly readAt: number
  readonly readPercent: number
  /** Its reset has passed: what was used since is unknown, and `usedPercent` with it. */
  readonly isReset: boolean
  /** Points that local entries do not account for; undefined where it is not known when the window began. */
  readonly unexplained: number | undefined
  /** What a point usually costs is known, and held against every rise; without that, `unexplained` is a lower bound. */
  readonly isByPrice: boolean
}

/** A window as it is cut from the account's entries, where no server said anything. */
export interface EstimatedWindow extends WindowBase {
  readonly basis: 'estimated'
  readonly minutes: number
  readonly startAt: number
  readonly endAt: number
  readonly local: LocalSum
  /** What `usedPercent` refers to, in tokens. */
  readonly tokenLimit: number | undefined
  readonly limitBasis: Exclude<LimitBasis, 'server'> | undefined
}

export type LimitWindow = ServerWindow | EstimatedWindow

/** The last hours or days of an account, as they slide on: what leaves them next. */
export interface SlidingView extends Account {
  readonly minutes: number
  /** Tokens in it now. */
  readonly tokens: number
  /** Epoch ms when the oldest ten minutes of it will have left, and their tokens. */
  readonly nextAt: number
  readonly nextTokens: number
}

/** Points in whole millionths, so that shares add up. */
export interface PointShare {
  readonly points: number
  readonly local: LocalSum
}

export interface PointTurn extends PointShare {
  /** Epoch ms of the prompt, else of the first response. */
  readonly at: number
  readonly session: string | undefined
  /** The prompt's first words. */
  readonly title: string | undefined
}

export interface PointSession extends PointShare {
  readonly session: string | undefined
  readonly title: string | undefined
  readonly project: string | undefined
  readonly firstAt: number
  readonly lastAt: number
}

/** What used a window's points: `sessions` and `unexplained` add up to `points`, and so do `turns` and `unexplained`. */
export interface PointUse extends Account {
  readonly limit: string | undefined
  readonly minutes: number
  readonly startAt: number
  readonly endAt: number
  /** As of `ServerWindow`. */
  readonly readAt: number
  /** Millionths of a point. */
  readonly points: number
  readonly unexplained: number
  /** As of `ServerWindow`; where false, the shares of sessions are the most that they can have used. */
  readonly isByPrice: boolean
  /** Of the window so far: what sessions have, and `sinceRise`. */
  readonly local: LocalSum
  /** Used after the last rise: no point is known of it yet. */
  readonly sinceRise: LocalSum
  /** What a rise is shared out by: cost where every entry has a price, else tokens by class. */
  readonly weight: 'cost' | 'tokens'
  readonly readings: number
  /** Most points first. */
  readonly sessions: readonly PointSession[]
  readonly turns: readonly PointTurn[]
}

export interface LimitsReport {
  readonly kind: 'limits'
  /** Epoch ms. */
  readonly now: number
  /** By agent, account, limit and length. */
  readonly windows: readonly LimitWindow[]
  readonly sliding: readonly SlidingView[]
  /** Undefined where it was not asked for. */
  readonly uses: readonly PointUse[] | undefined
  /** Filters that were given and do not apply: a limit is of an account. */
  readonly ignored: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

/** Millionths in a point. */
export const MICRO = 1_000_000

/** A percentage in whole figures, as every screen shows it: rounded half up, but full only when it is. */
export const wholePercent = (percent: number): number => (percent > 99 && percent < 100 ? 99 : Math.round(percent))
