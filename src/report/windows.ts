/**
 * Cuts an agent's entries into billing windows as ccusage does: a block starts at the full UTC hour of its first entry,
 * and only an entry after its end starts the next. Unlike ccusage's, windows and gaps follow one another without
 * overlap, and every entry lies inside its window, also where a window is shorter than an hour.
 */
import type { PricedEntry } from '../core/summary.ts'

export interface Window {
  readonly startAt: number
  readonly endAt: number
  /** By time; empty for a gap, the time between two windows. */
  readonly entries: readonly PricedEntry[]
}

const HOUR = 3_600_000

/** The windows of one agent's entries, oldest first, with the gaps between them; `length` in ms. */
export const windowsOf = (entries: readonly PricedEntry[], length: number): Window[] => {
  const sorted = [...entries].sort((a, b) => a.entry.at - b.entry.at)
  const windows: Window[] = []
  let open: { startAt: number; endAt: number; entries: PricedEntry[] } | undefined
  for (const priced of sorted) {
    const { at } = priced.entry
    // An entry exactly at the end still belongs to the old block (ccusage).
    if (open && at <= open.endAt) {
      open.entries.push(priced)
      continue
    }
    const startAt = Math.max(floorTo(at, Math.min(HOUR, length)), open?.endAt ?? Number.NEGATIVE_INFINITY)
    if (open && startAt > open.endAt) windows.push({ startAt: open.endAt, endAt: startAt, entries: [] })
    open = { startAt, endAt: startAt + length, entries: [priced] }
    windows.push(open)
  }
  return windows
}

const floorTo = (at: number, unit: number): number => Math.floor(at / unit) * unit
