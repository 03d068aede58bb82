/**
 * Every report is made here: entries are summed once into leaves (row, agent, model), and rows, shares and totals are
 * leaves added up. So they agree by construction, whatever the grouping.
 */
import { isInexact } from '../core/entry.ts'
import type { Money } from '../core/money.ts'
import type { AgentShare, ModelShare } from '../core/report.ts'
import { type PricedEntry, Summing, type UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'

/** The smallest sum a report keeps. `model` undefined is a share like any other. */
export interface Leaf {
  readonly agent: string
  readonly model: string | undefined
  readonly summary: UsageSummary
}

/**
 * Whether an entry used or cost anything, or may have: its log does not say. One that did not would make a row of its own in
 * days and none in months, so no report counts it.
 */
export const isUsage = ({ entry, cost, estimatedTokens }: PricedEntry): boolean =>
  totalTokens(entry.tokens) !== 0 ||
  cost.pico !== 0 ||
  entry.webSearches !== 0 ||
  estimatedTokens !== 0 ||
  isInexact(entry)

/** Sums entries into the leaves of the rows that `keyOf` names; keys are told apart as a Map does. */
export const fold = <K>(entries: readonly PricedEntry[], keyOf: (priced: PricedEntry) => K): Map<K, Leaf[]> => {
  const rows = new Map<K, OpenLeaf[]>()
  for (const priced of entries) {
    if (!isUsage(priced)) continue
    const key = keyOf(priced)
    const leaves = rows.get(key) ?? []
    if (leaves.length === 0) rows.set(key, leaves)
    leafOf(leaves, priced.entry.agent, priced.entry.model).sum.add(priced)
  }
  const folded = new Map<K, Leaf[]>()
  for (const [key, leaves] of rows) {
    const done = leaves.map(({ agent, model, sum }) => ({ agent, model, summary: sum.done() }))
    folded.set(key, done)
  }
  return folded
}

interface OpenLeaf {
  readonly agent: string
  readonly model: string | undefined
  readonly sum: Summing
}

// A row has a handful of leaves: walking them is faster than a map keyed by a joined string.
const leafOf = (leaves: OpenLeaf[], agent: string, model: string | undefined): OpenLeaf => {
  for (const leaf of leaves) if (leaf.model === model && leaf.agent === agent) return leaf
  const leaf = { agent, model, sum: new Summing() }
  leaves.push(leaf)
  return leaf
}

/** Values by key, in the order in which the keys first occur. */
export const groupBy = <T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}

export const sumOf = (leaves: readonly Leaf[]): UsageSummary => {
  if (leaves.length === 1) return leaves[0]!.summary
  const sum = new Summing()
  for (const leaf of leaves) sum.include(leaf.summary)
  return sum.done()
}

/** The share of each model, dearest first, then by name; what has no model comes after its equals. */
export const modelsOf = (leaves: readonly Leaf[]): ModelShare[] =>
  [...groupBy(leaves, l => l.model)]
    .map(([model, own]) => ({ model, summary: sumOf(own) }))
    .sort((a, b) => compareMoney(b.summary.cost, a.summary.cost) || compareNames(a.model, b.model))

/** A row's sum and its shares, by model and by agent (by id, each with its models). */
export const sharesOf = (leaves: readonly Leaf[]): Shares => {
  const summary = sumOf(leaves)
  const models = modelsOf(leaves)
  const byAgent = groupBy(leaves, l => l.agent)
  // Most rows are of one agent, whose share is the row.
  const isWhole = byAgent.size === 1
  const agents = [...byAgent].map(([agent, own]) =>
    isWhole ? { agent, summary, models } : { agent, summary: sumOf(own), models: modelsOf(own) },
  )
  return { summary, models, agents: agents.sort((a, b) => compareNames(a.agent, b.agent)) }
}

interface Shares {
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
  readonly agents: readonly AgentShare[]
}

/** What all reports say beside their rows, of the leaves of the rows that are shown. */
export const totalsOf = (leaves: readonly Leaf[]) => {
  const { summary, models, agents } = sharesOf(leaves)
  return { totals: summary, models, agents: agents.map(a => a.agent) }
}

const compareMoney = (a: Money, b: Money): number => a.kilo - b.kilo || a.pico - b.pico

type Measure = 'cost' | 'tokens'

/** Smaller first. */
export const compareBy = (measure: Measure, a: UsageSummary, b: UsageSummary): number =>
  measure === 'cost' ? compareMoney(a.cost, b.cost) : totalTokens(a.tokens) - totalTokens(b.tokens)

/** By code units, so that no locale changes the order; undefined last. */
export const compareNames = (a: string | undefined, b: string | undefined): number =>
  a === b ? 0 : a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1
