/** Effects add up to the difference, and each is what it says it is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costPartsTotal } from '../../src/core/cost-parts.ts'
import { addMoney, type Money, money, noMoney, subtractMoney } from '../../src/core/money.ts'
import { type EffectKind, effectKinds } from '../../src/core/why.ts'
import { effectsOf, movedRows } from '../../src/receipt/compare.ts'
import type { PricedCall } from '../../src/receipt/types.ts'
import { call } from './session.ts'

const byModel = ({ entry }: PricedCall): string => entry.model ?? ''

const costOf = (calls: readonly PricedCall[]): Money =>
  calls.reduce((sum, { parts }) => addMoney(sum, money(0, costPartsTotal(parts))), noMoney)

const picoOf = (effects: readonly { readonly kind: EffectKind; readonly cost: Money }[], kind: EffectKind): number => {
  const { kilo, pico } = effects.find(effect => effect.kind === kind)?.cost ?? noMoney
  return kilo * 1e15 + pico
}

const plain = { input: 0, cacheRead: 1000, cacheCreation: 100, output: 50 }
const times = (n: number, parts: Parameters<typeof call>[2], name = 'm'): PricedCall[] =>
  Array.from({ length: n }, (_, i) => call(`${name}${i}`, i, { ...plain, ...parts }))

/** Which effects are not 0, with their picodollars. */
const moved = (before: readonly PricedCall[], after: readonly PricedCall[]) =>
  Object.fromEntries(
    effectKinds.flatMap(kind => {
      const pico = picoOf(effectsOf(before, after, byModel), kind)
      return pico === 0 ? [] : [[kind, pico]]
    }),
  )

// A plain call: 1,000 × 10 + 100 × 125 + 50 × 500 = 47,500 picodollars
describe('an effect', () => {
  it('of volume is more of the same', () => {
    expect(moved(times(2, {}), times(5, {}))).toEqual({ volume: 3 * 47_500 })
  })

  it('of context is a larger prompt, read as well as before', () => {
    expect(moved(times(2, {}), times(2, { cacheRead: 2000, cacheCreation: 200 }))).toEqual({ context: 2 * 22_500 })
  })

  it('of answers is a longer one', () => {
    expect(moved(times(2, {}), times(2, { output: 60 }))).toEqual({ output: 2 * 10 * 500 })
  })

  it('of the cache is the same prompt, read less', () => {
    expect(moved(times(1, {}), times(1, { cacheRead: 100, cacheCreation: 1000 }))).toEqual({ cache: 900 * 115 })
  })

  it('of price is another one for the same tokens', () => {
    const dear = times(1, {}).map(({ entry, parts }) => ({
      entry,
      parts: { ...parts, cacheRead: parts.cacheRead * 2 },
    }))
    expect(moved(times(1, {}), dear)).toEqual({ price: 10_000 })
  })

  it('of the mix is another model', () => {
    const long = (n: number) => times(n, { model: 'b', output: 500 }, 'b')
    const short = (n: number) => times(n, { model: 'a' }, 'a')
    expect(moved([...short(3), ...long(1)], [...short(1), ...long(3)])).toEqual({ mix: 2 * 450 * 500 })
  })

  it('of extras is what no token was charged for', () => {
    const searched = times(1, {}).map(({ entry, parts }) => ({ entry, parts: { ...parts, extras: 7 } }))
    expect(moved(times(1, {}), searched)).toEqual({ extras: 7 })
  })
})

describe('nothing on one side', () => {
  it.each([
    [0, 3],
    [3, 0],
  ])('is all volume: %d and %d calls', (a, b) => {
    expect(moved(times(a, {}), times(b, {}))).toEqual({ volume: (b - a) * 47_500 })
  })
})

const someCalls = fc.array(
  fc.record({
    model: fc.constantFrom('a', 'b', 'c'),
    input: fc.nat(5000),
    output: fc.nat(5000),
    cacheRead: fc.nat(200_000),
    cacheCreation: fc.nat(200_000),
    extras: fc.nat(1e10),
    factor: fc.integer({ min: 1, max: 1e6 }),
  }),
  { maxLength: 12 },
)

const built = (list: readonly { factor: number; extras: number; model: string; input: number }[]): PricedCall[] =>
  list.map(({ factor, extras, ...tokens }, n) => {
    const { entry, parts } = call(`m${n}`, n, tokens)
    const scaled = { input: parts.input * factor, output: parts.output * factor, cacheRead: parts.cacheRead * factor }
    return { entry, parts: { ...parts, ...scaled, extras } }
  })

it('whatever the sides, the effects add up to the difference, to the picodollar', () => {
  fc.assert(
    fc.property(someCalls, someCalls, (a, b) => {
      const [before, after] = [built(a), built(b)]
      const sum = effectsOf(before, after, byModel).reduce((total, { cost }) => addMoney(total, cost), noMoney)
      expect(sum).toEqual(subtractMoney(costOf(after), costOf(before)))
    }),
    { numRuns: 300 },
  )
})

it('rows of both sides go by how far they moved', () => {
  const row = (key: string, pico: number) => ({
    key,
    cost: money(0, pico),
    enter: noMoney,
    carry: noMoney,
    rewrite: noMoney,
    output: noMoney,
    extras: noMoney,
    tokens: 0,
    rows: [],
  })
  const rows = movedRows([row('a', 10), row('b', 50)], [row('b', 20), row('c', 5)])
  expect(rows.map(({ key, before, after }) => [key, before.pico, after.pico])).toEqual([
    ['b', 50, 20],
    ['a', 10, 0],
    ['c', 0, 5],
  ])
})
