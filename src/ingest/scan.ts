/** Reads log sources one after the other on this thread. */
import type { Agent, Detail, LineReader } from '../agents/define.ts'
import type { LogSource } from '../core/entry.ts'
import { EntryWriter } from '../core/entry-table.ts'
import { ItemWriter } from '../core/item-table.ts'
import type { Head, ScanJob, SourceReading, Stretch, ThreadReading } from '../core/reading.ts'
import type { ByteReader, Host } from '../host/host.ts'
import { BLOCK_SIZE, readLines } from './lines.ts'
import { openLog } from './packed.ts'
import { Held, Part } from './part.ts'

export interface ScanRequest {
  readonly detail: Detail
  /** Whether ids stay as the log has them also where only counts are asked for; left out: their hashes do. */
  readonly keepsIds?: boolean | undefined
  /** Whether to note where reading can go on later. */
  readonly isResumable: boolean
  /** Whether entries are left out: items alone are wanted. */
  readonly isForItems?: boolean | undefined
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
  private readonly items = new ItemWriter()
  private readonly readings: SourceReading[] = []
  private readonly agents: ReadonlyMap<string, Agent>

  constructor(
    private readonly host: Host,
    agents: readonly Agent[],
    private readonly request: ScanRequest,
  ) {
    this.agents = new Map(agents.map(agent => [agent.id, agent]))
    this.writer = new EntryWriter(request.detail !== 'counts' || request.keepsIds)
  }

  result(): ThreadReading {
    const items = this.request.detail === 'items' ? this.items.table() : undefined
    return { table: this.writer.table(), items, readings: this.readings }
  }

  read(job: ScanJob): void {
    const agent = this.agents.get(job.source.agent)
    if (!agent) return
    const part = this.partOf(job.source)
    try {
      if (job.source.kind === 'document') this.readings.push(this.readDocument(agent, job.source, part))
      else if (agent.lines) this.readings.push(this.readLog(agent.lines, job, part))
    } catch (error) {
      this.readings.push(failed(job.source, part, reasonOf(error)))
    }
  }

  private partOf(source: LogSource): Part {
    return new Part(this.writer, this.items, source, this.request.isForItems === true)
  }

  private readLog(lines: LineReader, { source, from }: ScanJob, part: Part): SourceReading {
    const { detail } = this.request
    // What is compressed is never added to.
    const isResumable = this.request.isResumable && source.packed === undefined
    const reader = openLog(this.host, source)
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
        ...part.ofItems(),
        ...(isResumable ? { checkpoint, ...marksOf(reader, reading.position) } : {}),
      }
    } finally {
      reader.close()
    }
  }

  private readDocument(agent: Agent, source: LogSource, part: Part): SourceReading {
    const text = this.host.readText(source.path)
    if (text === undefined) return failed(source, part, 'unreadable')
    agent.document?.read(text, source, this.request.detail, part.sink, this.host)
    return {
      source,
      firstRow: part.firstRow,
      whole: part.take(0),
      tail: part.take(0),
      bytes: source.size,
      ...part.ofItems(),
    }
  }

  /** Databases are opened asynchronously, on the main thread, one after the other. */
  async readDatabase({ source, from }: ScanJob): Promise<void> {
    const { database } = this.agents.get(source.agent) ?? {}
    if (!database) return
    const part = this.partOf(source)
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
      const reading = {
        source,
        firstRow: part.firstRow,
        whole,
        tail: part.take(0),
        bytes: source.size,
        ...part.ofItems(),
      }
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
  ...part.ofItems(),
  failure,
})

/** How many bytes at its beginning, and before the place where reading goes on, tell a log from others. */
const MARK_BYTES = 512

const marked = Buffer.alloc(MARK_BYTES)

/** FNV-1a of some bytes of a log. */
const hashAt = (reader: ByteReader, from: number, most: number): Head => {
  const length = reader.read(marked, 0, most, from)
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ marked[i]!, 0x01000193)
  return { hash: hash >>> 0, length }
}

/** What a log is known by where reading may go on at `position`: the same, whatever comes behind. */
export const marksOf = (
  reader: ByteReader,
  position: number,
  headLength = MARK_BYTES,
): { readonly head: Head; readonly end: number } => {
  const from = Math.max(0, position - MARK_BYTES)
  return { head: hashAt(reader, 0, headLength), end: hashAt(reader, from, position - from).hash }
}
