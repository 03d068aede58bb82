/**
 * Exact decimal numbers, for checking sums that were made in floating point. A double stands for the shortest decimal that
 * reads back as it: 1.1 is eleven tenths, as the price list says.
 */
import type { Money } from '../core/money.ts'

/** `digits` × 10^-`scale`. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

export const zero: Decimal = { digits: 0n, scale: 0 }

/** Throws a RangeError for what is no finite number. */
export const decimalOf = (n: number): Decimal => {
  if (!Number.isFinite(n)) throw new RangeError(`${n} is no decimal number`)
  const [mantissa = '', exponent = '0'] = String(n).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

const rescaled = ({ digits, scale }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale)

export const plus = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale)
  return { digits: rescaled(a, scale) + rescaled(b, scale), scale }
}

export const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale })

export const minus = (a: Decimal, b: Decimal): Decimal => plus(a, { ...b, digits: -b.digits })

/** The nearest double. */
export const numberOf = ({ digits, scale }: Decimal): number => Number(`${digits}e-${scale}`)

const KILO = 10n ** 15n

/** USD that are not negative to whole picodollars, rounded to nearest. */
export const moneyOf = (usd: Decimal): Money => {
  const { digits, scale } = plus(usd, { digits: 0n, scale: 12 })
  const unit = 10n ** BigInt(scale - 12)
  const pico = (digits * 2n + unit) / (unit * 2n)
  return { kilo: Number(pico / KILO), pico: Number(pico % KILO) }
}

/** USD, exactly. */
export const decimalOfMoney = ({ kilo, pico }: Money): Decimal => ({
  digits: BigInt(kilo) * KILO + BigInt(pico),
  scale: 12,
})
