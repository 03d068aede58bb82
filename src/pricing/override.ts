/** The user's own prices over a model's: what an override leaves out stays as it was. Rules as in ccusage. */
import type { ModelPricing, PriceOverride, Rates } from '../core/pricing.ts'
import type { Timeline } from './history.ts'
import { complete } from './table.ts'

const TIER = 200_000

const none = (name: string): ModelPricing => ({
  name,
  base: { input: 0, output: 0, cacheCreation: 0, cacheRead: 0 },
  tiers: [],
  services: {},
})

/** Rates after an override. Cache prices that the row does not have stay derived, so they follow the new input price. */
const baseOf = (base: Rates, o: PriceOverride): Rates => ({
  ...base,
  input: o.inputCostPerToken ?? base.input,
  output: o.outputCostPerToken ?? base.output,
  cacheCreation: o.cacheCreationInputTokenCost ?? base.cacheCreation,
  cacheRead: o.cacheReadInputTokenCost ?? base.cacheRead,
  // Thinking follows an output price of the user's own.
  reasoning: o.outputCostPerToken === undefined ? base.reasoning : undefined,
})

const tiersOf = (pricing: ModelPricing, base: Rates, o: PriceOverride): ModelPricing['tiers'] => {
  const given: Partial<Rates> = {
    ...(o.inputCostPerTokenAbove200kTokens === undefined ? {} : { input: o.inputCostPerTokenAbove200kTokens }),
    ...(o.outputCostPerTokenAbove200kTokens === undefined ? {} : { output: o.outputCostPerTokenAbove200kTokens }),
    ...(o.cacheCreationInputTokenCostAbove200kTokens === undefined
      ? {}
      : { cacheCreation: o.cacheCreationInputTokenCostAbove200kTokens }),
    ...(o.cacheReadInputTokenCostAbove200kTokens === undefined
      ? {}
      : { cacheRead: o.cacheReadInputTokenCostAbove200kTokens }),
  }
  if (Object.keys(given).length === 0) return pricing.tiers
  const row = pricing.tiers.find(tier => tier.above === TIER)?.rates
  const rates = row ? { ...row, ...given } : complete(given, base)
  return [...pricing.tiers.filter(tier => tier.above !== TIER), { above: TIER, rates }].sort(
    (a, b) => a.above - b.above,
  )
}

/** Services keep their distance to the standard price. */
const servicesOf = (pricing: ModelPricing, base: Rates): ModelPricing['services'] => {
  const follow = (service: number | undefined, old: number | undefined, now: number | undefined) =>
    service === undefined || old === undefined || now === undefined || old === 0 ? now : (service / old) * now
  return Object.fromEntries(
    Object.entries(pricing.services).map(([name, rates]) => [
      name,
      {
        input: follow(rates.input, pricing.base.input, base.input) ?? 0,
        output: follow(rates.output, pricing.base.output, base.output) ?? 0,
        cacheCreation: follow(rates.cacheCreation, pricing.base.cacheCreation, base.cacheCreation),
        longCache: follow(rates.longCache, pricing.base.longCache, base.longCache),
        cacheRead: follow(rates.cacheRead, pricing.base.cacheRead, base.cacheRead),
      },
    ]),
  )
}

const apply = (pricing: ModelPricing, o: PriceOverride): ModelPricing => {
  const base = baseOf(pricing.base, o)
  return {
    ...pricing,
    base,
    tiers: tiersOf(pricing, base, o),
    services: servicesOf(pricing, base),
    fast: o.fastMultiplier ?? pricing.fast,
    maxInput: o.maxInputTokens ?? pricing.maxInput,
  }
}

/** The timeline with the override laid over every stretch of it; a model that had no price gets one for all times. */
export const overridden = (name: string, timeline: Timeline | undefined, override: PriceOverride): Timeline => {
  const spans = timeline ?? [
    { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, pricing: none(name), offPeak: undefined },
  ]
  return spans.map(span => ({
    ...span,
    pricing: apply(span.pricing, override),
    offPeak: span.offPeak && apply(span.offPeak, override),
  }))
}
