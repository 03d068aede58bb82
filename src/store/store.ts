/** The index on disk: opening it, reading what is asked for, and putting a new state in its place. */
import { join } from 'node:path'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { Host } from '../host/host.ts'
import { type Fault, pack, unpack } from './container.ts'
import { indexFolder } from './folder.ts'
import { takeLock } from './lock.ts'
import {
  type Manifest,
  type Notes,
  noManifest,
  noNotes,
  packManifest,
  packNotes,
  type Shard,
  unpackManifest,
  unpackNotes,
} from './manifest.ts'
import { monthName, type StoredRows, unpackRows } from './rows.ts'

/** Files that no manifest names are litter once they are this old: somebody may be about to name younger ones. */
const LITTER_MS = 600_000

/** Older states are kept for those who are just reading them. */
const KEPT_MANIFESTS = 2

const MANIFEST = /^manifest-(\d+)$/

/** A state of the index that could not be read; the file was put aside, or belongs to a newer version. */
export class StoreFault extends Error {
  constructor(
    readonly fault: Fault | 'vanished',
    readonly path: string,
  ) {
    super(`${path}: ${fault}`)
  }
}

export class Store {
  readonly folder: string

  constructor(
    private readonly host: Host,
    private readonly diagnostics: Diagnostics,
  ) {
    this.folder = indexFolder(host)
  }

  /** The latest state; throws a StoreFault where it was written by a newer version. A damaged one is put aside, and the one before it counts. */
  manifest(): Manifest {
    const numbers = this.numbers()
    for (const number of numbers) {
      const path = this.path(`manifest-${number}`)
      const bytes = this.host.disk.read(path)
      if (!bytes) continue // an older one that was just removed
      const manifest = unpackManifest(bytes, number)
      if (manifest === 'newer') throw new StoreFault('newer', path)
      if (manifest !== 'damaged') return manifest
      this.setAside(`manifest-${number}`)
    }
    return { ...noManifest, number: numbers[0] ?? 0 }
  }

  /** Numbers of the states that are there, the latest first. */
  private numbers(): number[] {
    return this.host.disk
      .list(this.folder)
      .flatMap(name => MANIFEST.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a)
  }

  isLatest(manifest: Manifest): boolean {
    return (this.numbers()[0] ?? 0) === manifest.number
  }

  rows(shard: Shard): StoredRows {
    return this.open(shard.file, bytes => {
      const file = unpack(bytes)
      return typeof file === 'string' ? file : unpackRows(file)
    })
  }

  notes({ notesFile }: Manifest): Notes {
    return notesFile === undefined ? noNotes : this.open(notesFile, unpackNotes)
  }

  /** The states of all sources, one behind the other. */
  states({ statesFile }: Manifest): Buffer {
    if (statesFile === undefined) return Buffer.alloc(0)
    return this.open(statesFile, bytes => {
      const file = unpack(bytes)
      return typeof file === 'string' ? file : file.bytes('states')
    })
  }

  private open<T extends object>(name: string, read: (bytes: Buffer) => T | Fault): T {
    const bytes = this.host.disk.read(this.path(name))
    if (!bytes) throw new StoreFault('vanished', this.path(name))
    const found = read(bytes)
    if (typeof found !== 'string') return found
    if (found === 'damaged') this.setAside(name)
    throw new StoreFault(found, this.path(name))
  }

  /** Damage is never deleted: it may hold what nothing else does. */
  private setAside(name: string): void {
    const aside = this.path(`damaged-${this.host.now()}-${name}`)
    try {
      this.host.disk.rename(this.path(name), aside)
      this.diagnostics.add('index-damaged', { path: aside })
    } catch {
      this.diagnostics.add('index-damaged', { path: this.path(name) })
    }
  }

  /** Waits while another process makes the first state. How to let others go on, or undefined when there is a state or no way to make one. */
  lockFirst(): (() => void) | undefined {
    return this.lock(60_000, () => this.numbers().length > 0)
  }

  /** See `takeLock`; undefined also where nothing can be written. */
  lock(limitMs: number, isMoot?: () => boolean): (() => void) | undefined {
    const { host } = this
    try {
      host.disk.makeFolder(this.folder)
      return takeLock({ disk: host.disk, path: this.path('lock'), stat: host.stat, now: host.now }, limitMs, isMoot)
    } catch {
      return undefined // saving says what is wrong
    }
  }

  /** Puts a new state in the place of `old`. False when another process was quicker. Throws what the disk throws. */
  save(old: Manifest, next: NextState): boolean {
    const { disk } = this.host
    const stamp = `${this.host.now().toString(36)}-${disk.pid.toString(36)}-${Math.random().toString(36).slice(2, 8)}`
    const written: string[] = []
    const write = (name: string, bytes: Buffer): string => {
      written.push(name)
      disk.write(this.path(name), bytes)
      return name
    }
    try {
      disk.makeFolder(this.folder)
      const shards = next.shards.map(({ month, rows, bytes }): Shard => {
        const file = write(`rows-${monthName(month)}-${stamp}`, bytes)
        return { month, file, rows, bytes: bytes.length }
      })
      const kept = old.shards.filter(shard => !next.months.has(shard.month))
      const manifest: Manifest = {
        ...next.manifest,
        number: old.number + 1,
        shards: [...kept, ...shards].sort((a, b) => a.month - b.month),
        statesFile: write(`states-${stamp}`, pack(null, { states: next.states })),
        notesFile: next.notes ? write(`notes-${stamp}`, packNotes(next.notes)) : old.notesFile,
      }
      const draft = write(`draft-${stamp}`, packManifest(manifest))
      const isFirst = this.take(draft, `manifest-${manifest.number}`)
      disk.remove(this.path(draft))
      if (isFirst) this.sweep(manifest)
      else for (const name of written) disk.remove(this.path(name))
      return isFirst
    } catch (error) {
      for (const name of written) this.tryRemove(name)
      throw error
    }
  }

  /** Gives the draft its number. Where there are no links, it is written once more under that name. */
  private take(draft: string, name: string): boolean {
    const { disk } = this.host
    try {
      return disk.link(this.path(draft), this.path(name))
    } catch {
      return disk.create(this.path(name), disk.read(this.path(draft)) ?? Buffer.alloc(0))
    }
  }

  /** Removes older states with what only they name, and what was left behind by writers that did not finish. */
  private sweep(manifest: Manifest): void {
    try {
      const old = this.numbers().filter(number => number <= manifest.number - KEPT_MANIFESTS)
      const isNamed = new Set([...filesOf(manifest), ...this.filesOfState(manifest.number - 1)])
      const litter = this.host.disk
        .list(this.folder)
        .filter(name => /^(rows|states|notes|draft)-/.test(name) && this.isOld(name))
      for (const name of [...old.flatMap(number => this.filesOfState(number)), ...litter])
        if (!isNamed.has(name)) this.tryRemove(name)
      for (const number of old) this.tryRemove(`manifest-${number}`)
    } catch {
      // litter waits for the next time
    }
  }

  private filesOfState(number: number): string[] {
    const bytes = this.host.disk.read(this.path(`manifest-${number}`))
    const manifest = bytes && unpackManifest(bytes, number)
    return manifest === undefined || typeof manifest === 'string' ? [] : filesOf(manifest)
  }

  private isOld(name: string): boolean {
    const found = this.host.stat(this.path(name))
    return found !== undefined && Math.abs(this.host.now() - found.mtimeMs) > LITTER_MS
  }

  private tryRemove(name: string): void {
    try {
      this.host.disk.remove(this.path(name))
    } catch {
      // it is in nobody's way
    }
  }

  private path(name: string): string {
    return join(this.folder, name)
  }
}

/** What `save` writes. */
export interface NextState {
  readonly manifest: Omit<Manifest, 'number' | 'shards' | 'statesFile' | 'notesFile'>
  /** Months whose shards are replaced or dropped. */
  readonly months: ReadonlySet<number>
  readonly shards: readonly { readonly month: number; readonly rows: number; readonly bytes: Buffer }[]
  readonly states: Buffer
  /** Undefined: as before. */
  readonly notes: Notes | undefined
}

const filesOf = ({ shards, statesFile, notesFile }: Manifest): string[] =>
  [...shards.map(shard => shard.file), statesFile, notesFile].filter(name => name !== undefined)
