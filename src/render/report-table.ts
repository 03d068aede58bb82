/** A whole report as a screen: title, table, notes. Returns text without a final newline. */
import type { Report } from '../core/report.ts'
import { blockTable } from './block-table.ts'
import { clean } from './format.ts'
import { notesOf } from './notes.ts'
import { periodTable } from './period-table.ts'
import { sessionTable } from './session-table.ts'
import { drawTable, type Table } from './table.ts'
import { theme } from './theme.ts'
import type { View } from './view.ts'
import { pack, wrap } from './width.ts'

const subject = (agents: readonly string[], view: View): string => {
  if (agents.length === 0) return 'Usage'
  return agents.length === 1 ? `${view.agentName(agents[0]!)} usage` : 'AI coding usage'
}

const grouping = (report: Report): string => {
  switch (report.kind) {
    case 'session':
      return 'by session'
    case 'blocks':
      return `in ${report.blockHours}-hour blocks`
    default:
      return `by ${{ daily: 'day', weekly: 'week', monthly: 'month' }[report.kind]}${report.byProject ? ' and project' : ''}`
  }
}

/** `Claude Code usage by day · Europe/Berlin · API-equivalent cost, not a bill`, on more lines where it must. */
export const titleLines = (parts: readonly string[], view: View): string[] => {
  const all = view.noCost ? parts : [...parts, 'API-equivalent cost, not a bill']
  return view.width === undefined ? [all.join(' · ')] : pack(all, ' · ', view.width)
}

/** The report as columns and rows, for every surface that draws tables. */
export const tableOf = (report: Report, view: View): Table => {
  switch (report.kind) {
    case 'session':
      return sessionTable(report, view)
    case 'blocks':
      return blockTable(report, view)
    default:
      return periodTable(report, view)
  }
}

const profileTitle = (profiles: readonly string[] = []): string[] =>
  profiles.length === 0 ? [] : [`${profiles.length === 1 ? 'profile' : 'profiles'} ${profiles.map(clean).join(', ')}`]

/** The parts of a report's title. */
export const titleOf = (report: Report, view: View): string[] => [
  `${subject(report.agents, view)} ${grouping(report)}`,
  ...profileTitle(report.profiles),
  report.timeZone,
]

export const renderTable = (report: Report, view: View): string => {
  const paint = theme(view.color)
  const notes = notesOf(report.totals, report.models, report.diagnostics, view).flatMap(n => wrap(n, view.width, '  '))
  const title = view.quiet ? [] : [...titleLines(titleOf(report, view), view).map(line => paint(line, 'accent')), '']
  const lines = [
    ...title,
    ...drawTable({ ...tableOf(report, view), width: view.width, theme: paint }),
    ...(notes.length > 0 ? ['', ...notes.map(n => paint(n, 'dim'))] : []),
  ]
  return lines.join('\n')
}

/** What the empty screen has to say. */
export interface EmptyReport {
  /** Paths that were looked at. */
  readonly looked: readonly string[]
  /** Environment variables that point elsewhere (`CLAUDE_CONFIG_DIR`). */
  readonly variables: readonly string[]
  /** True when there are logs, but the filters left nothing of them. */
  readonly isFiltered: boolean
}

/** More variables than these are not named one by one. */
const MOST_VARIABLES = 3
const EACH_VARIABLE = "'tokusage agents <id>' names the variable of each agent. Set it, as in:"

/** No rows: where was looked, how to point elsewhere, how to see a sample. Paths are never cut: they are for copying. */
export const renderEmpty = ({ looked, variables, isFiltered }: EmptyReport, view: View): string => {
  const paint = theme(view.color)
  if (isFiltered)
    return wrap('No usage in this selection. Leave out some filters, or widen --since and --until.', view.width).join(
      '\n',
    )
  const first = variables[0]
  const hint =
    variables.length > MOST_VARIABLES
      ? `Logs elsewhere? ${EACH_VARIABLE}`
      : `Logs elsewhere? Set ${variables.join(' or ')}, as in:`
  return [
    paint('No usage found.', 'strong'),
    ...(looked.length > 0 ? ['', 'Looked in:', ...looked.map(path => `  ${clean(path)}`)] : []),
    ...(first === undefined ? [] : ['', ...wrap(hint, view.width), `  ${first}=/path/to/folder tokusage daily`]),
    '',
    'To see a sample:',
    '  tokusage daily --demo',
  ].join('\n')
}
