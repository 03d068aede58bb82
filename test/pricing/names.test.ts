/** Names as the agents write them, and who served the model where that decides the price. */
import { describe, expect, test } from 'vitest'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import { EntryRow, noCosts } from '../../src/core/entry-row.ts'
import { EntryWriter } from '../../src/core/entry-table.ts'
import { lookup } from '../../src/pricing/lookup.ts'
import { roadOf } from '../../src/pricing/names.ts'
import { openPrices } from '../../src/pricing/prices.ts'
import { entry } from '../support/entry.ts'
import { makeHost } from '../support/host.ts'
import { bundled, tablesOf } from './tables.ts'

const tables = tablesOf()
const at = Date.parse('2026-11-15T12:00:00Z')

describe('an agent’s own spelling', () => {
  test.each([
    // Cursor: the version first, then effort and thinking.
    ['claude-4.5-sonnet', 'claude-sonnet-4-5'],
    ['claude-4.5-sonnet-thinking', 'claude-sonnet-4-5'],
    ['claude-4.5-opus-high', 'claude-opus-4-5'],
    ['claude-4.5-opus-high-thinking', 'claude-opus-4-5'],
    ['claude-4-sonnet', 'claude-sonnet-4-20250514'],
    ['claude-4-sonnet-thinking', 'claude-sonnet-4-20250514'],
    ['claude-3.7-sonnet-thinking', 'claude-3-7-sonnet-20250219'],
    ['claude-sonnet-4-5-thinking', 'claude-sonnet-4-5'],
    ['gpt-5.2-codex-high', 'gpt-5.2-codex'],
    ['gpt-5-high', 'gpt-5'],
    ['gpt-5.4-xhigh', 'gpt-5.4'],
    ['o4-mini-high', 'o4-mini'],
    // A model whose name ends like an effort, and its efforts.
    ['gpt-5.1-codex-max', 'gpt-5.1-codex-max'],
    ['gpt-5.1-codex-max-high', 'gpt-5.1-codex-max'],
    // Copilot: dots, and models of GitHub's own.
    ['claude-haiku-4.5', 'claude-haiku-4-5'],
    ['mai-code-1-flash', 'github_copilot/mai-code-1-flash'],
    ['GLM-4.6', 'zai/glm-4.6'],
    ['qwen3-coder-plus', 'dashscope/qwen3-coder-plus'],
    ['gemini-3.1-pro-preview', 'gemini-3.1-pro-preview'],
    ['codex-mini-latest', 'codex-mini-latest'],
  ])('%s', (model, name) => {
    expect(lookup(tables, model, at)?.name).toBe(name)
  })

  test.each([
    // What the user chose a router or a plan for; which model answered, nobody wrote down.
    'default',
    'auto',
    'coder-model',
    'vision-model',
    'kimi-for-coding',
    'k2p6',
    'codex-auto-review',
    // Cursor's own models, and modes of others that it charges differently.
    'composer-1',
    'composer-2-fast',
    'gpt-5.2-fast',
    'gpt-5.2-codex-high-fast',
    'claude-4.6-opus-max',
    'claude-4.5-sonnet-1m',
    'claude-4.9-sonnet',
    'gpt-9-codex-high',
    'gpt-5.6-codex-max',
    'qwen3-coder-plus-high',
    'claude-thinking',
    // Rows of LiteLLM whose 0 stands for a price that it does not know.
    'openrouter/openrouter/auto',
    'anthropic.claude-mythos-preview',
    'kimi-k2-thinking-251104',
  ])('%s has no price', model => {
    expect(lookup(tables, model, at)).toBeUndefined()
  })
})

describe('a model that was served by', () => {
  test.each([
    // A provider with prices of its own.
    ['opencode', 'gpt-5', 'opencode/gpt-5'],
    ['opencode', 'big-pickle', 'opencode/big-pickle'],
    ['openrouter', 'moonshotai/kimi-k2.6', 'openrouter/moonshotai/kimi-k2.6'],
    ['openrouter', 'anthropic/claude-sonnet-4-5', 'openrouter/anthropic/claude-sonnet-4.5'],
    ['azure', 'gpt-5.2', 'azure/gpt-5.2'],
    ['amazon-bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['google-vertex-anthropic', 'claude-sonnet-4-5@20250929', 'vertex_ai/claude-sonnet-4-5@20250929'],
    ['github-copilot', 'mai-code-1-flash', 'github_copilot/mai-code-1-flash'],
    // The same where it has none: what the vendor charges.
    ['azure', 'claude-mythos-5', 'claude-mythos-5'],
    ['github-copilot', 'claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['google-vertex', 'gemini-2.5-pro', 'gemini-2.5-pro'],
    ['opencode', 'qwen3-coder-plus', 'dashscope/qwen3-coder-plus'],
    // Vendors, plans and proxies.
    ['openai', 'gpt-5', 'gpt-5'],
    ['openai-codex', 'gpt-5.4', 'gpt-5.4'],
    ['anthropic', 'GLM-4.6', 'zai/glm-4.6'],
    ['google', 'gemini-2.5-pro', 'gemini-2.5-pro'],
    ['kilo', 'moonshotai/kimi-k2.6', 'moonshot/kimi-k2.6'],
    ['opencode-go', 'glm-5', 'zai/glm-5'],
    ['my-proxy', 'gpt-5', 'gpt-5'],
    // A host that sets prices of its own: those or none.
    ['groq', 'moonshotai/kimi-k2-instruct-0905', 'groq/moonshotai/kimi-k2-instruct-0905'],
    ['groq', 'kimi-k2.6', undefined],
    ['fireworks-ai', 'accounts/fireworks/models/kimi-k2p6', 'fireworks_ai/accounts/fireworks/models/kimi-k2p6'],
    ['fireworks', 'GLM-4.6', 'fireworks_ai/accounts/fireworks/models/glm-4p6'],
    ['ollama', 'llama3', 'ollama/llama3'],
    ['ollama', 'gpt-5', undefined],
    ['lmstudio', 'qwen/qwen3-coder-plus', undefined],
    ['openrouter', 'openrouter/auto', undefined],
  ])('%s: %s', (provider, model, name) => {
    expect(lookup(tables, model, at, provider)?.name).toBe(name)
  })
})

test('every road leads to rows', () => {
  const prefixes = ['openrouter', 'vercel', 'bedrock', 'vertex', 'azure', 'azure_ai', 'github-copilot', 'opencode']
  const rows = Object.keys(bundled('rates.json').rows)
  for (const provider of prefixes) expect(rows.some(name => name.startsWith(`${roadOf(provider)?.prefix}/`))).toBe(true)
})

describe('one model from three providers has three prices in one run', () => {
  const calls = ['opencode', 'openai', 'groq', 'opencode'].map(provider =>
    entry({ at, provider, model: 'gpt-5', input: 1_000_000 }),
  )
  const rows = (): EntryRow[] => {
    const writer = new EntryWriter()
    for (const call of calls) writer.add(call)
    const table = writer.table()
    const costs = noCosts(table)
    return calls.map((_, i) => new EntryRow(table, costs, i))
  }
  const priced = async (entries: readonly UsageEntry[], modelAliases: Readonly<Record<string, string>> = {}) => {
    const prices = openPrices(makeHost(), {
      offline: true,
      refreshPrices: false,
      modelAliases,
      priceOverrides: {},
      mode: 'auto',
    })
    const diagnostics = new Diagnostics()
    const list = await prices.price(entries, diagnostics)
    return {
      usd: list.map(({ cost }) => (cost.basis === 'missing' ? undefined : cost.pico / 1e12)),
      names: list.map(one => prices.explain(one.entry, 'auto').price?.name),
      diagnostics: diagnostics.list(),
    }
  }

  // Zen sells it for 1.07 USD per million, OpenAI for 1.25, and Groq does not.
  test.each([
    ['entries', () => calls],
    ['rows', rows],
  ])('as %s', async (_, make) => {
    const { usd, names, diagnostics } = await priced(make())
    expect(usd).toEqual([1.07, 1.25, undefined, 1.07])
    expect(names).toEqual(['opencode/gpt-5', 'gpt-5', undefined, 'opencode/gpt-5'])
    expect(diagnostics).toEqual([{ code: 'unpriced-model', args: { model: 'gpt-5' }, count: 1 }])
  })

  test.each([
    ['entries', () => calls],
    ['rows', rows],
  ])('but one if the user names it: as %s', async (_, make) => {
    const { usd, names } = await priced(make(), { 'gpt-5': 'gpt-5-nano' })
    expect(usd).toEqual([0.05, 0.05, 0.05, 0.05])
    expect(names).toEqual(['gpt-5-nano', 'gpt-5-nano', 'gpt-5-nano', 'gpt-5-nano'])
  })
})
