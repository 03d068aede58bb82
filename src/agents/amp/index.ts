/**
 * Amp kept each thread as one document, `<data>/amp/threads/T-<uuid>.json`, rewritten whole; builds since April 2026 keep threads on
 * Amp's server alone, so this is history (seen in builds of 2026-01 to 2026-03). Two ways of logging usage: a ledger of events up to
 * January 2026, `usage` on each assistant message since; threads of that time have both. Costs are in credits.
 * Format notes: formats/amp.md.
 */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { Agent, RootLook } from '../define.ts'
import { expandPaths, FolderWalk, sourceFrom } from '../folder-walk.ts'
import { readThread } from './thread.ts'

const AGENT_ID = 'amp'

/** ccusage's name for folders with a `threads` folder inside, a list; Amp itself goes by XDG_DATA_HOME, on every platform. */
const ROOT_VARIABLE = 'AMP_DATA_DIR'

/** Those of development builds lie apart. */
const STORES = ['threads', 'threads-development']

const THREAD = /^(T-.+)\.json$/

const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const walk = new FolderWalk(host, diagnostics)
  return rootsOf(host).map(({ path, variable }) => {
    const isThere = walk.isFolder(path)
    if (!isThere && variable !== undefined) diagnostics.add('missing-root', { path, variable })
    // A root may be named with or without its `threads`.
    const stores = isThere ? [path, ...STORES.map(name => join(path, name))] : []
    let threads = 0
    for (const store of stores)
      walk.files(
        store,
        0,
        name => THREAD.test(name),
        file => {
          found({ ...sourceFrom(AGENT_ID, file), kind: 'document', session: THREAD.exec(file.name)?.[1] })
          threads++
        },
      )
    return { path, isFound: threads > 0, variable }
  })
}

const rootsOf = (host: Host): Pick<RootLook, 'path' | 'variable'>[] => {
  const named = new Set(expandPaths(host, host.env(ROOT_VARIABLE)))
  if (named.size > 0) return [...named].map(path => ({ path, variable: ROOT_VARIABLE }))
  return [{ path: join(host.env('XDG_DATA_HOME') || host.home('.local', 'share'), 'amp') }]
}

const amp: Agent = {
  id: AGENT_ID,
  name: 'Amp',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'threads since April 2026: they are on Amp’s server, not on this machine',
    'cache tokens of sub-agents and helpers of 2025 and January 2026 whose own thread is not on disk',
    'oracle, search and review calls since mid-January 2026',
    'how long cache writes live; thinking tokens',
    'cost in dollars: Amp logs credits only, and none since mid-January 2026',
  ],
  discover,
  document: { read: readThread },
}

export default amp
