/** Random entries for property tests: few names, so that rows meet; sums large enough to carry. */
import fc from 'fast-check'
import type { PricedEntry } from '../../src/core/summary.ts'
import { priced } from '../support/entry.ts'

const usd = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  fc.integer({ min: 1, max: 4_000_000_000 }).map(n => n / 1e6),
  fc.constant(0.1),
)

const parts = fc.record({
  agent: fc.constantFrom('ember', 'flint'),
  at: fc.integer({ min: Date.UTC(2026, 1, 20), max: Date.UTC(2026, 2, 20) }),
  session: fc.constantFrom(undefined, 's1', 's2', 's3'),
  project: fc.constantFrom(undefined, '/home/dev/app', '/srv/app', '/home/dev/web'),
  branch: fc.constantFrom(undefined, 'main', 'fix'),
  model: fc.constantFrom(undefined, 'claude-opus-4-6', 'claude-haiku-4-5'),
  subagent: fc.constantFrom(undefined, undefined, 'a1', 'a2'),
  isSidechain: fc.boolean(),
  isPartial: fc.boolean(),
  input: fc.nat(2000),
  output: fc.constantFrom(0, 1, 500),
  cacheCreation: fc.constantFrom(0, 7),
  cacheRead: fc.nat(100_000),
  estimatedTokens: fc.nat(50),
  usd,
})

/** An entry that used and cost nothing comes along now and then. */
const entry = fc.oneof({ weight: 9, arbitrary: parts }, { weight: 1, arbitrary: parts.map(asNothing) }).map(priced)

function asNothing<T extends { at: number; agent: string }>({ at, agent }: T) {
  return { at, agent }
}

export const entries: fc.Arbitrary<PricedEntry[]> = fc.array(entry, { maxLength: 60 })

/** Entries and the same in another order. */
export const shuffled: fc.Arbitrary<[PricedEntry[], PricedEntry[]]> = entries.chain(list =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
)
