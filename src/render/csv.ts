/**
 * Reports as CSV (RFC 4180: CRLF, doubled quotes): one line per row, plain numbers, no totals, so that a sheet can sum. With
 * `--breakdown` one line per row and model instead. Texts that a spreadsheet would run as a formula are disarmed.
 */
import { usdOf } from '../core/money.ts'
import type { BlocksReport, ModelShare, PeriodReport, Report, SessionReport } from '../core/report.ts'
import { emptySummary, type UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { clean } from './format.ts'
import { isoTime } from './json-parts.ts'
import type { View } from './view.ts'

export type Value = string | number | boolean | null | undefined

/** Column names to values; the names of the first row are the header. */
type Line = readonly (readonly [name: string, value: Value])[]

const field = (value: Value): string => {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return String(value)
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const sums = (s: UsageSummary, view: View): Line => [
  ['inputTokens', s.tokens.input],
  ['outputTokens', s.tokens.output],
  ['cacheCreationTokens', s.tokens.cacheCreation],
  ['cacheReadTokens', s.tokens.cacheRead],
  ['totalTokens', totalTokens(s.tokens)],
  ...(view.noCost ? [] : [pair('totalCost', usdOf(s.cost))]),
  ['entries', s.entries],
  ['unpricedTokens', s.unpricedTokens],
  ['partialOutputCount', s.partialOutputs],
  ['inexactEntries', s.inexactEntries],
  ...(view.includeEstimates ? [pair('estimatedTokens', s.estimatedTokens)] : []),
  ...(view.includeEstimates && !view.noCost ? [pair('estimatedCost', usdOf(s.estimatedCost))] : []),
]

const pair = (name: string, value: Value): readonly [string, Value] => [name, value]

interface Row {
  readonly lead: Line
  readonly summary: UsageSummary
  readonly models: readonly ModelShare[]
}

const linesOf = ({ lead, summary, models }: Row, view: View): Line[] => {
  if (view.breakdown) return models.map(m => [...lead, pair('model', clean(m.model ?? '')), ...sums(m.summary, view)])
  const names = models.flatMap(m => (m.model === undefined ? [] : clean(m.model))).join('; ')
  return [[...lead, pair('models', names), ...sums(summary, view)]]
}

const DATE_KEYS = { daily: 'date', weekly: 'week', monthly: 'month' } satisfies Record<PeriodReport['kind'], string>

const periodRows = (report: PeriodReport, view: View): Row[] =>
  report.rows.flatMap(row => {
    const lead: Line = [
      [DATE_KEYS[report.kind], row.period],
      ...(report.byProject
        ? [pair('project', clean(row.project?.name ?? '')), pair('projectRoot', clean(row.project?.path ?? ''))]
        : []),
    ]
    if (!view.byAgent) return [{ lead, summary: row.summary, models: row.models }]
    return row.agents.map(a => ({ lead: [...lead, pair('agent', a.agent)], summary: a.summary, models: a.models }))
  })

const sessionRows = (report: SessionReport, view: View): Row[] =>
  report.rows.map(row => ({
    lead: [
      ['sessionId', clean(row.session ?? '')],
      ['agent', row.agent],
      ...(view.titles ? [pair('title', clean(row.title ?? ''))] : []),
      ['project', clean(row.project?.name ?? '')],
      ['projectRoot', clean(row.project?.path ?? '')],
      ['branch', clean(row.branch ?? '')],
      ['firstActivity', isoTime(row.summary.firstAt)],
      ['lastActivity', isoTime(row.summary.lastAt)],
      ['subagents', row.subagentCount],
    ],
    summary: row.summary,
    models: row.models,
  }))

/** Gaps hold no usage and are left out. */
const blockRows = (report: BlocksReport): Row[] =>
  report.rows
    .filter(b => !b.isGap)
    .map(block => ({
      lead: [
        ['startTime', isoTime(block.startAt)],
        ['endTime', isoTime(block.endAt)],
        ['actualEndTime', block.lastAt === undefined ? null : isoTime(block.lastAt)],
        ['agent', block.agent],
        ['isActive', block.isActive],
      ],
      summary: block.summary,
      models: block.models,
    }))

const rowsOf = (report: Report, view: View): Row[] => {
  switch (report.kind) {
    case 'session':
      return sessionRows(report, view)
    case 'blocks':
      return blockRows(report)
    default:
      return periodRows(report, view)
  }
}

const NO_ROW: Pick<Row, 'summary' | 'models'> = {
  summary: emptySummary,
  models: [{ model: '', summary: emptySummary }],
}

/** The header of a report without rows is that of a report with one empty row. */
const sampleOf = (report: Report): Report => {
  const agent = ''
  switch (report.kind) {
    case 'session': {
      const rest = { session: '', title: '', project: undefined, branch: '', subagents: emptySummary, subagentCount: 0 }
      return { ...report, rows: [{ ...NO_ROW, agent, ...rest, unlogged: undefined }] }
    }
    case 'blocks': {
      const rest = { isActive: false, burnRate: undefined, projection: undefined, limit: undefined }
      return { ...report, rows: [{ ...NO_ROW, agent, isGap: false, startAt: 0, endAt: 0, lastAt: 0, ...rest }] }
    }
    default:
      return { ...report, rows: [{ ...NO_ROW, period: '', project: undefined, agents: [{ ...NO_ROW, agent }] }] }
  }
}

const csvLines = (report: Report, view: View): Line[] => rowsOf(report, view).flatMap(row => linesOf(row, view))

/** Lines under a header made of the names of `sample`. */
export const csvText = (sample: Line, lines: readonly Line[]): string => {
  const records = [sample.map(([name]) => name), ...lines.map(line => line.map(([, value]) => value))]
  return records.map(r => `${r.map(field).join(',')}\r\n`).join('')
}

/** The report with a header line, which stands alone when there are no rows. */
export const reportCsv = (report: Report, view: View): string =>
  csvText(csvLines(sampleOf(report), view)[0] ?? [], csvLines(report, view))
