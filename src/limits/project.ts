/** The projection of one window, in its unit, as the report carries it. */
import type { LimitProjection } from '../core/limits.ts'
import { ENOUGH_WINDOWS, predictEnd, predictFull, recentRate, usedAfter, type WindowCurve } from './predict.ts'

export interface ProjectRequest {
  readonly unit: 'points' | 'tokens'
  /** How the window filled so far. */
  readonly curve: WindowCurve
  readonly past: readonly WindowCurve[]
  readonly isConverted: boolean
  /** In the unit; undefined where there is none. */
  readonly limit: number | undefined
  /** Epoch ms. */
  readonly now: number
}

/** Undefined where the window is over, or has yet to begin. */
export const project = ({
  unit,
  curve,
  past,
  isConverted,
  limit,
  now,
}: ProjectRequest): LimitProjection | undefined => {
  const { startAt, endAt } = curve
  if (now < startAt || now >= endAt) return undefined
  const elapsedMs = now - startAt
  const lengthMs = endAt - startAt
  const soFar = {
    startAt,
    elapsedMs,
    lengthMs,
    used: usedAfter(curve, elapsedMs),
    recentPerMs: recentRate(curve, elapsedMs, lengthMs),
  }
  const end = predictEnd(past, soFar)
  return (
    end && {
      ...end,
      unit,
      isByRate: past.length < ENOUGH_WINDOWS,
      isConverted: isConverted && past.length >= ENOUGH_WINDOWS,
      fullBetween: limit === undefined ? undefined : predictFull(past, soFar, limit),
    }
  )
}

/** How much of a window's time is over, 0 to 100; undefined where it has no length. */
export const elapsedPercentOf = (
  startAt: number | undefined,
  endAt: number | undefined,
  now: number,
): number | undefined =>
  startAt === undefined || endAt === undefined || endAt <= startAt
    ? undefined
    : Math.min(100, Math.max(0, ((now - startAt) / (endAt - startAt)) * 100))
