/** Rows of a receipt by one or two groupings. Whatever the grouping, the rows add up to what the calls cost, to the picodollar. */
import type { Calendar } from '../core/calendar.ts'
import { addMoney, type Money, money, noMoney } from '../core/money.ts'
import { visitCells } from './cells.ts'
import { callKey, type Grouping, isCallGrouping, itemKey } from './keys.ts'
import {
  type PricedCall,
  type Receipt,
  type ReceiptItem,
  type RewriteReason,
  type Shares,
  shareKinds,
  type ThreadReceipt,
} from './types.ts'

export interface ReceiptRow {
  /** Undefined for what has no such thing (the file of an answer, the branch where none is logged). */
  readonly key: string | undefined
  /** Of everything below. */
  readonly cost: Money
  readonly enter: Money
  readonly carry: Money
  readonly rewrite: Money
  readonly output: Money
  readonly extras: Money
  /** Billed, over all calls. */
  readonly tokens: number
  /** By the second grouping, the most expensive first; empty where there is none. */
  readonly rows: readonly ReceiptRow[]
}

/** A sum of picodollars that may grow beyond 2^53. */
export class Sum {
  private kilo = 0
  private pico = 0

  add(pico: number): void {
    this.pico += pico
    if (this.pico < 1e15) return
    this.kilo += Math.floor(this.pico / 1e15)
    this.pico %= 1e15
  }

  money(): Money {
    return money(this.kilo, this.pico)
  }
}

class RowSum {
  private readonly sums = {
    enter: new Sum(),
    carry: new Sum(),
    rewrite: new Sum(),
    output: new Sum(),
    extras: new Sum(),
  }
  private tokens = 0
  private rows: Map<string | undefined, RowSum> | undefined

  constructor(private readonly key: string | undefined) {}

  add(share: keyof Shares, pico: number, tokens: number): void {
    this.sums[share].add(pico)
    this.tokens += tokens
  }

  inner(key: string | undefined): RowSum {
    this.rows ??= new Map()
    return rowOf(this.rows, key)
  }

  row(): ReceiptRow {
    const { enter, carry, rewrite, output, extras } = this.sums
    const shares = {
      enter: enter.money(),
      carry: carry.money(),
      rewrite: rewrite.money(),
      output: output.money(),
      extras: extras.money(),
    }
    const cost = Object.values(shares).reduce(addMoney, noMoney)
    return { key: this.key, cost, ...shares, tokens: this.tokens, rows: rowsOf(this.rows ?? new Map()) }
  }
}

const rowOf = (rows: Map<string | undefined, RowSum>, key: string | undefined): RowSum => {
  const known = rows.get(key)
  if (known) return known
  const row = new RowSum(key)
  rows.set(key, row)
  return row
}

const addRows = (a: ReceiptRow, b: ReceiptRow): ReceiptRow => ({
  key: a.key,
  cost: addMoney(a.cost, b.cost),
  enter: addMoney(a.enter, b.enter),
  carry: addMoney(a.carry, b.carry),
  rewrite: addMoney(a.rewrite, b.rewrite),
  output: addMoney(a.output, b.output),
  extras: addMoney(a.extras, b.extras),
  tokens: a.tokens + b.tokens,
  rows: [],
})

/** The rows by the second grouping alone: what `group` by it gives, without another walk. */
export const innerRows = (rows: readonly ReceiptRow[]): ReceiptRow[] => {
  const found = new Map<string | undefined, ReceiptRow>()
  for (const row of rows.flatMap(outer => outer.rows)) {
    const known = found.get(row.key)
    found.set(row.key, known ? addRows(known, row) : row)
  }
  return [...found.values()].sort(byCost)
}

const byCost = (a: ReceiptRow, b: ReceiptRow): number =>
  b.cost.kilo - a.cost.kilo ||
  b.cost.pico - a.cost.pico ||
  ((a.key ?? '') < (b.key ?? '') ? -1 : (a.key ?? '') > (b.key ?? '') ? 1 : 0)

/** The most expensive first, those of one price by their keys. */
const rowsOf = (rows: ReadonlyMap<string | undefined, RowSum>): ReceiptRow[] =>
  [...rows.values()].map(row => row.row()).sort(byCost)

/** Which calls count: those of a range of days, of some models. */
export type CallTest = (call: PricedCall) => boolean

const everyCall: CallTest = () => true

/** Rows by `by`, and inside each by `then`; of the calls that `isMeant` lets through. */
export const group = (
  receipt: Receipt,
  calendar: Calendar,
  by: Grouping,
  then?: Grouping,
  isMeant: CallTest = everyCall,
): ReceiptRow[] => {
  const rows = new Map<string | undefined, RowSum>()
  for (const thread of receipt.threads) groupThread(thread, calendar, by, then, isMeant, rows)
  return rowsOf(rows)
}

const groupThread = (
  thread: ThreadReceipt,
  calendar: Calendar,
  by: Grouping,
  then: Grouping | undefined,
  isMeant: CallTest,
  rows: Map<string | undefined, RowSum>,
): void => {
  const meant = thread.calls.map(isMeant)
  if (!meant.includes(true)) return
  const keysOf = (grouping: Grouping | undefined): (string | undefined)[] =>
    grouping && isCallGrouping(grouping) ? thread.calls.map((_, k) => callKey(grouping, thread, k, calendar)) : []
  const outer = keysOf(by)
  const inner = keysOf(then)
  const cuts = thread.calls.flatMap((_, k) =>
    k === 0 || outer[k] !== outer[k - 1] || inner[k] !== inner[k - 1] || meant[k] !== meant[k - 1] ? [k] : [],
  )
  const keyOf = (
    grouping: Grouping,
    calls: readonly (string | undefined)[],
    item: ReceiptItem,
    from: number,
    share: keyof Shares,
  ) => (isCallGrouping(grouping) ? calls[from] : grouping === 'cause' ? causeOf(item, share) : itemKey(grouping, item))
  visitCells(thread, cuts, (index, from, share, pico, tokens) => {
    if (!meant[from]) return
    const item = thread.items[index]!
    const row = rowOf(rows, keyOf(by, outer, item, from, share))
    row.add(share, pico, tokens)
    if (then) row.inner(keyOf(then, inner, item, from, share)).add(share, pico, tokens)
  })
}

const causeOf = (item: ReceiptItem, share: keyof Shares): string => (item.activity === 'base' ? 'base' : share)

/** What all these calls cost. */
export const totalOf = (receipt: Receipt, isMeant: CallTest = everyCall): Money => {
  const sum = new Sum()
  for (const { calls, callShares } of receipt.threads)
    for (const [k, call] of calls.entries())
      if (isMeant(call)) for (const share of shareKinds) sum.add(callShares[share][k]!)
  return sum.money()
}

/** What cache misses cost above the price of a read, by reason: the most expensive first. */
export const rewritesOf = (
  receipt: Receipt,
  isMeant: CallTest = everyCall,
): { readonly reason: RewriteReason; readonly calls: number; readonly cost: Money }[] => {
  const found = new Map<RewriteReason, { calls: number; sum: Sum }>()
  for (const { calls, reasons, callShares } of receipt.threads)
    for (const [k, reason] of reasons.entries()) {
      if (reason === undefined || !isMeant(calls[k]!)) continue
      const row = found.get(reason) ?? { calls: 0, sum: new Sum() }
      found.set(reason, row)
      row.calls++
      row.sum.add(callShares.rewrite[k]!)
    }
  return [...found]
    .map(([reason, { calls, sum }]) => ({ reason, calls, cost: sum.money() }))
    .sort((a, b) => b.cost.kilo - a.cost.kilo || b.cost.pico - a.cost.pico)
}
