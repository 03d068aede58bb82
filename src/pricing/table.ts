/** A compact table opened: rows are checked and expanded when first asked for, most never are. */
import type { ModelPricing, Rates } from '../core/pricing.ts'
import { type CompactExtras, type CompactRates, type CompactTable, isObject, tidy } from './compact.ts'

export interface PriceTable {
  readonly date: string
  readonly source: string
  /** True for a table fetched after the package was published. */
  readonly isRefreshed: boolean
  readonly size: number
  readonly names: () => readonly string[]
  /** The row of exactly this name. */
  readonly get: (name: string) => ModelPricing | undefined
  /** The row whose name in lower case is `name`. */
  readonly getFolded: (name: string) => ModelPricing | undefined
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 1e9

const isRates = (value: unknown): value is CompactRates =>
  Array.isArray(value) && value.length >= 2 && value.every(rate => rate === null || (isCount(rate) && rate <= 1e5))

const ratesOf = (compact: CompactRates): Partial<Rates> => {
  const usd = (column: number): number | undefined => {
    const value = compact[column]
    return value === undefined || value === null ? undefined : tidy(value / 1e6)
  }
  const [input, output, cacheCreation, longCache, cacheRead, reasoning] = [0, 1, 2, 3, 4, 5].map(usd)
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    cacheCreation,
    longCache,
    cacheRead,
    reasoning,
  }
}

/** Classes that a tier or service leaves open follow its input price, as the vendors' own lists do. */
export const complete = (part: Partial<Rates>, base: Rates): Rates => {
  const factor = part.input === undefined || base.input === 0 ? 1 : part.input / base.input
  const scaled = (rate: number | undefined): number | undefined =>
    rate === undefined ? undefined : tidy(rate * factor)
  return {
    input: part.input ?? base.input,
    output: part.output ?? tidy(base.output * factor),
    cacheCreation: part.cacheCreation ?? scaled(base.cacheCreation),
    longCache: part.longCache ?? scaled(base.longCache),
    cacheRead: part.cacheRead ?? scaled(base.cacheRead),
    reasoning: part.reasoning ?? scaled(base.reasoning),
  }
}

/** LiteLLM has a write price of 0.25 in some Gemini tiers, whose models charge writes as input: a tier alone cannot have one. */
const tierRates = (rates: CompactRates, base: Rates): Rates => {
  const part = ratesOf(rates)
  return complete(base.cacheCreation === undefined ? { ...part, cacheCreation: undefined } : part, base)
}

/** xAI charges the tier from 200,000 tokens on, not above it (its price page): "above" is one token less there. */
const thresholdOf = (above: number, provider: string | undefined): number =>
  provider === 'xai' && above === 200_000 ? above - 1 : above

const readExtras = (
  extras: CompactExtras,
  base: Rates,
  provider: string | undefined,
): Omit<ModelPricing, 'name' | 'base'> => {
  const tiers = Array.isArray(extras.t) ? extras.t : []
  const services = isObject(extras.s) ? Object.entries(extras.s) : []
  return {
    provider,
    tiers: tiers.flatMap(tier =>
      Array.isArray(tier) && isCount(tier[0]) && isRates(tier[1])
        ? [{ above: thresholdOf(tier[0], provider), rates: tierRates(tier[1], base) }]
        : [],
    ),
    services: Object.fromEntries(
      services.flatMap(([name, rates]) => (Array.isArray(rates) ? [[name, complete(ratesOf(rates), base)]] : [])),
    ),
    fast: isCount(extras.f) ? extras.f : undefined,
    us: isCount(extras.u) ? extras.u : undefined,
    webSearch: isCount(extras.w) ? extras.w : undefined,
  }
}

/** One row; undefined when it is not shaped like one (a cache file may have been edited). */
const expand = (name: string, row: unknown, providers: readonly string[]): ModelPricing | undefined => {
  if (!Array.isArray(row)) return undefined
  const [provider, window, compact, extras] = row
  if (!isRates(compact) || !isCount(provider) || !isCount(window)) return undefined
  const { input, output, ...rest } = ratesOf(compact)
  if (input === undefined || output === undefined) return undefined
  const base: Rates = { input, output, ...rest }
  return {
    name,
    base,
    ...readExtras(isObject(extras) ? extras : {}, base, providers[provider] || undefined),
    maxInput: window || undefined,
  }
}

/** The shape of a table as a whole; its rows are checked one by one when they are used. */
export const isCompactTable = (value: unknown): value is CompactTable =>
  isObject(value) &&
  typeof value.date === 'string' &&
  typeof value.source === 'string' &&
  Array.isArray(value.providers) &&
  value.providers.every(provider => typeof provider === 'string') &&
  isObject(value.rows)

export const openTable = (compact: CompactTable, isRefreshed = false): PriceTable => {
  const expanded = new Map<string, ModelPricing | undefined>()
  let folded: Map<string, string> | undefined
  const get = (name: string): ModelPricing | undefined => {
    if (!Object.hasOwn(compact.rows, name)) return undefined
    if (!expanded.has(name)) expanded.set(name, expand(name, compact.rows[name], compact.providers))
    return expanded.get(name)
  }
  return {
    date: compact.date,
    source: compact.source,
    isRefreshed,
    size: Object.keys(compact.rows).length,
    names: () => Object.keys(compact.rows),
    get,
    getFolded(name) {
      folded ??= new Map(Object.keys(compact.rows).map(key => [key.toLowerCase(), key]))
      const key = folded.get(name)
      return key === undefined ? undefined : get(key)
    },
  }
}
