/** Looks through an agent's folders for its logs; no folder and no file is taken twice, however it is reached. */
import { isAbsolute, join } from 'node:path'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { DirectoryEntry, FileStat, Host } from '../host/host.ts'

/** A file below the folder that was walked. */
export interface FoundFile {
  readonly path: string
  readonly name: string
  /** Names of the folders between. */
  readonly folders: readonly string[]
  readonly stat: FileStat
}

/** A path that a user wrote: `~` is the home, relative is to where the command runs. */
export const expandPath = (host: Host, path: string): string => {
  const home = path === '~' ? host.home() : /^~[\\/]/.test(path) ? host.home(path.slice(2)) : path
  return home === '' || isAbsolute(home) ? home : join(host.cwd, home)
}

/** The paths in a variable that may hold a list. */
export const expandPaths = (host: Host, list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map(part => expandPath(host, part.trim()))
    .filter(path => path !== '')

/** A log source from what is known of its file. */
export const sourceFrom = (agent: string, { path, stat }: Pick<FoundFile, 'path' | 'stat'>): LogSource => ({
  agent,
  path,
  size: stat.size,
  mtimeMs: stat.mtimeMs,
  device: stat.device,
  inode: stat.inode,
})

export class FolderWalk {
  private readonly visited = new Set<string>()

  constructor(
    private readonly host: Host,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** Being forbidden to look is said; not being there is not. */
  stat(path: string): FileStat | undefined {
    try {
      return this.host.stat(path)
    } catch {
      this.diagnostics.add('unreadable', { path })
      return undefined
    }
  }

  isFolder(path: string): boolean {
    return this.stat(path)?.kind === 'directory'
  }

  /** By name, so that the order of reading is the same everywhere. */
  list(path: string): DirectoryEntry[] {
    try {
      return this.host.readDirectory(path).sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch {
      this.diagnostics.add('unreadable', { path })
      return []
    }
  }

  /** Hands out each file below `root` whose name is wanted, at most `depth` folders down. */
  files(root: string, depth: number, isWanted: (name: string) => boolean, found: (file: FoundFile) => void): void {
    const stat = this.stat(root)
    if (stat?.kind === 'directory' && this.isNew(stat)) this.folder(root, [], depth, isWanted, found)
  }

  private folder(
    path: string,
    folders: readonly string[],
    depth: number,
    isWanted: (name: string) => boolean,
    found: (file: FoundFile) => void,
  ): void {
    for (const { name, kind } of this.list(path)) {
      const inner = join(path, name)
      const stat = kind === 'link' || (kind === 'file' && isWanted(name)) ? this.stat(inner) : undefined
      const is = stat?.kind ?? kind
      if (is === 'directory' && depth > 0 && (kind !== 'link' || (stat && this.isNew(stat))))
        this.folder(inner, [...folders, name], depth - 1, isWanted, found)
      if (is === 'file' && stat && isWanted(name) && this.isNew(stat)) found({ path: inner, name, folders, stat })
    }
  }

  private isNew(stat: FileStat): boolean {
    if (stat.inode === 0) return true // file systems without inodes
    const key = `${stat.device}:${stat.inode}`
    if (this.visited.has(key)) return false
    this.visited.add(key)
    return true
  }
}
