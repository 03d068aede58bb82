/**
 * The seam between an agent and the rest: an agent finds its logs and folds their records into entries. It never opens a
 * log, prices, dedupes or prints. What is peculiar to an agent is a field here, never an `if` elsewhere.
 */
import type { DiagnosticCode, Diagnostics } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { ContextItem } from '../core/item.ts'
import type { SignalSink } from '../core/signal.ts'
import type { Database, Host } from '../host/host.ts'

/** What a fold gives out while it reads. Diagnostics get their file and line from the reader. */
export interface Sink {
  entry(entry: UsageEntry): void
  /** A further line of a response went into the entry that stands for it. */
  joined(): void
  /** The number of the line that is being read, for diagnostics; set by whoever cuts the lines. */
  lineNumber: number
  note(note: SessionNote): void
  /** A piece of a thread's context; only taken in where the detail is `items`. */
  item(item: ContextItem): void
  diagnostic(code: DiagnosticCode, args?: Readonly<Record<string, string | number>>): void
}

/** A folder that was looked into. */
export interface RootLook {
  readonly path: string
  readonly isFound: boolean
  /** The environment variable that named it. */
  readonly variable?: string | undefined
  /** The account of the config whose root it is. */
  readonly profile?: string | undefined
}

/** How long an agent keeps its logs, as its own settings say. */
export interface Retention {
  readonly days: number
  /** True when nobody set it. */
  readonly isDefault: boolean
  /** The file and the key that set it. */
  readonly path: string
  readonly setting: string
}

/** Facts about a sub-agent that its log does not hold. */
export interface Sidecar {
  readonly type?: string | undefined
  readonly description?: string | undefined
}

/**
 * How much a fold is asked for: `counts` alone; `calls`, also what each response did (its tool calls); `items`, also every piece of
 * context with its size, for the receipt.
 */
export type Detail = 'counts' | 'calls' | 'items'

/** What a reader may look at beside its log: small files that stand next to it. */
export type Files = Pick<Host, 'readText' | 'readDirectory' | 'stat'>

/** Reads logs of one record per line. `S` is its state between lines: plain JSON, so that it can be saved. */
export interface LineReader<S = unknown> {
  start(source: LogSource, detail: Detail, files: Files): S
  /**
   * Folds one line, `bytes[start, end)` without its line break; a newline byte stands at or behind `end`.
   * `isGlued` is true when the line may hold more than one object.
   */
  line(bytes: Buffer, start: number, end: number, isGlued: boolean, state: S, source: LogSource, sink: Sink): void
  /**
   * Folds a run of whole lines, `bytes[from, to)`, each with its newline; `first` is the number of the line before them. How many
   * lines there were. For agents that find the lines that matter faster than by looking at each; `line` gives the same.
   */
  run?(bytes: Buffer, from: number, to: number, first: number, state: S, source: LogSource, sink: Sink): number
  /** Called when there are no more lines for now; the same state may go on later, so it must stay as it is. */
  finish?(state: S, source: LogSource, sink: Sink): void
  /** Memory that lines of up to `size` bytes are best read into; its last byte is room for a newline. */
  blockFor?(size: number): Buffer
  /** Whether a line that begins with these bytes can be left out unread, however long it is. */
  skips(bytes: Buffer, start: number, end: number): boolean
}

/** Reads logs that are one document, rewritten whole. Ids must be the same at every reading: the index merges by them. */
export interface DocumentReader {
  read(text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void
}

/**
 * Reads databases. `state` is what the last reading left (plain JSON), undefined at first: with it only what is new or changed since has to be
 * handed out. What is handed out again under the same ids replaces what was there.
 */
export interface DatabaseReader<S = unknown> {
  read(database: Database, source: LogSource, state: S | undefined, detail: Detail, sink: Sink, files: Files): S
}

/**
 * Reads what a log of lines says beside usage (core/signal.ts). `S` is its state between lines: plain JSON. Only lines that hold one of `marks` are
 * handed to it, decoded.
 */
export interface SignalReader<S = unknown> {
  readonly marks: readonly string[]
  start(source: LogSource): S
  line(text: string, state: S, source: LogSource, sink: SignalSink): void
}

/** One agent. It has a reader for each kind of log source that it hands to `found`. */
export interface Agent {
  readonly id: string
  readonly name: string
  /** Raise when an entry changes meaning; what was stored of older versions is read again. */
  readonly version: number
  /** Hours of its billing window, for agents that have one. */
  readonly blockHours?: number | undefined
  /** How a user points elsewhere, for the "no data" screen and for profiles: the name of an environment variable. */
  readonly rootVariable: string
  /** What its logs never hold, or hold only when something is switched on: one line each, for `tokusage agents`. */
  readonly gaps?: readonly string[] | undefined
  /** Looks everywhere, hands each log to `found` once, and says where it looked. */
  discover(host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[]
  readonly lines?: LineReader | undefined
  readonly document?: DocumentReader | undefined
  readonly database?: DatabaseReader | undefined
  readonly signals?: SignalReader | undefined
  sidecar?(host: Host, source: LogSource): Sidecar | undefined
  retention?(host: Host): Retention | undefined
}

/** Checks a reader's types and hides its state's type from everybody else: only the reader itself looks inside. */
export const lineReader = <S>(reader: LineReader<S>): LineReader => reader as unknown as LineReader

/** See `lineReader`. */
export const databaseReader = <S>(reader: DatabaseReader<S>): DatabaseReader => reader as unknown as DatabaseReader

/** See `lineReader`. */
export const signalReader = <S>(reader: SignalReader<S>): SignalReader => reader as unknown as SignalReader
