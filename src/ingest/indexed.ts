/**
 * Reads by way of the index: only what is new, and what agents have since deleted. Whatever goes wrong with the index, the answer is computed from
 * the logs; at worst it takes longer.
 */
import type { Agent } from '../agents/define.ts'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { ScanJob, SourceReading, ThreadReading } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import { type Combined, combine } from '../store/combine.ts'
import { assign } from '../store/fates.ts'
import { type Manifest, type Notes, noNotes, type Shard } from '../store/manifest.ts'
import { nextState } from '../store/next.ts'
import { monthNumbers } from '../store/rows.ts'
import type { StoredSource } from '../store/sources.ts'
import { Comparison, type ReaderFacts } from '../store/standing.ts'
import { type NextState, Store, StoreFault } from '../store/store.ts'
import { dedupe } from './dedupe.ts'
import { Pool } from './pool.ts'
import { marksOf } from './scan.ts'

export interface IndexRequest {
  readonly titles: boolean
  /** Entries before this instant (epoch ms) are not asked for; undefined: all are. */
  readonly from: number | undefined
  /** Whether notes will be asked for: what is wrong with them has to show while it can be mended. */
  readonly needsNotes: boolean
  /** Whether the sums of a shard are known, so that its rows are not asked for. Left out: no. */
  readonly isSummed?: ((file: string) => boolean) | undefined
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
  /** The shards whose rows are left out, because their sums are known. */
  readonly summed: readonly Shard[]
  /** The tables of `rows` that hold them all the same. */
  readonly summedTables: readonly number[]
  /** All shards asked for, if what was read is stored. */
  readonly shards: readonly Shard[] | undefined
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
    let unlock: (() => void) | undefined
    try {
      const manifest = store.manifest()
      if (manifest.number > 0) return new IndexedReading(host, agents, diagnostics, request, store, manifest)
      // Of many that begin with nothing, one reads, and the others wait for what it finds.
      unlock = store.lockFirst()
      const reading = new IndexedReading(host, agents, diagnostics, request, store, store.manifest())
      reading.unlock = unlock
      return reading
    } catch (error) {
      unlock?.()
      explain(error, store, diagnostics)
      return undefined
    }
  }

  private compareWith(manifest: Manifest): Comparison {
    return new Comparison(
      this.host,
      manifest,
      this.request.titles,
      (path, position, headLength) => this.marksAt(path, position, headLength),
      () => this.statesOf(manifest),
    )
  }

  private statesOf(manifest: Manifest): Buffer | undefined {
    try {
      return this.store.states(manifest)
    } catch (error) {
      explain(error, this.store, this.diagnostics)
      return undefined // the logs are read whole, and `finish` mends it
    }
  }

  private marksAt(path: string, position: number, headLength: number) {
    try {
      const reader = this.host.open(path)
      try {
        return marksOf(reader, position, headLength)
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
  async finish(
    threads: readonly ThreadReading[],
    isInScope: (source: StoredSource) => boolean,
  ): Promise<Known | undefined> {
    try {
      let all = threads
      for (let tries = 1; ; tries++) {
        try {
          if (this.comparison.isSettled(this.comparison.gone(isInScope))) return this.settled(isInScope)
          return await this.changed(all, isInScope)
        } catch (error) {
          if (!(error instanceof StoreFault) || error.fault === 'newer' || tries === MOST_TRIES) throw error
          // Others have gone on since, or something was damaged.
          all = await this.startAnew(all, this.store.mended(this.store.manifest()))
        }
      }
    } catch (error) {
      explain(error, this.store, this.diagnostics)
      return undefined
    } finally {
      this.unlock?.()
    }
  }

  private settled(isInScope: (source: StoredSource) => boolean): Known {
    const { manifest, found } = this.comparison
    const { from } = this.request
    const present = new Set(found.flatMap(one => one.number ?? []))
    // What another home's logs were merged with shows only in all rows.
    const needsAll = from === undefined || hasForeign(manifest.sources, present, isInScope)
    const first = needsAll ? 0 : monthNumbers()(from)
    const shards = manifest.shards.filter(shard => shard.month >= first)
    const isSummed = this.summedTest(isInScope)
    const notes = this.request.needsNotes ? this.store.notes(manifest) : undefined
    return {
      manifest,
      rows: shards.filter(shard => !isSummed(shard)).map(shard => ({ shard, stored: this.store.rows(shard) })),
      summed: shards.filter(isSummed),
      summedTables: [],
      shards,
      notes: () => notes ?? this.lateNotes(manifest),
      isInScope,
      present,
      failures: [],
    }
  }

  /** Whether a shard's sums do: not where rows of another home have to be told apart. */
  private summedTest(isInScope: (source: StoredSource) => boolean): (shard: Shard) => boolean {
    const { manifest, found } = this.comparison
    const present = new Set(found.flatMap(one => one.number ?? []))
    const { isSummed } = this.request
    if (!isSummed || hasForeign(manifest.sources, present, isInScope)) return () => false
    return shard => isSummed(shard.file)
  }

  private lateNotes(manifest: Manifest): Notes {
    try {
      return this.store.notes(manifest)
    } catch (error) {
      explain(error, this.store, this.diagnostics)
      return noNotes
    }
  }

  private async changed(
    threads: readonly ThreadReading[],
    isInScope: (source: StoredSource) => boolean,
  ): Promise<Known> {
    this.unlock ??= this.store.lock(LOCK_MS)
    let all = threads
    for (let tries = 1; ; tries++) {
      if (!this.store.isLatest(this.comparison.manifest)) all = await this.startAnew(all, this.store.manifest())
      const known = this.combined(all, isInScope)
      if (known.next === undefined) return { ...known, shards: this.comparison.manifest.shards }
      if (tries === MOST_TRIES || this.save(known.next)) return { ...known, shards: this.store.saved }
    }
  }

  /** Holds the logs against what another process has written meanwhile; only where that goes from elsewhere is a log read once more. */
  private async startAnew(threads: readonly ThreadReading[], manifest: Manifest): Promise<readonly ThreadReading[]> {
    const old = this.comparison
    this.comparison = this.compareWith(manifest)
    const fresh = new Pool(this.host, this.agents, { detail: 'counts', isResumable: true })
    for (const { source, facts, number } of old.found) {
      const job = this.comparison.look(source, facts)
      if (!job) continue
      const before = number === undefined ? undefined : old.manifest.sources[number]
      const now = this.comparison.storedOf(source)
      if (JSON.stringify(before) !== JSON.stringify(now)) fresh.add(job)
    }
    return [...threads, ...(await fresh.read())]
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
    const isSummed = this.summedTest(isInScope)
    const { titles } = this.request
    const next = nextState({ manifest, found, fates, gone, combined, notes, states, titles })
    const isSpared = (shard: Shard): boolean => !combined.months.has(shard.month) && isSummed(shard)
    const isNew =
      fates.size > 0 ||
      combined.months.size > 0 ||
      manifest.isMended === true ||
      isDifferent(manifest.sources, next.manifest.sources)
    return {
      manifest: next.manifest,
      rows: combined,
      notes: () => next.notes ?? notes,
      isInScope,
      present,
      failures,
      summed: manifest.shards.filter(isSpared),
      summedTables: [...manifest.shards.keys()].filter(t => isSpared(manifest.shards[t]!)),
      shards: undefined,
      next: isNew ? next : undefined,
    }
  }

  /** True when there is nothing more to try. */
  private save(next: NextState): boolean {
    if (!this.unlock) return true // others write; this answer is right all the same, and the next run will save it
    try {
      return this.store.save(this.comparison.manifest, next)
    } catch (error) {
      this.store.sayUnsaved(error)
      return true
    }
  }
}

const isDifferent = (a: readonly StoredSource[], b: readonly StoredSource[]): boolean =>
  a.length !== b.length || a.some((source, i) => source !== b[i] && JSON.stringify(source) !== JSON.stringify(b[i]))

/** A fault of the index is said, not thrown; what is not one goes up. */
const explain = (error: unknown, store: Store, diagnostics: Diagnostics): void => {
  if (!(error instanceof StoreFault)) store.sayUnsaved(error)
  else if (error.fault === 'newer') diagnostics.add('index-not-saved', { path: store.folder, reason: 'newer version' })
}

/** Whether logs of another home are known. */
const hasForeign = (
  sources: readonly StoredSource[],
  present: ReadonlySet<number>,
  isInScope: (source: StoredSource) => boolean,
): boolean => sources.some((source, number) => source.path !== '' && !present.has(number) && !isInScope(source))
