/**
 * The seam between an agent and the rest: an agent finds its logs and folds their records into entries. It never opens a
 * file, prices, dedupes or prints. What is peculiar to an agent is a field here, never an `if` elsewhere.
 */
import type { DiagnosticCode, Diagnostics } from '../core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { Host } from '../host/host.ts'

/** What a fold gives out while it reads. Diagnostics get their file and line from the reader. */
export interface Sink {
  entry(entry: UsageEntry): void
  /** A further line of a response went into the entry that stands for it. */
  joined(): void
  /** The number of the line that is being read, for diagnostics; set by whoever cuts the lines. */
  lineNumber: number
  note(note: SessionNote): void
  diagnostic(code: DiagnosticCode, args?: Readonly<Record<string, string | number>>): void
}

/** A folder that was looked into. */
export interface RootLook {
  readonly path: string
  readonly isFound: boolean
  /** The environment variable that named it. */
  readonly variable?: string | undefined
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

/** How much a fold is asked for: `counts` alone, or also what each response did (its tool calls). */
export type Detail = 'counts' | 'calls'

/** An agent that writes one record per line. `S` is its state between lines: plain JSON, so that it can be saved. */
export interface LineAgent<S = unknown> {
  readonly id: string
  readonly name: string
  /** Raise when an entry changes meaning; what was stored of older versions is read again. */
  readonly version: number
  /** Hours of its billing window, for agents that have one. */
  readonly blockHours?: number | undefined
  readonly reads: 'lines'
  /** How a user points elsewhere, for the "no data" screen: the name of an environment variable. */
  readonly rootVariable: string
  /** Looks everywhere, hands each log to `found` once, and says where it looked. */
  discover(host: Host, diagnostics: Diagnostics, found: (source: LogSource) => void): RootLook[]
  start(source: LogSource, detail: Detail): S
  /**
   * Folds one line, `bytes[start, end)` without its line break; a newline byte stands at or behind `end`.
   * `isGlued` is true when the line may hold more than one object.
   */
  line(bytes: Buffer, start: number, end: number, isGlued: boolean, state: S, source: LogSource, sink: Sink): void
  /**
   * Folds a run of whole lines, `bytes[from, to)`, each with its newline; `first` is the number of the line before them. How many
   * lines there were. For agents that find the lines that matter faster than by looking at each; `line` gives the same.
   */
  lines?(bytes: Buffer, from: number, to: number, first: number, state: S, source: LogSource, sink: Sink): number
  /** Called when there are no more lines for now; the same state may go on later. */
  finish?(state: S, source: LogSource, sink: Sink): void
  /** Memory that lines of up to `size` bytes are best read into; its last byte is room for a newline. */
  blockFor?(size: number): Buffer
  /** Whether a line that begins with these bytes can be left out unread, however long it is. */
  skips(bytes: Buffer, start: number, end: number): boolean
  sidecar?(host: Host, source: LogSource): Sidecar | undefined
  retention?(host: Host): Retention | undefined
}

export type Agent = LineAgent

/** Checks a definition's types and hides its state's type from the registry: only the agent itself looks inside. */
export const lineAgent = <S>(definition: LineAgent<S>): Agent => definition as unknown as Agent
