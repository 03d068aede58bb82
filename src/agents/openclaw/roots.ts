/**
 * Where OpenClaw (Clawdbot, Moltbot and Moldbot before) keeps its agents: `<state folder>/agents/<agent>`, in it `sessions/*.jsonl`, since 2026
 * `agent/openclaw-agent.sqlite`, and the rollouts of a Codex that runs inside.
 */
import { join } from 'node:path'
import type { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { Host } from '../../host/host.ts'
import type { RootLook } from '../define.ts'
import { expandPath, expandPaths, FolderWalk, type FoundFile, sourceFrom } from '../folder-walk.ts'

export const AGENT_ID = 'openclaw'
export const ROOT_VARIABLE = 'OPENCLAW_STATE_DIR'

/** `LogSource.part` of a Codex rollout. */
export const ROLLOUT = 'rollout'

/** An incognito database is meant to leave no trace, in reports neither. */
const DATABASE = 'openclaw-agent.sqlite'

/** See `Agent.discover`. */
export const discover = (host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[] => {
  const walk = new FolderWalk(host, diagnostics)
  return roots(host, walk, diagnostics).map(look => {
    const agents = join(look.path, 'agents')
    const isFound = walk.isFolder(agents)
    for (const { name } of isFound ? walk.list(agents) : [])
      if (walk.isFolder(join(agents, name))) findIn(join(agents, name), walk, found)
    return { ...look, isFound }
  })
}

const roots = (host: Host, walk: FolderWalk, diagnostics: Diagnostics): RootLook[] => {
  const named = (variable: string, paths: readonly string[]): RootLook[] =>
    paths.map(path => {
      const isFound = walk.isFolder(path)
      if (!isFound) diagnostics.add('missing-root', { path, variable })
      return { path, isFound, variable }
    })
  const home = expandPath(host, host.env('OPENCLAW_HOME')?.trim() ?? '')
  const looks = [
    ...named(ROOT_VARIABLE, expandPaths(host, host.env(ROOT_VARIABLE))),
    ...named('OPENCLAW_DIR', expandPaths(host, host.env('OPENCLAW_DIR'))),
    ...(home === '' ? [] : named('OPENCLAW_HOME', [join(home, '.openclaw')])),
  ]
  if (looks.length > 0) return looks
  const former = ['.clawdbot', '.moltbot', '.moldbot'].map(name => host.home(name)).filter(path => walk.isFolder(path))
  return [host.home('.openclaw'), ...former].map(path => ({ path, isFound: false }))
}

const findIn = (folder: string, walk: FolderWalk, found: (source: LogSource) => void): void => {
  const source = (file: FoundFile): LogSource => ({ ...sourceFrom(AGENT_ID, file), session: sessionIn(file.name) })
  walk.files(join(folder, 'sessions'), 0, isTranscript, file => {
    found(file.name.endsWith('.zst') ? { ...source(file), packed: 'zstd' } : source(file))
  })
  walk.files(join(folder, 'session-sqlite-import-archive'), 1, isArchived, file => found(source(file)))
  walk.files(join(folder, 'agent', 'codex-home', 'sessions'), 4, isRollout, file =>
    found({ ...sourceFrom(AGENT_ID, file), part: ROLLOUT }),
  )
  walk.files(
    join(folder, 'agent'),
    0,
    name => name === DATABASE,
    file => found({ ...sourceFrom(AGENT_ID, file), kind: 'database', beside: [`${file.path}-wal`] }),
  )
}

/** Sessions, and those that were deleted or reset. A trajectory tells of the same calls once more. */
const isTranscript = (name: string): boolean =>
  /\.jsonl(?:\.(?:deleted|reset)\..+)?$/.test(name) && !name.includes('.trajectory.')

const isArchived = (name: string): boolean =>
  name.includes('.jsonl') && !name.includes('.trajectory.') && !name.endsWith('.zst')

export const isRollout = (name: string): boolean => /^rollout-.+\.jsonl$/.test(name)

/** `<session>.jsonl…`, in an archive `<key>.<session>.jsonl.imported-<time>`. */
const sessionIn = (name: string): string => name.slice(0, name.indexOf('.jsonl')).split('.').at(-1)!
