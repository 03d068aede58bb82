/** What reading one log source gave, beside the entries in the reader's table. */
import type { Diagnostic, DiagnosticCode, Diagnostics } from './diagnostic.ts'
import type { LogSource, SessionNote } from './entry.ts'
import type { EntryTable } from './entry-table.ts'
import type { ItemTable } from './item-table.ts'

/** A source to read, and where to go on if a part of it is known. */
export interface ScanJob {
  readonly source: LogSource
  readonly from?: Checkpoint | undefined
}

/** Where reading stopped: behind the last whole line, with the fold's state as JSON. */
export interface Checkpoint {
  readonly position: number
  readonly lines: number
  readonly state: string
}

/** What a stretch of a log held. A stretch is all whole lines, or what was seen behind them and may look different when the log goes on. */
export interface Stretch {
  /** Rows of the reader's table. */
  readonly rows: number
  readonly lines: number
  /** Usage lines that went into the row of another line of their response. */
  readonly joined: number
  readonly notes: readonly SessionNote[]
  readonly odd: readonly OddLine[]
}

export interface SourceReading {
  readonly source: LogSource
  /** The first of its rows in the reader's table: those of `whole`, then those of `tail`. */
  readonly firstRow: number
  /** The first of its items in the reader's table of items, and how many there are. */
  readonly firstItem: number
  readonly items: number
  /** Hashes of ids in pairs, where only items were asked for: of calls made while another was answered, and of that other. */
  readonly asides: readonly number[]
  readonly whole: Stretch
  readonly tail: Stretch
  /** Size of what was read, from the beginning of the log on. */
  readonly bytes: number
  /** Where to go on; undefined where nobody asked for it. */
  readonly checkpoint?: Checkpoint | undefined
  /** Hash of the first bytes and how many were hashed. */
  readonly head?: Head | undefined
  /** Hash of the last bytes before the checkpoint. */
  readonly end?: number | undefined
  /** Why it could not be read, a system's short name (`EACCES`). */
  readonly failure?: string | undefined
}

export interface Head {
  readonly hash: number
  readonly length: number
}

/** Odd lines of one kind in one log: how many, and the numbers of the first. */
export interface OddLine {
  readonly code: DiagnosticCode
  readonly count: number
  readonly lines: readonly number[]
}

/** What one thread read. */
export interface ThreadReading {
  readonly table: EntryTable
  /** Undefined where they were not asked for. */
  readonly items?: ItemTable | undefined
  readonly readings: readonly SourceReading[]
}

/** How many line numbers a diagnostic names. */
const NAMED_LINES = 5

/** Collects the odd lines of one log. */
export class OddLines {
  private readonly kinds = new Map<DiagnosticCode, { code: DiagnosticCode; count: number; lines: number[] }>()

  add(code: DiagnosticCode, line: number): void {
    const kind = this.kinds.get(code) ?? { code, count: 0, lines: [] }
    this.kinds.set(code, kind)
    kind.count++
    if (kind.lines.length < NAMED_LINES) kind.lines.push(line)
  }

  /** What was collected since the last time. */
  take(): OddLine[] {
    const list = [...this.kinds.values()]
    this.kinds.clear()
    return list
  }
}

/** Two lists of one log, the earlier first. */
export const addOdd = (a: readonly OddLine[], b: readonly OddLine[]): readonly OddLine[] => {
  if (b.length === 0) return a
  const codes = [...new Set([...a, ...b].map(odd => odd.code))]
  return codes.map(code => {
    const own = [...a, ...b].filter(odd => odd.code === code)
    return {
      code,
      count: own.reduce((sum, odd) => sum + odd.count, 0),
      lines: own.flatMap(odd => odd.lines).slice(0, NAMED_LINES),
    }
  })
}

/** Says what was odd in a log. */
export const reportOdd = (path: string, odd: readonly OddLine[], to: Diagnostics): void => {
  for (const { code, count, lines } of odd) {
    const known = lines.filter(line => line > 0)
    const args: Diagnostic['args'] = known.length > 0 ? { path, lines: known.join(', ') } : { path }
    to.add(code, args, count)
  }
}
