/** Why money was spent: the report behind `tokusage why`, of the calls that count. */
import type { Calendar } from '../core/calendar.ts'
import type { Grouping } from '../core/grouping.ts'
import { addMoney, type Money, money, noMoney } from '../core/money.ts'
import { promptTokens } from '../core/tokens.ts'
import type { WhyBasis, WhyContext, WhyItem, WhyReport, WhySession } from '../core/why.ts'
import { type CallTest, group, innerRows, type ReceiptRow, rewritesOf } from './group.ts'
import { partsOf, sumOfShares, type ThreadPart } from './part.ts'
import { type Facts, RowNames, whyItem } from './rows.ts'
import { type Receipt, shareKinds } from './types.ts'

export interface WhyOptions {
  readonly by: readonly Grouping[]
  readonly calendar: Calendar
  readonly isMeant: CallTest
  readonly facts: Facts
}

/** What the receipt has to say; totals and diagnostics are those of the other reports. */
export type WhyPart = Pick<WhyReport, 'by' | 'rows' | 'causes' | 'items' | 'sessions' | 'misses' | 'context' | 'basis'>

/** How many items and sessions the overview lists. */
const MOST = 10

export const whyPart = (receipt: Receipt, options: WhyOptions): WhyPart => {
  const { by, calendar, isMeant, facts } = options
  const parts = partsOf(receipt, isMeant)
  const names = new RowNames(receipt, facts)
  const grouped = (one: Grouping, two?: Grouping): ReceiptRow[] => group(receipt, calendar, one, two, isMeant)
  const common = { by, misses: rewritesOf(receipt, isMeant), context: contextOf(parts), basis: basisOf(parts) }
  const [first, second] = by
  if (first !== undefined)
    return {
      ...common,
      rows: inOrder(first, grouped(first, second)).map(row => names.row(row, by)),
      causes: grouped('cause').map(row => names.row(row, ['cause'])),
      items: [],
      sessions: [],
    }
  const activities = grouped('session', 'activity')
  const causes = grouped('session', 'cause')
  return {
    ...common,
    rows: innerRows(activities).map(row => names.row(row, ['activity'])),
    causes: innerRows(causes).map(row => names.row(row, ['cause'])),
    items: dearestItems(parts, facts),
    sessions: dearestSessions(parts, activities, causes, facts),
  }
}

/** Rows of time go by time. */
const inOrder = (by: Grouping, rows: ReceiptRow[]): ReceiptRow[] =>
  by === 'day' || by === 'hour' ? rows.sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1)) : rows

/** What a thread began with has lines of its own, and what no line holds cannot be named. */
const isListed = (activity: string): boolean => activity !== 'base' && activity !== 'unlogged'

const dearestItems = (parts: readonly ThreadPart[], facts: Facts): WhyItem[] =>
  parts
    .flatMap(part => [...part.itemCosts].map(([index, costs]) => ({ part, index, costs, pico: sumOfShares(costs) })))
    .filter(({ part, index, pico }) => pico > 0 && isListed(part.thread.items[index]!.activity))
    .sort((a, b) => b.pico - a.pico)
    .slice(0, MOST)
    .map(({ part, index, costs }) => whyItem(part, index, costs, facts))

const most = (rows: readonly ReceiptRow[]): { key: string; cost: Money } => {
  // What a thread began with is nobody's work, unless there is nothing else.
  const row = rows.find(({ key }) => key !== 'base' && key !== 'unlogged') ?? rows[0]
  return { key: row?.key ?? '', cost: row?.cost ?? noMoney }
}

const dearestSessions = (
  parts: readonly ThreadPart[],
  activities: readonly ReceiptRow[],
  causes: readonly ReceiptRow[],
  { names, titles, projectName }: Facts,
): WhySession[] => {
  const causesOf = new Map(causes.map(row => [row.key, row.rows]))
  return activities.slice(0, MOST / 2).map(({ key, cost, rows }) => {
    const own = parts.filter(({ thread }) => thread.session === key)
    const { agent, calls } = own[0]!.thread
    const project = calls.find(({ entry }) => entry.project !== undefined)?.entry.project
    return {
      key: key === undefined ? undefined : names.of('session', key),
      name: key === undefined ? undefined : names.title(titles.get(key)),
      agent,
      project:
        project === undefined ? undefined : names.isPrivate ? names.of('project', project) : projectName(project),
      cost,
      calls: own.reduce((sum, part) => sum + part.callsIn(), 0),
      peakContext: own.reduce((peak, part) => Math.max(peak, part.peakContext), 0),
      activity: most(rows),
      cause: most(causesOf.get(key) ?? []),
    }
  })
}

const contextOf = (parts: readonly ThreadPart[]): WhyContext => {
  let baseTokens = 0
  let baseCost = noMoney
  let sent = 0
  for (const part of parts) {
    for (const [index, costs] of part.itemCosts) {
      if (part.thread.items[index]!.activity !== 'base') continue
      baseTokens += costs.tokens
      baseCost = addMoney(baseCost, money(0, sumOfShares(costs)))
    }
    for (const [k, { entry }] of part.thread.calls.entries()) if (part.meant[k]) sent += promptTokens(entry.tokens)
  }
  return { calls: parts.reduce((sum, part) => sum + part.callsIn(), 0), promptTokens: sent, baseTokens, baseCost }
}

const basisOf = (parts: readonly ThreadPart[]): WhyBasis => {
  const sums = { exact: noMoney, inferred: noMoney, none: noMoney }
  for (const { thread, meant } of parts)
    for (const [k, is] of meant.entries()) {
      const pico = shareKinds.reduce((sum, share) => sum + thread.callShares[share][k]!, 0)
      if (is) sums[thread.basis] = addMoney(sums[thread.basis], money(0, pico))
    }
  return sums
}
