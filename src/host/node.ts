/** The real machine. The only file that reads the clock, the environment, the file system and the network. */
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, homedir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { disk } from './disk.ts'
import { makeFolder } from './folder.ts'
import type { DirectoryEntry, FileStat, Host, HttpAnswer } from './host.ts'

const kindOf = (e: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): DirectoryEntry['kind'] =>
  e.isFile() ? 'file' : e.isDirectory() ? 'directory' : e.isSymbolicLink() ? 'link' : 'other'

/** Errors that say there is nothing at a path: a part of it is a file, or it is a link to itself. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

const statOrNothing = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOTHING.has(String(error.code))) return undefined
    throw error
  }
}

const stat = (path: string): FileStat | undefined => {
  const s = statOrNothing(path)
  if (!s) return undefined
  const kind = s.isFile() ? 'file' : s.isDirectory() ? 'directory' : 'other'
  return { kind, size: s.size, mtimeMs: s.mtimeMs, device: s.dev, inode: s.ino }
}

const writeText = (path: string, text: string): void => {
  makeFolder(dirname(path))
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

const get = async (url: string, limitMs: number): Promise<HttpAnswer> => {
  const { get: request } = await import('node:https')
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: { 'user-agent': 'tokusage' } }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    const timer = setTimeout(() => call.destroy(new Error(`no answer within ${limitMs} ms`)), limitMs)
    call.on('error', error => {
      clearTimeout(timer)
      reject(error)
    })
  })
}

/**
 * The system's zone. Intl's first answer costs 15 ms, so it is asked only where neither `TZ` nor the link that most systems keep
 * at /etc/localtime names the zone.
 */
const systemZone = (): string => {
  const named = process.env.TZ
  if (named === 'UTC' || named === 'Etc/UTC') return 'UTC'
  const linked = named === undefined ? linkedZone() : undefined
  return linked ?? new Intl.DateTimeFormat().resolvedOptions().timeZone ?? zoneOfOffset()
}

/** For a `TZ` that is no IANA name (`XXX-9`): the zone with the offset of now, where that is a whole hour. */
const zoneOfOffset = (): string => {
  const hours = new Date().getTimezoneOffset() / 60
  return hours === 0 || !Number.isInteger(hours) ? 'UTC' : `Etc/GMT${hours > 0 ? '+' : ''}${hours}`
}

const linkedZone = (): string | undefined => {
  try {
    const zone = /zoneinfo\/(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1]
    return zone === 'Etc/UTC' ? 'UTC' : zone
  } catch {
    return undefined // no such link on this system
  }
}

/** Files that ship with the package lie in `dist`, beside the chunk that this file ends up in. */
const assetPath = (name: string): string => {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/' : './'
  return fileURLToPath(new URL(folder + name, import.meta.url))
}

/**
 * One processor is left to the engine, whose compiler and collector have threads of their own: with two of them, reading a gigabyte on one
 * thread takes 0.78 s, on two 0.85 s and a third more work. A variable says otherwise, for tests and measurements.
 */
const threadsOf = (wanted: string | undefined): number => {
  const named = Number(wanted)
  return Number.isInteger(named) && named > 0 ? named : Math.min(Math.max(1, availableParallelism() - 1), 4)
}

/** Undefined where the folder is gone, as a worktree may be while a shell still stands in it. */
const workingFolder = (): string | undefined => {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

export const nodeHost = (): Host => {
  const home = process.env.HOME || process.env.USERPROFILE || homedir() || userInfo().homedir
  return {
    platform: process.platform,
    env: name => process.env[name],
    home: (...parts) => join(home, ...parts),
    cwd: workingFolder() ?? home,
    now: Date.now,
    get timeZone() {
      return systemZone()
    },
    threads: threadsOf(process.env.TOKUSAGE_THREADS),
    readDirectory: path => readdirSync(path, { withFileTypes: true }).map(e => ({ name: e.name, kind: kindOf(e) })),
    stat,
    open(path) {
      const fd = openSync(path, 'r')
      return {
        read: (buffer, offset, length, position) => readSync(fd, buffer, offset, length, position),
        close: () => closeSync(fd),
      }
    },
    withDatabase: async (path, read) => (await import('./sqlite/open.ts')).withDatabase(path, read),
    readText(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined // not there, or not ours to read: the caller knows what that means
      }
    },
    writeText,
    disk,
    get,
    asset: assetPath,
  }
}
