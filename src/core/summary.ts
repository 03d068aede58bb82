/** A sum of entries. Every field adds: the summary of a month is the sum of the summaries of its days. */
import type { Cost } from './cost.ts'
import { isInexact, isUncertain, type UsageEntry } from './entry.ts'
import { type Money, money, noMoney } from './money.ts'
import { noTokens, type TokenCounts, tokenSum, totalTokens } from './tokens.ts'

/** An entry and what it cost. */
export interface PricedEntry {
  readonly entry: UsageEntry
  readonly cost: Cost
  /** Tokens that the log left out, worked out from sizes; never inside the entry's counts. */
  readonly estimatedTokens: number
}

export interface UsageSummary {
  readonly entries: number
  readonly tokens: TokenCounts
  readonly cost: Money
  /** Tokens of entries whose price is unknown; they are in `tokens`, but not in `cost`. */
  readonly unpricedTokens: number
  /** Entries whose output is a lower bound. */
  readonly partialOutputs: number
  /** Entries of which a class of tokens is not exact, partial outputs included. */
  readonly inexactEntries: number
  /** Of those, the ones whose total may be off, partial outputs apart. */
  readonly uncertainEntries: number
  /** Size-based estimate of what the log left out, apart from `tokens` and `cost`. */
  readonly estimatedTokens: number
  readonly estimatedCost: Money
  readonly webSearches: number
  /** Epoch ms of the first and the last entry; Infinity and -Infinity when empty. */
  readonly firstAt: number
  readonly lastAt: number
}

export const emptySummary: UsageSummary = {
  entries: 0,
  tokens: noTokens,
  cost: noMoney,
  unpricedTokens: 0,
  partialOutputs: 0,
  inexactEntries: 0,
  uncertainEntries: 0,
  estimatedTokens: 0,
  estimatedCost: noMoney,
  webSearches: 0,
  firstAt: Number.POSITIVE_INFINITY,
  lastAt: Number.NEGATIVE_INFINITY,
}

export const add = (a: UsageSummary, b: UsageSummary): UsageSummary => {
  const sum = new Summing()
  sum.include(a)
  sum.include(b)
  return sum.done()
}

/** Adds entries up in place, without an object per step; `done` hands out the summary so far. */
export class Summing {
  entries = 0
  private input = 0
  private output = 0
  private cacheCreation = 0
  private cacheRead = 0
  private reasoning = 0
  private longCache = 0
  private kilo = 0
  private pico = 0
  private unpricedTokens = 0
  private partialOutputs = 0
  private inexactEntries = 0
  private uncertainEntries = 0
  private estimatedTokens = 0
  private estimatedKilo = 0
  private estimatedPico = 0
  private webSearches = 0
  private firstAt = Number.POSITIVE_INFINITY
  private lastAt = Number.NEGATIVE_INFINITY

  add({ entry, cost, estimatedTokens }: PricedEntry): void {
    const t = entry.tokens
    this.entries++
    this.input += t.input
    this.output += t.output
    this.cacheCreation += t.cacheCreation
    this.cacheRead += t.cacheRead
    this.reasoning += t.reasoning
    this.longCache += t.longCache
    this.pico += cost.pico
    if (this.pico >= 1e15 || this.pico < 0) {
      const carry = Math.floor(this.pico / 1e15)
      this.kilo += carry
      this.pico -= carry * 1e15
    }
    if (cost.basis === 'missing') this.unpricedTokens += totalTokens(t)
    if (isInexact(entry)) {
      this.inexactEntries++
      if (entry.isPartial) this.partialOutputs++
      else if (isUncertain(entry)) this.uncertainEntries++
    }
    this.estimatedTokens += estimatedTokens
    this.estimatedPico += cost.estimatePico
    this.webSearches += entry.webSearches
    if (entry.at < this.firstAt) this.firstAt = entry.at
    if (entry.at > this.lastAt) this.lastAt = entry.at
  }

  /** Adds what was summed before. */
  include(other: UsageSummary): void {
    const { tokens: t, cost, estimatedCost } = other
    this.entries += other.entries
    this.input += t.input
    this.output += t.output
    this.cacheCreation += t.cacheCreation
    this.cacheRead += t.cacheRead
    this.reasoning += t.reasoning
    this.longCache += t.longCache
    this.kilo += cost.kilo
    this.pico += cost.pico
    if (this.pico >= 1e15) {
      this.kilo++
      this.pico -= 1e15
    }
    this.unpricedTokens += other.unpricedTokens
    this.partialOutputs += other.partialOutputs
    this.inexactEntries += other.inexactEntries
    this.uncertainEntries += other.uncertainEntries
    this.estimatedTokens += other.estimatedTokens
    this.estimatedKilo += estimatedCost.kilo
    this.estimatedPico += estimatedCost.pico
    if (this.estimatedPico >= 1e15) {
      this.estimatedKilo++
      this.estimatedPico -= 1e15
    }
    this.webSearches += other.webSearches
    if (other.firstAt < this.firstAt) this.firstAt = other.firstAt
    if (other.lastAt > this.lastAt) this.lastAt = other.lastAt
  }

  done(): UsageSummary {
    return {
      entries: this.entries,
      tokens: tokenSum(this.input, this.output, this.cacheCreation, this.cacheRead, this.reasoning, this.longCache),
      cost: { kilo: this.kilo, pico: this.pico },
      unpricedTokens: this.unpricedTokens,
      partialOutputs: this.partialOutputs,
      inexactEntries: this.inexactEntries,
      uncertainEntries: this.uncertainEntries,
      estimatedTokens: this.estimatedTokens,
      estimatedCost: money(this.estimatedKilo, this.estimatedPico),
      webSearches: this.webSearches,
      firstAt: this.firstAt,
      lastAt: this.lastAt,
    }
  }
}
