/** What a report sees of what the index knows: the logs of this home, with or without those that are gone. */
import type { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, SessionNote } from '../core/entry.ts'
import { EntryRow, noCosts } from '../core/entry-row.ts'
import { type EntryTable, EntryWriter } from '../core/entry-table.ts'
import { reportOdd } from '../core/reading.ts'
import { KEPT, MERGED, ONLY, STANDS } from '../store/rows.ts'
import { keyOf, type StoredSource } from '../store/sources.ts'
import { dedupe, type MergeCounts } from './dedupe.ts'
import type { Gathered, RowTest } from './gather.ts'
import type { Known } from './indexed.ts'

/** The marks of all rows, table by table; a row that no shard names any more has `OUT`. */
interface Marked {
  readonly tables: readonly EntryTable[]
  readonly marks: readonly Uint8Array[]
  readonly sources: readonly Uint32Array[]
}

const OUT = 128

const holdersIn = (marked: Marked, sources: readonly StoredSource[], isAsked: RowTest): ReadonlyMap<string, number> => {
  const lastAt = new Float64Array(sources.length)
  const isHolder = new Uint8Array(sources.length)
  for (const [t, table] of marked.tables.entries()) {
    const asks = isAsked(table)
    const marks = marked.marks[t]!
    const own = marked.sources[t]!
    const { at } = table.numbers
    for (let row = 0; row < table.size; row++) {
      const source = own[row]!
      if ((marks[row]! & (STANDS | OUT)) !== 0 || source >= sources.length) continue
      if (at[row]! > lastAt[source]!) lastAt[source] = at[row]!
      if (isHolder[source] === 0 && asks(row)) isHolder[source] = 1
    }
  }
  return new Map(sources.flatMap((source, n) => (isHolder[n] === 1 ? [[keyOf(source), lastAt[n]!] as const] : [])))
}

export interface ViewRequest {
  /** Whether entries count that no log holds any more. */
  readonly history: boolean
}

/** Everything that counts, as if it had been read from the logs just now. */
export const viewOf = (known: Known, { history }: ViewRequest, diagnostics: Diagnostics): Gathered => {
  const { manifest, isInScope, present } = known
  const marked = markedOf(known)
  const isForeign = manifest.sources.map((source, number) => !present.has(number) && !isInScope(source))
  const hasForeign = isForeign.some((foreign, number) => foreign && manifest.sources[number]!.path !== '')
  const leavesOut = hasForeign || (!history && hasHistory(marked))
  const chosen = leavesOut ? chosenAnew(marked, known, isForeign, history) : chosenBefore(marked, known)
  for (const failure of known.failures)
    diagnostics.add('unreadable', { path: failure.source.path, reason: failure.failure ?? '' })
  const logs = [...present].map(number => ({ number, source: manifest.sources[number]! }))
  for (const { number, source } of logs) {
    const odd = manifest.odd[number]
    if (odd) reportOdd(source.path, [...odd.whole, ...odd.tail], diagnostics)
  }
  const sum = (countOf: (log: (typeof logs)[number]['source']) => number): number =>
    logs.reduce((total, { source }) => total + countOf(source), 0)
  return {
    rows: chosen.rows,
    historical: chosen.historical,
    responses: leavesOut ? chosen.rows.length : manifest.responses,
    merged: { ...chosen.merged, blocks: chosen.merged.blocks + sum(source => source.joined + source.tailJoined) },
    counts: {
      files: logs.length,
      lines: sum(source => source.lines + source.tailLines),
      bytes: sum(source => source.bytes),
    },
    summed: leavesOut ? [] : known.summed,
    shards: leavesOut ? undefined : known.shards,
    hasTotals: manifest.hasTotals,
    notes: () => notesOf(known, isForeign, history),
    inherited: () => chosen.inherited(),
    holders: isAsked => holdersIn(marked, manifest.sources, isAsked),
  }
}

const markedOf = ({ rows }: Known): Marked => {
  if (!('list' in rows)) {
    return {
      tables: rows.map(({ stored }) => stored.table),
      marks: rows.map(({ stored }) => stored.marks),
      sources: rows.map(({ stored }) => stored.sources),
    }
  }
  const { tables, list } = rows
  const marks = tables.map(table => new Uint8Array(table.size).fill(OUT))
  const sources = tables.map(table => new Uint32Array(table.size))
  for (let i = 0; i < list.size; i++) {
    marks[list.tables[i]!]![list.rows[i]!] = list.marks[i]!
    sources[list.tables[i]!]![list.rows[i]!] = list.sources[i]!
  }
  return { tables, marks, sources }
}

const hasHistory = ({ marks }: Marked): boolean =>
  marks.some(own => own.some(mark => (mark & (ONLY | KEPT)) !== 0 && mark !== OUT))

interface Chosen {
  readonly rows: EntryRow[]
  /** Those of them that no log holds any more. */
  readonly historical: readonly EntryRow[]
  readonly merged: MergeCounts
  readonly inherited: () => readonly InheritedEntry[]
}

/** As the index has merged them. */
const chosenBefore = ({ tables, marks }: Marked, known: Known): Chosen => {
  const rows: EntryRow[] = []
  const historical: EntryRow[] = []
  // Of a shard that is summed the rows may be at hand: they are told apart by its table.
  const skipped = new Set(known.summedTables)
  for (let t = 0; t < tables.length; t++) if (!skipped.has(t)) takeRows(tables[t]!, marks[t]!, rows, historical)
  return { rows, historical, merged: known.manifest.merged, inherited: () => known.notes().inherited }
}

const takeRows = (table: EntryTable, marks: Uint8Array, rows: EntryRow[], historical: EntryRow[]): void => {
  const costs = noCosts(table)
  for (let i = 0; i < table.size; i++) {
    const mark = marks[i]!
    if ((mark & (MERGED | OUT)) !== 0) continue
    const row = new EntryRow(table, costs, i)
    if ((mark & ONLY) !== 0) historical.push(row)
    rows.push(row)
  }
}

/** Merged once more, without the rows that are left out. */
const chosenAnew = (marked: Marked, known: Known, isForeign: readonly boolean[], history: boolean): Chosen => {
  const { tables, marks, sources } = marked
  const gone = known.manifest.sources.map(source => source.isGone)
  const isOut = tables.map((table, t) => {
    const out = new Uint8Array(table.size)
    for (let i = 0; i < table.size; i++) {
      const mark = marks[t]![i]!
      const source = sources[t]![i]!
      const isOld = (mark & KEPT) !== 0 || gone[source] === true
      if ((mark & (STANDS | OUT)) !== 0 || isForeign[source] === true || (!history && isOld)) out[i] = 1
    }
    return out
  })
  const { isMerged, entries, merged, inherited } = dedupe(tables, isOut)
  const rows: EntryRow[] = []
  const historical: EntryRow[] = []
  const live = new Set<number>()
  for (const [t, table] of tables.entries()) {
    for (let i = 0; i < table.size; i++)
      if (isMerged[t]![i] === 1 && (marks[t]![i]! & ONLY) === 0) live.add(table.numbers.messageId[i]!)
    const own = Uint8Array.from(isMerged[t]!, (is, i) => (is === 1 || isOut[t]![i] === 1 ? OUT : marks[t]![i]! & ONLY))
    takeRows(table, own, rows, historical)
  }
  const writer = new EntryWriter()
  for (const entry of entries) writer.add(entry)
  const whole = writer.table()
  const standing = Uint8Array.from(whole.numbers.messageId, id => (live.has(id) ? 0 : ONLY))
  takeRows(whole, standing, rows, historical)
  return { rows, historical, merged, inherited: () => inherited }
}

/** Notes of the logs of this home, by path, as a reading without the index gives them. */
const notesOf = (known: Known, isForeign: readonly boolean[], history: boolean): SessionNote[] => {
  const { bySource } = known.notes()
  const { sources } = known.manifest
  return Object.entries(bySource)
    .map(([number, notes]) => ({ number: Number(number), path: sources[Number(number)]?.path ?? '', notes }))
    .filter(({ number, path }) => path !== '' && !isForeign[number] && (history || !sources[number]!.isGone))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .flatMap(({ notes: { whole, tail, kept = [] } }) => [...(history ? kept : []), ...whole, ...tail])
}
