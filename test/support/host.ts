/** A machine for tests: memory or real files under a folder of the test's own, a fixed clock, no network. */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { disk } from '../../src/host/disk.ts'
import type { Host } from '../../src/host/host.ts'

export interface HostParts {
  readonly home?: string
  readonly now?: number
  readonly zone?: string
  readonly env?: Readonly<Record<string, string>>
  readonly platform?: NodeJS.Platform
  readonly cwd?: string
  readonly get?: Host['get']
}

const root = join(import.meta.dirname, '../..')

/** Where data go when a test reads a home that is not its own: nothing is ever written beside a fixture. */
export const ownData = join(tmpdir(), `tokusage-data-${process.pid}`)

/** Whether a home is no folder that a test made for itself. */
export const isOurs = (home: string): boolean => !home.startsWith(tmpdir())

export const makeHost = (parts: HostParts = {}): Host => {
  const home = parts.home ?? '/nonexistent'
  return {
    platform: parts.platform ?? 'linux',
    env: name => parts.env?.[name] ?? (isOurs(home) && name === 'TOKUSAGE_HOME' ? ownData : undefined),
    home: (...rest) => join(home, ...rest),
    cwd: parts.cwd ?? home,
    now: () => parts.now ?? Date.UTC(2026, 10, 20, 12),
    timeZone: parts.zone ?? 'UTC',
    threads: 1,
    readDirectory: path =>
      readdirSync(path, { withFileTypes: true }).map(e => ({
        name: e.name,
        kind: e.isFile() ? 'file' : e.isDirectory() ? 'directory' : e.isSymbolicLink() ? 'link' : 'other',
      })),
    stat(path) {
      const s = statSync(path, { throwIfNoEntry: false })
      if (!s) return undefined
      const kind = s.isFile() ? 'file' : s.isDirectory() ? 'directory' : 'other'
      return { kind, size: s.size, mtimeMs: s.mtimeMs, device: s.dev, inode: s.ino }
    },
    open(path) {
      const fd = openSync(path, 'r')
      return { read: (b, o, l, p) => readSync(fd, b, o, l, p), close: () => closeSync(fd) }
    },
    withDatabase: async (path, read) => (await import('../../src/host/sqlite/open.ts')).withDatabase(path, read),
    readText(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined // as the real host: absent and unreadable are alike
      }
    },
    writeText(path, text) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    },
    disk,
    get: parts.get ?? (() => Promise.reject(new Error('a test opened a socket'))),
    asset: name => join(root, name.startsWith('rates') ? 'src/pricing' : 'fixtures', name),
  }
}
