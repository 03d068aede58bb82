/**
 * Cline: sessions under `~/.cline/data/sessions` since mid-2026 (3.0.65 seen), task folders before, in `~/.cline/data/tasks` and in VS Code's
 * storage. Sessions log the whole prompt as input; task folders log disjoint counts. Both log the cost of each call.
 */
import { join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { Agent, Files, RootLook } from '../define.ts'
import { extensionFolders, findTasks, type ModelMark, readTask, type TaskFlavour } from '../family/cline.ts'
import { fileFacts, isFolder, listFolder } from '../family/vscode.ts'
import { isObject, listOf, parseJson, parseObject, textOf, timeOf } from '../json.ts'
import { RESUMED, readSession } from './session.ts'

const AGENT_ID = 'cline'
const EXTENSION = 'saoudrizwan.claude-dev'
const ABOUT = 'task_metadata.json'

const flavour: TaskFlavour = {
  agent: AGENT_ID,
  usage: { api_req_started: 'request', deleted_api_reqs: 'removed', subagent_usage: 'subagents' },
  isInclusive: () => false,
  isModelBehind: false,
  about: (folder, files) => ({ models: modelsIn(folder, files) }),
}

const modelsIn = (folder: string, files: Files): ModelMark[] => {
  const about = parseObject(files.readText(join(folder, ABOUT)) ?? '')
  return listOf(about?.model_usage)
    .filter(isObject)
    .flatMap(use => {
      const at = timeOf(use.ts)
      const model = textOf(use.model_id)
      return at === undefined || model === undefined ? [] : [{ at, model, provider: textOf(use.model_provider_id) }]
    })
    .sort((a, b) => a.at - b.at)
}

interface DataFolder extends RootLook {
  readonly sessions: string
}

/** The folder of all data, and that of the sessions, which has a variable of its own. */
const dataFolder = (host: Host): DataFolder => {
  const [data, folder] = [host.env('CLINE_DATA_DIR'), host.env('CLINE_DIR')]
  const path = data || (folder ? join(folder, 'data') : host.home('.cline', 'data'))
  const variable = data ? 'CLINE_DATA_DIR' : folder ? 'CLINE_DIR' : undefined
  const sessions = host.env('CLINE_SESSION_DATA_DIR') || join(path, 'sessions')
  return { path, sessions, isFound: isFolder(host, path), ...(variable ? { variable } : {}) }
}

const discover = (host: Host, found: (source: LogSource) => void): RootLook[] => {
  const { sessions, ...data } = dataFolder(host)
  const extensions = extensionFolders(host, EXTENSION)
  const tasks = new Set<string>()
  const note = (source: LogSource): void => {
    tasks.add(source.session ?? '')
    found(source)
  }
  const folders = [data, ...extensions].filter(({ path, isFound }) => isFound && isFolder(host, join(path, 'tasks')))
  const workspaces = new Map(folders.flatMap(({ path }) => [...workspacesIn(host, path)]))
  for (const { path } of folders) findTasks(host, AGENT_ID, path, [ABOUT], note, workspaces)
  for (const { name, kind } of listFolder(host, sessions))
    if (kind !== 'file') findSession(host, join(sessions, name), name, tasks.has(name), found)
  const own = host.env('CLINE_SESSION_DATA_DIR')
  const named = own ? [{ path: own, isFound: isFolder(host, own), variable: 'CLINE_SESSION_DATA_DIR' }] : []
  return [...named, data, ...extensions]
}

/** Where each task was begun, by its id: the history of all tasks says it, their own folders do not. */
const workspacesIn = (host: Host, folder: string): Map<string, string> => {
  const history = listOf(parseJson(host.readText(join(folder, 'state', 'taskHistory.json')) ?? ''))
  return new Map(
    history.filter(isObject).flatMap((item): [string, string][] => {
      const [id, cwd] = [textOf(item.id), textOf(item.cwdOnTaskInitialization)]
      return id === undefined || cwd === undefined ? [] : [[id, cwd]]
    }),
  )
}

const END = '.messages.json'

const findSession = (
  host: Host,
  folder: string,
  session: string,
  isTask: boolean,
  found: (source: LogSource) => void,
): void => {
  const beside = [join(folder, `${session}.json`)]
  for (const { name } of listFolder(host, folder)) {
    if (!name.endsWith(END)) continue
    const facts = fileFacts(host, join(folder, name))
    if (facts === undefined) continue
    const thread = name.slice(0, -END.length)
    const subagent = thread === session ? {} : { subagent: thread }
    found({
      agent: AGENT_ID,
      kind: 'document',
      part: isTask ? RESUMED : 'session',
      session,
      beside,
      ...facts,
      ...subagent,
    })
  }
}

const cline: Agent = {
  id: AGENT_ID,
  name: 'Cline',
  version: 1,
  rootVariable: 'CLINE_DATA_DIR',
  gaps: [
    'Interrupted calls have no counts',
    'How much of the output was thinking',
    'Task folders (before mid-2026): results of most tools',
  ],
  discover: (host, _diagnostics, found) => discover(host, found),
  document: {
    read(text, source, detail, sink, files) {
      if (source.part === 'task') readTask(text, source, detail, sink, files, flavour)
      else readSession(text, source, detail, sink, files)
    },
  },
}

export default cline
