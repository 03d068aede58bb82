/** Why context that had been sent before was not read from the cache, as far as the log tells. */
import type { UsageEntry } from '../core/entry.ts'
import { promptTokens } from '../core/tokens.ts'
import type { RewriteReason } from './types.ts'

/** How long a cache entry lives after its last use, ms. */
export const SHORT_CACHE_MS = 5 * 60_000
export const LONG_CACHE_MS = 60 * 60_000

/** So few tokens at the end of the old prompt are a matter of where the cache marks stood, or of the cache's block size. */
const TAIL_TOKENS = 2048
const TAIL_PART = 0.05

/** What is known of a call whose prompt was not read as far as it could have been. */
export interface Miss {
  readonly before: UsageEntry
  readonly entry: UsageEntry
  /** Old tokens that were not read. */
  readonly unread: number
  /** The context was compacted right before. */
  readonly isCompacted: boolean
  /** The call answers a new prompt. */
  readonly isNewTurn: boolean
  /** Tokens that the thread's base has. */
  readonly base: number
}

export const lifetimeOf = (entry: UsageEntry): number => (entry.tokens.longCache > 0 ? LONG_CACHE_MS : SHORT_CACHE_MS)

export const reasonOf = ({ before, entry, unread, isCompacted, isNewTurn, base }: Miss): RewriteReason => {
  if (isCompacted) return 'compaction'
  if (before.model !== entry.model) return 'model-switch'
  const old = promptTokens(before.tokens)
  // Of a small context nearly all would be within those limits: what is mostly unread is no tail.
  if (unread <= Math.max(TAIL_TOKENS, old * TAIL_PART) && unread * 2 < old) return 'tail'
  if (entry.at - before.doneAt > lifetimeOf(before)) return 'idle'
  const read = entry.tokens.cacheRead
  if (isNewTurn && read > 0 && read <= base) return 'resume'
  return read > 0 ? 'prefix-changed' : 'unknown'
}
