/** Everything the line is made from. */
import type { LimitReading } from '../core/limit.ts'
import type { StatusSnapshot } from '../core/status.ts'
import type { LineInput } from './input.ts'
import type { Look } from './look.ts'

export interface Facts {
  /** Epoch ms. */
  readonly now: number
  /** What the agent handed over; undefined in a shell's prompt. */
  readonly input: LineInput | undefined
  readonly snapshot: StatusSnapshot | undefined
  /** The agent whose status line this is. */
  readonly agent: string
  readonly own: readonly LimitReading[]
  /** From the journal and the snapshot. */
  readonly known: readonly LimitReading[]
  readonly branch: string | undefined
  readonly look: Look
}

/** Figures older than this are shown with their age. */
export const STALE_MS = 600_000
