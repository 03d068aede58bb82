/** The windows that run now, for the monitor: as the server counts them where it said so, else cut from the account's own entries. */
import { type LimitReading, latestReadings } from '../core/limit.ts'
import type { LimitBasis, LiveWindow } from '../core/live.ts'
import { usdOf } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { type Window, windowsOf } from '../report/windows.ts'
import { tokenCurve } from './curves.ts'
import { type AccountPast, after, type PastWindows, usesWindow } from './live-past.ts'
import { predictEnd, predictFull, recentRate, usedAfter, type WindowCurve } from './predict.ts'
import { accountKey, byAccount, sumOfEntries } from './sums.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

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

/** What a window is held against. */
interface Limit {
  readonly usedPercent: number | undefined
  readonly basis: LimitBasis | undefined
  readonly saidAt: number | undefined
  readonly tokenLimit: number | undefined
  /** Tokens at which it is full, as far as that can be told. */
  readonly fullAt: number | undefined
}

/** By agent, the shorter first. */
export const liveWindows = (request: LiveWindowsRequest): LiveWindow[] => {
  const accounts = byAccount(request.entries.filter(usesWindow))
  const told = serverWindows(request, accounts)
  const own = [...accounts].flatMap(([key, entries]) => {
    const hours = request.blockHours.get(entries[0]?.entry.agent ?? '')
    if (hours === undefined || told.some(one => one.account === key && isAbout(one.window.minutes, hours * 60)))
      return []
    return estimated(entries, request.past.of(key), hours, request) ?? []
  })
  return [...told.map(one => one.window), ...own].sort(
    (a, b) => compare(a.agent, b.agent) || a.minutes - b.minutes || a.startAt - b.startAt,
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Some servers say 299 for five hours. */
const isAbout = (minutes: number, wanted: number): boolean => Math.abs(minutes - wanted) <= 1

const serverWindows = (
  { readings, past, blockHours, now }: LiveWindowsRequest,
  accounts: ReadonlyMap<string, readonly PricedEntry[]>,
): { readonly account: string; readonly window: LiveWindow }[] =>
  latestReadings(readings).flatMap(reading => {
    const { agent, minutes, resetsAt, usedPercent, at } = reading
    if (minutes === undefined || resetsAt === undefined || resetsAt <= now) return []
    const startAt = resetsAt - minutes * MINUTE
    const account = accountKey(reading)
    const entries = (accounts.get(account) ?? []).filter(({ entry }) => entry.at >= startAt && entry.at <= resetsAt)
    const window = { startAt, endAt: resetsAt, entries }
    const { tokens } = sumOfEntries(entries)
    const fullAt = usedPercent > 0 && tokens > 0 ? (tokens * 100) / usedPercent : undefined
    const limit: Limit = { usedPercent, basis: 'server', saidAt: at, tokenLimit: undefined, fullAt }
    const hours = blockHours.get(agent)
    const isOfPast = hours !== undefined && isAbout(minutes, hours * 60)
    const { curves } = isOfPast ? after(past.of(account), accounts.get(account) ?? [], hours, now) : { curves: [] }
    return [{ account, window: liveWindow(agent, minutes, window, curves, limit, false, now) }]
  })

/** Undefined where no window runs. */
const estimated = (
  entries: readonly PricedEntry[],
  before: AccountPast,
  hours: number,
  { tokenLimit: wanted, now }: LiveWindowsRequest,
): LiveWindow | undefined => {
  const known = after(before, entries, hours, now)
  const windows = windowsOf(known.open, hours * HOUR).filter(window => window.entries.length > 0)
  const running = windows.findLast(({ startAt, endAt }) => startAt <= now && now < endAt)
  if (!running) return undefined
  const over = windows.filter(({ endAt }) => endAt <= now).map(tokenCurve)
  const highest = over.reduce(
    (most, curve) => Math.max(most, usedAfter(curve, Number.POSITIVE_INFINITY)),
    known.highest,
  )
  const limit = typeof wanted === 'number' ? wanted : highest
  const tokenLimit = limit > 0 ? limit : undefined
  const { tokens } = sumOfEntries(running.entries)
  const facts: Limit = {
    usedPercent: tokenLimit === undefined ? undefined : (tokens / tokenLimit) * 100,
    basis: tokenLimit === undefined ? undefined : typeof wanted === 'number' ? 'given' : 'own-highest',
    saidAt: undefined,
    tokenLimit,
    fullAt: tokenLimit,
  }
  const agent = running.entries[0]?.entry.agent ?? ''
  return liveWindow(agent, hours * 60, running, [...known.curves, ...over], facts, true, now)
}

const liveWindow = (
  agent: string,
  minutes: number,
  window: Window,
  past: readonly WindowCurve[],
  { fullAt, ...limit }: Limit,
  isEstimated: boolean,
  now: number,
): LiveWindow => {
  const { startAt, endAt, entries } = window
  const { entries: calls, tokens, cost, unpricedTokens } = sumOfEntries(entries)
  const curve = tokenCurve(window)
  const elapsedMs = Math.max(0, now - startAt)
  const lengthMs = endAt - startAt
  const recentPerMs = recentRate(curve, elapsedMs, lengthMs)
  const soFar = { startAt, elapsedMs, lengthMs, used: tokens, recentPerMs }
  const end = predictEnd(past, soFar)
  const isFull = (limit.usedPercent ?? 0) >= 100
  return {
    agent,
    minutes,
    startAt,
    endAt,
    isEstimated,
    calls,
    tokens,
    usd: usdOf(cost),
    unpricedTokens,
    ...limit,
    projection: end && { low: end.low, middle: end.middle, high: end.high },
    fullBetween: fullAt === undefined || isFull ? undefined : predictFull(past, soFar, fullAt),
  }
}
