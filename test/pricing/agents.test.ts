/**
 * What a call of each agent costs, worked out by hand: tokens × USD per million = millionths of a dollar. The calls are read from the
 * agents' own logs, so a model's name is the one that the agent writes.
 */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import type { UsageEntry } from '../../src/core/entry.ts'
import { costOf } from '../../src/pricing/cost.ts'
import { lookup } from '../../src/pricing/lookup.ts'
import { type EntryParts, entry } from '../support/entry.ts'
import { makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { tablesOf } from './tables.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const tables = tablesOf()

/** Millionths of a dollar by the price list, whatever the log says; undefined where the model has no price. */
const microsOf = (call: UsageEntry): number | undefined => {
  const pricing = call.model === undefined ? undefined : lookup(tables, call.model, call.at, call.provider)
  const { pico, basis } = costOf(call, pricing, 'calculate')
  return basis === 'missing' ? undefined : pico / 1e6
}

const callsIn = async (folder: string): Promise<UsageEntry[]> => {
  const id = folder.split(/[@/]/).find(part => agents.some(agent => agent.id === part))
  const agent = agents.find(candidate => candidate.id === id)
  if (agent === undefined) throw new Error(`${folder} is of no agent`)
  return (await readAgent(agent, makeHost({ home: join(fixtures, folder, 'home') }))).entries
}

describe('a call in the log of', () => {
  test.each([
    // 10 × 5 + 2,000 × 6.25 + 30,000 × 0.50 + 100 × 25 = 50 + 12,500 + 15,000 + 2,500
    ['agents/amp/ledger', 'claude-opus-4-5-20251101', 100, 30_050],
    // What Amp logs as OpenAI's writes is input: 400 × 1.75 + 600 × 0.175 + 60 × 14 = 700 + 105 + 840
    ['agents/amp/ledger', 'gpt-5.2', 60, 1_645],
    // 17 × 3 + 3,100 × 3.75 + 12,000 × 0.30 + 311 × 15 = 51 + 11,625 + 3,600 + 4,665
    ['recorded/claude@2.1.330/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    ['recorded/cline@3.0.65/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    // Thinking, 103 of the 311, is output: (17 + 3,100) × 5 + 12,000 × 0.50 + 311 × 30 = 15,585 + 6,000 + 9,330
    ['recorded/codex@0.77.0/tools', 'gpt-5.5', 311, 30_915],
    // Writes without a price of their own are input: 13 × 5 + 2,100 × 5 + 11,000 × 0.50 + 57 × 30 = 65 + 10,500 + 5,500 + 1,710
    ['recorded/codex@0.169.0/chat', 'gpt-5.5', 57, 17_775],
    // 13 × 3 + 2,100 × 3.75 + 11,000 × 0.30 + 57 × 15 = 39 + 7,875 + 3,300 + 855
    ['recorded/copilot@1.0.102/chat', 'claude-sonnet-4.5', 57, 12_069],
    // 15,200 × 3 + 310 × 15 = 45,600 + 4,650
    ['agents/cursor/editor', 'claude-4.5-sonnet', 310, 50_250],
    // 20,000 × 1.75 + 5 × 14 = 35,000 + 70
    ['agents/cursor/editor', 'gpt-5.2-codex-high', 5, 35_070],
    ['agents/cursor/editor', undefined, 2, undefined],
    ['recorded/droid@0.225.2/chat', 'claude-sonnet-4-5-20250929', 57, 12_069],
    // Thoughts are in the 311: (17 + 3,100) × 1.25 + 12,000 × 0.125 + 311 × 10 = 3,896.25 + 1,500 + 3,110
    ['recorded/gemini@0.61.0/tools', 'gemini-2.5-pro', 311, 8_506.25],
    ['recorded/kilo@7.7.7/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    ['recorded/openclaw@2026.9.6/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    ['recorded/opencode@1.18.33/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    ['recorded/pi@0.73.1/tools', 'claude-sonnet-4-5-20250929', 311, 19_941],
    // (17 + 3,100) × 1 + 12,000 × 0.10 + 311 × 5 = 3,117 + 1,200 + 1,555; below the tier of 32,000
    ['recorded/qwen@0.24.4/tools', 'qwen3-coder-plus', 311, 5_872],
    // 100 × 3 + 700 × 3.75 + 12,000 × 0.30 + 50 × 15 = 300 + 2,625 + 3,600 + 750
    ['agents/roo/protocols', 'anthropic/claude-sonnet-4.5', 50, 7_275],
    // 800 × 1.75 + 12,000 × 0.175 + 60 × 14 = 1,400 + 2,100 + 840
    ['agents/roo/protocols', 'gpt-5.2', 60, 4_340],
  ])('%s: %s with %d output', async (folder, model, output, micros) => {
    const calls = (await callsIn(folder)).filter(call => call.model === model && call.tokens.output === output)
    expect(calls.map(microsOf)).toEqual([micros])
  })
})

const at = '2026-11-15T12:00:00Z'
const micros = (parts: EntryParts): number | undefined => microsOf(entry({ at, ...parts }))

describe('OpenAI', () => {
  test.each<[string, EntryParts, number]>([
    // 272,000 is not above: 1,000 × 5 + 271,000 × 0.50 + 1,000 × 30
    ['a prompt of 272,000', { model: 'gpt-5.5', input: 1_000, cacheRead: 271_000, output: 1_000 }, 170_500],
    // One token more and all of it pays the tier: 1,001 × 10 + 271,000 × 1 + 1,000 × 45
    ['a prompt of 272,001', { model: 'gpt-5.5', input: 1_001, cacheRead: 271_000, output: 1_000 }, 326_010],
    // Writes count towards the prompt, and are input: 271,000 × 1 + 1,001 × 10
    ['writes that cross the line', { model: 'gpt-5.5', cacheCreation: 1_001, cacheRead: 271_000 }, 281_010],
    // No tier in the row: 300,000 × 1.75
    ['a model without tiers', { model: 'gpt-5.2', input: 300_000 }, 525_000],
    // Charged from GPT-5.6 on, 1.25 × 4: 1,000 × 5
    ['writes that have a price', { model: 'gpt-5.6-sol', cacheCreation: 1_000 }, 5_000],
    // 1,000 × 2.50 + 1,000 × 2.50 + 1,000 × 0.25 + 1,000 × 15
    [
      'flex, half of all',
      { model: 'gpt-5.5', tier: 'flex', input: 1_000, cacheCreation: 1_000, cacheRead: 1_000, output: 1_000 },
      20_250,
    ],
    // 1,000 × 10 + 1,000 × 1 + 1,000 × 60
    ['priority', { model: 'gpt-5.5', tier: 'priority', input: 1_000, cacheRead: 1_000, output: 1_000 }, 71_000],
    // Twice the tier: 300,000 × 20 + 1,000 × 90
    ['priority above the line', { model: 'gpt-5.5', tier: 'priority', input: 300_000, output: 1_000 }, 6_090_000],
    // The row names no such service: 1,000 × 1.25
    ['a service without a price', { model: 'gpt-5-codex', tier: 'priority', input: 1_000 }, 1_250],
    // 1,000 × 2 + 1,000 × 0.50 + 1,000 × 8, and 1,000 × 1.10 + 1,000 × 4.40
    ['o3', { model: 'o3', input: 1_000, cacheRead: 1_000, output: 1_000, reasoning: 900 }, 10_500],
    ['o4-mini', { model: 'o4-mini', input: 1_000, output: 1_000, reasoning: 900 }, 5_500],
    // 1,000 × 1.50 + 1,000 × 0.375 + 1,000 × 6
    ['codex-mini-latest', { model: 'codex-mini-latest', input: 1_000, cacheRead: 1_000, output: 1_000 }, 7_875],
  ])('%s', (_, parts, wanted) => {
    expect(micros(parts)).toBeCloseTo(wanted, 6)
  })
})

describe('Google', () => {
  test.each<[string, EntryParts, number]>([
    // 100,000 × 1.25 + 100,000 × 0.125 + 1,000 × 10
    [
      'a prompt of 200,000',
      { model: 'gemini-2.5-pro', input: 100_000, cacheRead: 100_000, output: 1_000, reasoning: 900 },
      147_500,
    ],
    // 100,001 × 2.50 + 100,000 × 0.25 + 1,000 × 15
    [
      'a prompt of 200,001',
      { model: 'gemini-2.5-pro', input: 100_001, cacheRead: 100_000, output: 1_000, reasoning: 900 },
      290_002.5,
    ],
    // 200,001 × 4 + 1,000 × 18
    ['gemini-3-pro-preview', { model: 'gemini-3-pro-preview', input: 200_001, output: 1_000 }, 818_004],
    // Writes are input, in the tier too, where LiteLLM's row has a stray 0.25: 200,001 × 4
    ['writes above the line', { model: 'gemini-3.1-pro-preview', cacheCreation: 200_001 }, 800_004],
    // No tier: 300,000 × 0.50 + 1,000 × 3
    ['gemini-3-flash-preview', { model: 'gemini-3-flash-preview', input: 300_000, output: 1_000 }, 153_000],
  ])('%s', (_, parts, wanted) => {
    expect(micros(parts)).toBeCloseTo(wanted, 6)
  })
})

describe('Qwen', () => {
  test.each<[string, EntryParts, number]>([
    ['a prompt of 32,000', { model: 'qwen3-coder-plus', input: 32_000, output: 1_000 }, 37_000], // 32,000 × 1 + 1,000 × 5
    // 2,001 × 1.80 + 30,000 × 0.18 + 1,000 × 9
    ['a prompt of 32,001', { model: 'qwen3-coder-plus', input: 2_001, cacheRead: 30_000, output: 1_000 }, 18_001.8],
  ])('%s', (_, parts, wanted) => {
    expect(micros(parts)).toBeCloseTo(wanted, 6)
  })
})
