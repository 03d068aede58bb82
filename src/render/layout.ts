/**
 * Which columns a table shows and how wide: bars only where everything fits; else two-line headers, then short labels,
 * then narrower text, then abbreviated numbers (where most is won first), then whole columns go, in the order of their
 * `drop`. A number is never cut.
 */

import type { Cell, Column, Row } from './table.ts'
import { widthOf } from './width.ts'

export interface PlacedColumn {
  readonly index: number
  readonly column: Column
  readonly width: number
  /** Cells show their short form. */
  readonly isShort: boolean
}

interface Measure {
  readonly index: number
  readonly column: Column
  readonly title: number
  readonly word: number
  readonly full: number
  readonly short: number
}

/** What is still open while a layout is sought. */
interface Plan {
  readonly measures: readonly Measure[]
  readonly shortened: ReadonlySet<number>
  readonly hasLongHeaders: boolean
  /** Texts that came back into what room was left, however narrow. */
  readonly narrow: ReadonlySet<number>
}

export const GAP = 2
const BAR = 12
const BARS_FROM = 100
const WIDEST_LIST = 30
const NARROWEST = 10

/** The items of a list with the commas between them. */
export const listItems = ({ items = [] }: Cell): string[] =>
  items.map((item, i) => (i < items.length - 1 ? `${item},` : item))

const cellsOf = (rows: readonly Row[], index: number): Cell[] =>
  rows.flatMap(r => (r.kind === 'cells' ? (r.cells[index] ?? []) : []))

/** `reduce`, not `Math.max(...)`: long tables overflow the stack. */
const widest = (cells: readonly Cell[], size: (cell: Cell) => number): number =>
  cells.reduce((most, cell) => Math.max(most, size(cell)), 0)

const measure = (column: Column, index: number, rows: readonly Row[]): Measure => {
  const cells = cellsOf(rows, index)
  const word = widest(
    column.title.split(' ').map(full => ({ full })),
    c => widthOf(c.full),
  )
  const title = widthOf(column.title)
  if (column.kind === 'bar') return { index, column, title, word, full: cells.some(c => c.share) ? BAR : 0, short: 0 }
  if (column.kind === 'list') {
    const item = widest(cells, c => listItems(c).reduce((most, i) => Math.max(most, widthOf(i)), 0))
    const joined = widest(cells, c => widthOf(listItems(c).join(' ')))
    return { index, column, title, word, full: Math.max(item, Math.min(joined, WIDEST_LIST)), short: item }
  }
  const full = widest(cells, c => widthOf(c.full))
  return { index, column, title, word, full, short: widest(cells, c => widthOf(c.short ?? c.full)) }
}

const isFlexible = (m: Measure): boolean => m.column.kind === 'text' || m.column.kind === 'list'

const natural = (m: Measure, plan: Plan): number =>
  Math.max(plan.hasLongHeaders ? m.title : m.word, plan.shortened.has(m.index) ? m.short : m.full)

const least = (m: Measure, plan: Plan): number => {
  if (!isFlexible(m)) return natural(m, plan)
  const wanted = plan.narrow.has(m.index) ? NARROWEST : (m.column.least ?? NARROWEST)
  return Math.max(m.word, Math.min(natural(m, plan), wanted))
}

const sum = (plan: Plan, size: (m: Measure, plan: Plan) => number): number =>
  plan.measures.reduce((total, m) => total + size(m, plan), Math.max(0, plan.measures.length - 1) * GAP)

/** The index of the greatest number above 0; undefined without one. */
const greatest = (numbers: readonly number[]): number | undefined => {
  const most = numbers.reduce((a, b) => Math.max(a, b), 0)
  return most > 0 ? numbers.indexOf(most) : undefined
}

/**
 * Texts grow to their fair width, out of what is free, then out of what others have beyond theirs. Changes `sizes`; returns
 * what is left free.
 */
const shareFairly = (sizes: number[], plan: Plan, spare: number): number => {
  const fair = plan.measures.map(m => Math.min(natural(m, plan), m.column.fair ?? 0))
  let free = spare
  for (;;) {
    const poor = greatest(fair.map((size, i) => size - sizes[i]!))
    const rich = greatest(plan.measures.map((m, i) => (m.column.fair === undefined ? 0 : sizes[i]! - m.column.fair)))
    if (poor === undefined || (free <= 0 && rich === undefined)) return free
    if (free > 0) free--
    else if (rich !== undefined) sizes[rich]!--
    sizes[poor]!++
  }
}

/** Gives the free columns to the texts that lack most. */
const place = (plan: Plan, width: number | undefined): PlacedColumn[] => {
  const sizes = plan.measures.map(m => (width === undefined ? natural(m, plan) : least(m, plan)))
  let free = width === undefined ? 0 : shareFairly(sizes, plan, width - sum(plan, least))
  while (free > 0) {
    let neediest = -1
    let lack = 0
    for (const [i, m] of plan.measures.entries()) {
      const missing = natural(m, plan) - sizes[i]!
      if (missing > lack) [neediest, lack] = [i, missing]
    }
    if (neediest < 0) break
    sizes[neediest]!++
    free--
  }
  return plan.measures.map((m, i) => ({
    index: m.index,
    column: m.column,
    width: sizes[i]!,
    isShort: plan.shortened.has(m.index),
  }))
}

const shorten = (plan: Plan, index: number): Plan => ({ ...plan, shortened: new Set([...plan.shortened, index]) })

/** The index of the next column to show in short form; undefined when all are. */
const nextToShorten = (plan: Plan, kind: Column['kind']): number | undefined =>
  plan.measures
    .filter(m => m.column.kind === kind && !plan.shortened.has(m.index) && m.short < m.full)
    .sort((a, b) => b.full - b.short - (a.full - a.short))[0]?.index

/** The plan without its next column to drop; undefined when none may go. */
const dropOne = (plan: Plan): Plan | undefined => {
  const [gone] = plan.measures
    .filter(m => m.column.drop !== undefined)
    .sort((a, b) => (a.column.drop ?? 0) - (b.column.drop ?? 0))
  return gone && { ...plan, measures: plan.measures.filter(m => m !== gone) }
}

/** Texts that had to go take what is left, the last to go first: a short title is better than none. */
const readmit = (plan: Plan, all: readonly Measure[], width: number): Plan => {
  const gone = all
    .filter(m => isFlexible(m) && m.full > 0 && !plan.measures.includes(m))
    .sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0))
  let best = plan
  for (const m of gone) {
    const measures = [...best.measures, m].sort((a, b) => a.index - b.index)
    const wider = { ...best, measures, narrow: new Set(best.narrow).add(m.index) }
    if (sum(wider, least) <= width) best = wider
  }
  return best
}

/** Room won by dropping a column first makes numbers whole again. */
const lengthen = (plan: Plan, width: number): Plan => {
  let best = plan
  for (const index of [...plan.shortened].reverse()) {
    const longer = { ...best, shortened: new Set([...best.shortened].filter(i => i !== index)) }
    if (sum(longer, natural) <= width) best = longer
  }
  return best
}

export const layout = (columns: readonly Column[], rows: readonly Row[], width: number | undefined): PlacedColumn[] => {
  const all = columns
    .map((column, index) => measure(column, index, rows))
    .filter(m => m.column.kind !== 'bar' || m.full > 0)
  const measures = all.filter(m => m.column.kind !== 'bar')
  let plan: Plan = { measures, shortened: new Set(), hasLongHeaders: true, narrow: new Set() }
  if (width === undefined) return place(plan, width)
  for (const widePlan of [
    { ...plan, measures: all },
    { ...plan, measures: all, hasLongHeaders: false },
  ])
    if (width >= BARS_FROM && sum(widePlan, natural) <= width) return place(widePlan, width)
  if (sum(plan, natural) <= width) return place(plan, width)

  plan = { ...plan, hasLongHeaders: false }
  for (const size of [natural, least])
    for (let next = nextToShorten(plan, 'label'); sum(plan, size) > width && next !== undefined; ) {
      plan = shorten(plan, next)
      next = nextToShorten(plan, 'label')
    }
  for (let next = nextToShorten(plan, 'number'); sum(plan, least) > width && next !== undefined; ) {
    plan = shorten(plan, next)
    next = nextToShorten(plan, 'number')
  }
  for (let next = dropOne(plan); sum(plan, least) > width && next; next = dropOne(plan)) plan = next
  return place(lengthen(readmit(plan, measures, width), width), width)
}
