/** A cost taken apart adds up to the cost, whatever was charged and by whom it was said. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { costPartsTotal } from '../../src/core/cost-parts.ts'
import { costOf } from '../../src/pricing/cost.ts'
import { costPartsOf } from '../../src/pricing/cost-parts.ts'
import { entry } from '../support/entry.ts'
import { pricingOf } from './homes.ts'

const model = 'claude-sonnet-4-5-20250929'
const pricing = pricingOf(model)

it('by class, at list prices', () => {
  const parts = costPartsOf(
    entry({ model, input: 1000, output: 1000, cacheRead: 1000, cacheCreation: 1000, longCache: 400, webSearches: 2 }),
    pricing,
    'auto',
  )
  expect(parts).toEqual({
    input: 3e9, // $3 a million
    output: 15e9,
    cacheRead: 3e8,
    cacheCreation: 600 * 3.75e6 + 400 * 6e6,
    extras: 2e10, // two searches at a cent
    readPico: 3e5,
  })
})

it('knows what a read would have cost where nothing was read', () => {
  expect(costPartsOf(entry({ model, input: 10 }), pricing, 'auto').readPico).toBe(3e5)
})

it('shares a logged cost out by the calculated one, or by tokens', () => {
  const logged = entry({ model, input: 100, output: 100, loggedUsd: 0.9 })
  expect(costPartsOf(logged, pricing, 'auto')).toMatchObject({ input: 0.15e12, output: 0.75e12 })
  expect(costPartsOf(logged, undefined, 'auto')).toMatchObject({ input: 0.45e12, output: 0.45e12 })
  expect(costPartsOf(entry({ model, loggedUsd: 0.5 }), undefined, 'auto')).toMatchObject({ extras: 0.5e12 })
})

it('adds up, always', () => {
  const count = fc.oneof(fc.constant(0), fc.nat(2_000_000))
  const facts = fc.record({
    input: count,
    output: count,
    cacheRead: count,
    cacheCreation: count,
    webSearches: fc.nat(3),
    speed: fc.constantFrom(undefined, 'fast'),
    geo: fc.constantFrom(undefined, 'us'),
    tier: fc.constantFrom(undefined, 'batch', 'priority'),
    loggedUsd: fc.constantFrom(undefined, 0, 0.1, 1 / 3),
  })
  fc.assert(
    fc.property(
      facts,
      fc.boolean(),
      fc.constantFrom('auto' as const, 'calculate' as const, 'display' as const),
      (given, isKnown, mode) => {
        const of = entry({ ...given, model, longCache: Math.floor(given.cacheCreation / 3) })
        const row = isKnown ? pricing : undefined
        const parts = costPartsOf(of, row, mode)
        expect(costPartsTotal(parts)).toBe(costOf(of, row, mode).pico)
        for (const pico of [parts.input, parts.output, parts.cacheRead, parts.cacheCreation, parts.extras])
          expect(pico).toBeGreaterThanOrEqual(0)
      },
    ),
    { numRuns: 2000 },
  )
})
