/** The screen of why --compare: both sides, the effects as a bridge from one to the other, and what moved. */
import { type Money, subtractMoney, usdOf } from '../core/money.ts'
import type { CompareReport, CompareSide, EffectKind } from '../core/why.ts'
import { clean, count, percent, short, usd } from './format.ts'
import { notesOfDiagnostics } from './notes.ts'
import { titleLines } from './report-table.ts'
import { bar, type Cell, drawTable, type Row, type Table } from './table.ts'
import { type Theme, theme } from './theme.ts'
import type { View } from './view.ts'
import { rangeText } from './why.ts'
import { fineUsd, groupingTitle, rowName } from './why-words.ts'
import { fitText, pad, widthOf, wrap } from './width.ts'

const effectTexts: Readonly<Record<EffectKind, readonly [label: string, text: string]>> = {
  volume: ['volume', 'more or fewer calls'],
  mix: ['mix', 'other models'],
  context: ['context', 'tokens of prompt a call'],
  output: ['answers', 'tokens of answer a call'],
  cache: ['cache', 'how much of it the cache held'],
  price: ['price', 'dollars a token'],
  extras: ['extras', 'web searches and the like'],
}

const nameOf = (side: CompareSide, report: CompareReport): string =>
  side.name === undefined ? rangeText(side.since, side.until) : `${report.of} ${clean(side.name)}`

/** `+$1.20`, `-$0.40`, `±$0`. */
const signed = (m: Money): string => {
  const value = usdOf(m)
  const text = usd(Math.abs(value))
  return value === 0 ? '$0.00' : `${value > 0 ? '+' : '-'}${text}`
}

export const renderCompare = (report: CompareReport, view: View): string => {
  const paint = theme(view.color)
  const draw = (table: Table): string[] => drawTable({ ...table, width: view.width, theme: paint })
  const { before, after } = report
  const parts = [`${nameOf(after, report)} against ${nameOf(before, report)}`, report.timeZone]
  const title = view.quiet ? [] : [...titleLines(parts, view).map(line => paint(line, 'accent')), '']
  const notes = notesOfDiagnostics(report.diagnostics).flatMap(note => wrap(note, view.width, '  '))
  return [
    ...title,
    ...wrap(headline(report), view.width).map(line => paint(line, 'strong')),
    '',
    ...draw(sideTable(report)),
    '',
    paint('What made the difference', 'strong'),
    ...effectLines(report, view, paint),
    '',
    ...draw(movedTable(report, view)),
    ...(notes.length > 0 ? ['', ...notes.map(note => paint(note, 'dim'))] : []),
  ].join('\n')
}

const headline = ({ before, after }: CompareReport): string => {
  const difference = subtractMoney(after.cost, before.cost)
  const from = usdOf(before.cost)
  const ratio = from > 0 ? ` (${usdOf(difference) >= 0 ? '+' : '-'}${percent(Math.abs(usdOf(difference)) / from)})` : ''
  return `${usd(before.cost)} → ${usd(after.cost)}: ${signed(difference)}${ratio}`
}

const perCall = (n: number, calls: number): string => (calls === 0 ? '–' : short(Math.round(n / calls)))

const sideTable = (report: CompareReport): Table => {
  const row = (label: string, cell: (side: CompareSide) => string): Row => ({
    kind: 'cells',
    cells: [{ full: label }, { full: cell(report.before) }, { full: cell(report.after) }],
  })
  const money = ({ cost, calls }: CompareSide): string =>
    calls === 0 ? '–' : fineUsd({ kilo: 0, pico: (cost.kilo * 1e15 + cost.pico) / calls })
  return {
    columns: [
      { title: '', align: 'left', kind: 'label' },
      { title: 'Before', align: 'right', kind: 'number' },
      { title: 'After', align: 'right', kind: 'number' },
    ],
    rows: [
      row('calls', side => count(side.calls)),
      row('cost a call', money),
      row('prompt tokens a call', side => perCall(side.promptTokens, side.calls)),
      row('answer tokens a call', side => perCall(side.outputTokens, side.calls)),
      row('read from the cache', side =>
        side.promptTokens === 0 ? '–' : percent(side.readTokens / side.promptTokens),
      ),
    ],
    footer: [],
  }
}

const effectLines = ({ effects, before, after }: CompareReport, view: View, paint: Theme): string[] => {
  const columns = view.width !== undefined && view.width < 100 ? 16 : 28
  const peak = effects.reduce((most, { cost }) => Math.max(most, Math.abs(usdOf(cost))), 0)
  const sums = effects.map(({ cost }) => signed(cost))
  const total = signed(subtractMoney(after.cost, before.cost))
  const widest = [...sums, total].reduce((most, text) => Math.max(most, widthOf(text)), 0)
  const lines = effects.map(({ kind, cost }, i) => {
    const [label, text] = effectTexts[kind]
    const value = usdOf(cost)
    const drawn = pad(bar(peak > 0 ? Math.abs(value) / peak : 0, columns), columns)
    const room = (view.width ?? 200) - 10 - widest - 2 - columns - 2
    return `${pad(label, 9)} ${pad(sums[i]!, widest, 'right')}  ${paint(drawn, value > 0 ? 'bad' : 'good')}  ${paint(fitText(text, Math.max(0, room)), 'dim')}`.trimEnd()
  })
  return [...lines, paint(`${pad('together', 9)} ${pad(total, widest, 'right')}`, 'strong')]
}

/** Rows on a screen. */
const MOST = 10

const movedTable = ({ rows, by, before, after }: CompareReport, view: View): Table => {
  const cells = (lead: string, a: Money, b: Money): Cell[] => [
    { full: lead },
    { full: usd(a) },
    { full: usd(b) },
    { full: signed(subtractMoney(b, a)) },
  ]
  const moved = rows.filter(row => usdOf(subtractMoney(row.after, row.before)) !== 0)
  return {
    columns: [
      { title: groupingTitle(by), align: 'left', kind: 'text', least: 16 },
      { title: 'Before', align: 'right', kind: 'number', drop: 10 },
      { title: 'After', align: 'right', kind: 'number', drop: 11 },
      { title: 'Change', align: 'right', kind: 'number' },
    ],
    rows: moved
      .slice(0, MOST)
      .map((row): Row => ({ kind: 'cells', cells: cells(rowName(row, by, view), row.before, row.after) })),
    footer: [{ kind: 'cells', tone: 'strong', cells: cells('Total', before.cost, after.cost) }],
  }
}
