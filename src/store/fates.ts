/** What becomes of the stored rows of each source that was read, and which sources lay elsewhere before. */
import type { SourceReading, ThreadReading } from '../core/reading.ts'
import type { Fate } from './combine.ts'
import type { StoredSource } from './sources.ts'
import type { Comparison, Found } from './standing.ts'

interface Assigned {
  readonly fates: ReadonlyMap<number, Fate>
  /** The logs that are there and known, each with its number. */
  readonly found: readonly (Found & { readonly number: number })[]
  readonly failures: readonly SourceReading[]
}

/** Says what becomes of the stored rows of each source that was read. `gone` loses the logs that were only moved. */
export const assign = (comparison: Comparison, threads: readonly ThreadReading[], gone: Set<number>): Assigned => {
  const { manifest } = comparison
  const read = new Map<string, { readonly thread: number; readonly reading: SourceReading }>()
  for (const [thread, { readings }] of threads.entries())
    for (const reading of readings) read.set(comparison.keyOf(reading.source), { thread, reading })
  const fates = new Map<number, Fate>()
  const found: (Found & { readonly number: number })[] = []
  const failures: SourceReading[] = []
  let next = manifest.sources.length
  for (const one of comparison.found) {
    const own = one.standing === 'same' ? undefined : read.get(comparison.keyOf(one.source))
    if (own?.reading.failure !== undefined) failures.push(own.reading)
    const isRead = own !== undefined && own.reading.failure === undefined
    const moved = isRead && one.number === undefined ? movedFrom(comparison, own.reading, gone) : undefined
    if (moved !== undefined) gone.delete(moved)
    const number = one.number ?? moved ?? (isRead ? next++ : undefined)
    if (number === undefined) continue
    found.push({ ...one, number })
    if (isRead) fates.set(number, { ...own, kind: kindOf(one, manifest.sources[number], moved !== undefined) })
  }
  return { fates, found, failures }
}

const kindOf = ({ standing }: Found, stored: StoredSource | undefined, isMoved: boolean): Fate['kind'] => {
  if (standing === 'grown') return stored?.kind === 'database' ? 'merge' : 'append'
  if (!stored || isMoved || standing !== 'outdated') return 'replace'
  // What a newer reader makes of the very same log is right; what it leaves out was wrong, where nothing can have gone from the log.
  return stored.kind === 'lines' ? 'drop' : 'renew'
}

/** The number of a log that lay elsewhere: it holds the same bytes, and perhaps more behind them. */
const movedFrom = (
  comparison: Comparison,
  { head, bytes, source }: SourceReading,
  gone: ReadonlySet<number>,
): number | undefined => {
  if (!head || head.length === 0) return undefined
  for (const number of gone) {
    const stored = comparison.manifest.sources[number]!
    const { hash, length } = stored.head
    if (stored.agent !== source.agent || length === 0 || length > head.length) continue
    if (length === head.length && hash !== head.hash) continue
    if (comparison.goesOn(source.path, bytes, stored)) return number
  }
  return undefined
}
