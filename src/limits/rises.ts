/**
 * A window's points, rise by rise: each is shared out over the local entries since the percentage was last lower. Servers show whole points and say
 * them late, so all entries since the last rise have a part in the next; a rise without any entry happened elsewhere.
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
  /** Rises without a local entry. */
  readonly unexplained: number
  readonly weight: 'cost' | 'tokens'
  readonly shares: readonly EntryShare[]
}

interface Rise {
  readonly points: number
  readonly entries: readonly PricedEntry[]
}

/** Of an account's entries by time. A window without a length has no beginning to count from: undefined. */
export const risesOf = (window: ReadWindow, entries: readonly PricedEntry[]): Rises | undefined => {
  if (window.startAt === undefined) return undefined
  const rises = cut(window, window.startAt, entries)
  const involved = rises.flatMap(rise => rise.entries)
  const isByCost = involved.length > 0 && involved.every(({ cost }) => cost.basis !== 'missing')
  const weightOf = isByCost ? ({ cost }: PricedEntry) => cost.pico : tokenWeight
  return {
    points: rises.reduce((sum, { points }) => sum + points, 0),
    unexplained: rises.reduce((sum, rise) => sum + (rise.entries.length === 0 ? rise.points : 0), 0),
    weight: isByCost ? 'cost' : 'tokens',
    shares: rises.flatMap(rise => share(rise, weightOf)),
  }
}

const cut = ({ readings }: ReadWindow, startAt: number, entries: readonly PricedEntry[]): Rise[] => {
  // An entry of the very first instant belongs to the window.
  let from = startAt - 1
  let level = 0
  return readings.map(({ at, usedPercent }) => {
    const reached = Math.max(level, Math.round(usedPercent * MICRO))
    const rise = { points: reached - level, entries: between(entries, from, at) }
    level = reached
    from = Math.max(from, at)
    return rise
  })
}

const tokenWeight = ({ entry: { tokens } }: PricedEntry): number =>
  tokens.input * TOKEN_WEIGHTS.input +
  tokens.output * TOKEN_WEIGHTS.output +
  tokens.cacheCreation * TOKEN_WEIGHTS.cacheCreation +
  tokens.cacheRead * TOKEN_WEIGHTS.cacheRead

/** Each entry gets what the sum up to it adds, rounded: so the shares add up whatever the weights. */
const share = ({ points, entries }: Rise, weightOf: (one: PricedEntry) => number): EntryShare[] => {
  const known = entries.map(one => Math.max(0, weightOf(one)))
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
