/**
 * Takes a receipt apart into cells: what one item cost in one stretch of calls, by share. Whoever adds them up, in whatever grouping, gets
 * what the calls cost, to the picodollar.
 */
import { runningShares } from './apportion.ts'
import type { Shares, ThreadReceipt } from './types.ts'

/** What `item` cost in calls from `from` on (picodollars, tokens billed). */
export type CellVisitor = (item: number, from: number, share: keyof Shares, pico: number, tokens: number) => void

/** Calls `visit` for all that a thread cost. `cuts` are the first calls of the stretches to tell apart, in order, beginning with 0. */
export const visitCells = (thread: ThreadReceipt, cuts: readonly number[], visit: CellVisitor): void => {
  if (cuts.length <= 1) visitItems(thread, visit)
  else visitStretches(thread, cuts, visit)
}

/** Nothing to tell apart: the items have it added up. */
const visitItems = ({ items, ledger }: ThreadReceipt, visit: CellVisitor): void => {
  for (const [index, item] of items.entries()) {
    const spoken = ledger.outputTokens[index]!
    const entered = item.firstCall < 0 ? 0 : item.tokens
    const again = item.billedTokens - spoken - entered
    if (item.enter !== 0 || entered > 0) visit(index, 0, 'enter', item.enter, entered)
    if (item.carry !== 0 || again > 0) visit(index, 0, 'carry', item.carry, again)
    if (item.rewrite !== 0) visit(index, 0, 'rewrite', item.rewrite, 0)
    if (item.output !== 0 || spoken > 0) visit(index, 0, 'output', item.output, spoken)
    if (item.extras !== 0) visit(index, 0, 'extras', item.extras, 0)
  }
}

/** By stretch: which items were carried in it, at what price. */
class Carried {
  readonly items: number[] = []
  readonly weights: number[] = []
  readonly tokens: number[] = []

  add(item: number, pico: number, tokens: number): void {
    this.items.push(item)
    this.weights.push(pico)
    this.tokens.push(tokens)
  }
}

const visitStretches = (thread: ThreadReceipt, cuts: readonly number[], visit: CellVisitor): void => {
  const { calls, ledger, items, callShares } = thread
  const stretchOf = new Int32Array(calls.length)
  for (const [n, cut] of cuts.entries()) stretchOf.fill(n, cut)
  const carried = cuts.map(() => new Carried())
  const { stretches, touches, carryRate } = ledger
  for (let i = 0; i < stretches.item.length; i++) {
    const to = stretches.to[i]!
    const tokens = stretches.tokens[i]!
    for (let from = stretches.from[i]!; from < to; ) {
      const n = stretchOf[from]!
      const end = Math.min(to, cuts[n + 1] ?? calls.length)
      carried[n]!.add(stretches.item[i]!, tokens * (carryRate[end]! - carryRate[from]!), tokens * (end - from))
      from = end
    }
  }
  for (let i = 0; i < touches.item.length; i++) {
    const item = touches.item[i]!
    const n = stretchOf[touches.call[i]!]!
    const from = cuts[n]!
    const isFirst = items[item]!.firstCall === touches.call[i]
    if (isFirst) visit(item, from, 'enter', touches.enter[i]!, touches.tokens[i]!)
    if (touches.rewrite[i] !== 0) visit(item, from, 'rewrite', touches.rewrite[i]!, 0)
    if (!isFirst) carried[n]!.add(item, touches.carry[i]!, touches.tokens[i]!)
  }
  for (const [n, { items: list, weights, tokens }] of carried.entries()) {
    let total = 0
    for (let k = cuts[n]!; k < (cuts[n + 1] ?? calls.length); k++) total += callShares.carry[k]!
    const shares = new Float64Array(list.length)
    runningShares(total, weights, shares)
    for (let i = 0; i < list.length; i++) visit(list[i]!, cuts[n]!, 'carry', shares[i]!, tokens[i]!)
  }
  for (const [index, item] of items.entries()) {
    if (item.outputCall < 0) continue
    const from = cuts[stretchOf[item.outputCall]!]!
    visit(index, from, 'output', item.output, ledger.outputTokens[index]!)
    if (item.extras !== 0) visit(index, from, 'extras', item.extras, 0)
  }
}
