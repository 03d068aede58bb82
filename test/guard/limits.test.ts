import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Gauge, THRESHOLDS, verdictOf, warningKey } from '../../src/guard/limits.ts'

const gauge = (parts: Partial<Gauge> = {}): Gauge => ({
  kind: 'session',
  unit: 'usd',
  scope: 's1',
  used: 0,
  limit: 10,
  unpricedTokens: 0,
  ...parts,
})

const amounts = fc.double({ min: 0, max: 1e9, noNaN: true })
const limits = fc.double({ min: 1e-6, max: 1e9, noNaN: true })

describe('a verdict', () => {
  it.each([
    [5.99, undefined, false],
    [6, 60, false],
    [7.99, 60, false],
    [8, 80, false],
    [9.5, 95, false],
    [9.999999999, 95, false],
    [10, 100, true],
    [25, 100, true],
    [undefined, undefined, false],
    [Number.NaN, undefined, false],
  ])('of %s used of 10: threshold %s, reached %s', (used, threshold, isReached) => {
    expect(verdictOf(gauge({ used }))).toMatchObject({ threshold, isReached })
  })

  it('never falls while use grows', () =>
    fc.assert(
      fc.property(amounts, amounts, limits, (a, b, limit) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map(used => verdictOf(gauge({ used, limit })))
        expect(less?.percent ?? -1).toBeLessThanOrEqual(more?.percent ?? -1)
        expect(less?.threshold ?? 0).toBeLessThanOrEqual(more?.threshold ?? 0)
        expect(Number(less?.isReached)).toBeLessThanOrEqual(Number(more?.isReached))
      }),
    ))

  it('is reached at the limit, and never below it', () =>
    fc.assert(
      fc.property(amounts, limits, (used, limit) => {
        const { isReached, threshold, percent = 0 } = verdictOf(gauge({ used, limit }))
        expect(isReached).toBe(used >= limit)
        expect(threshold === 100).toBe(isReached)
        expect(percent >= 100).toBe(isReached)
      }),
    ))

  it('names the highest threshold that is passed', () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: 200, noNaN: true }), percent => {
        const { threshold } = verdictOf(gauge({ used: percent, limit: 100, unit: 'percent' }))
        expect(threshold).toBe(THRESHOLDS.filter(step => step <= percent).at(-1))
      }),
    ))
})

it('another scope, limit or kind is another warning', () => {
  const keys = [{}, { scope: 's2' }, { limit: 20 }, { kind: 'day' as const }].map(parts => warningKey(gauge(parts)))
  expect(new Set(keys).size).toBe(4)
  expect(warningKey(gauge({ used: 3 }))).toBe(warningKey(gauge({ used: 4 })))
})
