/**
 * Where pi and those that descend from it keep sessions: `<agent folder>/sessions/<folder of the project>/<time>_<id>.jsonl`. OMP puts its
 * sub-agents' logs into a folder `<time>_<id>` beside the session's own.
 */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { expandPath, expandPaths, FolderWalk, type FoundFile, sourceFrom } from '../folder-walk.ts'
import { parseObject, textOf } from '../json.ts'

export const AGENT_ID = 'pi'
export const ROOT_VARIABLE = 'PI_CODING_AGENT_DIR'

/** A folder of sessions, and whose it is. */
interface Root {
  readonly part: string
  readonly path: string
  readonly variable?: string
}

/** Descendants that only changed the name: their default folder of sessions, and what moves it. */
const descendants: readonly (readonly [part: string, folder: readonly string[], variable: string])[] = [
  ['senpi', ['.senpi', 'agent', 'sessions'], 'SENPI_CODING_AGENT_DIR'],
  ['kimchi', ['.config', 'kimchi', 'harness', 'sessions'], 'KIMCHI_CODING_AGENT_DIR'],
  ['gjc', ['.gjc', 'agent', 'sessions'], 'GJC_CODING_AGENT_DIR'],
  ['prime', ['.prime', 'agent', 'sessions'], 'PRIME_AGENT_CODING_AGENT_DIR'],
]

/** How deep logs may lie: project, session, a sub-agent's sub-agents. */
const DEPTH = 8

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const walk = new FolderWalk(host, diagnostics)
  const looks: RootLook[] = []
  for (const { part, path, variable } of roots(host, walk, diagnostics)) {
    const isFound = walk.isFolder(path)
    // Of what nobody named and nobody uses, only the two that are common are worth a line.
    if (isFound || variable !== undefined || part === 'pi' || part === 'omp')
      looks.push(variable === undefined ? { path, isFound } : { path, isFound, variable })
    if (isFound) walk.files(path, DEPTH, isLog, file => found(sourceOf(file, part)))
  }
  return looks
}

const isLog = (name: string): boolean => name.endsWith('.jsonl')

const roots = (host: Host, walk: FolderWalk, diagnostics: Diagnostics): Root[] => {
  const named = (part: string, variable: string, inside: (path: string) => string, isList = false): Root[] => {
    const value = host.env(variable)
    if (value === undefined || value.trim() === '') return []
    return (isList ? expandPaths(host, value) : [expandPath(host, value.trim())]).map(path => {
      if (!walk.isFolder(path)) diagnostics.add('missing-root', { path, variable })
      return { part, path: inside(path), variable }
    })
  }
  const sessions = (path: string): string => join(path, 'sessions')
  const orInside = (path: string): string => (walk.isFolder(sessions(path)) ? sessions(path) : path)
  const own = [
    ...named('pi', ROOT_VARIABLE, sessions),
    ...named('pi', 'PI_CODING_AGENT_SESSION_DIR', path => path),
    ...named('pi', 'PI_AGENT_DIR', orInside, true),
  ]
  const omp = named('omp', 'OMP_CODING_AGENT_DIR', sessions)
  return [
    ...(own.length > 0 ? own : defaults(host, walk)),
    ...(omp.length > 0 ? omp : ompDefaults(host, walk)),
    ...descendants.flatMap(([part, folder, variable]) => {
      const moved = named(part, variable, sessions)
      return moved.length > 0 ? moved : [{ part, path: host.home(...folder) }]
    }),
  ]
}

/** The default, and where the settings say that sessions go instead. */
const defaults = (host: Host, walk: FolderWalk): Root[] => {
  const folder = host.home('.pi', 'agent')
  const own = { part: 'pi', path: join(folder, 'sessions') }
  if (!walk.isFolder(folder)) return [own]
  const settings = parseObject(host.readText(join(folder, 'settings.json')) ?? '')
  const moved = textOf(settings?.sessionDir)
  return moved === undefined || !/^(?:[\\/~]|[A-Za-z]:)/.test(moved)
    ? [own]
    : [own, { part: 'pi', path: expandPath(host, moved) }]
}

/** `PI_CONFIG_DIR` names OMP's folder in the home; profiles have an agent folder each; with XDG folders the `agent` between is left out. */
const ompDefaults = (host: Host, walk: FolderWalk): Root[] => {
  const base = host.home(textOf(host.env('PI_CONFIG_DIR')) ?? '.omp')
  const data = textOf(host.env('XDG_DATA_HOME'))
  const profiles = join(base, 'profiles')
  const names = walk.isFolder(profiles) ? walk.list(profiles).map(entry => entry.name) : []
  const path = join(base, 'agent', 'sessions')
  return [path, ...names.map(name => join(profiles, name, 'agent', 'sessions'))]
    .concat(data === undefined ? [] : [join(data, 'omp', 'sessions')])
    .map(inner => ({ part: 'omp', path: inner }))
}

/** `2026-03-02T09-00-00-000Z_<id>`, of a log or of the folder beside it. */
const SESSION = /^\d{4}-\d\d-\d\dT[^_]*_(.+)$/

/** What a path below the sessions says: `<project>/<time>_<id>.jsonl`, and `<project>/<time>_<id>/<sub-agent>.jsonl`. */
const sourceOf = (file: FoundFile, part: string): LogSource => {
  const stem = file.name.slice(0, -'.jsonl'.length)
  const folders = file.folders.map(name => SESSION.exec(name)?.[1])
  const of = folders.findIndex(id => id !== undefined)
  const project = of === 0 ? undefined : file.folders[0]
  const own = { ...sourceFrom(AGENT_ID, file), part, project }
  if (of < 0) return { ...own, session: SESSION.exec(stem)?.[1] ?? stem }
  return { ...own, session: folders[of], subagent: [...file.folders.slice(of + 1), stem].join('/') }
}
