/** Readings of limits from all that is known: the journal, and what logs say that was not read before. Each log is read on where it was left. */
import type { Agent } from '../agents/define.ts'
import type { LogSource } from '../core/entry.ts'
import { type LimitReading, rootMark } from '../core/limit.ts'
import type { Host } from '../host/host.ts'
import { keepReadings, limitsPath, readJournal } from '../store/limits.ts'
import { readMarks, writeMarks } from '../store/status.ts'
import type { ProfileRoots } from './discover.ts'
import { readSignals, type SignalMark } from './signals.ts'

/** How far back logs are read for readings: enough weeks to tell one from another. */
export const READINGS_MS = 56 * 86_400_000

export interface KeptReadings {
  /** From `READINGS_MS` ago on; some may be there twice. */
  readonly readings: readonly LimitReading[]
  /** Lines of the journal that could not be read. */
  readonly broken: number
}

export interface KeptRequest {
  /** Whether the journal is read and written to; without it, the logs alone are read, whole. */
  readonly keeps: boolean
  /** Roots of accounts, by name and agent (`Options.profileRoots`). */
  readonly profileRoots: ProfileRoots
}

export const keptReadings = (
  host: Host,
  sources: readonly LogSource[],
  agents: readonly Agent[],
  { keeps, profileRoots }: KeptRequest,
): KeptReadings => {
  const since = host.now() - READINGS_MS
  if (!keeps) return { readings: readSignals(host, sources, agents, { since }).readings, broken: 0 }
  const known = readMarks(host, isMark, sizeOf(host))
  const { readings, marks } = readSignals(host, sources, agents, { since, known })
  // What could not be kept has to be read again the next time.
  if (keepReadings(host, readings.map(marked(host, agents)))) forgetOld(host, sources, since, known, marks)
  const journal = readJournal(host, since, accountsOf(agents, profileRoots))
  return { readings: [...journal.readings, ...readings], broken: journal.broken }
}

/** Names of accounts by the mark that a status line leaves which was shown there. */
export const accountsOf = (agents: readonly Agent[], profileRoots: ProfileRoots): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(profileRoots).flatMap(([name, roots]) =>
      agents.flatMap(({ id, rootVariable }) => {
        const root = Object.hasOwn(roots, id) ? roots[id] : undefined
        return root === undefined ? [] : [[rootMark(rootVariable, root), name] as const]
      }),
    ),
  )

/** Says of a reading which logs it is from; one of an account that the config names says so itself. */
const marked = (host: Host, agents: readonly Agent[]): ((reading: LimitReading) => LimitReading) => {
  const roots = new Map(agents.map(({ id, rootVariable }) => [id, rootMark(rootVariable, host.env(rootVariable))]))
  return reading => (reading.profile === undefined ? { ...reading, root: roots.get(reading.agent) } : reading)
}

/** Of the journal: what was read counts as read only as long as the journal holds it. */
const sizeOf = (host: Host): number => host.stat(limitsPath(host))?.size ?? 0

const forgetOld = (
  host: Host,
  sources: readonly LogSource[],
  since: number,
  known: ReadonlyMap<string, SignalMark>,
  marks: ReadonlyMap<string, SignalMark>,
): void => {
  const isAsBefore = marks.size === known.size && [...marks].every(([path, mark]) => known.get(path) === mark)
  if (isAsBefore) return
  const recent = new Set(sources.flatMap(({ path, mtimeMs }) => (mtimeMs >= since ? [path] : [])))
  writeMarks(host, new Map([...marks].filter(([path]) => recent.has(path))), sizeOf(host))
}

const isMark = (value: unknown): value is SignalMark =>
  typeof value === 'object' && value !== null && 'position' in value && typeof value.position === 'number'
