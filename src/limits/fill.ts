/**
 * How one account's windows filled, entry by entry, so that a long past can come in parts and only curves of it stay. Windows are cut as the report
 * of blocks cuts them (`windowsOf`), but for a reset that a server announced: with it a window ends whatever its length.
 */
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { type CurvePoint, recentWindows, usedAfter, type WindowCurve } from './predict.ts'

const HOUR = 3_600_000
/** A curve needs no more points than this. */
const MOST_POINTS = 60

export interface Filled {
  /** Those before the last one, of the last weeks, the oldest first. */
  readonly curves: readonly WindowCurve[]
  /** Tokens of the fullest of those before the last one, of all there were. */
  readonly highest: number
  /** The last one, a point for each of its entries; it may be over. */
  readonly last: WindowCurve | undefined
}

export const notFilled: Filled = { curves: [], highest: 0, last: undefined }

export interface FillRequest {
  /** Ms. */
  readonly length: number
  /** Epoch ms. */
  readonly now: number
  /** Epoch ms of the last reset that is known; `-Infinity` for none. */
  readonly resetAt: number
}

/** What is known when the account's next entries are, too; these are by time. */
export const fill = (
  before: Filled,
  entries: readonly PricedEntry[],
  { length, now, resetAt }: FillRequest,
): Filled => {
  const over: WindowCurve[] = []
  let last: { readonly startAt: number; readonly endAt: number; readonly points: CurvePoint[] } | undefined =
    before.last && { ...before.last, points: [...before.last.points] }
  for (const { entry } of entries) {
    const { at } = entry
    if (at > now) break
    const isReset = at > resetAt && last !== undefined && last.startAt < resetAt
    const tokens = totalTokens(entry.tokens)
    // An entry exactly at the end still belongs to the old window.
    if (last && at <= last.endAt && !isReset) {
      last.points.push({ afterMs: at - last.startAt, used: (last.points.at(-1)?.used ?? 0) + tokens })
      continue
    }
    const ended = last && closed(last, resetAt)
    if (ended) over.push(ended)
    const unit = Math.min(HOUR, length)
    const startAt = Math.max(
      Math.floor(at / unit) * unit,
      ended?.endAt ?? Number.NEGATIVE_INFINITY,
      at > resetAt ? resetAt : Number.NEGATIVE_INFINITY,
    )
    last = { startAt, endAt: startAt + length, points: [{ afterMs: at - startAt, used: tokens }] }
  }
  return {
    curves: recentWindows([...before.curves, ...over.map(thinned)], now),
    highest: over.reduce((most, curve) => Math.max(most, wholeOf(curve)), before.highest),
    last,
  }
}

/** A window that a reset fell into ended there. */
const closed = (curve: WindowCurve, resetAt: number): WindowCurve =>
  curve.startAt < resetAt && resetAt < curve.endAt ? { ...curve, endAt: resetAt } : curve

const wholeOf = (curve: WindowCurve): number => usedAfter(curve, Number.POSITIVE_INFINITY)

export interface WindowsSoFar {
  /** Those that are over, of the last weeks. */
  readonly past: readonly WindowCurve[]
  /** Tokens of the fullest that is over. */
  readonly highest: number
  /** A point for each of its entries. */
  readonly running: WindowCurve | undefined
}

export const windowsSoFar = ({ curves, highest, last }: Filled, { now, resetAt }: FillRequest): WindowsSoFar => {
  const end = last && closed(last, resetAt)
  if (!end) return { past: curves, highest, running: undefined }
  if (end.endAt > now) return { past: curves, highest, running: end }
  return {
    past: recentWindows([...curves, thinned(end)], now),
    highest: Math.max(highest, wholeOf(end)),
    running: undefined,
  }
}

/** Fewer points of the same curve; the last one stays. */
const thinned = (curve: WindowCurve): WindowCurve => {
  const step = Math.ceil(curve.points.length / MOST_POINTS)
  const last = curve.points.length - 1
  return step <= 1 ? curve : { ...curve, points: curve.points.filter((_, n) => n === last || (last - n) % step === 0) }
}
