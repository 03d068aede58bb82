/** The screens of why: everything at a glance, or rows by what was asked for. */

import { usdOf } from '../core/money.ts'
import type { WhyItem, WhyReport, WhySession } from '../core/why.ts'
import { costCell, totalCell } from './cells.ts'
import { clean, count, counted, percent, short, shortUsd, usd } from './format.ts'
import { drawHeat } from './heat.ts'
import { notesOf } from './notes.ts'
import { titleLines } from './report-table.ts'
import { bar, type Cell, type Column, drawTable, type Row, type Table } from './table.ts'
import { type Theme, theme } from './theme.ts'
import type { View } from './view.ts'
import { usdCell, whyTable } from './why-table.ts'
import { activityText, causeText, fineUsd, groupingTitle, itemText, reasonText, rowName, shareOf } from './why-words.ts'
import { fitText, pad, widthOf, wrap } from './width.ts'

export interface WhyView extends View {
  readonly limit: number | undefined
}

export const rangeText = (since: string | undefined, until: string | undefined): string => {
  if (since === undefined && until === undefined) return 'all days'
  if (since === until) return since!
  if (since === undefined) return `to ${until}`
  return until === undefined ? `since ${since}` : `${since} to ${until}`
}

export const whyTitle = (report: WhyReport): string[] => [
  report.by.length === 0
    ? 'Why'
    : `Why, by ${report.by.map(by => groupingTitle(by).replace(/^[A-Z](?![A-Z])/, c => c.toLowerCase())).join(' and ')}`,
  rangeText(report.since, report.until),
  report.timeZone,
]

export const renderWhy = (report: WhyReport, view: WhyView): string => {
  const paint = theme(view.color)
  const title = view.quiet ? [] : [...titleLines(whyTitle(report), view).map(line => paint(line, 'accent')), '']
  const body = report.by.length === 0 ? overview(report, view, paint) : grouped(report, view, paint)
  const notes = [...basisNotes(report), ...notesOf(report.totals, report.models, report.diagnostics, view)]
  const drawn = notes.flatMap(note => wrap(note, view.width, '  ')).map(line => paint(line, 'dim'))
  return [...title, ...body, ...(drawn.length > 0 ? ['', ...drawn] : [])].join('\n')
}

const draw = (table: Table, view: View, paint: Theme): string[] =>
  drawTable({ ...table, width: view.width, theme: paint })

const grouped = (report: WhyReport, view: WhyView, paint: Theme): string[] => {
  const { heat, by, rows } = report
  if (heat === undefined) return draw(whyTable(report, by, view, view.limit ?? SCREEN_ROWS), view, paint)
  const total = `Total ${costCell(report.totals).full} · ${totalCell(report.totals).full} tokens`
  const dearest = [...rows].sort((a, b) => usdOf(b.cost) - usdOf(a.cost)).slice(0, 3)
  const most = dearest.map(row => `${rowName(row, by[0]!, view)} ${usd(row.cost)}`).join(' · ')
  return [
    ...drawHeat(heat, view.width, paint),
    '',
    ...wrap(`Most: ${most}`, view.width, '  '),
    ...wrap(total, view.width).map(line => paint(line, 'strong')),
  ]
}

/** Of files or turns there may be thousands. */
const SCREEN_ROWS = 40

const overview = (report: WhyReport, view: WhyView, paint: Theme): string[] => [
  ...headline(report, view, paint),
  '',
  ...causeLines(report, view, paint),
  '',
  ...draw(whyTable(report, ['activity'], view, view.limit), view, paint),
  ...section(
    'What cost most: files, results, prompts',
    draw(itemTable(report, view), view, paint),
    report.items.length,
    paint,
  ),
  ...section('Sessions', draw(sessionTable(report, view), view, paint), report.sessions.length, paint),
  ...section(
    'Cache misses: what sending it again cost above a read',
    missLines(report, view, paint),
    report.misses.length,
    paint,
  ),
  ...section('Context per call', contextLines(report, view), report.context.calls, paint),
]

const section = (title: string, lines: readonly string[], size: number, paint: Theme): string[] =>
  size === 0 ? [] : ['', paint(title, 'strong'), ...lines]

const headline = ({ totals, context, sessions }: WhyReport, view: View, paint: Theme): string[] => {
  const cost = costCell(totals).full
  const rest = `in ${counted(context.calls, 'call', 'calls')}, ${totalCell(totals).full} tokens`
  const dearest =
    sessions[0] && sessions.length > 1 ? `; ${percent(shareOf(sessions[0].cost, totals.cost))} in one session` : ''
  return wrap(`${cost} ${rest}${dearest}`, view.width).map((line, i) =>
    i === 0 && line.startsWith(cost) ? paint(cost, 'strong') + line.slice(cost.length) : line,
  )
}

const causeLines = ({ causes, totals }: WhyReport, view: View, paint: Theme): string[] => {
  const columns = view.width !== undefined && view.width < 100 ? 20 : 30
  const peak = causes.reduce((most, row) => Math.max(most, usdOf(row.cost)), 0)
  const amounts = causes.map(row => usd(row.cost))
  const widest = amounts.reduce((most, text) => Math.max(most, widthOf(text)), 0)
  return causes.map((row, i) => {
    const drawn = pad(bar(peak > 0 ? usdOf(row.cost) / peak : 0, columns), columns)
    const lead = `${pad(row.key ?? '', 8)} ${paint(drawn, 'accent')} ${pad(amounts[i]!, widest, 'right')} ${pad(percent(shareOf(row.cost, totals.cost)), 4, 'right')}`
    const used = 8 + 1 + columns + 1 + widest + 1 + 4 + 2
    const text = causeText(row.key ?? '')
    return `${lead}  ${paint(view.width === undefined ? text : fitText(text, Math.max(0, view.width - used)), 'dim')}`.trimEnd()
  })
}

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })

const moment = (at: number | undefined, view: View): string => {
  if (at === undefined) return ''
  const { day, time } = view.clock(at)
  return `${day.slice(5)} ${time.slice(0, 5)}`
}

export const itemCells = (item: WhyItem, view: View, lead = ''): Cell[] => [
  { full: usd(item.cost), short: shortUsd(item.cost) },
  { full: lead + itemText(item.what), tone: item.what.isError ? 'bad' : undefined },
  { full: short(item.tokens) },
  { full: moment(item.at, view), short: item.at === undefined ? '' : view.clock(item.at).time.slice(0, 5) },
  usdCell(item.enter),
  usdCell(item.carry),
  { full: item.carriedCalls === 0 ? '–' : count(item.carriedCalls), tone: item.carriedCalls === 0 ? 'dim' : undefined },
  usdCell(item.rewrite),
  usdCell(item.output),
]

export const itemColumns: readonly Column[] = [
  number('Cost'),
  { title: 'Item', align: 'left', kind: 'text', least: 22, fair: 34 },
  number('Tokens', 40),
  { title: 'Entered', align: 'left', kind: 'label', drop: 22 },
  number('Enter', 30),
  number('Carried', 32),
  number('Calls', 31),
  number('Rewrite', 20),
  number('Output', 21),
]

const itemTable = ({ items }: WhyReport, view: WhyView): Table => ({
  columns: itemColumns,
  rows: items.slice(0, view.limit).map((item): Row => ({ kind: 'cells', cells: itemCells(item, view) })),
  footer: [],
})

const sessionName = (session: WhySession, view: View): string => {
  const name = view.titles && session.name !== undefined ? clean(session.name) : undefined
  return name ?? clean(session.key ?? 'without an id')
}

const sessionTable = ({ sessions }: WhyReport, view: WhyView): Table => {
  const why = ({ cost, cause, activity }: WhySession): string =>
    `${percent(shareOf(cause.cost, cost))} ${cause.key}, ${percent(shareOf(activity.cost, cost))} ${activityText(activity.key)}`
  return {
    columns: [
      number('Cost'),
      { title: 'Session', align: 'left', kind: 'text', least: 20, fair: 30 },
      { title: 'Project', align: 'left', kind: 'text', least: 12, drop: 10 },
      number('Calls', 30),
      number('Peak context', 12),
      { title: 'Mostly', align: 'left', kind: 'text', least: 30, fair: 36 },
    ],
    rows: sessions.slice(0, view.limit).map(
      (session): Row => ({
        kind: 'cells',
        cells: [
          { full: usd(session.cost), short: shortUsd(session.cost) },
          { full: sessionName(session, view) },
          { full: clean(session.project ?? '') },
          { full: count(session.calls) },
          { full: short(session.peakContext) },
          { full: why(session) },
        ],
      }),
    ),
    footer: [],
  }
}

const missLines = ({ misses }: WhyReport, view: View, paint: Theme): string[] =>
  misses.flatMap(({ reason, calls, cost }) => {
    const lead = `${pad(usd(cost), 7, 'right')}  `
    return wrap(`${lead}${reasonText(reason)} (${counted(calls, 'call', 'calls')})`, view.width, '         ').map(
      line => paint(line, undefined),
    )
  })

const contextLines = ({ context, totals }: WhyReport, view: View): string[] => {
  const { calls, promptTokens, baseTokens, baseCost } = context
  const each = (n: number): string => short(Math.round(n / calls))
  const base = { kilo: 0, pico: (baseCost.kilo * 1e15 + baseCost.pico) / calls }
  const text =
    `${each(promptTokens)} tokens on average, ${each(baseTokens)} of them system prompt, tools and memory files: ` +
    `${fineUsd(base)} of every call, ${usd(baseCost)} in all (${percent(shareOf(baseCost, totals.cost))}).`
  return wrap(text, view.width)
}

const basisNotes = ({ basis, totals }: WhyReport): string[] => {
  const inferred = usdOf(basis.inferred)
  const none = usdOf(basis.none)
  if (usdOf(totals.cost) === 0) return []
  return [
    ...(inferred > 0
      ? [
          `Sums are exact. How ${percent(shareOf(basis.inferred, totals.cost))} of them is shared out was inferred from sizes.`,
        ]
      : []),
    ...(none > 0
      ? [
          `Of ${percent(shareOf(basis.none, totals.cost))} the log shows no content: it is under base and not in the log.`,
        ]
      : []),
  ]
}
