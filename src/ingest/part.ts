/** What reading one source gives: entries and items go into the reader's tables, the rest is collected here. */
import type { Sink } from '../agents/define.ts'
import type { DiagnosticCode } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import { type EntryWriter, hashOf } from '../core/entry-table.ts'
import type { ContextItem } from '../core/item.ts'
import type { ItemWriter } from '../core/item-table.ts'
import { OddLines, type SourceReading, type Stretch } from '../core/reading.ts'

/** What one source gives, as it is being read. */
export class Part {
  readonly odd = new OddLines()
  /** Whether the line being read is the last one and lacks its end. */
  isTorn = false
  readonly firstRow: number
  readonly sink: Sink
  private readonly firstItem: number
  private notes: SessionNote[] = []
  private readonly asides: number[] = []
  private joined = 0
  private taken: number

  constructor(
    private readonly writer: EntryWriter,
    private readonly items: ItemWriter,
    { profile }: LogSource,
    isForItems: boolean,
  ) {
    this.firstRow = writer.size
    this.firstItem = items.size
    this.taken = writer.size
    const takeEntry =
      profile === undefined
        ? (entry: UsageEntry) => writer.add(entry)
        : (entry: UsageEntry) => writer.add({ ...entry, profile })
    const sink: Sink = {
      entry: isForItems ? entry => this.noteAside(entry) : takeEntry,
      joined: () => {
        this.joined++
      },
      note: note => {
        this.notes.push(note)
      },
      item: item => items.add(item),
      lineNumber: 0,
      diagnostic: code => this.odd.add(this.isTorn && code === 'bad-line' ? 'torn-line' : code, sink.lineNumber),
    }
    this.sink = sink
  }

  /** The id of a call made while another was answered begins with the other's. */
  private noteAside({ messageId }: UsageEntry): void {
    const colon = messageId?.indexOf(':') ?? -1
    if (messageId !== undefined && colon > 0) this.asides.push(hashOf(messageId), hashOf(messageId.slice(0, colon)))
  }

  /** Where its items stand. */
  ofItems(): Pick<SourceReading, 'firstItem' | 'items' | 'asides'> {
    const { firstItem, asides } = this
    return { firstItem, items: this.items.size - firstItem, asides }
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
export class Held {
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
