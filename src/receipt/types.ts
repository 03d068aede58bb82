/** What a receipt is made of. Tokens are whole; money is whole picodollars (see `core/money.ts`), so that every sum is exact. */
import type { CostParts } from '../core/cost-parts.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { ContextItem, ItemKind } from '../core/item.ts'
import type { Activity } from './activity.ts'

/** An entry with its money. */
export interface PricedCall {
  readonly entry: UsageEntry
  readonly parts: CostParts
}

export interface ReceiptInput {
  /** Duplicates merged, in any order. */
  readonly calls: readonly PricedCall[]
  /** Those of one log in the order of the log. */
  readonly items: readonly ContextItem[]
  /** Of calls made while another was answered, whose ids do not show it: that other's id by theirs. */
  readonly asides?: ReadonlyMap<string, string> | undefined
}

/** Why old context was paid for above the price of a cache read. */
export type RewriteReason =
  | 'idle' // the pause before the call was longer than the cache lives
  | 'model-switch'
  | 'compaction'
  | 'resume' // written anew from the system prompt on, right behind a prompt and without a pause
  | 'prefix-changed' // something near the beginning is different
  | 'tail' // the last of the prompt before, which no cache mark covered, or a block that the cache had not filled
  | 'unknown'

/** Picodollars. */
export interface Shares {
  /** In the first call that carried it. */
  readonly enter: number
  /** In later calls, at the price of a cache read. */
  readonly carry: number
  /** In later calls, above that price. */
  readonly rewrite: number
  /** As a part of an answer. */
  readonly output: number
  /** Web searches, and costs of responses without tokens. */
  readonly extras: number
}

export const shareKinds = ['enter', 'carry', 'rewrite', 'output', 'extras'] as const satisfies (keyof Shares)[]

/** `base` is what a thread began with and the log does not show; `unlogged` what came later and is in no line. */
export type ReceiptKind = ItemKind | 'base' | 'unlogged'

export interface ReceiptItem extends Shares {
  readonly kind: ReceiptKind
  readonly activity: Activity
  /** Undefined for `base` and `unlogged`. */
  readonly context: ContextItem | undefined
  /** Calls of the thread by index: the first and the last that carried it; -1 where none did. */
  readonly firstCall: number
  readonly lastCall: number
  /** The call whose answer it is a part of; -1 for what the model did not write. */
  readonly outputCall: number
  /** In the prompt of `firstCall`; of an answer that was never sent again, in the answer. */
  readonly tokens: number
  /** Tokens of it that were billed, over all calls, output included. */
  readonly billedTokens: number
}

/** A prompt and everything up to the next one of its thread. */
export interface Turn {
  /** From 0; what stands before a thread's first prompt belongs to its first turn. */
  readonly index: number
  /** The prompt's first words. */
  readonly title: string | undefined
  /** Epoch ms. */
  readonly at: number
  readonly firstCall: number
  /** Behind its last call. */
  readonly endCall: number
}

/** Of one call, by cause: picodollars that add up to its cost. */
export interface CallShares {
  readonly enter: Float64Array
  readonly carry: Float64Array
  readonly rewrite: Float64Array
  readonly output: Float64Array
  readonly extras: Float64Array
}

/** How items cost what they did, call by call; for groupings by time and for replay. Not for printing. */
export interface Ledger {
  /** Picodollars per token carried at the read price, summed over the calls before each: one more than there are calls. */
  readonly carryRate: Float64Array
  /** Stretches of calls in which an item was only carried. */
  readonly stretches: {
    readonly item: number[]
    readonly from: number[]
    readonly to: number[]
    readonly tokens: number[]
  }
  /** Calls that paid for an item otherwise. `carry` is not rounded. */
  readonly touches: {
    readonly item: number[]
    readonly call: number[]
    readonly tokens: number[]
    readonly enter: number[]
    readonly carry: number[]
    readonly rewrite: number[]
  }
  /** Output tokens by item. */
  readonly outputTokens: Float64Array
}

export interface ThreadReceipt {
  readonly agent: string
  readonly session: string | undefined
  readonly subagent: string | undefined
  /** `exact`: the log holds the requests; `inferred`: sizes and order of what it shows; `none`: it shows no content. */
  readonly basis: 'exact' | 'inferred' | 'none'
  /** The call of another thread that started this one. */
  readonly spawnedBy: string | undefined
  /** In order. */
  readonly calls: readonly PricedCall[]
  readonly callShares: CallShares
  /** Of each call whose `rewrite` is not 0. */
  readonly reasons: readonly (RewriteReason | undefined)[]
  readonly turns: readonly Turn[]
  /** In the order in which they entered. */
  readonly items: readonly ReceiptItem[]
  readonly ledger: Ledger
  /** Tokens per estimated token, as this thread's growth says. */
  readonly ratio: number
}

export interface Receipt {
  /** By their first call. */
  readonly threads: readonly ThreadReceipt[]
}
