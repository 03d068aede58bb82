/** When money was spent, as a picture: days of the week by hour, or by week. */
import { addDays, type Calendar } from '../core/calendar.ts'
import { addMoney, type Money, noMoney } from '../core/money.ts'
import type { HeatMap, WhyRange, WhyRow } from '../core/why.ts'

/** Amounts are told apart by quarters of those that are there: one dear hour must not make all others look alike. */
const stepsOf = (cells: readonly (Money | undefined)[]): Money[] => {
  const spent = cells.filter(cell => cell !== undefined && cell.kilo + cell.pico > 0).flatMap(cell => cell ?? [])
  spent.sort((a, b) => a.kilo - b.kilo || a.pico - b.pico)
  if (spent.length === 0) return []
  const steps = [0.25, 0.5, 0.75, 1].map(part => spent[Math.ceil(spent.length * part) - 1]!)
  return steps.filter((step, n) => n === 0 || step.kilo !== steps[n - 1]!.kilo || step.pico !== steps[n - 1]!.pico)
}

const weekdaysFrom = (startOfWeek: number): number[] => Array.from({ length: 7 }, (_, n) => (startOfWeek + n) % 7)

const sum = (cells: readonly (Money | undefined)[]): Money =>
  cells.reduce<Money>((total, cell) => addMoney(total, cell ?? noMoney), noMoney)

/** Rows by `hour` (`YYYY-MM-DD HH`) as seven days of 24 hours. */
export const hourHeat = (rows: readonly WhyRow[], calendar: Calendar, startOfWeek: number): HeatMap => {
  const cells = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => noMoney))
  for (const { key = '', cost } of rows) {
    const of = cells[calendar.weekday(key.slice(0, 10))]
    const hour = Number(key.slice(11, 13))
    if (of) of[hour] = addMoney(of[hour] ?? noMoney, cost)
  }
  return {
    kind: 'hour',
    columns: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
    rows: weekdaysFrom(startOfWeek).map(weekday => ({ weekday, cells: cells[weekday]!, cost: sum(cells[weekday]!) })),
    steps: stepsOf(cells.flat()),
  }
}

/** Rows by `day` as weeks side by side; days outside the range have no cell. */
export const dayHeat = (
  rows: readonly WhyRow[],
  calendar: Calendar,
  startOfWeek: number,
  range: WhyRange,
  today: string,
): HeatMap => {
  const days = new Map(rows.map(row => [row.key, row.cost]))
  const first = range.since ?? rows[0]?.key ?? today
  const end = range.until !== undefined && range.until < today ? range.until : today
  const last = [end, rows.at(-1)?.key ?? end].sort().at(-1)!
  const columns: string[] = []
  for (let week = calendar.weekOf(first, startOfWeek); week <= last; week = addDays(week, 7)) columns.push(week)
  const cellOf = (day: string): Money | undefined =>
    day < first || day > last ? undefined : (days.get(day) ?? noMoney)
  const drawn = weekdaysFrom(startOfWeek).map((weekday, n) => {
    const cells = columns.map(week => cellOf(addDays(week, n)))
    return { weekday, cells, cost: sum(cells) }
  })
  return { kind: 'day', columns, rows: drawn, steps: stepsOf(drawn.flatMap(row => row.cells)) }
}
