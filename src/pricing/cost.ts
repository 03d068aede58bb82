/**
 * What one response costs: every token class at its rate, then the factors of the request, rounded once to whole
 * picodollars. The long-context tier is chosen once, by the whole prompt, and holds for all tokens of the request.
 */
import type { Cost, CostMode } from '../core/cost.ts'
import type { UsageEntry } from '../core/entry.ts'
import { picoOf } from '../core/money.ts'
import type { ModelPricing, Rates } from '../core/pricing.ts'
import { promptTokens, type TokenCounts, totalTokens } from '../core/tokens.ts'

/** Anthropic's pricing page: 10 USD for 1,000 searches; web fetch is free. */
const CLAUDE_SEARCH = 0.01

const isClaude = (pricing: ModelPricing): boolean =>
  pricing.provider === 'anthropic' || /(?:^|[/.])claude-/.test(pricing.name)

/** The rates of a prompt of this size; the last tier that it exceeds wins. */
const tierRates = (pricing: ModelPricing, prompt: number): Rates => {
  let rates = pricing.base
  for (const tier of pricing.tiers) if (prompt > tier.above) rates = tier.rates
  return rates
}

const ratio = (service: number | undefined, base: number | undefined, otherwise: number): number =>
  service === undefined || !base ? otherwise : service / base

/** The rates as another service tier charges them; inside a long-context tier it keeps its distance to standard. */
const serviceRates = (pricing: ModelPricing, tier: string, rates: Rates): Rates => {
  const service = Object.hasOwn(pricing.services, tier) ? pricing.services[tier] : undefined
  if (service && rates === pricing.base) return service
  // Anthropic, OpenAI and Google all sell batches at half price; other tiers are known only where a row has them.
  const factor = service ? ratio(service.input, pricing.base.input, 1) : tier === 'batch' ? 0.5 : 1
  if (!service && factor === 1) return rates
  const scaled = (key: keyof Rates): number | undefined => {
    const rate = rates[key]
    return rate === undefined ? undefined : rate * ratio(service?.[key], pricing.base[key], factor)
  }
  return {
    input: scaled('input') ?? 0,
    output: scaled('output') ?? 0,
    cacheCreation: scaled('cacheCreation'),
    longCache: scaled('longCache'),
    cacheRead: scaled('cacheRead'),
    reasoning: scaled('reasoning'),
  }
}

const ratesOf = (entry: UsageEntry, pricing: ModelPricing): Rates => {
  const rates = pricing.tiers.length === 0 ? pricing.base : tierRates(pricing, promptTokens(entry.tokens))
  return entry.tier === undefined ? rates : serviceRates(pricing, entry.tier, rates)
}

const factorOf = (entry: UsageEntry, pricing: ModelPricing): number =>
  (entry.speed === 'fast' ? (pricing.fast ?? 1) : 1) * (entry.geo === 'us' ? (pricing.us ?? 1) : 1)

/** USD. A class without a price of its own is what it is before caching: input. Anthropic's writes have a rule instead. */
const usdOf = (t: TokenCounts, rates: Rates, pricing: ModelPricing): number => {
  const written = rates.cacheCreation ?? (t.cacheCreation > 0 && isClaude(pricing) ? rates.input * 1.25 : rates.input)
  const long = rates.longCache ?? (t.longCache > 0 && isClaude(pricing) ? rates.input * 2 : written)
  const thought = rates.reasoning === undefined ? 0 : t.reasoning
  return (
    t.input * rates.input +
    (t.output - thought) * rates.output +
    thought * (rates.reasoning ?? 0) +
    (t.cacheCreation - t.longCache) * written +
    t.longCache * long +
    t.cacheRead * (rates.cacheRead ?? rates.input)
  )
}

const searchUsd = (entry: UsageEntry, pricing: ModelPricing): number =>
  entry.webSearches === 0 ? 0 : entry.webSearches * (pricing.webSearch ?? (isClaude(pricing) ? CLAUDE_SEARCH : 0))

/** True where nothing was sent to a model: no tokens and no searches, or a message that the agent made itself. */
export const isFree = (entry: UsageEntry): boolean =>
  entry.model === '<synthetic>' || (totalTokens(entry.tokens) === 0 && entry.webSearches === 0)

/** What the agent logged, if the mode wants it: always in `display`, a positive amount in `auto`. */
export const loggedCost = (entry: UsageEntry, mode: CostMode): number | undefined => {
  const usd = entry.loggedUsd ?? 0
  const isAmount = Number.isFinite(usd) && usd > 0
  if (mode === 'display') return isAmount ? usd : 0
  return mode === 'auto' && isAmount ? usd : undefined
}

/** Tokens that a partial output probably lacks: about four visible characters a token, less what was counted. */
export const estimateOutput = (entry: UsageEntry): number => {
  if (!entry.isPartial) return 0
  const estimate = Math.round(entry.visibleLength / 4) - entry.tokens.output
  return Math.max(estimate, 0)
}

/** The cost of one entry. `pricing` is the row that held at the entry's time; undefined means the model is unknown. */
export const costOf = (entry: UsageEntry, pricing: ModelPricing | undefined, mode: CostMode): Cost => {
  const logged = loggedCost(entry, mode)
  if (logged !== undefined) return { pico: picoOf(logged), basis: 'logged', estimatePico: 0 }
  if (isFree(entry)) return { pico: 0, basis: 'calculated', estimatePico: 0 }
  if (!pricing) return { pico: 0, basis: 'missing', estimatePico: 0 }
  const rates = ratesOf(entry, pricing)
  const factor = factorOf(entry, pricing)
  const usd = usdOf(entry.tokens, rates, pricing) * factor + searchUsd(entry, pricing)
  const estimated = estimateOutput(entry)
  return {
    pico: picoOf(usd),
    basis: 'calculated',
    estimatePico: estimated === 0 ? 0 : picoOf(estimated * rates.output * factor),
  }
}
