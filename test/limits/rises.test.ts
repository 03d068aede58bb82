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
      fc.property(levels, entries, fc.array(levels, { maxLength: 3 }), (steps, list, past) => {
        const local = list
          .sort((a, b) => a.minute - b.minute)
          .map(({ minute, usd, output }) => used(minute, { usd, output }))
        const rises = risesOf(
          windowOf(...steps),
          local,
          past.map(levels => windowOf(...levels)),
        )!
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

describe('what a point usually takes', () => {
  /** Three rises of a point in ten minutes each, with $2 in every one. */
  const steady = [
    [10, 1],
    [20, 2],
    [30, 3],
  ] as const
  const early = [used(5, { usd: 2 }), used(15, { usd: 2 }), used(25, { usd: 2 })]

  test('bounds what local responses get of a rise; the rest was used elsewhere', () => {
    const rises = risesOf(windowOf(...steady, [200, 13]), [...early, used(100, { usd: 4 })])!
    expect(pointsOf(rises)).toEqual([1, 1, 1, 2])
    expect(rises).toMatchObject({ isByPrice: true, unexplained: 8 * MICRO, points: 13 * MICRO })
  })

  test('is shared by cost within the rise', () => {
    const rises = risesOf(windowOf(...steady, [200, 13]), [...early, used(100, { usd: 1 }), used(101, { usd: 3 })])
    expect(pointsOf(rises)).toEqual([1, 1, 1, 0.5, 1.5])
  })

  test('is told by other windows of the limit, too', () => {
    const later = readWindows(
      [
        [310, 1],
        [500, 9],
      ].map(([minute, usedPercent]) => ({
        agent: 'ember',
        at: minute! * MINUTE,
        minutes: 300,
        usedPercent: usedPercent!,
        resetsAt: 2 * RESET,
      })),
    )[0]!
    const local = [...early, used(305, { usd: 2 }), used(400, { usd: 6 })]
    expect(pointsOf(risesOf(later, local, [windowOf(...steady)]))).toEqual([1, 3])
    expect(risesOf(later, local)).toMatchObject({ isByPrice: false, unexplained: 0 })
  })

  test('takes three rises to know: with two a rise is all theirs', () => {
    const rises = risesOf(windowOf(...steady.slice(0, 2), [200, 12]), [...early.slice(0, 2), used(100, { usd: 2 })])
    expect(pointsOf(rises)).toEqual([1, 1, 10])
    expect(rises).toMatchObject({ isByPrice: false, unexplained: 0 })
  })

  test('is not told by rises with a long pause in them', () => {
    const rises = risesOf(windowOf([50, 1], [100, 2], [150, 12]), [used(5), used(55), used(105)])
    expect(rises).toMatchObject({ isByPrice: false, unexplained: 0 })
  })

  test('is the median: one rise of use elsewhere does not spoil it', () => {
    const rises = risesOf(windowOf(...steady, [40, 9]), [...early, used(35, { usd: 2 })])!
    expect(rises.unexplained).toBe(5 * MICRO)
  })

  test('leaves what came too late for one rise to the next, up to a point', () => {
    const local = [...early.slice(0, 2), used(25, { usd: 12 }), used(35, { usd: 2 }), used(45, { usd: 2 })]
    // The third rise took six points' worth: of the five too many, one is heeded in the fourth.
    const rises = risesOf(windowOf(...steady, [40, 6], [50, 7]), local)!
    expect(pointsOf(rises)).toEqual([1, 1, 1, 2, 1])
    expect(rises.unexplained).toBe(MICRO)
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
