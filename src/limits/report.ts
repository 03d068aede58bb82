/** Entries and readings in, windows out: what servers said, else estimates; what leaves next; what used the points. */
import type { LimitReading } from '../core/limit.ts'
import type { EstimatedWindow, LimitsReport, LimitWindow, ServerWindow, SlidingView } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { isUsage } from '../report/fold.ts'
import { estimatedWindow } from './estimated.ts'
import { notFilled } from './fill.ts'
import { type KnownWindow, serverWindows } from './server.ts'
import { slidingView } from './sliding.ts'
import { accountKey, byAccount, isAbout, lastReset } from './sums.ts'

export interface LimitsRequest {
  readonly entries: readonly PricedEntry[]
  readonly readings: readonly LimitReading[]
  /** Hours of its billing window, for agents that have one. */
  readonly blockHours: ReadonlyMap<string, number>
  readonly tokenLimit: number | 'max' | undefined
  /** Epoch ms. */
  readonly now: number
}

export interface LimitsPart extends Pick<LimitsReport, 'windows' | 'sliding'> {
  readonly known: readonly KnownWindow[]
  /** By account, each account's by time. */
  readonly entries: ReadonlyMap<string, readonly PricedEntry[]>
}

export const limitsPart = (request: LimitsRequest): LimitsPart => {
  const { readings, now } = request
  const entries = byAccount(request.entries.filter(isUsage))
  const known = serverWindows({ readings, entries, before: () => notFilled, explains: true, now }).sort((a, b) =>
    compareWindows(a.window, b.window),
  )
  const server = known.map(({ window }) => window)
  const windows = [...server, ...estimates(request, entries, server)].sort(compareWindows)
  return { known, entries, windows, sliding: slidingViews(windows, entries, now) }
}

/** For accounts with billing windows: where no server told of one that runs. */
const estimates = (
  { readings, blockHours, tokenLimit, now }: LimitsRequest,
  entries: ReadonlyMap<string, readonly PricedEntry[]>,
  server: readonly ServerWindow[],
): EstimatedWindow[] =>
  [...entries].flatMap(([key, own]) => {
    const hours = blockHours.get(own[0]!.entry.agent)
    if (hours === undefined) return []
    const minutes = hours * 60
    const isTold = server.some(
      one => accountKey(one) === key && isAbout(one.minutes, minutes) && one.endAt !== undefined && !one.isReset,
    )
    const resetAt = lastReset(readings, { account: key, minutes, now })
    const request = { blockHours: hours, tokenLimit, now, resetAt, before: notFilled }
    return isTold ? [] : (estimatedWindow(own, request) ?? [])
  })

const compareWindows = (a: LimitWindow, b: LimitWindow): number =>
  compare(accountKey(a), accountKey(b)) ||
  compare(limitOf(a), limitOf(b)) ||
  (a.minutes ?? Number.POSITIVE_INFINITY) - (b.minutes ?? Number.POSITIVE_INFINITY) ||
  compare(b.basis, a.basis)

const limitOf = (window: LimitWindow): string => (window.basis === 'server' ? (window.limit ?? '') : '')

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** One for each length that an account has a window of. */
const slidingViews = (
  windows: readonly LimitWindow[],
  entries: ReadonlyMap<string, readonly PricedEntry[]>,
  now: number,
): SlidingView[] => {
  const spans = new Map<string, { readonly key: string; readonly minutes: number }>()
  for (const window of windows) {
    const { minutes } = window
    const key = accountKey(window)
    if (minutes !== undefined) spans.set(`${key}\n${minutes}`, { key, minutes })
  }
  return [...spans.values()].flatMap(({ key, minutes }) => slidingView(entries.get(key) ?? [], minutes, now) ?? [])
}
