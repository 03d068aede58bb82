/**
 * Reads by way of the index: only what is new, and what agents have since deleted. Whatever goes wrong with the index, the answer is computed from
 * the logs; at worst it takes longer.
 */
import type { Agent } from '../agents/define.ts'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { ScanJob, SourceReading, ThreadReading } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import { type Combined, combine, type Fate } from '../store/combine.ts'
import type { Manifest, Notes } from '../store/manifest.ts'
import { nextState } from '../store/next.ts'
import { monthNumbers } from '../store/rows.ts'
import type { StoredSource } from '../store/sources.ts'
import { Comparison, type Found, type ReaderFacts } from '../store/standing.ts'
import { type NextState, Store, StoreFault } from '../store/store.ts'
import { dedupe } from './dedupe.ts'
import { headOf, scan } from './scan.ts'

export interface IndexRequest {
  readonly titles: boolean
  /** Entries before this instant (epoch ms) are not asked for; undefined: all are. */
  readonly from: number | undefined
}

type Loaded = Parameters<typeof combine>[0]['shards']

/** Everything that is known, new readings included; what of it counts is for the view to say (view.ts). */
export interface Known {
  readonly manifest: Omit<Manifest, 'number' | 'shards' | 'statesFile' | 'notesFile'>
  /** All rows, or those of the months asked for. */
  readonly rows: Pick<Combined, 'tables' | 'list'> | Loaded
  readonly notes: () => Notes
  /** Whether a stored log would be found if it were there. */
  readonly isInScope: (source: StoredSource) => boolean
  /** Numbers of the logs that are there. */
  readonly present: ReadonlySet<number>
  readonly failures: readonly SourceReading[]
}

/** How long a reading waits for another process that is just writing. */
const LOCK_MS = 5000

/** How often a reading starts anew because others write all the time. */
const MOST_TRIES = 4

export class IndexedReading {
  private comparison: Comparison
  private unlock: (() => void) | undefined

  private constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
    private readonly diagnostics: Diagnostics,
    private readonly request: IndexRequest,
    private readonly store: Store,
    manifest: Manifest,
  ) {
    this.comparison = this.compareWith(manifest)
  }

  /** Undefined where there is an index that this version cannot work with. */
  static open(
    host: Host,
    agents: readonly Agent[],
    diagnostics: Diagnostics,
    request: IndexRequest,
  ): IndexedReading | undefined {
    const store = new Store(host, diagnostics)
    try {
      const manifest = store.manifest()
      if (manifest.number > 0) return new IndexedReading(host, agents, diagnostics, request, store, manifest)
      // Of many that begin with nothing, one reads, and the others wait for what it finds.
      const unlock = store.lockFirst()
      const reading = new IndexedReading(host, agents, diagnostics, request, store, store.manifest())
      reading.unlock = unlock
      return reading
    } catch (error) {
      explain(error, store.folder, diagnostics)
      return undefined
    }
  }

  private compareWith(manifest: Manifest): Comparison {
    return new Comparison(
      this.host,
      manifest,
      this.request.titles,
      (path, length) => this.headAt(path, length),
      () => this.store.states(manifest),
    )
  }

  private headAt(path: string, length: number) {
    try {
      const reader = this.host.open(path)
      try {
        return headOf(reader, length)
      } finally {
        reader.close()
      }
    } catch {
      return undefined // not to be opened now: reading it will say why
    }
  }

  /** What there is to read of a source. */
  look(source: LogSource, facts: ReaderFacts): ScanJob | undefined {
    return this.comparison.look(source, facts)
  }

  /** Puts what was read to what is stored, and saves it. Undefined where that failed: then everything has to be read without the index. */
  finish(threads: readonly ThreadReading[], isInScope: (source: StoredSource) => boolean): Known | undefined {
    try {
      const gone = this.comparison.gone(isInScope)
      if (this.comparison.isSettled(gone)) return this.settled(isInScope)
      return this.changed(threads, isInScope)
    } catch (error) {
      explain(error, this.store.folder, this.diagnostics)
      return undefined
    } finally {
      this.unlock?.()
    }
  }

  private settled(isInScope: (source: StoredSource) => boolean): Known {
    const { manifest, found } = this.comparison
    const first = this.request.from === undefined ? 0 : monthNumbers()(this.request.from)
    const shards = manifest.shards.filter(shard => shard.month >= first)
    return {
      manifest,
      rows: shards.map(shard => ({ shard, stored: this.store.rows(shard) })),
      notes: () => this.store.notes(manifest),
      isInScope,
      present: new Set(found.flatMap(one => one.number ?? [])),
      failures: [],
    }
  }

  private changed(threads: readonly ThreadReading[], isInScope: (source: StoredSource) => boolean): Known {
    this.unlock ??= this.store.lock(LOCK_MS)
    let all = threads
    for (let tries = 1; ; tries++) {
      if (!this.store.isLatest(this.comparison.manifest)) all = this.startAnew(all)
      const known = this.combined(all, isInScope)
      if (known.next === undefined || tries === MOST_TRIES || this.save(known.next)) return known
    }
  }

  /** Holds the logs against what another process has written meanwhile; only where that goes from elsewhere is a log read once more. */
  private startAnew(threads: readonly ThreadReading[]): readonly ThreadReading[] {
    const old = this.comparison
    this.comparison = this.compareWith(this.store.manifest())
    const fresh: ScanJob[] = []
    for (const { source, facts, number } of old.found) {
      const job = this.comparison.look(source, facts)
      if (!job) continue
      const before = number === undefined ? undefined : old.manifest.sources[number]
      const now = this.comparison.storedOf(source)
      if (JSON.stringify(before) !== JSON.stringify(now)) fresh.push(job)
    }
    if (fresh.length === 0) return threads
    return [...threads, scan(this.host, this.agents, fresh, { detail: 'counts', isResumable: true })]
  }

  private combined(
    threads: readonly ThreadReading[],
    isInScope: (source: StoredSource) => boolean,
  ): Known & { readonly next: NextState | undefined } {
    const { manifest } = this.comparison
    const shards = manifest.shards.map(shard => ({ shard, stored: this.store.rows(shard) }))
    const gone = new Set(this.comparison.gone(isInScope))
    const { fates, found, failures } = assign(this.comparison, threads, gone)
    const present = new Set(found.map(one => one.number))
    const isGone = (source: number): boolean =>
      gone.has(source) || (!present.has(source) && manifest.sources[source]?.isGone === true)
    const combined = combine({ manifest, shards, threads, fates, isGone, dedupe })
    const notes = this.store.notes(manifest)
    const states = this.store.states(manifest)
    const { titles } = this.request
    const next = nextState({ manifest, found, fates, gone, combined, notes, states, titles })
    const isNew = fates.size > 0 || combined.months.size > 0 || isDifferent(manifest.sources, next.manifest.sources)
    return {
      manifest: next.manifest,
      rows: combined,
      notes: () => next.notes ?? notes,
      isInScope,
      present,
      failures,
      next: isNew ? next : undefined,
    }
  }

  /** True when there is nothing more to try. */
  private save(next: NextState): boolean {
    if (!this.unlock) return true // others write; this answer is right all the same, and the next run will save it
    try {
      return this.store.save(this.comparison.manifest, next)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      this.diagnostics.add('index-not-saved', { path: this.store.folder, reason: String(error.code) })
      return true
    }
  }
}

const isDifferent = (a: readonly StoredSource[], b: readonly StoredSource[]): boolean =>
  a.length !== b.length || a.some((source, i) => source !== b[i] && JSON.stringify(source) !== JSON.stringify(b[i]))

/** A fault of the index is said, not thrown; what is not one goes up. */
const explain = (error: unknown, folder: string, diagnostics: Diagnostics): void => {
  if (error instanceof StoreFault) {
    if (error.fault === 'newer') diagnostics.add('index-not-saved', { path: folder, reason: 'newer version' })
    return
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    diagnostics.add('index-not-saved', { path: folder, reason: error.code })
    return
  }
  throw error
}

interface Assigned {
  readonly fates: ReadonlyMap<number, Fate>
  /** The logs that are there and known, each with its number. */
  readonly found: readonly (Found & { readonly number: number })[]
  readonly failures: readonly SourceReading[]
}

/** Says what becomes of the stored rows of each source that was read. `gone` loses the logs that were only moved. */
const assign = (comparison: Comparison, threads: readonly ThreadReading[], gone: Set<number>): Assigned => {
  const { manifest } = comparison
  const read = new Map<string, { readonly thread: number; readonly reading: SourceReading }>()
  for (const [thread, { readings }] of threads.entries())
    for (const reading of readings) read.set(comparison.keyOf(reading.source), { thread, reading })
  const fates = new Map<number, Fate>()
  const found: (Found & { readonly number: number })[] = []
  const failures: SourceReading[] = []
  let next = manifest.sources.length
  for (const one of comparison.found) {
    const own = one.standing === 'same' ? undefined : read.get(comparison.keyOf(one.source))
    if (own?.reading.failure !== undefined) failures.push(own.reading)
    const isRead = own !== undefined && own.reading.failure === undefined
    const moved = isRead && one.number === undefined ? movedFrom(manifest, own.reading, gone) : undefined
    if (moved !== undefined) gone.delete(moved)
    const number = one.number ?? moved ?? (isRead ? next++ : undefined)
    if (number === undefined) continue
    found.push({ ...one, number })
    if (isRead) fates.set(number, { ...own, kind: kindOf(one, manifest.sources[number], moved !== undefined) })
  }
  return { fates, found, failures }
}

const kindOf = (
  { standing, source, facts }: Found,
  stored: StoredSource | undefined,
  isMoved: boolean,
): Fate['kind'] => {
  if (standing === 'grown') return stored?.kind === 'database' ? 'merge' : 'append'
  if (!stored || isMoved) return 'replace'
  // What a newer reader makes of the very same log is right; what it leaves out was wrong.
  return stored.version !== facts.version && source.size >= stored.bytes ? 'drop' : 'replace'
}

/** The number of a log that lay elsewhere: it begins with the same bytes, and is no longer than this one. */
const movedFrom = (manifest: Manifest, reading: SourceReading, gone: ReadonlySet<number>): number | undefined => {
  const { head, bytes, source } = reading
  if (!head || head.length === 0) return undefined
  for (const number of gone) {
    const stored = manifest.sources[number]!
    const isAlike = stored.head.hash === head.hash && stored.head.length === head.length
    if (isAlike && stored.agent === source.agent && bytes >= stored.bytes) return number
  }
  return undefined
}
