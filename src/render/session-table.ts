/** Rows by session: what it was about, where, what it took and when it was last touched. */
import type { SessionReport, SessionRow, UnloggedUsage } from '../core/report.ts'
import { barCell, barColumn, listCell, modelsColumn, noCell, peakOf, summaryFields, weightOf } from './cells.ts'
import { clean, count, counted, modelName, percent, usd } from './format.ts'
import type { Cell, Column, Row, Table } from './table.ts'
import type { View } from './view.ts'

const SHORTEST_ID = 8
const LONGEST_ID = 12

const areDistinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length

/**
 * Short forms that tell the ids apart: the first 8 to 12 characters, else the last ones after an ellipsis (ids that begin
 * with a date), else the whole ids. Keys are the ids as given.
 */
export const shortIds = (ids: readonly string[]): ReadonlyMap<string, string> => {
  const all = [...new Set(ids)].map(id => ({ id, shown: clean(id) }))
  const longest = all.reduce((most, { shown }) => Math.max(most, shown.length), 0)
  const attempt = (cut: (shown: string) => string): ReadonlyMap<string, string> | undefined => {
    const forms = all.map(({ shown }) => cut(shown))
    return areDistinct(forms) ? new Map(all.map(({ id }, i) => [id, forms[i]!])) : undefined
  }
  for (let n = SHORTEST_ID; n <= LONGEST_ID; n++) {
    const found = attempt(shown => shown.slice(0, n))
    if (found) return found
  }
  for (let n = SHORTEST_ID; n < longest; n++) {
    const found = attempt(shown => (shown.length <= n + 1 ? shown : `…${shown.slice(-n)}`))
    if (found) return found
  }
  return new Map(all.map(({ id, shown }) => [id, shown]))
}

/** `3 (42%)`: how many sub-agents, and their share of the cost (of the tokens where no cost is shown). */
const subagentCell = (row: SessionRow, view: View): Cell => {
  if (row.subagentCount === 0) return noCell
  const whole = weightOf(row.summary, view)
  const part = weightOf(row.subagents, view)
  const number = count(row.subagentCount)
  return whole > 0 ? { full: `${number} (${percent(part / whole)})`, short: number } : { full: number }
}

/** Whether an agent's own total holds anything that the transcript does not. */
export const hasUnlogged = (unlogged: UnloggedUsage | undefined): unlogged is UnloggedUsage =>
  unlogged !== undefined && (unlogged.tokens > 0 || unlogged.usd > 0)

/** `not in the transcript, not counted: 12,345 tokens, $0.42`. */
export const unloggedText = ({ tokens, usd: cost }: UnloggedUsage, view: View): string => {
  const lead = view.includeUnlogged ? 'of this not in the transcript' : 'not in the transcript, not counted'
  return `${lead}: ${counted(tokens, 'token', 'tokens')}${view.noCost ? '' : `, ${usd(cost)}`}`
}

const lastCell = (row: SessionRow, view: View): Cell => {
  if (!Number.isFinite(row.summary.lastAt)) return noCell
  const { day, time } = view.clock(row.summary.lastAt)
  return { full: `${day} ${time}`, short: day }
}

const NO_ID = '(no id)'

const leadColumns = (view: View, hasAgents: boolean): Column[] => [
  { title: 'Session', align: 'left', kind: 'label' },
  ...(view.titles
    ? [{ title: 'Title', align: 'left', kind: 'text', least: 24, fair: 18, drop: 55 } satisfies Column]
    : []),
  ...(hasAgents ? [{ title: 'Agent', align: 'left', kind: 'text', least: 8, drop: 25 } satisfies Column] : []),
  { title: 'Project', align: 'left', kind: 'text', least: 8, fair: 16, drop: 45 },
  modelsColumn,
]

export const sessionTable = (report: SessionReport, view: View): Table => {
  const fields = summaryFields(view)
  const hasAgents = report.agents.length > 1 || view.byAgent
  const ids = shortIds(report.rows.flatMap(r => r.session ?? []))
  const peak = peakOf(
    report.rows.map(r => r.summary),
    view,
  )
  const columns: Column[] = [
    ...leadColumns(view, hasAgents),
    ...fields.map(f => f.column),
    ...(view.compact ? [] : [{ title: 'Sub-agents', align: 'right', kind: 'number', drop: 24 } satisfies Column]),
    { title: 'Last activity', align: 'left', kind: 'label', drop: 50 },
    ...(view.compact ? [] : [barColumn]),
  ]
  const lead = (session: Cell, title = '', agent = '', project = ''): Cell[] => [
    session,
    ...(view.titles ? [{ full: title }] : []),
    ...(hasAgents ? [{ full: agent }] : []),
    { full: project },
  ]
  const draw = (row: SessionRow): Row[] => {
    const id: Cell =
      row.session === undefined ? { full: NO_ID } : { full: clean(row.session), short: ids.get(row.session) }
    const head = lead(id, clean(row.title ?? ''), view.agentName(row.agent), clean(row.project?.name ?? ''))
    const tail = view.compact ? [] : [subagentCell(row, view)]
    const main: Row = {
      kind: 'cells',
      cells: [
        ...head,
        view.breakdown ? noCell : listCell(row.models),
        ...fields.map(f => f.cell(row.summary)),
        ...tail,
        lastCell(row, view),
        barCell(row.summary, peak, view),
      ],
    }
    const models = (view.breakdown ? row.models : []).map((m): Row => {
      const cells = [...lead(noCell), { full: '', items: [modelName(m.model)] }, ...fields.map(f => f.cell(m.summary))]
      return { kind: 'cells', cells, tone: 'dim' }
    })
    const note: Row[] = hasUnlogged(row.unlogged)
      ? [{ kind: 'line', text: `  ${unloggedText(row.unlogged, view)}`, tone: 'dim' }]
      : []
    return [main, ...models, ...note]
  }
  const total = [...lead({ full: 'Total' }), noCell, ...fields.map(f => f.cell(report.totals))]
  return { columns, rows: report.rows.flatMap(draw), footer: [{ kind: 'cells', cells: total, tone: 'strong' }] }
}
