/**
 * Money is counted in whole picodollars (1e-12 USD), so that sums are exact and no order of adding changes the last
 * digit. One response stays far below 2^53 picodollars ($9,007); a sum carries its thousands of dollars apart.
 */
export interface Money {
  /** Thousands of dollars, a whole number. */
  readonly kilo: number
  /** The rest in picodollars, a whole number in [0, 1e15). */
  readonly pico: number
}

const KILO = 1e15

export const noMoney: Money = { kilo: 0, pico: 0 }

/** Dollars (any finite number) to whole picodollars, rounded to nearest. */
export const picoOf = (usd: number): number => Math.round(usd * 1e12)

/** Normalises a sum of picodollars so that `pico` is in [0, 1e15). */
export const money = (kilo: number, pico: number): Money => {
  const carry = Math.floor(pico / KILO)
  return carry === 0 ? { kilo, pico } : { kilo: kilo + carry, pico: pico - carry * KILO }
}

export const addMoney = (a: Money, b: Money): Money => money(a.kilo + b.kilo, a.pico + b.pico)
export const subtractMoney = (a: Money, b: Money): Money => money(a.kilo - b.kilo, a.pico - b.pico)

/** The nearest double in USD; never -0. */
export const usdOf = (m: Money): number => m.kilo * 1000 + m.pico / 1e12 + 0
