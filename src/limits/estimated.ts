/** The running windows of accounts about which no server said anything, cut from their entries as `tokusage blocks` cuts them. */
import type { EstimatedWindow } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { windowsOf } from '../report/windows.ts'
import { tokenCurve } from './curves.ts'
import { recentWindows, usedAfter } from './predict.ts'
import { elapsedPercentOf, project } from './project.ts'
import { accountOf, sumOfEntries } from './sums.ts'

const HOUR = 3_600_000

export interface EstimateRequest {
  readonly blockHours: number
  /** In tokens; `max` and undefined are the fullest window that is over. 0 or less is no limit. */
  readonly tokenLimit: number | 'max' | undefined
  /** Epoch ms. */
  readonly now: number
}

/** Of one account's entries; undefined where no window runs. */
export const estimatedWindow = (
  entries: readonly PricedEntry[],
  { blockHours, tokenLimit: wanted, now }: EstimateRequest,
): EstimatedWindow | undefined => {
  const windows = windowsOf(entries, blockHours * HOUR).filter(window => window.entries.length > 0)
  const running = windows.findLast(({ startAt, endAt }) => startAt <= now && now < endAt)
  if (!running) return undefined
  const past = windows.filter(({ endAt }) => endAt <= now).map(tokenCurve)
  const highest = past.reduce((most, curve) => Math.max(most, usedAfter(curve, Number.POSITIVE_INFINITY)), 0)
  const isGiven = typeof wanted === 'number'
  const limit = isGiven ? wanted : highest
  const tokenLimit = limit > 0 ? limit : undefined
  const local = sumOfEntries(running.entries)
  const elapsedPercent = elapsedPercentOf(running.startAt, running.endAt, now)
  const usedPercent = tokenLimit === undefined ? undefined : (local.tokens / tokenLimit) * 100
  return {
    basis: 'estimated',
    ...accountOf(running.entries[0]!.entry),
    minutes: blockHours * 60,
    startAt: running.startAt,
    endAt: running.endAt,
    usedPercent,
    elapsedPercent,
    pace: usedPercent === undefined || elapsedPercent === undefined ? undefined : usedPercent - elapsedPercent,
    local,
    projection: project({
      unit: 'tokens',
      curve: tokenCurve(running),
      past: recentWindows(past, now),
      isConverted: false,
      limit: tokenLimit,
      now,
    }),
    tokenLimit,
    limitBasis: tokenLimit === undefined ? undefined : isGiven ? 'given' : 'own-highest',
  }
}
