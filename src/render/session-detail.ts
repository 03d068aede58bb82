/** One session: what it was, every call with the context it carried, and its threads. */
import { isUncertain } from '../core/entry.ts'
import { money } from '../core/money.ts'
import type { SessionCall, SessionDetail, ThreadShare } from '../core/report.ts'
import { costCell, listCell, modelsColumn, noCell, numberCell, summaryFields, totalCell } from './cells.ts'
import { atLeast, clean, count, counted, duration, modelName, shortUsd, usd } from './format.ts'
import { notesOf, withoutModels } from './notes.ts'
import { hasUnlogged, unloggedText } from './session-table.ts'
import { type Cell, type Column, drawTable, type Row, type Table } from './table.ts'
import { theme } from './theme.ts'
import type { View } from './view.ts'
import { wrap } from './width.ts'

const moment = (at: number, view: View): string => `${view.clock(at).day} ${view.clock(at).time}`

const span = (detail: SessionDetail, view: View): string => {
  const { firstAt, lastAt } = detail.row.summary
  if (!Number.isFinite(firstAt)) return ''
  return `${moment(firstAt, view)} to ${moment(lastAt, view)} (${duration(lastAt - firstAt)}) · ${detail.timeZone}`
}

const idOf = ({ row }: SessionDetail): string => (row.session === undefined ? 'without an id' : clean(row.session))

/** The title, or where there is none the id; then what is known of the session. */
const head = (detail: SessionDetail, view: View): { readonly title: string; readonly facts: string[] } => {
  const { row } = detail
  const title = view.titles && row.title !== undefined ? clean(row.title) : ''
  const facts = [
    ...(title === '' ? [] : [`session ${idOf(detail)}`]),
    view.agentName(row.agent),
    ...(row.project ? [`project ${clean(row.project.name)}`] : []),
    ...(row.branch === undefined ? [] : [`branch ${clean(row.branch)}`]),
  ]
  const sums = [counted(row.summary.entries, 'call', 'calls'), `${totalCell(row.summary).full} tokens`]
  if (!view.noCost) sums.push(`${costCell(row.summary).full} API-equivalent`)
  return {
    title: title === '' ? `Session ${idOf(detail)}` : title,
    facts: [facts.join(' · '), span(detail, view), sums.join(' · ')].filter(line => line !== ''),
  }
}

const callCost = ({ entry, cost }: SessionCall): Cell => {
  if (cost.basis === 'missing') return { full: 'unpriced' }
  const amount = money(0, cost.pico)
  const mark = atLeast(isUncertain(entry) && cost.basis === 'calculated')
  return { full: usd(amount, mark), short: shortUsd(amount, mark) }
}

/** Threads by a name a person can tell apart: the kind of sub-agent, numbered when it comes again, or its id. */
const threadNames = (threads: readonly ThreadShare[]): ReadonlyMap<string | undefined, string> => {
  const seen = new Map<string, number>()
  const nameOf = (name: string): string => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} ${times}`
  }
  return new Map(
    threads.map(t => [t.subagent, t.subagent === undefined ? 'main' : nameOf(clean(t.type ?? t.subagent))]),
  )
}

const number = (title: string, drop: number): Column => ({ title, align: 'right', kind: 'number', drop })

const callTable = (detail: SessionDetail, view: View): Table => {
  const names = threadNames(detail.threads)
  const peak = detail.calls.reduce((most, c) => Math.max(most, c.context), 0)
  const hasThreads = detail.calls.some(c => c.entry.subagent !== undefined)
  const columns: Column[] = [
    { title: 'Time', align: 'left', kind: 'label' },
    { title: 'Model', align: 'left', kind: 'text', least: 10, drop: 40 },
    ...(hasThreads ? [{ title: 'Thread', align: 'left', kind: 'text', least: 8, drop: 35 } satisfies Column] : []),
    number('Input', 30),
    number('Output', 31),
    ...(view.compact ? [] : [number('Cache create', 20), number('Cache read', 21)]),
    number('Context', 60),
    ...(view.noCost ? [] : [{ title: 'Cost', align: 'right', kind: 'number' } satisfies Column]),
    { title: '', align: 'left', kind: 'bar' },
  ]
  let day = ''
  const rows = detail.calls.flatMap((call): Row[] => {
    const { entry } = call
    const at = view.clock(entry.at)
    const isNewDay = at.day !== day
    day = at.day
    const cells: Cell[] = [
      { full: at.time },
      { full: modelName(entry.model) },
      ...(hasThreads ? [{ full: names.get(entry.subagent) ?? clean(entry.subagent ?? 'main') }] : []),
      numberCell(entry.tokens.input),
      numberCell(entry.tokens.output, atLeast(isUncertain(entry))),
      ...(view.compact ? [] : [numberCell(entry.tokens.cacheCreation), numberCell(entry.tokens.cacheRead)]),
      numberCell(call.context),
      ...(view.noCost ? [] : [callCost(call)]),
      { full: '', share: peak > 0 ? call.context / peak : 0, tone: 'accent' },
    ]
    const main: Row = { kind: 'cells', cells }
    return isNewDay ? [{ kind: 'line', text: at.day, tone: 'dim' }, main] : [main]
  })
  return { columns, rows, footer: [] }
}

/** Main thread first, then the sub-agents in the report's order, then the session's total. */
const threadTable = (detail: SessionDetail, view: View): Table => {
  const fields = summaryFields(view)
  const names = threadNames(detail.threads)
  const columns: Column[] = [
    { title: 'Thread', align: 'left', kind: 'text', least: 10 },
    { title: 'Task', align: 'left', kind: 'text', least: 12, drop: 50 },
    { title: 'Calls', align: 'right', kind: 'number', drop: 25 },
    modelsColumn,
    ...fields.map(f => f.column),
  ]
  const rows = detail.threads.map((t): Row => {
    const lead: Cell[] = [
      { full: names.get(t.subagent) ?? '' },
      { full: clean(t.description ?? '') },
      { full: count(t.summary.entries) },
      listCell(t.models),
    ]
    return { kind: 'cells', cells: [...lead, ...fields.map(f => f.cell(t.summary))] }
  })
  const { summary } = detail.row
  const total: Cell[] = [{ full: 'Total' }, noCell, { full: count(summary.entries) }, noCell]
  const footer: Row = { kind: 'cells', cells: [...total, ...fields.map(f => f.cell(summary))], tone: 'strong' }
  return { columns, rows, footer: [footer] }
}

export const renderSessionDetail = (detail: SessionDetail, view: View): string => {
  const paint = theme(view.color)
  const { row } = detail
  const { title, facts } = head(detail, view)
  const notes = [
    ...(hasUnlogged(row.unlogged) ? [unloggedText(row.unlogged, view)] : []),
    ...notesOf(row.summary, row.models, withoutModels(detail.diagnostics), view),
  ].flatMap(n => wrap(n, view.width, '  '))
  const draw = (table: Table): string[] => drawTable({ ...table, width: view.width, theme: paint })
  return [
    ...wrap(title, view.width).map(line => paint(line, 'accent')),
    ...facts.flatMap(line => wrap(line, view.width, '  ')),
    '',
    ...draw(callTable(detail, view)),
    '',
    ...draw(threadTable(detail, view)),
    ...(notes.length > 0 ? ['', ...notes.map(n => paint(n, 'dim'))] : []),
  ].join('\n')
}
