/**
 * The journal of limits: one line for each reading that said more than was known (core/limit.ts). It is history, for nothing else keeps what the
 * server said: lines are only ever added, by several processes at once, and old ones are thinned, never dropped as a whole.
 */
import { join } from 'node:path'
import { isSameWindow, type LimitReading, limitKey, limitLine, ownReading, readLimitLine } from '../core/limit.ts'
import type { Host } from '../host/host.ts'
import { dataFolder } from './folder.ts'
import { isThinned, stepOf, thinned } from './limits-thin.ts'
import { takeLock } from './lock.ts'

export const limitsPath = (host: Pick<Host, 'env' | 'home' | 'platform'>): string =>
  join(dataFolder(host), 'limits.jsonl')

/** The end of the journal mostly knows what is said again, and reading it whole takes longer. */
const TAIL_BYTES = 1 << 16

/** A larger journal is thinned. */
const MOST_BYTES = 1 << 20

const NEWLINE = 10

export interface Journal {
  /** In the order they were kept, which is not that of their times. */
  readonly readings: readonly LimitReading[]
  /** Lines that are no reading, but for those of times before: a crash cut them off, or another version wrote them. */
  readonly broken: number
}

const linesOf = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n')

/** Lines of readings from `since` on, epoch ms, and those that are none: a line begins with its time, and parsing it takes longer than looking. */
const linesSince = (bytes: Buffer, since: number): string[] =>
  linesOf(bytes).filter(line => !(Number(/^\[(\d+),/.exec(line)?.[1]) < since))

/**
 * Readings from `since` on, epoch ms, of the logs that are read here, without their marks. `profiles`: names of accounts by the marks of their roots.
 * A journal that is not there or cannot be read is empty.
 */
export const readJournal = (host: Host, since: number, profiles?: ReadonlyMap<string, string>): Journal => {
  let bytes: Buffer | undefined
  try {
    bytes = host.disk.read(limitsPath(host))
  } catch {
    bytes = undefined // closed to us: what the logs and the status line say still counts
  }
  const readings: LimitReading[] = []
  let broken = 0
  // Two that write at once may write the same.
  for (const line of new Set(bytes ? linesSince(bytes, since) : [])) {
    const reading = line === '' ? undefined : readLimitLine(line)
    if (!reading) {
      if (line !== '') broken++
      continue
    }
    const profile = profiles?.get(reading.root ?? '')
    const own = profile === undefined ? ownReading(reading, host.env) : { ...reading, profile, root: undefined }
    if (own && own.at >= since) readings.push(own)
  }
  return { readings, broken }
}

/** Readings without a reset are of one window while they are no farther apart than it is long; limits on spending mostly last a month. */
const LONGEST_MINUTES = 30 * 1440
const MINUTE_MS = 60_000

/** Resets within two neighbours are compared one by one. */
const RESET_STEP_MS = 120_000

/** What is known of each window, so that a reading which says nothing new can be told. */
class Known {
  private readonly slots = new Map<string, LimitReading[]>()
  private readonly kept = new Set<LimitReading>()

  constructor(
    lines: readonly string[],
    private readonly now: number,
  ) {
    for (const line of lines) {
      const reading = readLimitLine(line)
      if (!reading) continue
      this.add(reading)
      this.kept.add(reading)
    }
  }

  /** Takes a reading in, unless as much was known to be used at that time already. Whether it did. */
  take(reading: LimitReading): boolean {
    if (this.knows(reading)) return false
    this.add(reading)
    return true
  }

  private add(reading: LimitReading): void {
    const key = this.slot(reading, 0)
    const slot = this.slots.get(key)
    if (slot) slot.push(reading)
    else this.slots.set(key, [reading])
  }

  private knows(reading: LimitReading): boolean {
    // What was thinned out must not come back from its log.
    const isThin = isThinned(reading.at, this.now)
    const isOf = (other: LimitReading): boolean =>
      other.at <= reading.at && (reading.resetsAt === undefined || isSameWindow(other, reading))
    const steps = reading.resetsAt === undefined ? [0] : [0, -1, 1]
    const window = steps.flatMap(step => this.slots.get(this.slot(reading, step)) ?? []).filter(isOf)
    if (!isThin && isTakenBack(reading, window)) return window.some(other => isEqual(other, reading))
    return window.some(
      other =>
        other.usedPercent >= reading.usedPercent ||
        (isThin && this.kept.has(other) && stepOf(other) >= stepOf(reading)),
    )
  }

  private slot(reading: LimitReading, step: number): string {
    const { resetsAt, at, minutes = LONGEST_MINUTES } = reading
    const number =
      resetsAt === undefined
        ? `at ${Math.floor(at / (minutes * MINUTE_MS))}`
        : Math.round(resetsAt / RESET_STEP_MS) + step
    return `${limitKey(reading)}\n${number}`
  }
}

const isEqual = (a: LimitReading, b: LimitReading): boolean =>
  a.at === b.at && a.session === b.session && a.usedPercent === b.usedPercent

/** Whether a session is told less than it was told last: that is news, whatever others were told. */
const isTakenBack = (
  { session, resetsAt, usedPercent, at }: LimitReading,
  window: readonly LimitReading[],
): boolean => {
  if (session === undefined || resetsAt === undefined) return false
  let last: LimitReading | undefined
  for (const other of window)
    if (other.session === session && other.at < at && !(last && other.at < last.at)) last = other
  return last !== undefined && last.usedPercent > usedPercent
}

/** What of `readings`, of which there are some, the journal does not say. Of their windows nothing is older than a window is long. */
const newIn = (readings: readonly LimitReading[], journal: Buffer, now: number): LimitReading[] => {
  const since = readings.reduce(
    (first, { at, minutes = LONGEST_MINUTES }) => Math.min(first, at - minutes * MINUTE_MS),
    Number.POSITIVE_INFINITY,
  )
  const known = new Known(linesSince(journal, since), now)
  return readings.filter(reading => known.take(reading))
}

/** The last bytes of the journal; empty where there is none. */
const readTail = (host: Host, path: string): Buffer => {
  const size = host.stat(path)?.size ?? 0
  if (size === 0) return Buffer.alloc(0)
  const reader = host.open(path)
  try {
    const length = Math.min(size, TAIL_BYTES)
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, reader.read(bytes, 0, length, size - length))
  } finally {
    reader.close()
  }
}

/** A line that the tail begins inside of is no reading, so it may stay. */
const newFor = (host: Host, path: string, readings: readonly LimitReading[], tail: Buffer): LimitReading[] => {
  const left = newIn(readings, tail, host.now())
  if (left.length === 0 || tail.length < TAIL_BYTES) return left
  return newIn(readings, host.disk.read(path) ?? tail, host.now())
}

const isReading = ({ at, usedPercent }: LimitReading): boolean => Number.isFinite(at) && Number.isFinite(usedPercent)

/**
 * Keeps those of `readings` that say more than the journal: at their time, less of their window was known to be used. The same readings twice
 * change nothing. False where nothing can be kept.
 */
export const appendReadings = (host: Host, readings: readonly LimitReading[]): boolean =>
  append(host, readings) !== undefined

/** Keeps readings, as `appendReadings` does, and thins a journal that has become large. */
export const keepReadings = (host: Host, readings: readonly LimitReading[]): boolean => {
  const added = append(host, readings)
  if (added !== 0) compactJournal(host)
  return added !== undefined
}

/** How many readings were new; undefined where they cannot be kept. */
const append = (host: Host, readings: readonly LimitReading[]): number | undefined => {
  const path = limitsPath(host)
  const byTime = readings.filter(isReading).sort((a, b) => a.at - b.at)
  if (byTime.length === 0) return 0
  try {
    const tail = readTail(host, path)
    const fresh = newFor(host, path, byTime, tail)
    if (fresh.length === 0) return 0
    // Behind a line that a crash cut off a new one begins.
    const isCutOff = tail.length > 0 && tail.at(-1) !== NEWLINE
    host.disk.makeFolder(dataFolder(host))
    host.disk.append(path, Buffer.from((isCutOff ? '\n' : '') + fresh.map(limitLine).join('')))
    return fresh.length
  } catch {
    return undefined // the caller's figures are right for now, but nobody will remember them
  }
}

/**
 * Thins what is older than sixty days in a journal of over 1 MB. True when it became smaller. Others may add lines meanwhile: the old journal keeps
 * a second name until what came late was carried over, and what a crash left there is carried over the next time.
 */
export const compactJournal = (host: Host): boolean => {
  const path = limitsPath(host)
  const aside = `${path}.old`
  try {
    if ((host.stat(path)?.size ?? 0) <= MOST_BYTES && !host.stat(aside)) return false
    const { disk } = host
    const parts = { disk, path: `${path}.lock`, stat: host.stat, now: host.now }
    const giveBack = takeLock(parts, 0)
    if (!giveBack) return false
    try {
      recover(host, path, aside)
      return compact(host, path, aside)
    } finally {
      giveBack()
    }
  } catch {
    return false // it stays as large as it is, which does no harm
  }
}

/** Carries over what only the second name holds. */
const recover = (host: Host, path: string, aside: string): void => {
  const old = host.disk.read(aside)
  if (!old) return
  const now = new Set(linesOf(host.disk.read(path) ?? Buffer.alloc(0)))
  const lost = linesOf(old).filter(line => line !== '' && !now.has(line))
  if (lost.length > 0) host.disk.append(path, Buffer.from(`\n${lost.join('\n')}\n`))
  host.disk.remove(aside)
}

/** No line says any more which session was told; that was forgotten. */
export const forgetSessions = (host: Host): void => {
  const path = limitsPath(host)
  const { disk } = host
  const parts = { disk, path: `${path}.lock`, stat: host.stat, now: host.now }
  const giveBack = host.stat(path) ? takeLock(parts, 2000) : undefined
  if (!giveBack) return
  try {
    recover(host, path, `${path}.old`)
    rewrite(host, path, `${path}.old`, lines => lines.map(withoutSession))
  } finally {
    giveBack()
  }
}

const withoutSession = (line: string): string => {
  const reading = readLimitLine(line)
  return reading ? limitLine({ ...reading, session: undefined }).trimEnd() : line
}

const compact = (host: Host, path: string, aside: string): boolean =>
  (host.stat(path)?.size ?? 0) > MOST_BYTES && rewrite(host, path, aside, lines => thinned(lines, host.now()))

/** Puts other lines in the place of those that are there, and carries over what comes meanwhile. False where they stay as they are. */
const rewrite = ({ disk }: Host, path: string, aside: string, change: (lines: string[]) => string[]): boolean => {
  const bytes = disk.read(path)
  if (!bytes) return false
  // What is being written behind the last line break is late.
  const end = bytes.lastIndexOf(NEWLINE) + 1
  const lines = linesOf(bytes.subarray(0, end)).filter(line => line !== '')
  const kept = change(lines)
  if (kept.length === lines.length && kept.every((line, n) => line === lines[n])) return false
  const fresh = `${path}.${disk.pid}.new`
  try {
    disk.write(fresh, Buffer.from(`${kept.join('\n')}\n`))
    // Where a file can have no second name this throws, and the journal stays.
    if (!disk.link(path, aside)) return false
    disk.rename(fresh, path)
    const late = disk.read(aside)?.subarray(end)
    if (late && late.length > 0) disk.append(path, late)
    disk.remove(aside)
    return true
  } finally {
    disk.remove(fresh)
  }
}
