/**
 * Items of logs that were read before: sizes, kinds, tools, targets, and the first words of prompts where titles may be stored. They lie in a
 * few files beside the index, each for logs that were last used in the same month. A convenience: what is damaged, outdated or gone is read anew.
 */
import { join } from 'node:path'
import type { LogSource } from '../core/entry.ts'
import { columns, hashOf } from '../core/entry-table.ts'
import { ITEM_COUNTS, ITEM_DOUBLES, ITEM_TEXTS, type ItemTable, ItemWriter } from '../core/item-table.ts'
import type { Host } from '../host/host.ts'
import { type Container, pack, unpack } from './container.ts'
import { indexFolder } from './folder.ts'
import { monthName, monthNumbers } from './rows.ts'
import { besideOf, keyOf } from './sources.ts'

/** Raise when readers make other items of the same log. */
const VERSION = 1

/** How many files there are for a month. */
const BUCKETS = 4

/** Where the items of one log stand in a table. */
export interface ItemStretch {
  readonly table: ItemTable
  readonly first: number
  readonly count: number
  /** See `SourceReading.asides`. */
  readonly asides: readonly number[]
}

/** What was read of a log just now. */
export interface FreshItems extends ItemStretch {
  readonly source: LogSource
  /** Of the agent's reader. */
  readonly version: number
  /** Of its last entry: epoch ms. */
  readonly lastAt: number
}

interface StoredLog {
  readonly key: string
  /** What the log is known by: its size, time, file, the files beside it, and its reader. */
  readonly mark: number
  readonly first: number
  readonly count: number
  readonly asides: readonly number[]
}

interface Bucket {
  readonly isTitled: boolean
  readonly table: ItemTable
  readonly logs: ReadonlyMap<string, StoredLog>
}

const noBucket: Bucket = { isTitled: true, table: new ItemWriter().table(), logs: new Map() }

export class ItemStore {
  private readonly folder: string
  private readonly buckets = new Map<string, Bucket>()
  private readonly monthOf = monthNumbers()

  constructor(
    private readonly host: Host,
    /** Whether the first words of prompts may be stored. */
    private readonly titles: boolean,
  ) {
    this.folder = indexFolder(host)
  }

  /** The items of a log, if it is as it was when they were stored. */
  find(source: LogSource, version: number, lastAt: number): ItemStretch | undefined {
    const key = keyOf(source)
    const { table, logs, isTitled } = this.bucket(this.nameOf(key, lastAt))
    const log = isTitled || !this.titles ? logs.get(key) : undefined
    if (!log || log.mark !== this.markOf(source, version)) return undefined
    return { table, first: log.first, count: log.count, asides: log.asides }
  }

  /** Stores what was read; of logs that are not there any more, and of titles that are not wanted, nothing stays in the files that were opened. */
  save(fresh: readonly FreshItems[], isThere: (key: string) => boolean): void {
    const byBucket = new Map<string, FreshItems[]>()
    for (const items of fresh) {
      const name = this.nameOf(keyOf(items.source), items.lastAt)
      const own = byBucket.get(name)
      if (own) own.push(items)
      else byBucket.set(name, [items])
    }
    for (const [name, bucket] of this.buckets) {
      const own = byBucket.get(name) ?? []
      const isStale = bucket.isTitled && !this.titles && bucket.logs.size > 0
      if (own.length > 0 || isStale || ![...bucket.logs.keys()].every(isThere)) this.write(name, bucket, own, isThere)
    }
  }

  private write(name: string, bucket: Bucket, fresh: readonly FreshItems[], isThere: (key: string) => boolean): void {
    const writer = new ItemWriter()
    const logs: StoredLog[] = []
    const take = (key: string, mark: number, { table, first, count, asides }: ItemStretch): void => {
      logs.push({ key, mark, first: writer.size, count, asides })
      writer.addRows(table, first, count, this.titles)
    }
    const replaced = new Set(fresh.map(({ source }) => keyOf(source)))
    const keeps = bucket.isTitled || !this.titles
    for (const [key, log] of keeps ? bucket.logs : [])
      if (!replaced.has(key) && isThere(key)) take(key, log.mark, { ...log, table: bucket.table })
    for (const items of fresh) take(keyOf(items.source), this.markOf(items.source, items.version), items)
    const { doubles, counts, places, texts } = writer.table()
    const facts = { version: VERSION, isTitled: this.titles, logs, texts } satisfies Facts
    this.put(name, pack(facts, { ...doubles, ...counts, ...places }))
  }

  private put(name: string, bytes: Buffer): void {
    const { disk } = this.host
    const draft = join(this.folder, `draft-items-${disk.pid.toString(36)}-${name}`)
    try {
      disk.makeFolder(this.folder)
      disk.write(draft, bytes)
      disk.rename(draft, join(this.folder, name))
    } catch {
      // the index says why nothing can be stored; the answer is right all the same
    }
  }

  /** The file that a log belongs to. */
  private nameOf(key: string, lastAt: number): string {
    return `items-${monthName(this.monthOf(lastAt))}-${hashOf(key) % BUCKETS}`
  }

  private bucket(name: string): Bucket {
    const known = this.buckets.get(name)
    if (known) return known
    const bytes = this.host.disk.read(join(this.folder, name))
    const bucket = (bytes && openBucket(bytes)) ?? noBucket
    this.buckets.set(name, bucket)
    return bucket
  }

  private markOf(source: LogSource, version: number): number {
    const { size, mtimeMs, inode } = source
    const beside = besideOf(source, path => this.stampOf(path))
    return hashOf([size, mtimeMs, inode, beside, version].join(' '))
  }

  private stampOf(path: string): string {
    try {
      const stat = this.host.stat(path)
      return stat ? `${path} ${stat.size} ${stat.mtimeMs} ${stat.inode}` : path
    } catch {
      return path // unreadable is like absent: when that changes, so does the stamp
    }
  }
}

interface Facts {
  readonly version: number
  readonly isTitled: boolean
  readonly logs: readonly StoredLog[]
  readonly texts: readonly string[]
}

/** Undefined for what cannot be used. */
const openBucket = (bytes: Buffer): Bucket | undefined => {
  const file = unpack(bytes)
  if (typeof file === 'string') return undefined
  const { version, isTitled, logs, texts } = factsOf(file)
  if (version !== VERSION) return undefined
  const size = file.size('at')
  const read = <T extends Float64Array | Uint32Array>(name: string, into: T): T => {
    file.read(name, into)
    return into
  }
  const table = {
    size,
    doubles: columns(ITEM_DOUBLES, name => read(name, new Float64Array(size))),
    counts: columns(ITEM_COUNTS, name => read(name, new Uint32Array(size))),
    places: columns(ITEM_TEXTS, name => read(name, new Uint32Array(size))),
    texts,
  }
  return { isTitled, table, logs: new Map(logs.map(log => [log.key, log])) }
}

// The checksum says that these are the bytes that `write` packed.
const factsOf = (file: Container) => file.facts as Facts
