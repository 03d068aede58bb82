/** Runs an agent's fold over the bytes of a log by itself, with a say in what becomes of its state on the way. */
import type { Agent, LineReader } from '../../src/agents/define.ts'
import type { LogSource, UsageEntry } from '../../src/core/entry.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { BLOCK_SIZE, readLines } from '../../src/ingest/lines.ts'
import { makeHost } from './host.ts'
import { inOrder, memoryReader } from './scan.ts'

/** What a state looks like that was written down and read again. */
export const saved = (state: unknown): unknown => structuredClone(JSON.parse(JSON.stringify(state)))

const allocate = (size: number): Buffer => Buffer.allocUnsafeSlow(size + 1)

/** One reading of a log: where its entries go, and the state it has come to. */
export class LogFold {
  readonly entries: UsageEntry[] = []
  state: unknown
  private readonly reader: LineReader

  constructor(
    agent: Agent,
    private readonly source: LogSource,
  ) {
    if (!agent.lines) throw new Error(`${agent.id} reads no lines`)
    this.reader = agent.lines
    this.state = this.reader.start(source, 'calls', makeHost())
  }

  private readonly sink = {
    entry: (entry: UsageEntry): void => {
      this.entries.push(entry)
    },
    lineNumber: 0,
    joined(): void {},
    note(): void {},
    item(): void {},
    diagnostic(): void {},
  }

  /**
   * Takes in `bytes`; `after` is given the state behind each line and says with which one to go on. With `block`, they are read into memory
   * of that size, not into the agent's own.
   */
  lines(bytes: Buffer, after: (state: unknown) => unknown = state => state, block?: number): this {
    const blockFor = (block === undefined && this.reader.blockFor) || allocate
    readLines(memoryReader(bytes), blockFor(block ?? BLOCK_SIZE), {
      blockFor,
      onLine: (block, start, end, isGlued) => {
        this.reader.line(block, start, end, isGlued, this.state, this.source, this.sink)
        this.state = after(this.state)
      },
      skips: this.reader.skips,
      onTooLong() {},
    })
    return this
  }

  /** Takes in `bytes` in runs of lines, where the agent can; else as `lines`. */
  runs(bytes: Buffer): this {
    const { reader } = this
    const { blockFor = allocate, run } = reader
    if (!run) return this.lines(bytes)
    readLines(memoryReader(bytes), blockFor(BLOCK_SIZE), {
      blockFor,
      onRun: (block, from, to, before) => run(block, from, to, before, this.state, this.source, this.sink),
      onLine: (block, start, end, isGlued) => {
        reader.line(block, start, end, isGlued, this.state, this.source, this.sink)
      },
      skips: reader.skips,
      onTooLong() {},
    })
    return this
  }

  /** Has the agent hand out what it kept back. */
  finish(): this {
    this.reader.finish?.(this.state, this.source, this.sink)
    return this
  }
}

/** The entries of a whole log, lines of one response merged. */
export const mergedEntries = (entries: readonly UsageEntry[]): UsageEntry[] => {
  const deduper = new Deduper()
  for (const entry of entries) deduper.add(entry)
  return inOrder(deduper.resolve().entries)
}

export const coldEntries = (agent: Agent, source: LogSource, bytes: Buffer): UsageEntry[] =>
  mergedEntries(new LogFold(agent, source).lines(bytes).finish().entries)

/**
 * The entries of a log that was read when it had `length` bytes, and again when it was whole. The first reading looks at a last line
 * without its newline, but what it finds there, and the state that leaves, are forgotten. `reports` says whether the first reading also
 * handed out what it kept back, as it does for a report.
 */
export const resumedEntries = (
  agent: Agent,
  source: LogSource,
  bytes: Buffer,
  length: number,
  reports: boolean,
): UsageEntry[] => {
  const position = bytes.lastIndexOf(10, length - 1) + 1
  const first = new LogFold(agent, source).lines(bytes.subarray(0, length === 0 ? 0 : position))
  const stored = saved(first.state)
  const torn = new LogFold(agent, source)
  torn.state = saved(stored)
  if (length > position) torn.lines(bytes.subarray(position, length)).finish()
  if (reports) first.finish()
  const second = new LogFold(agent, source)
  second.state = stored
  second.lines(bytes.subarray(length === 0 ? 0 : position)).finish()
  return mergedEntries([...first.entries, ...second.entries])
}
