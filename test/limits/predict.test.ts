/** Predictions: laws that hold for any past, and cases small enough to see. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { predictEnd, predictFull, recentRate, usedAfter, type WindowCurve } from '../../src/limits/predict.ts'

const HOUR = 3_600_000
const LENGTH = 5 * HOUR

/** `curve([1, 10], [3, 40])`: 10 after one hour, 40 after three. */
const curve = (...points: readonly (readonly [hours: number, used: number])[]): WindowCurve => ({
  startAt: 0,
  endAt: LENGTH,
  points: points.map(([hours, used]) => ({ afterMs: hours * HOUR, used })),
})

const anyCurve = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 1_000 })), { maxLength: 8 })
  .map(steps => {
    let used = 0
    const sorted = [...steps].sort((a, b) => a[0] - b[0])
    return curve(
      ...sorted.map(([minute, more]) => {
        used += more
        return [minute / 60, used] as const
      }),
    )
  })

const anyNow = fc.record({
  elapsedMs: fc.integer({ min: 1, max: LENGTH }),
  lengthMs: fc.constant(LENGTH),
  used: fc.integer({ min: 0, max: 5_000 }),
  recentPerMs: fc.integer({ min: 0, max: 3_000 }).map(perHour => perHour / HOUR),
})

const pasts = fc.array(anyCurve, { maxLength: 12 })

describe('for any past', () => {
  test('the range begins at what is used, and is in order', () => {
    fc.assert(
      fc.property(pasts, anyNow, (past, now) => {
        const end = predictEnd(past, now)!
        expect(end.low).toBeGreaterThanOrEqual(now.used)
        expect(end.middle).toBeGreaterThanOrEqual(end.low)
        expect(end.high).toBeGreaterThanOrEqual(end.middle)
        expect(end.windows).toBe(past.length)
      }),
    )
  })

  test('the unit does not matter', () => {
    fc.assert(
      fc.property(pasts, anyNow, (past, now) => {
        const times8 = past.map(one => ({
          ...one,
          points: one.points.map(({ afterMs, used }) => ({ afterMs, used: used * 8 })),
        }))
        const end = predictEnd(past, now)!
        const large = predictEnd(times8, { ...now, used: now.used * 8, recentPerMs: now.recentPerMs * 8 })!
        for (const key of ['low', 'middle', 'high'] as const) expect(large[key]).toBeCloseTo(end[key] * 8, 4)
      }),
    )
  })

  test('a limit is expected to be reached exactly where the middle reaches it, between now and the end', () => {
    fc.assert(
      fc.property(pasts, anyNow, fc.integer({ min: 1, max: 9_000 }), (past, now, limit) => {
        const startAt = 1_000_000
        const full = predictFull(past, { ...now, startAt }, limit)
        expect(full !== undefined).toBe(predictEnd(past, now)!.middle >= limit)
        if (!full) return
        expect(full[0]).toBeGreaterThanOrEqual(startAt + now.elapsedMs)
        expect(full[1]).toBeGreaterThanOrEqual(full[0])
        expect(full[1]).toBeLessThanOrEqual(startAt + LENGTH)
      }),
    )
  })
})

describe('a window of five hours', () => {
  const alike = Array.from({ length: 9 }, () => curve([0.5, 100], [1.5, 200], [4, 500]))
  const now = { elapsedMs: 2 * HOUR, lengthMs: LENGTH, used: 50, recentPerMs: 0 }

  test('adds what windows like it added from there on', () => {
    expect(predictEnd(alike, now)).toMatchObject({ middle: 350, windows: 9 })
  })

  test('asks only what came after this much time', () => {
    const late = predictEnd(alike, { ...now, elapsedMs: 4.5 * HOUR })!
    expect([late.low, late.middle, late.high]).toEqual([50, 50, 50])
  })

  test('heeds windows that were as busy more than others', () => {
    const idle = Array.from({ length: 5 }, () => curve([0.5, 100]))
    const busy = Array.from({ length: 5 }, () => curve([0.5, 10], [2, 20], [3, 900]))
    const mixed = [...idle, ...busy]
    const whenIdle = predictEnd(mixed, now)!
    const whenBusy = predictEnd(mixed, { ...now, recentPerMs: 1 / HOUR })!
    expect(whenIdle.middle).toBeLessThan(200)
    expect(whenBusy.middle).toBeGreaterThan(500)
  })

  test('with few windows goes by the recent rate, in a wide range', () => {
    const end = predictEnd([], { ...now, recentPerMs: 100 / HOUR })!
    expect(end).toMatchObject({ low: 50, middle: 200, windows: 0 })
    expect(end.high).toBe(650)
  })

  test('is full when those before it would have been', () => {
    expect(predictFull(alike, { ...now, startAt: 0 }, 400)).toBeUndefined()
    const [early, late] = predictFull(alike, { ...now, startAt: 0 }, 300)!
    expect(early).toBe(4 * HOUR)
    expect(late).toBeGreaterThanOrEqual(early)
  })

  test('that is full is full now', () => {
    expect(predictFull(alike, { ...now, startAt: 0 }, 50)).toEqual([2 * HOUR, 2 * HOUR])
  })

  test('without a length, or with figures that are none, is not predicted', () => {
    expect(predictEnd(alike, { ...now, lengthMs: 0 })).toBeUndefined()
    expect(predictEnd(alike, { ...now, used: Number.NaN })).toBeUndefined()
  })
})

describe('a curve', () => {
  const one = curve([1, 10], [1, 15], [3, 40])

  test('is flat between its points', () => {
    expect([0, 0.99, 1, 2.9, 3, 99].map(hours => usedAfter(one, hours * HOUR))).toEqual([0, 0, 15, 15, 40, 40])
  })

  test('has the rate of its last tenth', () => {
    expect(recentRate(one, 3.2 * HOUR, LENGTH)).toBeCloseTo(25 / (0.5 * HOUR))
    expect(recentRate(one, 4 * HOUR, LENGTH)).toBe(0)
    expect(recentRate(one, 0, LENGTH)).toBe(0)
  })
})
