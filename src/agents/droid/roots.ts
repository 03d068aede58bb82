/** Where Droid keeps sessions: `~/.factory/sessions/<project>/<session>.settings.json`, in older versions without the project's folder. */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { expandPath, expandPaths, FolderWalk, type FoundFile, sourceFrom } from '../folder-walk.ts'
import { parseObject } from '../json.ts'
import { usageIn } from './usage.ts'

export const AGENT_ID = 'droid'
export const ROOT_VARIABLE = 'FACTORY_DIR'
export const SETTINGS = '.settings.json'

/** See `Agent.discover`. A session that lies in two folders (its project was moved) is handed out once. */
export const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const walk = new FolderWalk(host, diagnostics)
  const sessions = new Map<string, FoundFile[]>()
  const looks = roots(host, walk, diagnostics).map(look => {
    const isFound = walk.isFolder(look.path)
    if (isFound) walk.files(look.path, 1, isSettings, file => add(sessions, file))
    return { ...look, isFound }
  })
  for (const [session, files] of sessions) {
    const file = files.length === 1 ? files[0]! : fullest(host, files)
    const beside = [file.path.slice(0, -SETTINGS.length).concat('.jsonl')]
    found({ ...sourceFrom(AGENT_ID, file), kind: 'document', session, project: file.folders[0], beside })
  }
  return looks
}

const isSettings = (name: string): boolean => name.endsWith(SETTINGS) && name.length > SETTINGS.length

const add = (sessions: Map<string, FoundFile[]>, file: FoundFile): void => {
  const id = file.name.slice(0, -SETTINGS.length)
  sessions.set(id, [...(sessions.get(id) ?? []), file])
}

/** Counts only grow, so of two copies the one with more is the later. */
const fullest = (host: Host, files: readonly FoundFile[]): FoundFile => {
  const known = files.map(file => ({ file, size: usageIn(parseObject(host.readText(file.path) ?? ''))?.size ?? 0 }))
  known.sort((a, b) => b.size - a.size || b.file.stat.mtimeMs - a.file.stat.mtimeMs)
  return known[0]!.file
}

const roots = (host: Host, walk: FolderWalk, diagnostics: Diagnostics): RootLook[] => {
  const named = (variable: string, paths: readonly string[], inside: string): RootLook[] =>
    paths.map(path => {
      if (!walk.isFolder(path)) diagnostics.add('missing-root', { path, variable })
      return { path: join(path, inside), isFound: false, variable }
    })
  const looks = [
    ...named(ROOT_VARIABLE, expandPaths(host, host.env(ROOT_VARIABLE)), 'sessions'),
    ...named('DROID_SESSIONS_DIR', expandPaths(host, host.env('DROID_SESSIONS_DIR')), ''),
  ]
  if (looks.length > 0) return looks
  const home = expandPath(host, host.env('FACTORY_HOME_OVERRIDE')?.trim() ?? '')
  const environment = host.env('FACTORY_ENV') ?? 'production'
  // Builds that are not for production keep their sessions apart.
  const names = environment === 'production' ? ['.factory'] : ['.factory-dev', '.factory']
  return names.map(name => ({
    path: join(home === '' ? host.home(name) : join(home, name), 'sessions'),
    isFound: false,
  }))
}
