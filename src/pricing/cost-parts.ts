/**
 * A cost taken apart by token class, for the receipt: the same walk as `costOf`, each class rounded so that they sum to the cost
 * exactly. A cost that the agent logged is shared out in proportion to the calculated one, or to the tokens where no price is known.
 */
import type { CostMode } from '../core/cost.ts'
import { type CostParts, noCostParts } from '../core/cost-parts.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { ModelPricing, Rates } from '../core/pricing.ts'
import { CostSum, costOf, isFree, ratesOf, visitCost } from './cost.ts'

/** Dollars by class. */
class ClassSums extends CostSum {
  input = 0
  output = 0
  cacheRead = 0
  cacheCreation = 0
  extras = 0
  /** Dollars per token read, before factors. */
  readRate = 0

  override part(kind: keyof Rates, units: number, usdPerUnit: number): void {
    const usd = units * usdPerUnit
    if (kind === 'cacheRead') {
      this.cacheRead += usd
      this.readRate = usdPerUnit
    } else if (kind === 'input') this.input += usd
    else if (kind === 'output' || kind === 'reasoning') this.output += usd
    else this.cacheCreation += usd
  }

  override extra(_kind: 'webSearch', units: number, usdPerUnit: number): void {
    this.extras += units * usdPerUnit
  }
}

/** `pico` in proportion to the weights, in whole picodollars; what rounding leaves is borne by the largest. */
const shareOut = (
  pico: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheCreation: number,
  extras: number,
  readPico: number | undefined,
): CostParts => {
  const sum = input + output + cacheRead + cacheCreation + extras
  if (!(sum > 0)) return { ...noCostParts, extras: pico, readPico }
  const parts = {
    input: Math.round(pico * (input / sum)),
    output: Math.round(pico * (output / sum)),
    cacheRead: Math.round(pico * (cacheRead / sum)),
    cacheCreation: Math.round(pico * (cacheCreation / sum)),
    extras: Math.round(pico * (extras / sum)),
    readPico,
  }
  const rest = pico - parts.input - parts.output - parts.cacheRead - parts.cacheCreation - parts.extras
  const most = Math.max(parts.input, parts.output, parts.cacheRead, parts.cacheCreation, parts.extras)
  if (parts.cacheRead === most) parts.cacheRead += rest
  else if (parts.cacheCreation === most) parts.cacheCreation += rest
  else if (parts.input === most) parts.input += rest
  else if (parts.output === most) parts.output += rest
  else parts.extras += rest
  return parts
}

/**
 * What a response cost by token class; the parts add up to `costOf(…).pico`. `pricing` is the row that held at the entry's time,
 * undefined where the model is unknown.
 */
export const costPartsOf = (entry: UsageEntry, pricing: ModelPricing | undefined, mode: CostMode): CostParts => {
  const { pico } = costOf(entry, pricing, mode)
  const t = entry.tokens
  if (!pricing || isFree(entry))
    return pico === 0 ? noCostParts : shareOut(pico, t.input, t.output, t.cacheRead, t.cacheCreation, 0, undefined)
  const sums = new ClassSums()
  visitCost(entry, pricing, ratesOf(entry, pricing), sums)
  const f = sums.factor
  const readPico = sums.readRate * f * 1e12
  if (sums.input + sums.output + sums.cacheRead + sums.cacheCreation === 0)
    // Free of charge by the price list, but not by the log.
    return shareOut(pico, t.input, t.output, t.cacheRead, t.cacheCreation, sums.extras, readPico)
  return shareOut(
    pico,
    sums.input * f,
    sums.output * f,
    sums.cacheRead * f,
    sums.cacheCreation * f,
    sums.extras,
    readPico,
  )
}
