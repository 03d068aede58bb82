import { describe, expect, test } from 'vitest'
import { datedModels } from '../../src/pricing/dated.ts'
import { isPeak } from '../../src/pricing/history.ts'
import { lookup } from '../../src/pricing/lookup.ts'
import { tableOf, tablesOf } from './tables.ts'

const tables = tablesOf()
const priceAt = (model: string, time: string, from = tables) => {
  const base = lookup(from, model, Date.parse(time))?.base
  return base && [base.input, base.output, base.cacheRead ?? Number.NaN].map(usd => Number((usd * 1e6).toPrecision(10)))
}

/** Input, output, cache read in USD per million, as the vendors' pages had them; the last moment of one price, the first of the next. */
const KNOWN: readonly (readonly [string, string, readonly number[]])[] = [
  ['claude-opus-4-6', '2026-03-12T23:59:59.999Z', [5, 25, 0.5]],
  ['claude-opus-4-6', '2026-03-13T00:00:00Z', [5, 25, 0.5]],
  ['claude-sonnet-4-6', '2026-03-01T00:00:00Z', [3, 15, 0.3]],
  ['claude-sonnet-5', '2026-07-01T00:00:00Z', [2, 10, 0.2]],
  ['claude-sonnet-5', '2026-09-02T00:00:00Z', [2, 10, 0.2]],
  ['claude-opus-5', '2026-07-24T00:00:00Z', [5, 25, 0.5]],
  ['claude-fable-5-1', '2026-09-01T00:00:00Z', [10, 50, 0.25]],
  ['claude-opus-5-5', '2026-09-22T00:00:00Z', [4, 20, 0.2]],
  ['claude-sonnet-5-5', '2026-09-20T00:00:00Z', [2, 10, 0.2]],
  ['claude-sonnet-5-5', '2026-10-06T23:59:59.999Z', [2, 10, 0.2]],
  ['claude-sonnet-5-5', '2026-10-07T00:00:00Z', [2, 10, 0.1]],
  ['claude-haiku-5-5', '2026-10-07T00:00:00Z', [0.1, 0.5, 0.01]],
  ['claude-fable-5-2', '2026-11-09T00:00:00Z', [8, 40, 0.2]],
  ['claude-3-5-haiku-20241022', '2025-03-01T00:00:00Z', [0.8, 4, 0.08]],
  ['claude-3-5-sonnet-20241022', '2025-03-01T00:00:00Z', [3, 15, 0.3]],
  ['gpt-5.6-terra', '2026-07-29T23:59:59.999Z', [2.5, 15, 0.25]],
  ['gpt-5.6-terra', '2026-07-30T00:00:00Z', [2, 12, 0.2]],
  ['gpt-5.6-luna', '2026-07-29T23:59:59.999Z', [1, 6, 0.1]],
  ['gpt-5.6-luna', '2026-07-30T00:00:00Z', [0.2, 1.2, 0.02]],
  ['gpt-5.6-sol', '2026-08-20T23:59:59.999Z', [5, 30, 0.5]],
  ['gpt-5.6-sol', '2026-08-21T00:00:00Z', [4, 20, 0.4]],
  ['gpt-5.6', '2026-08-20T00:00:00Z', [5, 30, 0.5]],
  ['gpt-6-astra', '2026-09-03T00:00:00Z', [10, 50, 1]],
  ['gpt-6-sol', '2026-09-22T00:00:00Z', [2, 10, 0.2]],
  ['gpt-6-luna', '2026-09-22T00:00:00Z', [0.1, 0.5, 0.01]],
  ['gpt-6.1-sol', '2026-09-29T00:00:00Z', [2, 10, 0.1]],
  ['gpt-6.1-terra', '2026-10-26T00:00:00Z', [1, 5, 0.05]],
  ['gemini-3.6-flash', '2026-12-31T23:59:59.999Z', [0.75, 3.75, 0.075]],
  ['gemini-3.6-flash', '2027-01-01T00:00:00Z', [1.5, 7.5, 0.15]],
  ['gemini-3.7-flash', '2027-01-01T00:00:00Z', [1.5, 7.5, 0.15]],
  ['gemini/gemini-3.8-flash', '2026-12-01T00:00:00Z', [0.75, 3.75, 0.075]],
  ['gemini-3.8-flash', '2027-01-01T00:00:00Z', [1.5, 7.5, 0.15]],
  ['deepseek-v4-pro', '2026-08-16T15:59:59.999Z', [0.435, 0.87, 0.003625]],
  ['deepseek-v4-pro', '2026-08-17T08:00:00Z', [1.32, 3.96, 0.044]], // Monday, peak
  ['deepseek-v4-pro', '2026-08-17T12:00:00Z', [0.66, 1.98, 0.022]], // Monday, off-peak
  ['deepseek-v4-flash', '2026-09-14T02:00:00Z', [0.3, 1.2, 0.006]],
  ['deepseek-flash', '2026-09-14T02:00:00Z', [0.3, 1.2, 0.006]],
  ['deepseek/deepseek-flash', '2026-09-13T02:00:00Z', [0.15, 0.6, 0.003]], // Sunday
]

test.each(KNOWN)('%s at %s', (model, time, price) => {
  expect(priceAt(model, time)).toEqual(price)
})

test('every model of the history is in the list above', () => {
  const listed = new Set(KNOWN.map(([model]) => model.replace(/-20\d{6}$/, '')))
  expect(datedModels().filter(({ names }) => !names.some(name => listed.has(name)))).toEqual([])
})

test('an old month never changes: a later price file with other prices leaves every dated price as it was', () => {
  const tenfold = Object.fromEntries(
    datedModels().flatMap(({ names }) =>
      names.map(name => [
        name,
        { input_cost_per_token: 9e-5, output_cost_per_token: 9e-5, cache_read_input_token_cost: 9e-5 },
      ]),
    ),
  )
  const later = tablesOf({ tables: [tableOf(tenfold, '2027-03-01', true), ...tables.tables] })
  const changed = KNOWN.filter(([model, time, price]) => {
    const open = Date.parse(time) >= Date.parse('2027-01-01')
    return !open && JSON.stringify(priceAt(model, time, later)) !== JSON.stringify(price)
  })
  expect(changed).toEqual([])
})

test('from the day of the last check on, a price file fetched since then overrules an open row', () => {
  const row = { input_cost_per_token: 9e-6, output_cost_per_token: 9e-6, cache_read_input_token_cost: 9e-6 }
  const later = tablesOf({ tables: [tableOf({ 'gpt-5.6-sol': row }, '2026-12-01', true), ...tables.tables] })
  expect(priceAt('gpt-5.6-sol', '2026-11-21T23:59:59.999Z', later)).toEqual([4, 20, 0.4])
  expect(priceAt('gpt-5.6-sol', '2026-11-22T00:00:00Z', later)).toEqual([9, 9, 9])
  const earlier = tablesOf({ tables: [tableOf({ 'gpt-5.6-sol': row }, '2026-11-20', true), ...tables.tables] })
  expect(priceAt('gpt-5.6-sol', '2026-12-24T00:00:00Z', earlier)).toEqual([4, 20, 0.4])
})

test('a price announced for later is not overruled by a file fetched before', () => {
  const row = { input_cost_per_token: 0.75e-6, output_cost_per_token: 3.75e-6, cache_read_input_token_cost: 0.075e-6 }
  const before = tablesOf({ tables: [tableOf({ 'gemini-3.6-flash': row }, '2026-12-24', true), ...tables.tables] })
  expect(priceAt('gemini-3.6-flash', '2027-01-02T00:00:00Z', before)).toEqual([1.5, 7.5, 0.15])
  const after = tablesOf({ tables: [tableOf({ 'gemini-3.6-flash': row }, '2027-01-05', true), ...tables.tables] })
  expect(priceAt('gemini-3.6-flash', '2027-01-06T00:00:00Z', after)).toEqual([0.75, 3.75, 0.075])
})

test('the rules of the vendors give what the bundled table says today', () => {
  const now = Date.parse('2026-11-19T02:00:00Z') // Thursday, DeepSeek's peak
  for (const { names } of datedModels()) {
    for (const name of names) {
      const row = tables.tables[0]?.get(name)
      if (!row) continue
      const dated = lookup(tables, name, now)
      const perMillion = (value: unknown) =>
        JSON.stringify(value, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(9)) : v))
      const today = {
        base: dated?.base,
        tiers: dated?.tiers,
        priority: dated?.services.priority,
        flex: dated?.services.flex,
        batch: dated?.services.batch,
      }
      expect(JSON.parse(perMillion(today)), name).toEqual(
        JSON.parse(
          perMillion({
            base: row.base,
            tiers: row.tiers,
            priority: row.services.priority,
            flex: row.services.flex,
            batch: row.services.batch,
          }),
        ),
      )
      expect(dated).toMatchObject({ name: row.name, provider: row.provider })
    }
  }
})

describe('prompts above 200,000 tokens on the 4.6 models', () => {
  test.each([
    ['claude-opus-4-6', 10, 37.5, 12.5, 20, 1],
    ['claude-opus-4-6-20260205', 10, 37.5, 12.5, 20, 1],
    ['claude-sonnet-4-6', 6, 22.5, 7.5, 12, 0.6],
  ])('%s', (model, input, output, cacheCreation, longCache, cacheRead) => {
    const before = lookup(tables, model, Date.parse('2026-03-12T23:59:59.999Z'))
    expect(before?.tiers).toEqual([
      {
        above: 200_000,
        rates: {
          input: input / 1e6,
          output: output / 1e6,
          cacheCreation: cacheCreation / 1e6,
          longCache: longCache / 1e6,
          cacheRead: cacheRead / 1e6,
        },
      },
    ])
    expect(lookup(tables, model, Date.parse('2026-03-13T00:00:00Z'))?.tiers).toEqual([])
  })
})

describe('fast mode and US-only inference', () => {
  test.each([
    ['claude-opus-4-6', '2026-11-01', 6, 1.1],
    ['claude-opus-4-7', '2026-07-23', 6, 1.1],
    ['claude-opus-4-7', '2026-07-24', undefined, 1.1],
    ['claude-opus-4-7-20260416', '2026-07-24', undefined, 1.1],
    ['claude-opus-4-8', '2026-11-29', 2, 1.1],
    ['claude-opus-4-8', '2026-11-30', undefined, 1.1],
    ['claude-opus-5', '2026-11-01', 2, 1.1],
    ['claude-opus-5-5', '2026-11-01', 2, 1.1],
    ['claude-fable-5-2', '2026-11-10', 2, 1.1],
    ['claude-sonnet-4-6', '2026-11-01', undefined, 1.1],
    ['claude-sonnet-5-5', '2026-11-01', undefined, 1.1],
    ['claude-opus-4-5', '2026-11-01', undefined, undefined],
  ])('%s on %s', (model, day, fast, us) => {
    const pricing = lookup(tables, model, Date.parse(day))
    expect([pricing?.fast, pricing?.us]).toEqual([fast, us])
  })
})

test('one-hour writes of the Claude 3 models follow the rule, not the slip in the file', () => {
  // 2 × 15 = 30 and 2 × 0.25 = 0.5; the file says 6 for both.
  expect(lookup(tables, 'claude-3-opus-20240229', 0)?.base.longCache).toBeCloseTo(30e-6, 12)
  expect(lookup(tables, 'claude-3-haiku', 0)?.base.longCache).toBeCloseTo(0.5e-6, 12)
})

test.each([
  ['2026-11-19T00:59:59Z', false],
  ['2026-11-19T01:00:00Z', true],
  ['2026-11-19T03:59:59Z', true],
  ['2026-11-19T04:00:00Z', false],
  ['2026-11-19T06:00:00Z', true],
  ['2026-11-19T09:59:59Z', true],
  ['2026-11-19T10:00:00Z', false],
  ['2026-11-21T02:00:00Z', false], // Saturday
  ['2026-11-22T02:00:00Z', false], // Sunday
  ['2026-11-23T02:00:00Z', true], // Monday
])('peak at %s: %s', (time, expected) => {
  expect(isPeak(Date.parse(time))).toBe(expected)
})
