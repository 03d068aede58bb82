import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitsPattern, lookup, resolve } from '../../src/pricing/lookup.ts'
import { tableOf, tablesOf } from './tables.ts'

const tables = tablesOf()
const at = Date.parse('2026-11-15T12:00:00Z')

describe('names that mean a row', () => {
  test.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4-5-20251231', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929[1M]', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-5-latest', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['openai/gpt-5-codex', 'gpt-5-codex'],
    ['openrouter/anthropic/claude-fable-5.9-none/../x', undefined],
    ['openrouter/anthropic/claude-sonnet-4.5', 'openrouter/anthropic/claude-sonnet-4.5'],
    ['openrouter/anthropic/claude-sonnet-4-5', 'openrouter/anthropic/claude-sonnet-4.5'],
    ['openrouter/anthropic/claude-mythos-5.1', 'claude-mythos-5-1'],
    ['CLAUDE-SONNET-4-5', 'claude-sonnet-4-5'],
    ['Claude-Opus-4.6', 'claude-opus-4-6'],
    ['minimax-m2.5', 'minimax/MiniMax-M2.5'],
    ['gpt-5-6-terra', 'gpt-5.6-terra'],
    ['gemini-2-5-pro', 'gemini-2.5-pro'],
    ['google/gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['x-ai/grok-4.6', 'xai/grok-4.6'],
    ['grok-4.6', 'xai/grok-4.6'],
    ['glm-4.6', 'zai/glm-4.6'],
    ['qwen3-coder-plus', 'dashscope/qwen3-coder-plus'],
    ['deepseek-flash', 'deepseek/deepseek-flash'],
    ['claude-sonnet-4', 'claude-sonnet-4-20250514'],
    ['claude-opus-4-0', 'claude-opus-4-20250514'],
    ['claude-3-7-sonnet-latest', 'claude-3-7-sonnet-20250219'],
    ['claude-3-5-haiku-20241022', 'claude-3-5-haiku'],
    ['github_copilot/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    // Bedrock: the region's own row first, then the row without region, then the vendor's.
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ],
    ['apac.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['eu.anthropic.claude-opus-4-6-20260205-v1:0', 'eu.anthropic.claude-opus-4-6-v1'],
    ['us.anthropic.claude-opus-5-v1:0', 'us.anthropic.claude-opus-5'],
    ['us.anthropic.claude-mythos-5-v1:0', 'claude-mythos-5'],
    // Vertex: its own row, then the vendor's.
    ['claude-sonnet-4-5@20250929', 'vertex_ai/claude-sonnet-4-5@20250929'],
    ['vertex_ai/claude-sonnet-4-5@20250929', 'vertex_ai/claude-sonnet-4-5@20250929'],
    ['claude-opus-4-6@default', 'vertex_ai/claude-opus-4-6@default'],
    ['claude-opus-4-6@20991231', 'vertex_ai/claude-opus-4-6'],
    ['claude-mythos-5@20260601', 'claude-mythos-5'],
  ])('%s', (model, name) => {
    expect(lookup(tables, model, at)?.name).toBe(name)
  })
})

describe('names that mean nothing', () => {
  test.each([
    '',
    'a',
    '4',
    'claude',
    'opus',
    'sonnet',
    'haiku',
    'anthropic',
    'anthropic/',
    'gpt',
    'claude-4-5-sonnet',
    'claude-sonnet-4-50',
    'claude-sonnet-4-5-2',
    'claude-sonnet-4-5-2025092',
    'claude-sonnet-4-5-202509299',
    'claude-sonnet-4-5-20259999',
    'claude-opus-41',
    'claude-opus-4-9',
    'my-claude-sonnet-4-5-foo',
    'my-proxy/claude-sonnet-4-5-foo',
    'my-proxy/claude-sonnet-4-5',
    'groq/claude-sonnet-4-5',
    'claude-sonnet-4-5-foo',
    'Claude Sonnet 4.5',
    'aide-gpt-5',
    'fixture-model',
    'gpt-5.6-terra-turbo',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123',
    '__proto__',
    'constructor',
    'opencode/claude-opus-4-99',
    '[1m]',
    '*',
  ])('%j', model => {
    expect(lookup(tables, model, at)).toBeUndefined()
  })

  test('any name with a letter put in front or behind is not priced as the model', () => {
    const letter = fc.stringMatching(/^[a-z]$/)
    const name = fc.constantFrom('claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'gpt-5-codex', 'gemini-2.5-pro')
    fc.assert(
      fc.property(name, letter, fc.boolean(), (model, extra, isFront) => {
        expect(lookup(tables, isFront ? extra + model : model + extra, at)).toBeUndefined()
      }),
    )
  })
})

test('a region costs what its own row says: ten percent more', () => {
  expect(lookup(tables, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', at)?.base.input).toBeCloseTo(3.3e-6, 12)
  expect(lookup(tables, 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', at)?.base.input).toBe(3e-6)
})

test('only first-party rows keep the first-party facts', () => {
  expect(lookup(tables, 'claude-sonnet-4-6', at)?.us).toBe(1.1)
  expect(lookup(tables, 'us.anthropic.claude-sonnet-4-6', at)?.us).toBeUndefined()
})

describe('aliases', () => {
  const aliases = {
    'house-model': 'claude-opus-4-6',
    'gpt-5': 'gpt-5.5',
    'acme-*': 'gpt-5',
    'acme-*-big': 'claude-opus-5',
    '*': 'free',
  }
  const mine = tablesOf({ aliases })

  test.each([
    ['house-model', 'claude-opus-4-6', 'claude-opus-4-6'],
    ['acme-small', 'gpt-5', 'gpt-5'],
    ['acme-x-big', 'claude-opus-5', 'claude-opus-5'],
    ['gpt-5', 'gpt-5.5', 'gpt-5.5'], // the user names this model, so the table's own row gives way
    ['claude-opus-4-6', 'claude-opus-4-6', 'claude-opus-4-6'], // a pattern is for unknown names only
    ['whatever', 'free', undefined],
  ])('%s', (model, renamed, row) => {
    const found = resolve(mine, model)
    expect(found.model).toBe(renamed)
    expect(found.timeline?.[0]?.pricing.name).toBe(row)
  })

  test.each([
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['*b*', 'abc', true],
    ['a*b*b', 'ab', false],
    ['abc', 'abc', true],
    ['a.c', 'abc', false],
    ['**', '', true],
    ['a*b*c', 'aXbYc', true],
    ['a*bb*b', 'abb', false],
  ])('%s fits %s: %s', (pattern, name, fits) => {
    expect(fitsPattern(pattern, name)).toBe(fits)
  })
})

describe('overrides', () => {
  test('what is left out comes from the row', () => {
    const overrides = { 'claude-sonnet-4-5': { inputCostPerToken: 1e-6, fastMultiplier: 3, maxInputTokens: 5 } }
    const pricing = lookup(tablesOf({ overrides }), 'claude-sonnet-4-5', at)
    expect(pricing).toMatchObject({ fast: 3, maxInput: 5, webSearch: 0.01 })
    expect(pricing?.base).toMatchObject({ input: 1e-6, output: 15e-6, cacheCreation: 3.75e-6, cacheRead: 0.3e-6 })
    expect(pricing?.tiers[0]).toMatchObject({ above: 200_000, rates: { input: 6e-6 } })
  })

  test('cache prices that the row does not have stay derived from input', () => {
    const row = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
    const pricing = lookup(
      tablesOf({ tables: [tableOf({ m: row })], overrides: { m: { inputCostPerToken: 5e-6 } } }),
      'm',
      at,
    )
    expect(pricing?.base).toMatchObject({ input: 5e-6, output: 2e-6, cacheCreation: undefined, cacheRead: undefined })
  })

  test('a model that no table knows gets what is given, and 0 for the rest', () => {
    const pricing = lookup(tablesOf({ overrides: { 'my-llm': { outputCostPerToken: 2e-6 } } }), 'my-llm', at)
    expect(pricing?.base).toEqual({ input: 0, output: 2e-6, cacheCreation: 0, cacheRead: 0 })
  })

  test('the raw name wins over the alias target', () => {
    const aliases = { mine: 'claude-opus-4-6' }
    const both = { mine: { inputCostPerToken: 7e-6 }, 'claude-opus-4-6': { inputCostPerToken: 8e-6 } }
    expect(lookup(tablesOf({ aliases, overrides: both }), 'mine', at)?.base.input).toBe(7e-6)
    const target = { 'claude-opus-4-6': both['claude-opus-4-6'] }
    expect(lookup(tablesOf({ aliases, overrides: target }), 'mine', at)?.base.input).toBe(8e-6)
  })

  test('a tier of the user’s own', () => {
    const overrides = { 'claude-opus-5': { inputCostPerTokenAbove200kTokens: 9e-6 } }
    // Input 9 instead of 5: the classes left out follow by the same 1.8, so output is 25 × 1.8 = 45.
    const pricing = lookup(tablesOf({ overrides }), 'claude-opus-5', at)
    expect(pricing?.tiers[0]).toMatchObject({ above: 200_000, rates: { input: 9e-6 } })
    expect(pricing?.tiers[0]?.rates.output).toBeCloseTo(45e-6, 12)
  })

  test('services keep their distance', () => {
    const overrides = { 'gpt-5.6-terra': { inputCostPerToken: 4e-6 } }
    // Priority is twice standard: 2 → 4 becomes 4 → 8.
    expect(lookup(tablesOf({ overrides }), 'gpt-5.6-terra', at)?.services.priority?.input).toBeCloseTo(8e-6, 12)
  })
})

test('a table fetched later is asked first, the bundled one still knows what it dropped', () => {
  const row = { input_cost_per_token: 9e-6, output_cost_per_token: 9e-6 }
  const newer = tableOf({ 'gpt-5': row, 'new-model': row }, '2026-11-22', true)
  const both = tablesOf({ tables: [newer, ...tables.tables] })
  expect(lookup(both, 'gpt-5', at)?.base.input).toBe(9e-6)
  expect(lookup(both, 'new-model', at)?.base.input).toBe(9e-6)
  expect(lookup(both, 'gpt-5-codex', at)?.base.input).toBe(1.25e-6)
})
