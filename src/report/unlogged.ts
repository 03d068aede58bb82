/** What an agent says a session used beyond its transcript: side calls (titles, summaries, searches) that it never logs. */
import type { SessionNote, SessionTotal } from '../core/entry.ts'
import { usdOf } from '../core/money.ts'
import type { UnloggedUsage } from '../core/report.ts'
import { addTokens, noTokens, type TokenCounts } from '../core/tokens.ts'
import { groupBy, type Leaf, modelsOf, sumOf } from './fold.ts'

/** The agent's own total of one session: of notes with one key the last counts, different keys add up. */
export const totalOf = (notes: readonly SessionNote[]): SessionTotal | undefined => {
  const last = new Map<string, SessionTotal>()
  for (const { kind, total } of notes) if (kind === 'total' && total) last.set(total.key, total)
  const totals = [...last.values()]
  if (totals.length <= 1) return totals[0]
  const models = groupBy(
    totals.flatMap(t => t.models),
    m => m.model,
  )
  return {
    key: [...last.keys()].join(' '),
    usd: sum(totals.map(t => t.usd)),
    models: [...models].map(([model, own]) => ({
      model,
      tokens: own.map(m => m.tokens).reduce(addTokens, noTokens),
      usd: sum(own.map(m => m.usd)),
    })),
  }
}

/**
 * The total less what the transcript has, class by class and never below zero: a fork's total holds what it inherited,
 * and an interrupted response is only estimated there, so neither side contains the other.
 * Dollars of models that we have no price for are left out, as they are no side calls.
 */
export const unloggedOf = (total: SessionTotal, leaves: readonly Leaf[]): UnloggedUsage => {
  const logged = sumOf(leaves)
  const claimed = total.models.map(m => m.tokens).reduce(addTokens, noTokens)
  const tokens = sum(classes.map(name => Math.max(0, claimed[name] - logged.tokens[name])))
  const unpriced = new Set(modelsOf(leaves).flatMap(m => (m.summary.unpricedTokens > 0 ? [m.model] : [])))
  const usdUnpriced = sum(total.models.map(m => (unpriced.has(m.model) ? m.usd : 0)))
  const usd = total.usd - usdUnpriced - usdOf(logged.cost)
  // With no token missing, half a percent is a rounding or a price that changed, not a call.
  const noise = Math.max(1e-6, tokens === 0 ? total.usd * 0.005 : 0)
  return { tokens, usd: usd > noise ? usd : 0 }
}

const classes = ['input', 'output', 'cacheCreation', 'cacheRead'] as const satisfies readonly (keyof TokenCounts)[]

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
