/** Reads log sources one after the other on this thread. */
import type { Agent, Detail, LineReader, Sink } from '../agents/define.ts'
import { type Diagnostic, type DiagnosticCode, Diagnostics } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { Host } from '../host/host.ts'
import { Deduper } from './dedupe.ts'
import { BLOCK_SIZE, readLines } from './lines.ts'

/** Takes the entries that are found, in any order. */
export interface EntryCollector {
  add(entry: UsageEntry): void
}

/** What was found beside the entries. */
export interface ScanResult {
  readonly notes: readonly SourceNote[]
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ScanCounts
}

/** A note and the log it stands in. */
export interface SourceNote {
  readonly path: string
  readonly note: SessionNote
}

export interface ScanCounts {
  readonly files: number
  readonly lines: number
  readonly bytes: number
  /** Usage lines that went into the row of another line of their session. */
  readonly merged: number
}

/** How many line numbers a diagnostic names. */
const NAMED_LINES = 5

/** Reads all of `sources` into one collector. A source that cannot be read is a diagnostic. */
export const scan = (
  host: Host,
  agents: readonly Agent[],
  sources: Iterable<LogSource>,
  detail: Detail,
): ScanResult & { readonly deduper: Deduper } => {
  const deduper = new Deduper()
  const scanner = new Scanner(host, agents, detail, deduper)
  scanner.readAll(sources)
  const result = scanner.result()
  deduper.countMerged(result.counts.merged)
  return { ...result, deduper }
}

/** Reads sources as they come, and hands out what it found in all of them. */
export class Scanner {
  private readonly notes: SourceNote[] = []
  private readonly diagnostics = new Diagnostics()
  private files = 0
  private lines = 0
  private bytes = 0
  private joined = 0
  private readonly agents: ReadonlyMap<string, Agent>

  constructor(
    private readonly host: Host,
    agents: readonly Agent[],
    private readonly detail: Detail,
    private readonly collector: EntryCollector,
  ) {
    this.agents = new Map(agents.map(agent => [agent.id, agent]))
  }

  readAll(sources: Iterable<LogSource>): void {
    for (const source of sources) {
      const agent = this.agents.get(source.agent)
      if (agent) this.read(agent, source)
    }
  }

  private read(agent: Agent, source: LogSource): void {
    const odd = new OddLines()
    const sink = this.sinkFor(source, odd)
    try {
      if (source.kind === 'document') this.readDocument(agent, source, sink)
      else if (agent.lines) this.readLog(agent.lines, source, sink, odd)
      this.files++
    } catch (error) {
      this.diagnostics.add('unreadable', { path: source.path, reason: reasonOf(error) })
    }
    odd.report(source.path, this.diagnostics)
  }

  private sinkFor(source: LogSource, odd: OddLines): Sink {
    const sink: Sink = {
      entry: entry => this.collector.add(entry),
      joined: () => {
        this.joined++
      },
      note: note => {
        this.notes.push({ path: source.path, note })
      },
      item: () => {},
      lineNumber: 0,
      diagnostic: code => odd.add(odd.isLast && code === 'bad-line' ? 'torn-line' : code, sink.lineNumber),
    }
    return sink
  }

  private readLog(lines: LineReader, source: LogSource, sink: Sink, odd: OddLines): void {
    const reader = this.host.open(source.path)
    try {
      const state = lines.start(source, this.detail, this.host)
      const { blockFor = allocate, run } = lines
      const reading = readLines(reader, blockFor(BLOCK_SIZE), {
        blockFor,
        onLine(bytes, start, end, isGlued, number, isTorn) {
          sink.lineNumber = number
          odd.isLast = isTorn
          lines.line(bytes, start, end, isGlued, state, source, sink)
        },
        onRun: run && ((bytes, from, to, before) => run(bytes, from, to, before, state, source, sink)),
        skips: lines.skips,
        onTooLong: number => odd.add('line-too-long', number),
      })
      lines.finish?.(state, source, sink)
      this.lines += reading.lines
      this.bytes += reading.bytes
    } finally {
      reader.close()
    }
  }

  private readDocument(agent: Agent, source: LogSource, sink: Sink): void {
    const text = this.host.readText(source.path)
    if (text === undefined) {
      this.diagnostics.add('unreadable', { path: source.path })
      return
    }
    agent.document?.read(text, source, this.detail, sink, this.host)
    this.bytes += source.size
  }

  /** Databases are opened asynchronously, on the main thread, one after the other. */
  async readDatabase(source: LogSource): Promise<void> {
    const { database } = this.agents.get(source.agent) ?? {}
    if (!database) return
    const found: UsageEntry[] = []
    const odd = new OddLines()
    const sink: Sink = { ...this.sinkFor(source, odd), entry: entry => found.push(entry) }
    try {
      await this.host.withDatabase(source.path, opened => {
        found.length = 0
        return database.read(opened, source, undefined, this.detail, sink, this.host)
      })
      for (const entry of found) this.collector.add(entry)
      this.files++
      this.bytes += source.size
    } catch (error) {
      this.diagnostics.add('unreadable', { path: source.path, reason: reasonOf(error) })
    }
    odd.report(source.path, this.diagnostics)
  }

  result(): ScanResult {
    const { notes, files, lines, bytes, joined } = this
    return { notes, diagnostics: this.diagnostics.list(), counts: { files, lines, bytes, merged: joined } }
  }
}

const allocate = (size: number): Buffer => Buffer.allocUnsafeSlow(size + 1)

/** The system's short name of an error (`EACCES`); anything without one is ours and goes up. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}

/** Odd lines of one file, by kind: how many, and where the first ones are. */
class OddLines {
  /** Whether the line being read is the last one and lacks its end. */
  isLast = false
  private readonly kinds = new Map<DiagnosticCode, { count: number; lines: number[] }>()

  add(code: DiagnosticCode, line: number): void {
    const kind = this.kinds.get(code) ?? { count: 0, lines: [] }
    this.kinds.set(code, kind)
    kind.count++
    if (kind.lines.length < NAMED_LINES) kind.lines.push(line)
  }

  report(path: string, to: Diagnostics): void {
    for (const [code, { count, lines }] of this.kinds) to.add(code, { path, lines: lines.join(', ') }, count)
  }
}
