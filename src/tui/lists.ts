/** A list in its place: the line above it, as many of its rows as there is room for, and a mark at the selected one. */
import { clean, count } from '../render/format.ts'
import { drawList } from './columns.ts'
import { type Line, space, text, widthOfLine } from './line.ts'
import { callColumns, modelColumns, sessionColumns } from './list-columns.ts'
import { fitPieces } from './pieces.ts'
import { callsOf, modelsOf, selectedRow, sessionsOf } from './rows.ts'
import type { ListName, State } from './state.ts'

const TITLES: Readonly<Record<ListName, string>> = { sessions: 'Sessions', calls: 'Calls', models: 'Models' }

export const lengthOf = (state: State, list: ListName): number =>
  ({ sessions: sessionsOf, calls: callsOf, models: modelsOf })[list](state).length

/** `4–9 of 12`, or how many there are where all of them are shown. */
const extent = (from: number, to: number, all: number): string =>
  to - from >= all ? count(all) : `${count(from + 1)}–${count(to)} of ${count(all)}`

const ruled = (start: Line, end: Line, columns: number): Line => {
  const rule = columns - widthOfLine(start) - widthOfLine(end) - 1 - (end.length > 0 ? 1 : 0)
  return [
    ...start,
    ...text(rule > 0 ? ` ${'─'.repeat(rule)}` : '', 'dim'),
    ...(end.length > 0 ? [...space(1), ...end] : []),
  ]
}

export interface ListPlace {
  readonly columns: number
  readonly rows: number
  /** Keys move in it: it is set apart, and its selected row is marked. */
  readonly isFocused: boolean
  /** Lists there is no room for: the line above it names them. */
  readonly unseen: readonly ListName[]
}

const heading = (state: State, list: ListName, place: ListPlace, shown: string): Line => {
  const { sort, isReversed, filter } = state
  const start = fitPieces(
    [
      { line: [...text(TITLES[list], place.isFocused ? 'accent' : 'strong'), ...text(` ${shown}`, 'dim')], rank: 0 },
      { line: list === 'sessions' ? text(`by ${sort} ${isReversed ? '▲' : '▼'}`, 'dim') : [], rank: 2 },
      {
        line: filter === '' ? [] : text(list === 'models' ? 'not filtered' : `filter ${clean(filter)}`, 'warn'),
        rank: 1,
      },
    ],
    place.columns,
  )
  const unseen = place.unseen.map(one => `${TITLES[one]} ${count(lengthOf(state, one))}`)
  const end = text(unseen.join('  '), 'dim')
  return ruled(start, widthOfLine(start) + widthOfLine(end) + 3 > place.columns ? [] : end, place.columns)
}

const NOTHING: Readonly<Record<ListName, string>> = {
  sessions: 'No session in the last five hours.',
  calls: 'No call in the last five hours.',
  models: 'No window is running.',
}

const GUTTER = 2

/** A list with its heading, in so many rows; without titles of columns where there are few. */
export const drawListIn = (state: State, list: ListName, place: ListPlace): Line[] => {
  if (place.rows < 1) return []
  const all = lengthOf(state, list)
  if (all === 0) {
    const nothing = state.filter === '' || list === 'models' ? NOTHING[list] : 'Nothing matches the filter.'
    return [heading(state, list, place, '0'), [...space(GUTTER), ...text(nothing, 'dim')]].slice(0, place.rows)
  }
  const hasTitles = place.rows >= Math.min(5, all + 2)
  const room = place.rows - 1 - (hasTitles ? 1 : 0)
  const row = place.isFocused ? selectedRow(state, list) : 0
  // The selected row stays in the middle where it can: what was above it is still seen.
  const from = Math.max(0, Math.min(row - Math.floor(room / 2), all - room))
  const to = Math.min(all, from + Math.max(0, room))
  const { titles, rows } = drawRows(state, list, place.columns - GUTTER, from, to)
  const marked = rows.map((line, n) => [...text(place.isFocused && from + n === row ? '▸ ' : '  ', 'accent'), ...line])
  return [
    heading(state, list, place, extent(from, to, all)),
    ...(hasTitles ? [[...space(GUTTER), ...titles]] : []),
    ...marked,
  ]
}

const drawRows = (state: State, list: ListName, width: number, from: number, to: number) => {
  switch (list) {
    case 'sessions':
      return drawList(sessionColumns(state, state.data?.now ?? 0), sessionsOf(state), width, from, to)
    case 'calls':
      return drawList(callColumns(state), callsOf(state), width, from, to)
    case 'models':
      return drawList(modelColumns(state), modelsOf(state), width, from, to)
  }
}
