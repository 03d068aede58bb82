import { expect, test } from 'vitest'
import { compactPrices, isObject } from '../../src/pricing/compact.ts'
import { openTable } from '../../src/pricing/table.ts'
import { bundled, readJson, tableOf } from './tables.ts'

const excerpt = readJson('fixtures/pricing/litellm-excerpt.json')
if (!isObject(excerpt) || !isObject(excerpt.rows) || !Array.isArray(excerpt.sample)) throw new Error('bad fixture')
const raws = excerpt.rows
const fresh = openTable(compactPrices(raws))
const shipped = openTable(bundled('rates.json'))

const rawOf = (name: string): Readonly<Record<string, unknown>> => {
  const raw = raws[name]
  if (!isObject(raw)) throw new Error(`${name} is not in the fixture`)
  return raw
}

test.each(excerpt.sample.map(String))(
  '%s has the prices of the published row, freshly compacted and as shipped',
  name => {
    const raw = rawOf(name)
    for (const pricing of [fresh.get(name), shipped.get(name)]) {
      expect(pricing?.base.input).toBeCloseTo(Number(raw.input_cost_per_token), 15)
      expect(pricing?.base.output).toBeCloseTo(Number(raw.output_cost_per_token), 15)
      for (const [field, rate] of [
        ['cache_read_input_token_cost', pricing?.base.cacheRead],
        ['cache_creation_input_token_cost_above_1hr', pricing?.base.longCache],
        ['cache_creation_input_token_cost', pricing?.base.cacheCreation],
      ] as const) {
        const expected = raw[field] ?? (field.startsWith('cache_read') ? raw.input_cost_per_token_cache_hit : undefined)
        if (expected === undefined || expected === null) expect(rate, field).toBeUndefined()
        else if (expected === 0 && field === 'cache_creation_input_token_cost' && raw.input_cost_per_token !== 0)
          expect(rate, field).toBeUndefined()
        else expect(rate, field).toBeCloseTo(Number(expected), 15)
      }
      expect(pricing?.maxInput).toBe(raw.max_input_tokens || undefined)
      expect(pricing?.provider).toBe(raw.litellm_provider)
      const thresholds = Object.keys(raw).flatMap(
        field => /^input_cost_per_token_above_([\d.]+)k_tokens$/.exec(field)?.[1] ?? [],
      )
      if (!raw.tiered_pricing && raw.litellm_provider !== 'xai')
        expect(pricing?.tiers.map(tier => tier.above)).toEqual(
          thresholds.map(k => Number(k) * 1000).sort((a, b) => a - b),
        )
    }
  },
)

test('the number in a tier name is read, whatever it is', () => {
  const table = tableOf({
    m: {
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      'input_cost_per_token_above_31.999k_tokens': 3e-6,
      'output_cost_per_token_above_31.999k_tokens': 4e-6,
      input_cost_per_token_above_777k_tokens: 5e-6,
      output_cost_per_token_above_777k_tokens: 6e-6,
      cache_creation_input_token_cost_above_1hr_above_777k_tokens: 7e-6,
    },
  })
  const tiers = table.get('m')?.tiers
  expect(tiers?.map(t => [t.above, t.rates.input, t.rates.output, t.rates.longCache])).toEqual([
    [31_999, 3e-6, 4e-6, undefined],
    [777_000, 5e-6, 6e-6, 7e-6],
  ])
})

test('an Anthropic row: one hour writes, search, fast and US factors', () => {
  const opus = fresh.get('claude-opus-4-6')
  expect(opus).toMatchObject({
    fast: 6,
    us: 1.1,
    webSearch: 0.01,
    maxInput: 1_000_000,
    provider: 'anthropic',
    tiers: [],
  })
  expect(opus?.base).toMatchObject({
    input: 5e-6,
    output: 25e-6,
    cacheCreation: 6.25e-6,
    longCache: 10e-6,
    cacheRead: 0.5e-6,
  })
  const haiku = fresh.get('claude-haiku-5-5')?.tiers[0]
  expect(haiku?.above).toBe(100_000)
  expect(haiku?.rates.longCache).toBeCloseTo(1e-6, 15)
})

test('an OpenAI row: services, regional factor, 272k tier', () => {
  const terra = fresh.get('gpt-5.6-terra')
  expect(terra?.us).toBe(1.1)
  expect(Object.keys(terra?.services ?? {}).sort()).toEqual(['batch', 'flex', 'priority'])
  expect(terra?.services.priority).toMatchObject({ input: 4e-6, output: 24e-6, cacheCreation: 5e-6, cacheRead: 0.4e-6 })
  // The row names no cache price for batches: half, as its input price is half.
  expect(terra?.services.batch?.cacheRead).toBeCloseTo(0.1e-6, 15)
  expect(terra?.tiers).toHaveLength(1)
  expect(terra?.tiers[0]).toMatchObject({ above: 272_000, rates: { input: 4e-6, output: 18e-6, cacheRead: 0.4e-6 } })
})

test('tiered_pricing becomes a base and tiers that begin where a range begins', () => {
  const qwen = fresh.get('dashscope/qwen3-coder-plus')
  expect(qwen?.base).toMatchObject({ input: 1e-6, output: 5e-6, cacheRead: 0.1e-6 })
  expect(qwen?.tiers.map(t => [t.above, t.rates.input, t.rates.output])).toEqual([
    [32_000, 1.8e-6, 9e-6],
    [128_000, 3e-6, 15e-6],
    [256_000, 6e-6, 60e-6],
  ])
  expect(fresh.get('exa_ai/search')).toBeUndefined()
})

test('thinking tokens have a price of their own only where it differs', () => {
  expect(fresh.get('dashscope/qwen-turbo')?.base.reasoning).toBe(0.5e-6)
  expect(fresh.get('gemini/gemini-2.5-pro')?.base.reasoning).toBeUndefined()
})

test('xAI charges its tier from 200,000 tokens on', () => {
  expect(fresh.get('xai/grok-4.6')?.tiers.map(t => t.above)).toEqual([199_999])
})

test('a write price of 0 on a paid model is no price, a free model is free', () => {
  expect(fresh.get('deepseek/deepseek-v4-pro')?.base.cacheCreation).toBeUndefined()
  const free = shipped.names().filter(name => name.startsWith('opencode/') && shipped.get(name)?.base.input === 0)
  expect(free.length).toBeGreaterThan(0)
})

test('a price of 0 is one only from those who give models away', () => {
  const free = { input_cost_per_token: 0, output_cost_per_token: 0 }
  const table = tableOf({
    'ollama/llama3': { ...free, litellm_provider: 'ollama' },
    'opencode/big-pickle': { ...free, litellm_provider: 'opencode' },
    'openrouter/acme/small:free': { ...free, litellm_provider: 'openrouter' },
    'openrouter/openrouter/auto': { ...free, litellm_provider: 'openrouter' },
    'openrouter/acme/freehand': { ...free, litellm_provider: 'openrouter' },
    'acme/embed': { ...free, input_cost_per_token: 1e-6, litellm_provider: 'acme' },
  })
  expect(table.names()).toEqual(['ollama/llama3', 'opencode/big-pickle', 'openrouter/acme/small:free', 'acme/embed'])
})

test('a price for a cache hit serves where there is none for a cache read', () => {
  expect(fresh.get('deepseek/deepseek-v3.2')?.base.cacheRead).toBe(
    rawOf('deepseek/deepseek-v3.2').input_cost_per_token_cache_hit,
  )
})

test('the example row and rows without token prices are left out', () => {
  expect(fresh.get('sample_spec')).toBeUndefined()
  expect(fresh.get('github_copilot/gpt-5')).toBeUndefined()
  expect(tableOf({ a: { mode: 'chat' }, b: { input_cost_per_token: 1e-6 } }).size).toBe(0)
})

const good = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, litellm_provider: 'p' }

test.each([
  ['a string', { input_cost_per_token: '1e-6' }],
  ['negative', { output_cost_per_token: -1e-6 }],
  ['infinite', { cache_read_input_token_cost: Number.POSITIVE_INFINITY }],
  ['not a number', { input_cost_per_token: Number.NaN }],
  ['absurd', { input_cost_per_token: 5 }],
  ['an object', { output_cost_per_token_priority: {} }],
  ['a factor below zero', { provider_specific_entry: { fast: -6 } }],
  ['an absurd search', { search_context_cost_per_query: { search_context_size_medium: 1e9 } }],
  ['a tier of a wrong type', { input_cost_per_token_above_200k_tokens: true }],
  ['a context window of a wrong type', { max_input_tokens: 'many' }],
])('a row with %s is ignored, the others stay', (_, part) => {
  expect(tableOf({ bad: { ...good, ...part }, good }).names()).toEqual(['good'])
})

test('names that are no names of models do no harm', () => {
  const hostile: unknown = JSON.parse(
    '{"__proto__":{"input_cost_per_token":1e-6,"output_cost_per_token":1e-6},"a":null,"b":[1],"c":7,' +
      '"constructor":{"input_cost_per_token":1e-6,"output_cost_per_token":1e-6,"__proto__":{"x":1}}}',
  )
  const table = tableOf(hostile)
  expect(table.names()).toEqual(['constructor'])
  expect(table.get('__proto__')).toBeUndefined()
  expect(table.get('toString')).toBeUndefined()
  expect(Object.getPrototypeOf(compactPrices(hostile).rows)).toBe(Object.prototype)
})

test.each([undefined, null, 3, 'x', [], [[1]]])('%j is an empty table', value => {
  expect(compactPrices(value)).toEqual({ date: '', source: '', providers: [], rows: {} })
})

test('a row of a table that was tampered with is as good as absent', () => {
  const rows: unknown = {
    a: [0, 0, ['x', 1]],
    b: 'no',
    c: [0, 0, [1, null]],
    d: [0, 0, [1, 2]],
    e: [-1, 0, [1, 2]],
    f: [0, 0, [1, 1e9]],
  }
  const table: unknown = { date: '', source: '', providers: ['p'], rows }
  const open = openTable(table as Parameters<typeof openTable>[0])
  expect(['a', 'b', 'c', 'd', 'e', 'f'].filter(name => open.get(name))).toEqual(['d'])
})

test('the small table is a part of the large one, and small', () => {
  const [core, full] = [bundled('rates-core.json'), bundled('rates.json')]
  const differing = Object.keys(core.rows).filter(
    name => JSON.stringify(core.rows[name]) !== JSON.stringify(full.rows[name]),
  )
  expect(differing).toEqual([])
  expect(core.providers).toEqual(full.providers)
  expect(JSON.stringify(core).length).toBeLessThan(70_000)
  for (const name of [
    'claude-opus-4-6',
    'claude-sonnet-4-5-20250929',
    'gpt-5-codex',
    'gpt-6.1-terra',
    'gemini-2.5-pro',
  ])
    expect(Object.hasOwn(core.rows, name), name).toBe(true)
})
