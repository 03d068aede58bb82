/** Builders: a test names only what it is about. */
import type { UsageEntry } from '../../src/core/entry.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { noTokens, type TokenCounts } from '../../src/core/tokens.ts'

export type EntryParts = Partial<Omit<UsageEntry, 'tokens' | 'at'>> & Partial<TokenCounts> & { at?: number | string }

/** `entry({ at: '2026-03-01T10:00:00Z', output: 9 })`. */
export const entry = (parts: EntryParts = {}): UsageEntry => {
  const { input, output, cacheCreation, cacheRead, reasoning, longCache, at = 0, ...rest } = parts
  const time = typeof at === 'string' ? Date.parse(at) : at
  const given = { input, output, cacheCreation, cacheRead, reasoning, longCache }
  const tokens = { ...noTokens, ...Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) }
  return {
    agent: 'claude',
    at: time,
    doneAt: time,
    session: 's1',
    project: '/home/dev/app',
    model: 'claude-opus-4-6',
    messageId: undefined,
    requestId: undefined,
    isSidechain: false,
    webSearches: 0,
    isFinal: false,
    isPartial: false,
    visibleLength: 0,
    tools: [],
    sourceAt: time,
    ...rest,
    tokens,
  }
}

/** `priced({ at, output: 9, usd: 0.5 })`; `usd: null` is an entry without a price. */
export const priced = (parts: EntryParts & { usd?: number | null; estimatedTokens?: number } = {}): PricedEntry => {
  const { usd = 0, estimatedTokens = 0, ...rest } = parts
  return {
    entry: entry(rest),
    cost: { pico: Math.round((usd ?? 0) * 1e12), basis: usd === null ? 'missing' : 'calculated', estimatePico: 0 },
    estimatedTokens,
  }
}
