/** Sessions: the table of them, one in detail, and finding one by the beginning of its id. */
import type { Calendar } from '../core/calendar.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { SessionNote } from '../core/entry.ts'
import type { SessionDetail, SessionReport, ThreadShare } from '../core/report.ts'
import type { PricedEntry } from '../core/summary.ts'
import { emptySummary } from '../core/summary.ts'
import { promptTokens } from '../core/tokens.ts'
import { compareBy, compareNames, isUsage, modelsOf, sumOf, totalsOf } from './fold.ts'
import { type FoldedSession, foldSessions, type SessionKey, type SessionRowOptions } from './session-rows.ts'
import { totalOf } from './unlogged.ts'

interface CommonOptions extends SessionRowOptions {
  readonly calendar: Calendar
  readonly diagnostics: readonly Diagnostic[]
}

export interface SessionOptions extends CommonOptions {
  /** Default `desc`, as ccusage: the dearest session first. */
  readonly order?: 'asc' | 'desc' | undefined
  /** `date` is the last activity; default `cost`. */
  readonly sort?: 'cost' | 'tokens' | 'date' | undefined
  /** The top rows by `sort`, whatever the order they are shown in. Totals are of the rows shown. */
  readonly limit?: number | undefined
}

export const sessionReport = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  options: SessionOptions,
): SessionReport => {
  const { sort = 'cost', order = 'desc', limit, calendar, diagnostics } = options
  const top = foldSessions(entries, notes, options)
    .sort((a, b) => compareSessions(sort, b, a) || compareKeys(a.row, b.row))
    .slice(0, limit)
  if (order === 'asc') top.sort((a, b) => compareSessions(sort, a, b) || compareKeys(a.row, b.row))
  return {
    kind: 'session',
    rows: top.map(s => s.row),
    ...totalsOf(top.flatMap(s => s.leaves)),
    diagnostics,
    timeZone: calendar.timeZone,
  }
}

/** Smaller, then earlier, first. */
const compareSessions = (sort: 'cost' | 'tokens' | 'date', a: FoldedSession, b: FoldedSession): number =>
  (sort === 'date' ? 0 : compareBy(sort, a.row.summary, b.row.summary)) || a.row.summary.lastAt - b.row.summary.lastAt

const compareKeys = (a: SessionKey, b: SessionKey): number =>
  compareNames(a.agent, b.agent) || compareNames(a.session, b.session)

/** What an agent writes beside a sub-agent's log: its kind and what it was asked. */
export interface Sidecar {
  readonly type?: string | undefined
  readonly description?: string | undefined
}

/**
 * One session call by call. `key` is what `findSession` found; a session without entries gives an empty row.
 * Calls go by time; threads begin with the main one, then sub-agents by their first call (`subagent` '' where the log
 * names none).
 */
export const sessionDetail = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  sidecars: ReadonlyMap<string, Sidecar>,
  key: SessionKey,
  options: CommonOptions,
): SessionDetail => {
  const isOwn = (of: { agent: string; session?: string | undefined }): boolean =>
    of.agent === key.agent && of.session === key.session
  const own = entries.filter(p => isOwn(p.entry) && isUsage(p)).sort(compareCalls)
  const ownNotes = notes.filter(isOwn)
  const whole = options.whole?.filter(p => isOwn(p.entry))
  const folded = foldSessions(own, ownNotes, { ...options, whole }, entries)[0] ?? emptySession(key)
  return {
    kind: 'session-detail',
    row: folded.row,
    calls: own.map(({ entry, cost }) => ({ entry, cost, context: promptTokens(entry.tokens) })),
    threads: threadsOf(folded, sidecars),
    total: totalOf(ownNotes),
    diagnostics: options.diagnostics,
    timeZone: options.calendar.timeZone,
  }
}

const compareCalls = ({ entry: a }: PricedEntry, { entry: b }: PricedEntry): number =>
  a.at - b.at ||
  a.doneAt - b.doneAt ||
  compareNames(a.messageId, b.messageId) ||
  compareNames(a.requestId, b.requestId) ||
  compareNames(a.model, b.model)

const threadsOf = ({ threads }: FoldedSession, sidecars: ReadonlyMap<string, Sidecar>): ThreadShare[] =>
  [...threads]
    .map(([subagent, leaves]) => {
      const { type, description } = sidecars.get(subagent ?? '') ?? {}
      return { subagent, type, description, summary: sumOf(leaves), models: modelsOf(leaves) }
    })
    .sort(
      (a, b) =>
        Number(a.subagent !== undefined) - Number(b.subagent !== undefined) ||
        a.summary.firstAt - b.summary.firstAt ||
        compareNames(a.subagent, b.subagent),
    )

const emptySession = (key: SessionKey): FoldedSession => ({
  leaves: [],
  threads: new Map(),
  row: {
    agent: key.agent,
    session: key.session,
    title: undefined,
    project: undefined,
    branch: undefined,
    summary: emptySummary,
    models: [],
    subagents: emptySummary,
    subagentCount: 0,
    unlogged: undefined,
  },
})

export type FoundSession =
  | { readonly kind: 'one'; readonly agent: string; readonly session: string }
  | { readonly kind: 'none' }
  /** The ids that begin so, in alphabetical order. */
  | { readonly kind: 'many'; readonly sessions: readonly string[] }

/** The session with this id, else the one whose id begins so. */
export const findSession = (entries: readonly PricedEntry[], idOrPrefix: string): FoundSession => {
  const found = new Map<string, { readonly agent: string; readonly session: string }>()
  for (const { entry } of entries) {
    const { agent, session } = entry
    if (session?.startsWith(idOrPrefix)) found.set(`${agent}\0${session}`, { agent, session })
  }
  const all = [...found.values()]
  const exact = all.filter(s => s.session === idOrPrefix)
  const best = exact.length > 0 ? exact : all
  const [one] = best
  if (!one) return { kind: 'none' }
  if (best.length === 1) return { kind: 'one', ...one }
  return { kind: 'many', sessions: best.map(s => s.session).sort(compareNames) }
}
