/** The running windows of accounts about which no server said anything, cut from their entries as `tokusage blocks` cuts them. */
import type { EstimatedWindow } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { type Filled, fill, windowsSoFar } from './fill.ts'
import { usedAfter } from './predict.ts'
import { elapsedPercentOf, project } from './project.ts'
import { accountOf, between, sumOfEntries } from './sums.ts'

const HOUR = 3_600_000

export interface EstimateRequest {
  readonly blockHours: number
  /** In tokens; `max` and undefined are the fullest window that is over. 0 or less is no limit. */
  readonly tokenLimit: number | 'max' | undefined
  /** Epoch ms. */
  readonly now: number
  /** Epoch ms of the last reset that a server announced: what was used before it does not count any more. */
  readonly resetAt: number
  /** What is known of the time before the entries. */
  readonly before: Filled
}

/** Of one account's entries by time; undefined where no window runs. */
export const estimatedWindow = (
  entries: readonly PricedEntry[],
  { blockHours, tokenLimit: wanted, now, resetAt, before }: EstimateRequest,
): EstimatedWindow | undefined => {
  const request = { length: blockHours * HOUR, now, resetAt }
  const { past, highest, running } = windowsSoFar(fill(before, entries, request), request)
  const own = running ? between(entries, Number.NEGATIVE_INFINITY, now).slice(-running.points.length) : []
  const first = own[0]
  if (!running || !first) return undefined
  const isGiven = typeof wanted === 'number'
  const limit = isGiven ? wanted : highest
  const tokenLimit = limit > 0 ? limit : undefined
  const elapsedPercent = elapsedPercentOf(running.startAt, running.endAt, now)
  const usedPercent =
    tokenLimit === undefined ? undefined : (usedAfter(running, Number.POSITIVE_INFINITY) / tokenLimit) * 100
  return {
    basis: 'estimated',
    ...accountOf(first.entry),
    minutes: blockHours * 60,
    startAt: running.startAt,
    endAt: running.endAt,
    usedPercent,
    elapsedPercent,
    pace: usedPercent === undefined || elapsedPercent === undefined ? undefined : usedPercent - elapsedPercent,
    local: sumOfEntries(own),
    projection: project({ unit: 'tokens', curve: running, past, isConverted: false, limit: tokenLimit, now }),
    tokenLimit,
    limitBasis: tokenLimit === undefined ? undefined : isGiven ? 'given' : 'own-highest',
  }
}
