/** Reports as Markdown: the columns of the table at full width, with the logs' texts disarmed. */
import type { Report } from '../core/report.ts'
import { notesOf } from './notes.ts'
import { tableOf, titleLines, titleOf } from './report-table.ts'
import type { Cell, Column, Row, Table } from './table.ts'
import type { View } from './view.ts'

/** No character that Markdown or HTML would act upon; backslashes first, or they would disarm the others. */
const escapeText = (text: string): string =>
  text
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

const cellText = (cell: Cell | undefined, column: Column): string =>
  escapeText(column.kind === 'list' ? (cell?.items ?? []).join(', ') : (cell?.full ?? ''))

const record = (fields: readonly string[]): string => `| ${fields.join(' | ')} |`

const rowLine = (row: Row, columns: readonly Column[], isStrong: boolean): string => {
  if (row.kind === 'line')
    return record([row.text === '' ? '' : `**${escapeText(row.text.trim())}**`, ...columns.slice(1).map(() => '')])
  const texts = columns.map((c, i) => cellText(row.cells[i], c))
  return record(isStrong ? texts.map(t => (t === '' ? t : `**${t}**`)) : texts)
}

export const reportMarkdown = (report: Report, given: View): string => {
  const view: View = { ...given, width: undefined, color: false }
  const notes = notesOf(report.totals, report.models, report.diagnostics, view)
  return tableMarkdown(titleLines(titleOf(report, view), view), tableOf(report, view), notes)
}

/** Titles, a table without its bars, notes. */
export const tableMarkdown = (titles: readonly string[], table: Table, notes: readonly string[]): string => {
  const kept = table.columns.map((c, i) => ({ c, i })).filter(({ c }) => c.kind !== 'bar')
  const columns = kept.map(({ c }) => c)
  const narrow = (row: Row): Row =>
    row.kind === 'line' ? row : { ...row, cells: kept.map(({ i }) => row.cells[i] ?? { full: '' }) }
  return [
    ...titles.map(line => `**${escapeText(line)}**`),
    '',
    record(columns.map(c => escapeText(c.title))),
    record(columns.map(c => (c.align === 'right' ? '---:' : '---'))),
    ...table.rows.filter(r => r.kind !== 'line' || r.text !== '').map(r => rowLine(narrow(r), columns, false)),
    ...table.footer.map(r => rowLine(narrow(r), columns, true)),
    ...notes.flatMap(n => ['', escapeText(n)]),
    '',
  ].join('\n')
}
