/** Rows that no log holds any more, for readings that go through all logs: single calls are shown from the logs, as far as they are there. */
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource, SessionNote } from '../core/entry.ts'
import { type EntryDetails, type EntryTable, idName } from '../core/entry-table.ts'
import type { Host } from '../host/host.ts'
import type { Manifest } from '../store/manifest.ts'
import { KEPT, STANDS, type StoredRows } from '../store/rows.ts'
import { keyOf, type StoredSource } from '../store/sources.ts'
import { Store, StoreFault } from '../store/store.ts'

export interface Past {
  readonly tables: readonly EntryTable[]
  /** 1 for rows that a log holds, or that are of another home. */
  readonly isOut: readonly Uint8Array[]
  readonly notes: readonly SessionNote[]
}

export const noPast: Past = { tables: [], isOut: [], notes: [] }

/** What the index knows beyond the logs that are there. `live`: the tables of these logs, whose ids are known by name. */
export const readPast = (
  host: Host,
  sources: readonly LogSource[],
  isInScope: (source: StoredSource) => boolean,
  live: readonly EntryTable[],
  diagnostics: Diagnostics,
): Past => {
  const store = new Store(host, diagnostics)
  try {
    const manifest = store.mended(store.manifest())
    const isGone = goneTest(manifest, sources, isInScope)
    const shards = manifest.shards.map(shard => store.rows(shard))
    const isOut = shards.map(rows => outOf(rows, manifest, isGone, isInScope))
    if (isOut.every(own => own.every(out => out === 1))) return noPast
    const names = namesOf(live)
    const tables = shards.map(({ table }, t) => ({ ...table, details: detailsOf(table, isOut[t]!, names) }))
    const { bySource } = store.notes(manifest)
    const notes = Object.entries(bySource).flatMap(([number, { whole, tail }]) =>
      isGone[Number(number)] === true ? [...whole, ...tail] : [],
    )
    return { tables, isOut, notes }
  } catch (error) {
    if (!(error instanceof StoreFault)) store.sayUnsaved(error)
    return noPast
  }
}

const goneTest = (
  { sources }: Manifest,
  found: readonly LogSource[],
  isInScope: (source: StoredSource) => boolean,
): boolean[] => {
  const isThere = new Set(found.map(source => keyOf(source)))
  return sources.map(source => source.path !== '' && !isThere.has(keyOf(source)) && isInScope(source))
}

const outOf = (
  { table, marks, sources }: StoredRows,
  manifest: Manifest,
  isGone: readonly boolean[],
  isInScope: (source: StoredSource) => boolean,
): Uint8Array => {
  const out = new Uint8Array(table.size).fill(1)
  for (let i = 0; i < table.size; i++) {
    if ((marks[i]! & STANDS) !== 0) continue
    const number = sources[i]!
    const source = manifest.sources[number]
    const isKept = (marks[i]! & KEPT) !== 0 && source !== undefined && isInScope(source)
    if (isGone[number] === true || isKept) out[i] = 0
  }
  return out
}

/** Ids of the logs that are there, by their hashes. */
const namesOf = (live: readonly EntryTable[]): ReadonlyMap<number, string> => {
  const names = new Map<number, string>()
  for (const { size, numbers, details } of live) {
    if (!details) continue
    for (let i = 0; i < size; i++) {
      const message = details.messageIds[i]
      const request = details.requestIds[i]
      if (message !== undefined) names.set(numbers.messageId[i]!, message)
      if (request !== undefined) names.set(numbers.requestId[i]!, request)
    }
  }
  return names
}

/** Copies of what is still in a log have its ids, so that they are merged; the others are known by their hashes. */
const detailsOf = (
  { size, numbers }: EntryTable,
  isOut: Uint8Array,
  names: ReadonlyMap<number, string>,
): EntryDetails => {
  const messageIds: (string | undefined)[] = new Array(size).fill(undefined)
  const requestIds: (string | undefined)[] = new Array(size).fill(undefined)
  for (let i = 0; i < size; i++) {
    if (isOut[i] === 1) continue
    const [message, request] = [numbers.messageId[i]!, numbers.requestId[i]!]
    messageIds[i] = names.get(message) ?? idName(message)
    requestIds[i] = names.get(request) ?? idName(request)
  }
  const none: readonly string[] = []
  return { messageIds, requestIds, tools: new Array(size).fill(none) }
}
