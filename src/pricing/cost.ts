/**
 * What one response costs: every token class at its rate, then the factors of the request, rounded once to whole
 * picodollars. The long-context tier is chosen once, by the whole prompt, and holds for all tokens of the request.
 * A cost and its explanation are one walk over the same parts: `visitCost`.
 */
import type { CostExplanation, CostFactor, CostPart } from '../core/audit.ts'
import type { Cost, CostMode } from '../core/cost.ts'
import type { UsageEntry } from '../core/entry.ts'
import { picoOf } from '../core/money.ts'
import type { ModelPricing, Rates } from '../core/pricing.ts'
import { addTokens, noTokens, promptTokens, type TokenCounts, tokenCounts, totalTokens } from '../core/tokens.ts'

/** Anthropic's pricing page: 10 USD for 1,000 searches; web fetch is free. */
const CLAUDE_SEARCH = 0.01

/**
 * US-only inference on Anthropic's own API. The data residency page names Opus 4.6, Sonnet 4.6 and later; Claude Code charges it for
 * any model whose usage says `us` (formats/OBSERVED.md §2, cache1h: billed and its own total), and only a served request says so.
 */
const CLAUDE_US = 1.1

const isClaude = (pricing: ModelPricing): boolean =>
  pricing.provider === 'anthropic' || /(?:^|[/.])claude-/.test(pricing.name)

/** The tier of a prompt of this size; the last one that it exceeds wins. */
const tierOf = (pricing: ModelPricing, prompt: number): ModelPricing['tiers'][number] | undefined => {
  let reached: ModelPricing['tiers'][number] | undefined
  for (const tier of pricing.tiers) if (prompt > tier.above) reached = tier
  return reached
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

/** What of an entry its rates and factors depend on. */
type Billed = Pick<UsageEntry, 'tokens' | 'tier' | 'speed' | 'geo' | 'webSearches'>

/** What the standard service charges a prompt of this size. */
const standardRates = (entry: Billed, pricing: ModelPricing): Rates =>
  pricing.tiers.length === 0 ? pricing.base : (tierOf(pricing, promptTokens(entry.tokens))?.rates ?? pricing.base)

export const ratesOf = (entry: Billed, pricing: ModelPricing): Rates => {
  const rates = standardRates(entry, pricing)
  return entry.tier === undefined ? rates : serviceRates(pricing, entry.tier, rates)
}

/** Adds up what `visitCost` tells; told nothing, it is zero. */
export class CostSum {
  private tokensUsd = 0
  private extraUsd = 0
  factor = 1

  /** Tokens at one rate, which the factors apply to. */
  part(_kind: keyof Rates, units: number, usdPerUnit: number): void {
    this.tokensUsd += units * usdPerUnit
  }

  times(_kind: CostFactor['kind'], factor: number): void {
    this.factor *= factor
  }

  /** What no factor applies to. */
  extra(_kind: 'webSearch', units: number, usdPerUnit: number): void {
    this.extraUsd += units * usdPerUnit
  }

  usd(): number {
    return this.tokensUsd * this.factor + this.extraUsd
  }
}

type Note = Omit<CostPart, 'isListed'>

/** Also writes down what it adds up. */
class CostNotes extends CostSum {
  readonly parts: (Note & { readonly kind: keyof Rates })[] = []
  readonly factors: CostFactor[] = []
  readonly extras: Note[] = []

  override part(kind: keyof Rates, units: number, usdPerUnit: number): void {
    super.part(kind, units, usdPerUnit)
    if (units !== 0) this.parts.push({ kind, units, usdPerUnit, usd: units * usdPerUnit })
  }

  override times(kind: CostFactor['kind'], factor: number): void {
    super.times(kind, factor)
    this.factors.push({ kind, factor })
  }

  override extra(kind: 'webSearch', units: number, usdPerUnit: number): void {
    super.extra(kind, units, usdPerUnit)
    this.extras.push({ kind, units, usdPerUnit, usd: units * usdPerUnit })
  }
}

/** USD per token of every class, gaps filled. */
export interface UnitPrices {
  readonly input: number
  readonly output: number
  /** Undefined where thinking costs what other output costs. */
  readonly reasoning: number | undefined
  readonly cacheCreation: number
  readonly longCache: number
  readonly cacheRead: number
}

/** A class without a price of its own is what it is before caching: input. Anthropic's writes have a rule instead. */
export const unitPricesOf = (pricing: ModelPricing, rates: Rates = pricing.base): UnitPrices => {
  const cacheCreation = rates.cacheCreation ?? (isClaude(pricing) ? rates.input * 1.25 : rates.input)
  return {
    input: rates.input,
    output: rates.output,
    reasoning: rates.reasoning,
    cacheCreation,
    longCache: rates.longCache ?? (isClaude(pricing) ? rates.input * 2 : cacheCreation),
    cacheRead: rates.cacheRead ?? rates.input,
  }
}

/** Tells `sum` every part of a request's cost. */
export const visitCost = (entry: Billed, pricing: ModelPricing, rates: Rates, sum: CostSum): void => {
  const t = entry.tokens
  const unit = unitPricesOf(pricing, rates)
  const thought = unit.reasoning === undefined ? 0 : t.reasoning
  sum.part('input', t.input, unit.input)
  sum.part('output', t.output - thought, unit.output)
  if (thought !== 0) sum.part('reasoning', thought, unit.reasoning ?? 0)
  sum.part('cacheCreation', t.cacheCreation - t.longCache, unit.cacheCreation)
  if (t.longCache !== 0) sum.part('longCache', t.longCache, unit.longCache)
  sum.part('cacheRead', t.cacheRead, unit.cacheRead)
  if (entry.speed === 'fast') sum.times('fast', pricing.fast ?? 1)
  if (entry.geo === 'us') sum.times('us', pricing.us ?? (pricing.provider === 'anthropic' ? CLAUDE_US : 1))
  if (entry.webSearches !== 0)
    sum.extra('webSearch', entry.webSearches, pricing.webSearch ?? (isClaude(pricing) ? CLAUDE_SEARCH : 0))
}

/** False for a message that the agent made itself. */
const isRequest = (entry: UsageEntry): boolean => entry.model !== '<synthetic>'

/** True where nothing is known to have been sent to a model: no tokens and no searches, or a message that the agent made itself. */
export const isFree = (entry: UsageEntry): boolean =>
  !isRequest(entry) || (totalTokens(entry.tokens) === 0 && entry.webSearches === 0)

/** What the agent logged, if the mode wants it: always in `display`, a positive amount in `auto`. */
export const loggedCost = (entry: UsageEntry, mode: CostMode): number | undefined => {
  const usd = entry.loggedUsd ?? 0
  const isAmount = Number.isFinite(usd) && usd > 0
  if (mode === 'display') return isAmount ? usd : 0
  return mode === 'auto' && isAmount ? usd : undefined
}

/**
 * Tokens that the log left out: the agent's own estimate, else, of a partial output, about four visible characters a token less what
 * was counted.
 */
export const estimateOf = (entry: UsageEntry): TokenCounts => {
  if (entry.estimated) return entry.estimated
  const output = entry.isPartial ? Math.round(entry.visibleLength / 4) - entry.tokens.output : 0
  return output > 0 ? tokenCounts(0, output, 0, 0, 0, 0) : noTokens
}

/** What the estimated tokens would cost on top, picodollars: at the rates of a prompt of that size. */
const estimatePico = (entry: UsageEntry, pricing: ModelPricing): number => {
  const estimated = estimateOf(entry)
  if (totalTokens(estimated) === 0) return 0
  const { tier, speed, geo } = entry
  const rates = ratesOf({ tokens: addTokens(entry.tokens, estimated), tier, speed, geo, webSearches: 0 }, pricing)
  const sum = new CostSum()
  visitCost({ tokens: estimated, tier, speed, geo, webSearches: 0 }, pricing, rates, sum)
  return picoOf(sum.usd())
}

const settle = (entry: UsageEntry, pricing: ModelPricing | undefined, mode: CostMode, sum: CostSum): Cost => {
  const logged = loggedCost(entry, mode)
  if (logged !== undefined) return { pico: picoOf(logged), basis: 'logged', estimatePico: 0 }
  if (isFree(entry))
    return {
      pico: 0,
      basis: 'calculated',
      estimatePico: pricing && isRequest(entry) ? estimatePico(entry, pricing) : 0,
    }
  if (!pricing) return { pico: 0, basis: 'missing', estimatePico: 0 }
  visitCost(entry, pricing, ratesOf(entry, pricing), sum)
  return { pico: picoOf(sum.usd()), basis: 'calculated', estimatePico: estimatePico(entry, pricing) }
}

/** The cost of one entry. `pricing` is the row that held at the entry's time; undefined means the model is unknown. */
export const costOf = (entry: UsageEntry, pricing: ModelPricing | undefined, mode: CostMode): Cost =>
  settle(entry, pricing, mode, new CostSum())

/** As `costOf`, with every part of the cost; where the row came from is for the caller to say. */
export const explainCost = (
  entry: UsageEntry,
  pricing: ModelPricing | undefined,
  mode: CostMode,
): Omit<CostExplanation, 'price'> => {
  const notes = new CostNotes()
  const cost = settle(entry, pricing, mode, notes)
  const loggedUsd = loggedCost(entry, mode)
  if (!pricing || loggedUsd !== undefined || isFree(entry))
    return { cost, loggedUsd, parts: [], factors: [], extras: [], above: undefined, service: undefined }
  const rates = ratesOf(entry, pricing)
  return {
    cost,
    loggedUsd,
    parts: notes.parts.map(part => ({ ...part, isListed: rates[part.kind] !== undefined })),
    factors: notes.factors,
    extras: notes.extras.map(part => ({ ...part, isListed: pricing.webSearch !== undefined })),
    above: tierOf(pricing, promptTokens(entry.tokens))?.above,
    service:
      entry.tier === undefined ? undefined : { name: entry.tier, isPriced: rates !== standardRates(entry, pricing) },
  }
}
