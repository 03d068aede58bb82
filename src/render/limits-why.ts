/** limits --why: which sessions and turns used a window's points; with what no local log explains, they add up to all of them. */
import { addSums, type LimitsReport, type LocalSum, MICRO, noSum, type PointUse } from '../core/limits.ts'
import { clean, count, counted, short } from './format.ts'
import type { LimitsView } from './limits.ts'
import { accountName, localCost, microNumber, momentText, spanText } from './limits-words.ts'
import { type Cell, type Column, drawTable, type Row } from './table.ts'
import type { Theme } from './theme.ts'
import { wrap } from './width.ts'

/** Rows of a list where nobody said how many. */
const ROWS = 10

export const useLines = (use: PointUse, report: LimitsReport, view: LimitsView, paint: Theme): string[] => {
  const { now } = report
  const limit = use.limit === undefined ? '' : `, limit ${clean(use.limit)}`
  const title = `What used the points: ${accountName(use, view)}, ${spanText(use.minutes)}${limit}, ${momentText(use.startAt, now, view)} to ${momentText(use.endAt, now, view)}`
  return [
    ...wrap(title, view.width, '  ').map(line => paint(line, 'strong')),
    ...wrap(basisText(use), view.width).map(line => paint(line, 'dim')),
    '',
    ...drawTable({ ...sessionTable(use, view), width: view.width, theme: paint }),
    ...(use.turns.length === 0
      ? []
      : ['', ...drawTable({ ...turnTable(use, now, view), width: view.width, theme: paint })]),
  ]
}

const WEIGHTS = 'input 1, output 5, cache write 1.25, cache read 0.1'

const basisText = ({ weight, readings, isByPrice }: PointUse): string => {
  const by = weight === 'cost' ? 'cost' : `tokens (${WEIGHTS}), for some have no price`
  const rest = isByPrice
    ? ' – up to what a point usually takes; the rest is not in local logs.'
    : '. What a point usually takes is not known yet, so these are up to: what was used elsewhere meanwhile is in them.'
  return `From ${counted(readings, 'reading', 'readings')}: each rise is shared over the responses since the one before, by ${by}${rest}`
}

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })

const localCells = (local: LocalSum, view: LimitsView): Cell[] => [
  { full: count(local.entries) },
  { full: short(local.tokens) },
  ...(view.noCost ? [] : [{ full: localCost(local) }]),
]

const localColumns = (view: LimitsView): Column[] => [
  number('Responses', 10),
  number('Tokens', 20),
  ...(view.noCost ? [] : [number('Cost', 30)]),
]

/** The rows that fit, and the rest of the points in one line: nothing is left out of the sum. */
const listed = <T extends { readonly points: number; readonly local: LocalSum }>(
  list: readonly T[],
  view: LimitsView,
  rowOf: (one: T) => Row,
  restOf: (points: number, rest: readonly T[]) => Row,
): Row[] => {
  const most = view.limit ?? ROWS
  const rest = list.slice(most)
  const points = rest.reduce((sum, one) => sum + one.points, 0)
  return [...list.slice(0, most).map(rowOf), ...(rest.length === 0 ? [] : [restOf(points, rest)])]
}

const plainRow = (points: string, text: string, local: readonly Cell[] = []): Row => ({
  kind: 'cells',
  cells: [{ full: points }, { full: text }, ...(local.length > 0 ? [{ full: '' }, ...local] : [])],
  tone: 'dim',
})

const sumOf = (list: readonly { readonly local: LocalSum }[]): LocalSum =>
  list.reduce((sum, { local }) => addSums(sum, local), noSum)

const sessionTable = (use: PointUse, view: LimitsView) => ({
  columns: [
    number('Points'),
    { title: 'Session', align: 'left', kind: 'text', least: 20, fair: 34 } as const,
    { title: 'Project', align: 'left', kind: 'text', least: 8, fair: 14, drop: 25 } as const,
    ...localColumns(view),
  ],
  rows: [
    ...listed(
      use.sessions,
      view,
      ({ points, session, title, project, local }): Row => ({
        kind: 'cells',
        cells: [
          { full: microNumber(points) },
          { full: sessionName(session, view.titles ? title : undefined) },
          { full: clean(project ?? '') },
          ...localCells(local, view),
        ],
      }),
      (points, rest) =>
        plainRow(
          microNumber(points),
          counted(rest.length, 'more session', 'more sessions'),
          localCells(sumOf(rest), view),
        ),
    ),
    ...(use.unexplained > 0 ? [plainRow(microNumber(use.unexplained), 'not in local logs')] : []),
    ...(use.sinceRise.entries > 0
      ? [plainRow('–', 'since the last rise, no point yet', localCells(use.sinceRise, view))]
      : []),
  ],
  footer: [
    {
      kind: 'cells',
      cells: [
        { full: (use.points / MICRO).toFixed(1) },
        { full: 'all of the window' },
        { full: '' },
        ...localCells(use.local, view),
      ],
    } as const,
  ],
})

const sessionName = (session: string | undefined, title: string | undefined): string =>
  clean(title ?? session ?? 'without an id')

const turnName = (title: string | undefined, session: string | undefined, view: LimitsView): string =>
  view.titles && title !== undefined ? clean(title) : `of ${session ?? 'a session without an id'}`

const turnTable = (use: PointUse, now: number, view: LimitsView) => {
  const sessionNames = new Map(
    use.sessions.map(({ session, title }) => [session, sessionName(session, view.titles ? title : undefined)]),
  )
  return {
    columns: [
      number('Points'),
      { title: 'Turn', align: 'left', kind: 'text', least: 20, fair: 34 } as const,
      { title: 'At', align: 'left', kind: 'label', drop: 25 } as const,
      ...localColumns(view),
    ],
    rows: listed(
      use.turns,
      view,
      ({ points, at, title, session, local }): Row => ({
        kind: 'cells',
        cells: [
          { full: microNumber(points) },
          { full: turnName(title, sessionNames.get(session), view) },
          { full: momentText(at, now, view) },
          ...localCells(local, view),
        ],
      }),
      (points, rest) =>
        plainRow(microNumber(points), counted(rest.length, 'more turn', 'more turns'), localCells(sumOf(rest), view)),
    ),
    footer: [],
  }
}
