/** Which stored rows go when logs were read anew: what a reading covers, and what turned up elsewhere. */
import type { EntryTable } from '../core/entry-table.ts'
import type { SourceReading } from '../core/reading.ts'
import type { CombineRequest } from './combine.ts'
import { type RowRef, uncovered } from './cover.ts'
import { isOnly, KEPT, MERGED, TAIL } from './rows.ts'

export interface Leaving {
  /** 1 for rows that go, by shard. */
  readonly dropped: readonly Uint8Array[]
  /** Months (UTC) with rows that go or became history. */
  readonly months: ReadonlySet<number>
  /** Numbers of logs that were read and have rows that they do not hold any more. */
  readonly kept: ReadonlySet<number>
  /** Whether a row that others were merged with goes: then all merging is done anew. */
  readonly isMergingBroken: boolean
}

interface StoredRef extends RowRef {
  readonly shard: number
}

/** The rows of a reading. */
export const rowsOf = (table: EntryTable, { firstRow, whole, tail }: SourceReading): RowRef[] =>
  Array.from({ length: whole.rows + tail.rows }, (_, i) => ({ table, row: firstRow + i }))

const isNameless = ({ table, row }: RowRef): boolean => table.numbers.messageId[row] === 0

/** Decides, and marks as history what its log does not hold any more. */
export const leave = (request: CombineRequest): Leaving => new Decision(request).run()

class Decision implements Leaving {
  readonly dropped: readonly Uint8Array[]
  readonly months = new Set<number>()
  readonly kept = new Set<number>()
  isMergingBroken: boolean

  constructor(private readonly request: CombineRequest) {
    this.dropped = request.shards.map(({ stored }) => new Uint8Array(stored.table.size))
    this.isMergingBroken = request.manifest.isMended === true
  }

  run(): Leaving {
    this.dropForgotten()
    this.dropRows()
    this.dropMoved()
    return this
  }

  /** Rows that stood for others may have lost some of them, so all merging is done anew. */
  private dropForgotten(): void {
    for (const [shard, rows] of this.request.forgotten?.entries() ?? [])
      for (let row = 0; row < rows.length; row++) {
        if (rows[row] === 0) continue
        this.drop(shard, row)
        this.isMergingBroken = true
      }
  }

  /** Decides which stored rows go. */
  private dropRows(): void {
    const { shards, fates } = this.request
    if (fates.size === 0) return
    const compared = new Map<number, StoredRef[]>()
    for (const [shard, { stored }] of shards.entries()) {
      for (let row = 0; row < stored.table.size; row++) {
        const source = stored.sources[row]!
        const fate = fates.get(source)
        if (!fate) continue
        const mark = stored.marks[row]!
        const isKept = (mark & KEPT) !== 0
        if (!isKept && (fate.kind === 'drop' || (fate.kind === 'append' && (mark & TAIL) !== 0))) this.drop(shard, row)
        else if (isKept || fate.kind !== 'append') {
          const own = compared.get(source) ?? []
          own.push({ table: stored.table, row, shard })
          compared.set(source, own)
        }
      }
    }
    for (const [source, old] of compared) this.compare(source, old)
  }

  private compare(source: number, old: readonly StoredRef[]): void {
    const { fates, threads, shards } = this.request
    const { kind, thread, reading } = fates.get(source)!
    const fresh = rowsOf(threads[thread]!.table, reading)
    const isHistory = (ref: { shard: number; row: number }): boolean =>
      (shards[ref.shard]!.stored.marks[ref.row]! & KEPT) !== 0
    const left = new Set(uncovered(old, fresh, ref => kind === 'renew' && !isHistory(ref)))
    for (const ref of old) {
      if (!left.has(ref)) {
        this.drop(ref.shard, ref.row)
        continue
      }
      if (kind === 'merge' && !isHistory(ref)) continue
      const { shard, stored } = shards[ref.shard]!
      if (!isHistory(ref)) this.months.add(shard.month)
      stored.marks[ref.row]! |= KEPT
      this.kept.add(source)
    }
  }

  /** Rows without ids that were history and turn up in a log that is new: it was moved here. Those with ids are merged. */
  private dropMoved(): void {
    const { fates, threads, shards, manifest, isGone } = this.request
    const old: StoredRef[] = []
    for (const [shard, { stored }] of shards.entries()) {
      const { table, marks, sources } = stored
      for (let row = 0; row < table.size; row++) {
        if (table.numbers.messageId[row] !== 0 || this.dropped[shard]![row] === 1) continue
        if (isOnly(sources[row]!, marks[row]!, isGone)) old.push({ table, row, shard })
      }
    }
    if (old.length === 0) return
    const fresh = [...fates].flatMap(([source, { thread, reading }]) =>
      source < manifest.sources.length ? [] : rowsOf(threads[thread]!.table, reading).filter(isNameless),
    )
    const left = new Set(uncovered(old, fresh))
    for (const ref of old) if (!left.has(ref)) this.drop(ref.shard, ref.row)
  }

  private drop(shard: number, row: number): void {
    const { shard: about, stored } = this.request.shards[shard]!
    this.dropped[shard]![row] = 1
    this.months.add(about.month)
    if ((stored.marks[row]! & MERGED) !== 0) this.isMergingBroken = true
  }
}
