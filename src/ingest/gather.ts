/** What all threads read, as one: duplicates merged, in an order that does not depend on who read what. */
import type { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, SessionNote } from '../core/entry.ts'
import { EntryRow, noCosts } from '../core/entry-row.ts'
import { type EntryTable, EntryWriter } from '../core/entry-table.ts'
import { reportOdd, type SourceReading, type ThreadReading } from '../core/reading.ts'
import type { Shard } from '../store/manifest.ts'
import { keyOf } from '../store/sources.ts'
import { dedupe, type MergeCounts } from './dedupe.ts'
import { noPast, type Past } from './past.ts'

export interface ScanCounts {
  readonly files: number
  readonly lines: number
  readonly bytes: number
}

export interface Gathered {
  /** One for each response, in no particular order; at least those that were asked for. */
  readonly rows: readonly EntryRow[]
  /** Those of them that no log holds any more. */
  readonly historical: readonly EntryRow[]
  /** Shards whose rows are left out because their sums are known; and all shards, where new sums can be kept. */
  readonly summed: readonly Shard[]
  readonly shards: readonly Shard[] | undefined
  /** How many responses there are in all. */
  readonly responses: number
  /** Whether any log holds its agent's own total of a session. */
  readonly hasTotals: boolean
  /** By path, then as they stand in the log; read when asked for. */
  notes(): readonly SessionNote[]
  inherited(): readonly InheritedEntry[]
  /** Which logs hold rows that are asked for, copies included: by `keyOf`, the time (epoch ms) of the last one. */
  holders(isAsked: RowTest): ReadonlyMap<string, number>
  readonly merged: MergeCounts
  readonly counts: ScanCounts
}

/** Whether a row of a table is asked for. */
export type RowTest = (table: EntryTable) => (row: number) => boolean

/** Puts together what threads read and what no log holds any more, and says what was odd. */
export const gather = (threads: readonly ThreadReading[], diagnostics: Diagnostics, past: Past = noPast): Gathered => {
  const readings = threads.flatMap(thread => thread.readings).sort(byPath)
  for (const { source, whole, tail, failure } of readings) {
    if (failure !== undefined) diagnostics.add('unreadable', { path: source.path, reason: failure })
    reportOdd(source.path, [...whole.odd, ...tail.odd], diagnostics)
  }
  const live = threads.map(({ table }) => table)
  const tables = [...live, ...past.tables]
  const isOut = [...live.map(table => new Uint8Array(table.size)), ...past.isOut]
  const { isMerged, entries, merged, inherited } = dedupe(tables, isOut)
  const rows: EntryRow[] = []
  for (let t = 0; t < live.length; t++) takeRows(tables[t]!, isMerged[t]!, rows)
  const historical: EntryRow[] = []
  for (let t = live.length; t < tables.length; t++)
    takeRows(
      tables[t]!,
      isMerged[t]!.map((is, i) => is | isOut[t]![i]!),
      historical,
    )
  rows.push(...historical)
  const writer = new EntryWriter(tables.some(table => table.details))
  for (const entry of entries) writer.add(entry)
  const whole = writer.table()
  takeRows(whole, new Uint8Array(whole.size), rows)
  const notes = [...readings.flatMap(reading => [...reading.whole.notes, ...reading.tail.notes]), ...past.notes]
  return {
    rows,
    historical,
    summed: [],
    shards: undefined,
    responses: rows.length,
    hasTotals: notes.some(note => note.kind === 'total'),
    notes: () => notes,
    inherited: () => inherited,
    holders: isAsked => holdersIn(threads, isAsked),
    merged: { ...merged, blocks: merged.blocks + joinedIn(readings) },
    counts: countsOf(readings),
  }
}

const holdersIn = (threads: readonly ThreadReading[], isAsked: RowTest): Map<string, number> => {
  const keys = new Map<string, number>()
  for (const { table, readings } of threads) {
    const asks = isAsked(table)
    for (const { source, firstRow, whole, tail } of readings) {
      const end = firstRow + whole.rows + tail.rows
      let isHolder = false
      let lastAt = 0
      for (let row = firstRow; row < end; row++) {
        isHolder ||= asks(row)
        lastAt = Math.max(lastAt, table.numbers.at[row]!)
      }
      if (isHolder) keys.set(keyOf(source), lastAt)
    }
  }
  return keys
}

const byPath = ({ source: a }: SourceReading, { source: b }: SourceReading): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0

const takeRows = (table: EntryTable, isMerged: Uint8Array, rows: EntryRow[]): void => {
  const costs = noCosts(table)
  for (let i = 0; i < table.size; i++) if (isMerged[i] === 0) rows.push(new EntryRow(table, costs, i))
}

const countsOf = (readings: readonly SourceReading[]): ScanCounts => {
  let files = 0
  let lines = 0
  let bytes = 0
  for (const reading of readings) {
    if (reading.failure !== undefined) continue
    files++
    lines += reading.whole.lines + reading.tail.lines
    bytes += reading.bytes
  }
  return { files, lines, bytes }
}

const joinedIn = (readings: readonly SourceReading[]): number =>
  readings.reduce((sum, { whole, tail }) => sum + whole.joined + tail.joined, 0)
