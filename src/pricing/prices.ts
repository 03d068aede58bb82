/**
 * Prices for a run: opens the tables when they are needed, looks every model up once, and asks the network only where
 * the user allows it. The small table of first-party rows answers most homes, so the large one is rarely read.
 */
import type { CostExplanation, PriceOrigin } from '../core/audit.ts'
import type { Cost, CostMode } from '../core/cost.ts'
import type { CostParts } from '../core/cost-parts.ts'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { UsageEntry } from '../core/entry.ts'
import { EntryRow } from '../core/entry-row.ts'
import type { ModelPricing, PriceOverride } from '../core/pricing.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import type { Host } from '../host/host.ts'
import type { CompactTable } from './compact.ts'
import { costOf, estimateOf, explainCost, isFree, loggedCost } from './cost.ts'
import { costPartsOf } from './cost-parts.ts'
import { CHECKED } from './dated.ts'
import { isPeak, pricingAt, timelineOf } from './history.ts'
import { type Resolved, resolve } from './lookup.ts'
import { priceKey, type Road, roadOf } from './names.ts'
import { cachePath, type PriceCache, parseJson, readCache, refresh } from './refresh.ts'
import { pricePlainRows } from './rows.ts'
import { isCompactTable, openTable, type PriceTable } from './table.ts'
import { guessedModels, modelsOf, type Wanted, wantedOf } from './wanted.ts'

export interface PriceOptions {
  /** Never opens a socket, whatever else is asked. */
  readonly offline: boolean
  /** Fetch the price file even if nothing is missing. */
  readonly refreshPrices: boolean
  readonly modelAliases: Readonly<Record<string, string>>
  readonly priceOverrides: Readonly<Record<string, PriceOverride>>
  readonly mode: CostMode
}

export interface PriceInfo {
  readonly source: string
  /** When the data in use were published. */
  readonly date: string
  readonly rows: number
  readonly cachePath: string
  /** Epoch ms of the last refresh that worked. */
  readonly refreshedAt: number | undefined
}

export interface Prices {
  /** One priced entry for each entry, in the same order. */
  price(entries: readonly UsageEntry[], diagnostics: Diagnostics): Promise<readonly PricedEntry[]>
  /** The price of a model at `at` (epoch ms), aliases and overrides applied; never asks the network. */
  lookup(model: string, at: number, provider?: string | undefined): ModelPricing | undefined
  /** Why an entry that `price` gave out costs what it does; never asks the network. */
  explain(entry: UsageEntry, mode: CostMode): CostExplanation
  /** What an entry that `price` gave out costs, by what was charged; never asks the network. */
  parts(entry: UsageEntry, mode: CostMode): CostParts
  info(): PriceInfo
}

const DAY_MS = 86_400_000
/** A try that failed is not repeated for an hour, so that a machine behind a firewall waits once. */
const RETRY_MS = 3_600_000

const loadTable = (host: Host, name: string): CompactTable => {
  const value = parseJson(host.readText(host.asset(name)) ?? '')
  if (!isCompactTable(value)) throw new Error(`${name} is missing from the package or broken`)
  return value
}

/** The tables of a run and what was found in them. */
class Tables {
  private core: PriceTable | undefined
  private full: PriceTable | undefined
  private fullTable: CompactTable | undefined
  private cache: PriceCache | undefined
  private refreshed: PriceTable | undefined
  private isCacheRead = false
  private isCacheBad = false
  private resolved = new Map<string, Resolved>()

  constructor(
    private readonly host: Host,
    private readonly options: PriceOptions,
  ) {}

  private readCache(): void {
    if (this.isCacheRead) return
    this.isCacheRead = true
    const cache = readCache(this.host)
    if (cache === 'bad') this.isCacheBad = true
    else this.setCache(cache)
  }

  private setCache(cache: PriceCache | undefined): void {
    this.cache = cache
    this.refreshed = cache && cache.refreshedAt > 0 ? openTable(cache.table, true) : undefined
  }

  private bundled(): CompactTable {
    this.fullTable ??= loadTable(this.host, 'rates.json')
    return this.fullTable
  }

  /** The tables to look in, in order of preference. */
  private inOrder(isPartial: boolean): PriceTable[] {
    if (isPartial) this.core ??= openTable(loadTable(this.host, 'rates-core.json'))
    else this.full ??= openTable(this.bundled())
    const own = isPartial ? this.core : this.full
    // A package newer than the cache knows better than the cache.
    const isNewer = this.refreshed !== undefined && own !== undefined && this.refreshed.date >= own.date
    return [...(isNewer && this.refreshed ? [this.refreshed] : []), ...(own ? [own] : [])]
  }

  private find(model: string, road: Road | undefined, isPartial: boolean): Resolved {
    return resolve(
      {
        tables: this.inOrder(isPartial),
        aliases: this.options.modelAliases,
        overrides: this.options.priceOverrides,
      },
      model,
      road,
      isPartial,
    )
  }

  resolve(model: string, provider: string | undefined): Resolved {
    const key = priceKey(model, provider)
    const known = this.resolved.get(key)
    if (known) return known
    this.readCache()
    const road = roadOf(provider)
    let found = this.find(model, road, true)
    if (!found.timeline) found = this.find(model, road, false)
    this.resolved.set(key, found)
    return found
  }

  /** Where the price came from that `model`, as the log names it, had at `at`. */
  originOf(model: string, { model: named, timeline }: Resolved, at: number): PriceOrigin | undefined {
    const span = timeline?.find(({ to }) => at < to)
    if (!span) return undefined
    const { name } = span.pricing
    const hasRow = (table: PriceTable): boolean => table.get(name) !== undefined
    const table = this.inOrder(true).find(hasRow) ?? this.inOrder(false).find(hasRow)
    const isOwn = [model, named].some(key => Object.hasOwn(this.options.priceOverrides, key))
    // Without a row of a table, a timeline holds nothing but what is kept by hand.
    const dated = timelineOf(name, undefined, table?.isRefreshed ? Date.parse(table.date) : undefined)
    const isDated = dated !== undefined && pricingAt(dated, at) !== undefined
    const kind = isOwn ? 'override' : isDated ? 'dated' : table?.isRefreshed ? 'refreshed' : 'table'
    return {
      name,
      kind,
      source: kind === 'table' || kind === 'refreshed' ? table?.source : undefined,
      date: kind === 'override' ? undefined : isDated ? CHECKED : table?.date.slice(0, 10),
      from: Number.isFinite(span.from) ? span.from : undefined,
      to: Number.isFinite(span.to) ? span.to : undefined,
      isOffPeak: span.offPeak !== undefined && !isPeak(at),
    }
  }

  /** True when the network may be asked for models that are not known. */
  mayRefresh(): boolean {
    this.readCache()
    const age = this.host.now() - (this.cache?.refreshedAt ?? 0)
    const wait = this.host.now() - (this.cache?.attemptedAt ?? 0)
    return !this.options.offline && !(age >= 0 && age < DAY_MS) && !(wait >= 0 && wait < RETRY_MS)
  }

  async refresh(diagnostics: Diagnostics): Promise<void> {
    this.readCache()
    const { cache, failure } = await refresh(this.host, this.bundled(), this.cache)
    if (failure !== undefined) diagnostics.add('prices-not-refreshed', { reason: failure })
    this.setCache(cache)
    this.resolved = new Map()
  }

  reportCache(diagnostics: Diagnostics): void {
    if (this.isCacheBad) diagnostics.add('bad-price-cache', { path: cachePath(this.host) })
    this.isCacheBad = false
  }

  info(): PriceInfo {
    this.readCache()
    const bundled = this.bundled()
    const isNewer = this.refreshed !== undefined && this.refreshed.date >= bundled.date
    const added = isNewer
      ? (this.refreshed?.names() ?? []).filter(name => !Object.hasOwn(bundled.rows, name)).length
      : 0
    return {
      source: isNewer && this.refreshed ? this.refreshed.source : bundled.source,
      date: (isNewer && this.refreshed ? this.refreshed.date : bundled.date).slice(0, 10),
      rows: Object.keys(bundled.rows).length + added,
      cachePath: cachePath(this.host),
      refreshedAt: this.cache && this.cache.refreshedAt > 0 ? this.cache.refreshedAt : undefined,
    }
  }
}

/** What was found for an entry's model. */
const foundFor = (entry: UsageEntry, found: ReadonlyMap<string, Resolved>): Resolved | undefined =>
  entry.model === undefined ? undefined : found.get(priceKey(entry.model, entry.provider))

/** Who served it, unless the model has a name that the user gave it: that is priced as it stands. */
const providerOf = (entry: UsageEntry): string | undefined => {
  if (!(entry instanceof EntryRow)) return entry.provider
  const { texts, places } = entry.table
  return entry.model === texts[places.model[entry.row] ?? 0] ? entry.provider : undefined
}

const priceOne = (entry: UsageEntry, found: Resolved | undefined, mode: CostMode): PricedEntry => {
  const pricing = found?.timeline && pricingAt(found.timeline, entry.at)
  const cost: Cost = costOf(entry, pricing, mode)
  const estimatedTokens = totalTokens(estimateOf(entry))
  if (entry instanceof EntryRow) return entry.withCost(cost, estimatedTokens)
  const named = found && found.model !== entry.model ? { ...entry, model: found.model } : entry
  return { entry: named, cost, estimatedTokens }
}

const isRows = (entries: readonly UsageEntry[]): entries is readonly EntryRow[] => entries[0] instanceof EntryRow

/** Rows take their cost in, and a name that an alias gave their model. */
const priceRows = (rows: readonly EntryRow[], found: ReadonlyMap<string, Resolved>, mode: CostMode): void => {
  for (const row of pricePlainRows(rows, mode, (model, provider) => found.get(priceKey(model, provider))?.timeline))
    priceOne(row, foundFor(row, found), mode)
  const names = [...found].map(([key, { model }]) => [key.split('\n')[0], model] as const)
  const renamed = new Map(names.filter(([name, model]) => name !== model))
  if (renamed.size === 0) return
  for (const row of rows) if (row.model !== undefined) row.model = renamed.get(row.model) ?? row.model
}

/** Prices for one run of a command. */
export const openPrices = (host: Host, options: PriceOptions): Prices => {
  const tables = new Tables(host, options)
  /** Entries that an alias renamed, as the log has them: their price was looked up by that name. */
  const originals = new WeakMap<UsageEntry, UsageEntry>()
  let isAsked = false

  const refreshIfNeeded = async (models: Wanted, diagnostics: Diagnostics): Promise<void> => {
    if (isAsked || options.offline) return
    const isUnknown = () =>
      [...models.values()].some(names => !tables.resolve(...names).timeline) && tables.mayRefresh()
    if (!options.refreshPrices && !isUnknown()) return
    isAsked = true
    await tables.refresh(diagnostics)
  }

  const priceEntry = (entry: UsageEntry, found: ReadonlyMap<string, Resolved>): PricedEntry => {
    const result = priceOne(entry, foundFor(entry, found), options.mode)
    if (result.entry !== entry) originals.set(result.entry, entry)
    return result
  }

  return {
    async price(entries, diagnostics) {
      const models = modelsOf(entries, options.mode)
      await refreshIfNeeded(models, diagnostics)
      // An alias renames every entry, also one whose cost is settled without a table.
      const isRenaming = Object.keys(options.modelAliases).length > 0
      const wanted = isRenaming ? wantedOf(entries, () => true) : new Map([...models, ...guessedModels(entries)])
      const found = new Map([...wanted].map(([key, names]) => [key, tables.resolve(...names)] as const))
      const missing = new Map<string | undefined, number>()
      if (isRows(entries)) priceRows(entries, found, options.mode)
      const priced = isRows(entries) ? entries : entries.map(entry => priceEntry(entry, found))
      for (const { entry, cost } of priced)
        if (cost.basis === 'missing') missing.set(entry.model, (missing.get(entry.model) ?? 0) + 1)
      for (const [model, count] of missing)
        diagnostics.add('unpriced-model', model === undefined ? {} : { model }, count)
      tables.reportCache(diagnostics)
      return priced
    },
    lookup(model, at, provider) {
      const { timeline } = tables.resolve(model, provider)
      return timeline && pricingAt(timeline, at)
    },
    explain(priced, mode) {
      const entry = originals.get(priced) ?? priced
      const isSettled = loggedCost(entry, mode) !== undefined || (isFree(entry) && entry.estimated === undefined)
      const found = isSettled || entry.model === undefined ? undefined : tables.resolve(entry.model, providerOf(entry))
      const pricing = found?.timeline && pricingAt(found.timeline, entry.at)
      const price = found && entry.model !== undefined ? tables.originOf(entry.model, found, entry.at) : undefined
      return { ...explainCost(entry, pricing, mode), price }
    },
    parts(priced, mode) {
      const entry = originals.get(priced) ?? priced
      const found = entry.model === undefined ? undefined : tables.resolve(entry.model, providerOf(entry))
      return costPartsOf(entry, found?.timeline && pricingAt(found.timeline, entry.at), mode)
    },
    info: () => tables.info(),
  }
}
