/** Rows by day, week or month: with models, agents or projects underneath. */
import type { AgentShare, ModelShare, PeriodReport, PeriodRow, ProjectRef } from '../core/report.ts'
import { add, emptySummary, type UsageSummary } from '../core/summary.ts'
import { barCell, barColumn, listCell, modelsColumn, nameWidth, noCell, peakOf, summaryFields } from './cells.ts'
import { clean, modelName } from './format.ts'
import type { Cell, Column, Row, Table } from './table.ts'
import type { Tone } from './theme.ts'
import type { View } from './view.ts'

const TITLES = { daily: 'Date', weekly: 'Week', monthly: 'Month' } satisfies Record<PeriodReport['kind'], string>

/** What one drawn line says, whatever its rank. */
interface Line {
  readonly label?: string
  readonly agents?: readonly string[]
  readonly models?: readonly ModelShare[]
  readonly model?: string
  readonly summary: UsageSummary
  readonly tone?: Tone
  readonly hasBar?: boolean
}

/** Rows of one project stay together, in the order in which the projects first come. */
const groupByProject = (rows: readonly PeriodRow[]): { project: ProjectRef | undefined; rows: PeriodRow[] }[] => {
  const groups = new Map<string | undefined, { project: ProjectRef | undefined; rows: PeriodRow[] }>()
  for (const row of rows) {
    const known = groups.get(row.project?.path)
    if (known) known.rows.push(row)
    else groups.set(row.project?.path, { project: row.project, rows: [row] })
  }
  return [...groups.values()]
}

const groupTitle = (project: ProjectRef | undefined): string => {
  if (!project) return '(no project)'
  const name = clean(project.name)
  const path = clean(project.path)
  return name === path || name === '' ? path : `${name} · ${path}`
}

/** The columns and a function that fills them. */
const columnsOf = (report: PeriodReport, view: View, peak: number) => {
  const fields = summaryFields(view)
  const hasAgents = view.byAgent || report.agents.length > 1
  const title = view.byAgent ? 'Agent' : 'Agents'
  const least = nameWidth(report.agents, view)
  const agent: Column = { title, align: 'left', kind: 'list', least, drop: 50 }
  const columns: Column[] = [
    { title: TITLES[report.kind], align: 'left', kind: 'label' },
    ...(hasAgents ? [agent] : []),
    { ...modelsColumn, title: view.breakdown ? 'Model' : 'Models' },
    ...fields.map(f => f.column),
    ...(view.compact ? [] : [barColumn]),
  ]
  const draw = (line: Line): Row => {
    const models: Cell = line.model === undefined ? listCell(line.models ?? []) : { full: '', items: [line.model] }
    const agentCell: Cell = { full: '', items: line.agents ?? [] }
    const cells = [
      { full: line.label ?? '' },
      ...(hasAgents ? [agentCell] : []),
      models,
      ...fields.map(f => f.cell(line.summary)),
      line.hasBar ? barCell(line.summary, peak, view) : noCell,
    ]
    return { kind: 'cells', cells, tone: line.tone }
  }
  return { columns, draw }
}

const modelLines = (models: readonly ModelShare[]): Line[] =>
  models.map(m => ({ model: modelName(m.model), summary: m.summary, tone: 'dim' }))

const agentLines = (agents: readonly AgentShare[], view: View): Line[] =>
  agents.flatMap(a => [
    { agents: [view.agentName(a.agent)], models: view.breakdown ? [] : a.models, summary: a.summary },
    ...(view.breakdown ? modelLines(a.models) : []),
  ])

/** A row and what stands under it. A row names its agents; a single one needs no second line. */
const linesOf = (row: PeriodRow, view: View): Line[] => {
  const isSplit = view.byAgent && row.agents.length > 1
  const main: Line = {
    label: row.period,
    agents: isSplit ? ['All'] : row.agents.map(share => view.agentName(share.agent)),
    models: isSplit || view.breakdown ? [] : row.models,
    summary: row.summary,
    hasBar: true,
    ...(view.breakdown || isSplit ? { tone: 'strong' } : {}),
  }
  if (isSplit) return [main, ...agentLines(row.agents, view)]
  return view.breakdown ? [main, ...modelLines(row.models)] : [main]
}

export const periodTable = (report: PeriodReport, view: View): Table => {
  const peak = peakOf(
    report.rows.map(r => r.summary),
    view,
  )
  const { columns, draw } = columnsOf(report, view, peak)
  const rowsOf = (rows: readonly PeriodRow[]): Row[] => rows.flatMap(r => linesOf(r, view)).map(draw)
  const grouped = groupByProject(report.rows).flatMap(({ project, rows }, i): Row[] => [
    ...(i > 0 ? [blank] : []),
    { kind: 'line', text: groupTitle(project), tone: 'strong' },
    ...rowsOf(rows),
    draw({ label: 'Subtotal', summary: rows.reduce((s, r) => add(s, r.summary), emptySummary), tone: 'dim' }),
  ])
  return {
    columns,
    rows: report.byProject ? grouped : rowsOf(report.rows),
    footer: [draw({ label: 'Total', summary: report.totals, tone: 'strong' })],
  }
}

const blank: Row = { kind: 'line', text: '' }
