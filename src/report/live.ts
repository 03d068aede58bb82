/** Everything that the monitor shows, folded from the responses of the last days. Limits come worked out (limits/live-windows.ts). */
import type { Calendar } from '../core/calendar.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { LiveCall, LiveData, LiveSum, LiveWindow } from '../core/live.ts'
import { usdOf } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { compareNames, groupBy, isUsage } from './fold.ts'
import { type LiveSessionOptions, liveSessions, SHOWN_MS, troubleCounts } from './live-sessions.ts'
import { hitRateOf, liveSum, summaryOf } from './live-sums.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MINUTES_SHOWN = 60
const CALLS_SHOWN = 100
/** So that one response does not explode. */
const LEAST_BURN_MS = 5 * MINUTE

export interface LiveOptions extends LiveSessionOptions {
  readonly calendar: Calendar
  /** All of the accounts, whatever their project and model; undefined where those are the entries. */
  readonly ofAccounts?: readonly PricedEntry[] | undefined
  /** Flags that do not apply to accounts. */
  readonly ignored: readonly string[]
  /** Those that run now. */
  readonly windows: readonly LiveWindow[]
  /** Names of the tools that a response called. */
  readonly toolsOf: (entry: UsageEntry) => readonly string[]
  readonly sources: number
  readonly diagnostics: readonly Diagnostic[]
}

/** `entries` in any order. */
export const liveData = (entries: readonly PricedEntry[], options: LiveOptions): LiveData => {
  const { now, calendar, windows, toolsOf, sources, diagnostics, ignored } = options
  const used = entries.filter(isUsage)
  const since = (ms: number, all = used): PricedEntry[] => all.filter(({ entry }) => entry.at > now - ms)
  const ofHour = summaryOf(since(HOUR))
  const burnMinutes = Math.max(LEAST_BURN_MS, Math.min(HOUR, now - ofHour.firstAt)) / MINUTE
  const troubles = options.troubles.filter(({ at }) => at > now - HOUR)
  return {
    now,
    today: liveSum(summaryOf(ofToday(used, calendar, now))),
    sessions: liveSessions(used, options),
    calls: lastCalls(since(SHOWN_MS)).map(priced => callOf(priced, toolsOf)),
    windows,
    minutes: minutesOf(used, now),
    models: modelsOf(used, windows),
    lastMinute: liveSum(summaryOf(since(MINUTE, options.ofAccounts?.filter(isUsage)))),
    ignored,
    cacheHitRate: hitRateOf(ofHour.tokens),
    ...troubleCounts(troubles),
    usdPerHour: (usdOf(ofHour.cost) / burnMinutes) * 60,
    tokensPerMinute: totalTokens(ofHour.tokens) / burnMinutes,
    burnMinutes,
    sources,
    diagnostics,
  }
}

const ofToday = (entries: readonly PricedEntry[], calendar: Calendar, now: number): PricedEntry[] => {
  const today = calendar.dayOf(now)
  const from = calendar.startOfDay(today)
  const to = calendar.startOfDay(calendar.addDays(today, 1))
  return entries.filter(({ entry }) => entry.at >= from && entry.at < to)
}

/** The last ones, the latest first. */
const lastCalls = (entries: readonly PricedEntry[]): PricedEntry[] =>
  [...entries]
    .sort((a, b) => b.entry.at - a.entry.at || compareNames(a.entry.messageId, b.entry.messageId))
    .slice(0, CALLS_SHOWN)

const callOf = ({ entry, cost }: PricedEntry, toolsOf: LiveOptions['toolsOf']): LiveCall => ({
  at: entry.at,
  agent: entry.agent,
  session: entry.session,
  model: entry.model,
  tokens: plainTokens(entry),
  usd: cost.basis === 'missing' ? undefined : usdOf({ kilo: 0, pico: cost.pico }),
  isSidechain: entry.isSidechain || entry.subagent !== undefined,
  tools: toolsOf(entry),
})

/** A copy: counts of a row are read through its table. */
const plainTokens = ({ tokens: t }: UsageEntry): LiveCall['tokens'] => ({
  input: t.input,
  output: t.output,
  cacheCreation: t.cacheCreation,
  cacheRead: t.cacheRead,
  reasoning: t.reasoning,
  longCache: t.longCache,
})

/** By minute of the clock, the running one last. */
const minutesOf = (entries: readonly PricedEntry[], now: number): LiveSum[] => {
  const running = Math.floor(now / MINUTE)
  const groups = groupBy(
    entries.filter(({ entry }) => Math.floor(entry.at / MINUTE) > running - MINUTES_SHOWN),
    ({ entry }) => Math.min(running, Math.floor(entry.at / MINUTE)),
  )
  return Array.from({ length: MINUTES_SHOWN }, (_, n) =>
    liveSum(summaryOf(groups.get(running - MINUTES_SHOWN + 1 + n) ?? [])),
  )
}

/** What the running windows were used for, the dearest first. */
const modelsOf = (entries: readonly PricedEntry[], windows: readonly LiveWindow[]): LiveData['models'] => {
  const isInWindow = ({ entry: { agent, at } }: PricedEntry): boolean =>
    windows.some(window => window.agent === agent && at >= window.startAt && at <= window.endAt)
  return [...groupBy(entries.filter(isInWindow), ({ entry }) => entry.model)]
    .map(([model, own]) => ({ model, ...liveSum(summaryOf(own)) }))
    .sort((a, b) => b.usd - a.usd || b.tokens - a.tokens || compareNames(a.model, b.model))
}
