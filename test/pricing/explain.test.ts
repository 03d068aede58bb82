import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CostExplanation, CostPart } from '../../src/core/audit.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import { picoOf } from '../../src/core/money.ts'
import type { ModelPricing, Rates } from '../../src/core/pricing.ts'
import type { Host } from '../../src/host/host.ts'
import { costOf, explainCost } from '../../src/pricing/cost.ts'
import { lookup } from '../../src/pricing/lookup.ts'
import { openPrices, type PriceOptions } from '../../src/pricing/prices.ts'
import { anyEntry } from '../support/any-entry.ts'
import { type EntryParts, entry } from '../support/entry.ts'
import { makeHost } from '../support/host.ts'
import { tablesOf } from './tables.ts'

const tables = tablesOf()

const explained = (parts: EntryParts, mode: 'auto' | 'calculate' | 'display' = 'auto') => {
  const e = entry({ at: '2026-11-15T12:00:00Z', ...parts })
  return explainCost(e, e.model === undefined ? undefined : lookup(tables, e.model, e.at), mode)
}

/** `kind units × dollars per million`, a mark for a rate by rule. */
const lines = (parts: readonly CostPart[]) =>
  parts.map(p => {
    const rate = Number((p.usdPerUnit * 1e6).toPrecision(12))
    return `${p.kind} ${p.units} × ${rate}${p.isListed ? '' : ' by rule'}`
  })

describe('the parts, rates in USD per million', () => {
  test.each<[string, EntryParts, string[]]>([
    // Opus 4.6 lists 5 and 25, 6.25 and 10 for writes, 0.5 for reads
    [
      'every class',
      { input: 4, output: 120, cacheCreation: 1000, longCache: 900, cacheRead: 45_000 },
      ['input 4 × 5', 'output 120 × 25', 'cacheCreation 100 × 6.25', 'longCache 900 × 10', 'cacheRead 45000 × 0.5'],
    ],
    ['only what was used', { output: 9 }, ['output 9 × 25']],
    [
      'thinking at its own price',
      { model: 'dashscope/qwen-turbo', output: 1000, reasoning: 600 },
      ['output 400 × 0.2', 'reasoning 600 × 0.5'],
    ],
    ['thinking at the price of output', { output: 1000, reasoning: 600 }, ['output 1000 × 25']],
    // Sonnet 4 under its other name has no 1-hour price: twice the input price of 3
    [
      'a write by the vendor’s rule',
      { model: 'claude-4-sonnet-20250514', cacheCreation: 1000, longCache: 1000 },
      ['longCache 1000 × 6 by rule'],
    ],
    // Grok 4 has no read price: 3, as input
    ['a read at the price of input', { model: 'xai/grok-4', cacheRead: 1000 }, ['cacheRead 1000 × 3 by rule']],
    ['above the tier', { model: 'claude-sonnet-4-5', input: 200_001 }, ['input 200001 × 6']],
    ['in a batch', { input: 10, output: 10, tier: 'batch' }, ['input 10 × 2.5', 'output 10 × 12.5']],
  ])('%s', (_, parts, expected) => {
    expect(lines(explained(parts).parts)).toEqual(expected)
  })

  test('each carries its own dollars', () => {
    // 900 × 10 = 9,000 millionths
    expect(explained({ cacheCreation: 900, longCache: 900 }).parts[0]?.usd).toBeCloseTo(0.009, 15)
  })
})

describe('what stands beside the parts', () => {
  test('factors, in order; 1 where the model has none', () => {
    expect(explained({ input: 1, speed: 'fast', geo: 'us' }).factors).toEqual([
      { kind: 'fast', factor: 6 },
      { kind: 'us', factor: 1.1 },
    ])
    expect(explained({ model: 'claude-sonnet-5', input: 1, speed: 'fast' }).factors).toEqual([
      { kind: 'fast', factor: 1 },
    ])
    expect(explained({ input: 1, geo: 'global' }).factors).toEqual([])
  })

  test('searches, which no factor applies to', () => {
    const { cost, parts, extras } = explained({ input: 1000, webSearches: 10, speed: 'fast' })
    expect(lines(parts)).toEqual(['input 1000 × 5'])
    expect(extras).toMatchObject([{ kind: 'webSearch', units: 10, usdPerUnit: 0.01, usd: 0.1 }])
    // 1,000 × 5 × 6 = 0.03, and 0.10
    expect(cost.pico).toBe(0.13e12)
  })

  test('the tier that the prompt reached', () => {
    expect(explained({ model: 'claude-sonnet-4-5', input: 200_000 }).above).toBeUndefined()
    expect(explained({ model: 'claude-sonnet-4-5', input: 150_000, cacheRead: 50_001 }).above).toBe(200_000)
  })

  test('the service tier, and whether it has a price', () => {
    expect(explained({ input: 1, tier: 'batch' }).service).toEqual({ name: 'batch', isPriced: true })
    expect(explained({ input: 1, tier: 'priority' }).service).toEqual({ name: 'priority', isPriced: false })
    expect(explained({ model: 'gpt-5.6-terra', input: 1, tier: 'priority' }).service?.isPriced).toBe(true)
    expect(explained({ input: 1 }).service).toBeUndefined()
  })
})

describe('no parts', () => {
  test.each<[string, EntryParts, 'auto' | 'display', Partial<CostExplanation>]>([
    [
      'logged by the agent',
      { input: 5, loggedUsd: 0.42, speed: 'fast' },
      'auto',
      { loggedUsd: 0.42, cost: { pico: 0.42e12, basis: 'logged', estimatePico: 0 } },
    ],
    [
      'nothing logged where the log decides',
      { input: 5 },
      'display',
      { loggedUsd: 0, cost: { pico: 0, basis: 'logged', estimatePico: 0 } },
    ],
    [
      'no price',
      { model: 'nobody', input: 5 },
      'auto',
      { loggedUsd: undefined, cost: { pico: 0, basis: 'missing', estimatePico: 0 } },
    ],
    [
      'nothing sent',
      { model: '<synthetic>', input: 5 },
      'auto',
      { loggedUsd: undefined, cost: { pico: 0, basis: 'calculated', estimatePico: 0 } },
    ],
  ])('%s', (_, parts, mode, expected) => {
    expect(explained(parts, mode)).toEqual({
      parts: [],
      factors: [],
      extras: [],
      above: undefined,
      service: undefined,
      ...expected,
    })
  })
})

describe('the law: parts, times factors, plus extras, rounded once, are the cost', () => {
  const rate = fc.double({ min: 0, max: 6e-4, noNaN: true })
  const maybe = fc.option(rate, { nil: undefined })
  const rates: fc.Arbitrary<Rates> = fc.record({
    input: rate,
    output: rate,
    cacheCreation: maybe,
    longCache: maybe,
    cacheRead: maybe,
    reasoning: maybe,
  })
  const factor = fc.option(fc.double({ min: 0.5, max: 6, noNaN: true }), { nil: undefined })
  const pricing: fc.Arbitrary<ModelPricing> = fc.record({
    name: fc.constantFrom('claude-x', 'model-y'),
    base: rates,
    tiers: fc
      .array(fc.record({ above: fc.nat(3e5), rates }), { maxLength: 2 })
      .map(list => list.sort((a, b) => a.above - b.above)),
    services: fc.dictionary(fc.constantFrom('batch', 'priority'), rates),
    fast: factor,
    us: factor,
    webSearch: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  })
  const count = fc.nat(300_000)
  const request = fc
    .record({
      input: count,
      output: count,
      cacheCreation: count,
      cacheRead: count,
      webSearches: fc.nat(20),
      speed: fc.constantFrom(undefined, 'fast'),
      geo: fc.constantFrom(undefined, 'us'),
      tier: fc.constantFrom(undefined, 'batch', 'priority'),
      isPartial: fc.boolean(),
      visibleLength: count,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ share, ...parts }) =>
      entry({
        ...parts,
        model: 'm',
        longCache: Math.floor(parts.cacheCreation * share),
        reasoning: Math.floor(parts.output * share),
      }),
    )

  test('for any request and any price', () => {
    fc.assert(
      fc.property(request, pricing, (e, row) => {
        const { parts, factors, extras, cost } = explainCost(e, row, 'calculate')
        const tokensUsd = parts.reduce((sum, p) => sum + p.units * p.usdPerUnit, 0)
        const product = factors.reduce((all, f) => all * f.factor, 1)
        const extraUsd = extras.reduce((sum, p) => sum + p.units * p.usdPerUnit, 0)
        expect(costOf(e, row, 'calculate').pico).toBe(picoOf(tokensUsd * product + extraUsd))
        expect(cost).toEqual(costOf(e, row, 'calculate'))
      }),
    )
  })

  test('every token is in exactly one part', () => {
    fc.assert(
      fc.property(request, pricing, (e, row) => {
        const units = explainCost(e, row, 'calculate').parts.reduce((sum, p) => sum + p.units, 0)
        const { input, output, cacheCreation, cacheRead } = e.tokens
        expect(units).toBe(input + output + cacheCreation + cacheRead)
      }),
    )
  })

  test('and nothing an entry may hold sets the explanation apart from the cost', () => {
    fc.assert(
      fc.property(anyEntry, pricing, fc.constantFrom('auto', 'calculate', 'display'), (e, row, mode) => {
        for (const held of [row, undefined]) expect(explainCost(e, held, mode).cost).toEqual(costOf(e, held, mode))
      }),
    )
  })
})

describe('where a price came from', () => {
  const options = (parts: Partial<PriceOptions>): PriceOptions => ({
    offline: true,
    refreshPrices: false,
    modelAliases: {},
    priceOverrides: {},
    mode: 'auto',
    ...parts,
  })

  /** The explanation of one entry by the same `Prices` that priced it, and the cost it was given. */
  const audited = async (parts: EntryParts, given: Partial<PriceOptions> = {}, host: Host = makeHost()) => {
    const prices = openPrices(host, options(given))
    const [priced] = await prices.price([entry({ at: '2026-11-15T12:00:00Z', ...parts })], new Diagnostics())
    return { cost: priced!.cost, explanation: prices.explain(priced!.entry, given.mode ?? 'auto') }
  }

  const originOf = async (...args: Parameters<typeof audited>) => (await audited(...args)).explanation.price

  test('the table that ships with the package', async () => {
    expect(await originOf({ model: 'claude-sonnet-4-5', input: 1 })).toMatchObject({
      name: 'claude-sonnet-4-5',
      kind: 'table',
      source: expect.stringContaining('LiteLLM'),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      from: undefined,
      to: undefined,
    })
  })

  test('the row that a longer name means', async () => {
    expect((await originOf({ model: 'us.anthropic.claude-opus-4-6-v1', input: 1 }))?.name).toContain('claude-opus-4-6')
  })

  test('a price kept by hand, in its stretch of time', async () => {
    expect(await originOf({ model: 'claude-opus-4-6', input: 1 })).toEqual({
      name: 'claude-opus-4-6',
      kind: 'dated',
      source: undefined,
      date: '2026-11-22',
      from: Date.UTC(2026, 2, 13),
      to: undefined,
      isOffPeak: false,
    })
    expect(await originOf({ model: 'claude-opus-4-6', input: 1, at: '2026-03-12T23:59:59Z' })).toMatchObject({
      kind: 'dated',
      from: undefined,
      to: Date.UTC(2026, 2, 13),
    })
  })

  test('one of a model that no table has', async () => {
    expect(await originOf({ model: 'claude-3-5-haiku', input: 1 })).toMatchObject({ kind: 'dated' })
  })

  test('off-peak hours', async () => {
    const at = (time: string) => originOf({ model: 'deepseek-v4-pro', input: 1, at: `2026-11-19T${time}Z` })
    expect((await at('12:00:00'))?.isOffPeak).toBe(true)
    expect((await at('02:00:00'))?.isOffPeak).toBe(false)
  })

  test('a table fetched later; a dated price yields to it only from the day it was last checked', async () => {
    const rows = {
      'claude-opus-5': { input_cost_per_token: 7e-6, output_cost_per_token: 2e-6 },
      'brand-new-model': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
    }
    const texts = new Map<string, string>()
    const base = makeHost({ now: Date.UTC(2026, 11, 1) })
    const host: Host = {
      ...base,
      readText: path => texts.get(path) ?? base.readText(path),
      writeText: (path, text) => void texts.set(path, text),
      get: () => Promise.resolve({ status: 200, body: JSON.stringify(rows) }),
    }
    const online = { offline: false, refreshPrices: true }
    const fresh = await originOf({ model: 'brand-new-model', input: 1 }, online, host)
    expect(fresh).toMatchObject({ kind: 'refreshed', date: '2026-12-01' })
    const of = (at: string) => audited({ model: 'claude-opus-5', input: 1e6, at }, online, host)
    const before = await of('2026-11-21T12:00:00Z')
    expect([before.explanation.price?.kind, before.cost.pico]).toEqual(['dated', 5e12])
    const after = await of('2026-11-23T12:00:00Z')
    expect([after.explanation.price?.kind, after.cost.pico]).toEqual(['refreshed', 7e12])
  })

  test('the user’s own prices, found by the name in the log or by its alias', async () => {
    const priceOverrides = { house: { inputCostPerToken: 2e-6 } }
    const modelAliases = { house: 'claude-opus-4-6', 'claude-opus-4-6': 'claude-sonnet-4-5' }
    // 1,000,000 × 2: neither the 5 of the alias, nor the 3 of what that is an alias of
    const { cost, explanation } = await audited({ model: 'house', input: 1e6 }, { modelAliases, priceOverrides })
    expect(explanation.cost).toEqual(cost)
    expect(cost.pico).toBe(2e12)
    expect(explanation.price).toMatchObject({ name: 'claude-opus-4-6', kind: 'override', date: undefined })
    const renamed = await audited({ model: 'house', input: 1e6 }, { modelAliases })
    expect(renamed.cost.pico).toBe(5e12)
    expect(renamed.explanation).toMatchObject({ cost: renamed.cost, price: { name: 'claude-opus-4-6', kind: 'dated' } })
  })

  test('an alias for everything does not put a price on what was never sent', async () => {
    const { cost, explanation } = await audited(
      { model: '<synthetic>', input: 5 },
      { modelAliases: { '*': 'claude-opus-4-6' } },
    )
    expect(cost.pico).toBe(0)
    expect(explanation).toMatchObject({ cost, parts: [], price: undefined })
  })

  test.each([
    ['logged', { input: 5, loggedUsd: 0.42 }],
    ['unknown', { model: 'nobody', input: 5 }],
    ['without a model', { model: undefined, input: 5 }],
    ['of nothing', { model: 'claude-opus-4-6' }],
  ])('a cost that is %s has no price row', async (_, parts) => {
    const { cost, explanation } = await audited(parts)
    expect(explanation).toMatchObject({ cost, price: undefined, parts: [] })
  })
})
