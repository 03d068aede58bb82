/** Rows of a receipt as a table: one or two levels, by cause. */
import type { Grouping } from '../core/grouping.ts'
import { type Money, usdOf } from '../core/money.ts'
import type { WhyReport, WhyRow } from '../core/why.ts'
import { costCell, totalCell } from './cells.ts'
import { percent, short, shortUsd, usd } from './format.ts'
import type { Cell, Column, Row, Table } from './table.ts'
import type { View } from './view.ts'
import { groupingTitle, rowName, shareOf } from './why-words.ts'

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })

export const usdCell = (m: Money): Cell =>
  usdOf(m) === 0 ? { full: '–', tone: 'dim' } : { full: usd(m), short: shortUsd(m) }

const shareColumns: readonly Column[] = [
  number('Tokens', 10),
  number('Enter', 30),
  number('Carry', 32),
  number('Rewrite', 31),
  number('Output', 33),
  number('Cost'),
  number('', 20),
  { title: '', align: 'left', kind: 'bar' },
]

const cellsOf = (row: WhyRow, whole: Money, peak: number): Cell[] => [
  { full: short(row.tokens) },
  usdCell(row.enter),
  usdCell(row.carry),
  usdCell(row.rewrite),
  usdCell(row.output),
  { full: usd(row.cost), short: shortUsd(row.cost) },
  { full: percent(shareOf(row.cost, whole)), tone: 'dim' },
  { full: '', share: peak > 0 ? usdOf(row.cost) / peak : 0, tone: 'accent' },
]

/** `limit` rows at most; those left out are one row more. */
export const limited = (rows: readonly WhyRow[], limit: number | undefined): readonly WhyRow[] =>
  limit === undefined ? rows : rows.slice(0, limit)

export const whyTable = (
  report: Pick<WhyReport, 'rows' | 'totals'>,
  by: readonly Grouping[],
  view: View,
  limit: number | undefined,
): Table => {
  const { rows, totals } = report
  const [first = 'activity', second] = by
  const peak = rows.reduce((most, row) => Math.max(most, usdOf(row.cost)), 0)
  const lead: Column = {
    title:
      second === undefined ? groupingTitle(first) : `${groupingTitle(first)}, ${groupingTitle(second).toLowerCase()}`,
    align: 'left',
    kind: 'text',
    least: 18,
    fair: 28,
  }
  const shown = limited(rows, limit)
  const inner = (row: WhyRow): Row[] =>
    second === undefined
      ? []
      : limited(row.rows, limit ?? INNER).map(own => ({
          kind: 'cells',
          tone: 'dim',
          cells: [{ full: `  ${rowName(own, second, view)}` }, ...cellsOf(own, totals.cost, peak)],
        }))
  const left = rows.length - shown.length
  return {
    columns: [lead, ...shareColumns],
    rows: [
      ...shown.flatMap((row): Row[] => [
        { kind: 'cells', cells: [{ full: rowName(row, first, view) }, ...cellsOf(row, totals.cost, peak)] },
        ...inner(row),
      ]),
      ...(left > 0
        ? [{ kind: 'line', text: `and ${left} more beyond --limit; the total is of all`, tone: 'dim' } satisfies Row]
        : []),
    ],
    footer: [totalRow(report, view)],
  }
}

/** How many inner rows a row has on a screen. */
const INNER = 5

const sumCell = (rows: readonly WhyRow[], of: 'enter' | 'carry' | 'rewrite' | 'output'): Cell =>
  usdCell(rows.reduce<Money>((sum, row) => add(sum, row[of]), { kilo: 0, pico: 0 }))

const add = (a: Money, b: Money): Money => ({ kilo: a.kilo + b.kilo, pico: a.pico + b.pico })

const totalRow = ({ rows, totals }: Pick<WhyReport, 'rows' | 'totals'>, _view: View): Row => ({
  kind: 'cells',
  tone: 'strong',
  cells: [
    { full: 'Total' },
    { full: totalCell(totals).short ?? totalCell(totals).full },
    sumCell(rows, 'enter'),
    sumCell(rows, 'carry'),
    sumCell(rows, 'rewrite'),
    sumCell(rows, 'output'),
    costCell(totals),
  ],
})
