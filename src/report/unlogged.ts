/** What an agent says a session used beyond its transcript: side calls (titles, summaries, searches) that it never logs. */
import type { InheritedEntry, SessionNote, SessionTotal } from '../core/entry.ts'
import { money, picoOf, usdOf } from '../core/money.ts'
import type { UnloggedUsage } from '../core/report.ts'
import { type PricedEntry, Summing, type UsageSummary } from '../core/summary.ts'
import { addTokens, noTokens, type TokenCounts, totalTokens } from '../core/tokens.ts'
import { groupBy } from './fold.ts'

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

/** One model's use that no line of the transcript shows. */
export interface ModelRest {
  readonly model: string
  readonly tokens: TokenCounts
  readonly usd: number
}

/** With no token missing, half a percent is a rounding or a price that changed, not a call. */
const NOISE_SHARE = 0.005
const NOISE_USD = 1e-6

/**
 * An agent's total of a session less what its transcript has, model by model, class by class and never below zero: an
 * interrupted response is only estimated in the total, so neither side contains the other. `known` holds copied responses too,
 * for a fork's total does. A logged model that the total does not name (an alias) is taken off the others. Dollars of models
 * that we have no price for are left out, as they are no side calls.
 */
export const restOf = (total: SessionTotal, known: readonly PricedEntry[]): ModelRest[] => {
  const byModel = groupBy(known, p => p.entry.model)
  const named = new Set<string | undefined>(total.models.map(m => m.model))
  const unnamed = sumEntries([...byModel].flatMap(([model, own]) => (named.has(model) ? [] : own)))
  let other = { tokens: unnamed.tokens, usd: usdOf(unnamed.cost) }
  return total.models.flatMap(({ model, tokens, usd }) => {
    const logged = sumEntries(byModel.get(model) ?? [])
    const beyond = { tokens: subtract(tokens, logged.tokens), usd: Math.max(0, usd - usdOf(logged.cost)) }
    const rest = subtract(beyond.tokens, other.tokens)
    const missing = logged.unpricedTokens > 0 ? 0 : beyond.usd - other.usd
    other = { tokens: subtract(other.tokens, beyond.tokens), usd: Math.max(0, other.usd - beyond.usd) }
    const noise = Math.max(NOISE_USD, totalTokens(rest) === 0 ? usd * NOISE_SHARE : 0)
    const restUsd = missing > noise ? usdOf(money(0, picoOf(missing))) : 0
    return totalTokens(rest) > 0 || restUsd > 0 ? [{ model, tokens: rest, usd: restUsd }] : []
  })
}

/** All rests of a session in two figures. */
export const unloggedOf = (rests: readonly ModelRest[]): UnloggedUsage => ({
  tokens: sum(rests.map(rest => totalTokens(rest.tokens))),
  usd: sum(rests.map(rest => rest.usd)),
})

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

const sumEntries = (entries: readonly PricedEntry[]): UsageSummary => {
  const summing = new Summing()
  for (const p of entries) summing.add(p)
  return summing.done()
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

interface KnownSession {
  /** The session's own responses and those it copied. */
  readonly entries: PricedEntry[]
  /** Keys of the sessions it copied from. */
  readonly parents: Set<string>
}

/** Of each session that has a total: what its transcript holds. */
const knownSessions = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  inherited: readonly InheritedEntry[],
): ReadonlyMap<string, KnownSession> => {
  const known = new Map<string, KnownSession>()
  for (const n of notes)
    if (n.kind === 'total') known.set(sessionKey(n.agent, n.session), { entries: [], parents: new Set() })
  if (known.size === 0) return known
  const copied = new Set(inherited.map(copy => copy.messageId))
  const originals = new Map<string | undefined, PricedEntry>()
  for (const p of entries) {
    known.get(sessionKey(p.entry.agent, p.entry.session))?.entries.push(p)
    if (copied.has(p.entry.messageId)) originals.set(p.entry.messageId, p)
  }
  for (const { agent, session, messageId } of inherited) {
    const original = originals.get(messageId)
    const holder = known.get(sessionKey(agent, session))
    if (!original || !holder) continue
    holder.entries.push(original)
    holder.parents.add(sessionKey(original.entry.agent, original.entry.session))
  }
  return known
}

/**
 * What each session used beyond its transcript, by `sessionKey`, for those that have a total. A fork's total holds its parent's
 * side calls too; they are the parent's alone.
 */
export const restsBySession = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  inherited: readonly InheritedEntry[],
): ReadonlyMap<string, readonly ModelRest[]> => {
  const known = knownSessions(entries, notes, inherited)
  const notesOf = groupBy(notes, n => sessionKey(n.agent, n.session))
  const whole = new Map<string, ModelRest[]>()
  for (const [key, session] of known) {
    const total = totalOf(notesOf.get(key) ?? [])
    if (total) whole.set(key, restOf(total, session.entries))
  }
  const own = new Map<string, readonly ModelRest[]>()
  for (const [key, rests] of whole) {
    const parents = [...(known.get(key)?.parents ?? [])].filter(parent => parent !== key)
    own.set(key, parents.map(parent => whole.get(parent) ?? []).reduce<readonly ModelRest[]>(less, rests))
  }
  return own
}

const less = (rests: readonly ModelRest[], taken: readonly ModelRest[]): readonly ModelRest[] =>
  rests.flatMap(rest => {
    const same = taken.find(other => other.model === rest.model)
    if (!same) return [rest]
    const tokens = subtract(rest.tokens, same.tokens)
    const usd = usdOf(money(0, Math.max(0, picoOf(rest.usd) - picoOf(same.usd))))
    return totalTokens(tokens) > 0 || usd > NOISE_USD ? [{ model: rest.model, tokens, usd }] : []
  })

/** Tells sessions apart: two agents may use one id. */
export const sessionKey = (agent: string, session: string | undefined): string => `${agent}\0${session ?? ''}`
