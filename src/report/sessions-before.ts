/** What sessions used before the responses at hand. Sums only, but of all sessions: any of them may go on. */
import { type PricedEntry, Summing, type UsageSummary } from '../core/summary.ts'
import { isUsage } from './fold.ts'
import { keyOf, type SessionRef } from './live-sessions.ts'

export class SessionsBefore {
  private readonly sums = new Map<string, Summing>()

  /** Takes responses in, each once. Those of no session are no part of one. */
  take(entries: Iterable<PricedEntry>): void {
    for (const priced of entries) {
      if (priced.entry.session === undefined || !isUsage(priced)) continue
      const key = keyOf(priced.entry)
      const sum = this.sums.get(key) ?? new Summing()
      if (sum.entries === 0) this.sums.set(key, sum)
      sum.add(priced)
    }
  }

  of(session: SessionRef): UsageSummary | undefined {
    return this.sums.get(keyOf(session))?.done()
  }
}
