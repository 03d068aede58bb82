/**
 * Who pays for a prompt: caches are prefix caches, so its first tokens are charged at the read price, the next at the write price, the last
 * as input (spec/RECEIPT.md, "Sharing out money"). What is only read, nearly everything in nearly every call, is never visited: a
 * running sum of the price per token is kept, and an item looks at it when it comes, changes or goes.
 */

import type { CostParts } from '../core/cost-parts.ts'
import type { UsageEntry } from '../core/entry.ts'
import { promptTokens } from '../core/tokens.ts'
import { runningShares } from './apportion.ts'
import type { Context } from './context.ts'
import type { Ledger as Book, CallShares } from './types.ts'

const pushed = (list: Float64Array, from: number): number => {
  let sum = 0
  for (let i = from; i < list.length; i++) sum += list[i]!
  return sum
}

/** The ranges of a prompt by price: ends in tokens, and what a token of each costs (picodollars). */
interface Ranges {
  readonly read: number
  readonly write: number
  readonly readPrice: number
  readonly writePrice: number
  readonly inputPrice: number
  /** What a token would have cost as a cache read. */
  readonly carryPrice: number
}

const per = (pico: number, tokens: number): number => (tokens > 0 ? pico / tokens : 0)

export class Ledger {
  readonly shares: CallShares
  readonly book: Book
  /** By item: whole picodollars. */
  readonly enter: Float64Array
  readonly rewrite: Float64Array
  /** By item: picodollars, not rounded. */
  private readonly carried: Float64Array
  /** By item: tokens. */
  readonly billed: Float64Array
  /** By item; -1 for none. */
  readonly firstCall: Int32Array
  readonly lastCall: Int32Array
  /** By item: the call from which on it has only been carried; -1 before it was in a prompt. */
  private readonly since: Int32Array
  /** By call: tokens of the context before that were not read from the cache. */
  readonly unread: Float64Array
  private call = 0
  private lastReadPico: number | undefined

  constructor(
    calls: number,
    /** At most so many there will be. */
    items: number,
    /** Without any cache figures the whole prompt has one price, and what was sent before is carried at it. */
    private readonly hasCache: boolean,
  ) {
    const list = (): Float64Array => new Float64Array(calls)
    this.shares = { enter: list(), carry: list(), rewrite: list(), output: list(), extras: list() }
    this.unread = list()
    this.enter = new Float64Array(items)
    this.rewrite = new Float64Array(items)
    this.carried = new Float64Array(items)
    this.billed = new Float64Array(items)
    this.firstCall = new Int32Array(items).fill(-1)
    this.lastCall = new Int32Array(items).fill(-1)
    this.since = new Int32Array(items).fill(-1)
    this.book = {
      carryRate: new Float64Array(calls + 1),
      stretches: { item: [], from: [], to: [], tokens: [] },
      touches: { item: [], call: [], tokens: [], enter: [], carry: [], rewrite: [] },
      outputTokens: new Float64Array(0),
    }
  }

  /** Before the tokens of an item in the prompt change, or it leaves. */
  settle(item: number, tokens: number): void {
    const from = this.since[item]!
    if (from < 0 || from >= this.call || tokens === 0) {
      this.since[item] = this.call
      return
    }
    const { carryRate, stretches } = this.book
    this.carried[item]! += tokens * (carryRate[this.call]! - carryRate[from]!)
    this.billed[item]! += tokens * (this.call - from)
    this.lastCall[item] = this.call - 1
    stretches.item.push(item)
    stretches.from.push(from)
    stretches.to.push(this.call)
    stretches.tokens.push(tokens)
    this.since[item] = this.call
  }

  /** Charges the prompt of the next call to what is in it. `entered` are those of its items that were not in the one before. */
  charge(entry: UsageEntry, parts: CostParts, context: Context, entered: readonly number[]): void {
    const k = this.call
    const prompt = context.total
    const { carryRate } = this.book
    const isSent = promptTokens(entry.tokens) > 0
    const ranges = this.rangesOf(entry, parts)
    if (isSent) {
      for (const item of entered) if (this.firstCall[item] === -1) this.firstCall[item] = k
      const from = this.book.touches.item.length
      this.touch(k, context, prompt, ranges, entered.length)
      this.round(k, from, ranges, prompt, parts)
    } else this.shares.extras[k]! += parts.input + parts.cacheRead + parts.cacheCreation
    carryRate[k + 1] = carryRate[k]! + (isSent ? ranges.readPrice : 0)
    this.call = k + 1
    if (!isSent) for (const item of context.live) this.skip(item, context.tokens[item]!)
  }

  /** A call that sent nothing carried nothing either. */
  private skip(item: number, tokens: number): void {
    this.call--
    this.settle(item, tokens)
    this.call++
    this.since[item] = this.call
  }

  private rangesOf(entry: UsageEntry, parts: CostParts): Ranges {
    const { cacheRead, cacheCreation, input } = entry.tokens
    if (!this.hasCache) {
      const price = per(parts.input + parts.cacheRead + parts.cacheCreation, input + cacheRead + cacheCreation)
      const all = input + cacheRead + cacheCreation
      return { read: all, write: all, readPrice: price, writePrice: 0, inputPrice: 0, carryPrice: price }
    }
    this.lastReadPico = parts.readPico ?? (cacheRead > 0 ? parts.cacheRead / cacheRead : this.lastReadPico)
    return {
      read: cacheRead,
      write: cacheRead + cacheCreation,
      readPrice: per(parts.cacheRead, cacheRead),
      writePrice: per(parts.cacheCreation, cacheCreation),
      inputPrice: per(parts.input, input),
      carryPrice: this.lastReadPico ?? Number.POSITIVE_INFINITY,
    }
  }

  /** From the end of the prompt backwards: everything new, and whatever lies beyond what was read from the cache. */
  private touch(k: number, context: Context, prompt: number, ranges: Ranges, news: number): void {
    const { live, tokens } = context
    const { touches } = this.book
    let end = prompt
    for (let place = live.length - 1; place >= 0 && (news > 0 || end > ranges.read); place--) {
      const item = live[place]!
      const size = tokens[item]!
      const start = end - size
      const isNew = this.firstCall[item] === k
      if (isNew) news--
      if (isNew || end > ranges.read) {
        const read = Math.max(0, Math.min(end, ranges.read) - start)
        const written = Math.max(0, Math.min(end, ranges.write) - Math.max(start, ranges.read))
        const input = size - read - written
        const paid = read * ranges.readPrice + written * ranges.writePrice + input * ranges.inputPrice
        const carry = isNew ? 0 : Math.min(paid, read * ranges.readPrice + (written + input) * ranges.carryPrice)
        this.settle(item, size)
        this.since[item] = k + 1
        this.lastCall[item] = k
        this.billed[item]! += size
        if (!isNew) {
          this.unread[k]! += size - read
          this.carried[item]! += carry
        }
        touches.item.push(item)
        touches.call.push(k)
        touches.tokens.push(size)
        touches.enter.push(isNew ? paid : 0)
        touches.carry.push(carry)
        touches.rewrite.push(isNew ? 0 : paid - carry)
      }
      end = start
    }
  }

  /** Makes the touches of a call whole, so that they and what is carried are its cost. */
  private round(k: number, from: number, ranges: Ranges, prompt: number, parts: CostParts): void {
    const { touches } = this.book
    const cost = parts.input + parts.cacheRead + parts.cacheCreation
    let entering = 0
    let rewriting = 0
    let touched = 0
    let isOldTouched = false
    for (let i = from; i < touches.item.length; i++) {
      entering += touches.enter[i]!
      rewriting += touches.rewrite[i]!
      touched += touches.tokens[i]!
      if (this.firstCall[touches.item[i]!] !== k) isOldTouched = true
    }
    const isAllNew = touched === prompt && !isOldTouched
    const enter = isAllNew ? cost : Math.min(cost, Math.round(entering))
    const rewrite = Math.min(cost - enter, Math.round(rewriting))
    const hasCarry = !isAllNew && (touched < prompt || ranges.carryPrice > 0)
    this.shares.enter[k] = enter
    this.shares.rewrite[k] = rewrite
    this.shares.carry[k] = hasCarry ? cost - enter - rewrite : 0
    if (!hasCarry) this.shares.rewrite[k] = cost - enter
    this.write(from, entering, enter, this.enter, touches.enter)
    this.write(from, rewriting, this.shares.rewrite[k]!, this.rewrite, touches.rewrite)
  }

  /** Makes amounts whole, from touch `from` on: `runningShares` in place. */
  private write(from: number, sum: number, total: number, byItem: Float64Array, amounts: number[]): void {
    const { item } = this.book.touches
    let last = item.length - 1
    while (last > from && amounts[last] === 0) last--
    let before = 0
    let running = 0
    for (let i = from; i <= last; i++) {
      running += amounts[i]!
      const behind =
        i === last ? total : sum > 0 ? Math.min(total, Math.max(before, Math.round((running / sum) * total))) : 0
      amounts[i] = behind - before
      byItem[item[i]!]! += behind - before
      before = behind
    }
  }

  /** When there are no more calls: what each item was carried for, whole picodollars. */
  close(context: Context): Float64Array {
    for (const item of context.live) this.settle(item, context.tokens[item]!)
    const weights = this.carried.subarray(0, context.kinds.length)
    const shares = new Float64Array(weights.length)
    runningShares(pushed(this.shares.carry, 0), weights, shares)
    return shares
  }
}
