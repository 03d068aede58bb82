/**
 * Where Codex leaves rollouts: `sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`, and flat in `archived_sessions` once archived.
 * Compressed ones (`.jsonl.zst`) are read where there is no plain one of the same name.
 */
import { isAbsolute, join, sep } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { DirectoryEntry, FileStat, Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { NAMES } from './line.ts'

export const AGENT_ID = 'codex'
export const ROOT_VARIABLE = 'CODEX_HOME'

const LIVE = 'sessions'
const ARCHIVED = 'archived_sessions'
const LOG = '.jsonl'
const PACKED = '.jsonl.zst'

/** `sessions/YYYY/MM/DD`, with room for what another version may put in between. */
const DEPTH = 6

type Found = (source: LogSource) => void

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: Found): RootLook[] => {
  const visited = new Set<string>()
  return roots(host, diagnostics).map(look => {
    const folders = [LIVE, ARCHIVED]
      .map(name => join(look.path, name))
      .filter(path => isFolder(host, diagnostics, path))
    if (folders.length > 0) {
      const walk = new Walk(host, diagnostics, visited)
      for (const folder of folders) walk.folder(folder, 0)
      walk.handOut(found)
      handOutNames(host, join(look.path, 'session_index.jsonl'), found)
    }
    return { ...look, isFound: folders.length > 0 }
  })
}

const roots = (host: Host, diagnostics: Diagnostics): RootLook[] => {
  const value = host.env(ROOT_VARIABLE)
  const named = value === undefined ? [] : namedRoots(host, value, diagnostics)
  return named.some(look => look.isFound) ? named : [...named, { path: host.home('.codex'), isFound: false }]
}

/** The variable as one path first (it may hold commas), else as a list. What is not there is a diagnostic, not an error. */
const namedRoots = (host: Host, value: string, diagnostics: Diagnostics): RootLook[] => {
  const whole = expand(host, value.trim())
  if (whole === '') return []
  const paths = isFolder(host, diagnostics, whole) ? [whole] : value.split(',').map(part => expand(host, part.trim()))
  return paths.map(path => {
    const isFound = path !== '' && isFolder(host, diagnostics, path)
    if (!isFound) diagnostics.add('missing-root', { path: path || '(empty)', variable: ROOT_VARIABLE })
    return { path: path || '(empty)', isFound, variable: ROOT_VARIABLE }
  })
}

const expand = (host: Host, path: string): string => {
  const home =
    path === '~' ? host.home() : path.startsWith('~/') || path.startsWith('~\\') ? host.home(path.slice(2)) : path
  return home === '' || isAbsolute(home) ? home : join(host.cwd, home)
}

/** Being forbidden to look is said; not being there is not. */
const isFolder = (host: Host, diagnostics: Diagnostics, path: string): boolean =>
  statOf(host, diagnostics, path)?.kind === 'directory'

const statOf = (host: Host, diagnostics: Diagnostics, path: string): FileStat | undefined => {
  try {
    return host.stat(path)
  } catch {
    diagnostics.add('unreadable', { path })
    return undefined
  }
}

const sourceOf = (path: string, { size, mtimeMs, device, inode }: FileStat): LogSource => ({
  agent: AGENT_ID,
  path,
  size,
  mtimeMs,
  device,
  inode,
})

/** The names that users gave their threads. */
const handOutNames = (host: Host, path: string, found: Found): void => {
  try {
    const stat = host.stat(path)
    if (stat?.kind === 'file') found({ ...sourceOf(path, stat), part: NAMES })
  } catch {
    // titles are no figures: not being allowed to read them is like there being none
  }
}

const THREAD = /([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/i

/** The thread that a file's name speaks of. */
const threadIn = (name: string): string => THREAD.exec(name)?.[1] ?? name

/** Collects rollouts of one home. Of a thread that lies there twice (live and archived, plain and packed) the fuller file is read. */
class Walk {
  private readonly logs = new Map<string, LogSource>()
  private readonly packed = new Map<string, string>()

  constructor(
    private readonly host: Host,
    private readonly diagnostics: Diagnostics,
    private readonly visited: Set<string>,
  ) {}

  folder(path: string, depth: number): void {
    let entries: DirectoryEntry[]
    try {
      entries = this.host.readDirectory(path)
    } catch {
      this.diagnostics.add('unreadable', { path })
      return
    }
    for (const e of entries) this.entry(path + sep + e.name, e, depth)
  }

  private entry(path: string, e: DirectoryEntry, depth: number): void {
    if (e.name.endsWith(PACKED)) this.packed.set(e.name.slice(0, -PACKED.length), path)
    else if (e.name.endsWith(LOG)) this.log(path, e.name.slice(0, -LOG.length))
    else if (depth < DEPTH && (e.kind === 'directory' || (e.kind === 'link' && this.isNewFolder(path))))
      this.folder(path, depth + 1)
  }

  private isNewFolder(path: string): boolean {
    const stat = statOf(this.host, this.diagnostics, path)
    return stat?.kind === 'directory' && this.isNew(stat)
  }

  private log(path: string, name: string): void {
    const stat = statOf(this.host, this.diagnostics, path)
    if (stat?.kind !== 'file' || !this.isNew(stat)) return
    const known = this.logs.get(name)
    if (!known || known.size < stat.size) this.logs.set(name, { ...sourceOf(path, stat), session: threadIn(name) })
  }

  /** In an order that does not depend on the disk's. */
  handOut(found: Found): void {
    const logs = [...this.logs.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
    for (const source of logs) found(source)
    for (const [name, path] of this.packed) if (!this.logs.has(name)) this.handOutPacked(name, path, found)
  }

  private handOutPacked(name: string, path: string, found: Found): void {
    const stat = statOf(this.host, this.diagnostics, path)
    if (stat?.kind === 'file' && this.isNew(stat))
      found({ ...sourceOf(path, stat), session: threadIn(name), packed: 'zstd' })
  }

  private isNew(stat: FileStat): boolean {
    if (stat.inode === 0) return true // file systems without inodes
    const key = `${stat.device}:${stat.inode}`
    if (this.visited.has(key)) return false
    this.visited.add(key)
    return true
  }
}
