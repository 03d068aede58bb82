/**
 * The context of a thread as it grows: which items are in the prompt, in which order, and how many of its tokens each has. After every
 * call they add up to the prompt's size (spec/RECEIPT.md, "Sharing out tokens").
 */
import type { ContextItem } from '../core/item.ts'
import { promptTokens } from '../core/tokens.ts'
import { answerShares } from './answer.ts'
import { largestRemainder } from './apportion.ts'
import { type Calibration, estimateOf } from './calibrate.ts'
import { BASE_NOISE, LEAST_PART, noiseOf, SMALLEST_BASE } from './noise.ts'
import type { Membership, Thread } from './threads.ts'
import type { ReceiptKind } from './types.ts'

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

export class Context {
  /** Items of the prompt, in its order. */
  readonly live: number[] = []
  /** By item; 0 for what is not in the prompt. */
  readonly tokens: number[] = []
  readonly kinds: ReceiptKind[] = []
  readonly contexts: (ContextItem | undefined)[] = []
  /** Tokens of the prompt. */
  total = 0
  /** Those of them that belong to the base. */
  baseTotal = 0
  /** By item: output tokens of the answer it is a part of. */
  readonly output: number[] = []
  /** Output that no block shows, of the call last taken in: tokens. */
  hidden = 0
  readonly isExact: boolean
  private readonly bases = new Set<number>()
  private readonly keyed = new Map<string, number>()
  private answers: number[] = []
  private inputs: number[] = []
  /** What blocks of answers take in later prompts, by item. */
  private readonly kept: number[] = []
  private hasBegun = false
  private readonly estimates: Float64Array

  constructor(
    private readonly thread: Thread,
    private readonly membership: Membership,
    private readonly by: Calibration,
    /** Told of an item in the prompt before its tokens change. */
    private readonly changes: (item: number) => void,
  ) {
    for (const item of thread.items) this.add(item.kind, item)
    this.estimates = Float64Array.from(thread.items, item => estimateOf(item.size))
    this.isExact = membership.inputs[0]?.some(index => thread.items[index]!.isExact === true) ?? false
  }

  /** Takes in call `k`; the items that it is the first to send. */
  call(k: number): readonly number[] {
    const { entry } = this.thread.calls[k]!
    const prompt = promptTokens(entry.tokens)
    this.inputs.push(...this.membership.inputs[k]!)
    const before = this.kinds.length
    let entered: number[] = []
    if (prompt > 0) {
      this.enter(prompt)
      entered = [...this.answers, ...this.inputs].filter(item => this.tokens[item]! > 0)
      for (let item = before; item < this.kinds.length; item++) entered.push(item)
      this.answers = []
      this.inputs = []
      this.hasBegun = true
    }
    this.takeAnswer(k)
    return entered
  }

  private takeAnswer(k: number): void {
    const { entry } = this.thread.calls[k]!
    const blocks = this.membership.answers[k]!
    const shares = answerShares(
      entry,
      blocks.map(index => this.contexts[index]!),
      this.by,
    )
    for (const [n, index] of blocks.entries()) {
      this.output[index] = shares.output[n]!
      this.kept[index] = shares.context[n]!
    }
    this.hidden = shares.hidden
    this.answers.push(...blocks)
  }

  private enter(prompt: number): void {
    const summary = this.inputs.findLastIndex(index => this.kinds[index] === 'summary')
    if (!this.hasBegun) this.begin(prompt)
    else if (summary >= 0) this.restart(prompt, this.inputs.slice(summary))
    else this.grow(prompt)
  }

  /** A thread's first prompt. */
  private begin(prompt: number): void {
    const isSystem = (index: number): boolean => this.kinds[index] === 'system'
    this.inputs.unshift(...this.hoisted())
    // Tools and system prompt come first, whenever the log tells of them, then reminders, then what the user wrote.
    const rank = (index: number): number => (this.contexts[index]!.key !== undefined ? 0 : isSystem(index) ? 1 : 2)
    const items = this.latestOf([...this.inputs].sort((a, b) => rank(a) - rank(b)))
    const weights = items.map(index => this.estimate(index))
    for (const index of items) if (isSystem(index)) this.bases.add(index)
    const known = sum(weights)
    const ofBase = sum(items.map((index, i) => (isSystem(index) ? weights[i]! : 0)))
    const leftover = prompt - known
    const isNoise = this.isExact && leftover <= ofBase * BASE_NOISE
    const least = this.isExact ? 0 : Math.ceil(prompt * SMALLEST_BASE)
    const base = isNoise ? 0 : Math.max(least, Math.floor(leftover))
    if (base > 0) this.insert(this.synthetic(this.thread.items.length > 0 ? 'base' : 'unlogged'), base, 0)
    // What is missing or too much is the base's, as long as it is noise.
    const scaled =
      isNoise && leftover > 0 && ofBase > 0
        ? weights.map((weight, i) => (isSystem(items[i]!) ? weight * (1 + leftover / ofBase) : weight))
        : weights
    this.pushAll(items, scaled, prompt - base)
  }

  /** Requests' tools that the log tells of only after the first answer (`prompt_snapshot`): they were there before. */
  private hoisted(): number[] {
    const isTool = (index: number): boolean =>
      this.contexts[index]!.key !== undefined && this.contexts[index]!.section === 'tool'
    const next = this.membership.inputs[1]
    if (!this.isExact || !next || this.inputs.some(isTool)) return []
    const tools = next.filter(isTool)
    this.membership.inputs[1]!.splice(0, next.length, ...next.filter(index => !isTool(index)))
    return tools
  }

  /** Only the last of several versions of a part was sent. */
  private latestOf(items: readonly number[]): number[] {
    for (const index of items) {
      const key = this.contexts[index]?.key
      if (key !== undefined) this.keyed.set(key, index)
    }
    return items.filter(index => {
      const key = this.contexts[index]?.key
      return key === undefined || this.keyed.get(key) === index
    })
  }

  /** Behind a compaction: base, summary, and what came with it. */
  private restart(prompt: number, inputs: readonly number[]): void {
    this.endAll(item => !this.bases.has(item))
    const items = this.plausible(this.latestOf(this.replaceParts(inputs)), prompt)
    const weights = items.map(index => this.estimate(index))
    const known = sum(weights)
    // Reminders of the beginning are often sent again, and then logged again.
    for (const index of this.live.filter(
      item => this.contexts[item]?.key === undefined && this.kinds[item] === 'system',
    ))
      if (this.total + known > prompt) this.end(index)
    if (this.total + known * LEAST_PART > prompt)
      this.shrink(Math.min(this.total, Math.ceil(this.total + known * LEAST_PART - prompt)))
    const room = prompt - this.total
    this.pushAll(items, weights, Math.min(room, Math.round(known)))
    this.fill(prompt)
  }

  /** Files noted at a compaction are not always sent; they are left out where the prompt has no room for them. */
  private plausible(items: readonly number[], prompt: number): number[] {
    const without = items.filter(index => this.kinds[index] !== 'attachment')
    const tokensOf = (list: readonly number[]): number => sum(list.map(index => this.estimate(index)))
    const bases = this.live.filter(item => this.kinds[item] === 'base' || this.contexts[item]?.key !== undefined)
    const room = prompt - sum(bases.map(item => this.tokens[item]!))
    return tokensOf(items) > room + noiseOf(room) ? without : [...items]
  }

  private grow(prompt: number): void {
    const items = this.replaceParts([...this.answers, ...this.inputs])
    const isThought = (index: number): boolean => this.kinds[index] === 'thinking' && this.kept[index] !== undefined
    const thoughts = items.filter(isThought)
    const others = items.filter(index => !isThought(index))
    const weights = others.map(index => this.kept[index] ?? this.estimate(index))
    const thought = sum(thoughts.map(index => this.kept[index]!))
    const known = sum(weights)
    const room = prompt - this.total - thought
    const excess = room - known - this.by.framing
    let given = Math.round(known)
    if (Math.abs(excess) <= noiseOf(known)) given = Math.round(known + excess)
    else if (excess < 0) given = room >= known * LEAST_PART ? Math.min(room, given) : given
    if (prompt - this.total < thought + given) this.shrink(thought + given - (prompt - this.total))
    // A prompt smaller than what is new in it: the new is all there is.
    if (prompt - this.total < thought + given) given = Math.max(0, prompt - this.total - thought)
    const isFitting = thought + given <= prompt - this.total
    this.pushAll(
      thoughts,
      thoughts.map(index => this.kept[index]!),
      isFitting ? thought : prompt - this.total,
    )
    this.pushAll(others, weights, isFitting ? given : 0)
    this.fill(prompt)
  }

  /** What nothing explains. */
  private fill(prompt: number): void {
    if (prompt > this.total) this.insert(this.synthetic('unlogged'), prompt - this.total, this.live.length)
  }

  /** Puts changed parts of the base in the place of their predecessors; the items that are left to be sized by the growth. */
  private replaceParts(items: readonly number[]): number[] {
    return items.filter(index => {
      const key = this.contexts[index]?.key
      if (key === undefined) return true
      const old = this.keyed.get(key)
      this.keyed.set(key, index)
      const place = old === undefined ? -1 : this.live.indexOf(old)
      if (old !== undefined && place >= 0) this.end(old)
      const tokens = Math.round(this.estimate(index))
      this.bases.add(index)
      if (tokens > 0) this.insert(index, tokens, place >= 0 ? place : this.endOfBase())
      return false
    })
  }

  private endOfBase(): number {
    const place = this.live.findIndex(item => !this.bases.has(item))
    return place < 0 ? this.live.length : place
  }

  /** Takes `excess` tokens out: thinking leaves first, then what no line holds, then the oldest results are reduced, then whatever is not base, then that. */
  private shrink(excess: number): void {
    const isResult = (item: number): boolean => this.kinds[item] === 'tool-result'
    const orders: ((item: number) => boolean)[] = [
      item => this.kinds[item] === 'thinking',
      // Reminders that no line holds are not sent again after a resume (seen in 1.0.128 and 2.0.77).
      item => this.kinds[item] === 'unlogged',
      isResult,
      item => !this.bases.has(item),
      () => true,
    ]
    for (const belongs of orders)
      for (const item of excess > 0 ? this.live.filter(belongs) : []) {
        const less = Math.min(excess, this.tokens[item]!)
        if (less === 0) continue
        this.changes(item)
        this.tokens[item]! -= less
        this.total -= less
        if (this.bases.has(item)) this.baseTotal -= less
        excess -= less
      }
    this.keep(item => this.tokens[item] !== 0)
  }

  private endAll(isMeant: (item: number) => boolean): void {
    for (const item of this.live) if (isMeant(item)) this.empty(item)
    this.keep(item => this.tokens[item] !== 0)
  }

  private keep(isMeant: (item: number) => boolean): void {
    let n = 0
    for (const item of this.live) if (isMeant(item)) this.live[n++] = item
    this.live.length = n
  }

  private estimate(index: number): number {
    return this.estimates[index]! * this.by.ratio
  }

  private add(kind: ReceiptKind, context: ContextItem | undefined): number {
    this.kinds.push(kind)
    this.contexts.push(context)
    this.tokens.push(0)
    return this.kinds.length - 1
  }

  /** An item that no line of the log holds. */
  synthetic(kind: ReceiptKind): number {
    const index = this.add(kind, undefined)
    if (kind === 'base') this.bases.add(index)
    return index
  }

  private pushAll(items: readonly number[], weights: readonly number[], total: number): void {
    const shares: number[] = []
    largestRemainder(total, weights, shares)
    for (const [i, index] of items.entries()) if (shares[i]! > 0) this.insert(index, shares[i]!, this.live.length)
  }

  private insert(index: number, tokens: number, place: number): void {
    if (place === this.live.length) this.live.push(index)
    else this.live.splice(place, 0, index)
    this.tokens[index] = tokens
    this.total += tokens
    if (this.bases.has(index)) this.baseTotal += tokens
  }

  private empty(index: number): void {
    this.changes(index)
    this.total -= this.tokens[index]!
    if (this.bases.has(index)) this.baseTotal -= this.tokens[index]!
    this.tokens[index] = 0
  }

  private end(index: number): void {
    this.empty(index)
    const place = this.live.indexOf(index)
    if (place >= 0) this.live.splice(place, 1)
  }
}
