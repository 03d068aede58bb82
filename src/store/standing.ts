/** How the logs that are there stand to those that are stored. */
import type { LogSource } from '../core/entry.ts'
import type { Head, ScanJob } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import type { Manifest } from './manifest.ts'
import { besideOf, keyOf, type Standing, type StoredSource } from './sources.ts'

/** What the caller knows about the reader of a source. */
export interface ReaderFacts {
  /** The agent's version. */
  readonly version: number
  /** The home and the root variable of the time, in one text. */
  readonly scope: string
}

export interface Found {
  readonly source: LogSource
  readonly facts: ReaderFacts
  readonly standing: Standing
  /** Its number, where it is stored. */
  readonly number: number | undefined
  readonly beside: number
}

/** Compares what is found with a state of the index. */
export class Comparison {
  readonly found: Found[] = []
  private readonly numbers = new Map<string, number>()
  private readonly seen = new Set<number>()
  private states: Buffer | undefined

  constructor(
    private readonly host: Host,
    readonly manifest: Manifest,
    /** Whether titles are wanted that were left out before. */
    private readonly wantsTitles: boolean,
    private readonly headOf: (path: string, length: number) => Head | undefined,
    private readonly readStates: () => Buffer,
  ) {
    for (const [number, source] of manifest.sources.entries())
      if (source.path !== '') this.numbers.set(keyOf(source), number)
  }

  /** What there is to read of a source; undefined when it is as it was. */
  look(source: LogSource, facts: ReaderFacts): ScanJob | undefined {
    const number = this.numbers.get(keyOf(source))
    const stored = number === undefined ? undefined : this.manifest.sources[number]
    const beside = besideOf(source, path => this.stampOf(path))
    const standing = stored ? this.compare(source, stored, beside, facts) : 'new'
    if (number !== undefined) this.seen.add(number)
    this.found.push({ source, facts, standing, number, beside })
    if (standing === 'same') return undefined
    return standing === 'grown' && stored ? { source, from: this.checkpointOf(stored) } : { source }
  }

  private compare(source: LogSource, stored: StoredSource, beside: number, facts: ReaderFacts): Standing {
    if (stored.version !== facts.version || (stored.isUntitled && this.wantsTitles)) return 'changed'
    const isSame = source.size === stored.size && source.mtimeMs === stored.mtimeMs && source.inode === stored.inode
    if (isSame && stored.beside === beside) return 'same'
    if (stored.stateSize === 0) return 'changed'
    if (stored.kind === 'database') return 'grown'
    const isLonger = source.size >= stored.bytes && source.inode === stored.inode
    if (!isLonger || stored.beside !== beside) return 'changed'
    const head = this.headOf(source.path, stored.head.length)
    return head && head.hash === stored.head.hash && head.length === stored.head.length ? 'grown' : 'changed'
  }

  private checkpointOf({ position, lines, stateAt, stateSize }: StoredSource): ScanJob['from'] {
    this.states ??= this.readStates()
    return { position, lines, state: this.states.toString('utf8', stateAt, stateAt + stateSize) }
  }

  private stampOf(path: string): string {
    try {
      const stat = this.host.stat(path)
      return stat ? `${path} ${stat.size} ${stat.mtimeMs} ${stat.inode}` : path
    } catch {
      return path // unreadable is like absent: when that changes, so does the stamp
    }
  }

  /** What is stored of a source. */
  storedOf(source: LogSource): StoredSource | undefined {
    const number = this.numbers.get(keyOf(source))
    return number === undefined ? undefined : this.manifest.sources[number]
  }

  keyOf(source: LogSource): string {
    return keyOf(source)
  }

  /** Numbers of stored logs that were looked for and are not there. `isInScope` says whether a log would have been found. */
  gone(isInScope: (source: StoredSource) => boolean): number[] {
    return this.manifest.sources.flatMap((source, number) =>
      source.path !== '' && !this.seen.has(number) && isInScope(source) ? [number] : [],
    )
  }

  /** Whether nothing has to be read or written: all is as it was, and what is gone was gone before. */
  isSettled(gone: readonly number[]): boolean {
    const { sources } = this.manifest
    return (
      this.found.every(
        ({ standing, number }) => standing === 'same' && number !== undefined && !sources[number]!.isGone,
      ) && gone.every(number => sources[number]!.isGone)
    )
  }
}
