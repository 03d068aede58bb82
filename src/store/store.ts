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

/** What was put aside; the numbers of manifests are not given again. */
const DAMAGED = /^damaged-(\d+)-(?:manifest-(\d+)$)?/

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
  /** The shards of the state that was saved last. */
  saved: readonly Shard[] | undefined
  private isSaid = false

  constructor(
    private readonly host: Host,
    private readonly diagnostics: Diagnostics,
  ) {
    this.folder = indexFolder(host)
  }

  /** The latest state; throws a StoreFault where it was written by a newer version. A damaged one is put aside, and the one before it counts. */
  manifest(): Manifest {
    for (const number of this.numbers()) {
      const path = this.path(`manifest-${number}`)
      const bytes = this.host.disk.read(path)
      if (!bytes) continue // an older one that was just removed
      const manifest = unpackManifest(bytes, number)
      if (manifest === 'newer') throw new StoreFault('newer', path)
      if (manifest !== 'damaged') return { ...manifest, number: this.lastNumber() }
      this.setAside(`manifest-${number}`)
    }
    return { ...noManifest, number: this.lastNumber() }
  }

  /** What is left of a state whose files were damaged or lost: older files of the same months stand in, and no log counts as read. */
  mended(manifest: Manifest): Manifest {
    const older = this.numbers().flatMap(number => this.stateOf(number)?.shards ?? [])
    const shards = manifest.shards.flatMap(shard => {
      const found = [shard, ...older].find(one => one.month === shard.month && this.opens(() => this.rows(one)))
      return found ?? []
    })
    const isWhole =
      shards.every(shard => manifest.shards.includes(shard)) &&
      shards.length === manifest.shards.length &&
      this.opens(() => this.states(manifest)) &&
      this.opens(() => this.notes(manifest))
    if (isWhole) return manifest
    const sources = manifest.sources.map(source => ({ ...source, mtimeMs: -1, stateSize: 0 }))
    const notesFile = this.opens(() => this.notes(manifest)) ? manifest.notesFile : undefined
    return { ...manifest, sources, shards, statesFile: undefined, notesFile, isMended: true }
  }

  private opens(open: () => unknown): boolean {
    try {
      open()
      return true
    } catch (error) {
      if (error instanceof StoreFault && error.fault !== 'newer') return false
      throw error
    }
  }

  /** Numbers of the states that are there, the latest first. */
  private numbers(): number[] {
    return this.host.disk
      .list(this.folder)
      .flatMap(name => MANIFEST.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a)
  }

  /** The highest number that was ever given. */
  private lastNumber(): number {
    const damaged = this.host.disk.list(this.folder).flatMap(name => DAMAGED.exec(name)?.[2] ?? [])
    return Math.max(0, this.numbers()[0] ?? 0, ...damaged.map(Number))
  }

  isLatest(manifest: Manifest): boolean {
    return this.lastNumber() === manifest.number
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

  /** See `takeLock`; undefined also where nothing can be written, which is said. */
  lock(limitMs: number, isMoot?: () => boolean): (() => void) | undefined {
    const { host } = this
    try {
      host.disk.makeFolder(this.folder)
      return takeLock({ disk: host.disk, path: this.path('lock'), stat: host.stat, now: host.now }, limitMs, isMoot)
    } catch (error) {
      this.sayUnsaved(error)
      return undefined
    }
  }

  /** Says, once, why nothing could be stored. What is no fault of the disk goes up. */
  sayUnsaved(error: unknown): void {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (!this.isSaid) this.diagnostics.add('index-not-saved', { path: this.folder, reason: String(error.code) })
    this.isSaid = true
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
      if (isFirst) this.saved = manifest.shards
      if (isFirst) this.sweep(manifest, next.forgets === true)
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
  private sweep(manifest: Manifest, forgets: boolean): void {
    try {
      const kept = forgets ? 1 : KEPT_MANIFESTS
      const old = this.numbers().filter(number => number <= manifest.number - kept)
      const isNamed = new Set([...filesOf(manifest), ...(forgets ? [] : this.filesOfState(manifest.number - 1))])
      const names = this.host.disk.list(this.folder)
      const damagedAt = Math.max(0, ...names.map(name => Number(DAMAGED.exec(name)?.[1] ?? 0)))
      const litter = names.filter(name => /^(rows|states|notes|draft)-/.test(name) && this.isOld(name, damagedAt))
      const items = forgets ? names.filter(name => name.startsWith('items-')) : [] // read again from logs that are left
      for (const name of [...old.flatMap(number => this.filesOfState(number)), ...litter, ...items])
        if (!isNamed.has(name)) this.tryRemove(name)
      for (const number of old) this.tryRemove(`manifest-${number}`)
    } catch {
      // litter waits for the next time
    }
  }

  private filesOfState(number: number): string[] {
    const manifest = this.stateOf(number)
    return manifest ? filesOf(manifest) : []
  }

  private stateOf(number: number): Manifest | undefined {
    const bytes = this.host.disk.read(this.path(`manifest-${number}`))
    const manifest = bytes && unpackManifest(bytes, number)
    return typeof manifest === 'string' ? undefined : manifest
  }

  /** What is older than a manifest that was damaged may have been named by it. */
  private isOld(name: string, damagedAt: number): boolean {
    const found = this.host.stat(this.path(name))
    if (!found || found.mtimeMs <= damagedAt) return false
    return Math.abs(this.host.now() - found.mtimeMs) > LITTER_MS
  }

  private tryRemove(name: string): void {
    try {
      this.host.disk.remove(this.path(name))
    } catch {
      // it is in nobody's way
    }
  }

  /** Bytes of everything in the folder, and how many files were put aside as damaged. */
  size(): { readonly bytes: number; readonly damaged: number } {
    const names = this.host.disk.list(this.folder)
    const sizes = names.map(name => this.host.stat(this.path(name))?.size ?? 0)
    return {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      damaged: names.filter(name => name.startsWith('damaged-')).length,
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
  /** Whether something goes for good: then the state before must not stay. */
  readonly forgets?: boolean | undefined
}

const filesOf = ({ shards, statesFile, notesFile }: Manifest): string[] =>
  [...shards.map(shard => shard.file), statesFile, notesFile].filter(name => name !== undefined)
