/** Entries with anything in them that their type allows. */
import fc from 'fast-check'
import type { UsageEntry } from '../../src/core/entry.ts'

const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined })
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER))
const time = fc.integer({ min: 0, max: 4e12 })

export const anyEntry: fc.Arbitrary<UsageEntry> = fc.record({
  agent: fc.string(),
  at: time,
  doneAt: time,
  sourceAt: time,
  session: text,
  project: text,
  cwd: text,
  branch: text,
  version: text,
  model: text,
  tokens: fc.record({
    input: count,
    output: count,
    cacheCreation: count,
    cacheRead: count,
    reasoning: count,
    longCache: count,
  }),
  messageId: text,
  requestId: text,
  isSidechain: fc.boolean(),
  subagent: text,
  speed: text,
  tier: text,
  geo: text,
  webSearches: count,
  loggedUsd: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  isFinal: fc.boolean(),
  isPartial: fc.boolean(),
  visibleLength: count,
  quality: fc.constantFrom(
    undefined,
    { output: 'partial' } as const,
    { input: 'none', cacheRead: 'estimated' } as const,
  ),
  estimated: fc.option(
    fc
      .record({ input: count, output: count, cacheCreation: count, cacheRead: count })
      .map(t => ({ ...t, reasoning: 0, longCache: 0 })),
    { nil: undefined },
  ),
  profile: text,
  tools: fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }),
})
