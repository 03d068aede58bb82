/** Messages that OpenClaw copies into its transcripts: its own, and those of a Codex that runs inside and keeps its own logs. */
import { join } from 'node:path'
import type { Files } from '../define.ts'
import type { PiDialect } from '../family/pi.ts'
import { type JsonObject, textOf } from '../json.ts'
import { isRollout } from './roots.ts'

/** Models that are none: what was delivered by other ways is noted under these names. */
const MIRRORS = new Set(['delivery-mirror', 'gateway-injected'])

/** `codex-app-server:<thread>:<turn>:assistant` */
const CODEX = /^codex-app-server:([^:]+):/

const codexThread = (message: JsonObject): string | undefined => CODEX.exec(textOf(message.idempotencyKey) ?? '')?.[1]

/**
 * A Codex turn stands in the transcript with its last response only: where its rollout is there, that is counted instead, else it is a
 * lower bound.
 */
export const dialectWith = (rollouts: readonly string[]): PiDialect => ({
  isMirror(message) {
    if (message.api === 'openclaw-transcript') return true
    if (message.provider === 'openclaw' && MIRRORS.has(textOf(message.model) ?? '')) return true
    const thread = codexThread(message)
    return thread !== undefined && rollouts.some(name => name.includes(thread))
  },
  isPart: message => codexThread(message) !== undefined,
})

/** How deep rollouts lie: year, month, day. */
const DEPTH = 4

/** Names of the rollouts of the agent whose `agent` folder this is. */
export const rolloutsIn = (folder: string, files: Files): string[] => {
  const names: string[] = []
  const look = (path: string, depth: number): void => {
    try {
      if (files.stat(path)?.kind !== 'directory') return
      for (const { name, kind } of files.readDirectory(path)) {
        if (kind === 'directory' && depth > 0) look(join(path, name), depth - 1)
        else if (isRollout(name)) names.push(name)
      }
    } catch {
      // Discovery looked here before, and said so.
    }
  }
  look(join(folder, 'codex-home', 'sessions'), DEPTH)
  return names
}
