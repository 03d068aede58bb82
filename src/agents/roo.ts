/**
 * Roo Code (no log of it seen, from its format notes): task folders in VS Code's storage, or where `roo-cline.customStoragePath` says. `tokensIn` is the whole prompt for the protocol
 * `openai`, and for `anthropic` since 3.29.5 (end of October 2025); before, it left the cache out. The model is named only in the
 * environment details that were sent along. Sub-tasks are tasks of their own.
 */
import { isAbsolute, join } from 'node:path'
import type { LogSource } from '../core/entry.ts'
import type { Host } from '../host/host.ts'
import type { Agent, Files, RootLook } from './define.ts'
import { extensionFolders, findTasks, type ModelMark, readTask, type TaskFlavour } from './family/cline.ts'
import { isFolder, statOf, userFolders } from './family/vscode.ts'
import { isObject, type JsonObject, listOf, parseJson, parseObject, textOf, timeOf } from './json.ts'

const AGENT_ID = 'roo'
const EXTENSION = 'rooveterinaryinc.roo-cline'
const CONVERSATION = 'api_conversation_history.json'
const HISTORY = 'history_item.json'

/** From then on `tokensIn` includes the cache in every protocol. */
const INCLUSIVE_SINCE = Date.UTC(2025, 10, 1)

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

const flavour: TaskFlavour = {
  agent: AGENT_ID,
  usage: { api_req_started: 'request', api_req_deleted: 'removed', condense_context: 'condensed' },
  isInclusive: (usage, at) =>
    usage.apiProtocol === 'openai' ||
    (at >= INCLUSIVE_SINCE && number(usage.tokensIn) >= number(usage.cacheReads) + number(usage.cacheWrites)),
  isModelBehind: true,
  about(folder, files) {
    const messages = conversation(folder, files)
    const history = parseObject(files.readText(join(folder, HISTORY)) ?? '')
    return { models: modelsIn(messages), cwd: textOf(history?.workspace) ?? workspaceIn(messages) }
  },
}

interface Said {
  readonly at: number
  readonly text: string
}

/** What was sent on the user's side that has environment details in it. */
const conversation = (folder: string, files: Files): Said[] => {
  const text = files.readText(join(folder, CONVERSATION))
  if (text === undefined || !/<environment_details>|<model>/.test(text)) return []
  return listOf(parseJson(text))
    .filter(isObject)
    .filter(message => message.role === 'user')
    .map(message => ({ at: timeOf(message.ts) ?? 0, text: textIn(message) }))
}

const textIn = ({ content }: JsonObject): string =>
  typeof content === 'string'
    ? content
    : listOf(content)
        .filter(isObject)
        .map(({ text }) => textOf(text) ?? '')
        .join('\n')

const modelsIn = (messages: readonly Said[]): ModelMark[] =>
  messages.flatMap(({ at, text }) => {
    const model = [...text.matchAll(/<model>([^<\n]{1,200})<\/model>/g)].at(-1)?.[1]
    return model === undefined ? [] : [{ at, model }]
  })

const workspaceIn = (messages: readonly Said[]): string | undefined => {
  for (const { text } of messages) {
    const path = /# Current (?:Workspace|Working) Directory \(([^\n]+?)\) Files/.exec(text)?.[1]
    if (path !== undefined) return path
  }
  return undefined
}

const discover = (host: Host, found: (source: LogSource) => void): RootLook[] => {
  const looks = [...customFolders(host), ...extensionFolders(host, EXTENSION)]
  for (const { path, isFound } of looks) if (isFound) findTasks(host, AGENT_ID, path, [CONVERSATION, HISTORY], found)
  return looks
}

const SETTING = /"roo-cline\.customStoragePath"\s*:\s*("(?:[^"\\]|\\.)+")/

/** Where the settings of the editors that are there put the tasks. */
const customFolders = (host: Host): RootLook[] => {
  const paths = userFolders(host).flatMap(user => {
    const settings = join(user, 'settings.json')
    if (statOf(host, settings)?.kind !== 'file') return []
    const quoted = SETTING.exec(host.readText(settings) ?? '')?.[1]
    const path = quoted === undefined ? undefined : textOf(parseJson(quoted))
    return path === undefined || !isAbsolute(path) ? [] : [path]
  })
  return [...new Set(paths)].map(path => ({ path, isFound: isFolder(host, path) }))
}

const roo: Agent = {
  id: AGENT_ID,
  name: 'Roo Code',
  version: 1,
  rootVariable: 'XDG_CONFIG_HOME',
  gaps: [
    'The model, where environment details are switched off',
    'Condensations: their cost, no tokens',
    'How much of the output was thinking; results of most tools',
  ],
  discover: (host, _diagnostics, found) => discover(host, found),
  document: { read: (text, source, detail, sink, files) => readTask(text, source, detail, sink, files, flavour) },
}

export default roo
