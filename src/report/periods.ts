/** Days, weeks and months: one fold with three keys. Weeks and months are sums of days, so they cannot disagree. */
import type { Calendar } from '../core/calendar.ts'
import type { DaySum } from '../core/day-sum.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { PeriodKind, PeriodReport, PeriodRow, ProjectRef } from '../core/report.ts'
import type { PricedEntry } from '../core/summary.ts'
import { leavesOfSums } from './day-sums.ts'
import { compareBy, compareNames, fold, groupBy, isUsage, type Leaf, sharesOf, sumOf, totalsOf } from './fold.ts'
import { projectRefs } from './projects.ts'

export interface PeriodOptions {
  readonly kind: PeriodKind
  readonly calendar: Calendar
  /** 0 is Sunday. */
  readonly startOfWeek: number
  /** Rows split by project, one project after the other. */
  readonly byProject: boolean
  /** Default: `asc` by date, `desc` by cost or tokens. */
  readonly order?: 'asc' | 'desc' | undefined
  readonly sort?: 'cost' | 'tokens' | 'date' | undefined
  /**
   * By date the most recent periods (of all projects), by cost or tokens the top rows, whatever the order they are
   * shown in. Totals are of the rows shown.
   */
  readonly limit?: number | undefined
  readonly projectNames: Readonly<Record<string, string>>
  readonly diagnostics: readonly Diagnostic[]
}

interface FoldedRow {
  readonly row: PeriodRow
  readonly leaves: readonly Leaf[]
}

export const periodReport = (entries: readonly PricedEntry[], options: PeriodOptions): PeriodReport =>
  reportOfRows(rowsOf(entries, options), options)

/** The same of sums by day; `byProject` asks for more than they know. */
export const periodReportOfSums = (sums: readonly DaySum[], options: PeriodOptions): PeriodReport => {
  const periodOf = periodOfDay(options)
  const rows = [...leavesOfSums(sums, periodOf)].map(([period, leaves]) => ({
    leaves,
    row: { period, project: undefined, ...sharesOf(leaves) },
  }))
  return reportOfRows(rows, options)
}

const reportOfRows = (rows: readonly FoldedRow[], options: PeriodOptions): PeriodReport => {
  const { kind, calendar, byProject, diagnostics } = options
  const shown = arrange(limited(rows, options), options)
  return {
    kind,
    byProject,
    rows: shown.map(r => r.row),
    ...totalsOf(shown.flatMap(r => r.leaves)),
    diagnostics,
    timeZone: calendar.timeZone,
  }
}

const rowsOf = (entries: readonly PricedEntry[], options: PeriodOptions): FoldedRow[] => {
  const periodOf = periodNames(options)
  if (!options.byProject) return foldRows(entries, periodOf, undefined)
  const projects = groupBy(entries.filter(isUsage), ({ entry }) => entry.project)
  const refs = projectRefs(projects.keys(), options.projectNames)
  return [...projects].flatMap(([path, own]) =>
    foldRows(own, periodOf, path === undefined ? undefined : refs.get(path)),
  )
}

const foldRows = (
  entries: readonly PricedEntry[],
  periodOf: (at: number) => string,
  project: ProjectRef | undefined,
): FoldedRow[] =>
  [...fold(entries, ({ entry }) => periodOf(entry.at))].map(([period, leaves]) => ({
    leaves,
    row: { period, project, ...sharesOf(leaves) },
  }))

const periodOfDay =
  ({ kind, calendar, startOfWeek }: PeriodOptions) =>
  (day: string): string =>
    kind === 'daily' ? day : kind === 'weekly' ? calendar.weekOf(day, startOfWeek) : calendar.monthOf(day)

/** The period of an instant; each day is looked up once. */
const periodNames = (options: PeriodOptions): ((at: number) => string) => {
  const { kind, calendar } = options
  if (kind === 'daily') return calendar.dayOf
  const ofDay = periodOfDay(options)
  const known = new Map<string, string>()
  return at => {
    const day = calendar.dayOf(at)
    const period = known.get(day) ?? ofDay(day)
    known.set(day, period)
    return period
  }
}

const limited = (rows: readonly FoldedRow[], { sort = 'date', limit }: PeriodOptions): readonly FoldedRow[] => {
  if (limit === undefined) return rows
  if (sort !== 'date') {
    return [...rows].sort((a, b) => compareBy(sort, b.row.summary, a.row.summary) || compareRows(a, b)).slice(0, limit)
  }
  const periods = [...new Set(rows.map(r => r.row.period))].sort((a, b) => compareNames(b, a))
  const recent = new Set(periods.slice(0, limit))
  return rows.filter(r => recent.has(r.row.period))
}

const arrange = (rows: readonly FoldedRow[], { sort = 'date', order }: PeriodOptions): FoldedRow[] => {
  if (sort === 'date') {
    const sign = order === 'desc' ? -1 : 1
    return [...rows].sort((a, b) => compareProjects(a, b) || sign * compareNames(a.row.period, b.row.period))
  }
  const sign = order === 'asc' ? 1 : -1
  // A project's rows stay together, so projects are ordered first, by all that is shown of them.
  const projects = groupBy(rows, r => r.row.project?.path)
  const sums = new Map([...projects].map(([path, own]) => [path, sumOf(own.flatMap(r => r.leaves))]))
  const sumOfProject = (r: FoldedRow) => sums.get(r.row.project?.path) ?? r.row.summary
  return [...rows].sort(
    (a, b) =>
      sign * compareBy(sort, sumOfProject(a), sumOfProject(b)) ||
      compareProjects(a, b) ||
      sign * compareBy(sort, a.row.summary, b.row.summary) ||
      compareNames(a.row.period, b.row.period),
  )
}

const compareProjects = (a: FoldedRow, b: FoldedRow): number =>
  compareNames(a.row.project?.name, b.row.project?.name) || compareNames(a.row.project?.path, b.row.project?.path)

const compareRows = (a: FoldedRow, b: FoldedRow): number =>
  compareProjects(a, b) || compareNames(a.row.period, b.row.period)
