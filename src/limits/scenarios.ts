/**
 * How a running window may go on. Each past window is one way: what it used from this far into it on is added to what is used now. Two more are
 * always possible, that nothing follows and that the recent rate stays; they keep the range honest where few windows are known. Adding what past
 * windows added beat scaling by their ratio or rate, which explode after a slow start (test/bench/backtest.mjs compares them).
 */
import {
  type CurvePoint,
  ENOUGH_WINDOWS,
  recentRate,
  usedAfter,
  type WindowCurve,
  type WindowSoFar,
} from './predict.ts'

export interface Scenario {
  /** Use at the window's end. */
  readonly end: number
  /** Ms since the window's start until so much is used; Infinity where it never is. */
  readonly reaches: (limit: number) => number
  readonly weight: number
}

/** A past window that was idle at this point says less of one that is busy, and the other way round. */
const UNLIKE_WEIGHT = 0.25

/** Nobody works on without a pause: by back-test, half the recent rate is the better guess where no past window is known. */
const LASTING_SHARE = 0.5

export const scenariosOf = (past: readonly WindowCurve[], now: WindowSoFar): Scenario[] => {
  const { recentPerMs, elapsedMs, used } = now
  const none = atRate(now, 0)
  const same = atRate(now, Math.max(0, recentPerMs))
  if (past.length < ENOUGH_WINDOWS) {
    const average = elapsedMs > 0 ? used / elapsedMs : 0
    return [
      none,
      atRate(now, LASTING_SHARE * Math.max(0, recentPerMs)),
      atRate(now, Math.max(2 * recentPerMs, average, 0)),
    ]
  }
  return [none, same, ...past.map(curve => asBefore(now, curve))]
}

const atRate = ({ elapsedMs, lengthMs, used }: WindowSoFar, perMs: number): Scenario => ({
  end: used + perMs * Math.max(0, lengthMs - elapsedMs),
  reaches: limit =>
    limit <= used ? elapsedMs : perMs > 0 ? elapsedMs + (limit - used) / perMs : Number.POSITIVE_INFINITY,
  weight: 1,
})

const asBefore = (now: WindowSoFar, curve: WindowCurve): Scenario => {
  const { elapsedMs, lengthMs, used, recentPerMs } = now
  const then = usedAfter(curve, elapsedMs)
  const isAlike = recentRate(curve, elapsedMs, lengthMs) > 0 === recentPerMs > 0
  return {
    end: used + Math.max(0, usedAfter(curve, lengthMs) - then),
    reaches: limit => (limit <= used ? elapsedMs : firstAfter(curve.points, elapsedMs, then + limit - used)),
    weight: isAlike ? 1 : UNLIKE_WEIGHT,
  }
}

const firstAfter = (points: readonly CurvePoint[], afterMs: number, used: number): number =>
  points.find(point => point.afterMs > afterMs && point.used >= used)?.afterMs ?? Number.POSITIVE_INFINITY
