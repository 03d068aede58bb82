/** How fast a running block burns, where it will end, and what that means for a limit. */
import { usdOf } from '../core/money.ts'
import type { BurnRate, Projection, TokenLimitStatus } from '../core/report.ts'
import type { UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'

const MINUTE = 60_000
/** Above this share of the limit a projection is a warning (ccusage). */
const warnAbove = 0.8

/**
 * The rate over the time that really went by, from the first entry to `now`: a pause lowers it. At least a minute, so
 * that one entry is enough and does not explode.
 */
export const burnRateOf = (summary: UsageSummary, now: number): BurnRate => {
  const minutes = Math.max(1, (now - summary.firstAt) / MINUTE)
  return {
    tokensPerMinute: totalTokens(summary.tokens) / minutes,
    tokensPerMinuteForIndicator: (summary.tokens.input + summary.tokens.output) / minutes,
    usdPerHour: (usdOf(summary.cost) / minutes) * 60,
  }
}

/** Usage at the end of the block if the rate stays: whole minutes and tokens, dollars to the cent, as ccusage. */
export const projectionOf = (summary: UsageSummary, rate: BurnRate, leftMs: number): Projection => {
  const remainingMinutes = Math.max(0, Math.round(leftMs / MINUTE))
  const totalUsd = usdOf(summary.cost) + (rate.usdPerHour / 60) * remainingMinutes
  return {
    totalTokens: Math.round(totalTokens(summary.tokens) + rate.tokensPerMinute * remainingMinutes),
    totalUsd: Math.round(totalUsd * 100) / 100,
    remainingMinutes,
  }
}

/** The projection held against a limit in tokens; undefined where there is none of either. */
export const limitStatusOf = (
  projection: Projection | undefined,
  limit: number | undefined,
): TokenLimitStatus | undefined => {
  if (!projection || limit === undefined) return undefined
  const projected = projection.totalTokens
  return {
    limit,
    projectedUsage: projected,
    percentUsed: (projected / limit) * 100,
    status: projected > limit ? 'exceeds' : projected > warnAbove * limit ? 'warning' : 'ok',
  }
}
