/** Merging is a law, not an order: any way of putting the lines of a response together gives the same entry. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UsageEntry } from '../../src/core/entry.ts'
import { byFullness, byOrigin, merge } from '../../src/core/merge.ts'
import { entry } from '../support/entry.ts'

const few = <T>(...values: T[]) => fc.constantFrom(...values)

/** Lines of one response in one session, from so few values that every kind of tie comes up. */
const line: fc.Arbitrary<UsageEntry> = fc
  .record({
    at: few(1000, 2000),
    doneAt: few(2000, 3000),
    sourceAt: few(500, 1000),
    input: few(1, 2),
    output: few(1, 30, 40),
    cacheRead: few(1, 2),
    cacheCreation: few(5, 6),
    longCache: few(0, 5),
    reasoning: few(0, 1),
    model: few<string | undefined>(undefined, 'a', 'b'),
    cwd: few<string | undefined>(undefined, '/a', '/b'),
    branch: few<string | undefined>(undefined, 'main', 'fix'),
    version: few<string | undefined>(undefined, '2.1.1', '2.1.2'),
    project: few<string | undefined>(undefined, 'p', 'q'),
    subagent: few<string | undefined>(undefined, 'x', 'y'),
    speed: few<string | undefined>(undefined, 'fast'),
    tier: few<string | undefined>(undefined, 'batch'),
    geo: few<string | undefined>(undefined, 'us'),
    webSearches: few(0, 1),
    loggedUsd: few<number | undefined>(undefined, 0, 0.5),
    isFinal: fc.boolean(),
    isPartial: fc.boolean(),
    visibleLength: few(0, 9),
  })
  .map(({ doneAt, ...parts }) => ({ ...entry({ ...parts, messageId: 'm', requestId: 'r' }), doneAt }))

describe('merge', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(line, line, (a, b) => void expect(merge(a, b)).toEqual(merge(b, a))),
      { numRuns: 2000 },
    )
  })

  it('is associative', () => {
    fc.assert(
      fc.property(line, line, line, (a, b, c) => void expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))),
      { numRuns: 2000 },
    )
  })

  it('of a line with itself is that line', () => {
    fc.assert(fc.property(line, a => void expect(merge(a, a)).toEqual(a)))
  })

  it('takes its counts whole from one of both, and the time of the earlier', () => {
    fc.assert(
      fc.property(line, line, (a, b) => {
        const whole = merge(a, b)
        expect([a.tokens, b.tokens]).toContainEqual(whole.tokens)
        expect(whole.tokens.output).toBe(Math.max(a.tokens.output, b.tokens.output))
        expect(whole.at).toBe(Math.min(a.at, b.at))
        expect([a.sourceAt, b.sourceAt]).toContain(whole.sourceAt)
      }),
    )
  })
})

describe.each([
  ['byFullness', byFullness],
  ['byOrigin', byOrigin],
])('%s', (_name, by) => {
  it('is an order: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(line, line, line, (a, b, c) => {
        expect(Math.sign(by(a, b)) + Math.sign(by(b, a))).toBe(0)
        if (by(a, b) <= 0 && by(b, c) <= 0) expect(by(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })
})
