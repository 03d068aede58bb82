import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CostExplanation } from '../../src/core/audit.ts'
import { usdOf } from '../../src/core/money.ts'
import type { ModelPricing } from '../../src/core/pricing.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { costOf, explainCost } from '../../src/pricing/cost.ts'
import { type AuditOptions, auditReport } from '../../src/report/audit.ts'
import { type EntryParts, entry } from '../support/entry.ts'

/** Five dollars a million in, 25 out, 6.25 and 10 for writes, 0.5 for reads; small words for small sums. */
const opus: ModelPricing = {
  name: 'opus',
  base: { input: 5e-6, output: 25e-6, cacheCreation: 6.25e-6, longCache: 10e-6, cacheRead: 0.5e-6 },
  tiers: [{ above: 100_000, rates: { input: 10e-6, output: 50e-6 } }],
  services: {},
  us: 1.1,
  webSearch: 0.01,
}
/** A rate that no double holds and no picodollar divides: a third of 10^-12 a token. */
const thirds: ModelPricing = { name: 'thirds', base: { input: 1e-12 / 3, output: 0 }, tiers: [], services: {} }

const rows: Readonly<Record<string, ModelPricing>> = { opus, thirds }

const priced = (parts: EntryParts): PricedEntry => {
  const e = entry({ model: 'opus', ...parts })
  return { entry: e, cost: costOf(e, rows[e.model ?? ''], 'auto'), estimatedTokens: 0 }
}

const explain = ({ entry: e }: PricedEntry): CostExplanation => {
  const row = rows[e.model ?? '']
  const price = row && {
    name: row.name,
    kind: 'table' as const,
    source: 'test',
    date: '2026-11-10',
    from: undefined,
    to: undefined,
    isOffPeak: false,
  }
  const explained = explainCost(e, row, 'auto')
  return { ...explained, price: explained.parts.length > 0 ? price : undefined }
}

const audit = (entries: readonly PricedEntry[], parts: Partial<AuditOptions> = {}) =>
  auditReport(entries, {
    kind: 'day',
    what: '2026-03-01',
    from: 0,
    to: 1,
    session: undefined,
    lines: { files: 1, lines: 1, responses: 1, merged: { blocks: 0, copies: 0, sidechains: 0 }, inherited: 0 },
    diagnostics: [],
    timeZone: 'UTC',
    explain,
    ...parts,
  })

const units = (parts: CostExplanation['parts']) => parts.map(p => `${p.kind} ${p.units}`)

describe('responses', () => {
  const three = [
    priced({ messageId: 'c', at: 3, input: 1 }),
    priced({ messageId: 'a', at: 1, input: 2 }),
    priced({ messageId: 'b', at: 2, input: 3 }),
  ]
  const idsOf = (parts: Partial<AuditOptions>) => audit(three, parts).entries.map(e => e.entry.messageId)

  test('go by time, and the limit cuts them after that', () => {
    expect(idsOf({})).toEqual(['a', 'b', 'c'])
    expect(idsOf({ order: 'desc' })).toEqual(['c', 'b', 'a'])
    expect(idsOf({ limit: 2 })).toEqual(['a', 'b'])
    expect(idsOf({ limit: 1, order: 'desc' })).toEqual(['c'])
  })

  test('the limit cuts no sum', () => {
    const { entries, totals, groups } = audit(three, { limit: 1 })
    expect([entries.length, totals.entries, totals.tokens.input, groups[0]?.entries]).toEqual([1, 3, 6, 3])
  })

  test('that used nothing are none, as in every report', () => {
    expect(audit([...three, priced({ at: 4 })]).entries).toHaveLength(3)
    const none = audit([priced({ at: 4 })])
    expect(none).toMatchObject({ entries: [], groups: [], differencePico: 0, groupsCost: { kilo: 0, pico: 0 } })
  })
})

describe('groups', () => {
  test('hold the units of equal rates, one line for each kind', () => {
    const { groups } = audit([
      priced({ input: 4, output: 100, cacheCreation: 1000, longCache: 900 }),
      priced({ input: 6, cacheRead: 50, webSearches: 2 }),
    ])
    expect(groups).toHaveLength(1)
    expect(units(groups[0]!.parts)).toEqual([
      'input 10',
      'output 100',
      'cacheCreation 100',
      'longCache 900',
      'cacheRead 50',
    ])
    expect(units(groups[0]!.extras)).toEqual(['webSearch 2'])
    // 10 × 5 + 100 × 25 + 100 × 6.25 + 900 × 10 + 50 × 0.5 = 12,200 millionths, and 2 × 0.01
    expect(usdOf(groups[0]!.cost)).toBe(0.0322)
    expect(groups[0]?.parts[3]?.usd).toBe(0.009)
  })

  test('are apart by model, tier, factor and basis; the dearest first', () => {
    const list = [
      priced({ input: 10 }),
      priced({ input: 10, geo: 'us' }),
      priced({ input: 100_001 }),
      priced({ input: 10, loggedUsd: 0.42 }),
      priced({ input: 20, loggedUsd: 0.58 }),
      priced({ input: 10, model: 'nobody' }),
      priced({ input: 10, tier: 'priority' }),
    ]
    const told = audit(list).groups.map(g => [g.model, g.basis, g.entries, usdOf(g.cost)])
    expect(told).toEqual([
      // 100,001 × 10; 0.42 + 0.58; 10 × 5 × 1.1; 10 × 5 twice; nothing known
      ['opus', 'calculated', 1, 1.00001],
      ['opus', 'logged', 2, 1],
      ['opus', 'calculated', 1, 0.000055],
      ['opus', 'calculated', 1, 0.00005],
      ['opus', 'calculated', 1, 0.00005],
      ['nobody', 'missing', 1, 0],
    ])
  })

  test('two rates of one kind stay two lines', () => {
    const cheap = { ...opus, base: { ...opus.base, input: 1e-6 } }
    const two = [priced({ input: 10 }), priced({ input: 20, messageId: 'cheap' })]
    const { groups } = audit(two, {
      explain: p => (p.entry.messageId ? { ...explain(p), ...explainCost(p.entry, cheap, 'auto') } : explain(p)),
    })
    expect(groups.map(g => units(g.parts))).toEqual([['input 20', 'input 10']])
    // 20 × 1 + 10 × 5 = 70 millionths
    expect(usdOf(groups[0]!.cost)).toBe(0.00007)
  })
})

describe('the check', () => {
  test('is 0 where every response costs whole picodollars', () => {
    const { differencePico, groupsCost, totals } = audit([
      priced({ input: 123_456, geo: 'us' }),
      priced({ output: 7, cacheRead: 12_345 }),
      priced({ input: 1, loggedUsd: 0.1 }),
      priced({ input: 1, loggedUsd: 0.2 }),
    ])
    expect(differencePico).toBe(0)
    expect(groupsCost).toEqual(totals.cost)
  })

  test('is what rounding took from each response', () => {
    // A token costs a third of a picodollar and rounds to none: three make one that the sum of the rounded lacks.
    const one = priced({ model: 'thirds', input: 1 })
    const { differencePico, groupsCost, totals } = audit([one, one, one])
    expect(totals.cost.pico).toBe(0)
    expect(groupsCost.pico).toBe(1)
    expect(differencePico).toBeCloseTo(1, 9)
    // Two thirds round up: 1 + 1 against 4/3.
    const two = priced({ model: 'thirds', input: 2 })
    expect(audit([two, two]).differencePico).toBeCloseTo(-2 / 3, 9)
  })

  test('shows a cost that its explanation does not bear out', () => {
    const wrong = priced({ input: 10 })
    const { differencePico } = audit([{ ...wrong, cost: { ...wrong.cost, pico: 51e6 } }])
    expect(differencePico).toBe(-1e6)
  })

  test('never exceeds half a picodollar a response', () => {
    const request = fc.record({
      model: fc.constantFrom('opus', 'thirds', 'nobody'),
      input: fc.nat(200_000),
      output: fc.nat(50_000),
      cacheRead: fc.nat(200_000),
      webSearches: fc.nat(2),
      geo: fc.constantFrom(undefined, 'us'),
      loggedUsd: fc.option(fc.double({ min: 0, max: 9, noNaN: true }), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(request.map(priced), { maxLength: 30 }), list => {
        const { differencePico, groups, totals } = audit(list)
        // A hair more, because the cost itself is worked out in doubles.
        expect(Math.abs(differencePico)).toBeLessThanOrEqual(0.501 * totals.entries)
        expect(groups.reduce((sum, g) => sum + g.entries, 0)).toBe(totals.entries)
        expect(groups.reduce((sum, g) => sum + g.tokens.input, 0)).toBe(totals.tokens.input)
      }),
    )
  })
})
