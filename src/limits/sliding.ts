/** The last hours or days of an account as they slide on, and the ten minutes that leave them next. Servers' windows do not slide: they reset whole. */
import type { SlidingView } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { accountOf, between } from './sums.ts'

const MINUTE = 60_000
const CHUNK = 10 * MINUTE

/** Of one account's entries by time; undefined where nothing was used in the span. */
export const slidingView = (entries: readonly PricedEntry[], minutes: number, now: number): SlidingView | undefined => {
  const inside = between(entries, now - minutes * MINUTE, now)
  const first = inside[0]
  if (!first) return undefined
  const chunk = inside.filter(({ entry }) => chunkOf(entry.at) === chunkOf(first.entry.at))
  return {
    ...accountOf(first.entry),
    minutes,
    tokens: tokensOf(inside),
    nextAt: chunk.at(-1)!.entry.at + minutes * MINUTE,
    nextTokens: tokensOf(chunk),
  }
}

const chunkOf = (at: number): number => Math.floor(at / CHUNK)

const tokensOf = (entries: readonly PricedEntry[]): number =>
  entries.reduce((sum, { entry }) => sum + totalTokens(entry.tokens), 0)
