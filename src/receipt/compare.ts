/**
 * Why two sums differ. What some calls cost is calls × mix of models × (prompt tokens a call × price by cache class + answer tokens a call ×
 * price) + extras; from one side to the other one factor after the other is replaced, in the order of `effectKinds`, and each step's difference is its
 * effect. So they add up to the whole difference; what rounding leaves is in the last step that moved.
 */
import { costPartsTotal } from '../core/cost-parts.ts'
import { type Money, money, subtractMoney } from '../core/money.ts'
import { type CompareRow, type CompareSide, type EffectKind, effectKinds } from '../core/why.ts'
import type { ReceiptRow } from './group.ts'
import type { PricedCall } from './types.ts'

const classes = ['input', 'cacheCreation', 'cacheRead'] as const
type PromptClass = (typeof classes)[number]

/** Sums over the calls of one model; picodollars. */
interface Sums {
  calls: number
  readonly tokens: Record<PromptClass | 'output', number>
  readonly pico: Record<PromptClass | 'output' | 'extras', number>
}

const noSums = (): Sums => ({
  calls: 0,
  tokens: { input: 0, cacheCreation: 0, cacheRead: 0, output: 0 },
  pico: { input: 0, cacheCreation: 0, cacheRead: 0, output: 0, extras: 0 },
})

const sumsBy = (calls: readonly PricedCall[], keyOf: (call: PricedCall) => string): Map<string, Sums> => {
  const found = new Map<string, Sums>()
  for (const call of calls) {
    const key = keyOf(call)
    const sums = found.get(key) ?? noSums()
    found.set(key, sums)
    sums.calls++
    for (const kind of [...classes, 'output'] as const) {
      sums.tokens[kind] += call.entry.tokens[kind]
      sums.pico[kind] += call.parts[kind]
    }
    sums.pico.extras += call.parts.extras
  }
  return found
}

/** What the cost of one model's calls is made of. */
interface Factors {
  /** Of all calls. */
  readonly part: number
  /** Prompt and answer tokens a call. */
  readonly prompt: number
  readonly output: number
  /** Of the prompt, by class. */
  readonly split: Readonly<Record<PromptClass, number>>
  /** Picodollars a token. */
  readonly price: Readonly<Record<PromptClass | 'output', number>>
  /** Picodollars a call. */
  readonly extras: number
}

const ratio = (a: number, b: number): number => (b > 0 ? a / b : 0)

/** The factors of one side; what it cannot say (no call, no token of a class) is as on the other. */
const factorsOf = (own: Sums | undefined, other: Sums | undefined, calls: number): Factors => {
  const known = own && own.calls > 0 ? own : (other ?? noSums())
  const prompt = classes.reduce((sum, kind) => sum + known.tokens[kind], 0)
  const priceOf = (kind: PromptClass | 'output'): number => {
    const from = known.tokens[kind] > 0 ? known : other
    return from ? ratio(from.pico[kind], from.tokens[kind]) : 0
  }
  return {
    part: ratio(own?.calls ?? 0, calls),
    prompt: ratio(prompt, known.calls),
    output: ratio(known.tokens.output, known.calls),
    split: {
      input: ratio(known.tokens.input, prompt),
      cacheCreation: ratio(known.tokens.cacheCreation, prompt),
      cacheRead: ratio(known.tokens.cacheRead, prompt),
    },
    price: {
      input: priceOf('input'),
      cacheCreation: priceOf('cacheCreation'),
      cacheRead: priceOf('cacheRead'),
      output: priceOf('output'),
    },
    extras: ratio(known.pico.extras, known.calls),
  }
}

/** Which factors are already those of the later side. */
type Replaced = ReadonlySet<EffectKind>

const picoOf = (calls: number, a: Factors, b: Factors, done: Replaced): number => {
  const { part } = done.has('mix') ? b : a
  const { prompt } = done.has('context') ? b : a
  const { output } = done.has('output') ? b : a
  const { split } = done.has('cache') ? b : a
  const { price } = done.has('price') ? b : a
  const { extras } = done.has('extras') ? b : a
  const perPromptToken = classes.reduce((sum, kind) => sum + split[kind] * price[kind], 0)
  return calls * part * (prompt * perPromptToken + output * price.output + extras)
}

const costOf = (calls: readonly PricedCall[]): Money => {
  let kilo = 0
  let pico = 0
  for (const { parts } of calls) {
    const sum = money(kilo, pico + costPartsTotal(parts))
    kilo = sum.kilo
    pico = sum.pico
  }
  return { kilo, pico }
}

/** The effects of all factors, in the order of `effectKinds`; `keyOf` tells apart what the mix is of. */
export const effectsOf = (
  before: readonly PricedCall[],
  after: readonly PricedCall[],
  keyOf: (call: PricedCall) => string,
): { readonly kind: EffectKind; readonly cost: Money }[] => {
  const [a, b] = [sumsBy(before, keyOf), sumsBy(after, keyOf)]
  const pairs = [...new Set([...a.keys(), ...b.keys()])].map(
    key => [factorsOf(a.get(key), b.get(key), before.length), factorsOf(b.get(key), a.get(key), after.length)] as const,
  )
  const done = new Set<EffectKind>()
  const total = (): number => {
    const calls = done.has('volume') ? after.length : before.length
    return pairs.reduce((sum, [x, y]) => sum + picoOf(calls, x, y, done), 0)
  }
  // With nothing on the earlier side there is no mix to change: all of it is volume.
  if (before.length === 0) done.add('mix')
  let last = total()
  const steps = effectKinds.map(kind => {
    done.add(kind)
    const now = total()
    const pico = Math.round(now - last)
    last = now
    return { kind, pico }
  })
  return exact(steps, subtractMoney(costOf(after), costOf(before)))
}

/** Puts what rounding left where most moved. */
const exact = (
  steps: readonly { readonly kind: EffectKind; readonly pico: number }[],
  difference: Money,
): { readonly kind: EffectKind; readonly cost: Money }[] => {
  const largest = steps.reduce((most, step) => (Math.abs(step.pico) > Math.abs(most.pico) ? step : most))
  let rest = difference
  for (const { pico } of steps) rest = subtractMoney(rest, money(0, pico))
  return steps.map(step => {
    const { kilo, pico } = money(0, step.pico)
    return { kind: step.kind, cost: step === largest ? money(kilo + rest.kilo, pico + rest.pico) : { kilo, pico } }
  })
}

export const sideOf = (
  calls: readonly PricedCall[],
  facts: Pick<CompareSide, 'since' | 'until' | 'name'>,
): CompareSide => ({
  ...facts,
  cost: costOf(calls),
  calls: calls.length,
  promptTokens: calls.reduce(
    (sum, { entry: { tokens } }) => sum + tokens.input + tokens.cacheCreation + tokens.cacheRead,
    0,
  ),
  outputTokens: calls.reduce((sum, { entry }) => sum + entry.tokens.output, 0),
  readTokens: calls.reduce((sum, { entry }) => sum + entry.tokens.cacheRead, 0),
})

const noMoney: Money = { kilo: 0, pico: 0 }

const sizeOf = ({ kilo, pico }: Money): number => Math.abs(kilo * 1e15 + pico)

/** Rows of both sides under one key, what moved most first. */
export const movedRows = (before: readonly ReceiptRow[], after: readonly ReceiptRow[]): Omit<CompareRow, 'name'>[] => {
  const keys = new Set([...before, ...after].map(row => row.key))
  const costIn = (rows: readonly ReceiptRow[], key: string | undefined): Money =>
    rows.find(row => row.key === key)?.cost ?? noMoney
  return [...keys]
    .map(key => ({ key, before: costIn(before, key), after: costIn(after, key) }))
    .sort((x, y) => sizeOf(subtractMoney(y.after, y.before)) - sizeOf(subtractMoney(x.after, x.before)))
}
