/** A part of a thread: the calls of a range, and what each item cost in them. */
import { promptTokens } from '../core/tokens.ts'
import { visitCells } from './cells.ts'
import type { CallTest } from './group.ts'
import type { Receipt, Shares, ThreadReceipt } from './types.ts'

/** Picodollars, and tokens billed. */
export interface ItemCosts extends Shares {
  readonly tokens: number
}

type OpenCosts = { -readonly [Key in keyof ItemCosts]: ItemCosts[Key] }

export const sumOfShares = ({ enter, carry, rewrite, output, extras }: Shares): number =>
  enter + carry + rewrite + output + extras

/** What an item cost in prompts, its being written by the model apart. */
export const promptCost = ({ enter, carry, rewrite }: Shares): number => enter + carry + rewrite

export class ThreadPart {
  /** By call: whether it counts. */
  readonly meant: readonly boolean[]
  /** Stretches of calls that count: the first, and the one behind the last. */
  readonly spans: readonly (readonly [from: number, to: number])[]
  private costs: ReadonlyMap<number, ItemCosts> | undefined

  constructor(
    readonly thread: ThreadReceipt,
    isMeant: CallTest,
  ) {
    this.meant = thread.calls.map(isMeant)
    const starts = this.meant.flatMap((is, k) => (is && !this.meant[k - 1] ? [k] : []))
    this.spans = starts.map(from => {
      const end = this.meant.indexOf(false, from)
      return [from, end < 0 ? this.meant.length : end] as const
    })
  }

  /** How many calls count in [from, to). */
  callsIn(from = 0, to = this.meant.length): number {
    return this.spans.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0)
  }

  /** By item; what cost nothing in these calls is left out. */
  get itemCosts(): ReadonlyMap<number, ItemCosts> {
    this.costs ??= this.sumItems()
    return this.costs
  }

  private sumItems(): Map<number, ItemCosts> {
    const found = new Map<number, OpenCosts>()
    const { meant, thread } = this
    const cuts = meant.flatMap((is, k) => (k === 0 || is !== meant[k - 1] ? [k] : []))
    visitCells(thread, cuts, (item, from, share, pico, tokens) => {
      if (!meant[from]) return
      const costs = found.get(item) ?? { enter: 0, carry: 0, rewrite: 0, output: 0, extras: 0, tokens: 0 }
      found.set(item, costs)
      costs[share] += pico
      costs.tokens += tokens
    })
    return found
  }

  /** Picodollars by item of what it cost in the prompts of calls that count, from call `from` on: not rounded. */
  promptCosts(from = 0): Float64Array {
    const { stretches, touches, carryRate } = this.thread.ledger
    const found = new Float64Array(this.thread.items.length)
    for (const [start, to] of this.spans) {
      const first = Math.max(start, from)
      if (first >= to) continue
      for (let i = 0; i < stretches.item.length; i++) {
        const a = Math.max(first, stretches.from[i]!)
        const b = Math.min(to, stretches.to[i]!)
        if (a < b) found[stretches.item[i]!]! += stretches.tokens[i]! * (carryRate[b]! - carryRate[a]!)
      }
      for (let i = 0; i < touches.item.length; i++) {
        const call = touches.call[i]!
        if (call >= first && call < to)
          found[touches.item[i]!]! += touches.enter[i]! + touches.carry[i]! + touches.rewrite[i]!
      }
    }
    return found
  }

  /** The largest prompt of the calls that count. */
  get peakContext(): number {
    return this.thread.calls.reduce(
      (most, { entry }, k) => (this.meant[k] ? Math.max(most, promptTokens(entry.tokens)) : most),
      0,
    )
  }
}

/** The threads that have a call that counts. */
export const partsOf = (receipt: Receipt, isMeant: CallTest): ThreadPart[] =>
  receipt.threads.map(thread => new ThreadPart(thread, isMeant)).filter(part => part.spans.length > 0)
