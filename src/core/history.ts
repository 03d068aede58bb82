/** What is known of all usage, and what of it only the history knows. */
import type { Diagnostic } from './diagnostic.ts'
import type { UsageSummary } from './summary.ts'

/** Some responses and how many sessions they are of. */
export interface HistoryPart {
  readonly sessions: number
  readonly summary: UsageSummary
}

export interface HistoryRow {
  readonly agent: string
  /** Logs that are there. */
  readonly logs: number
  /** Logs that were read before and are there no more. */
  readonly goneLogs: number
  readonly all: HistoryPart
  /** What no log holds any more. */
  readonly only: HistoryPart
}

/** The index on disk. */
export interface IndexFacts {
  readonly path: string
  readonly bytes: number
  /** Files that were put aside because they are not what was written. */
  readonly damaged: number
  /** Whether this run used it. */
  readonly isOn: boolean
}

export interface HistoryReport {
  /** Agents of which anything is known, in the order of their ids. */
  readonly rows: readonly HistoryRow[]
  readonly totals: Omit<HistoryRow, 'agent'>
  readonly index: IndexFacts
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

/** What `--forget` is about. */
export interface ForgetReport {
  readonly rows: readonly (HistoryPart & { readonly agent: string })[]
  readonly totals: HistoryPart
  /** Deleted logs of which nothing is left then. */
  readonly logs: number
  /** Whether it is gone by now. */
  readonly isDone: boolean
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}
