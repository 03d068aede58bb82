/** Where Cursor and its command line leave what they know (formats/cursor.md §1). */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { fileFacts, isFolder, listFolder, workspaceFolder } from '../family/vscode.ts'
import { expandPath } from '../folder-walk.ts'

export const AGENT_ID = 'cursor'
export const ROOT_VARIABLE = 'CURSOR_CONFIG_DIR'

/** `part` of a log source: which of Cursor's databases it is. */
export type Part = 'conversations' | 'workspace' | 'chat' | 'summaries'

type Found = (source: LogSource) => void

const SUFFIX = '.jsonl'

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: Found): RootLook[] => {
  const user = userFolder(host)
  return [
    ...(user === undefined ? [] : [{ path: user, isFound: takeEditor(host, user, found) }]),
    ...cliRoots(host).map(({ path, variable }) => {
      const isThere = isFolder(host, path)
      if (!isThere && variable === ROOT_VARIABLE) diagnostics.add('missing-root', { path, variable })
      return { path, isFound: isThere && takeCli(host, path, found), variable }
    }),
  ]
}

const userFolder = (host: Host): string | undefined => {
  if (host.platform === 'darwin') return host.home('Library', 'Application Support', 'Cursor', 'User')
  const settings = host.platform === 'win32' ? host.env('APPDATA') : host.env('XDG_CONFIG_HOME') || host.home('.config')
  return settings === undefined ? undefined : join(settings, 'Cursor', 'User')
}

const cliRoots = (host: Host): Pick<RootLook, 'path' | 'variable'>[] => {
  const named = host.env(ROOT_VARIABLE)?.trim()
  if (named) return [{ path: expandPath(host, named), variable: ROOT_VARIABLE }]
  const settings = host.env('XDG_CONFIG_HOME')
  const roots = [{ path: host.home('.cursor') }]
  return settings ? [...roots, { path: join(settings, 'cursor'), variable: 'XDG_CONFIG_HOME' }] : roots
}

const database = (host: Host, path: string, part: Part): LogSource | undefined => {
  const facts = fileFacts(host, path)
  return facts && { agent: AGENT_ID, kind: 'database', part, ...facts, beside: [`${path}-wal`] }
}

const takeEditor = (host: Host, user: string, found: Found): boolean => {
  const conversations = database(host, join(user, 'globalStorage', 'state.vscdb'), 'conversations')
  if (!conversations) return false
  found(conversations)
  const workspaces = join(user, 'workspaceStorage')
  for (const { name } of listFolder(host, workspaces)) {
    const workspace = workspaceFolder(host.readText(join(workspaces, name, 'workspace.json')))
    if (workspace === undefined) continue
    const source = database(host, join(workspaces, name, 'state.vscdb'), 'workspace')
    if (source) found({ ...source, workspace })
  }
  return true
}

const takeCli = (host: Host, root: string, found: Found): boolean => {
  const chats = chatFolders(host, root)
  let hasLogs = false
  const take = (source: LogSource | undefined): void => {
    if (source) found(source)
    hasLogs ||= source !== undefined
  }
  for (const [session, folder] of chats) {
    const source = database(host, join(folder, 'store.db'), 'chat')
    take(source && { ...source, session })
  }
  take(database(host, join(root, 'ai-tracking', 'ai-code-tracking.db'), 'summaries'))
  for (const { name: project } of listFolder(host, join(root, 'projects'))) {
    const transcripts = join(root, 'projects', project, 'agent-transcripts')
    for (const { name: session } of listFolder(host, transcripts))
      for (const source of transcriptsIn(host, join(transcripts, session), session))
        take({ ...source, project, ...besideOf(chats.get(session)) })
  }
  return hasLogs
}

/** Folder of each chat, by its id. */
const chatFolders = (host: Host, root: string): ReadonlyMap<string, string> => {
  const folders = new Map<string, string>()
  const chats = join(root, 'chats')
  for (const { name: workspace } of listFolder(host, chats))
    for (const { name } of listFolder(host, join(chats, workspace))) folders.set(name, join(chats, workspace, name))
  return folders
}

/** The facts of a chat that its transcript lacks, its beginning above all. */
const besideOf = (chat: string | undefined): Pick<LogSource, 'beside'> =>
  chat === undefined ? {} : { beside: [join(chat, 'meta.json')] }

const transcriptsIn = (host: Host, folder: string, session: string): LogSource[] => {
  const main = fileFacts(host, join(folder, session + SUFFIX))
  const subagents = join(folder, 'subagents')
  return [
    ...(main ? [{ agent: AGENT_ID, ...main, session }] : []),
    ...listFolder(host, subagents).flatMap(({ name }) => {
      const facts = name.endsWith(SUFFIX) ? fileFacts(host, join(subagents, name)) : undefined
      return facts ? [{ agent: AGENT_ID, ...facts, session, subagent: name.slice(0, -SUFFIX.length) }] : []
    }),
  ]
}
