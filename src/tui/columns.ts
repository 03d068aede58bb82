/**
 * Lists of the monitor: columns that keep their place while figures tick. Unlike a report's table, nothing is wrapped, numbers are in
 * their short form from the start, and a list can be cut to the rows that are on the screen.
 */
import { cutLine, type Line, padLine, space, text, widthOfLine } from './line.ts'

export interface ListColumn<T> {
  readonly title: string
  /** `width` is what it has; when it is measured, its `most`. */
  readonly cell: (row: T, width: number) => Line
  /** Columns of the terminal. */
  readonly least: number
  readonly most: number
  readonly align?: 'right' | undefined
  /** Takes what others leave, up to its `most`; begins with its `least`. */
  readonly grows?: boolean | undefined
  /** When it is left out for lack of room, lowest first; undefined: never. */
  readonly drop?: number | undefined
  /** Set apart from the other titles: what the list is sorted by. */
  readonly isMarked?: boolean | undefined
}

const GAP = 2

interface Placed<T> {
  readonly column: ListColumn<T>
  /** What its cells take. */
  readonly natural: number
  width: number
}

const sumOf = (placed: readonly { readonly width: number }[]): number =>
  placed.reduce((sum, { width }) => sum + width, GAP * Math.max(0, placed.length - 1))

const naturalWidth = <T>(column: ListColumn<T>, rows: readonly T[]): number => {
  const cells = rows.map(row => widthOfLine(column.cell(row, column.most)))
  // One that grows need not be as wide as it may be.
  const least = column.grows ? 0 : column.least
  const widest = cells.reduce((most, width) => Math.max(most, width), Math.max(column.title.length, least))
  return Math.min(column.most, widest)
}

const place = <T>(columns: readonly ListColumn<T>[], rows: readonly T[], width: number): Placed<T>[] => {
  let placed = columns.map(column => {
    const natural = naturalWidth(column, rows)
    return { column, natural, width: column.grows ? Math.min(natural, column.least) : natural }
  })
  while (sumOf(placed) > width) {
    const [gone] = placed
      .filter(({ column }) => column.drop !== undefined)
      .sort((a, b) => (a.column.drop ?? 0) - (b.column.drop ?? 0))
    if (!gone) break
    placed = placed.filter(one => one !== gone)
  }
  grow(placed, width)
  return placed
}

/** What is left goes to the narrowest column that lacks some, cell by cell; where nothing may be dropped, the widest gives way. */
const grow = <T>(placed: readonly Placed<T>[], width: number): void => {
  const growing = placed.filter(one => one.column.grows)
  for (let free = width - sumOf(placed); free !== 0; free -= Math.sign(free)) {
    const able = growing.filter(one => (free > 0 ? one.width < one.natural : one.width > 0))
    const [first] = able.sort((a, b) => (free > 0 ? a.width - b.width : b.width - a.width))
    if (!first) return
    first.width += Math.sign(free)
  }
}

const isTitled = <T>({ column }: Placed<T>): boolean => column.title !== ''

const drawRow = <T>(placed: readonly Placed<T>[], lineOf: (one: Placed<T>) => Line): Line =>
  placed.flatMap((one, n) => {
    const cell = cutLine(lineOf(one), one.width)
    return [...(n === 0 ? [] : space(GAP)), ...padLine(cell, one.width, one.column.align)]
  })

export interface DrawnList {
  readonly titles: Line
  readonly rows: readonly Line[]
  /** Where each column that is shown begins. */
  readonly starts: readonly number[]
}

/** `rows` are measured, and those from `from` to `to` drawn. */
export const drawList = <T>(
  columns: readonly ListColumn<T>[],
  rows: readonly T[],
  width: number,
  from = 0,
  to = rows.length,
): DrawnList => {
  const placed = place(columns, rows, width)
  const titles = drawRow(placed, one => text(one.column.title, one.column.isMarked ? 'plain' : 'dim'))
  return {
    titles: placed.some(isTitled) ? titles : [],
    rows: rows.slice(from, to).map(row => drawRow(placed, one => one.column.cell(row, one.width))),
    starts: placed.map((_, n) => sumOf(placed.slice(0, n)) + (n === 0 ? 0 : GAP)),
  }
}
