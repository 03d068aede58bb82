/** A sum of entries: whichever way it is made, every field adds. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, emptySummary, type PricedEntry, Summing, type UsageSummary } from '../../src/core/summary.ts'
import { priced } from '../support/entry.ts'

const sumOf = (list: readonly PricedEntry[]): UsageSummary => {
  const summing = new Summing()
  for (const one of list) summing.add(one)
  return summing.done()
}

const entries = fc.array(
  fc
    .record({
      at: fc.nat(1e12),
      input: fc.nat(1e6),
      output: fc.nat(1e6),
      cacheCreation: fc.nat(1e6),
      cacheRead: fc.nat(1e9),
      reasoning: fc.nat(9),
      longCache: fc.nat(9),
      webSearches: fc.nat(3),
      isPartial: fc.boolean(),
      quality: fc.constantFrom(undefined, undefined, { output: 'none' } as const, { cacheCreation: 'none' } as const),
      estimatedTokens: fc.nat(500),
      usd: fc.option(fc.double({ min: 0, max: 900, noNaN: true })),
    })
    .map(priced),
  { maxLength: 50 },
)

describe('a summary', () => {
  it('of a paid, an unpriced and a partial entry', () => {
    const list = [
      priced({ at: 2000, input: 10, output: 5, cacheRead: 100, usd: 1.5, webSearches: 2 }),
      priced({ at: 1000, input: 7, cacheCreation: 3, longCache: 2, usd: null }),
      priced({ at: 3000, output: 4, reasoning: 3, isPartial: true, estimatedTokens: 90, usd: 0.25 }),
    ]
    expect(sumOf(list)).toEqual({
      entries: 3,
      tokens: { input: 17, output: 9, cacheCreation: 3, cacheRead: 100, reasoning: 3, longCache: 2 },
      cost: { kilo: 0, pico: 1.75e12 },
      unpricedTokens: 10,
      partialOutputs: 1,
      inexactEntries: 1,
      uncertainEntries: 0,
      estimatedTokens: 90,
      estimatedCost: { kilo: 0, pico: 0 },
      webSearches: 2,
      firstAt: 1000,
      lastAt: 3000,
    })
  })

  it('keeps estimates apart, and counts what is not exact', () => {
    const list = [
      priced({ output: 1 }),
      priced({ output: 4, estimatedTokens: 90, quality: { input: 'none', output: 'partial' } }),
      priced({ input: 5, quality: { cacheCreation: 'none' } }),
      priced({ output: 2, isPartial: true, quality: { output: 'partial' } }),
    ]
    expect(sumOf(list)).toMatchObject({
      entries: 4,
      tokens: { input: 5, output: 7 },
      inexactEntries: 3,
      uncertainEntries: 1,
      partialOutputs: 1,
      estimatedTokens: 90,
    })
  })

  it('of nothing is empty, and adds nothing', () => {
    expect(sumOf([])).toEqual(emptySummary)
    const one = sumOf([priced({ at: 5, output: 3, usd: 2 })])
    expect(add(one, emptySummary)).toEqual(one)
    expect(add(emptySummary, one)).toEqual(one)
  })

  it('in place, by pairs and in any order is the same', () => {
    const shuffled = entries.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
    )
    fc.assert(
      fc.property(shuffled, ([list, other, cut]) => {
        const total = sumOf(list)
        expect(sumOf(other)).toEqual(total)
        expect(list.map(one => sumOf([one])).reduce(add, emptySummary)).toEqual(total)
        expect(add(sumOf(list.slice(0, cut)), sumOf(list.slice(cut)))).toEqual(total)
      }),
    )
  })

  it('of more than thousands of dollars stays exact', () => {
    const many = Array.from({ length: 3000 }, () => priced({ usd: 900.000000000001 }))
    expect(sumOf(many).cost).toEqual({ kilo: 2700, pico: 3000 }) // 3000 × 900 = 2,700,000 and 3000 picodollars
  })
})
