/**
 * Where the figures of the status line are kept: one small file for each set of flags, made anew in the background. A convenience: a file that is
 * gone, damaged or of another version costs one refresh.
 */
import { join } from 'node:path'
import { STATUS_VERSION, type StatusSnapshot } from '../core/status.ts'
import type { Host } from '../host/host.ts'
import { dataFolder } from './folder.ts'

/** Names are made of hashes and one word; anything else is not ours. */
const KEY = /^[a-z0-9]{1,16}$/

export const isStatusKey = (key: string): boolean => KEY.test(key)

export const statusFolder = (host: Pick<Host, 'env' | 'home' | 'platform'>): string => join(dataFolder(host), 'status')

export const statusPath = (host: Host, key: string): string => join(statusFolder(host), `${key}.json`)

/** Held while the figures are brought up to date, by whoever does it. */
export const statusLockPath = (host: Host, key: string): string => join(statusFolder(host), `${key}.lock`)

/** Files of flags that nobody used for so long are swept away. */
const LITTER_MS = 7 * 86_400_000

const isSnapshot = (value: unknown): value is StatusSnapshot =>
  typeof value === 'object' && value !== null && 'status' in value && value.status === STATUS_VERSION

/** The last figures; undefined where there are none of this version. */
export const readStatus = (host: Host, key: string): StatusSnapshot | undefined => {
  try {
    const value: unknown = JSON.parse(host.readText(statusPath(host, key)) ?? '')
    return isSnapshot(value) ? value : undefined
  } catch {
    return undefined // none yet, or damaged: the refresh that follows makes it anew
  }
}

/** Keeps figures, whole or not at all. False where that cannot be done. */
export const writeStatus = (host: Host, key: string, snapshot: StatusSnapshot): boolean => {
  try {
    host.writeText(statusPath(host, key), `${JSON.stringify(snapshot)}\n`)
    sweep(host)
    return true
  } catch {
    return false // a folder that cannot be written to: the line goes on with what it is handed
  }
}

/** What was shown last and what sessions were told last lies apart, by hashes of what it is about. */
const foldersOf = (host: Host): string[] => ['', 'lines', 'told'].map(name => join(statusFolder(host), name))

const sweep = (host: Host): void => {
  for (const folder of foldersOf(host))
    for (const name of host.disk.list(folder)) {
      const path = join(folder, name)
      const stat = host.stat(path)
      if (stat?.kind === 'file' && host.now() - stat.mtimeMs > LITTER_MS) host.disk.remove(path)
    }
}

/** Says, in the place of figures, what is wrong with the settings: the line shows it. */
export const writeMistake = (host: Host, key: string, mistake: string): void => {
  try {
    host.writeText(statusPath(host, key), `${JSON.stringify({ mistake, at: host.now() })}\n`)
  } catch {
    // see `writeStatus`
  }
}

/** Drops all figures: some are of what was forgotten. */
export const dropStatus = (host: Host): void => {
  const [own = '', ...others] = foldersOf(host)
  for (const name of host.disk.list(own)) if (name.endsWith('.json')) host.disk.remove(join(own, name))
  for (const folder of others) for (const name of host.disk.list(folder)) host.disk.remove(join(folder, name))
}

/** Takes over the lock that the status line made for this refresh; how to give it back. */
export const takeStatusLock = (host: Host, key: string): (() => void) => {
  const { disk } = host
  const path = statusLockPath(host, key)
  try {
    disk.makeFolder(statusFolder(host))
    disk.write(path, Buffer.from(`${disk.pid}`))
  } catch {
    // nothing can be written, so nothing will be
  }
  return () => {
    try {
      if (disk.read(path)?.toString('latin1') === `${disk.pid}`) disk.remove(path)
    } catch {
      // found stale by the next one
    }
  }
}

/** What was worked out once a day over everything, so that a refresh need only look at the last days. */
export interface StatusBase {
  /** What it depends on: version, zone, prices. */
  readonly stamp: string
  /** Epoch ms: entries before are in it, later ones are not. */
  readonly from: number
  /** How many responses there were before `from`: when that changes, it has to be worked out anew. */
  readonly older: number
  /** What sessions used before `from`, by id: thousands of USD, picodollars, tokens, tokens without a price, and whether it is a lower bound. */
  readonly sessions: Readonly<
    Record<string, readonly [kilo: number, pico: number, tokens: number, unpriced: number, isLowerBound: boolean]>
  >
  readonly highest: Readonly<Record<string, number>>
  /** Epoch ms when it was worked out. */
  readonly at: number
}

const basePath = (host: Host, key: string): string => join(statusFolder(host), `${key}.base.json`)

const isBase = (value: unknown, stamp: string): value is StatusBase =>
  typeof value === 'object' && value !== null && 'stamp' in value && value.stamp === stamp

export const readStatusBase = (host: Host, key: string, stamp: string): StatusBase | undefined => {
  try {
    const value: unknown = JSON.parse(host.readText(basePath(host, key)) ?? '')
    return isBase(value, stamp) ? value : undefined
  } catch {
    return undefined // see `readStatus`
  }
}

export const writeStatusBase = (host: Host, key: string, base: StatusBase): void => {
  try {
    host.writeText(basePath(host, key), JSON.stringify(base))
  } catch {
    // worked out again the next time
  }
}

/**
 * Where reading logs for signals stopped, by path; of whatever shape the reader gave it. None where the journal is smaller than it was then: what it
 * lost is still in the logs.
 */
export const readMarks = <M>(
  host: Host,
  isMark: (value: unknown) => value is M,
  journalSize: number,
): Map<string, M> => {
  try {
    const value: unknown = JSON.parse(host.readText(marksPath(host)) ?? '{}')
    if (typeof value !== 'object' || value === null || !('size' in value) || !('marks' in value)) return new Map()
    if (!(typeof value.size === 'number' && value.size <= journalSize)) return new Map()
    const entries = typeof value.marks === 'object' && value.marks !== null ? Object.entries(value.marks) : []
    return new Map(entries.flatMap(([path, mark]): [string, M][] => (isMark(mark) ? [[path, mark]] : [])))
  } catch {
    return new Map() // the logs are read from their beginning
  }
}

export const writeMarks = (host: Host, marks: ReadonlyMap<string, unknown>, journalSize: number): void => {
  try {
    host.writeText(marksPath(host), JSON.stringify({ size: journalSize, marks: Object.fromEntries(marks) }))
  } catch {
    // see `readMarks`
  }
}

const marksPath = (host: Host): string => join(statusFolder(host), 'marks.base.json')
