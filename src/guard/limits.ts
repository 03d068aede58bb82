/**
 * A limit and what was used of it: where a warning is due, and where it is reached. Thresholds are percent of what the user allows, whatever the
 * unit: of `--window 80%`, the first warning comes at 48 % of the window.
 */

export const THRESHOLDS = [60, 80, 95, 100] as const

export type Threshold = (typeof THRESHOLDS)[number]

/** `range`: the days that were asked for. `window`: what the server counts, the five hours or the week. */
export type LimitKind = 'session' | 'day' | 'range' | 'window'

export interface Gauge {
  readonly kind: LimitKind
  readonly unit: 'usd' | 'percent'
  /** Which session, day or window: within one, each threshold warns once. */
  readonly scope: string
  /** Undefined: nobody knows. */
  readonly used: number | undefined
  /** Greater than 0. */
  readonly limit: number
  /** Tokens that are used, but have no known price: `used` is a lower bound then. */
  readonly unpricedTokens: number
  /** Of a range: its first and last day, as far as it has them. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** Of a window. */
  readonly agent?: string | undefined
  readonly minutes?: number | undefined
  /** Epoch ms. */
  readonly resetsAt?: number | undefined
}

export interface Verdict {
  readonly gauge: Gauge
  /** Of the limit, 0 to 100 and more; undefined where the use is not known. */
  readonly percent: number | undefined
  /** The highest that is passed. */
  readonly threshold: Threshold | undefined
  readonly isReached: boolean
}

/** What a gauge says. The more is used, the higher the threshold; below its limit nothing is ever reached. */
export const verdictOf = (gauge: Gauge): Verdict => {
  const { used, limit } = gauge
  if (used === undefined || Number.isNaN(used)) {
    return { gauge, percent: undefined, threshold: undefined, isReached: false }
  }
  // `used * 100 / limit` can round up to 100 below the limit; this comparison is exact where it decides.
  const isReached = used >= limit
  const percent = isReached ? Math.max(100, (used / limit) * 100) : Math.min((used / limit) * 100, 100 - 1e-9)
  const threshold = THRESHOLDS.findLast(step => percent >= step)
  return { gauge, percent, threshold, isReached }
}

/** A name for what is remembered of a warning: another limit or another scope warns anew. */
export const warningKey = ({ kind, scope, limit, unit }: Gauge): string => `${kind}\n${scope}\n${limit}\n${unit}`
