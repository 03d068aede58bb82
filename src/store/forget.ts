/**
 * Takes out of the history what the user wants forgotten: rows that their logs do not hold any more, with what is known of these logs. A
 * response of which another log still has a copy stays, as that log tells it.
 */
import { type EntryTable, NUMBERS, TEXTS } from '../core/entry-table.ts'
import { type Combined, type CombineRequest, combine, type Dedupe } from './combine.ts'
import type { RowRef } from './cover.ts'
import type { Manifest, Notes } from './manifest.ts'
import { countResponses, hasTotals, layStates, put, shardsOf } from './next.ts'
import { KEPT, MERGED, ONLY, STANDS } from './rows.ts'
import type { SourceNotes, StoredSource } from './sources.ts'
import type { NextState } from './store.ts'

export interface ForgetRequest {
  readonly manifest: Manifest
  readonly shards: CombineRequest['shards']
  /** Rows with these values go, if nothing else holds them. */
  readonly rows: readonly RowRef[]
  /** Whether a log belongs to this home: what another one knows is left alone. */
  readonly isOurs: (source: StoredSource) => boolean
  /** Whether deleted logs of an agent that have no rows are forgotten too. */
  readonly sweeps: (agent: string) => boolean
}

export interface ForgetPlan {
  /** 1 for rows that go, by shard. */
  readonly dropped: readonly Uint8Array[]
  /** The responses that go, one row each. */
  readonly responses: readonly RowRef[]
  /** Numbers of the deleted logs that lose rows. */
  readonly touched: ReadonlySet<number>
  /** Numbers of the deleted logs of which nothing is left. */
  readonly emptied: ReadonlySet<number>
}

const gap = { path: '', part: '', scope: '', size: 0, mtimeMs: 0, beside: 0, bytes: 0, lines: 0, tailLines: 0 }

/** All that a row says, as one text. */
export const valuesOf = ({ numbers, places, texts }: EntryTable, row: number): string =>
  [
    ...NUMBERS.map(name => numbers[name][row]),
    ...TEXTS.map(name => (places[name][row] === 0 ? '' : texts[places[name][row]!])),
  ].join('\0')

interface Place {
  readonly shard: number
  readonly row: number
}

/** Which rows can go of those that are wanted. */
export const planForget = (request: ForgetRequest): ForgetPlan => {
  const { manifest, shards } = request
  const ours = manifest.sources.map(request.isOurs)
  const isLost = (source: number, mark: number): boolean =>
    ours[source] === true && ((mark & KEPT) !== 0 || manifest.sources[source]!.isGone)
  const { chosen, chosenIds, staying } = choose(request, isLost)
  const dropped = shards.map(({ stored }) => new Uint8Array(stored.table.size))
  const responses = chosen.filter(({ id }) => !staying.has(id))
  for (const { shard, row } of responses) dropped[shard]![row] = 1
  for (const [shard, { stored }] of shards.entries()) {
    const { messageId } = stored.table.numbers
    for (let row = 0; row < stored.table.size; row++) {
      const id = messageId[row]!
      const mark = stored.marks[row]!
      const isPart = (mark & MERGED) !== 0 && chosenIds.has(id) && !staying.has(id)
      if (isPart && isLost(stored.sources[row]!, mark)) dropped[shard]![row] = 1
    }
  }
  return { dropped, responses, ...logsOf(request, ours, dropped) }
}

/**
 * The visible rows that are wanted and held by no log, and the ids of all that are wanted. Several responses may share an id: then they are
 * treated alike, for their parts do not say whose they are.
 */
const choose = (
  { shards, rows }: ForgetRequest,
  isLost: (source: number, mark: number) => boolean,
): {
  readonly chosen: readonly (RowRef & Place & { readonly id: number })[]
  readonly chosenIds: ReadonlySet<number>
  readonly staying: ReadonlySet<number>
} => {
  const wanted = new Set(rows.map(({ table, row }) => valuesOf(table, row)))
  const chosen: (RowRef & Place & { readonly id: number })[] = []
  const chosenIds = new Set<number>()
  const staying = new Set<number>()
  for (const [shard, { stored }] of shards.entries()) {
    const { table, marks, sources } = stored
    for (let row = 0; row < table.size; row++) {
      const mark = marks[row]!
      const id = table.numbers.messageId[row]!
      if ((mark & MERGED) !== 0) continue
      const isWanted = wanted.has(valuesOf(table, row))
      if (id !== 0) (isWanted ? chosenIds : staying).add(id)
      const isAlone = (mark & ONLY) !== 0 && ((mark & STANDS) !== 0 || isLost(sources[row]!, mark))
      if (isWanted && isAlone) chosen.push({ table, row, shard, id })
    }
  }
  return { chosen, chosenIds, staying }
}

const logsOf = (
  { manifest, shards, sweeps }: ForgetRequest,
  ours: readonly boolean[],
  dropped: readonly Uint8Array[],
): Pick<ForgetPlan, 'touched' | 'emptied'> => {
  const touched = new Set<number>()
  const left = new Set<number>()
  for (const [shard, { stored }] of shards.entries())
    for (let row = 0; row < stored.table.size; row++)
      (dropped[shard]![row] === 1 ? touched : left).add(stored.sources[row]!)
  const gone = [...manifest.sources.entries()].filter(
    ([number, { isGone, path }]) => isGone && path !== '' && ours[number] === true,
  )
  const isEmptied = ([number, { agent }]: readonly [number, StoredSource]): boolean =>
    !left.has(number) && (touched.has(number) || sweeps(agent))
  return {
    touched: new Set(gone.map(([number]) => number).filter(number => touched.has(number))),
    emptied: new Set(gone.filter(isEmptied).map(([number]) => number)),
  }
}

/** What is stored beside the rows. */
interface Beside {
  readonly notes: Notes
  readonly states: Buffer
}

/** The state without the rows of a plan. */
export const forget = (
  request: ForgetRequest,
  plan: ForgetPlan,
  { notes, states }: Beside,
  dedupe: Dedupe,
): NextState => {
  const { manifest, shards } = request
  const { dropped, touched, emptied } = plan
  const isGone = (source: number): boolean => manifest.sources[source]?.isGone === true
  const combined = combine({ manifest, shards, threads: [], fates: new Map(), isGone, dedupe, forgotten: dropped })
  // Should a log come back of which some is left, it is read from its beginning.
  const sources = manifest.sources.map((source, number): StoredSource => {
    if (emptied.has(number)) return without(source)
    return touched.has(number) ? { ...source, mtimeMs: 0, stateSize: 0 } : source
  })
  const laid = layStates(sources, number => {
    const { stateAt, stateSize } = sources[number]!
    return states.subarray(stateAt, stateAt + stateSize)
  })
  const isLeft = (number: string): boolean => sources[Number(number)]?.path !== ''
  const bySource = notesAfter(notes, sources, sessionsLost(request, dropped, combined))
  return {
    manifest: {
      sources,
      odd: Object.fromEntries(Object.entries(manifest.odd).filter(([number]) => isLeft(number))),
      merged: combined.merged,
      responses: countResponses(combined),
      hasTotals: hasTotals(bySource),
    },
    months: combined.months,
    shards: shardsOf(combined),
    states: laid,
    notes: { bySource, inherited: combined.inherited.list },
    forgets: true,
  }
}

/** A place that keeps its number, for the numbers of others depend on it. */
const without = (source: StoredSource): StoredSource => ({
  ...source,
  ...gap,
  head: { hash: 0, length: 0 },
  joined: 0,
  tailJoined: 0,
  stateSize: 0,
})

/** Sessions, as `agent\0session`, of which no row is left. */
const sessionsLost = (
  { shards }: ForgetRequest,
  dropped: readonly Uint8Array[],
  { tables, list }: Combined,
): Set<string> => {
  const lost = new Set<string>()
  for (const [shard, { stored }] of shards.entries())
    for (let row = 0; row < stored.table.size; row++)
      if (dropped[shard]![row] === 1) lost.add(sessionAt(stored.table, row))
  for (let i = 0; i < list.size; i++) lost.delete(sessionAt(tables[list.tables[i]!]!, list.rows[i]!))
  return lost
}

const sessionAt = ({ places, texts }: EntryTable, row: number): string =>
  `${texts[places.agent[row]!]}\0${texts[places.session[row]!]}`

/** Titles and totals go with their sessions. What a log of lines still says is left, for it would be read again. */
const notesAfter = (
  { bySource }: Notes,
  sources: readonly StoredSource[],
  lost: ReadonlySet<string>,
): Notes['bySource'] => {
  const left: Record<string, SourceNotes> = {}
  for (const [number, notes] of Object.entries(bySource)) {
    const source = sources[Number(number)]
    if (!source || source.path === '') continue
    const isKept = ({ agent, session }: SourceNotes['whole'][number]): boolean =>
      (!source.isGone && source.kind !== 'database') || !lost.has(`${agent}\0${session}`)
    const { whole, tail, kept = [] } = notes
    const ofLeft = kept.filter(({ agent, session }) => !lost.has(`${agent}\0${session}`))
    put(left, Number(number), { whole: whole.filter(isKept), tail: tail.filter(isKept), kept: ofLeft })
  }
  return left
}
