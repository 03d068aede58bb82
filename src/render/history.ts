/** The screens of history: what is known, and what `--forget` is about. */
import type { ForgetReport, HistoryPart, HistoryReport, HistoryRow } from '../core/history.ts'
import { costCell, noCell, numberCell, totalCell } from './cells.ts'
import { diagnosticsLine } from './diagnostic.ts'
import { clean, counted, fileSize, usd } from './format.ts'
import { titleLines } from './report-table.ts'
import { type Cell, type Column, drawTable, type Row } from './table.ts'
import { theme } from './theme.ts'
import type { View } from './view.ts'
import { wrap, wrapWhole } from './width.ts'

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })
const label = (title: string, drop?: number): Column => ({ title, align: 'left', kind: 'label', drop })

const partColumns = (view: View): Column[] => [
  number('Sessions'),
  number('Responses'),
  label('First', 3),
  label('Last'),
  number('Total', 1),
  ...(view.noCost ? [] : [number('Cost')]),
]

const partCells = ({ sessions, summary }: HistoryPart, view: View): Cell[] => {
  const day = (at: number): Cell => (summary.entries === 0 ? noCell : { full: view.clock(at).day })
  return [
    numberCell(sessions),
    numberCell(summary.entries),
    day(summary.firstAt),
    day(summary.lastAt),
    totalCell(summary),
    ...(view.noCost ? [] : [costCell(summary)]),
  ]
}

/** What is known of an agent, and under it what of that only the history knows. */
const rowsOf = (name: string, row: Omit<HistoryRow, 'agent'>, view: View): Row[] => [
  { kind: 'cells', cells: [{ full: name }, numberCell(row.logs), ...partCells(row.all, view)] },
  ...(row.only.summary.entries === 0 && row.goneLogs === 0
    ? []
    : ([
        {
          kind: 'cells',
          cells: [{ full: '  logs gone' }, numberCell(row.goneLogs), ...partCells(row.only, view)],
          tone: 'dim',
        },
      ] as const)),
]

export const renderHistory = (report: HistoryReport, view: View): string => {
  const paint = theme(view.color)
  const { rows, totals } = report
  const title = titleLines(['What tokusage knows', report.timeZone], view)
  const table = drawTable({
    columns: [label('Agent'), number('Logs', 2), ...partColumns(view)],
    rows: rows.flatMap(row => rowsOf(clean(view.agentName(row.agent)), row, view)),
    footer: rowsOf('Total', totals, view),
    width: view.width,
    theme: paint,
  })
  const notes = [...notesOf(report, view), ...[diagnosticsLine(report.diagnostics)].filter(line => line !== '')]
  return [
    ...(view.quiet ? [] : [...title.map(line => paint(line, 'accent')), '']),
    ...(rows.length === 0 ? [paint('Nothing yet.', 'strong')] : table),
    '',
    ...notes.flatMap(note => wrap(note, view.width, '  ')).map(line => paint(line, 'dim')),
    ...(report.index.isOn ? wrapWhole(whereText(report), view.width).map(line => paint(line, 'dim')) : []),
  ].join('\n')
}

const whereText = ({ index }: HistoryReport): string =>
  `Kept in ${clean(index.path)} (${fileSize(index.bytes)}), the only copy of what agents delete`

const notesOf = ({ index, totals }: HistoryReport, view: View): string[] => {
  if (!index.isOn) return ['The index is off: nothing is kept, and what agents delete is gone.']
  const { only, goneLogs } = totals
  const money = view.noCost ? '' : ` (${usd(only.summary.cost)})`
  return [
    ...(only.summary.entries === 0 && goneLogs === 0
      ? []
      : [
          `No log holds ${counted(only.summary.entries, 'response', 'responses')}${money} any more: only the history does. 'tokusage history --forget' removes what is gone.`,
        ]),
    ...(index.damaged > 0
      ? [`${counted(index.damaged, 'damaged file was', 'damaged files were')} put aside there (damaged-…).`]
      : []),
  ]
}

/** What goes, as a table. */
export const renderForget = ({ rows, totals, timeZone }: ForgetReport, view: View): string => {
  const paint = theme(view.color)
  const title = titleLines(['To be removed from the history', timeZone], view)
  const cells = (name: string, part: HistoryPart): Row => ({
    kind: 'cells',
    cells: [{ full: name }, ...partCells(part, view)],
  })
  return [
    ...(view.quiet ? [] : [...title.map(line => paint(line, 'accent')), '']),
    ...drawTable({
      columns: [label('Agent'), ...partColumns(view)],
      rows: rows.map(row => cells(clean(view.agentName(row.agent)), row)),
      footer: [cells('Total', totals)],
      width: view.width,
      theme: paint,
    }),
  ].join('\n')
}

/** `12 responses of 3 sessions and 2 deleted logs`. */
export const forgetText = ({ totals, logs }: ForgetReport): string =>
  [
    ...(totals.summary.entries === 0
      ? []
      : [
          `${counted(totals.summary.entries, 'response', 'responses')} of ${counted(totals.sessions, 'session', 'sessions')}`,
        ]),
    ...(logs === 0 ? [] : [counted(logs, 'deleted log', 'deleted logs')]),
  ].join(' and ')

/** Whether there is anything to forget. */
export const isNothing = ({ totals, logs }: ForgetReport): boolean => totals.summary.entries + logs === 0

export const forgetQuestion = (report: ForgetReport): string => `Remove ${forgetText(report)} for good? [y/N] `

/** How it ended. */
export const forgetEnd = (report: ForgetReport): string => {
  if (isNothing(report)) return 'Nothing to forget: logs hold all that is known of this selection.'
  return report.isDone ? `Removed ${forgetText(report)} from the history.` : 'Nothing was removed.'
}
