/** How windows filled: cut from an agent's own entries (in tokens), or told by a server's readings (in points). */
import { isSameWindow, type LimitReading, limitKey } from '../core/limit.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { type Window, windowsOf } from '../report/windows.ts'
import type { CurvePoint, WindowCurve } from './predict.ts'

const MINUTE = 60_000
/** Resets of one window lie in the same slot or in a neighbour. */
const SLOT_MS = 120_000

/** Cumulative tokens of a window. */
export const tokenCurve = ({ startAt, endAt, entries }: Window): WindowCurve => {
  const points: CurvePoint[] = []
  let used = 0
  for (const { entry } of entries) {
    used += totalTokens(entry.tokens)
    points.push({ afterMs: entry.at - startAt, used })
  }
  return { startAt, endAt, points }
}

/**
 * The windows of one agent's entries, `length` in ms, oldest first; without the gaps.
 * @public The back-test takes them from here.
 */
export const tokenCurves = (entries: readonly PricedEntry[], length: number): WindowCurve[] =>
  windowsOf(entries, length)
    .filter(window => window.entries.length > 0)
    .map(tokenCurve)

/** One window of a server: its readings by time, of which none falls (use only grows; an idle session shows an old figure). */
export interface ReadWindow {
  readonly key: string
  /** Epoch ms; undefined where the window has no length. */
  readonly startAt: number | undefined
  readonly endAt: number
  readonly readings: readonly LimitReading[]
}

/**
 * Readings as windows, by limit and then by time. Readings without a reset are of no window, and so is one of before its window began or after
 * it ended.
 */
export const readWindows = (readings: readonly LimitReading[]): ReadWindow[] => {
  const groups = new Map<string, LimitReading[][]>()
  const bySlot = new Map<string, LimitReading[]>()
  for (const reading of [...readings].sort((a, b) => a.at - b.at)) {
    const { resetsAt } = reading
    if (resetsAt === undefined || reading.at > resetsAt) continue
    const key = limitKey(reading)
    const slot = Math.round(resetsAt / SLOT_MS)
    const near = [slot, slot - 1, slot + 1].flatMap(one => [bySlot.get(`${key}\n${one}`) ?? []])
    const own = near.find(window => window[0] !== undefined && isSameWindow(window[0], reading))
    if (own) {
      if (reading.usedPercent > own.at(-1)!.usedPercent) own.push(reading)
      continue
    }
    const window = [reading]
    bySlot.set(`${key}\n${slot}`, window)
    const windows = groups.get(key)
    if (windows) windows.push(window)
    else groups.set(key, [window])
  }
  return [...groups].flatMap(([key, windows]) => windows.map(own => readWindow(key, own)))
}

const readWindow = (key: string, readings: readonly LimitReading[]): ReadWindow => {
  const last = readings.at(-1)!
  const endAt = last.resetsAt ?? last.at
  const startAt = last.minutes === undefined ? undefined : endAt - last.minutes * MINUTE
  return { key, startAt, endAt, readings }
}

/** Steps in which what was used before the first reading is taken to have come. */
const STEPS = 20

/** Points used since a window's start; undefined where it has no length. When the points of the first reading were used is unknown: evenly, then. */
export const pointCurve = ({ startAt, endAt, readings }: ReadWindow): WindowCurve | undefined => {
  if (startAt === undefined) return undefined
  const known = readings.map(({ at, usedPercent }) => ({ afterMs: Math.max(0, at - startAt), used: usedPercent }))
  const first = known[0] ?? { afterMs: 0, used: 0 }
  const before = Array.from({ length: STEPS - 1 }, (_, n) => ({
    afterMs: (first.afterMs * (n + 1)) / STEPS,
    used: (first.used * (n + 1)) / STEPS,
  }))
  return { startAt, endAt, points: [...before, ...known] }
}
