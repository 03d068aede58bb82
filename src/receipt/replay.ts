/**
 * What a thread would have cost under another choice, by its own receipt. A model, each with an assumption; a saving is never larger than
 * what the items in question cost, and never negative unless the choice itself costs more (another model's prices).
 */
import { type CostParts, costPartsTotal } from '../core/cost-parts.ts'
import type { UsageEntry } from '../core/entry.ts'
import { promptTokens } from '../core/tokens.ts'
import { lifetimeOf } from './reason.ts'
import type { ThreadReceipt } from './types.ts'

/** What has to hold for the saving to be real; words for it come last. */
export type Assumption =
  | 'nothing-before-needed' // nothing from before the cut was needed again
  | 'never-needed' // the items were of no use
  | 'beginning-suffices' // the first tokens of each result would have done
  | 'kept-warm' // a small request every lifetime of the cache
  | 'same-tokens' // another model would have used as many tokens and calls

/** Whole picodollars. */
export interface Replay {
  readonly before: number
  readonly after: number
  /** `before` less `after`. */
  readonly saving: number
  /** What the items in question cost: the saving is no larger. */
  readonly atStake: number
  readonly assumption: Assumption
}

export const threadCost = ({ calls }: ThreadReceipt): number =>
  calls.reduce((sum, { parts }) => sum + costPartsTotal(parts), 0)

const replay = (thread: ThreadReceipt, saving: number, atStake: number, assumption: Assumption): Replay => {
  const before = threadCost(thread)
  const whole = Math.max(0, Math.min(Math.floor(saving), atStake))
  return { before, after: before - whole, saving: whole, atStake, assumption }
}

/** What items cost in prompts from call `from` on: picodollars, rounded down. */
export const promptCostFrom = (thread: ThreadReceipt, from: number, isMeant: (item: number) => boolean): number => {
  const { stretches, touches, carryRate } = thread.ledger
  let pico = 0
  for (let i = 0; i < stretches.item.length; i++) {
    const to = stretches.to[i]!
    if (to <= from || !isMeant(stretches.item[i]!)) continue
    pico += stretches.tokens[i]! * (carryRate[to]! - carryRate[Math.max(from, stretches.from[i]!)]!)
  }
  for (let i = 0; i < touches.item.length; i++)
    if (touches.call[i]! >= from && isMeant(touches.item[i]!))
      pico += touches.enter[i]! + touches.carry[i]! + touches.rewrite[i]!
  return Math.floor(pico)
}

/** The context emptied behind turn `turn`: later calls without anything from before but the base. */
export const clearAfter = (thread: ThreadReceipt, turn: number): Replay => {
  const from = thread.turns[turn]?.endCall ?? thread.calls.length
  const isOld = (index: number): boolean => {
    const { activity, firstCall } = thread.items[index]!
    return activity !== 'base' && firstCall >= 0 && firstCall < from
  }
  const pico = promptCostFrom(thread, from, isOld)
  return replay(thread, pico, pico, 'nothing-before-needed')
}

/** Items that had never entered. What the model wrote to ask for them stays. */
export const withoutItems = (thread: ThreadReceipt, items: ReadonlySet<number>): Replay => {
  let pico = 0
  for (const index of items) {
    const { enter, carry, rewrite } = thread.items[index]!
    pico += enter + carry + rewrite
  }
  return replay(thread, pico, pico, 'never-needed')
}

/** Every result of a tool cut to `tokens`. */
export const cutResults = (thread: ThreadReceipt, tokens: number): Replay => {
  let saving = 0
  let atStake = 0
  for (const item of thread.items) {
    if (item.kind !== 'tool-result' || item.tokens <= tokens) continue
    const pico = item.enter + item.carry + item.rewrite
    atStake += pico
    saving += Math.floor(pico * (1 - tokens / item.tokens))
  }
  return replay(thread, saving, atStake, 'beginning-suffices')
}

/** The cache read once per lifetime in every pause that outlived it. */
export const keepWarm = (thread: ThreadReceipt): Replay => {
  let saving = 0
  let atStake = 0
  for (const [k, reason] of thread.reasons.entries()) {
    if (reason !== 'idle' || k === 0) continue
    const before = thread.calls[k - 1]!.entry
    const { entry, parts } = thread.calls[k]!
    const rewritten = thread.callShares.rewrite[k]!
    const reads = Math.floor((entry.at - before.doneAt) / lifetimeOf(before))
    atStake += rewritten
    saving += Math.max(0, rewritten - reads * promptTokens(before.tokens) * (parts.readPico ?? 0))
  }
  return replay(thread, saving, atStake, 'kept-warm')
}

/** The same tokens at other rates: `partsOf` prices an entry as if another model had answered. */
export const reprice = (thread: ThreadReceipt, partsOf: (entry: UsageEntry) => CostParts): Replay => {
  const before = threadCost(thread)
  const after = thread.calls.reduce((sum, { entry }) => sum + costPartsTotal(partsOf(entry)), 0)
  return { before, after, saving: before - after, atStake: before, assumption: 'same-tokens' }
}
