/** What used a window's points: the shares of its entries, summed by session and by turn. */
import { addSums, noSum, type PointSession, type PointTurn, type PointUse } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { ReadWindow } from './curves.ts'
import { type EntryShare, risesOf } from './rises.ts'
import type { KnownWindow } from './server.ts'
import { accountKey, between, sumOfEntries, sumOfEntry } from './sums.ts'

/** A prompt of the user's: begins a turn. */
export interface Prompt {
  /** Epoch ms. */
  readonly at: number
  readonly title: string | undefined
}

/** What a person calls things. */
export interface UseNames {
  readonly title: (agent: string, session: string | undefined) => string | undefined
  readonly project: (path: string | undefined) => string | undefined
  /** Of the session's main thread, by time; empty where the log holds none. */
  readonly prompts: (agent: string, session: string | undefined) => readonly Prompt[]
}

/** Undefined for a window that has no beginning. */
export const useOf = (
  { window, read, rises, until }: KnownWindow,
  entries: ReadonlyMap<string, readonly PricedEntry[]>,
  names: UseNames,
): PointUse | undefined => {
  const { agent, profile, limit, minutes, readAt } = window
  if (!read || !rises || read.startAt === undefined || minutes === undefined) return undefined
  const lastRiseAt = read.readings.at(-1)?.at ?? read.startAt
  const sinceRise = sumOfEntries(between(entries.get(accountKey(window)) ?? [], lastRiseAt, until))
  return {
    agent,
    profile,
    limit,
    minutes,
    startAt: read.startAt,
    endAt: read.endAt,
    readAt,
    points: rises.points,
    unexplained: rises.unexplained,
    isByPrice: rises.isByPrice,
    local: addSums(partOf(rises.shares).local, sinceRise),
    sinceRise,
    weight: rises.weight,
    readings: read.readings.length,
    sessions: sessionsOf(rises.shares, names),
    turns: turnsOf(rises.shares, names),
  }
}

/** The sessions that had a part in a window: whose prompts have to be known. */
export const sessionsIn = (read: ReadWindow, entries: readonly PricedEntry[]): ReadonlySet<string> =>
  new Set((risesOf(read, entries)?.shares ?? []).flatMap(({ priced }) => priced.entry.session ?? []))

const groupBy = (shares: readonly EntryShare[], keyOf: (share: EntryShare) => string): EntryShare[][] => {
  const groups = new Map<string, EntryShare[]>()
  for (const share of shares) {
    const own = groups.get(keyOf(share))
    if (own) own.push(share)
    else groups.set(keyOf(share), [share])
  }
  return [...groups.values()]
}

const partOf = (own: readonly EntryShare[]) => ({
  points: own.reduce((sum, { points }) => sum + points, 0),
  local: own.reduce((sum, { priced }) => addSums(sum, sumOfEntry(priced)), noSum),
})

const mostFirst = <T extends { readonly points: number; readonly local: { readonly tokens: number } }>(
  list: readonly T[],
): T[] => [...list].sort((a, b) => b.points - a.points || b.local.tokens - a.local.tokens)

const sessionsOf = (shares: readonly EntryShare[], { title, project }: UseNames): PointSession[] =>
  mostFirst(
    groupBy(shares, ({ priced: { entry } }) => JSON.stringify([entry.session])).map(own => {
      const { agent, session } = own[0]!.priced.entry
      return {
        ...partOf(own),
        session,
        title: title(agent, session),
        project: project(own.find(({ priced }) => priced.entry.project !== undefined)?.priced.entry.project),
        firstAt: own[0]!.priced.entry.at,
        lastAt: own.at(-1)!.priced.entry.at,
      }
    }),
  )

const turnsOf = (shares: readonly EntryShare[], { prompts }: UseNames): PointTurn[] => {
  const turnOf = ({ priced: { entry } }: EntryShare): Prompt | undefined =>
    prompts(entry.agent, entry.session).findLast(({ at }) => at <= entry.at)
  return mostFirst(
    groupBy(shares, share => JSON.stringify([share.priced.entry.session, turnOf(share)?.at])).map(own => {
      const turn = turnOf(own[0]!)
      const { entry } = own[0]!.priced
      return { ...partOf(own), session: entry.session, at: turn?.at ?? entry.at, title: turn?.title }
    }),
  )
}
