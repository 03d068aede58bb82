/**
 * A window's points, rise by rise: each is shared out over the local entries since the percentage was last lower, up to what they usually would have
 * taken. Servers show whole points and say them late, so all entries since the last rise have a part in the next.
 */
import { MICRO } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { ReadWindow } from './curves.ts'
import { between } from './sums.ts'

/** Weights of the token classes where not every entry has a price: what they cost relative to input, with most models. */
export const TOKEN_WEIGHTS = { input: 1, output: 5, cacheCreation: 1.25, cacheRead: 0.1 } as const

export interface EntryShare {
  readonly priced: PricedEntry
  /** Millionths of a point. */
  readonly points: number
}

export interface Rises {
  /** Of the whole window, millionths of a point. */
  readonly points: number
  /** What the entries do not account for. */
  readonly unexplained: number
  readonly weight: 'cost' | 'tokens'
  /** Whether it is known what a point usually takes; if not, a rise with any entry is all theirs. */
  readonly isByPrice: boolean
  readonly shares: readonly EntryShare[]
}

interface Rise {
  readonly points: number
  /** The longest time without an entry since the reading before, or the window's start. */
  readonly pauseMs: number
  readonly entries: readonly PricedEntry[]
}

type Weigh = (one: PricedEntry) => number

/** Of an account's entries by time; `past`: other windows of this limit. A window without a length has no beginning to count from: undefined. */
export const risesOf = (
  window: ReadWindow,
  entries: readonly PricedEntry[],
  past: readonly ReadWindow[] = [],
): Rises | undefined => {
  if (window.startAt === undefined) return undefined
  const rises = cut(window, window.startAt, entries)
  const isByCost = rises.some(rise => rise.entries.length > 0) && rises.every(isPriced)
  const weigh: Weigh = isByCost ? ({ cost }) => Math.max(0, cost.pico) : tokenWeight
  const known = past.flatMap(one => (one.startAt === undefined ? [] : cut(one, one.startAt, entries)))
  const price = usualPrice(isByCost ? [...rises, ...known.filter(isPriced)] : [...rises, ...known], weigh)
  const local = explained(rises, price, weigh)
  const points = rises.reduce((sum, rise) => sum + rise.points, 0)
  return {
    points,
    unexplained: points - local.reduce((sum, part) => sum + part, 0),
    weight: isByCost ? 'cost' : 'tokens',
    isByPrice: price !== undefined,
    shares: rises.flatMap((rise, n) => share(local[n]!, rise.entries, weigh)),
  }
}

const isPriced = ({ entries }: Rise): boolean => entries.every(({ cost }) => cost.basis !== 'missing')

const cut = ({ readings }: ReadWindow, startAt: number, entries: readonly PricedEntry[]): Rise[] => {
  // An entry of the very first instant belongs to the window.
  let from = startAt - 1
  let level = 0
  return readings.map(({ at, usedPercent }) => {
    const reached = Math.max(level, Math.round(usedPercent * MICRO))
    const own = between(entries, from, at)
    const rise = { points: reached - level, pauseMs: longestPause(own, from, at), entries: own }
    level = reached
    from = Math.max(from, at)
    return rise
  })
}

const longestPause = (entries: readonly PricedEntry[], from: number, to: number): number => {
  const times = [from, ...entries.map(({ entry }) => entry.at), to]
  return times.reduce((most, at, n) => Math.max(most, at - (times[n - 1] ?? at)), 0)
}

/** After a longer pause of the local sessions, more may have been used elsewhere. */
const PAUSE_MS = 30 * 60_000
const ENOUGH_RISES = 3

/** What a point takes of local entries, by the median of rises during which local sessions made no pause; undefined where too few are known. */
const usualPrice = (rises: readonly Rise[], weigh: Weigh): number | undefined => {
  const prices = rises.flatMap(rise => {
    const weight = weightOf(rise, weigh)
    return rise.points > 0 && weight > 0 && rise.pauseMs < PAUSE_MS ? [(weight / rise.points) * MICRO] : []
  })
  if (prices.length < ENOUGH_RISES) return undefined
  prices.sort((a, b) => a - b)
  const half = prices.length >> 1
  return prices.length % 2 === 1 ? prices[half] : (prices[half - 1]! + prices[half]!) / 2
}

const weightOf = ({ entries }: Rise, weigh: Weigh): number => entries.reduce((sum, one) => sum + weigh(one), 0)

/**
 * The points of each rise that its entries account for, millionths. What was used above the points of a rise shows in the next one, but no more than
 * a point of it: servers round.
 */
const explained = (rises: readonly Rise[], price: number | undefined, weigh: Weigh): number[] => {
  let left = 0
  return rises.map(rise => {
    if (rise.entries.length === 0) return 0
    if (price === undefined) return rise.points
    const worth = left + (weightOf(rise, weigh) / price) * MICRO
    const own = Math.min(rise.points, Math.floor(worth))
    left = Math.min(MICRO, worth - own)
    return own
  })
}

const tokenWeight: Weigh = ({ entry: { tokens } }) =>
  tokens.input * TOKEN_WEIGHTS.input +
  tokens.output * TOKEN_WEIGHTS.output +
  tokens.cacheCreation * TOKEN_WEIGHTS.cacheCreation +
  tokens.cacheRead * TOKEN_WEIGHTS.cacheRead

/** Each entry gets what the sum up to it adds, rounded: so the shares add up whatever the weights. */
const share = (points: number, entries: readonly PricedEntry[], weigh: Weigh): EntryShare[] => {
  const known = entries.map(one => Math.max(0, weigh(one)))
  const total = known.reduce((sum, weight) => sum + weight, 0)
  const weights = total > 0 ? known : known.map(() => 1)
  const whole = total > 0 ? total : entries.length
  let sum = 0
  let given = 0
  return entries.map((priced, i) => {
    sum += weights[i]!
    const upTo = i === entries.length - 1 ? points : Math.min(points, Math.round(points * (sum / whole)))
    const own = upTo - given
    given = upTo
    return { priced, points: own }
  })
}
