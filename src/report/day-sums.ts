/** Entries added up by day, and reports of such sums: what was added up once has not to be read again. */
import type { Calendar } from '../core/calendar.ts'
import type { DaySum } from '../core/day-sum.ts'
import type { UsageEntry } from '../core/entry.ts'
import { type PricedEntry, Summing } from '../core/summary.ts'
import type { EntryFilter } from './filter.ts'
import { isUsage, type Leaf } from './fold.ts'

/** The sums of entries, in no particular order. */
export const daySumsOf = (
  entries: readonly PricedEntry[],
  { dayOf }: Calendar,
  isHistorical: (entry: UsageEntry) => boolean,
): DaySum[] => {
  const days = new Map<string, OpenSum[]>()
  for (const priced of entries) {
    const { entry, cost } = priced
    const day = dayOf(entry.at)
    const sums = days.get(day) ?? []
    if (sums.length === 0) days.set(day, sums)
    const sum = openSum(sums, entry)
    if (isUsage(priced)) sum.summing.add(priced)
    if (cost.basis === 'missing') sum.unpriced++
    if (isHistorical(entry)) sum.historical++
  }
  return [...days].flatMap(([day, sums]) =>
    sums.map(({ summing, ...facts }) => ({ day, ...facts, summary: summing.done() })),
  )
}

interface OpenSum {
  readonly agent: string
  readonly model: string | undefined
  readonly profile: string | undefined
  readonly summing: Summing
  unpriced: number
  historical: number
}

const openSum = (sums: OpenSum[], { agent, model, profile }: UsageEntry): OpenSum => {
  for (const sum of sums) if (sum.model === model && sum.agent === agent && sum.profile === profile) return sum
  const sum = { agent, model, profile, summing: new Summing(), unpriced: 0, historical: 0 }
  sums.push(sum)
  return sum
}

/** The sums whose entries a filter lets through; one on projects cannot be answered by sums. */
export const filterSums = (
  sums: readonly DaySum[],
  passes: ((entry: Pick<UsageEntry, 'agent' | 'model' | 'profile'>) => boolean) | undefined,
  { since, until }: Pick<EntryFilter, 'since' | 'until'>,
): readonly DaySum[] =>
  sums.filter(
    sum =>
      (passes === undefined || passes(sum)) &&
      (since === undefined || sum.day >= since) &&
      (until === undefined || sum.day <= until),
  )

/** Leaves by period. */
export const leavesOfSums = (sums: readonly DaySum[], periodOf: (day: string) => string): Map<string, Leaf[]> => {
  const periods = new Map<string, Leaf[]>()
  for (const { day, agent, model, summary } of sums) {
    if (summary.entries === 0) continue
    const period = periodOf(day)
    const leaves = periods.get(period)
    const leaf = { agent, model, summary }
    if (leaves) leaves.push(leaf)
    else periods.set(period, [leaf])
  }
  return periods
}
