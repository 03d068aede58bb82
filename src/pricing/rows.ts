/**
 * Prices rows of tables. Most requests are plain: one price for all times, no tier, no factor, no logged cost. Those are priced in one
 * loop over the columns; it adds in the order of `costOf`, so that the last digit is the same. All others go there.
 */
import type { CostMode } from '../core/cost.ts'
import type { EntryRow } from '../core/entry-row.ts'
import { type EntryTable, GUESSED, PARTIAL } from '../core/entry-table.ts'
import { picoOf } from '../core/money.ts'
import { type UnitPrices, unitPricesOf } from './cost.ts'
import type { Timeline } from './history.ts'

/** Entries that may have an estimate. */
const INEXACT = PARTIAL + GUESSED

/** What plain requests of a model cost up to a time. */
interface PlainSpan {
  /** Epoch ms, exclusive. */
  readonly to: number
  readonly unit: UnitPrices
  /** The largest prompt, in tokens, that no other tier is for. */
  readonly limit: number
}

const plainSpansOf = (timeline: Timeline | undefined): readonly PlainSpan[] | undefined => {
  if (!timeline || timeline.some(span => span.offPeak)) return undefined
  return timeline.map(({ to, pricing }) => ({
    to,
    unit: unitPricesOf(pricing),
    limit: Math.min(...pricing.tiers.map(tier => tier.above), Number.POSITIVE_INFINITY),
  }))
}

/** For each text of a table: its prices, if it is a model that has plain ones. */
type SpansByPlace = readonly (readonly PlainSpan[] | undefined)[]

type TimelineOf = (model: string, provider: string | undefined) => Timeline | undefined

/** The prices of a table's models as the provider at `provider`, a place in its texts, sells them. */
const spansByPlace = (table: EntryTable, provider: number, timelineOf: TimelineOf): SpansByPlace => {
  const spans: (readonly PlainSpan[] | undefined)[] = new Array(table.texts.length).fill(undefined)
  for (const place of new Set(table.places.model)) {
    const name = provider === 0 ? undefined : table.texts[provider]
    if (place !== 0) spans[place] = plainSpansOf(timelineOf(table.texts[place]!, name))
  }
  return spans
}

/** Prices the plain ones of `rows`, all of one mode; the others are handed out. */
export const pricePlainRows = (rows: readonly EntryRow[], mode: CostMode, timelineOf: TimelineOf): EntryRow[] => {
  if (mode === 'display') return [...rows]
  const others: EntryRow[] = []
  const known = new Map<EntryTable, SpansByPlace[]>()
  let table: EntryTable | undefined
  let provider = 0
  let spans: SpansByPlace = []
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!
    if (row.table !== table || table.places.provider[row.row] !== provider) {
      table = row.table
      provider = table.places.provider[row.row]!
      const byProvider = known.get(table) ?? []
      spans = byProvider[provider] ??= spansByPlace(table, provider, timelineOf)
      known.set(table, byProvider)
    }
    const own = spans[table.places.model[row.row]!]
    if (own === undefined || !pricePlain(row, table, row.row, own)) others.push(row)
  }
  return others
}

const pricePlain = (row: EntryRow, table: EntryTable, i: number, spans: readonly PlainSpan[]): boolean => {
  const { numbers: n, places: p } = table
  if (n.webSearches[i] !== 0 || n.loggedUsd[i]! > 0 || p.speed[i] !== 0 || p.tier[i] !== 0 || p.geo[i] !== 0)
    return false
  let s = 0
  while (s < spans.length && n.at[i]! >= spans[s]!.to) s++
  const span = spans[s]
  const written = n.cacheCreation[i]!
  const read = n.cacheRead[i]!
  const input = n.input[i]!
  if (span === undefined || (n.flags[i]! & INEXACT) !== 0 || input + written + read > span.limit) return false
  const { unit } = span
  const long = n.longCache[i]!
  const thought = unit.reasoning === undefined ? 0 : n.reasoning[i]!
  let usd = input * unit.input + (n.output[i]! - thought) * unit.output
  if (thought !== 0) usd += thought * (unit.reasoning ?? 0)
  usd += (written - long) * unit.cacheCreation
  if (long !== 0) usd += long * unit.longCache
  usd += read * unit.cacheRead
  row.setCalculated(picoOf(usd))
  return true
}
