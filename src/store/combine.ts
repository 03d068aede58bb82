/** What is stored and what was just read, as one: which rows stay, which are new, which are known from the history alone. */
import type { InheritedEntry, UsageEntry } from '../core/entry.ts'
import { type EntryTable, EntryWriter } from '../core/entry-table.ts'
import type { SourceReading, ThreadReading } from '../core/reading.ts'
import { type RowRef, uncovered } from './cover.ts'
import type { Manifest, Shard } from './manifest.ts'
import { KEPT, MERGED, monthNumbers, NO_SOURCE, ONLY, RowList, STANDS, type StoredRows, TAIL } from './rows.ts'

/** What becomes of the stored rows of a source that was read. */
export interface Fate {
  /** `append`: all but those of the tail stay. `replace`: those that the reading does not cover are kept as history. `merge`: they just stay. `drop`: none stays. */
  readonly kind: 'append' | 'replace' | 'merge' | 'drop'
  readonly thread: number
  readonly reading: SourceReading
}

/** How rows of a response are found and merged; `ingest` knows the rules. */
export type Dedupe = (
  tables: readonly EntryTable[],
  isOut: readonly Uint8Array[],
) => {
  readonly isMerged: readonly Uint8Array[]
  readonly entries: readonly UsageEntry[]
  readonly merged: Manifest['merged']
  readonly inherited: readonly InheritedEntry[]
}

export interface CombineRequest {
  readonly manifest: Manifest
  readonly shards: readonly { readonly shard: Shard; readonly stored: StoredRows }[]
  readonly threads: readonly ThreadReading[]
  /** By number of the source; of those that were read. */
  readonly fates: ReadonlyMap<number, Fate>
  readonly isGone: (source: number) => boolean
  readonly dedupe: Dedupe
}

export interface Combined {
  /** Those of the shards, those of the threads, and one of rows that stand for others. */
  readonly tables: readonly EntryTable[]
  /** All rows, those of shards that stay as they are included. */
  readonly list: RowList
  /** Months (UTC) whose shard has to be written anew. */
  readonly months: ReadonlySet<number>
  readonly merged: Manifest['merged']
  /** Undefined: as before. */
  readonly inherited: { readonly isWhole: boolean; readonly list: readonly InheritedEntry[] }
}

export const combine = (request: CombineRequest): Combined => new Combination(request).run()

class Combination {
  private readonly list = new RowList()
  private readonly months = new Set<number>()
  private readonly monthOf = monthNumbers()
  private readonly tables: EntryTable[]
  private readonly compared = new Map<number, (RowRef & { readonly shard: number })[]>()
  private readonly dropped: Uint8Array[]
  /** Whether a row that others were merged with was dropped: then all merging is done anew. */
  private isMergingBroken = false

  constructor(private readonly request: CombineRequest) {
    this.tables = [...request.shards.map(({ stored }) => stored.table), ...request.threads.map(({ table }) => table)]
    this.dropped = request.shards.map(({ stored }) => new Uint8Array(stored.table.size))
  }

  run(): Combined {
    this.dropRows()
    const isAnew = this.isMergingBroken || this.hasKnownIds()
    const { merged, inherited } = isAnew ? this.mergeAll() : this.mergeFresh()
    return {
      tables: this.tables,
      list: this.list,
      months: this.months,
      merged,
      inherited: { isWhole: isAnew, list: inherited },
    }
  }

  /** Decides which stored rows go. */
  private dropRows(): void {
    const { shards, fates } = this.request
    if (fates.size === 0) return
    for (const [shard, { stored }] of shards.entries()) {
      for (let row = 0; row < stored.table.size; row++) {
        const source = stored.sources[row]!
        const fate = fates.get(source)
        if (!fate) continue
        if (fate.kind === 'drop' || (fate.kind === 'append' && (stored.marks[row]! & TAIL) !== 0)) this.drop(shard, row)
        else if (fate.kind !== 'append') {
          const own = this.compared.get(source) ?? []
          own.push({ table: stored.table, row, shard })
          this.compared.set(source, own)
        }
      }
    }
    for (const [source, old] of this.compared) this.compare(source, old)
  }

  private compare(source: number, old: readonly (RowRef & { readonly shard: number })[]): void {
    const { fates, threads, shards } = this.request
    const { kind, thread, reading } = fates.get(source)!
    const { table } = threads[thread]!
    const count = reading.whole.rows + reading.tail.rows
    const fresh = Array.from({ length: count }, (_, i) => ({ table, row: reading.firstRow + i }))
    const left = new Set(uncovered(old, fresh))
    for (const ref of old) {
      if (!left.has(ref)) this.drop(ref.shard, ref.row)
      else if (kind === 'replace') {
        const { shard, stored } = shards[ref.shard]!
        if ((stored.marks[ref.row]! & KEPT) === 0) this.months.add(shard.month)
        stored.marks[ref.row]! |= KEPT
      }
    }
  }

  private drop(shard: number, row: number): void {
    const { shard: about, stored } = this.request.shards[shard]!
    this.dropped[shard]![row] = 1
    this.months.add(about.month)
    if ((stored.marks[row]! & MERGED) !== 0) this.isMergingBroken = true
  }

  /** Whether a new row may belong to a stored one, or a stored row that stands for others is affected by logs that went or came back. */
  private hasKnownIds(): boolean {
    const { shards, threads, fates } = this.request
    const ids = new Set<number>()
    for (const { thread, reading } of fates.values()) {
      const { messageId } = threads[thread]!.table.numbers
      const end = reading.firstRow + reading.whole.rows + reading.tail.rows
      for (let row = reading.firstRow; row < end; row++) if (messageId[row] !== 0) ids.add(messageId[row]!)
    }
    for (const [shard, { stored }] of shards.entries()) {
      const { messageId } = stored.table.numbers
      const dropped = this.dropped[shard]!
      for (let row = 0; row < stored.table.size; row++) {
        if (dropped[row] === 1) continue
        if (ids.size > 0 && ids.has(messageId[row]!)) return true
        const mark = stored.marks[row]!
        if ((mark & MERGED) !== 0 && ((mark & ONLY) !== 0) !== this.isOnly(stored.sources[row]!, mark)) return true
      }
    }
    return false
  }

  private isOnly(source: number, mark: number): boolean {
    return (mark & KEPT) !== 0 || this.request.isGone(source)
  }

  /** Rows of logs that were just read, into the list. */
  private addFresh(isMerged: (thread: number, row: number) => boolean): void {
    const first = this.request.shards.length
    for (const [source, { thread, reading }] of this.request.fates) {
      const tail = reading.firstRow + reading.whole.rows
      const end = tail + reading.tail.rows
      const { at } = this.tables[first + thread]!.numbers
      for (let row = reading.firstRow; row < end; row++) {
        const mark = (row >= tail ? TAIL : 0) + (isMerged(thread, row) ? MERGED : 0)
        this.list.add(first + thread, row, source, mark)
        this.months.add(this.monthOf(at[row]!))
      }
    }
  }

  /** Nothing new belongs to anything stored: what was merged stays merged, and the new rows are merged among themselves. */
  private mergeFresh(): Pick<Manifest, 'merged'> & { inherited: readonly InheritedEntry[] } {
    const { shards, threads, manifest, dedupe } = this.request
    for (const [shard, { shard: about, stored }] of shards.entries()) {
      const dropped = this.dropped[shard]!
      for (let row = 0; row < stored.table.size; row++) {
        if (dropped[row] === 1) continue
        const old = stored.marks[row]!
        const source = stored.sources[row]!
        const only = (old & STANDS) !== 0 ? old & ONLY : this.isOnly(source, old) ? ONLY : 0
        const mark = (old & ~ONLY) + only
        if (mark !== old) this.months.add(about.month)
        this.list.add(shard, row, source, mark)
      }
    }
    const tables = threads.map(({ table }) => table)
    const { isMerged, entries, merged, inherited } = dedupe(tables, this.unusedRows())
    this.addFresh((thread, row) => isMerged[thread]![row] === 1)
    this.addStanding(entries, () => false)
    const sum = {
      blocks: manifest.merged.blocks + merged.blocks,
      copies: manifest.merged.copies + merged.copies,
      sidechains: manifest.merged.sidechains + merged.sidechains,
    }
    return { merged: sum, inherited }
  }

  /** Rows of readings that do not count (another process was quicker) are left out. */
  private unusedRows(): Uint8Array[] {
    const isOut = this.request.threads.map(({ table }) => new Uint8Array(table.size).fill(1))
    for (const { thread, reading } of this.request.fates.values()) {
      const end = reading.firstRow + reading.whole.rows + reading.tail.rows
      isOut[thread]!.fill(0, reading.firstRow, end)
    }
    return isOut
  }

  private mergeAll(): Pick<Manifest, 'merged'> & { inherited: readonly InheritedEntry[] } {
    const { shards, dedupe } = this.request
    for (const [shard, { stored, shard: about }] of shards.entries()) {
      for (let row = 0; row < stored.table.size; row++) {
        if ((stored.marks[row]! & STANDS) === 0) continue
        this.dropped[shard]![row] = 1
        this.months.add(about.month)
      }
    }
    const { isMerged, entries, merged, inherited } = dedupe(this.tables, [...this.dropped, ...this.unusedRows()])
    const live = new Set<number>()
    for (const [shard, { stored, shard: about }] of shards.entries()) {
      const dropped = this.dropped[shard]!
      for (let row = 0; row < stored.table.size; row++) {
        if (dropped[row] === 1) continue
        const old = stored.marks[row]!
        const source = stored.sources[row]!
        const isOnly = this.isOnly(source, old)
        const mark = (old & ~(ONLY | MERGED)) + (isOnly ? ONLY : 0) + (isMerged[shard]![row] === 1 ? MERGED : 0)
        if (mark !== old) this.months.add(about.month)
        if (!isOnly) live.add(stored.table.numbers.messageId[row]!)
        this.list.add(shard, row, source, mark)
      }
    }
    this.addFresh((thread, row) => {
      live.add(this.tables[shards.length + thread]!.numbers.messageId[row]!)
      return isMerged[shards.length + thread]![row] === 1
    })
    this.addStanding(entries, id => !live.has(id))
    return { merged, inherited }
  }

  private addStanding(entries: readonly UsageEntry[], isOnly: (messageId: number) => boolean): void {
    if (entries.length === 0) return
    const writer = new EntryWriter()
    for (const entry of entries) writer.add(entry)
    const table = writer.table()
    const place = this.tables.push(table) - 1
    for (let row = 0; row < table.size; row++) {
      const mark = STANDS + (isOnly(table.numbers.messageId[row]!) ? ONLY : 0)
      this.list.add(place, row, NO_SOURCE, mark)
      this.months.add(this.monthOf(table.numbers.at[row]!))
    }
  }
}
