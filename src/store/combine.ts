/** What is stored and what was just read, as one: which rows stay, which are new, which are known from the history alone. */
import type { InheritedEntry, UsageEntry } from '../core/entry.ts'
import { type EntryTable, EntryWriter } from '../core/entry-table.ts'
import type { SourceReading, ThreadReading } from '../core/reading.ts'
import { movesBeginnings } from './beginnings.ts'
import { type Leaving, leave, rowsOf } from './leave.ts'
import type { Manifest, Shard } from './manifest.ts'
import { isOnly, MERGED, monthNumbers, NO_SOURCE, ONLY, RowList, STANDS, type StoredRows, TAIL } from './rows.ts'

/** What becomes of the stored rows of a source that was read. */
export interface Fate {
  /**
   * `append`: all but those of the tail stay. `replace`: those that the reading does not cover are kept as history. `renew`: so too, but what the
   * reading knows of a row is right. `merge`: they just stay. `drop`: none stays. What is history already stays in any case, unless it is covered.
   */
  readonly kind: 'append' | 'replace' | 'renew' | 'merge' | 'drop'
  readonly thread: number
  readonly reading: SourceReading
}

interface Merged {
  readonly isMerged: readonly Uint8Array[]
  readonly entries: readonly UsageEntry[]
  readonly merged: Manifest['merged']
  readonly inherited: readonly InheritedEntry[]
}

/** How rows of a response are found and merged; `ingest` knows the rules. */
export type Dedupe = (tables: readonly EntryTable[], isOut: readonly Uint8Array[]) => Merged

export interface CombineRequest {
  readonly manifest: Manifest
  readonly shards: readonly { readonly shard: Shard; readonly stored: StoredRows }[]
  readonly threads: readonly ThreadReading[]
  /** By number of the source; of those that were read. */
  readonly fates: ReadonlyMap<number, Fate>
  readonly isGone: (source: number) => boolean
  readonly dedupe: Dedupe
  /** 1 for rows that go whatever became of their logs, by shard. */
  readonly forgotten?: readonly Uint8Array[] | undefined
}

export interface Combined {
  /** Those of the shards, those of the threads, and one of rows that stand for others. */
  readonly tables: readonly EntryTable[]
  /** All rows, those of shards that stay as they are included. */
  readonly list: RowList
  /** Months (UTC) whose shard has to be written anew. */
  readonly months: ReadonlySet<number>
  /** Numbers of logs that were read and have rows that they do not hold any more. */
  readonly kept: ReadonlySet<number>
  readonly merged: Manifest['merged']
  /** Undefined: as before. */
  readonly inherited: { readonly isWhole: boolean; readonly list: readonly InheritedEntry[] }
}

export const combine = (request: CombineRequest): Combined => new Combination(request).run()

class Combination {
  private readonly list = new RowList()
  private readonly months: Set<number>
  private readonly monthOf = monthNumbers()
  private readonly tables: EntryTable[]
  private readonly dropped: readonly Uint8Array[]
  private readonly leaving: Leaving

  constructor(private readonly request: CombineRequest) {
    this.tables = [...request.shards.map(({ stored }) => stored.table), ...request.threads.map(({ table }) => table)]
    this.leaving = leave(request)
    this.dropped = this.leaving.dropped
    this.months = new Set(this.leaving.months)
  }

  run(): Combined {
    const fresh = this.mergedFresh()
    const { merged, inherited } = fresh ? this.addMerged(fresh) : this.mergeAll()
    const isAnew = fresh === undefined
    return {
      tables: this.tables,
      list: this.list,
      months: this.months,
      kept: this.leaving.kept,
      merged,
      inherited: { isWhole: isAnew, list: inherited },
    }
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
    return isOnly(source, mark, this.request.isGone)
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

  /** The new rows merged among themselves; undefined where that does not do. */
  private mergedFresh(): Merged | undefined {
    const { shards, threads, fates, dedupe } = this.request
    if (this.leaving.isMergingBroken || this.hasKnownIds()) return undefined
    const tables = threads.map(({ table }) => table)
    const fresh = dedupe(tables, this.unusedRows())
    if (shards.length === 0) return fresh
    const rows = [...fates.values()].flatMap(({ thread, reading }) =>
      rowsOf(tables[thread]!, reading).map(ref => ({ ...ref, isMerged: fresh.isMerged[thread]![ref.row] === 1 })),
    )
    // Whose copies they are shows only in all that is known of their sessions.
    const stored = shards.map(shard => shard.stored)
    return fresh.merged.copies > 0 || movesBeginnings(stored, this.dropped, rows) ? undefined : fresh
  }

  /** Nothing new belongs to anything stored: what was merged stays merged. */
  private addMerged(fresh: Merged): Pick<Manifest, 'merged'> & { inherited: readonly InheritedEntry[] } {
    const { shards, manifest } = this.request
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
    const { isMerged, entries, merged, inherited } = fresh
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
