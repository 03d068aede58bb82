import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { picoOf } from '../../src/core/money.ts'
import { decimalOf, decimalOfMoney, minus, moneyOf, numberOf, plus, times, zero } from '../../src/report/decimal.ts'

describe('a double as a decimal', () => {
  test.each([
    [0, 0n, 0],
    [-0, 0n, 0],
    [12, 12n, 0],
    [1.1, 11n, 1],
    [-2.5, -25n, 1],
    [6.25e-6, 625n, 8],
    [3.625e-9, 3625n, 12],
    [1e21, 10n ** 21n, 0],
    [1.5e22, 15n * 10n ** 21n, 0],
  ])('%d', (n, digits, scale) => {
    expect(decimalOf(n)).toEqual({ digits, scale })
  })

  test('is none where there is no number', () => {
    for (const n of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => decimalOf(n)).toThrow(RangeError)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), n => {
        expect(numberOf(decimalOf(n))).toBe(n + 0)
      }),
    )
  })
})

describe('sums and products are exact', () => {
  test('where doubles are not', () => {
    // 0.1 + 0.2 is 0.30000000000000004 in doubles, 1.1 × 1.1 is 1.2100000000000002
    expect(numberOf(plus(decimalOf(0.1), decimalOf(0.2)))).toBe(0.3)
    expect(numberOf(times(decimalOf(1.1), decimalOf(1.1)))).toBe(1.21)
    expect(numberOf(minus(decimalOf(0.3), decimalOf(0.1)))).toBe(0.2)
    expect(numberOf(minus(decimalOf(0.1), decimalOf(0.25)))).toBe(-0.15)
  })

  test('nothing is left of what is taken away', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(decimalOf)
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(minus(plus(a, b), plus(b, a)).digits).toBe(0n)
        expect(numberOf(minus(plus(a, b), b))).toBe(numberOf(a))
      }),
    )
  })
})

describe('as money', () => {
  test.each([
    [0, { kilo: 0, pico: 0 }],
    [0.42, { kilo: 0, pico: 0.42e12 }],
    [1234.5, { kilo: 1, pico: 234.5e12 }],
    // Half a picodollar and more counts as one, less as none.
    [5e-13, { kilo: 0, pico: 1 }],
    [4.9e-13, { kilo: 0, pico: 0 }],
    [1.0000000000015, { kilo: 0, pico: 1e12 + 2 }],
  ])('%d', (usd, expected) => {
    expect(moneyOf(decimalOf(usd))).toEqual(expected)
  })

  test('agrees with the rounding of one response, and comes back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), pico => {
        const usd = pico / 1e9
        expect(moneyOf(decimalOf(usd))).toEqual({ kilo: 0, pico: picoOf(usd) })
        expect(moneyOf(decimalOfMoney({ kilo: 7, pico }))).toEqual({ kilo: 7, pico })
      }),
    )
    expect(moneyOf(zero)).toEqual({ kilo: 0, pico: 0 })
  })
})
