/** The figures of the status line, as sums of entries: today, the week, sessions, running windows, how fast it burns. */
import type { Calendar } from '../core/calendar.ts'
import { isUncertain } from '../core/entry.ts'
import { addMoney, type Money, money, noMoney, usdOf } from '../core/money.ts'
import type { StatusBlock, StatusBurn, StatusSession, StatusSum, StatusZone } from '../core/status.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { isUsage } from './fold.ts'
import { windowsOf } from './windows.ts'

export interface StatusRequest {
  /** Epoch ms. */
  readonly now: number
  readonly calendar: Calendar
  /** Length of a window by agent, ms; agents that are not in it have none. */
  readonly blockMs: ReadonlyMap<string, number>
  /** What sessions used before the first of the entries, where those are not all. */
  readonly before?: ReadonlyMap<string, Sum> | undefined
}

export interface StatusFigures {
  readonly zone: StatusZone
  readonly dayStartAt: number
  readonly dayEndAt: number
  readonly today: StatusSum
  readonly week: StatusSum
  readonly sessions: Readonly<Record<string, StatusSession>>
  readonly blocks: readonly StatusBlock[]
  readonly burn: StatusBurn
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BAR_MS = 5 * MINUTE
const BARS = 12
/** Sessions that were quiet for longer are nobody's running ones. */
const RECENT_MS = 48 * HOUR

/** Adds in whole picodollars, and hands out dollars at the end. */
export class Sum {
  cost: Money = noMoney
  tokens = 0
  unpricedTokens = 0
  isLowerBound = false
  lastAt = Number.NEGATIVE_INFINITY

  add({ entry, cost }: PricedEntry): void {
    const tokens = totalTokens(entry.tokens)
    this.cost = addMoney(this.cost, money(0, cost.pico))
    this.tokens += tokens
    if (cost.basis === 'missing') this.unpricedTokens += tokens
    if (isUncertain(entry)) this.isLowerBound = true
    if (entry.at > this.lastAt) this.lastAt = entry.at
  }

  addSum(other: Sum): void {
    this.cost = addMoney(this.cost, other.cost)
    this.tokens += other.tokens
    this.unpricedTokens += other.unpricedTokens
    this.isLowerBound ||= other.isLowerBound
  }

  done(): StatusSum {
    const { tokens, unpricedTokens, isLowerBound } = this
    return { usd: usdOf(this.cost), tokens, unpricedTokens, isLowerBound }
  }
}

const sumOf = (entries: Iterable<PricedEntry>): StatusSum => {
  const sum = new Sum()
  for (const priced of entries) sum.add(priced)
  return sum.done()
}

/** `entries`: all of the sessions and windows that are shown, in any order. */
export const statusFigures = (entries: readonly PricedEntry[], request: StatusRequest): StatusFigures => {
  const { now, calendar } = request
  const used = entries.filter(isUsage)
  const day = calendar.dayOf(now)
  const dayStartAt = calendar.startOfDay(day)
  const dayEndAt = calendar.startOfDay(calendar.addDays(day, 1))
  const isToday = ({ entry }: PricedEntry): boolean => entry.at >= dayStartAt && entry.at < dayEndAt
  const weekStartAt = calendar.startOfDay(calendar.addDays(day, -6))
  return {
    zone: zoneOf(calendar, now),
    dayStartAt,
    dayEndAt,
    today: sumOf(used.filter(isToday)),
    week: sumOf(used.filter(({ entry }) => entry.at >= weekStartAt && entry.at < dayEndAt)),
    sessions: sessionsOf(used, request, isToday),
    blocks: blocksOf(used, request),
    burn: burnOf(used, now),
  }
}

/** How far the zone is ahead of UTC at an instant, ms. */
const offsetAt = (calendar: Calendar, at: number): number => {
  const { day, time } = calendar.clock(at)
  return Date.parse(`${day}T${time}Z`) - Math.floor(at / 1000) * 1000
}

/** As far ahead as a line that is drawn from it tells the time. */
const zoneOf = (calendar: Calendar, now: number): StatusZone => {
  const offsetMs = offsetAt(calendar, now)
  let changeAt = now + 2 * DAY
  const laterOffsetMs = offsetAt(calendar, changeAt)
  if (laterOffsetMs === offsetMs) return { offsetMs }
  for (let low = now; changeAt - low > 1; ) {
    const middle = Math.floor((low + changeAt) / 2)
    if (offsetAt(calendar, middle) === offsetMs) low = middle
    else changeAt = middle
  }
  return { offsetMs, changeAt, laterOffsetMs }
}

const sessionsOf = (
  entries: readonly PricedEntry[],
  { now, before }: StatusRequest,
  isToday: (priced: PricedEntry) => boolean,
): Record<string, StatusSession> => {
  const sessions = new Map<string, { readonly agent: string; readonly all: Sum; readonly today: Sum }>()
  for (const priced of entries) {
    const { session, agent } = priced.entry
    if (session === undefined) continue
    const found = sessions.get(session) ?? { agent, all: new Sum(), today: new Sum() }
    sessions.set(session, found)
    found.all.add(priced)
    if (isToday(priced)) found.today.add(priced)
  }
  for (const [id, { all }] of sessions) {
    const earlier = before?.get(id)
    if (earlier) all.addSum(earlier)
  }
  // Ids come from logs: as own keys of an object made so, none of them means anything.
  return Object.fromEntries(
    [...sessions]
      .filter(([, { all }]) => now - all.lastAt < RECENT_MS)
      .map(([id, { agent, all, today }]) => [
        id,
        { agent, ...all.done(), todayUsd: today.done().usd, lastAt: all.lastAt },
      ]),
  )
}

/** What each session used before `from`. */
export const sessionsBefore = (entries: readonly PricedEntry[], from: number): Map<string, Sum> => {
  const sessions = new Map<string, Sum>()
  for (const priced of entries) {
    const { session, at } = priced.entry
    if (session === undefined || at >= from || !isUsage(priced)) continue
    const sum = sessions.get(session) ?? new Sum()
    sessions.set(session, sum)
    sum.add(priced)
  }
  return sessions
}

const byAgent = (entries: readonly PricedEntry[]): Map<string, PricedEntry[]> => {
  const agents = new Map<string, PricedEntry[]>()
  for (const priced of entries) {
    const own = agents.get(priced.entry.agent)
    if (own) own.push(priced)
    else agents.set(priced.entry.agent, [priced])
  }
  return agents
}

const blocksOf = (entries: readonly PricedEntry[], { now, blockMs }: StatusRequest): StatusBlock[] =>
  [...byAgent(entries)].flatMap(([agent, own]) => {
    const length = blockMs.get(agent)
    const window =
      length === undefined
        ? undefined
        : windowsOf(own, length).find(
            ({ startAt, endAt, entries: in_ }) => in_.length > 0 && startAt <= now && now < endAt,
          )
    if (!window) return []
    const { startAt, endAt, entries: inside } = window
    const firstAt = inside.reduce((first, { entry }) => Math.min(first, entry.at), Number.POSITIVE_INFINITY)
    return [{ agent, startAt, endAt, firstAt, ...sumOf(inside) }]
  })

/** Over the last hour, or since its first entry where that is later; at least five minutes, so that one entry does not explode. */
const burnOf = (entries: readonly PricedEntry[], now: number): StatusBurn => {
  const recent = entries.filter(({ entry }) => entry.at > now - HOUR && entry.at <= now)
  const firstAt = recent.reduce((first, { entry }) => Math.min(first, entry.at), now)
  const minutes = Math.max(BAR_MS / MINUTE, (now - firstAt) / MINUTE)
  const { usd, tokens } = sumOf(recent)
  const spoken = recent.reduce((sum, { entry }) => sum + entry.tokens.input + entry.tokens.output, 0)
  const bars = Array.from({ length: BARS }, () => new Sum())
  for (const priced of recent) bars[BARS - 1 - Math.floor((now - priced.entry.at) / BAR_MS)]?.add(priced)
  return {
    usdPerHour: (usd / minutes) * 60,
    tokensPerMinute: tokens / minutes,
    tokensPerMinuteForIndicator: spoken / minutes,
    bars: bars.map(bar => bar.done().usd),
  }
}

/** Tokens of the fullest window that is over, by agent. */
export const highestWindows = (
  entries: readonly PricedEntry[],
  { now, blockMs }: Pick<StatusRequest, 'now' | 'blockMs'>,
): Record<string, number> =>
  Object.fromEntries(
    [...byAgent(entries.filter(isUsage))].flatMap(([agent, own]) => {
      const length = blockMs.get(agent)
      if (length === undefined) return []
      const over = windowsOf(own, length).filter(({ endAt, entries: inside }) => inside.length > 0 && endAt <= now)
      const most = over.reduce((high, { entries: inside }) => Math.max(high, sumOf(inside).tokens), 0)
      return most > 0 ? [[agent, most] as const] : []
    }),
  )

/** Whether the running window, if there is one, is the one that all entries would give: after a pause as long as a window it is. */
export const isAnchored = (
  entries: readonly PricedEntry[],
  { from, now, blockMs }: Pick<StatusRequest, 'now' | 'blockMs'> & { readonly from: number },
): boolean =>
  [...byAgent(entries)].every(([agent, own]) => {
    const length = blockMs.get(agent)
    if (length === undefined) return true
    const times = own.map(({ entry }) => entry.at).sort((a, b) => a - b)
    if ((times.at(-1) ?? from) + length <= now) return true
    return times.some((at, i) => at - (times[i - 1] ?? from) > length)
  })
