/** Sums by day of everything that is known, of which most were kept from earlier runs. */
import type { DaySum } from '../core/day-sum.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import type { Prices } from '../pricing/prices.ts'
import { cachePath } from '../pricing/refresh.ts'
import { monthNumbers } from '../store/rows.ts'
import { readSums, type SumsByShard, saveSums } from '../store/sums.ts'
import type { Gathered } from './gather.ts'

/** How entries become sums; the report's business. */
export interface SumRequest {
  /** Everything that the sums depend on beside entries and prices: zone, mode, names of models, the version of the code. */
  readonly key: string
  readonly of: (entries: readonly PricedEntry[], isHistorical: (entry: UsageEntry) => boolean) => readonly DaySum[]
}

/** The sums that are kept, and their stamp. */
export const keptSums = (host: Host, { key }: SumRequest, isOffline: boolean): KeptSums => {
  const stamp = JSON.stringify([key, ...priceStamp(host)])
  const byShard = readSums(host, stamp)
  // A model without a price may have one by now, if anybody may ask.
  const isOpen = !isOffline && [...byShard.values()].some(sums => sums.some(sum => sum.unpriced > 0))
  return { stamp, byShard: isOpen ? new Map() : byShard }
}

/** Tells one state of the prices, and of the code that applies them, from another. */
export const priceStamp = (host: Host): string[] =>
  [host.asset('rates.json'), host.asset('rates-core.json'), host.asset('main.cjs'), cachePath(host)].map(path => {
    const stat = host.stat(path)
    return stat ? `${stat.size} ${stat.mtimeMs}` : ''
  })

export interface KeptSums {
  readonly stamp: string
  readonly byShard: SumsByShard
}

/** Adds up what is not kept, and keeps it. `diagnostics` is told of prices, but not of models without one: only what is shown is. */
export const sumUp = async (
  host: Host,
  gathered: Gathered,
  kept: KeptSums,
  request: SumRequest,
  prices: Prices,
  diagnostics: Diagnostics,
): Promise<DaySum[]> => {
  const told = new Diagnostics()
  const entries = await prices.price(gathered.rows, told)
  diagnostics.addAll(told.list().filter(({ code }) => code !== 'unpriced-model'))
  const historical = new Set<UsageEntry>(gathered.historical)
  const isHistorical = (entry: UsageEntry): boolean => historical.has(entry)
  const fresh = byMonth(entries, own => request.of(own, isHistorical))
  const known = gathered.summed.map(({ file }) => [file, kept.byShard.get(file) ?? []] as const)
  const { shards } = gathered
  if (shards && fresh.size > 0) {
    const added = shards.flatMap(({ file, month }) => (fresh.has(month) ? [[file, fresh.get(month)!] as const] : []))
    const isThere = new Set(shards.map(({ file }) => file))
    const others = [...kept.byShard].filter(([file]) => isThere.has(file))
    saveSums(host, kept.stamp, new Map([...others, ...known, ...added]))
  }
  return [...known.flatMap(([, sums]) => sums), ...[...fresh.values()].flat()]
}

const byMonth = <T>(entries: readonly PricedEntry[], of: (own: readonly PricedEntry[]) => T): Map<number, T> => {
  const monthOf = monthNumbers()
  const months = new Map<number, PricedEntry[]>()
  for (const priced of entries) {
    const month = monthOf(priced.entry.at)
    const own = months.get(month)
    if (own) own.push(priced)
    else months.set(month, [priced])
  }
  return new Map([...months].map(([month, own]) => [month, of(own)]))
}
