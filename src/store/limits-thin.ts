/** Which lines of the journal of limits stay: of windows long gone, enough to see how they filled. */
import { isSameWindow, type LimitReading, limitKey, readLimitLine } from '../core/limit.ts'

/** Readings stay whole this long. */
const WHOLE_MS = 60 * 86_400_000

/** Of older ones, the first of each step: points of the window. */
const STEP_POINTS = 5

/** Whether a reading of then may be thinned out. Both in epoch ms. */
export const isThinned = (at: number, now: number): boolean => at < now - WHOLE_MS

/** Of the readings of a window in one step the first stays. */
export const stepOf = ({ usedPercent }: LimitReading): number => Math.floor(usedPercent / STEP_POINTS)

interface Row {
  readonly line: string
  /** Undefined for a line that is none of ours, or of a later version: it stays. */
  readonly reading: LimitReading | undefined
}

/** One window and its readings that stay. */
interface Kept {
  readonly first: LimitReading
  readonly steps: Map<number, Row>
  /** The fullest one that was known. */
  top: Row
}

/** The lines that stay, in their order. `now` is epoch ms. */
export const thinned = (lines: readonly string[], now: number): string[] => {
  const rows = lines.map((line): Row => ({ line, reading: readLimitLine(line) }))
  const old = rows.filter(row => row.reading !== undefined && isThinned(row.reading.at, now))
  const isOld = new Set(old)
  const stays = new Set(windowsOf(old).flatMap(({ steps, top }) => [...steps.values(), top]))
  return rows.filter(row => !isOld.has(row) || stays.has(row)).map(({ line }) => line)
}

/** How many windows of a limit are open at once: more than one where it was reset early, or for two accounts. */
const OPEN_WINDOWS = 16

const windowsOf = (rows: readonly Row[]): Kept[] => {
  const byLimit = new Map<string, Kept[]>()
  const byTime = [...rows].sort((a, b) => (a.reading?.at ?? 0) - (b.reading?.at ?? 0))
  for (const row of byTime) {
    const { reading } = row
    if (!reading) continue
    const windows = byLimit.get(limitKey(reading)) ?? []
    byLimit.set(limitKey(reading), windows)
    const own = windows.slice(-OPEN_WINDOWS).findLast(({ first }) => isOneWindow(first, reading))
    const step = stepOf(reading)
    if (!own) windows.push({ first: reading, steps: new Map([[step, row]]), top: row })
    else {
      if (!own.steps.has(step)) own.steps.set(step, row)
      if (reading.usedPercent > (own.top.reading?.usedPercent ?? 0)) own.top = row
    }
  }
  return [...byLimit.values()].flat()
}

const DAY_MS = 86_400_000

/** Where no reset was said, what lies farther apart than a day is told apart. */
const isOneWindow = (a: LimitReading, b: LimitReading): boolean =>
  isSameWindow(a, b) && (a.resetsAt !== undefined || Math.abs(a.at - b.at) < DAY_MS)
