/**
 * Which price row a model name means: exact, then the user's alias, then the name without prefix, suffix and date.
 * Never a part of a name. A model that is not found stays unpriced, which the reports show.
 */
import type { ModelPricing, PriceOverride } from '../core/pricing.ts'
import { datedModel, SAME_MODEL } from './dated.ts'
import { pricingAt, type Timeline, timelineOf } from './history.ts'
import { candidates, type Road, roadOf } from './names.ts'
import { overridden } from './override.ts'
import type { PriceTable } from './table.ts'

export interface PriceTables {
  /** In order of preference: a refreshed table first. */
  readonly tables: readonly PriceTable[]
  /** The user's: a model name, or a pattern with `*`, to the name it is priced and shown as. */
  readonly aliases: Readonly<Record<string, string>>
  /** The user's prices by model name. */
  readonly overrides: Readonly<Record<string, PriceOverride>>
}

export interface Resolved {
  /** The name after the user's alias. */
  readonly model: string
  /** Undefined: unpriced. */
  readonly timeline: Timeline | undefined
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** True when `name` fits a pattern whose `*` stands for any characters. Walks the parts, so no pattern is slow. */
export const fitsPattern = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return pattern === name
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0 || found + part.length > name.length - last.length) return false
    at = found + part.length
  }
  return true
}

/** What the user calls this model: an exact alias, else the most specific pattern. */
const aliasOf = (aliases: PriceTables['aliases'], model: string): string | undefined => {
  const exact = own(aliases, model)
  if (exact !== undefined) return exact
  const fitting = Object.keys(aliases).filter(key => key.includes('*') && fitsPattern(key, model))
  const [best] = fitting.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  return best === undefined ? undefined : aliases[best]
}

const timelineIn = (tables: readonly PriceTable[], name: string, isFolded: boolean): Timeline | undefined => {
  for (const table of tables) {
    const row = isFolded ? table.getFolded(name) : table.get(name)
    if (row) return timelineOf(row.name, row, table.isRefreshed ? Date.parse(table.date) : undefined)
  }
  const same = own(SAME_MODEL, name)
  if (same !== undefined) return timelineIn(tables, same, false)
  return datedModel(name) ? timelineOf(name, undefined) : undefined
}

/** The prices of exactly this name, its date suffix aside: all that is safe to ask of a table that lacks other vendors' rows. */
const exact = (tables: readonly PriceTable[], name: string): Timeline | undefined =>
  timelineIn(tables, name, false) ?? timelineIn(tables, name.replace(/-20\d{6}$/, ''), false)

const normalised = (tables: readonly PriceTable[], name: string, road: Road | undefined): Timeline | undefined => {
  for (const candidate of candidates(name, road)) {
    const timeline = timelineIn(tables, candidate, false)
    if (timeline) return timeline
  }
  for (const candidate of candidates(name.toLowerCase(), road)) {
    const timeline = timelineIn(tables, candidate, true)
    if (timeline) return timeline
  }
  return undefined
}

/**
 * Resolves a name once for all times. With `isPartial` the tables hold first-party rows only, so only exact names are taken.
 * `road` is who served the model, where that has prices of its own; a name that the user gave it is priced as it stands.
 */
export const resolve = (
  { tables, aliases, overrides }: PriceTables,
  model: string,
  road?: Road,
  isPartial = false,
): Resolved => {
  // A pattern is for names that the table lacks; which those are, a partial table cannot say.
  const isKnown = own(aliases, model) === undefined && tables.some(table => table.get(model) !== undefined)
  const name = (isKnown ? undefined : aliasOf(aliases, model)) ?? model
  if (isPartial && name !== model && own(aliases, model) === undefined) return { model, timeline: undefined }
  const ownRoad = name === model ? road : undefined
  if (isPartial && ownRoad) return { model: name, timeline: undefined }
  const timeline = isPartial ? exact(tables, name) : normalised(tables, name, ownRoad)
  const override = own(overrides, model) ?? own(overrides, name)
  // An override of a name that the partial table lacks has to wait for the row whose prices it keeps.
  if (!override || (isPartial && !timeline)) return { model: name, timeline }
  return { model: name, timeline: overridden(name, timeline, override) }
}

/** The price of `model`, served by `provider`, at `at` (epoch ms); undefined when nothing is known. Not memoised: see `prices.ts`. */
export const lookup = (
  tables: PriceTables,
  model: string,
  at: number,
  provider?: string | undefined,
): ModelPricing | undefined => {
  const { timeline } = resolve(tables, model, roadOf(provider))
  return timeline && pricingAt(timeline, at)
}
