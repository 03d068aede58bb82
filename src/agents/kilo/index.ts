/**
 * Kilo Code has two stores. Its CLI, and the extension from 7.2 on, are forks of OpenCode: `kilo.db` under `~/.local/share/kilo` (seen: 7.7.7),
 * with the sub-agents' cost in their caller's. The older extension, a fork of Roo Code, has a folder per task in each editor's storage
 * (tasks.ts). Format notes: formats/kilo.md, formats/OBSERVED.md §5.
 */
import type { Agent, DocumentReader } from '../define.ts'
import { storeReader } from '../family/opencode/database.ts'
import type { Flavour } from '../family/opencode/flavour.ts'
import { discoverData } from '../family/opencode/roots.ts'
import { storageReader } from '../family/opencode/storage.ts'
import { discoverTasks, TASK } from './roots.ts'
import { readTask } from './tasks.ts'

const flavour: Flavour = {
  agent: 'kilo',
  folder: 'kilo',
  rootVariable: 'KILO_DATA_DIR',
  databaseVariable: 'KILO_DB',
  wrong: 'cost',
  isReasoningInside: () => false,
}

const storage = storageReader(flavour)

const document: DocumentReader = {
  read(text, source, detail, sink, files) {
    if (source.part === TASK) readTask(text, source, detail, sink, files)
    else storage.read(text, source, detail, sink, files)
  },
}

const kilo: Agent = {
  id: flavour.agent,
  name: 'Kilo Code',
  version: 1,
  rootVariable: flavour.rootVariable,
  gaps: [
    'Titles and other calls to its small model are billed but never logged.',
    'Of answers that were interrupted, or that failed half-way, no tokens are logged.',
    'Cache writes are not split by lifetime: all count as five minutes.',
    'How much of the output was reasoning is not logged for Anthropic’s models, nor by the extension before 7.2.',
    'The extension before 7.2 names models only in its environment details, which can be switched off.',
  ],
  discover: (host, diagnostics, found) => [
    ...discoverData(flavour, host, diagnostics, found),
    ...discoverTasks(flavour.agent, host, found),
  ],
  document,
  database: storeReader(flavour),
}

export default kilo
