/** How the logs that are there stand to those that are stored. */
import type { LogSource } from '../core/entry.ts'
import type { Checkpoint, Head, ScanJob } from '../core/reading.ts'
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

/** What the beginning of a log, of `headLength` bytes, and the bytes before `position` are known by; undefined where it cannot be opened. */
export type MarksAt = (
  path: string,
  position: number,
  headLength: number,
) => { readonly head: Head; readonly end: number } | undefined

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
    /** Whether titles are stored. */
    private readonly titles: boolean,
    private readonly marksAt: MarksAt,
    /** Undefined where they cannot be read. */
    private readonly readStates: () => Buffer | undefined,
  ) {
    for (const [number, source] of manifest.sources.entries())
      if (source.path !== '') this.numbers.set(keyOf(source), number)
  }

  /** What there is to read of a source; undefined when it is as it was. */
  look(source: LogSource, facts: ReaderFacts): ScanJob | undefined {
    const number = this.numbers.get(keyOf(source))
    const stored = number === undefined ? undefined : this.manifest.sources[number]
    const beside = besideOf(source, path => this.stampOf(path))
    const compared = stored ? this.compare(source, stored, beside, facts) : 'new'
    const from = compared === 'grown' && stored ? this.checkpointOf(stored) : undefined
    const standing = compared === 'grown' && !from ? 'changed' : compared
    if (number !== undefined) this.seen.add(number)
    this.found.push({ source, facts, standing, number, beside })
    return standing === 'same' ? undefined : { source, from }
  }

  private compare(source: LogSource, stored: StoredSource, beside: number, facts: ReaderFacts): Standing {
    const isOutdated = stored.version !== facts.version || (stored.isUntitled && this.titles)
    const isSame = source.size === stored.size && source.mtimeMs === stored.mtimeMs && source.inode === stored.inode
    if (isSame && stored.beside === beside) return isOutdated ? 'outdated' : 'same'
    // Of what is not only added to, nobody can tell what went since.
    if (isOutdated && stored.kind !== 'lines') return 'outdated'
    if (stored.stateSize === 0) return 'changed'
    if (stored.kind === 'database') return 'grown'
    // A log of the same size that was written since holds something else.
    const isLonger = source.size > stored.size && source.inode === stored.inode && stored.beside === beside
    if (!isLonger || !this.goesOn(source.path, source.size, stored)) return 'changed'
    return isOutdated ? 'outdated' : 'grown'
  }

  /** Whether a log of `size` bytes begins with what is stored. */
  goesOn(path: string, size: number, stored: StoredSource): boolean {
    if (size < stored.bytes) return false
    const found = this.marksAt(path, stored.position, stored.head.length)
    return (
      found !== undefined &&
      found.end === stored.end &&
      found.head.hash === stored.head.hash &&
      found.head.length === stored.head.length
    )
  }

  private checkpointOf({ position, lines, stateAt, stateSize }: StoredSource): Checkpoint | undefined {
    this.states ??= this.readStates()
    return this.states && { position, lines, state: this.states.toString('utf8', stateAt, stateAt + stateSize) }
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

  /** Whether nothing has to be read or written: all is as it was, what is gone was gone before, and no titles have to go. */
  isSettled(gone: readonly number[]): boolean {
    const { sources, isMended } = this.manifest
    return (
      !isMended &&
      (this.titles || !holdsTitles(this.manifest)) &&
      this.found.every(
        ({ standing, number }) => standing === 'same' && number !== undefined && !sources[number]!.isGone,
      ) &&
      gone.every(number => sources[number]!.isGone)
    )
  }
}

/** Whether titles may be stored that are not wanted any more. */
export const holdsTitles = ({ sources }: Manifest): boolean =>
  sources.some(source => source.path !== '' && !source.isUntitled)
