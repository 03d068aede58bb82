/**
 * Where Claude Code and its relatives leave transcripts (formats/claude-code.md §1). Every root is a folder with a `projects`
 * folder inside; linked project folders are followed once, known by device and inode.
 */
import { isAbsolute, join, sep } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { DirectoryEntry, FileStat, Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { parseObject } from './parse-object.ts'

export const AGENT_ID = 'claude'
export const ROOT_VARIABLE = 'CLAUDE_CONFIG_DIR'

/** How deep Cowork's sessions may lie under Claude Desktop's folder. */
const COWORK_DEPTH = 8
const COWORK_SKIPS = new Set(['node_modules', '.git', 'outputs', 'build', 'target'])

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const looks: RootLook[] = []
  const walk = new Walk(host, diagnostics, found)
  for (const look of roots(host, diagnostics)) {
    const isGone = look.variable !== undefined && !look.isFound
    const projects = isGone ? [] : projectFolders(host, diagnostics, look.path)
    looks.push({ ...look, isFound: projects.length > 0 })
    for (const folder of projects) walk.projects(folder)
  }
  for (const { folder, workspace } of coworkProjects(host, diagnostics)) {
    looks.push({ path: folder, isFound: true })
    walk.projects(folder, workspace)
  }
  return looks
}

const roots = (host: Host, diagnostics: Diagnostics): RootLook[] => {
  const value = host.env(ROOT_VARIABLE)
  const named = value === undefined ? [] : namedRoots(host, value, diagnostics)
  if (named.some(look => look.isFound)) return named
  const config = host.env('XDG_CONFIG_HOME') || host.home('.config')
  return [...named, ...[host.home('.claude'), join(config, 'claude')].map(path => ({ path, isFound: false }))]
}

/** The variable as one path first (it may hold commas), else as a list. What is not there is a diagnostic, not an error. */
const namedRoots = (host: Host, value: string, diagnostics: Diagnostics): RootLook[] => {
  const whole = expand(host, value.trim())
  const isThere = (path: string): boolean => isFolder(host, diagnostics, path)
  const paths = whole !== '' && isThere(whole) ? [whole] : value.split(',').map(part => expand(host, part.trim()))
  const found: RootLook[] = []
  for (const path of paths) {
    const isFound = path !== '' && isThere(path)
    if (path !== '') found.push({ path, isFound, variable: ROOT_VARIABLE })
    if (!isFound) diagnostics.add('missing-root', { path: path || '(empty)', variable: ROOT_VARIABLE })
  }
  return found
}

const expand = (host: Host, path: string): string => {
  const home =
    path === '~' ? host.home() : path.startsWith('~/') || path.startsWith('~\\') ? host.home(path.slice(2)) : path
  return home === '' || isAbsolute(home) ? home : join(host.cwd, home)
}

/** The `projects` folders of a root, those of mounted virtual machines included. A path that ends in `projects` is one itself. */
const projectFolders = (host: Host, diagnostics: Diagnostics, root: string): string[] => {
  if (/[\\/]projects[\\/]?$/.test(root)) return isFolder(host, diagnostics, root) ? [root] : []
  const machines = list(host, join(root, 'vms')).map(e => join(root, 'vms', e.name))
  return [root, ...machines.flatMap(path => [path, join(path, '.claude')])]
    .map(path => join(path, 'projects'))
    .filter(path => isFolder(host, diagnostics, path))
}

/** Being forbidden to look is said; not being there is not. */
const isFolder = (host: Host, diagnostics: Diagnostics, path: string): boolean => {
  try {
    return host.stat(path)?.kind === 'directory'
  } catch {
    diagnostics.add('unreadable', { path })
    return false
  }
}

const list = (host: Host, path: string): DirectoryEntry[] => {
  try {
    return host.stat(path)?.kind === 'directory' ? host.readDirectory(path) : []
  } catch {
    return [] // optional places: not being allowed to look is like not being there
  }
}

const desktopFolders = (host: Host): string[] => {
  if (host.platform === 'darwin') return [host.home('Library', 'Application Support', 'Claude')]
  if (host.platform !== 'win32') return [join(host.env('XDG_CONFIG_HOME') || host.home('.config'), 'Claude')]
  const local = host.env('LOCALAPPDATA')
  const packages =
    local === undefined ? [] : list(host, join(local, 'Packages')).map(e => join(local, 'Packages', e.name))
  const bundled = packages.filter(path => /(^|\.)Claude_[^\\/]*$/.test(path.split(/[\\/]/).at(-1)!))
  const roaming = host.env('APPDATA')
  return [
    ...(roaming === undefined ? [] : [join(roaming, 'Claude')]),
    ...bundled.map(path => join(path, 'LocalCache', 'Roaming', 'Claude')),
  ]
}

interface CoworkFolder {
  readonly folder: string
  /** Where the user works; the log's own folder is a throw-away one. */
  readonly workspace: string | undefined
}

/** `.claude/projects` folders under Claude Desktop's Cowork sessions. */
const coworkProjects = (host: Host, diagnostics: Diagnostics): CoworkFolder[] => {
  const found: CoworkFolder[] = []
  const search = (path: string, depth: number): void => {
    for (const e of list(host, path)) {
      if (e.kind !== 'directory' || COWORK_SKIPS.has(e.name)) continue
      const inner = join(path, e.name)
      if (e.name === '.claude') {
        const workspace = workspaceOf(host, path)
        found.push(...projectFolders(host, diagnostics, inner).map(folder => ({ folder, workspace })))
      } else if (depth < COWORK_DEPTH) search(inner, depth + 1)
    }
  }
  for (const desktop of desktopFolders(host)) search(join(desktop, 'local-agent-mode-sessions'), 1)
  return found
}

/** What stands beside a Cowork session's folder: the folder the user chose, else the one it was opened in. */
const workspaceOf = (host: Host, session: string): string | undefined => {
  const about = parseObject(host.readText(`${session}.json`))
  const chosen: unknown = Array.isArray(about.userSelectedFolders) ? about.userSelectedFolders[0] : undefined
  const folder = [chosen, about.originCwd].find(value => typeof value === 'string' && value !== '')
  return typeof folder === 'string' ? folder : undefined
}

/** Collects transcripts under `projects` folders; no folder and no file is taken twice, however it is reached. */
class Walk {
  private readonly visited = new Set<string>()
  private workspace: string | undefined

  constructor(
    private readonly host: Host,
    private readonly diagnostics: Diagnostics,
    private readonly found: (source: LogSource) => void,
  ) {}

  projects(folder: string, workspace?: string): void {
    this.workspace = workspace
    const stat = this.stat(folder)
    if (stat?.kind === 'directory' && this.isNew(stat)) this.folder(folder, [])
  }

  private folder(path: string, parts: readonly string[]): void {
    let entries: DirectoryEntry[]
    try {
      entries = this.host.readDirectory(path)
    } catch {
      this.diagnostics.add('unreadable', { path })
      return
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const e of entries) this.entry(path, parts, e)
  }

  private entry(folder: string, parts: readonly string[], e: DirectoryEntry): void {
    const path = folder + sep + e.name
    const isLog = e.name.endsWith('.jsonl') && e.name !== 'journal.jsonl'
    // What a folder or another file is called tells enough; only logs and links have to be looked at.
    const stat = isLog || e.kind === 'link' ? this.stat(path) : undefined
    const isFolder = (stat?.kind ?? e.kind) === 'directory' && e.name !== 'tool-results'
    // Only a link can lead to where we were before, so only links are remembered: most folders need no look of their own.
    if (isFolder && (e.kind !== 'link' || (stat && this.isNew(stat)))) this.folder(path, [...parts, e.name])
    if (isLog && stat?.kind === 'file' && this.isNew(stat)) this.file(path, [...parts, e.name], stat)
  }

  private file(path: string, parts: readonly string[], stat: FileStat): void {
    this.found({
      agent: AGENT_ID,
      path,
      size: stat.size,
      mtimeMs: stat.mtimeMs,
      device: stat.device,
      inode: stat.inode,
      ...namesIn(parts),
      ...(this.workspace === undefined ? {} : { workspace: this.workspace }),
    })
  }

  private stat(path: string): FileStat | undefined {
    try {
      return this.host.stat(path)
    } catch {
      this.diagnostics.add('unreadable', { path })
      return undefined
    }
  }

  private isNew(stat: { device: number; inode: number }): boolean {
    if (stat.inode === 0) return true // file systems without inodes
    const key = `${stat.device}:${stat.inode}`
    if (this.visited.has(key)) return false
    this.visited.add(key)
    return true
  }
}

/**
 * What a path below `projects` says: `<project>/<session>.jsonl`, `<project>/<session>/subagents/…/agent-<id>.jsonl`, the flat
 * `<project>/agent-<id>.jsonl` of 2.0, and `<project>/<session>/chat.jsonl` of the first versions.
 */
const namesIn = (parts: readonly string[]): Pick<LogSource, 'project' | 'session' | 'subagent'> => {
  const file = parts.at(-1)!.slice(0, -'.jsonl'.length)
  const project = parts.length > 1 ? parts[0] : undefined
  const subagent = file.startsWith('agent-') ? file.slice('agent-'.length) : undefined
  const folder = parts.length > 2 && parts[1] !== 'subagents' ? parts[1] : undefined
  return { project, subagent, session: folder ?? (subagent === undefined ? file : undefined) }
}
