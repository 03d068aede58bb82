/** The seam of the rules: a receipt's parts in, findings out. Pure; a rule reads what the calls in range cost and nothing else. */
import type { CostParts } from '../core/cost-parts.ts'
import type { UsageEntry } from '../core/entry.ts'
import type { Assumption, Evidence, FindingCode } from '../core/finding.ts'
import { money } from '../core/money.ts'
import { type ItemCosts, promptCost, type ThreadPart } from '../receipt/part.ts'
import { type Facts, itemName } from '../receipt/rows.ts'
import type { ReceiptItem } from '../receipt/types.ts'

export interface AdviceContext {
  /** Threads with a call in range. */
  readonly parts: readonly ThreadPart[]
  readonly facts: Facts
  /** What a response would have cost on a lighter model of the same maker; undefined where none is known. */
  lighter(entry: UsageEntry): { readonly model: string; readonly parts: CostParts } | undefined
}

/** Picodollars. */
export interface RuleCase {
  readonly part: ThreadPart
  /** The call it began with. */
  readonly call: number
  readonly item?: number | undefined
  readonly count: number
  readonly cost: number
  readonly low: number
  readonly high: number
}

/** What a rule found, before it is ranked. */
export interface Found {
  readonly code: FindingCode
  /** Tells findings of one code apart; part of the id. */
  readonly target?: string | undefined
  readonly args?: Readonly<Record<string, string | number>>
  readonly assumption: Assumption
  readonly verify: string
  readonly cases: readonly RuleCase[]
}

export interface Rule {
  readonly codes: readonly FindingCode[]
  find(context: AdviceContext): readonly Found[]
}

export const noItemCosts: ItemCosts = { enter: 0, carry: 0, rewrite: 0, output: 0, extras: 0, tokens: 0 }

/** What an item cost in prompts in range. */
export const sentCost = (part: ThreadPart, index: number): number =>
  promptCost(part.itemCosts.get(index) ?? noItemCosts)

export const fileOf = ({ context }: ReceiptItem): string | undefined =>
  context?.target?.kind === 'file' ? context.target.name : undefined

/** The size of an item's text as its log has it: the same text has the same. */
export const sizeOf = ({ context }: ReceiptItem): number => {
  if (!context) return 0
  const { size } = context
  return (size.tokens ?? size.prose + size.code + size.json + size.cjk) + size.imageTokens
}

export const isRead = (item: ReceiptItem): boolean =>
  item.kind === 'tool-result' && item.activity === 'reading' && fileOf(item) !== undefined

export const evidenceOf = ({ part, call, item, count, cost }: RuleCase, facts: Facts): Evidence => {
  const { thread } = part
  const { entry } = thread.calls[Math.max(0, call)]!
  const { names, projectName } = facts
  const path = entry.project
  const own = item === undefined ? undefined : thread.items[item]
  return {
    session: thread.session === undefined ? undefined : names.of('session', thread.session),
    project: path === undefined ? undefined : names.isPrivate ? names.of('project', path) : projectName(path),
    at: entry.at,
    what: own && itemName(own, entry, facts),
    count,
    cost: money(0, Math.round(cost)),
  }
}
