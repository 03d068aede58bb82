/** Readings of limits from all that is known: the journal, and what logs say that was not read before. Each log is read on where it was left. */
import type { Agent } from '../agents/define.ts'
import type { LogSource } from '../core/entry.ts'
import type { LimitReading } from '../core/limit.ts'
import type { Host } from '../host/host.ts'
import { keepReadings, readJournal } from '../store/limits.ts'
import { readMarks, writeMarks } from '../store/status.ts'
import { readSignals, type SignalMark } from './signals.ts'

/** How far back logs are read for readings: enough weeks to tell one from another. */
export const READINGS_MS = 56 * 86_400_000

export interface KeptReadings {
  /** From `READINGS_MS` ago on; some may be there twice. */
  readonly readings: readonly LimitReading[]
  /** Lines of the journal that could not be read. */
  readonly broken: number
}

/** `keeps`: whether the journal is read and written to; without it, the logs alone are read, whole. */
export const keptReadings = (
  host: Host,
  sources: readonly LogSource[],
  agents: readonly Agent[],
  keeps: boolean,
): KeptReadings => {
  const since = host.now() - READINGS_MS
  if (!keeps) return { readings: readSignals(host, sources, agents, { since }).readings, broken: 0 }
  const known = readMarks(host, isMark)
  const { readings, marks } = readSignals(host, sources, agents, { since, known })
  // What could not be kept has to be read again the next time.
  if (keepReadings(host, readings)) forgetOld(host, sources, since, known, marks)
  const journal = readJournal(host, since)
  return { readings: [...journal.readings, ...readings], broken: journal.broken }
}

const forgetOld = (
  host: Host,
  sources: readonly LogSource[],
  since: number,
  known: ReadonlyMap<string, SignalMark>,
  marks: ReadonlyMap<string, SignalMark>,
): void => {
  if (marks.size === known.size && [...marks].every(([path, mark]) => known.get(path) === mark)) return
  const recent = new Set(sources.flatMap(({ path, mtimeMs }) => (mtimeMs >= since ? [path] : [])))
  writeMarks(host, new Map([...marks].filter(([path]) => recent.has(path))))
}

const isMark = (value: unknown): value is SignalMark =>
  typeof value === 'object' && value !== null && 'position' in value && typeof value.position === 'number'
