/** A heat map of shades that read without colour: days of the week by hour, or weeks as columns. */
import { addDays } from '../core/calendar.ts'
import { usdOf } from '../core/money.ts'
import type { HeatMap } from '../core/why.ts'
import { usd } from './format.ts'
import type { Theme } from './theme.ts'
import { fineUsd } from './why-words.ts'
import { pad, widthOf } from './width.ts'

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** From nothing to the most. */
const SHADES = ['·', '░', '▒', '▓', '█'] as const

const LABEL = 5

/** Columns of a cell: as wide as fits, three at most. */
const cellWidth = (map: HeatMap, width: number | undefined): number => {
  const room = (width ?? 100) - LABEL - 10
  return Math.max(1, Math.min(map.kind === 'hour' ? 3 : 2, Math.floor(room / Math.max(1, map.columns.length))))
}

/** The shade of an amount; the dearest always has the darkest. */
export const levelOf = (usdAmount: number, steps: readonly number[]): number => {
  if (usdAmount <= 0) return 0
  const found = steps.findIndex(step => usdAmount <= step)
  return SHADES.length - steps.length + (found < 0 ? steps.length - 1 : found)
}

/** The last weeks that fit. */
const fitted = (map: HeatMap, width: number | undefined): HeatMap => {
  const most = Math.max(1, (width ?? 100) - LABEL - 10)
  if (map.columns.length <= most) return map
  return {
    ...map,
    columns: map.columns.slice(-most),
    rows: map.rows.map(row => ({ ...row, cells: row.cells.slice(-most) })),
  }
}

export const drawHeat = (given: HeatMap, width: number | undefined, paint: Theme): string[] => {
  const map = fitted(given, width)
  const size = cellWidth(map, width)
  const steps = map.steps.map(usdOf)
  const shade = (level: number, columns: number): string => {
    const text =
      level === 0 ? pad(SHADES[0], columns) : SHADES[level]!.repeat(Math.max(1, columns - (columns > 2 ? 1 : 0)))
    return paint(pad(text, columns), level === 0 ? 'dim' : 'accent')
  }
  const rows = map.rows.map(({ weekday, cells, cost }) => {
    const drawn = cells.map(cell => (cell === undefined ? ' '.repeat(size) : shade(levelOf(usdOf(cell), steps), size)))
    const sum = usdOf(cost) > 0 ? usd(cost) : '–'
    return `${pad(weekdays[weekday]!, LABEL)}${drawn.join('')} ${paint(pad(sum, 8, 'right'), 'dim')}`
  })
  return [paint(headerOf(map, size), 'dim'), ...rows, '', ...legendOf(map, shade, width)]
}

const headerOf = (map: HeatMap, size: number): string => {
  let line = ' '.repeat(LABEL)
  for (const [n, column] of map.columns.entries()) {
    const at = LABEL + n * size
    const label = map.kind === 'hour' ? (n % 3 === 0 ? column : '') : monthLabel(map.columns, n)
    // A label that has no room before it would run into the last one.
    if (label !== '' && widthOf(line.trimEnd()) < at) line = pad(line.trimEnd(), at) + label
  }
  return line
}

/** Of the month that most days of a week are in. */
const monthLabel = (weeks: readonly string[], n: number): string => {
  const month = (week: string | undefined): string => (week === undefined ? '' : addDays(week, 3).slice(5, 7))
  return month(weeks[n]) === month(weeks[n - 1]) ? '' : (monthNames[Number(month(weeks[n])) - 1] ?? '')
}

const legendOf = (
  { steps }: HeatMap,
  shade: (level: number, columns: number) => string,
  width: number | undefined,
): string[] => {
  const amounts = steps.map(usdOf)
  const texts = ['nothing', ...steps.map(step => `to ${fineUsd(step)}`)]
  const lines: { used: number; text: string }[] = []
  for (const [n, text] of texts.entries()) {
    const size = widthOf(text) + 2
    const drawn = `${shade(n === 0 ? 0 : levelOf(amounts[n - 1]!, amounts), 1)} ${text}`
    const last = lines.at(-1)
    if (last && last.used + 3 + size <= (width ?? 100) - LABEL) {
      last.text += `   ${drawn}`
      last.used += 3 + size
    } else lines.push({ used: size, text: drawn })
  }
  return lines.map(({ text }) => ' '.repeat(LABEL) + text)
}
