/** How many tokens a thread's model makes of what was estimated: learnt from how its prompts grew. */
import type { ContextItem, TextSize } from '../core/item.ts'
import { promptTokens } from '../core/tokens.ts'
import type { Membership, Thread } from './threads.ts'

/** Characters to a token where nobody estimated tokens. */
const PROSE = 4.3
const CODE = 3.4
const JSON_TEXT = 3.2
const CJK = 1.2

/** Estimated tokens, before calibration. */
export const estimateOf = (size: TextSize): number =>
  (size.tokens ?? size.prose / PROSE + size.code / CODE + size.json / JSON_TEXT + size.cjk / CJK) + size.imageTokens

export interface Calibration {
  /** Tokens per estimated token. */
  readonly ratio: number
  /** Tokens of a message's own around what is in it, per call. */
  readonly framing: number
}

/** Where nothing can be learnt: vendors' tokenizers make a little more than the one that estimates were fitted to. */
export const standardCalibration: Calibration = { ratio: 1.1, framing: 4 }

const LOWEST_RATIO = 0.6
const HIGHEST_RATIO = 2
const MOST_FRAMING = 16

/** A call's growth: what was estimated of it, and what it was. */
export interface Growth {
  readonly estimate: number
  readonly tokens: number
  /** A whole first prompt of which the log holds everything; says enough by itself. */
  readonly isWhole?: boolean
}

/** Growths large enough that framing does not matter. */
const LARGE = 250
const FEWEST = 3
/** Beyond these, something was not sent in full, or something was sent that no line holds. */
const LEAST_PLAUSIBLE = 0.4
const MOST_PLAUSIBLE = 3.5
/** One large item must not outvote all others. */
const MOST_WEIGHT = 3000

const isPlain = (item: ContextItem): boolean =>
  item.kind !== 'summary' && item.key === undefined && item.kind !== 'thinking'

/** The calls of a thread that grew by nothing but items whose size is known. */
export const growthsOf = ({ calls, items }: Thread, { answers, inputs }: Membership): Growth[] => {
  const found = beginningOf(calls, items, inputs[0] ?? [])
  for (let k = 1; k < calls.length; k++) {
    const before = calls[k - 1]!.entry.tokens
    const tokens = promptTokens(calls[k]!.entry.tokens) - promptTokens(before)
    const entered = [...answers[k - 1]!, ...inputs[k]!]
    if (tokens <= 0 || entered.length === 0 || calls[k - 1]!.entry.isPartial) continue
    const thought = answers[k - 1]!.some(index => items[index]!.kind === 'thinking')
    if (thought && before.reasoning === 0) continue
    if (!entered.every(index => isPlain(items[index]!) || items[index]!.kind === 'thinking')) continue
    let estimate = 0
    for (const index of entered) if (items[index]!.kind !== 'thinking') estimate += estimateOf(items[index]!.size)
    if (estimate > 0) found.push({ estimate, tokens: tokens - (thought ? before.reasoning : 0) })
  }
  return found
}

/** A first prompt of which the log holds everything: the request's tools and system prompt. */
const beginningOf = (calls: Thread['calls'], items: readonly ContextItem[], inputs: readonly number[]): Growth[] => {
  const first = inputs.map(index => items[index]!)
  if (!first.some(item => item.isExact && item.section === 'tool')) return []
  const latest = new Map(first.map((item, n) => [item.key ?? n, item]))
  const estimate = [...latest.values()].reduce((sum, item) => sum + estimateOf(item.size), 0)
  return [{ estimate, tokens: promptTokens(calls[0]!.entry.tokens), isWhole: true }]
}

/** What these growths say; `otherwise` where they are too few. */
export const calibrate = (growths: readonly Growth[], otherwise: Calibration): Calibration => {
  const large = growths.filter(isPlausible)
  const isEnough = large.length >= FEWEST || large.some(({ isWhole }) => isWhole === true)
  const ratio = !isEnough
    ? otherwise.ratio
    : clamp(
        weightedMedian(
          Float64Array.from(large, ({ estimate, tokens }) => (tokens - otherwise.framing) / estimate),
          Float64Array.from(large, ({ estimate }) => Math.min(estimate, MOST_WEIGHT)),
        ),
        LOWEST_RATIO,
        HIGHEST_RATIO,
      )
  const small = growths.filter(({ estimate }) => estimate < LARGE)
  const framing =
    small.length < FEWEST
      ? otherwise.framing
      : clamp(
          weightedMedian(
            Float64Array.from(small, ({ estimate, tokens }) => tokens - ratio * estimate),
            new Float64Array(small.length).fill(1),
          ),
          0,
          MOST_FRAMING,
        )
  return { ratio, framing }
}

const isPlausible = ({ estimate, tokens }: Growth): boolean =>
  estimate >= LARGE && tokens > estimate * LEAST_PLAUSIBLE && tokens < estimate * MOST_PLAUSIBLE

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/** The first value, in order, up to which half of the weight lies. Reorders both lists: only the half in question is sorted on. */
const weightedMedian = (values: Float64Array, weights: Float64Array): number => {
  let low = 0
  let high = values.length - 1
  let rest = weights.reduce((sum, weight) => sum + weight, 0) / 2
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let less = 0
    let equal = 0
    let from = low
    let to = high
    for (let i = low; i <= to; ) {
      const value = values[i]!
      if (value < pivot) {
        less += weights[i]!
        swap(values, weights, i++, from++)
      } else if (value > pivot) swap(values, weights, i, to--)
      else equal += weights[i++]!
    }
    if (less >= rest && from > low) high = from - 1
    else if (less + equal >= rest || to === high) return pivot
    else {
      rest -= less + equal
      low = to + 1
    }
  }
  return values[low] ?? 0
}

const swap = (values: Float64Array, weights: Float64Array, a: number, b: number): void => {
  const value = values[a]!
  const weight = weights[a]!
  values[a] = values[b]!
  weights[a] = weights[b]!
  values[b] = value
  weights[b] = weight
}
