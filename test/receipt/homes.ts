/** Reads a home with an agent's own reader, items and all, and prices its entries: what `load` will do, small enough for tests. */
import { readFileSync } from 'node:fs'
import type { Agent, Detail, Sink } from '../../src/agents/define.ts'
import type { LogSource, UsageEntry } from '../../src/core/entry.ts'
import type { ContextItem } from '../../src/core/item.ts'
import { merge } from '../../src/core/merge.ts'
import type { ModelPricing } from '../../src/core/pricing.ts'
import { costOf } from '../../src/pricing/cost.ts'
import { costPartsOf } from '../../src/pricing/cost-parts.ts'
import { openPrices } from '../../src/pricing/prices.ts'
import type { PricedCall, ReceiptInput } from '../../src/receipt/types.ts'
import { discovered } from '../support/discover.ts'
import { makeHost } from '../support/host.ts'

export interface Reading {
  readonly entries: UsageEntry[]
  readonly items: ContextItem[]
}

const sinkInto = ({ entries, items }: Reading): Sink => ({
  entry: entry => void entries.push({ ...entry }),
  joined() {},
  lineNumber: 0,
  note() {},
  item: item => void items.push(item),
  diagnostic() {},
})

/** Reads a log line by line; where `cut` is given, up to that byte first, with the state written down and read again in between. */
export const readLog = (
  agent: Agent,
  source: LogSource,
  bytes: Buffer,
  detail: Detail = 'items',
  cut?: number,
): Reading => {
  const reading: Reading = { entries: [], items: [] }
  const sink = sinkInto(reading)
  const reader = agent.lines!
  let state = reader.start(source, detail, makeHost())
  let isCut = cut === undefined
  for (let p = 0; p < bytes.length; ) {
    const found = bytes.indexOf(10, p)
    const end = found < 0 ? bytes.length : found
    const line = Buffer.concat([bytes.subarray(p, end), Buffer.from('\n')])
    if (!isCut && end >= cut!) {
      state = structuredClone(JSON.parse(JSON.stringify(state)))
      isCut = true
    }
    reader.line(line, 0, line.length - 1, true, state, source, sink)
    p = end + 1
  }
  reader.finish?.(state, source, sink)
  return reading
}

export const mergedById = (entries: readonly UsageEntry[]): UsageEntry[] => {
  const byId = new Map<string, UsageEntry>()
  const others: UsageEntry[] = []
  for (const entry of entries) {
    if (entry.messageId === undefined) others.push(entry)
    else {
      const known = byId.get(entry.messageId)
      byId.set(entry.messageId, known ? merge(known, entry) : entry)
    }
  }
  return [...byId.values(), ...others]
}

const prices = openPrices(makeHost(), {
  mode: 'auto',
  offline: true,
  refreshPrices: false,
  modelAliases: {},
  priceOverrides: {},
})

/** A model's price row, from the bundled tables. */
export const pricingOf = (model: string, at = Date.UTC(2026, 0)): ModelPricing | undefined => prices.lookup(model, at)

export const priced = (entry: UsageEntry): PricedCall => ({
  entry,
  parts: costPartsOf(
    entry,
    entry.model === undefined ? undefined : prices.lookup(entry.model, entry.at, entry.provider),
    'auto',
  ),
})

/** Picodollars of an entry by the other way of pricing it. */
export const picoOf = (entry: UsageEntry): number =>
  costOf(entry, entry.model === undefined ? undefined : prices.lookup(entry.model, entry.at, entry.provider), 'auto')
    .pico

/** Everything in a home, as a receipt takes it. */
export const readHome = (agent: Agent, home: string, detail: Detail = 'items', half = false): ReceiptInput => {
  const readings = discovered(agent, makeHost({ home })).sources.map(source => {
    const bytes = readFileSync(source.path)
    return readLog(agent, source, bytes, detail, half ? bytes.length / 2 : undefined)
  })
  const entries = mergedById(readings.flatMap(reading => reading.entries))
  return { calls: entries.map(priced), items: readings.flatMap(reading => reading.items) }
}
