/**
 * Reads what logs say beside usage, on demand: bytes are searched for the agent's marks, and only lines that hold one become strings. Reading can
 * go on where it stopped, so following a growing log costs what was added to it.
 */
import type { Agent, SignalReader } from '../agents/define.ts'
import type { LogSource } from '../core/entry.ts'
import { type LimitReading, limitKey } from '../core/limit.ts'
import type { Trouble } from '../core/signal.ts'
import type { ByteReader, Host } from '../host/host.ts'
import { BLOCK_SIZE, readLines } from './lines.ts'
import { openLog } from './packed.ts'

/** Where reading of a log stopped: behind a line break. */
export interface SignalMark {
  readonly position: number
  /** What the agent's reader remembers: plain JSON. */
  readonly state: unknown
}

export interface Signals {
  readonly readings: readonly LimitReading[]
  readonly troubles: readonly Trouble[]
}

export interface SourceSignals extends Signals {
  readonly mark: SignalMark
}

export interface SignalRequest {
  /** Epoch ms: logs that were last written to before are left alone. */
  readonly since: number
  /** Where reading stopped the last time, by path. */
  readonly known?: ReadonlyMap<string, SignalMark> | undefined
}

const NEWLINE = 10

let memory: Buffer | undefined

/** One block for all logs: they are read one after the other. */
const sharedBlock = (): Buffer => {
  memory ??= Buffer.allocUnsafeSlow(BLOCK_SIZE)
  return memory
}

/** Hands out the lines in `bytes`, all of them whole, that hold a mark. */
const markedLines = (bytes: Buffer, marks: readonly Buffer[], take: (line: string) => void): void => {
  const next = marks.map(mark => bytes.indexOf(mark))
  for (;;) {
    let first = -1
    for (const found of next) if (found >= 0 && (first < 0 || found < first)) first = found
    if (first < 0) return
    const start = first === 0 ? 0 : bytes.lastIndexOf(NEWLINE, first - 1) + 1
    const newline = bytes.indexOf(NEWLINE, first)
    const end = newline < 0 ? bytes.length : newline
    take(bytes.toString('utf8', start, end))
    for (const [n, found] of next.entries()) if (found >= 0 && found < end) next[n] = bytes.indexOf(marks[n]!, end)
  }
}

const marksOf = (reader: SignalReader): readonly Buffer[] => reader.marks.map(mark => Buffer.from(mark))

/** Whether the log still has the line break behind which reading stopped: one that was cut or replaced mostly has not. */
const isSameLog = (reader: ByteReader, position: number): boolean => {
  const byte = Buffer.alloc(1)
  return position === 0 || (reader.read(byte, 0, 1, position - 1) === 1 && byte[0] === NEWLINE)
}

/**
 * Reads one log from `from` on; a last line without its end is left for the next time. Undefined for a log that cannot be read, and for an
 * agent without signals. `from` stays as it is.
 */
export const readSignalsOf = (
  host: Host,
  agent: Agent,
  source: LogSource,
  from: SignalMark | undefined,
): SourceSignals | undefined => {
  const { signals } = agent
  if (!signals || (source.kind ?? 'lines') !== 'lines') return undefined
  try {
    const reader = openLog(host, source)
    try {
      const isKnown = from !== undefined && isSameLog(reader, from.position)
      const state = isKnown ? structuredClone(from.state) : signals.start(source)
      return readFrom(reader, signals, source, { position: isKnown ? from.position : 0, state })
    } finally {
      reader.close()
    }
  } catch {
    return undefined // the report of usage names what cannot be read
  }
}

const readFrom = (
  reader: ByteReader,
  signals: SignalReader,
  source: LogSource,
  { position: from, state }: SignalMark,
): SourceSignals => {
  const readings: LimitReading[] = []
  const troubles: Trouble[] = []
  const { profile } = source
  const sink = {
    limit: (reading: LimitReading): void => {
      readings.push(profile === undefined ? reading : { ...reading, profile })
    },
    trouble: (trouble: Trouble): void => {
      troubles.push(trouble)
    },
  }
  const marks = marksOf(signals)
  const take = (line: string): void => signals.line(line, state, source, sink)
  const { position } = readLines(reader, sharedBlock(), {
    from,
    onRun(bytes, start, end) {
      markedLines(bytes.subarray(start, end), marks, take)
      return 0 // nobody asks for the numbers of lines
    },
    onLine(bytes, start, end, _isGlued, _number, isTorn) {
      if (!isTorn) markedLines(bytes.subarray(start, end), marks, take)
    },
    // A line that fills a block is a picture or a file: a signal is never that long.
    skips: () => true,
    onTooLong() {},
    blockFor: size => Buffer.allocUnsafeSlow(size + 1),
  })
  return { readings, troubles, mark: { position, state } }
}

/** Reads the logs of lines among `sources`. What copies of a log say again is handed out once; both lists are sorted by time. */
export const readSignals = (
  host: Host,
  sources: readonly LogSource[],
  agents: readonly Agent[],
  { since, known }: SignalRequest,
): Signals & { readonly marks: ReadonlyMap<string, SignalMark> } => {
  const byId = new Map(agents.map(agent => [agent.id, agent]))
  const marks = new Map(known)
  const readings = new Map<string, LimitReading>()
  const troubles = new Map<string, Trouble>()
  for (const source of sources) {
    const agent = byId.get(source.agent)
    const from = known?.get(source.path)
    if (!agent?.signals || source.mtimeMs < since || (from && isReadWhole(source, from))) continue
    const found = readSignalsOf(host, agent, source, from)
    if (!found) continue
    marks.set(source.path, found.mark)
    for (const reading of found.readings) keepFirst(readings, readingKey(reading), reading)
    for (const trouble of found.troubles) keepFirst(troubles, troubleKey(trouble), trouble)
  }
  return { readings: inOrder(readings), troubles: inOrder(troubles), marks }
}

/** What is compressed is never added to. */
const isReadWhole = ({ packed, size }: LogSource, { position }: SignalMark): boolean =>
  packed !== undefined || position === size

const readingKey = (reading: LimitReading): string => `${limitKey(reading)}\n${reading.at}\n${reading.usedPercent}`

/** Without the session: a fork holds its parent's troubles under its own. */
const troubleKey = ({ agent, at, kind, status }: Trouble): string => `${agent}\n${at}\n${kind}\n${status ?? ''}`

/** Of what two sessions say the one that sorts first has it, whatever the order of reading. */
const keepFirst = <T extends LimitReading | Trouble>(kept: Map<string, T>, key: string, next: T): void => {
  const known = kept.get(key)
  if (!known || (next.session ?? '') < (known.session ?? '')) kept.set(key, next)
}

const inOrder = <T extends { readonly at: number }>(kept: ReadonlyMap<string, T>): readonly T[] =>
  [...kept].sort(([a, { at: first }], [b, { at: second }]) => first - second || (a < b ? -1 : 1)).map(([, one]) => one)
