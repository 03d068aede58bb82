/**
 * Where a running window will end, told by the user's own past windows: each says how much more was used from this far into it on. Which way of
 * carrying that over is best was found by back-test (test/bench/backtest.mjs).
 */
import { scenariosOf } from './scenarios.ts'

/** How one window of the past filled: cumulative use (any unit: tokens or points) at times since its start, ascending. */
export interface WindowCurve {
  /** Epoch ms. */
  readonly startAt: number
  readonly endAt: number
  readonly points: readonly CurvePoint[]
}

export interface CurvePoint {
  readonly afterMs: number
  readonly used: number
}

/** The running window, in the unit of the past ones. */
export interface WindowSoFar {
  readonly elapsedMs: number
  readonly lengthMs: number
  readonly used: number
  /** Use per ms lately, see `recentRate`. */
  readonly recentPerMs: number
}

/** Use at the window's end: the middle of what is expected, and one case in ten each ends below `low` and above `high`. */
export interface Prediction {
  readonly low: number
  readonly middle: number
  readonly high: number
  /** How many past windows it rests on; below `ENOUGH_WINDOWS` it is a guess from the recent rate, with a wide range. */
  readonly windows: number
}

/** Fewer windows than these say nothing about how they differ. */
export const ENOUGH_WINDOWS = 3

/** Older windows are of other habits. */
const PAST_MS = 56 * 86_400_000

/** Those that are over and of the last eight weeks. */
export const recentWindows = (curves: readonly WindowCurve[], now: number): WindowCurve[] =>
  curves.filter(({ startAt, endAt }) => endAt <= now && startAt >= now - PAST_MS)

/** Lately is the last tenth of a window: half an hour of five hours. */
const RECENT_SHARE = 0.1

/** Use after a time, the last known before it. */
export const usedAfter = ({ points }: WindowCurve, afterMs: number): number => {
  let from = 0
  let to = points.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (points[middle]!.afterMs <= afterMs) from = middle + 1
    else to = middle
  }
  return from === 0 ? 0 : points[from - 1]!.used
}

/** Use per ms over the last tenth of the window's length, or since it began. */
export const recentRate = (curve: WindowCurve, elapsedMs: number, lengthMs: number): number => {
  const span = Math.min(elapsedMs, lengthMs * RECENT_SHARE)
  return span > 0 ? (usedAfter(curve, elapsedMs) - usedAfter(curve, elapsedMs - span)) / span : 0
}

export const predictEnd = (past: readonly WindowCurve[], now: WindowSoFar): Prediction | undefined => {
  if (!isSound(now)) return undefined
  const ends = scenariosOf(past, now).map(({ end, weight }) => [end, weight] as const)
  const [low, middle, high] = rangeOf(ends)
  return { low, middle, high, windows: past.length }
}

/** When `limit` will be reached, epoch ms, as a range; undefined where that is not expected before the end. */
export const predictFull = (
  past: readonly WindowCurve[],
  now: WindowSoFar & { readonly startAt: number },
  limit: number,
): readonly [early: number, late: number] | undefined => {
  const { startAt, elapsedMs, lengthMs } = now
  const prediction = predictEnd(past, now)
  if (!prediction || prediction.middle < limit) return undefined
  const times = scenariosOf(past, now).map(
    ({ reaches, weight }) => [Math.min(lengthMs, Math.max(elapsedMs, reaches(limit))), weight] as const,
  )
  const [early, , late] = rangeOf(times)
  return [Math.round(startAt + early), Math.round(startAt + late)]
}

const isSound = ({ elapsedMs, lengthMs, used, recentPerMs }: WindowSoFar): boolean =>
  lengthMs > 0 && [elapsedMs, lengthMs, used, recentPerMs].every(Number.isFinite)

type Weighted = readonly [value: number, weight: number]

/** P10, P50 and P90. */
const rangeOf = (values: readonly Weighted[]): readonly [number, number, number] => {
  const sorted = [...values].sort((a, b) => a[0] - b[0])
  return [weightedQuantile(sorted, 0.1), weightedQuantile(sorted, 0.5), weightedQuantile(sorted, 0.9)]
}

/** Each value stands in the middle of its weight; between two, in proportion. The values ascend and are not empty. */
const weightedQuantile = (sorted: readonly Weighted[], share: number): number => {
  const whole = sorted.reduce((sum, [, weight]) => sum + weight, 0)
  const wanted = share * whole
  let before = 0
  let lastPlace = Number.NaN
  let lastValue = sorted[0]![0]
  for (const [value, weight] of sorted) {
    const place = before + weight / 2
    if (place >= wanted) {
      if (!(lastPlace < place)) return value
      return lastValue + (value - lastValue) * ((wanted - lastPlace) / (place - lastPlace))
    }
    before += weight
    lastPlace = place
    lastValue = value
  }
  return lastValue
}
