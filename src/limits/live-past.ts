/** The windows that are over, by account, of more entries than fit into memory at once: they come in parts, and only what is told of them stays. */
import type { PricedEntry } from '../core/summary.ts'
import { isUsage } from '../report/fold.ts'
import { type Filled, fill, notFilled } from './fill.ts'
import { byAccount, lengthOf } from './sums.ts'

const HOUR = 60
/** Minutes of the windows that servers have, of whatever agent. */
const COMMON_MINUTES = [5 * HOUR, 7 * 24 * HOUR] as const

const keyOf = (account: string, minutes: number): string => `${account}\n${lengthOf(minutes)}`

export class PastWindows {
  private readonly known = new Map<string, Filled>()

  constructor(
    /** Hours of its billing window, for agents that have one. */
    private readonly blockHours: ReadonlyMap<string, number>,
    /** Epoch ms. */
    private readonly now: number,
  ) {}

  /** Takes a part in; each is later than those before. */
  take(entries: readonly PricedEntry[]): void {
    for (const [account, part] of byAccount(entries.filter(isUsage)))
      for (const minutes of this.lengthsFor(part[0]?.entry.agent ?? '')) {
        const request = { length: lengthOf(minutes), now: this.now, resetAt: Number.NEGATIVE_INFINITY }
        this.known.set(keyOf(account, minutes), fill(this.of(account, minutes), part, request))
      }
  }

  private lengthsFor(agent: string): ReadonlySet<number> {
    const hours = this.blockHours.get(agent)
    return new Set<number>([...COMMON_MINUTES, ...(hours === undefined ? [] : [hours * HOUR])])
  }

  /** Of windows of such a length in minutes; nothing is known of uncommon ones. */
  of(account: string, minutes: number): Filled {
    return this.known.get(keyOf(account, minutes)) ?? notFilled
  }
}
