import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ModelPricing } from '../../src/core/pricing.ts'
import { noTokens, tokenCounts } from '../../src/core/tokens.ts'
import { costOf, estimateOf } from '../../src/pricing/cost.ts'
import { lookup } from '../../src/pricing/lookup.ts'
import { type EntryParts, entry } from '../support/entry.ts'
import { tableOf, tablesOf } from './tables.ts'

const tables = tablesOf()

const costing = (parts: EntryParts, mode: 'auto' | 'calculate' | 'display' = 'calculate') => {
  const e = entry({ at: '2026-11-15T12:00:00Z', ...parts })
  return costOf(e, e.model === undefined ? undefined : lookup(tables, e.model, e.at), mode)
}
/** USD; exact, because costs are whole picodollars. */
const usd = (parts: EntryParts) => costing(parts).pico / 1e12

describe('worked out by hand, rates in USD per million', () => {
  test.each<[string, EntryParts, number]>([
    // Opus 4.6: 1,000 × 5 + 100 × 25 = 5,000 + 2,500 millionths
    ['input and output', { input: 1000, output: 100 }, 0.0075],
    // 1,000 × 6.25 (5 min) = 6,250
    ['5-minute writes', { cacheCreation: 1000 }, 0.00625],
    // 400 × 10 (1 h) + 600 × 6.25 = 4,000 + 3,750
    ['writes of both lifetimes', { cacheCreation: 1000, longCache: 400 }, 0.00775],
    // 10,000 × 0.5
    ['reads', { cacheRead: 10_000 }, 0.005],
    // Opus 5.5 reads at 0.05 × 4 = 0.2, not at a tenth of input: 1,000,000 × 0.2
    ['a read price that is no tenth', { model: 'claude-opus-5-5', cacheRead: 1_000_000 }, 0.2],
    // Fable 5.1: 1,000,000 × 0.25
    ['Fable 5.1 reads', { model: 'claude-fable-5-1', cacheRead: 1_000_000 }, 0.25],
    // Fast on Opus 4.6: 0.0075 × 6
    ['fast mode, six times', { input: 1000, output: 100, speed: 'fast' }, 0.045],
    // Opus 5: (1,000 × 5 + 100 × 25 + 1,000 × 0.5 + 1,000 × 6.25) × 2 = 14,250 × 2
    [
      'fast mode on every class',
      { model: 'claude-opus-5', input: 1000, output: 100, cacheRead: 1000, cacheCreation: 1000, speed: 'fast' },
      0.0285,
    ],
    // Sonnet 5 has no fast mode: 1,000 × 2
    ['fast where there is none', { model: 'claude-sonnet-5', input: 1000, speed: 'fast' }, 0.002],
    // Opus 4.7 lost it on 2026-07-24: 1,000 × 5, the day before × 6
    [
      'fast when it was over',
      { model: 'claude-opus-4-7', input: 1000, speed: 'fast', at: '2026-07-24T00:00:00Z' },
      0.005,
    ],
    [
      'fast on its last day',
      { model: 'claude-opus-4-7', input: 1000, speed: 'fast', at: '2026-07-23T23:59:59Z' },
      0.03,
    ],
    // US-only: 0.0075 × 1.1
    ['inference in the US', { input: 1000, output: 100, geo: 'us' }, 0.00825],
    ['inference in the US, Sonnet 4.6', { model: 'claude-sonnet-4-6', input: 1000, geo: 'us' }, 0.0033],
    // 1,000 × 5 × 1.1: Claude Code charges it for every model that says so
    ['inference in the US, an older model', { model: 'claude-opus-4-5', input: 1000, geo: 'us' }, 0.0055],
    ['inference elsewhere', { input: 1000, output: 100, geo: 'global' }, 0.0075],
    // 0.0075 × 6 × 1.1
    ['fast and in the US', { input: 1000, output: 100, speed: 'fast', geo: 'us' }, 0.0495],
    // Batch: (1,000 × 5 + 100 × 25 + 1,000 × 0.5 + 1,000 × 6.25) / 2 = 14,250 / 2
    ['batch', { input: 1000, output: 100, cacheRead: 1000, cacheCreation: 1000, tier: 'batch' }, 0.007125],
    // 1,000 × 10 / 2
    ['batch, 1-hour writes', { cacheCreation: 1000, longCache: 1000, tier: 'batch' }, 0.005],
    // Anthropic publishes no rate for priority
    ['priority without a price', { input: 1000, tier: 'priority' }, 0.005],
    // GPT-5.6 Terra: 1,000 × 4 + 100 × 24 + 1,000 × 0.4 = 6,800
    ['priority', { model: 'gpt-5.6-terra', input: 1000, output: 100, cacheRead: 1000, tier: 'priority' }, 0.0068],
    // 1,000 × 1 + 100 × 6
    ['flex', { model: 'gpt-5.6-terra', input: 1000, output: 100, tier: 'flex' }, 0.0016],
    // Above 272,000 twice and 1.5 times, and half of that: 300,000 × 2 + 1,000 × 9 = 609,000
    ['flex above the tier', { model: 'gpt-5.6-terra', input: 300_000, output: 1000, tier: 'flex' }, 0.609],
    // 10 × 0.01, beside 1,000 × 5; not multiplied by fast, US or batch
    ['web searches', { input: 1000, webSearches: 10 }, 0.105],
    ['web searches, fast and in the US', { input: 1000, webSearches: 10, speed: 'fast', geo: 'us' }, 0.133],
    ['web searches in a batch', { input: 1000, webSearches: 10, tier: 'batch' }, 0.1025],
    ['web searches alone', { webSearches: 3 }, 0.03],
    // The row of Haiku 4.5 has no search price; Anthropic's is the same for all
    ['web searches, Haiku 4.5', { model: 'claude-haiku-4-5', webSearches: 1 }, 0.01],
    // Sonnet 4 under its other name has no 1-hour price: 2 × 3 × 1,000
    [
      '1-hour writes that the row lacks',
      { model: 'claude-4-sonnet-20250514', cacheCreation: 1000, longCache: 1000 },
      0.006,
    ],
    // ... and above 200,000 tokens 2 × 6: 300,000 × 12
    ['... above the tier', { model: 'claude-4-sonnet-20250514', cacheCreation: 300_000, longCache: 300_000 }, 3.6],
    // Gemini 2.5 Pro publishes no write price: 1,000 × 1.25
    ['writes where none are sold', { model: 'gemini-2.5-pro', cacheCreation: 1000 }, 0.00125],
    // GPT-5 Codex: reads 0.125, writes are input: 1,000 × 0.125 + 1,000 × 1.25
    ['OpenAI before 5.6', { model: 'gpt-5-codex', cacheRead: 1000, cacheCreation: 1000 }, 0.001375],
    // xai/grok-4 has no read price: 1,000 × 3
    ['reads without a price', { model: 'xai/grok-4', cacheRead: 1000 }, 0.003],
    // Qwen Turbo thinks at 0.5 and speaks at 0.2: 600 × 0.5 + 400 × 0.2
    ['thinking at its own price', { model: 'dashscope/qwen-turbo', output: 1000, reasoning: 600 }, 0.00038],
    // Opus: thinking is output: 1,000 × 25
    ['thinking at the price of output', { output: 1000, reasoning: 600 }, 0.025],
    // Off-peak DeepSeek, 12:00 UTC: 1,000,000 × 0.66
    ['off-peak', { model: 'deepseek-v4-pro', input: 1_000_000, at: '2026-11-19T12:00:00Z' }, 0.66],
    ['peak', { model: 'deepseek-v4-pro', input: 1_000_000, at: '2026-11-19T02:00:00Z' }, 1.32],
    // A free model
    ['free', { model: 'opencode/beam-free', input: 1_000_000, output: 1_000_000 }, 0],
  ])('%s', (_, parts, expected) => {
    expect(costing(parts)).toMatchObject({ basis: 'calculated', pico: Math.round(expected * 1e12) })
  })
})

describe('the long-context tier is chosen once, by the whole prompt', () => {
  test.each<[string, EntryParts, number]>([
    // Sonnet 4.5: 300,000 × 6 + 1,000 × 22.5 = 1,822,500 (ccusage's marginal reckoning says 1.215)
    ['all input', { input: 300_000, output: 1000 }, 1.8225],
    // 150,000 + 100,000 > 200,000: 150,000 × 6 + 100,000 × 0.6 + 1,000 × 22.5
    ['input and reads together', { input: 150_000, cacheRead: 100_000, output: 1000 }, 0.9825],
    // 300,000 × 12
    ['1-hour writes', { cacheCreation: 300_000, longCache: 300_000 }, 3.6],
    // exactly at the line: 200,000 × 3 + 1,000 × 15
    ['at the line', { input: 200_000, output: 1000 }, 0.615],
    // one above: 200,001 × 6
    ['one above the line', { input: 200_001 }, 1.200006],
    // output does not count: 1,000 × 3 + 300,000 × 15
    ['a long output', { input: 1000, output: 300_000 }, 4.503],
    // Haiku 5.5 above 100,000: 100,001 × 0.5
    ['Haiku 5.5', { model: 'claude-haiku-5-5', input: 100_001 }, 0.0500005],
    ['Haiku 5.5 at the line', { model: 'claude-haiku-5-5', input: 100_000 }, 0.01],
    // GPT-5.5 above 272,000: 270,540 + 7,936 = 278,476; 270,540 × 10 + 7,936 × 1 + 100 × 45
    ['GPT-5.5', { model: 'gpt-5.5', input: 270_540, cacheRead: 7936, output: 100 }, 2.717836],
    // Gemini 2.5 Pro above 200,000: 200,001 × 2.5 + 100 × 15
    ['Gemini 2.5 Pro', { model: 'gemini-2.5-pro', input: 200_001, output: 100 }, 0.5015025],
    // xAI from 200,000 on: 200,000 × 4
    ['Grok 4.6', { model: 'xai/grok-4.6', input: 200_000 }, 0.8],
    // Opus 4.6 until 2026-03-13: 300,000 × 10, then 300,000 × 5
    ['Opus 4.6 before', { model: 'claude-opus-4-6', input: 300_000, at: '2026-03-12T12:00:00Z' }, 3],
    ['Opus 4.6 after', { model: 'claude-opus-4-6', input: 300_000, at: '2026-03-13T12:00:00Z' }, 1.5],
    // both at once: 300,000 × 10 × 6
    [
      'Opus 4.6 before, fast',
      { model: 'claude-opus-4-6', input: 300_000, speed: 'fast', at: '2026-03-01T12:00:00Z' },
      18,
    ],
  ])('%s', (_, parts, expected) => {
    expect(costing({ model: 'claude-sonnet-4-5', ...parts }).pico).toBe(Math.round(expected * 1e12))
  })

  test('the highest of several tiers wins', () => {
    // 128,001 tokens of Qwen3 Coder Plus: above 128,000 the price is 3
    expect(usd({ model: 'qwen3-coder-plus', input: 128_001 })).toBe(0.384003)
  })
})

describe('modes', () => {
  const both = { input: 1000, output: 100, loggedUsd: 0.5 }

  test.each([
    ['auto', both, 'logged', 0.5],
    ['auto', { ...both, loggedUsd: 0 }, 'calculated', 0.0075],
    ['auto', { ...both, loggedUsd: undefined }, 'calculated', 0.0075],
    ['auto', { ...both, loggedUsd: -1 }, 'calculated', 0.0075],
    ['auto', { ...both, loggedUsd: Number.NaN }, 'calculated', 0.0075],
    ['auto', { ...both, loggedUsd: Number.POSITIVE_INFINITY }, 'calculated', 0.0075],
    ['auto', { ...both, model: 'nobody' }, 'logged', 0.5],
    ['auto', { loggedUsd: 0.5 }, 'logged', 0.5],
    ['calculate', both, 'calculated', 0.0075],
    ['calculate', { ...both, model: 'nobody' }, 'missing', 0],
    ['display', both, 'logged', 0.5],
    ['display', { ...both, loggedUsd: undefined }, 'logged', 0],
    ['display', { ...both, loggedUsd: -3 }, 'logged', 0],
    ['display', { ...both, model: 'nobody' }, 'logged', 0.5],
  ] as const)('%s %o: %s', (mode, parts, basis, expected) => {
    expect(costing(parts, mode)).toEqual({ basis, pico: Math.round(expected * 1e12), estimatePico: 0 })
  })
})

describe('no price', () => {
  test.each([
    ['an unknown model', { model: 'nobody', input: 1 }, 'missing'],
    ['an unknown model that searched', { model: 'nobody', webSearches: 2 }, 'missing'],
    ['no model', { model: undefined, input: 1 }, 'missing'],
    ['nothing used, no model', { model: undefined }, 'calculated'],
    ['nothing used, an unknown model', { model: 'nobody' }, 'calculated'],
    ['a message that the agent made itself', { model: '<synthetic>', input: 10, output: 10 }, 'calculated'],
  ] as const)('%s', (_, parts, basis) => {
    expect(costing(parts)).toEqual({ pico: 0, basis, estimatePico: 0 })
  })
})

describe('estimates of what a partial output lacks', () => {
  test.each([
    ['400 characters are 100 tokens, 1 was counted', { isPartial: true, visibleLength: 400, output: 1 }, 99],
    ['rounded', { isPartial: true, visibleLength: 402, output: 0 }, 101],
    ['more counted than seen', { isPartial: true, visibleLength: 40, output: 50 }, 0],
    ['nothing seen', { isPartial: true, output: 1 }, 0],
    ['a whole output', { isPartial: false, visibleLength: 400, output: 1 }, 0],
  ])('%s', (_, parts, expected) => {
    expect(estimateOf(entry(parts))).toEqual({ ...noTokens, output: expected })
  })

  test('what the agent itself estimates counts, and is priced in every class, also where nothing was logged', () => {
    const estimated = tokenCounts(1000, 100, 0, 0, 0, 0)
    expect(estimateOf(entry({ estimated, isPartial: true, visibleLength: 4000 }))).toEqual(estimated)
    // 1000 × 5 + 100 × 25
    expect(costing({ estimated })).toEqual({ basis: 'calculated', pico: 0, estimatePico: 7500e6 })
    expect(costing({ estimated, output: 1 })).toEqual({ basis: 'calculated', pico: 25e6, estimatePico: 7500e6 })
    expect(costing({ estimated, loggedUsd: 2 }, 'auto')).toEqual({ basis: 'logged', pico: 2e12, estimatePico: 0 })
  })

  test('they cost output at the rate of the request, apart from the cost', () => {
    const partial = { isPartial: true, visibleLength: 400, output: 1 }
    // 99 × 25; fast 6 times; 1 × 25 is the cost itself
    expect(costing(partial)).toEqual({ basis: 'calculated', pico: 25e6, estimatePico: 2475e6 })
    expect(costing({ ...partial, speed: 'fast' }).estimatePico).toBe(14_850e6)
    // Sonnet 4.5 above 200,000: 99 × 22.5
    expect(costing({ ...partial, model: 'claude-sonnet-4-5', input: 300_000 }).estimatePico).toBe(2227.5e6)
    expect(costing({ ...partial, model: 'nobody' }).estimatePico).toBe(0)
  })
})

describe('laws', () => {
  const count = fc.integer({ min: 0, max: 2_000_000 })
  const model = fc.constantFrom(
    'claude-opus-4-6',
    'claude-sonnet-4-5',
    'gpt-5.6-terra',
    'gemini-2.5-pro',
    'deepseek-v4-pro',
    'xai/grok-4',
  )
  const request = fc.record({
    model,
    input: count,
    output: count,
    cacheCreation: count,
    cacheRead: count,
    webSearches: fc.integer({ min: 0, max: 50 }),
    speed: fc.constantFrom(undefined, 'fast'),
    geo: fc.constantFrom(undefined, 'us'),
    tier: fc.constantFrom(undefined, 'batch', 'priority', 'flex', 'nonsense'),
    at: fc.integer({ min: 1.7e12, max: 1.9e12 }),
    isPartial: fc.boolean(),
    visibleLength: count,
  })

  test('a cost is a whole number of picodollars and never negative', () => {
    fc.assert(
      fc.property(request, fc.float({ min: 0, max: 1, noNaN: true }), (parts, share) => {
        const longCache = Math.floor(parts.cacheCreation * share)
        const reasoning = Math.floor(parts.output * share)
        const { pico, estimatePico } = costing({ ...parts, longCache, reasoning })
        expect(Number.isSafeInteger(pico) && pico >= 0 && !Object.is(pico, -0)).toBe(true)
        expect(Number.isSafeInteger(estimatePico) && estimatePico >= 0).toBe(true)
      }),
    )
  })

  test('inside a tier the cost is the sum of its classes', () => {
    // Rates of whole picodollars, so that no rounding hides a class that is left out or counted twice.
    const row = {
      input_cost_per_token: 3e-6,
      output_cost_per_token: 15e-6,
      cache_creation_input_token_cost: 3.75e-6,
      cache_creation_input_token_cost_above_1hr: 6e-6,
      cache_read_input_token_cost: 3e-7,
    }
    const pricing = tableOf({ m: row }).get('m')
    const pico = (parts: EntryParts) => costOf(entry({ model: 'm', ...parts }), pricing, 'calculate').pico
    fc.assert(
      fc.property(count, count, count, count, count, (input, output, short, longCache, cacheRead) => {
        const cacheCreation = short + longCache
        const whole = pico({ input, output, cacheCreation, longCache, cacheRead })
        const parts = [
          { input },
          { output },
          { cacheCreation: short },
          { cacheCreation: longCache, longCache },
          { cacheRead },
        ]
        expect(whole).toBe(parts.map(pico).reduce((a, b) => a + b))
        expect(whole).toBe(input * 3e6 + output * 15e6 + short * 3.75e6 + longCache * 6e6 + cacheRead * 3e5)
      }),
    )
  })

  test('more tokens never cost less', () => {
    const key = fc.constantFrom('input', 'output', 'cacheCreation', 'cacheRead')
    fc.assert(
      fc.property(request, key, fc.integer({ min: 1, max: 1000 }), (parts, field, more) => {
        const now = costing(parts)
        expect(costing({ ...parts, [field]: parts[field] + more }).pico).toBeGreaterThanOrEqual(now.pico)
      }),
    )
  })

  test('services and tiers of a row without a price in some class follow its input price', () => {
    const pricing: ModelPricing | undefined = tableOf({
      m: {
        input_cost_per_token: 2e-6,
        output_cost_per_token: 8e-6,
        cache_read_input_token_cost: 1e-6,
        input_cost_per_token_above_100k_tokens: 4e-6,
        output_cost_per_token_above_100k_tokens: 12e-6,
        input_cost_per_token_batches: 0.5e-6,
        output_cost_per_token_batches: 2e-6,
      },
    }).get('m')
    // Above 100,000 reads are 1 × 4/2 = 2; in a batch a quarter of that: 200,000 × 0.5
    const long = entry({ model: 'm', cacheRead: 200_000, tier: 'batch' })
    expect(costOf(long, pricing, 'calculate').pico).toBe(0.1e12)
  })
})
