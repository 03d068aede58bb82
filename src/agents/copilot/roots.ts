/**
 * Where Copilot leaves logs: the CLI under `$COPILOT_HOME`, `~/.copilot` or `$XDG_STATE_HOME/.copilot`, and wherever its OpenTelemetry file
 * goes; Copilot Chat in the storage of VS Code and its relatives.
 */
import { dirname, join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { fileFacts, isFolder, listFolder, userFolders } from '../family/vscode.ts'
import { AGENT_ID } from './calls.ts'
import { WITH_STORE } from './events.ts'

export const ROOT_VARIABLE = 'COPILOT_HOME'
const OTEL_VARIABLE = 'COPILOT_OTEL_FILE_EXPORTER_PATH'

type Found = (source: LogSource) => void
type Part = Omit<LogSource, 'agent' | 'path' | 'size' | 'mtimeMs' | 'device' | 'inode'>

/** See `Agent.discover`. */
export const discover = (host: Host, found: Found): RootLook[] => {
  const seen = new Set<string>()
  const once: Found = source => {
    const key = source.inode === 0 ? source.path : `${source.device}:${source.inode}`
    if (seen.has(key)) return
    seen.add(key)
    found(source)
  }
  const homes = cliHomes(host)
  for (const { path, isFound } of homes) if (isFound) findCli(host, path, once)
  const exported = host.env(OTEL_VARIABLE)
  const sessions = join((homes.find(look => look.isFound) ?? homes[0]!).path, 'session-state')
  const exporter = exported
    ? [
        {
          path: exported,
          isFound: give(host, exported, { ...otel, workspace: sessions }, once),
          variable: OTEL_VARIABLE,
        },
      ]
    : []
  return [...homes, ...exporter, ...findChat(host, once)]
}

const cliHomes = (host: Host): RootLook[] => {
  const named = host.env(ROOT_VARIABLE)
  const state = host.env('XDG_STATE_HOME')
  const own = named ? { path: named, variable: ROOT_VARIABLE } : { path: host.home('.copilot') }
  const other = state ? [{ path: join(state, '.copilot'), variable: 'XDG_STATE_HOME' }] : []
  return [own, ...other].map(look => ({ ...look, isFound: isFolder(host, look.path) }))
}

const otel: Part = { kind: 'document', part: 'otel' }

const give = (host: Host, path: string, part: Part, found: Found): boolean => {
  const facts = fileFacts(host, path)
  if (facts !== undefined) found({ agent: AGENT_ID, ...facts, ...part })
  return facts !== undefined
}

const findCli = (host: Host, home: string, found: Found): void => {
  const store = join(home, 'session-store.db')
  const wal = `${store}-wal`
  const hasStore = give(host, store, { kind: 'database', part: 'store', beside: [wal] }, found)
  for (const { name, kind } of listFolder(host, join(home, 'session-state'))) {
    if (kind === 'file') continue
    const path = join(home, 'session-state', name, 'events.jsonl')
    const beside = [join(dirname(path), 'workspace.yaml')]
    give(host, path, { session: name, beside, part: hasStore ? WITH_STORE : 'events' }, found)
  }
  for (const { name } of listFolder(host, join(home, 'otel')))
    if (name.endsWith('.jsonl')) give(host, join(home, 'otel', name), otel, found)
}

/** Looks into every editor; those that are there are named, and the commonest if none is. */
const findChat = (host: Host, found: Found): RootLook[] => {
  const folders = userFolders(host)
  const there = folders.filter(path => isFolder(host, path))
  for (const user of there) {
    const traces = join(user, 'globalStorage', 'github.copilot-chat', 'agent-traces.db')
    give(host, traces, { kind: 'database', part: 'traces', beside: [`${traces}-wal`] }, found)
    for (const { name } of listFolder(host, join(user, 'workspaceStorage')))
      findStorage(host, join(user, 'workspaceStorage', name), found)
    findSessions(host, join(user, 'globalStorage', 'emptyWindowChatSessions'), found)
  }
  return there.length > 0
    ? there.map(path => ({ path, isFound: true }))
    : folders.slice(0, 1).map(path => ({ path, isFound: false }))
}

const findStorage = (host: Host, storage: string, found: Found): void => {
  findSessions(host, join(storage, 'chatSessions'), found)
  const logs = join(storage, 'GitHub.copilot-chat', 'debug-logs')
  const beside = [join(storage, 'workspace.json')]
  for (const { name } of listFolder(host, logs))
    give(host, join(logs, name, 'main.jsonl'), { session: name, part: 'debug', beside }, found)
}

const findSessions = (host: Host, folder: string, found: Found): void => {
  const names = listFolder(host, folder).map(entry => entry.name)
  const beside = [join(dirname(folder), 'workspace.json')]
  for (const name of names) {
    const [, session, end] = /^(.+)\.(jsonl?)$/.exec(name) ?? []
    if (session === undefined || (end === 'json' && names.includes(`${session}.jsonl`))) continue
    give(
      host,
      join(folder, name),
      { ...(end === 'json' ? { kind: 'document' } : {}), session, part: 'chat', beside },
      found,
    )
  }
}
