/**
 * The counts of a response (formats/claude-code.md §3). The four classes are disjoint; the flat count of cache writes and its
 * split by lifetime are reconciled, for either can be missing.
 */
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import { BAD_COUNT, countAt } from '../../skim/json-bytes.ts'
import type { Skimmer } from '../../skim/skim.ts'
import * as F from './record.ts'

/** What `readUsage` found last; one object, for there is one line at a time. */
class Usage {
  input = 0
  output = 0
  cacheCreation = 0
  longCache = 0
  cacheRead = 0
  reasoning = 0
  webSearches = 0
  /** A count was negative, fractional or over 2^53. */
  isBad = false
  /** There was at least one count: without any the response was billed, but for what nobody knows. */
  hasCount = false

  tokens(): TokenCounts {
    const { input, output, cacheCreation, cacheRead, reasoning, longCache } = this
    return tokenCounts(input, output, cacheCreation, cacheRead, reasoning, longCache)
  }

  count(r: Skimmer, field: number): number {
    const end = r.ends[field]!
    if (end === 0) return 0
    const value = countAt(r.block, r.starts[field]!, end)
    if (value === BAD_COUNT) this.isBad = true
    if (value < 0) return 0
    this.hasCount = true
    return value
  }
}

export const usage = new Usage()

/** Reads the counts of the record walked last into `usage`. */
export const readUsage = (r: Skimmer): void => {
  usage.isBad = usage.hasCount = false
  usage.input = usage.count(r, F.INPUT)
  usage.output = usage.count(r, F.OUTPUT)
  usage.cacheRead = usage.count(r, F.CACHE_READ)
  const flat = usage.count(r, F.CACHE_CREATION)
  const fiveMinutes = usage.count(r, F.FIVE_MINUTES)
  usage.longCache = usage.count(r, F.ONE_HOUR)
  usage.cacheCreation = Math.max(flat, fiveMinutes + usage.longCache)
  usage.webSearches = usage.count(r, F.WEB_SEARCHES)
  usage.reasoning = Math.min(usage.count(r, F.THINKING), usage.output)
}
