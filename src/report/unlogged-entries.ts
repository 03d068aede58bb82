/**
 * What agents say they used beyond their transcripts, as entries: `--include-unlogged` puts them into every report alike. They
 * stand at their session's last response, for the agents' totals have no time.
 */
import type { InheritedEntry, SessionNote, UsageEntry } from '../core/entry.ts'
import { picoOf, usdOf } from '../core/money.ts'
import { emptySummary, type PricedEntry, Summing, type UsageSummary } from '../core/summary.ts'
import { noTokens, type TokenCounts, totalTokens } from '../core/tokens.ts'
import { groupBy } from './fold.ts'
import { totalOf } from './unlogged.ts'

/** One model's use that no line of the transcript shows. */
export interface ModelRest {
  readonly model: string
  readonly tokens: TokenCounts
  readonly usd: number
}

/** With no token missing, half a percent is a rounding or a price that changed, not a call. */
const NOISE_SHARE = 0.005
const NOISE_USD = 1e-6

const subtract = (claimed: TokenCounts, known: TokenCounts): TokenCounts => {
  const rest = (of: keyof TokenCounts): number => Math.max(0, claimed[of] - known[of])
  const output = rest('output')
  const cacheCreation = rest('cacheCreation')
  return {
    input: rest('input'),
    output,
    cacheCreation,
    cacheRead: rest('cacheRead'),
    reasoning: Math.min(rest('reasoning'), output),
    longCache: Math.min(rest('longCache'), cacheCreation),
  }
}

/**
 * The agent's total of a session less what its transcript has, model by model and never below zero: an interrupted response is
 * only estimated in the total, so neither side contains the other. `known` holds copied responses too: a fork's total does.
 */
export const restOf = (notes: readonly SessionNote[], known: readonly PricedEntry[]): ModelRest[] => {
  const total = totalOf(notes)
  if (!total) return []
  const byModel = groupBy(known, p => p.entry.model)
  return total.models.flatMap(({ model, tokens, usd }) => {
    const summary = sumOf(byModel.get(model) ?? [])
    const rest = subtract(tokens, summary.tokens)
    const missing = summary.unpricedTokens > 0 ? 0 : usd - usdOf(summary.cost)
    const noise = Math.max(NOISE_USD, totalTokens(rest) === 0 ? usd * NOISE_SHARE : 0)
    const restUsd = missing > noise ? missing : 0
    return totalTokens(rest) > 0 || restUsd > 0 ? [{ model, tokens: rest, usd: restUsd }] : []
  })
}

const sumOf = (entries: readonly PricedEntry[]): UsageSummary => {
  if (entries.length === 0) return emptySummary
  const sum = new Summing()
  for (const p of entries) sum.add(p)
  return sum.done()
}

const keyOf = (agent: string, session: string | undefined): string => `${agent}\0${session}`

/** What each session's transcript holds, its own and copied responses, by `keyOf`. */
export const knownBySession = (
  entries: readonly PricedEntry[],
  inherited: readonly InheritedEntry[],
): Map<string, PricedEntry[]> => {
  const known = groupBy(entries, p => keyOf(p.entry.agent, p.entry.session))
  const priced = new Map(entries.map(p => [p.entry.messageId, p]))
  for (const { agent, session, messageId } of inherited) {
    const copy = priced.get(messageId)
    if (copy) known.set(keyOf(agent, session), [...(known.get(keyOf(agent, session)) ?? []), copy])
  }
  return known
}

/** One entry per session and model that an agent's total knows more of than the transcript; cost as the agent says. */
export const unloggedEntries = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  inherited: readonly InheritedEntry[],
): PricedEntry[] => {
  const totals = notes.filter(n => n.kind === 'total')
  if (totals.length === 0) return []
  const known = knownBySession(entries, inherited)
  return [...groupBy(totals, n => keyOf(n.agent, n.session))].flatMap(([key, own]) => {
    const last = (known.get(key) ?? []).filter(p => keyOf(p.entry.agent, p.entry.session) === key).at(-1)
    return last ? restOf(own, known.get(key) ?? []).map(rest => entryFor(last.entry, rest)) : []
  })
}

const entryFor = (last: UsageEntry, { model, tokens, usd }: ModelRest): PricedEntry => ({
  entry: {
    ...last,
    model,
    tokens: { ...noTokens, ...tokens },
    messageId: `unlogged:${last.session}:${model}`,
    requestId: undefined,
    isSidechain: false,
    subagent: undefined,
    speed: undefined,
    tier: undefined,
    geo: undefined,
    webSearches: 0,
    loggedUsd: usd,
    isPartial: false,
    visibleLength: 0,
    tools: [],
  },
  cost: { pico: picoOf(usd), basis: 'logged', estimatePico: 0 },
  estimatedOutput: 0,
})
