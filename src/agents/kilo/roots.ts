/** The task folders of the extension before 7.2: in every editor's storage, one for each task. */
import { join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { fileFacts, isFolder, listFolder, userFolders } from '../family/vscode.ts'

/** `LogSource.part` of a task's messages. */
export const TASK = 'task'

/** Only editors that have such a folder are named: there are many that they might be in. */
export const discoverTasks = (agent: string, host: Host, found: (source: LogSource) => void): RootLook[] => {
  const folders = userFolders(host)
    .map(folder => join(folder, 'globalStorage', 'kilocode.kilo-code', 'tasks'))
    .filter(folder => isFolder(host, folder))
  for (const folder of folders)
    for (const { name } of listFolder(host, folder)) giveTask(agent, host, folder, name, found)
  return folders.map(path => ({ path, isFound: true }))
}

const giveTask = (
  agent: string,
  host: Host,
  folder: string,
  task: string,
  found: (source: LogSource) => void,
): void => {
  const beside = ['history_item.json', 'api_conversation_history.json'].map(name => join(folder, task, name))
  const facts = fileFacts(host, join(folder, task, 'ui_messages.json'))
  if (facts) found({ agent, ...facts, kind: 'document', part: TASK, session: task, beside })
}
