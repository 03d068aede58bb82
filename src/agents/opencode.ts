/**
 * OpenCode keeps everything under `~/.local/share/opencode` on every system: since 1.2 in `opencode.db` (2.x: other tables), before in JSON files,
 * which the import left behind. Usage stands in assistant messages. Whether output holds reasoning changed with the versions; forks copy
 * messages under new ids. Seen: JSON of 1.2.24 and 1.2.26, databases of 1.18.33; others by formats/opencode.md.
 */
import type { Agent } from './define.ts'
import { storeReader } from './family/opencode/database.ts'
import type { Flavour } from './family/opencode/flavour.ts'
import { discoverData } from './family/opencode/roots.ts'
import { storageReader } from './family/opencode/storage.ts'

const flavour: Flavour = {
  agent: 'opencode',
  folder: 'opencode',
  rootVariable: 'OPENCODE_DATA_DIR',
  databaseVariable: 'OPENCODE_DB',
  wrong: 'tokens',
  // Of the SDKs that the versions before 1.1.65 used, only Google's kept the two apart.
  isReasoningInside: (provider, model) => !(/^google(?:-vertex)?$/.test(provider ?? '') && /gemini/i.test(model ?? '')),
}

const opencode: Agent = {
  id: flavour.agent,
  name: 'OpenCode',
  version: 1,
  rootVariable: flavour.rootVariable,
  gaps: [
    'Titles and other calls to its small model are billed but never logged.',
    'Of answers that were interrupted, or that failed half-way, no tokens are logged.',
    'Cache writes are not split by lifetime: all count as five minutes.',
  ],
  discover: (host, diagnostics, found) => discoverData(flavour, host, diagnostics, found),
  document: storageReader(flavour),
  database: storeReader(flavour),
}

export default opencode
