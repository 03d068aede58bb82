import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMoney, type Money, money, noMoney, picoOf, subtractMoney, usdOf } from '../../src/core/money.ts'

const pico = fc.integer({ min: 0, max: 9_000_000_000_000_000 })
const amounts = fc.array(pico, { maxLength: 40 })

const exact = (of: Money): bigint => BigInt(of.kilo) * 10n ** 15n + BigInt(of.pico)
const sum = (list: readonly number[]): Money => list.reduce((total, one) => addMoney(total, money(0, one)), noMoney)

describe('money', () => {
  it('is whole picodollars; dollars are rounded to the nearest', () => {
    expect(picoOf(1)).toBe(1e12)
    expect(picoOf(0.000003)).toBe(3_000_000)
    expect(picoOf(0.1 + 0.2)).toBe(300_000_000_000)
    expect(picoOf(0)).toBe(0)
  })

  it('adds exactly where doubles do not', () => {
    const tenCents = Array.from({ length: 100_000 }, () => picoOf(0.1))
    expect(usdOf(sum(tenCents))).toBe(10_000)
    expect(tenCents.reduce(total => total + 0.1, 0)).not.toBe(10_000)
  })

  it('carries thousands of dollars', () => {
    expect(money(0, 999_999_999_999_999)).toEqual({ kilo: 0, pico: 999_999_999_999_999 })
    expect(money(0, 1e15)).toEqual({ kilo: 1, pico: 0 })
    expect(addMoney({ kilo: 2, pico: 6e14 }, { kilo: 3, pico: 7e14 })).toEqual({ kilo: 6, pico: 3e14 })
    expect(usdOf({ kilo: 6, pico: 3e14 })).toBe(6300)
  })

  it('sums to the picodollar, in any order and any grouping', () => {
    const shuffled = amounts.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
    )
    fc.assert(
      fc.property(shuffled, ([list, other, cut]) => {
        const total = sum(list)
        expect(exact(total)).toBe(list.reduce((all, one) => all + BigInt(one), 0n))
        expect(sum(other)).toEqual(total)
        expect(addMoney(sum(list.slice(0, cut)), sum(list.slice(cut)))).toEqual(total)
        expect(total.pico >= 0 && total.pico < 1e15).toBe(true)
      }),
    )
  })

  it('taken away again leaves what was there', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(subtractMoney(addMoney(sum(a), sum(b)), sum(b))).toEqual(sum(a))
      }),
    )
  })

  it('is never -0, and a debt is one', () => {
    expect(Object.is(usdOf(noMoney), 0)).toBe(true)
    expect(Object.is(usdOf(subtractMoney(money(0, 5), money(0, 5))), 0)).toBe(true)
    expect(Object.is(usdOf({ kilo: -0, pico: -0 }), 0)).toBe(true)
    expect(usdOf(subtractMoney(noMoney, money(0, 2.5e12)))).toBe(-2.5)
  })
})
