/**
 * What is known when following begins, from the index: the rows of the last days with the logs they come from, month by month everything before,
 * and where reading of large logs may go on.
 */
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import { EntryRow, noCosts } from '../core/entry-row.ts'
import { type EntryTable, EntryWriter, entryAt } from '../core/entry-table.ts'
import type { Checkpoint, Head } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import { isOnly, MERGED, monthNumbers, ONLY, STANDS, type StoredRows, TAIL } from '../store/rows.ts'
import { keyOf, type StoredSource } from '../store/sources.ts'
import { Store, StoreFault } from '../store/store.ts'
import { type AgentLook, scopeTest } from './discover.ts'

export interface BaseRequest {
  /** Epoch ms: the beginning of what is followed. */
  readonly from: number
  /** Whether rows count that no log holds any more. */
  readonly history: boolean
  readonly looks: readonly AgentLook[]
}

/** Rows with, for each, its log by `keyOf` and whether it was found behind the last whole line. */
export interface BaseRows {
  readonly table: EntryTable
  readonly keys: readonly string[]
  readonly isTail: readonly boolean[]
}

/** Where to go on with a log, and what tells whether it is still the same. */
export interface Standstill {
  readonly checkpoint: Checkpoint
  readonly inode: number
  readonly head: Head | undefined
  readonly end: number | undefined
}

/** Logs from this size on, and databases, are not read whole where the index knows how to go on. */
const LARGE_BYTES = 50 * 1024 * 1024

/** The index as it is when following begins. What cannot be read of it is as if it had never been there: then logs are read instead. */
export class FollowBase {
  private readonly store: Store
  private readonly manifest: ReturnType<Store['manifest']> | undefined
  private readonly isForeign: readonly boolean[]
  private readonly current = new Map<string, StoredSource>()

  constructor(
    host: Host,
    private readonly request: BaseRequest,
    /** As they were found before the index was brought up to date: of one that was written to since, it may be ahead. */
    sources: readonly LogSource[],
    diagnostics: Diagnostics,
  ) {
    this.store = new Store(host, diagnostics)
    this.manifest = orNothing(() => this.store.manifest())
    const stored = this.manifest?.sources ?? []
    const isInScope = scopeTest(request.looks)
    this.isForeign = stored.map(source => !isInScope(source))
    const found = new Map(sources.map(source => [keyOf(source), source]))
    for (const known of stored) {
      const source = found.get(keyOf(known))
      if (source && isCurrent(known, source)) this.current.set(keyOf(known), known)
    }
  }

  /** Whether the index holds all of a log, as it was found. */
  holds(source: LogSource): boolean {
    return this.current.has(keyOf(source))
  }

  /** Rows since `from`, of which those of one response are not merged. Undefined where they cannot be read. */
  rows(): BaseRows | undefined {
    return orNothing(() => {
      const writer = new EntryWriter()
      const keys: string[] = []
      const isTail: boolean[] = []
      const month = monthNumbers()(this.request.from)
      for (const shard of this.manifest?.shards ?? []) {
        if (shard.month < month) continue
        const { table, marks, sources } = this.store.rows(shard)
        for (let row = 0; row < table.size; row++) {
          if (!this.isRaw(marks[row]!, sources[row]!) || table.numbers.at[row]! < this.request.from) continue
          writer.add(entryAt(table, row))
          const source = this.manifest?.sources[sources[row]!]
          keys.push(source ? keyOf(source) : '')
          isTail.push((marks[row]! & TAIL) !== 0)
        }
      }
      return { table: writer.table(), keys, isTail }
    })
  }

  private isRaw(mark: number, source: number): boolean {
    if ((mark & STANDS) !== 0 || this.isForeign[source] !== false) return false
    return this.request.history || !isOnly(source, mark, number => this.manifest?.sources[number]?.isGone === true)
  }

  /** Rows from before `from` that stand for a response, month by month, the oldest first; without cost. */
  *older(): Iterable<EntryRow[]> {
    const { from } = this.request
    const month = monthNumbers()(from)
    const shards = [...(this.manifest?.shards ?? [])].sort((a, b) => a.month - b.month)
    for (const shard of shards) {
      if (shard.month > month) return
      const stored = orNothing(() => this.store.rows(shard))
      if (stored) yield this.standing(stored, from)
    }
  }

  private standing({ table, marks, sources }: StoredRows, before: number): EntryRow[] {
    const costs = noCosts(table)
    const rows: EntryRow[] = []
    for (let row = 0; row < table.size; row++) {
      const mark = marks[row]!
      if ((mark & MERGED) !== 0 || table.numbers.at[row]! >= before) continue
      if (!this.request.history && (mark & ONLY) !== 0) continue
      if ((mark & STANDS) !== 0 || this.isForeign[sources[row]!] === false) rows.push(new EntryRow(table, costs, row))
    }
    return rows
  }

  /** By `keyOf`. */
  standstills(): ReadonlyMap<string, Standstill> {
    const large = [...this.current].filter(([, known]) => isLarge(known))
    const states = large.length > 0 ? orNothing(() => this.manifest && this.store.states(this.manifest)) : undefined
    if (!states) return new Map()
    return new Map(
      large.map(([key, { position, lines, stateAt, stateSize, inode, head, end }]) => {
        const state = states.toString('utf8', stateAt, stateAt + stateSize)
        return [key, { checkpoint: { position, lines, state }, inode, head, end }] as const
      }),
    )
  }
}

const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (error instanceof StoreFault) return undefined // damaged, or written by a newer version
    throw error
  }
}

const isLarge = ({ kind, size, stateSize }: StoredSource): boolean =>
  stateSize > 0 && (kind === 'database' || (kind === 'lines' && size >= LARGE_BYTES))

const isCurrent = (known: StoredSource, { size, mtimeMs, inode }: LogSource): boolean =>
  known.size === size && known.mtimeMs === mtimeMs && known.inode === inode
