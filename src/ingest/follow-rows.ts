/**
 * The rows of the days that are followed, log by log as far as logs were read: what a log says anew takes the place of what it said, and duplicates
 * over all logs are merged as a report merges them. Rows that have grown too old leave nothing but their ids.
 */
import { Diagnostics } from '../core/diagnostic.ts'
import type { UsageEntry } from '../core/entry.ts'
import { EntryRow, noCosts } from '../core/entry-row.ts'
import { type EntryTable, EntryWriter, entryAt, idName, SIDECHAIN } from '../core/entry-table.ts'
import type { SourceReading } from '../core/reading.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Prices } from '../pricing/prices.ts'
import { type RowRef, uncovered } from '../store/cover.ts'
import { dedupe } from './dedupe.ts'
import type { BaseRows } from './follow-base.ts'
import { OldIds } from './follow-ids.ts'

/** A row that does not count any more, and one that was found behind the last whole line. */
const OUT = 1
const TAIL = 2

/** Tables are put together once there are so many. */
const MOST_CHUNKS = 24

/** What was taken in at once. `owners` are the numbers of the logs, 0 where it is not known. */
interface Chunk {
  readonly table: EntryTable
  readonly rows: readonly EntryRow[]
  readonly owners: Uint32Array
  readonly marks: Uint8Array
}

/**
 * What a reading of a log is, beside what is known of it: the log from its beginning, what was added, what was added or changed, or what was found
 * before it could not be read on.
 */
export type ReadingKind = 'whole' | 'added' | 'changed' | 'failed'

export interface NumberedReading {
  readonly reading: SourceReading
  readonly number: number
  readonly kind: ReadingKind
}

export class FollowedRows {
  /** Models without a price, counted anew each time. */
  unpriced = new Diagnostics()
  readonly old = new OldIds()
  private chunks: Chunk[] = []
  /** Of calls of the last days that were read from their log: names of tools, by the name of the message id's hash. */
  private readonly tools = new Map<string, readonly string[]>()

  constructor(
    private readonly prices: Prices,
    /** Puts the projects of sessions into rows. */
    private readonly place: (rows: readonly EntryRow[]) => void,
  ) {}

  /** Names of the tools that a call's response used, as far as its log was read for them. */
  toolsOf({ messageId, tools }: UsageEntry): readonly string[] {
    return (messageId === undefined ? undefined : this.tools.get(messageId)) ?? tools.map(toolName)
  }

  /** Takes in what the index holds, `numbers` being those of the logs. */
  async takeBase({ table, keys, isTail }: BaseRows, numbers: ReadonlyMap<string, number>): Promise<void> {
    const owners = Uint32Array.from(keys, key => numbers.get(key) ?? 0)
    await this.add(
      table,
      owners,
      Uint8Array.from(isTail, is => (is ? TAIL : 0)),
    )
  }

  /** Takes in what was read of logs, all of it in one table. */
  async take(table: EntryTable, readings: readonly NumberedReading[]): Promise<void> {
    const owners = new Uint32Array(table.size)
    const marks = new Uint8Array(table.size)
    for (const { reading, number, kind } of readings) {
      const { firstRow, whole, tail } = reading
      const end = firstRow + whole.rows + tail.rows
      if (kind !== 'failed') this.outdate(number, kind, table, firstRow, end)
      owners.fill(number, firstRow, end)
      marks.fill(TAIL, firstRow + whole.rows, end)
    }
    this.keepTools(table)
    await this.add({ ...table, details: undefined }, owners, marks)
  }

  /** Leaves out what a log said before and says again now. What it says no more stays, as in the index: it happened all the same. */
  private outdate(number: number, kind: ReadingKind, table: EntryTable, from: number, to: number): void {
    const old: (RowRef & { readonly marks: Uint8Array })[] = []
    for (const { table: own, owners, marks } of this.chunks)
      for (let row = 0; row < own.size; row++) {
        if (owners[row] !== number || (marks[row]! & OUT) !== 0) continue
        if (kind !== 'added') old.push({ table: own, row, marks })
        else if ((marks[row]! & TAIL) !== 0) marks[row]! |= OUT
      }
    const fresh = Array.from({ length: to - from }, (_, n) => ({ table, row: from + n }))
    const left = new Set(uncovered(old, fresh))
    for (const ref of old) if (!left.has(ref)) ref.marks[ref.row]! |= OUT
  }

  private keepTools({ size, numbers, details }: EntryTable): void {
    for (let row = 0; row < size; row++) {
      const tools = details?.tools[row] ?? []
      const name = tools.length > 0 ? idName(numbers.messageId[row]!) : undefined
      if (name !== undefined) this.tools.set(name, tools.map(toolName))
    }
  }

  private async add(table: EntryTable, owners: Uint32Array, marks: Uint8Array): Promise<void> {
    const rows = rowsOf(table)
    this.place(rows)
    await this.prices.price(rows, this.unpriced)
    this.chunks.push({ table, rows, owners, marks })
  }

  /** All responses since `from` (epoch ms), each once, in no particular order. */
  async since(from: number): Promise<readonly PricedEntry[]> {
    this.expire(from)
    if (this.chunks.length > MOST_CHUNKS) await this.putTogether()
    const tables = this.chunks.map(({ table }) => table)
    const isOut = this.chunks.map(({ marks }) => marks.map(mark => mark & OUT))
    const { isMerged, entries } = dedupe(tables, isOut)
    const found: PricedEntry[] = []
    for (const [n, { rows }] of this.chunks.entries())
      for (let row = 0; row < rows.length; row++)
        if (isOut[n]![row] === 0 && isMerged[n]![row] === 0) found.push(rows[row]!)
    if (entries.length === 0) return found
    const writer = new EntryWriter()
    for (const entry of entries) writer.add(entry)
    const merged = rowsOf(writer.table())
    this.place(merged)
    found.push(...(await this.prices.price(merged, new Diagnostics())))
    return found
  }

  /** Leaves out what is too old, and copies of it that were made later. */
  private expire(from: number): void {
    for (const { table, marks } of this.chunks) {
      const { at, messageId, requestId } = table.numbers
      for (let row = 0; row < table.size; row++) {
        if ((marks[row]! & OUT) !== 0 || at[row]! >= from) continue
        marks[row]! |= OUT
        this.old.add(messageId[row]!, requestId[row]!)
      }
    }
    for (const chunk of this.chunks) this.sweep(chunk)
  }

  private sweep({ table, marks }: Chunk): void {
    const { messageId, requestId, flags } = table.numbers
    for (let row = 0; row < table.size; row++)
      if ((marks[row]! & OUT) === 0 && this.old.has(messageId[row]!, requestId[row]!, (flags[row]! & SIDECHAIN) !== 0))
        marks[row]! |= OUT
  }

  /** One table of all that still counts. */
  private async putTogether(): Promise<void> {
    const writer = new EntryWriter()
    const owners: number[] = []
    const marks: number[] = []
    const names = new Set<string | undefined>()
    for (const chunk of this.chunks) {
      for (let row = 0; row < chunk.table.size; row++) {
        if ((chunk.marks[row]! & OUT) !== 0) continue
        writer.add(entryAt(chunk.table, row))
        owners.push(chunk.owners[row]!)
        marks.push(chunk.marks[row]!)
        names.add(idName(chunk.table.numbers.messageId[row]!))
      }
    }
    for (const name of this.tools.keys()) if (!names.has(name)) this.tools.delete(name)
    this.chunks = []
    this.unpriced = new Diagnostics()
    await this.add(writer.table(), Uint32Array.from(owners), Uint8Array.from(marks))
  }
}

const rowsOf = (table: EntryTable): EntryRow[] => {
  const costs = noCosts(table)
  return Array.from({ length: table.size }, (_, row) => new EntryRow(table, costs, row))
}

/** `id name`, as an entry holds it, to the name. */
const toolName = (tool: string): string => tool.slice(tool.indexOf(' ') + 1)
