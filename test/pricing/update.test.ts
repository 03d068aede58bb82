import { expect, test } from 'vitest'
import { compactPrices } from '../../src/pricing/compact.ts'
import { openTable } from '../../src/pricing/table.ts'
import { coreOf, mergeTables, repriced } from '../../src/pricing/update.ts'

const row = (input: number, provider: string) => ({
  input_cost_per_token: input / 1e6,
  output_cost_per_token: input / 1e6,
  litellm_provider: provider,
})
const older = compactPrices({
  'opencode/free': row(0, 'opencode'),
  'gpt-old': row(1, 'openai'),
  'gpt-5.6-sol': row(5, 'openai'),
})
const newer = compactPrices({
  'gpt-old': row(2, 'openai'),
  'gpt-5.6-sol': row(4, 'openai'),
  'xai/grok-9': row(3, 'xai'),
})

test('a new file overrules, what it dropped stays, providers included', () => {
  const merged = openTable(mergeTables(older, newer))
  expect(
    merged
      .names()
      .map(name => [name, merged.get(name)?.base.input, merged.get(name)?.provider])
      .sort(),
  ).toEqual([
    ['gpt-5.6-sol', 4e-6, 'openai'],
    ['gpt-old', 2e-6, 'openai'],
    ['opencode/free', 0, 'opencode'],
    ['xai/grok-9', 3e-6, 'xai'],
  ])
})

test('a change of price that no dated row covers is reported', () => {
  expect(repriced(older, newer)).toEqual(['gpt-old'])
})

test('the small table holds first-party chat models', () => {
  const table = compactPrices({
    'claude-x': row(1, 'anthropic'),
    'gpt-x-audio': row(1, 'openai'),
    'groq/llama': row(1, 'groq'),
    'gpt-x': row(1, 'openai'),
  })
  expect(Object.keys(coreOf(table).rows)).toEqual(['claude-x', 'gpt-x'])
})
