/** Sums as the monitor shows them. */
import type { LiveSum } from '../core/live.ts'
import { usdOf } from '../core/money.ts'
import { type PricedEntry, Summing, type UsageSummary } from '../core/summary.ts'
import { promptTokens, type TokenCounts, totalTokens } from '../core/tokens.ts'

export const summaryOf = (entries: Iterable<PricedEntry>): UsageSummary => {
  const sum = new Summing()
  for (const priced of entries) sum.add(priced)
  return sum.done()
}

export const liveSum = ({ entries, tokens, cost, unpricedTokens }: UsageSummary): LiveSum => ({
  calls: entries,
  tokens: totalTokens(tokens),
  usd: usdOf(cost),
  unpricedTokens,
})

/** Cache reads of all prompt tokens; undefined without prompt tokens. */
export const hitRateOf = (tokens: TokenCounts): number | undefined => {
  const prompt = promptTokens(tokens)
  return prompt === 0 ? undefined : tokens.cacheRead / prompt
}
