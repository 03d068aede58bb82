/** Points shared out over entries: nothing is lost, nothing is invented, and what no entry explains stays apart. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LimitReading } from '../../src/core/limit.ts'
import { MICRO } from '../../src/core/limits.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { readWindows } from '../../src/limits/curves.ts'
import { risesOf } from '../../src/limits/rises.ts'
import { priced } from '../support/entry.ts'

const MINUTE = 60_000
const RESET = 300 * MINUTE

/** `[minute, percent]` of a window that begins at 0. */
const windowOf = (...levels: readonly (readonly [minute: number, percent: number])[]) =>
  readWindows(
    levels.map(
      ([minute, usedPercent]): LimitReading => ({
        agent: 'ember',
        at: minute * MINUTE,
        minutes: 300,
        usedPercent,
        resetsAt: RESET,
      }),
    ),
  )[0]!

const used = (minute: number, parts: Parameters<typeof priced>[0] = {}): PricedEntry =>
  priced({ agent: 'ember', at: minute * MINUTE, usd: 1, ...parts })

const pointsOf = (rises: ReturnType<typeof risesOf>): number[] => rises!.shares.map(({ points }) => points / MICRO)

describe('for any window', () => {
  const levels = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 20, noNaN: true })), {
      minLength: 1,
      maxLength: 10,
    })
    .map(steps => {
      let percent = 0
      return [...steps]
        .sort((a, b) => a[0] - b[0])
        .map(([minute, more]) => {
          percent += more
          return [minute, percent] as const
        })
    })
  const entries = fc.array(
    fc.record({
      minute: fc.integer({ min: -20, max: 320 }),
      usd: fc.oneof(fc.constant(null), fc.constant(0), fc.double({ min: 0, max: 1e5, noNaN: true })),
      output: fc.integer({ min: 0, max: 1e9 }),
    }),
    { maxLength: 30 },
  )

  test('shares and what is unexplained add up to all points, to the millionth', () => {
    fc.assert(
      fc.property(levels, entries, (steps, list) => {
        const local = list
          .sort((a, b) => a.minute - b.minute)
          .map(({ minute, usd, output }) => used(minute, { usd, output }))
        const rises = risesOf(windowOf(...steps), local)!
        const shared = rises.shares.reduce((sum, { points }) => sum + points, 0)
        expect(shared + rises.unexplained).toBe(rises.points)
        expect(rises.points).toBe(Math.round(steps.at(-1)![1] * MICRO))
        for (const { points, priced: one } of rises.shares) {
          expect(Number.isInteger(points) && points >= 0).toBe(true)
          expect(one.entry.at).toBeGreaterThanOrEqual(0)
          expect(one.entry.at).toBeLessThanOrEqual(RESET)
        }
      }),
    )
  })
})

describe('a rise', () => {
  test('goes to the responses since the reading before, by their cost', () => {
    const rises = risesOf(windowOf([10, 4], [30, 10]), [used(5), used(20, { usd: 1 }), used(25, { usd: 2 })])
    expect(pointsOf(rises)).toEqual([4, 2, 4])
    expect(rises).toMatchObject({ weight: 'cost', unexplained: 0 })
  })

  test('a response at the instant of a reading belongs to it', () => {
    expect(pointsOf(risesOf(windowOf([10, 4], [30, 10]), [used(10), used(30)]))).toEqual([4, 6])
  })

  test('without a response in between happened elsewhere', () => {
    const rises = risesOf(windowOf([10, 4], [30, 10], [40, 11]), [used(5), used(35)])
    expect(pointsOf(rises)).toEqual([4, 1])
    expect(rises!.unexplained).toBe(6 * MICRO)
  })

  test('goes to all responses since it was last lower: points are shown late', () => {
    const rises = risesOf(windowOf([10, 4], [20, 4], [30, 6]), [used(5), used(15), used(25)])
    expect(pointsOf(rises)).toEqual([4, 1, 1])
  })

  test('is not undone by an old reading that a sleeping session repeats', () => {
    expect(risesOf(windowOf([10, 4], [20, 2], [30, 5]), [used(5), used(25)])!.points).toBe(5 * MICRO)
  })

  test('is shared by tokens where any response has no price', () => {
    const rises = risesOf(windowOf([30, 9]), [used(5, { input: 500, usd: null }), used(6, { output: 800, usd: 1 })])
    expect(pointsOf(rises)).toEqual([1, 8])
    expect(rises!.weight).toBe('tokens')
  })

  test('is shared evenly where nothing tells responses apart', () => {
    expect(pointsOf(risesOf(windowOf([30, 9]), [used(5, { usd: 0 }), used(6, { usd: 0 })]))).toEqual([4.5, 4.5])
  })

  test('of a limit on spending has no beginning', () => {
    const [spend] = readWindows([{ agent: 'ember', at: 1, minutes: undefined, usedPercent: 5, resetsAt: RESET }])
    expect(risesOf(spend!, [used(0)])).toBeUndefined()
  })
})
