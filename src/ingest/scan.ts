/** Reads log sources one after the other on this thread. */
import type { Agent, Detail, LineReader, Sink } from '../agents/define.ts'
import type { DiagnosticCode } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import { EntryWriter } from '../core/entry-table.ts'
import type { ContextItem } from '../core/item.ts'
import {
  type Head,
  OddLines,
  type ScanJob,
  type SourceReading,
  type Stretch,
  type ThreadReading,
} from '../core/reading.ts'
import type { ByteReader, Host } from '../host/host.ts'
import { BLOCK_SIZE, readLines } from './lines.ts'

export interface ScanRequest {
  readonly detail: Detail
  /** Whether ids stay as the log has them also where only counts are asked for; left out: their hashes do. */
  readonly keepsIds?: boolean | undefined
  /** Whether to note where reading can go on later. */
  readonly isResumable: boolean
}

/** Reads all of `jobs`. A source that cannot be read says so in its reading. */
export const scan = (
  host: Host,
  agents: readonly Agent[],
  jobs: Iterable<ScanJob>,
  request: ScanRequest,
): ThreadReading => {
  const scanner = new Scanner(host, agents, request)
  for (const job of jobs) scanner.read(job)
  return scanner.result()
}

/** Reads sources as they come, and hands out what it found in all of them. */
export class Scanner {
  private readonly writer: EntryWriter
  private readonly readings: SourceReading[] = []
  private readonly agents: ReadonlyMap<string, Agent>

  constructor(
    private readonly host: Host,
    agents: readonly Agent[],
    private readonly request: ScanRequest,
    private readonly onItem: (item: ContextItem) => void = () => {},
  ) {
    this.agents = new Map(agents.map(agent => [agent.id, agent]))
    this.writer = new EntryWriter(request.detail !== 'counts' || request.keepsIds)
  }

  result(): ThreadReading {
    return { table: this.writer.table(), readings: this.readings }
  }

  read(job: ScanJob): void {
    const agent = this.agents.get(job.source.agent)
    if (!agent) return
    const part = new Part(this.writer, this.onItem)
    try {
      if (job.source.kind === 'document') this.readings.push(this.readDocument(agent, job.source, part))
      else if (agent.lines) this.readings.push(this.readLog(agent.lines, job, part))
    } catch (error) {
      this.readings.push(failed(job.source, part, reasonOf(error)))
    }
  }

  private readLog(lines: LineReader, { source, from }: ScanJob, part: Part): SourceReading {
    const { detail, isResumable } = this.request
    const reader = this.host.open(source.path)
    try {
      const state: unknown = from ? JSON.parse(from.state) : lines.start(source, detail, this.host)
      const { sink } = part
      const { blockFor = allocate, run } = lines
      let whole: Stretch | undefined
      let stored = ''
      const reading = readLines(reader, blockFor(BLOCK_SIZE), {
        blockFor,
        onLine(bytes, start, end, isGlued, number, isTorn) {
          sink.lineNumber = number
          part.isTorn = isTorn
          lines.line(bytes, start, end, isGlued, state, source, sink)
        },
        onRun: run && ((bytes, begin, end, before) => run(bytes, begin, end, before, state, source, sink)),
        skips: lines.skips,
        onTooLong: number => part.odd.add('line-too-long', number),
        onSettled(count) {
          whole = part.take(count - (from?.lines ?? 0))
          if (isResumable) stored = JSON.stringify(state)
        },
        from: from?.position,
        before: from?.lines,
      })
      lines.finish?.(state, source, sink)
      const first = whole ?? part.take(0)
      const tail = part.take(reading.lines - first.lines - (from?.lines ?? 0))
      const checkpoint = { position: reading.position, lines: (from?.lines ?? 0) + first.lines, state: stored }
      return {
        source,
        firstRow: part.firstRow,
        whole: first,
        tail,
        bytes: reading.bytes,
        ...(isResumable ? { checkpoint, head: headOf(reader) } : {}),
      }
    } finally {
      reader.close()
    }
  }

  private readDocument(agent: Agent, source: LogSource, part: Part): SourceReading {
    const text = this.host.readText(source.path)
    if (text === undefined) return failed(source, part, 'unreadable')
    agent.document?.read(text, source, this.request.detail, part.sink, this.host)
    return { source, firstRow: part.firstRow, whole: part.take(0), tail: part.take(0), bytes: source.size }
  }

  /** Databases are opened asynchronously, on the main thread, one after the other. */
  async readDatabase({ source, from }: ScanJob): Promise<void> {
    const { database } = this.agents.get(source.agent) ?? {}
    if (!database) return
    const part = new Part(this.writer, this.onItem)
    const known: unknown = from ? JSON.parse(from.state) : undefined
    const { detail, isResumable } = this.request
    try {
      const { state, held } = await this.host.withDatabase(source.path, opened => {
        const hold = new Held(part.sink)
        return { state: database.read(opened, source, known, detail, hold.sink, this.host), held: hold }
      })
      held.release()
      const whole = part.take(0)
      const checkpoint = { position: source.size, lines: 0, state: JSON.stringify(state ?? null) }
      const reading = { source, firstRow: part.firstRow, whole, tail: part.take(0), bytes: source.size }
      this.readings.push(isResumable ? { ...reading, checkpoint } : reading)
    } catch (error) {
      this.readings.push(failed(source, part, reasonOf(error)))
    }
  }
}

const allocate = (size: number): Buffer => Buffer.allocUnsafeSlow(size + 1)

/** The system's short name of an error (`EACCES`); anything without one is ours and goes up. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}

/** What was found before a source failed stays. */
const failed = (source: LogSource, part: Part, failure: string): SourceReading => ({
  source,
  firstRow: part.firstRow,
  whole: part.take(0),
  tail: part.take(0),
  bytes: 0,
  failure,
})

/** How many bytes at its beginning tell a log from others. */
export const HEAD_BYTES = 512

const head = Buffer.alloc(HEAD_BYTES)

/** FNV-1a of a log's first bytes, at most `most`. */
export const headOf = (reader: ByteReader, most = HEAD_BYTES): Head => {
  const length = reader.read(head, 0, most, 0)
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ head[i]!, 0x01000193)
  return { hash: hash >>> 0, length }
}

/** What one source gives, as it is being read. */
class Part {
  readonly odd = new OddLines()
  /** Whether the line being read is the last one and lacks its end. */
  isTorn = false
  readonly firstRow: number
  readonly sink: Sink
  private notes: SessionNote[] = []
  private joined = 0
  private taken: number

  constructor(
    private readonly writer: EntryWriter,
    onItem: (item: ContextItem) => void,
  ) {
    this.firstRow = writer.size
    this.taken = writer.size
    const sink: Sink = {
      entry: entry => writer.add(entry),
      joined: () => {
        this.joined++
      },
      note: note => {
        this.notes.push(note)
      },
      item: onItem,
      lineNumber: 0,
      diagnostic: code => this.odd.add(this.isTorn && code === 'bad-line' ? 'torn-line' : code, sink.lineNumber),
    }
    this.sink = sink
  }

  /** What came since the last time, out of `lines` lines. */
  take(lines: number): Stretch {
    const stretch = {
      rows: this.writer.size - this.taken,
      lines,
      joined: this.joined,
      notes: this.notes,
      odd: this.odd.take(),
    }
    this.taken = this.writer.size
    this.joined = 0
    this.notes = []
    return stretch
  }
}

/** Keeps what a database's reader gives until it is certain that the reading counts. */
class Held {
  private readonly entries: UsageEntry[] = []
  private readonly notes: SessionNote[] = []
  private readonly items: ContextItem[] = []
  private readonly codes: DiagnosticCode[] = []
  private joined = 0

  constructor(private readonly to: Sink) {}

  readonly sink: Sink = {
    entry: entry => this.entries.push(entry),
    joined: () => {
      this.joined++
    },
    note: note => this.notes.push(note),
    item: item => this.items.push(item),
    lineNumber: 0,
    diagnostic: code => this.codes.push(code),
  }

  release(): void {
    for (const entry of this.entries) this.to.entry(entry)
    for (const note of this.notes) this.to.note(note)
    for (const item of this.items) this.to.item(item)
    for (const code of this.codes) this.to.diagnostic(code)
    for (let i = 0; i < this.joined; i++) this.to.joined()
  }
}
