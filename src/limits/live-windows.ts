/** The windows that run now, for the monitor: the same as `tokusage limits` answers with, of which only those with an end are shown. */
import type { LimitReading } from '../core/limit.ts'
import type { EstimatedWindow, LocalSum, ServerWindow } from '../core/limits.ts'
import type { LiveProjection, LiveSum, LiveWindow } from '../core/live.ts'
import { usdOf } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { isUsage } from '../report/fold.ts'
import { estimatedWindow } from './estimated.ts'
import type { PastWindows } from './live-past.ts'
import { serverWindows } from './server.ts'
import { accountKey, byAccount, isAbout, lastReset } from './sums.ts'

export interface LiveWindowsRequest {
  /** Of the last days, in any order. */
  readonly entries: readonly PricedEntry[]
  readonly past: PastWindows
  readonly readings: readonly LimitReading[]
  readonly blockHours: ReadonlyMap<string, number>
  /** In tokens; `max` and undefined are the fullest window that is over. 0 or less is no limit. */
  readonly tokenLimit: number | 'max' | undefined
  /** Epoch ms. */
  readonly now: number
}

/** By agent, the shorter first. */
export const liveWindows = ({
  entries,
  past,
  readings,
  blockHours,
  tokenLimit,
  now,
}: LiveWindowsRequest): LiveWindow[] => {
  const accounts = byAccount(entries.filter(isUsage))
  const before = (account: string, minutes: number) => past.of(account, minutes)
  const told = serverWindows({ readings, entries: accounts, before, explains: false, now }).flatMap(({ window }) => {
    const live = toldWindow(window)
    return live ? [{ account: accountKey(window), live }] : []
  })
  const own = [...accounts].flatMap(([account, list]) => {
    const hours = blockHours.get(list[0]?.entry.agent ?? '')
    if (hours === undefined) return []
    const minutes = hours * 60
    if (told.some(one => one.account === account && isAbout(one.live.minutes, minutes))) return []
    const resetAt = lastReset(readings, { account, minutes, now })
    const request = { blockHours: hours, tokenLimit, now, resetAt, before: before(account, minutes) }
    const window = estimatedWindow(list, request)
    return window ? [ownWindow(window)] : []
  })
  return [...told.map(one => one.live), ...own].sort(
    (a, b) => compare(a.agent, b.agent) || a.minutes - b.minutes || a.startAt - b.startAt,
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const liveSum = ({ entries, tokens, cost, unpricedTokens }: LocalSum): LiveSum => ({
  calls: entries,
  tokens,
  usd: usdOf(cost),
  unpricedTokens,
})

/** Undefined where it is not known when it began or ends, or it is over. */
const toldWindow = (window: ServerWindow): LiveWindow | undefined => {
  const { agent, profile, limit, minutes, startAt, endAt, usedPercent, readAt, local, projection } = window
  if (minutes === undefined || startAt === undefined || endAt === undefined) return undefined
  if (usedPercent === undefined || local === undefined) return undefined
  const isFull = usedPercent >= 100
  return {
    agent,
    profile,
    limit,
    minutes,
    startAt,
    endAt,
    isEstimated: false,
    ...liveSum(local),
    usedPercent,
    basis: 'server',
    saidAt: readAt,
    tokenLimit: undefined,
    projection: projection && inTokens(projection, usedPercent, local.tokens),
    expectedPercent: projection && rangeOf(projection),
    isGuess: projection?.isByRate ?? false,
    fullBetween: isFull ? undefined : projection?.fullBetween,
  }
}

const ownWindow = ({ agent, profile, minutes, startAt, endAt, local, ...window }: EstimatedWindow): LiveWindow => ({
  agent,
  profile,
  minutes,
  startAt,
  endAt,
  isEstimated: true,
  ...liveSum(local),
  usedPercent: window.usedPercent,
  basis: window.limitBasis,
  saidAt: undefined,
  tokenLimit: window.tokenLimit,
  projection: window.projection && rangeOf(window.projection),
  isGuess: window.projection?.isByRate ?? false,
  fullBetween: (window.usedPercent ?? 0) >= 100 ? undefined : window.projection?.fullBetween,
})

const rangeOf = ({ low, middle, high }: LiveProjection): LiveProjection => ({ low, middle, high })

/** At the tokens that a point took so far; undefined where none was used, or elsewhere alone. */
const inTokens = (
  { low, middle, high }: LiveProjection,
  percent: number,
  tokens: number,
): LiveProjection | undefined =>
  percent > 0 && tokens > 0
    ? { low: (low * tokens) / percent, middle: (middle * tokens) / percent, high: (high * tokens) / percent }
    : undefined
