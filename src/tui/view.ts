/**
 * A frame: what a state looks like on a screen of some size. Nothing is worked out here but what fits. From the least to the most room:
 * the lists and today; the first window; the burn; keys; the last minute; further windows; details; a chart; blank lines.
 */
import type { LiveData } from '../core/live.ts'
import { drawDetail } from './detail.ts'
import { footer, header, oddities } from './head.ts'
import { drawHelp } from './help.ts'
import { beside, type Line, paintLine, space, text } from './line.ts'
import { drawListIn, lengthOf } from './lists.ts'
import type { Look, Size } from './look.ts'
import { painter } from './paint.ts'
import { accountsLine, burnLine, minuteLine, PANEL_ROWS, pulsePanel } from './pulse.ts'
import { type ListName, lists, type State, startState } from './state.ts'
import { detailsAreBeside, drawWindows } from './windows.ts'

/** What stands above the lists, by how many rows it may take. */
interface Plan {
  readonly windows: number
  readonly details: number
  readonly pulse: 'none' | 'burn' | 'lines' | 'panel'
  readonly hasNote: boolean
  readonly hasFooter: boolean
  readonly blanks: number
}

const PANEL_COLUMNS = 100
const PANEL_FROM = 30
const FIRST_WINDOWS = 4

/** Lists have two fifths of the rows, and what the rest leaves. */
const planOf = ({ windows, ignored }: LiveData, { columns, rows }: Size, isStill: boolean): Plan => {
  let left = rows - 1 - Math.ceil(rows * 0.4)
  const take = (wanted: number): number => {
    const got = Math.max(0, Math.min(wanted, left))
    left -= got
    return got
  }
  let shown = take(Math.min(1, windows.length))
  const hasBurn = take(1) > 0
  const hasFooter = !isStill && take(1) > 0
  const hasMinute = take(1) > 0
  const hasNote = ignored.length > 0 && take(1) > 0
  shown += take(Math.min(FIRST_WINDOWS, windows.length) - shown)
  const isBeside = detailsAreBeside(columns)
  let details = isBeside ? 0 : take(Math.min(1, shown))
  const hasPanel = hasMinute && columns >= PANEL_COLUMNS && rows >= PANEL_FROM && left >= PANEL_ROWS - 2
  if (hasPanel) take(PANEL_ROWS - 2)
  shown += take(windows.length - shown)
  if (!isBeside) details += take(shown - details)
  const blanks = take(rows >= 22 ? 3 : 0)
  return {
    windows: shown,
    details,
    pulse: hasPanel ? 'panel' : hasMinute ? 'lines' : hasBurn ? 'burn' : 'none',
    hasNote,
    hasFooter,
    blanks,
  }
}

const drawPulse = (data: LiveData, { look }: State, columns: number, { pulse }: Plan): Line[] => {
  switch (pulse) {
    case 'none':
      return []
    case 'burn':
      return [burnLine(data, look, columns)]
    case 'lines':
      return [burnLine(data, look, columns), minuteLine(data, look, columns)].filter(line => line.length > 0)
    case 'panel':
      return pulsePanel(data, look, columns)
  }
}

const SIDE_COLUMNS = 160
const PAIR_COLUMNS = 100
const GAP = 3
/** Of a list: its heading and the titles of its columns. */
const HEAD = 2
/** A heading and two of them. */
const LEAST_CALLS = 3

/** All lists where they fit, else the one that keys move in, or that and the sessions. */
const drawLists = (state: State, { columns, rows }: Size, isStill: boolean): Line[] => {
  const draw = (list: ListName, width: number, height: number, unseen: readonly ListName[] = []): Line[] =>
    drawListIn(state, list, { columns: width, rows: height, isFocused: !isStill && state.list === list, unseen })
  const wanted = (list: ListName): number => HEAD + Math.max(1, lengthOf(state, list))
  if (columns >= SIDE_COLUMNS && rows >= 12) {
    const left = Math.floor((columns - GAP) * 0.6)
    const above = Math.min(wanted('sessions'), rows - Math.min(wanted('models'), Math.floor(rows / 3)) - 1)
    const own = [...draw('sessions', left, above), space(0), ...draw('models', left, rows - above - 1)]
    return beside(own, draw('calls', columns - GAP - left, rows), left, GAP)
  }
  if (columns >= PAIR_COLUMNS && rows >= 14) {
    const others = Math.max(wanted('calls'), wanted('models'))
    const above = Math.min(wanted('sessions'), rows - Math.min(others, Math.floor(rows * 0.4)) - 1)
    const left = Math.floor((columns - GAP) * 0.62)
    const below = rows - above - 1
    const pair = beside(draw('calls', left, below), draw('models', columns - GAP - left, below), left, GAP)
    return [...draw('sessions', columns, above), space(0), ...pair]
  }
  // What few sessions leave is for their calls.
  const left = rows - wanted('sessions') - 1
  const hasCalls = state.list === 'sessions' && left >= LEAST_CALLS && lengthOf(state, 'calls') > 0
  const unseenBeside = (...seen: readonly ListName[]): ListName[] => lists.filter(list => !seen.includes(list))
  if (rows < 20 && !hasCalls) return draw(state.list, columns, rows, unseenBeside(state.list))
  const other = state.list === 'models' ? 'models' : 'calls'
  const most = hasCalls ? rows - LEAST_CALLS - 1 : rows - Math.min(wanted(other), Math.floor(rows * 0.4)) - 1
  const above = Math.min(wanted('sessions'), most)
  const sessions = draw('sessions', columns, above, unseenBeside('sessions', other))
  return [...sessions, space(0), ...draw(other, columns, rows - above - 1)]
}

/** Exactly so many lines. */
const fill = (lines: readonly Line[], rows: number): Line[] =>
  Array.from({ length: Math.max(0, rows) }, (_, n) => lines[n] ?? [])

const drawBody = (state: State, size: Size, isStill: boolean): Line[] => {
  if (state.overlay === 'detail') return drawDetail(state, size.columns, size.rows)
  return drawLists(state, size, isStill)
}

/** Lines of a frame; a still one has no keys and marks no row. */
const frame = (state: State, size: Size, isStill: boolean): Line[] => {
  const { columns, rows } = size
  const { data } = state
  const head = header(state, columns)
  if (!data) return [...fill([head, [], text('Reading the logs…', 'dim')], rows - 1), footer(state, columns)]
  if (state.overlay === 'help') return [...fill([head, [], ...drawHelp(columns)], rows - 1), footer(state, columns)]
  const plan = planOf(data, size, isStill)
  const windows = drawWindows(data, state.look, columns, plan.windows, plan.details)
  const blank = (n: number): Line[] => (plan.blanks >= n ? [space(0)] : [])
  const top = [
    head,
    ...blank(3),
    ...windows,
    ...(windows.length > 0 ? blank(1) : []),
    ...drawPulse(data, state, columns, plan),
    ...(plan.hasNote ? [accountsLine(data, columns)] : []),
    ...blank(2),
  ]
  const odd = isStill ? text(oddities(state), 'warn') : []
  const foot = plan.hasFooter ? [footer(state, columns)] : odd.length > 0 ? [odd] : []
  const room = rows - top.length - foot.length
  const body = drawBody(state, { columns, rows: room }, isStill)
  return [...top, ...(isStill ? body : fill(body, room)), ...foot]
}

const painted = (lines: readonly Line[], { columns, rows }: Size, { color }: Look): string[] => {
  const paint = painter(color)
  return lines.slice(0, Math.max(0, rows)).map(line => paintLine(line, Math.max(0, columns), paint))
}

/** The lines of the screen, from the top; at most `rows` lines of at most `columns` columns. */
export const view = (state: State, size: Size): string[] => painted(frame(state, size, false), size, state.look)

/** One frame as text, for a pipe: as many rows as there is something to show for. */
export const snapshotFrame = (data: LiveData, size: Size, look: Look): string => {
  const lines = painted(frame({ ...startState(look), data }, size, true), size, look)
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines.map(line => `${line}\n`).join('')
}
