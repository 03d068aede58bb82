/**
 * What one session cost up to now, read afresh from its own logs and counted as every report counts: scanned, merged, priced. Only logs that are
 * near are read, and only so much of them as can be read while the user waits.
 */
import { agents } from '../../agents/index.ts'
import type { Options } from '../../config/options.ts'
import { Diagnostics } from '../../core/diagnostic.ts'
import { addMoney, type Money, money, noMoney, usdOf } from '../../core/money.ts'
import type { PricedEntry } from '../../core/summary.ts'
import { promptTokens, totalTokens } from '../../core/tokens.ts'
import type { StepFacts, StepRates } from '../../guard/step.ts'
import type { Host } from '../../host/host.ts'
import { gather } from '../../ingest/gather.ts'
import { scan } from '../../ingest/scan.ts'
import { openPrices, type Prices } from '../../pricing/prices.ts'
import type { SessionLogs } from './logs.ts'

/** Larger sessions are taken from the snapshot: more cannot be read within the tenth of a second that a hook may take (test/bench/guard.mjs). */
const MOST_BYTES = 12 << 20
/** Calls that tell what the next ones will cost. */
const LAST_CALLS = 10

export interface SessionUse {
  readonly usd: number
  /** What of it lies in the day. */
  readonly todayUsd: number
  readonly unpricedTokens: number
  /** Of `unpricedTokens`, those in the day. */
  readonly todayUnpricedTokens: number
  readonly step: Omit<StepFacts, 'models'> | undefined
}

export interface Day {
  /** Epoch ms, the end not included. */
  readonly startAt: number
  readonly endAt: number
}

/** Undefined where the logs are too large to be read now, or one cannot be read. */
export const readSession = async (
  host: Host,
  options: Options,
  logs: SessionLogs,
  session: string,
  day: Day,
): Promise<SessionUse | undefined> => {
  if (logs.sources.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES) return undefined
  const jobs = logs.sources.map(source => ({ source }))
  const reading = scan(host, agents, jobs, { detail: 'counts', isResumable: false })
  if (reading.readings.some(({ failure }) => failure !== undefined)) return undefined
  const gathered = gather([reading], new Diagnostics())
  // A hook never asks the network.
  const prices = openPrices(host, { ...options, offline: true, refreshPrices: false })
  const entries = await prices.price(gathered.rows, new Diagnostics())
  const isOwn = ({ entry }: PricedEntry): boolean => entry.agent === logs.agent && entry.session === session
  const own = options.includeUnlogged
    ? [...entries, ...(await unloggedOf(entries, gathered))].filter(isOwn)
    : entries.filter(isOwn)
  const today = own.filter(({ entry }) => entry.at >= day.startAt && entry.at < day.endAt)
  return {
    usd: usdOf(costOf(own)),
    todayUsd: usdOf(costOf(today)),
    unpricedTokens: unpricedOf(own),
    todayUnpricedTokens: unpricedOf(today),
    step: factsOf(own, prices),
  }
}

const unloggedOf = async (entries: readonly PricedEntry[], { notes, inherited }: ReturnType<typeof gather>) =>
  (await import('../../report/unlogged-entries.ts')).unloggedEntries(entries, notes(), inherited())

const costOf = (entries: readonly PricedEntry[]): Money =>
  entries.reduce((sum, { cost }) => addMoney(sum, money(0, cost.pico)), noMoney)

const unpricedOf = (entries: readonly PricedEntry[]): number =>
  entries.reduce((sum, { entry, cost }) => sum + (cost.basis === 'missing' ? totalTokens(entry.tokens) : 0), 0)

/** What the next call carries and costs, by the last ones of the main thread. */
const factsOf = (entries: readonly PricedEntry[], prices: Prices): SessionUse['step'] => {
  const main = entries
    .filter(({ entry }) => !entry.isSidechain && promptTokens(entry.tokens) > 0)
    .sort((a, b) => a.entry.at - b.entry.at)
    .slice(-LAST_CALLS)
  const last = main.at(-1)?.entry
  const rates = last?.model === undefined ? undefined : ratesOf(prices, last.model, last.at)
  if (last?.model === undefined || !rates) return undefined
  return {
    context: promptTokens(last.tokens),
    model: last.model,
    rates,
    callUsd: usdOf(costOf(main)) / main.length,
    isFast: last.speed === 'fast',
  }
}

const ratesOf = (prices: Prices, model: string, at: number): StepRates | undefined => {
  const pricing = prices.lookup(model, at)
  return pricing && { ...pricing.base, tiers: pricing.tiers, fast: pricing.fast }
}
