/**
 * LiteLLM's price file made small: one tuple a model, USD per million tokens. The same code makes the bundled tables
 * and reads a refreshed file, so it trusts nothing: a row with a price that is no sane number is left out whole.
 */
import { FREE_PROVIDERS } from './dated.ts'

/** USD per million: input, output, cache creation, long cache, cache read, reasoning; null where there is no price. */
export type CompactRates = readonly (number | null)[]

export interface CompactExtras {
  /** Long-context tiers: threshold in tokens, then rates. */
  readonly t?: readonly (readonly [number, CompactRates])[]
  /** Other service tiers by name. */
  readonly s?: Readonly<Record<string, CompactRates>>
  /** Factors of fast mode and of US-only inference. */
  readonly f?: number
  readonly u?: number
  /** USD per web search. */
  readonly w?: number
}

/** Index into `providers`, context window in tokens or 0, rates, and what few models have. */
export type CompactRow = readonly [number, number, CompactRates, CompactExtras?]

export interface CompactTable {
  /** When the data were published, `YYYY-MM-DD`. */
  readonly date: string
  readonly source: string
  readonly providers: readonly string[]
  readonly rows: Readonly<Record<string, CompactRow>>
}

type Draft = (number | null)[]

const INPUT = 0
const OUTPUT = 1
const CREATION = 2
const LONG = 3
const READ = 4

const CLASSES: readonly (readonly [string, number])[] = [
  ['input_cost_per_token', INPUT],
  ['output_cost_per_token', OUTPUT],
  ['cache_creation_input_token_cost', CREATION],
  ['cache_read_input_token_cost', READ],
  ['output_cost_per_reasoning_token', 5],
]

const SUFFIX = /_above_(1hr)|_above_([\d.]+)k_tokens|_(priority|flex|batches)/y

class HostileRow extends Error {}

const isGift = (name: string, provider: string): boolean => FREE_PROVIDERS.has(provider) || /[-/:]free$/i.test(name)

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A number in [0, most], undefined when absent; anything else condemns the row. */
const numberIn = (value: unknown, most: number): number | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !(value >= 0 && value <= most)) throw new HostileRow()
  return value
}

/** Twelve digits: what a price is, without the noise that arithmetic leaves behind them. */
export const tidy = (price: number): number => Number(price.toPrecision(12))

/** The dearest model costs 0.0006 a token; ten cents is a mistake or an attack. */
const perMillion = (value: unknown): number | undefined => {
  const usd = numberIn(value, 0.1)
  return usd === undefined ? undefined : tidy(usd * 1e6)
}

interface Place {
  readonly column: number
  readonly above: number | undefined
  readonly service: string | undefined
}

/** Reads `cache_creation_input_token_cost_above_1hr_above_200k_tokens_flex` piece by piece. */
const placeOf = (field: string): Place | undefined => {
  const known = CLASSES.find(([name]) => field === name || field.startsWith(`${name}_`))
  if (!known) return undefined
  let column = known[1]
  let above: number | undefined
  let service: string | undefined
  SUFFIX.lastIndex = known[0].length
  while (SUFFIX.lastIndex < field.length) {
    const [, hour, thousands, tier] = SUFFIX.exec(field) ?? []
    if (hour && column === CREATION) column = LONG
    else if (thousands) above = Math.round(Number(thousands) * 1000)
    else if (tier) service = tier === 'batches' ? 'batch' : tier
    else return undefined
  }
  return { column, above, service }
}

const put = <K>(map: Map<K, Draft>, key: K, column: number, value: number): void => {
  const draft = map.get(key) ?? []
  draft[column] = value
  map.set(key, draft)
}

const trimmed = (draft: Draft): CompactRates => Array.from(draft, value => value ?? null)

const isNumber = (value: unknown): value is number => typeof value === 'number'

/** `tiered_pricing`: each range's lower end is the threshold of its rates, the first range is the base. */
const readRanges = (value: unknown, base: Draft, tiers: Map<number, Draft>): void => {
  if (!Array.isArray(value)) return
  for (const range of value) {
    if (!isObject(range) || !Array.isArray(range.range)) continue // `max_results_range`: search, not tokens
    const from = numberIn(range.range[0], 1e9) ?? 0
    for (const [name, column] of CLASSES) {
      const rate = perMillion(range[name])
      if (rate === undefined) continue
      if (from === 0) base[column] = rate
      else put(tiers, from, column, rate)
    }
  }
}

const readExtras = (raw: Readonly<Record<string, unknown>>): CompactExtras => {
  const special = isObject(raw.provider_specific_entry) ? raw.provider_specific_entry : {}
  const search = isObject(raw.search_context_cost_per_query) ? raw.search_context_cost_per_query : {}
  const fast = numberIn(special.fast, 100)
  const us = numberIn(special.us ?? raw.regional_processing_uplift_multiplier_us, 100)
  const web = numberIn(search.search_context_size_medium, 10)
  return { ...(fast ? { f: fast } : {}), ...(us ? { u: us } : {}), ...(web === undefined ? {} : { w: web }) }
}

const compactRow = (raw: Readonly<Record<string, unknown>>, provider: number): CompactRow | undefined => {
  const base: Draft = []
  const tiers = new Map<number, Draft>()
  const services = new Map<string, Draft>()
  readRanges(raw.tiered_pricing, base, tiers)
  for (const field of Object.keys(raw)) {
    const place = placeOf(field)
    const rate = place && perMillion(raw[field])
    if (!place || rate === undefined) continue
    const { column, above, service } = place
    if (above === undefined && service === undefined) base[column] = rate
    else if (service === undefined && above !== undefined) put(tiers, above, column, rate)
    else if (above === undefined && service !== undefined) put(services, service, column, rate)
    // A service inside a tier costs the tier times the service's factor (checked on every row of 2026-11): not stored.
  }
  base[READ] ??= perMillion(raw.input_cost_per_token_cache_hit) ?? null
  if (!isNumber(base[INPUT]) || !isNumber(base[OUTPUT])) return undefined
  if (base[5] === base[OUTPUT]) base.length = 5
  // DeepSeek and others fill in 0 where no write price is published; prompt tokens are never free on a paid model.
  if (base[CREATION] === 0 && base[INPUT] > 0) base[CREATION] = null
  const extras: CompactExtras = {
    ...(tiers.size
      ? { t: [...tiers].sort(([a], [b]) => a - b).map(([above, d]) => [above, trimmed(d)] as const) }
      : {}),
    ...(services.size ? { s: Object.fromEntries([...services].map(([name, d]) => [name, trimmed(d)])) } : {}),
    ...readExtras(raw),
  }
  const window = numberIn(raw.max_input_tokens, 1e9) ?? 0
  return Object.keys(extras).length ? [provider, window, trimmed(base), extras] : [provider, window, trimmed(base)]
}

/** LiteLLM's published file to a compact table; rows without token prices, or with absurd ones, are left out. */
export const compactPrices = (
  litellm: unknown,
  stamp: { readonly date: string; readonly source: string } = { date: '', source: '' },
): CompactTable => {
  const providers: string[] = []
  const indexes = new Map<string, number>()
  const rows: Record<string, CompactRow> = {}
  for (const [name, raw] of isObject(litellm) ? Object.entries(litellm) : []) {
    if (name === 'sample_spec' || name === '__proto__' || !isObject(raw)) continue
    try {
      const provider = typeof raw.litellm_provider === 'string' ? raw.litellm_provider : ''
      const row = compactRow(raw, indexes.get(provider) ?? providers.length)
      const isUnpriced = row?.[2][INPUT] === 0 && row[2][OUTPUT] === 0 && !isGift(name, provider)
      if (!row || isUnpriced) continue
      if (!indexes.has(provider)) indexes.set(provider, providers.push(provider) - 1)
      rows[name] = row
    } catch (error) {
      if (!(error instanceof HostileRow)) throw error // one bad row must not cost the others
    }
  }
  return { ...stamp, providers, rows }
}
