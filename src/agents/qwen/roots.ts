/**
 * Where Qwen Code leaves its logs (formats/qwen.md): transcripts under `projects` of the runtime folder, which is the configuration's
 * folder unless something says otherwise; the list of sessions always beside the configuration.
 */
import { basename, isAbsolute, join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { findChats, SourceFinder } from '../family/gemini-roots.ts'
import { objectOf, parseObject, textOf } from '../json.ts'

export const AGENT_ID = 'qwen'
export const ROOT_VARIABLE = 'QWEN_HOME'

const RUNTIME_VARIABLE = 'QWEN_RUNTIME_DIR'

/** ccusage's: a list of `.qwen` folders. */
const DATA_VARIABLE = 'QWEN_DATA_DIR'

/** `LogSource.part`: the list of sessions, and a sub-agent's log whose calls no other log holds. */
export const SESSIONS = 'sessions'
export const ORPHAN = 'orphan'

type Root = Omit<RootLook, 'isFound'>

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const finder = new SourceFinder(host, diagnostics, AGENT_ID, found)
  const named = namedRoots(host).map(look)
  const homes = named.some(root => root.isFound) ? named : [...named, look({ path: host.home('.qwen') })]
  const runtime = runtimeRoots(host, homes).map(look)
  const looks = [...homes, ...runtime.filter(root => homes.every(home => home.path !== root.path))]
  const folders = looks.flatMap(root => (root.isFound ? findTranscripts(finder, root.path) : []))
  for (const { path, isFound } of homes) {
    if (isFound) finder.file(join(path, 'usage_record.jsonl'), { kind: 'document', part: SESSIONS, beside: folders })
  }
  for (const { path, variable, isFound } of looks) {
    if (!isFound && variable !== undefined) diagnostics.add('missing-root', { path, variable })
  }
  return looks

  function look(root: Root): RootLook {
    try {
      return { ...root, isFound: host.stat(root.path)?.kind === 'directory' }
    } catch {
      diagnostics.add('unreadable', { path: root.path })
      return { ...root, isFound: false }
    }
  }
}

const namedRoots = (host: Host): Root[] => {
  const data = (host.env(DATA_VARIABLE) ?? '').split(',').filter(part => part.trim() !== '')
  if (data.length > 0) return data.map(path => ({ path: rootOf(expand(host, path)), variable: DATA_VARIABLE }))
  const home = host.env(ROOT_VARIABLE)?.trim()
  return home ? [{ path: expand(host, home), variable: ROOT_VARIABLE }] : []
}

/** Some name the `projects` folder itself. */
const rootOf = (path: string): string => (basename(path) === 'projects' ? join(path, '..') : path)

/** The variable beats the setting; older logs stay where they were, so both are looked into beside the homes. */
const runtimeRoots = (host: Host, homes: readonly RootLook[]): Root[] => {
  const named = host.env(RUNTIME_VARIABLE)?.trim()
  const set = homes
    .filter(home => home.isFound)
    .flatMap(({ path }) => {
      const settings = parseObject(host.readText(join(path, 'settings.json')) ?? '')
      const folder = textOf(objectOf(settings?.advanced)?.runtimeOutputDir)
      // A relative one is relative to whichever project was worked on.
      return folder !== undefined && (isAbsolute(folder) || folder.startsWith('~'))
        ? [{ path: expand(host, folder) }]
        : []
    })
  return [...(named ? [{ path: expand(host, named), variable: RUNTIME_VARIABLE }] : []), ...set]
}

const expand = (host: Host, path: string): string => {
  const whole = path.trim().replace(/[\\/]+$/, '') || path.trim()
  if (whole === '~') return host.home()
  if (/^~[\\/]/.test(whole)) return host.home(whole.slice(2))
  return isAbsolute(whole) ? whole : join(host.cwd, whole)
}

/** Hands on all transcripts of a root; the folders that hold them. */
const findTranscripts = (finder: SourceFinder, root: string): string[] => {
  const projects = join(root, 'projects')
  const folders: string[] = []
  for (const { name, kind } of finder.list(projects)) {
    if (kind === 'file') continue
    const chats = join(projects, name, 'chats')
    const sessions = new Set<string>()
    for (const entry of finder.list(chats)) {
      if (!entry.name.endsWith('.jsonl')) continue
      const session = entry.name.slice(0, -'.jsonl'.length)
      sessions.add(session)
      finder.file(join(chats, entry.name), { project: name, session })
    }
    if (sessions.size > 0) folders.push(chats)
    findSubagents(finder, join(projects, name, 'subagents'), name, sessions)
  }
  findChats(finder, root)
  return folders
}

/** The session's own transcript tells what its sub-agents used, and better than they do. */
const findSubagents = (finder: SourceFinder, folder: string, project: string, sessions: ReadonlySet<string>): void => {
  for (const { name: session } of finder.list(folder)) {
    for (const { name } of finder.list(join(folder, session))) {
      const subagent = /^agent-(.+)\.jsonl$/.exec(name)?.[1]
      if (subagent === undefined) continue
      const part = sessions.has(session) ? undefined : ORPHAN
      finder.file(join(folder, session, name), { project, session, subagent, part })
    }
  }
}
