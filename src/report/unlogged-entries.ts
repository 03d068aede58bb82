/**
 * What agents say they used beyond their transcripts, as entries: `--include-unlogged` puts them into every report alike. They
 * stand at their session's last response, for the agents' totals have no time.
 */
import type { InheritedEntry, SessionNote, UsageEntry } from '../core/entry.ts'
import { EntryRow } from '../core/entry-row.ts'
import { picoOf } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { groupBy } from './fold.ts'
import { type ModelRest, restsBySession, sessionKey } from './unlogged.ts'

/** One entry per session and model that an agent's total knows more of than the transcript; cost as the agent says. */
export const unloggedEntries = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  inherited: readonly InheritedEntry[],
): PricedEntry[] => {
  const rests = restsBySession(entries, notes, inherited)
  if (rests.size === 0) return []
  const bySession = groupBy(entries, p => sessionKey(p.entry.agent, p.entry.session))
  return [...rests].flatMap(([key, own]) => {
    const last = latest(bySession.get(key) ?? [])
    return last ? own.map(rest => entryFor(last, rest)) : []
  })
}

const latest = (entries: readonly PricedEntry[]): UsageEntry | undefined => {
  let last: UsageEntry | undefined
  for (const { entry } of entries) if (last === undefined || entry.at > last.at) last = entry
  return last
}

const entryFor = (last: UsageEntry, { model, tokens, usd }: ModelRest): PricedEntry => ({
  entry: {
    ...(last instanceof EntryRow ? last.copy() : last),
    model,
    tokens,
    estimated: undefined,
    quality: undefined,
    messageId: `unlogged:${last.session ?? ''}:${model}`,
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
  estimatedTokens: 0,
})
