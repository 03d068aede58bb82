/**
 * Where OpenCode and its forks keep what they log (formats/opencode.md §1): one data folder on every system, in it any number of databases and
 * the JSON files of the versions before 1.2, which stay behind when they are imported.
 */
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Diagnostics } from '../../../core/diagnostic.ts'
import type { LogSource } from '../../../core/entry.ts'
import type { Host } from '../../../host/host.ts'
import type { RootLook } from '../../define.ts'
import { expandPath, expandPaths, FolderWalk, type FoundFile, sourceFrom } from '../../folder-walk.ts'
import type { Flavour } from './flavour.ts'
import { MESSAGE, SESSION } from './storage.ts'

/** See `Agent.discover`. */
export const discoverData = (
  flavour: Flavour,
  host: Host,
  diagnostics: Diagnostics,
  found: (source: LogSource) => void,
): RootLook[] => {
  const search = new Search(flavour, new FolderWalk(host, diagnostics), found)
  const looks = dataFolders(flavour, host).map(look => ({ ...look, isFound: search.data(look.path) }))
  for (const { path, isFound, variable } of looks)
    if (!isFound && variable === flavour.rootVariable) diagnostics.add('missing-root', { path, variable })
  return [...looks, ...namedDatabase(flavour, host, search, looks[0]?.path ?? '')]
}

const dataFolders = (flavour: Flavour, host: Host): Omit<RootLook, 'isFound'>[] => {
  const { rootVariable: variable, folder } = flavour
  const named = expandPaths(host, host.env(variable))
  if (named.length > 0) return named.map(path => ({ path, variable }))
  const data = host.env('XDG_DATA_HOME')
  if (!data) return [{ path: host.home('.local', 'share', folder) }]
  return [{ path: join(expandPath(host, data), folder), variable: 'XDG_DATA_HOME' }]
}

/** The agent's own variable names one database, in the data folder unless it is a whole path. */
const namedDatabase = (flavour: Flavour, host: Host, search: Search, folder: string): RootLook[] => {
  const { databaseVariable: variable } = flavour
  const name = host.env(variable)
  if (!name || name === ':memory:') return []
  const path = isAbsolute(name) ? name : join(folder, name)
  return [{ path, isFound: search.database(path), variable }]
}

const isDocument = (name: string): boolean => name.endsWith('.json')

/** Hands out what it comes to. */
class Search {
  private readonly databases = new Set<string>()

  constructor(
    private readonly flavour: Flavour,
    private readonly walk: FolderWalk,
    private readonly found: (source: LogSource) => void,
  ) {}

  /** A data folder; whether it is there. */
  data(path: string): boolean {
    if (!this.walk.isFolder(path)) return false
    const { folder } = this.flavour
    const names = this.walk.list(path).map(entry => entry.name)
    for (const name of names) if (name.startsWith(folder) && name.endsWith('.db')) this.database(join(path, name))
    if (names.includes('storage')) this.storage(join(path, 'storage'))
    if (names.includes('project'))
      for (const { name } of this.walk.list(join(path, 'project')))
        this.storage(join(path, 'project', name, 'storage/session'))
    return true
  }

  /** One database; whether it is there. */
  database(path: string): boolean {
    const stat = this.walk.stat(path)
    if (stat?.kind !== 'file') return false
    const key = stat.inode === 0 ? path : `${stat.device}:${stat.inode}` // file systems without inodes
    if (!this.databases.has(key))
      this.found({ ...this.sourceOf({ path, stat }), kind: 'database', beside: [`${path}-wal`] })
    this.databases.add(key)
    return true
  }

  /** A folder of JSON files: each session's own, then the messages with their session's file beside them. */
  private storage(path: string): void {
    const sessions = new Map<string, string>()
    const session = (file: FoundFile): void => {
      const id = basename(file.name, '.json')
      sessions.set(id, file.path)
      this.found({ ...this.sourceOf(file), kind: 'document', part: SESSION, session: id })
    }
    // Below 0.6 the folder `info` held them, beside `message` and `part`; since then one folder for each project does.
    this.files(join(path, 'session'), 1, session)
    this.files(join(path, 'info'), 0, session)
    this.files(join(path, 'message'), 1, file => {
      const id = basename(dirname(file.path))
      const beside = sessions.get(id)
      const facts = { kind: 'document', part: MESSAGE, session: id } as const
      this.found({ ...this.sourceOf(file), ...facts, ...(beside === undefined ? {} : { beside: [beside] }) })
    })
  }

  private files(path: string, depth: number, found: (file: FoundFile) => void): void {
    this.walk.files(path, depth, isDocument, found)
  }

  private sourceOf(file: Pick<FoundFile, 'path' | 'stat'>): LogSource {
    return sourceFrom(this.flavour.agent, file)
  }
}
