/**
 * Chat files below a folder as Gemini CLI lays them out, `<root>/tmp/<project>/chats`: one file per session beside one folder per
 * session with the logs of its sub-agents. `<project>` is a slug, in older versions the SHA-256 of the project's path.
 */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { DirectoryEntry, Host } from '../../host/host.ts'
import { isObject, parseObject, textOf } from '../json.ts'

/** Nobody nests sub-agents deeper; a ring of folders ends here too. */
const DEEPEST_SUBAGENT = 16

/** A folder's entries by name; none where there is no folder. Being forbidden to look is said. */
export const listFolder = (host: Host, diagnostics: Diagnostics, path: string): DirectoryEntry[] => {
  try {
    if (host.stat(path)?.kind !== 'directory') return []
    return host.readDirectory(path).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    diagnostics.add('unreadable', { path })
    return []
  }
}

/** Hands on logs, each file once, however it is reached. */
export class SourceFinder {
  private readonly seen = new Set<string>()

  constructor(
    readonly host: Host,
    readonly diagnostics: Diagnostics,
    private readonly agent: string,
    private readonly found: (source: LogSource) => void,
  ) {}

  list(path: string): DirectoryEntry[] {
    return listFolder(this.host, this.diagnostics, path)
  }

  file(path: string, facts: Partial<LogSource>): void {
    try {
      const stat = this.host.stat(path)
      if (stat?.kind !== 'file' || !this.isNew(path, stat.device, stat.inode)) return
      const { size, mtimeMs, device, inode } = stat
      this.found({ agent: this.agent, path, size, mtimeMs, device, inode, ...facts })
    } catch {
      this.diagnostics.add('unreadable', { path })
    }
  }

  private isNew(path: string, device: number, inode: number): boolean {
    const key = inode === 0 ? path : `${device}:${inode}` // 0: file systems without inodes
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }
}

/** All chats under `<root>/tmp`; whether there is such a folder. */
export const findChats = (finder: SourceFinder, root: string): boolean => {
  const folder = join(root, 'tmp')
  const projects = finder.list(folder)
  if (projects.length === 0) return isFolder(finder.host, folder)
  const paths = new ProjectPaths(finder.host, root)
  for (const { name, kind } of projects) {
    if (kind !== 'file') findProject(finder, join(folder, name), name, paths)
  }
  return true
}

const isFolder = (host: Host, path: string): boolean => {
  try {
    return host.stat(path)?.kind === 'directory'
  } catch {
    return false // was said when its entries were asked for
  }
}

const findProject = (finder: SourceFinder, folder: string, project: string, paths: ProjectPaths): void => {
  const chats = join(folder, 'chats')
  const entries = finder.list(chats)
  if (entries.length === 0) return
  const facts = { project, workspace: paths.of(project) }
  const subagents: { readonly path: string; readonly id: string; readonly parent: string }[] = []
  for (const { name, kind } of entries) {
    const log = logName(name)
    if (log && name.startsWith('session-'))
      finder.file(join(chats, name), { ...facts, kind: log.kind, session: log.id })
    for (const inner of kind === 'file' ? [] : finder.list(join(chats, name))) {
      const own = logName(inner.name)
      if (own?.kind === 'lines') subagents.push({ path: join(chats, name, inner.name), id: own.id, parent: name })
    }
  }
  const parents = new Map(subagents.map(({ id, parent }) => [id, parent]))
  for (const { path, id, parent } of subagents) {
    finder.file(path, { ...facts, kind: 'lines', session: topOf(parent, parents), subagent: id })
  }
}

/** The session whose sub-agent's sub-agent this is. */
const topOf = (session: string, parents: ReadonlyMap<string, string>): string => {
  let top = session
  for (let level = 0; level < DEEPEST_SUBAGENT; level++) top = parents.get(top) ?? top
  return top
}

/** Damaged and half-written siblings (`….unreadable-<ms>`, `….tmp-<pid>`) end otherwise. */
const logName = (name: string): { readonly kind: 'lines' | 'document'; readonly id: string } | undefined => {
  const match = /^(.+)\.(jsonl?)$/.exec(name)
  if (!match) return undefined
  return { kind: match[2] === 'jsonl' ? 'lines' : 'document', id: match[1]! }
}

/** Which path a project's folder stands for: its own marker file, else the list of all projects, read when first needed. */
class ProjectPaths {
  private bySlug: ReadonlyMap<string, string> | undefined

  constructor(
    private readonly host: Host,
    private readonly root: string,
  ) {}

  of(project: string): string | undefined {
    for (const folder of ['tmp', 'history']) {
      const path = this.host.readText(join(this.root, folder, project, '.project_root'))?.trim()
      if (path) return path
    }
    this.bySlug ??= this.listed()
    return this.bySlug.get(project)
  }

  private listed(): ReadonlyMap<string, string> {
    const { projects } = parseObject(this.host.readText(join(this.root, 'projects.json')) ?? '{}') ?? {}
    if (!isObject(projects)) return new Map()
    return new Map(Object.entries(projects).flatMap(([path, slug]) => (textOf(slug) ? [[String(slug), path]] : [])))
  }
}
