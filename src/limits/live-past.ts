/** The windows that are over, by account, of more entries than fit into memory at once: they come in parts, and only what is told of them stays. */
import { isInexact } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { windowsOf } from '../report/windows.ts'
import { tokenCurve } from './curves.ts'
import { recentWindows, usedAfter, type WindowCurve } from './predict.ts'
import { byAccount } from './sums.ts'

const HOUR = 3_600_000
/** A curve needs no more points than this. */
const MOST_POINTS = 60

/** Whether an entry opens a window, whatever it cost. */
export const usesWindow = ({ entry }: PricedEntry): boolean => totalTokens(entry.tokens) !== 0 || isInexact(entry)

/** What is known of an account's windows. */
export interface AccountPast {
  /** Of the last weeks, the oldest first. */
  readonly curves: readonly WindowCurve[]
  /** Tokens of the fullest that is over, of all there were. */
  readonly highest: number
  /** Entries since the last pause, of which windows may still run. */
  readonly open: readonly PricedEntry[]
}

export const noPast: AccountPast = { curves: [], highest: 0, open: [] }

export class PastWindows {
  private readonly accounts = new Map<string, AccountPast>()

  constructor(
    /** Hours of its billing window, for agents that have one. */
    private readonly blockHours: ReadonlyMap<string, number>,
    /** Epoch ms. */
    private readonly now: number,
  ) {}

  /** Takes a part in; each is later than those before. */
  take(entries: readonly PricedEntry[]): void {
    const own = entries.filter(priced => this.blockHours.has(priced.entry.agent) && usesWindow(priced))
    for (const [key, part] of byAccount(own)) {
      const hours = this.blockHours.get(part[0]?.entry.agent ?? '')
      if (hours !== undefined) this.accounts.set(key, after(this.of(key), part, hours, this.now))
    }
  }

  of(account: string): AccountPast {
    return this.accounts.get(account) ?? noPast
  }
}

/** What is known when an account's next entries are, too: windows before a pause do not change any more. */
export const after = (
  { curves, highest, open }: AccountPast,
  entries: readonly PricedEntry[],
  hours: number,
  now: number,
): AccountPast => {
  const windows = windowsOf([...open, ...entries], hours * HOUR)
  const pause = windows.findLastIndex(window => window.entries.length === 0)
  const over = windows.slice(0, Math.max(0, pause)).filter(window => window.entries.length > 0)
  const fresh = over.map(tokenCurve)
  return {
    curves: recentWindows([...curves, ...fresh.map(thinned)], now),
    highest: fresh.reduce((most, curve) => Math.max(most, usedAfter(curve, Number.POSITIVE_INFINITY)), highest),
    open: windows.slice(pause + 1).flatMap(window => window.entries),
  }
}

/** Fewer points of the same curve; the last one stays. */
const thinned = (curve: WindowCurve): WindowCurve => {
  const step = Math.ceil(curve.points.length / MOST_POINTS)
  const last = curve.points.length - 1
  return step <= 1 ? curve : { ...curve, points: curve.points.filter((_, n) => n === last || (last - n) % step === 0) }
}
