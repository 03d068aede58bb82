/** One session as a row, shared by the table of sessions and the detail of one, so that both say the same. */
import type { InheritedEntry, SessionNote } from '../core/entry.ts'
import type { SessionRow } from '../core/report.ts'
import type { PricedEntry } from '../core/summary.ts'
import { compareNames, fold, groupBy, isUsage, type Leaf, modelsOf, sumOf } from './fold.ts'
import { projectRefs } from './projects.ts'
import { titleOf } from './titles.ts'
import { restsBySession, sessionKey, unloggedOf } from './unlogged.ts'

/** What tells sessions apart: two agents may use one id. Entries without a session are one session of their agent. */
export interface SessionKey {
  readonly agent: string
  readonly session: string | undefined
}

export interface SessionRowOptions {
  readonly titles: boolean
  readonly projectNames: Readonly<Record<string, string>>
  /**
   * All entries, where those of the report were filtered: an agent's own total is of the whole session and is compared
   * with these. Left out: the report's entries.
   */
  readonly whole?: readonly PricedEntry[] | undefined
  /** Copies that sessions hold of others' responses: an agent's own total has them too. */
  readonly inherited?: readonly InheritedEntry[] | undefined
}

export interface FoldedSession {
  readonly row: SessionRow
  readonly leaves: readonly Leaf[]
  /** Leaves by thread: undefined is the main one, '' the sub-agents that the log does not name. */
  readonly threads: ReadonlyMap<string | undefined, readonly Leaf[]>
}

/** Hands out one key per session, so that a Map can tell sessions apart. */
const sessionKeys = (): ((agent: string, session: string | undefined) => SessionKey) => {
  const agents = new Map<string, Map<string | undefined, SessionKey>>()
  return (agent, session) => {
    const sessions = agents.get(agent) ?? new Map<string | undefined, SessionKey>()
    if (sessions.size === 0) agents.set(agent, sessions)
    const known = sessions.get(session)
    if (known) return known
    const key = { agent, session }
    sessions.set(session, key)
    return key
  }
}

/** The row of every session among `entries`, in no particular order. Project names are told apart among all of `named`. */
export const foldSessions = (
  entries: readonly PricedEntry[],
  notes: readonly SessionNote[],
  options: SessionRowOptions,
  named: readonly PricedEntry[] = entries,
): FoldedSession[] => {
  const keyFor = sessionKeys()
  const keyOf = ({ entry }: PricedEntry): SessionKey => keyFor(entry.agent, entry.session)
  const notesOf = groupBy(notes, n => keyFor(n.agent, n.session))
  const refs = projectRefs(new Set(named.map(p => p.entry.project)), options.projectNames)
  const rests = restsBySession(options.whole ?? entries, notes, options.inherited ?? [])
  return [...groupBy(entries.filter(isUsage), keyOf)].map(([key, own]) => {
    const threads = fold(own, threadOf)
    const leaves = [...threads.values()].flat()
    const ofSubagents = [...threads].flatMap(([thread, part]) => (thread === undefined ? [] : part))
    const ownNotes = notesOf.get(key) ?? []
    const unlogged = rests.get(sessionKey(key.agent, key.session))
    const project = projectOf(own)
    const row: SessionRow = {
      ...key,
      title: options.titles ? titleOf(ownNotes) : undefined,
      project: project === undefined ? undefined : refs.get(project),
      branch: branchOf(own),
      summary: sumOf(leaves),
      models: modelsOf(leaves),
      subagents: sumOf(ofSubagents),
      subagentCount: [...threads.keys()].filter(thread => thread !== undefined).length,
      unlogged: unlogged && unloggedOf(unlogged),
    }
    return { row, leaves, threads }
  })
}

/** Old logs mark a sub-agent's line without naming the sub-agent: those are one thread, named ''. */
const threadOf = ({ entry }: PricedEntry): string | undefined => entry.subagent ?? (entry.isSidechain ? '' : undefined)

/** The project of the earliest entry that names one. */
const projectOf = (entries: readonly PricedEntry[]): string | undefined => nearest(entries, 'project', 1)

/** The branch that was seen last. */
const branchOf = (entries: readonly PricedEntry[]): string | undefined => nearest(entries, 'branch', -1)

const nearest = (entries: readonly PricedEntry[], field: 'project' | 'branch', sign: 1 | -1): string | undefined => {
  let at = Number.POSITIVE_INFINITY
  let found: string | undefined
  for (const { entry } of entries) {
    const value = entry[field]
    if (value === undefined || sign * entry.at > at) continue
    // Of entries at one instant the name decides, so that their order does not.
    if (sign * entry.at < at || compareNames(value, found) < 0) found = value
    at = sign * entry.at
  }
  return found
}
