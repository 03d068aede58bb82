/**
 * A model's prices over time: its row of the table, cut where a dated row or a dated fact begins or ends. What a dated
 * row leaves unsaid follows its vendor's published rule, so that no later price file can change a closed month.
 */
import type { ModelPricing, Rates } from '../core/pricing.ts'
import { tidy } from './compact.ts'
import { CHECKED, type DatedModel, type DatedRow, datedModel, FACTS, type Price, type Vendor } from './dated.ts'

/** One stretch of time with one price. */
export interface PriceSpan {
  /** Epoch ms, from inclusive, to exclusive. */
  readonly from: number
  readonly to: number
  readonly pricing: ModelPricing
  /** The price outside the vendor's peak hours, where it has such. */
  readonly offPeak: ModelPricing | undefined
}

export type Timeline = readonly PriceSpan[]

const timeOf = (day: string | undefined, open: number): number => (day === undefined ? open : Date.parse(day))

const scale = (rates: Rates, input: number, output = input): Rates => {
  const by = (rate: number | undefined, factor: number) => (rate === undefined ? undefined : tidy(rate * factor))
  return {
    input: tidy(rates.input * input),
    output: tidy(rates.output * output),
    cacheCreation: by(rates.cacheCreation, input),
    longCache: by(rates.longCache, input),
    cacheRead: by(rates.cacheRead, input),
    reasoning: by(rates.reasoning, output),
  }
}

/** Writes: Anthropic 1.25 times input for 5 minutes and 2 times for an hour; OpenAI 1.25 times since GPT-5.6. */
const ratesOf = ([input, output, read]: Price, vendor: Vendor): Rates => ({
  input: tidy(input / 1e6),
  output: tidy(output / 1e6),
  cacheCreation: vendor === 'anthropic' || vendor === 'openai' ? tidy((input * 1.25) / 1e6) : undefined,
  longCache: vendor === 'anthropic' ? tidy((input * 2) / 1e6) : undefined,
  cacheRead: tidy(read / 1e6),
})

/** OpenAI: prompts above 272,000 tokens pay 2 times input and cache and 1.5 times output. */
const tiersOf = (row: DatedRow, vendor: Vendor, base: Rates): ModelPricing['tiers'] => {
  if (row.above) return [{ above: row.above[0], rates: ratesOf(row.above[1], vendor) }]
  return vendor === 'openai' ? [{ above: 272_000, rates: scale(base, 2, 1.5) }] : []
}

/** OpenAI: priority 2 times, flex and batch half. Elsewhere the row's own services keep their distance to its price. */
const servicesOf = (vendor: Vendor, base: Rates, row: ModelPricing | undefined): ModelPricing['services'] => {
  if (vendor === 'openai') return { priority: scale(base, 2), flex: scale(base, 0.5), batch: scale(base, 0.5) }
  const factor = row && row.base.input > 0 ? base.input / row.base.input : 1
  return Object.fromEntries(Object.entries(row?.services ?? {}).map(([name, rates]) => [name, scale(rates, factor)]))
}

const withRates = (name: string, model: DatedModel, dated: DatedRow, row: ModelPricing | undefined): ModelPricing => {
  const base = ratesOf(dated.price, model.vendor)
  return {
    provider: model.vendor,
    ...row,
    name: row?.name ?? name,
    base,
    tiers: tiersOf(dated, model.vendor, base),
    services: servicesOf(model.vendor, base, row),
  }
}

const halved = (pricing: ModelPricing): ModelPricing => ({
  ...pricing,
  base: scale(pricing.base, 0.5),
  tiers: pricing.tiers.map(({ above, rates }) => ({ above, rates: scale(rates, 0.5) })),
  services: Object.fromEntries(Object.entries(pricing.services).map(([name, rates]) => [name, scale(rates, 0.5)])),
})

const HOUR = 3_600_000

/** DeepSeek's peak: 01:00 to 04:00 and 06:00 to 10:00 UTC, Monday to Friday. Chinese holidays are not known here. */
export const isPeak = (at: number): boolean => {
  const weekday = (Math.floor(at / (24 * HOUR)) + 4) % 7
  const hour = Math.floor(at / HOUR) % 24
  return weekday >= 1 && weekday <= 5 && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10))
}

const withFacts = (pricing: ModelPricing, key: string, at: number): ModelPricing => {
  const fact = Object.hasOwn(FACTS, key) ? FACTS[key] : undefined
  if (!fact) return pricing
  const isOver = at >= timeOf(fact.fastUntil, Number.POSITIVE_INFINITY)
  return {
    ...pricing,
    fast: isOver ? undefined : (fact.fast ?? pricing.fast),
    us: fact.us ?? pricing.us,
    base: fact.fixesLongCache ? { ...pricing.base, longCache: tidy(pricing.base.input * 2) } : pricing.base,
  }
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly row: DatedRow | undefined
}

/**
 * The dated rows without gaps: the first also holds before its day (a clock may be off, a model is never free), and an
 * open one yields to a price file that was fetched after it was last checked.
 */
const stretches = (model: DatedModel | undefined, refreshedAt: number | undefined): Stretch[] => {
  const rows = model?.rows ?? []
  const list = rows.map((row, index): Stretch => {
    const from = index === 0 ? Number.NEGATIVE_INFINITY : timeOf(row.from, Number.NEGATIVE_INFINITY)
    const known = Math.max(timeOf(row.from, 0), Date.parse(CHECKED))
    const isOverruled = refreshedAt !== undefined && refreshedAt >= known
    return { from, to: timeOf(row.to, isOverruled ? known : Number.POSITIVE_INFINITY), row }
  })
  const end = list.at(-1)?.to ?? Number.NEGATIVE_INFINITY
  return end === Number.POSITIVE_INFINITY
    ? list
    : [...list, { from: end, to: Number.POSITIVE_INFINITY, row: undefined }]
}

/**
 * All prices of a model, in order of time. `row` is its row in the table, if any; `refreshedAt` (epoch ms) says that
 * the row comes from a price file fetched then. Undefined where neither table nor history knows it.
 */
export const timelineOf = (name: string, row: ModelPricing | undefined, refreshedAt?: number): Timeline | undefined => {
  const key = name.replace(/-20\d{6}$/, '')
  const model = datedModel(name) ?? datedModel(key)
  if (!row && !model) return undefined
  const cut = Object.hasOwn(FACTS, key)
    ? timeOf(FACTS[key]?.fastUntil, Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY
  const spans = stretches(model, refreshedAt).flatMap(({ from, to, row: dated }): PriceSpan[] => {
    const pricing = model && dated ? withRates(name, model, dated, row) : row
    if (!pricing) return []
    const parts = cut > from && cut < to ? [[from, cut] as const, [cut, to] as const] : [[from, to] as const]
    return parts.map(([start, end]) => {
      const full = withFacts(pricing, key, start)
      return { from: start, to: end, pricing: full, offPeak: dated?.hasOffPeak ? halved(full) : undefined }
    })
  })
  return spans.length ? spans : undefined
}

/** The price that held at `at` (epoch ms). */
export const pricingAt = (timeline: Timeline, at: number): ModelPricing | undefined => {
  for (const span of timeline) {
    if (at < span.to) return span.offPeak && !isPeak(at) ? span.offPeak : span.pricing
  }
  return undefined
}
