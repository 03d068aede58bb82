/**
 * Finds the logs of one session by the path that a hook hands in. The path is not trusted: the agents look for their logs as ever, but are only
 * shown what lies on the way to it, so a path that none of them would read is not read here either, and nobody walks the whole home.
 */
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { Agent } from '../../agents/define.ts'
import { agents } from '../../agents/index.ts'
import type { Options } from '../../config/options.ts'
import { Diagnostics } from '../../core/diagnostic.ts'
import type { LogSource } from '../../core/entry.ts'
import type { DirectoryEntry, Host } from '../../host/host.ts'
import { discover } from '../../ingest/discover.ts'

export interface SessionLogs {
  readonly agent: string
  readonly profile: string | undefined
  /** The transcript, the logs of its sub-agents, and logs that copied from it or that it copied from; empty before its first line. */
  readonly sources: readonly LogSource[]
}

const EXTENSION = '.jsonl'
/** How much of a log is looked at to see what it belongs to. */
const HEAD_BYTES = 1 << 15

/** Undefined where no agent would read the path. */
export const findLogs = (host: Host, options: Options, transcript: string): SessionLogs | undefined => {
  if (transcript.includes('\0') || resolve(transcript) !== transcript || !transcript.endsWith(EXTENSION))
    return undefined
  const shown = narrowed(host, transcript)
  for (const agent of agents) {
    const found = logsOf(shown, agent, options, transcript)
    if (found) return found
  }
  return undefined
}

const logsOf = (host: Host, agent: Agent, options: Options, transcript: string): SessionLogs | undefined => {
  const sources: LogSource[] = []
  const [look] = discover(host, [agent], options.profileRoots, new Diagnostics(), source => sources.push(source))
  const own = sources.find(({ path }) => resolve(path) === transcript)
  if (own) return { agent: agent.id, profile: own.profile, sources }
  // Before its first line there is no file, but the folder tells whose it will be.
  const root = host.stat(transcript) ? undefined : look?.roots.find(({ path }) => isUnder(transcript, resolve(path)))
  return root?.isFound ? { agent: agent.id, profile: root.profile, sources: [] } : undefined
}

const isUnder = (path: string, folder: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/** The machine with nothing in its folders but the way to a transcript, and what belongs to it. */
const narrowed = (host: Host, transcript: string): Host => {
  const folder = dirname(transcript)
  const own = transcript.slice(0, -EXTENSION.length)
  return {
    ...host,
    readDirectory(path) {
      const here = resolve(path)
      if (here === own || isUnder(here, own)) return host.readDirectory(path)
      if (here === folder) return relatives(host, folder, transcript)
      return isUnder(transcript, here)
        ? host.readDirectory(path).filter(e => isOnTheWay(join(here, e.name), transcript))
        : []
    },
  }
}

const isOnTheWay = (path: string, transcript: string): boolean => isUnder(transcript, path)

/** Beside the transcript: its own folder, sub-agents that lie flat, and sessions that share its beginning (resumed and forked ones). */
const relatives = (host: Host, folder: string, transcript: string): DirectoryEntry[] => {
  const name = basename(transcript)
  const session = name.slice(0, -EXTENSION.length)
  const marks = [session, ...firstIds(headOf(host, transcript))]
  return host.readDirectory(folder).filter(e => {
    if (e.name === name || e.name === session) return true
    if (!e.name.endsWith(EXTENSION)) return false
    const head = headOf(host, join(folder, e.name))
    return marks.some(mark => head.includes(mark))
  })
}

/** Ids of the first line and of the first response: a copy of the session begins with the same. */
const firstIds = (head: Buffer): string[] => {
  const text = head.toString('latin1')
  const ids = [/"uuid":"([\w-]{8,64})"/, /"id":"(msg_[\w-]{8,64})"/].map(pattern => pattern.exec(text)?.[1])
  return ids.filter(id => id !== undefined)
}

const headOf = (host: Host, path: string): Buffer => {
  try {
    const reader = host.open(path)
    try {
      const bytes = Buffer.allocUnsafe(HEAD_BYTES)
      return bytes.subarray(0, reader.read(bytes, 0, HEAD_BYTES, 0))
    } finally {
      reader.close()
    }
  } catch {
    return Buffer.alloc(0) // gone, or closed to us: it has no say
  }
}
