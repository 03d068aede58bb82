/** Words for days and ranges of days. Pure: today and the first day of the week are arguments. */
import { addDays as daysLater, weekday, weekOf } from '../core/calendar.ts'
import { type MonthName, months, weekdays } from './table.ts'

/** Which end of a range a day is for: a month begins it with its first day and ends it with its last. */
export type DayKind = 'since' | 'until'

export interface DayRange {
  /** `YYYY-MM-DD`, both inclusive; undefined is open. */
  readonly since: string | undefined
  readonly until: string | undefined
}

export const expectedDay =
  'Expected YYYY-MM-DD or YYYYMMDD, or a word such as today, yesterday, 7d, 2w, 3mo, 1y, monday, march or 2026-03.'

const FIRST = '0001-01-01'

/** `setUTCFullYear`, because `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
const timeOf = (year: number, month: number, day: number): number => new Date(0).setUTCFullYear(year, month - 1, day)
const textOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
const partsOf = (day: string): readonly [year: number, month: number, day: number] => [
  Number(day.slice(0, 4)),
  Number(day.slice(5, 7)),
  Number(day.slice(8, 10)),
]

const lastOfMonth = (year: number, month: number): number => new Date(timeOf(year, month + 1, 0)).getUTCDate()

/** Never before year 1: a range that long is open. */
const addDays = (day: string, count: number): string => {
  const later = daysLater(day, count)
  return /^\d{4}-/.test(later) && later > FIRST ? later : FIRST
}

/** The same day of another month, or that month's last where it is shorter. */
const addMonths = (day: string, count: number): string => {
  const [year, month, date] = partsOf(day)
  const index = year * 12 + (month - 1) + count
  if (index < 12) return FIRST
  const [y, m] = [Math.floor(index / 12), (index % 12) + 1]
  return textOf(timeOf(y, m, Math.min(date, lastOfMonth(y, m))))
}

const endOf = (year: number, month: number, kind: DayKind): string =>
  textOf(timeOf(year, month, kind === 'since' ? 1 : lastOfMonth(year, month)))

const realDay = (year: number, month: number, day: number): string | undefined =>
  year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= lastOfMonth(year, month)
    ? textOf(timeOf(year, month, day))
    : undefined

/** Index of a name, or of a beginning of at least three letters. */
const indexOfName = (names: readonly string[], word: string): number =>
  word.length < 3 ? -1 : names.findIndex(name => name.startsWith(word))

/** The latest such month that has begun. */
const latestMonth = (month: number, today: string): number => {
  const [year, current] = partsOf(today)
  return month > current ? year - 1 : year
}

const ago = (count: number, unit: string, today: string): string => {
  if (unit === 'd') return addDays(today, -count)
  if (unit === 'w') return addDays(today, -7 * count)
  return addMonths(today, unit === 'mo' ? -count : -12 * count)
}

const dateIn = (text: string, kind: DayKind): string | undefined => {
  const full = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (full) return realDay(Number(full[1]), Number(full[2]), Number(full[3]))
  const part = /^(\d{4})(?:-(\d{2}))?$/.exec(text)
  const year = Number(part?.[1] ?? 0)
  const month = Number(part?.[2] ?? (kind === 'since' ? 1 : 12))
  return year > 0 && month >= 1 && month <= 12 ? endOf(year, month, kind) : undefined
}

/**
 * A day as people write it, as `YYYY-MM-DD`; undefined when it is none. `7d` is seven days before today, `monday` the
 * latest Monday (today included), `march` and `2026-03` the first or the last day of that month, by `kind`.
 */
export const parseDay = (text: string, today: string, kind: DayKind): string | undefined => {
  const word = text.trim().toLowerCase()
  if (word === 'today') return today
  if (word === 'yesterday') return addDays(today, -1)
  const span = /^(\d{1,6})(d|w|mo|y)$/.exec(word)
  if (span) return ago(Number(span[1]), span[2]!, today)
  const wanted = indexOfName(weekdays, word)
  if (wanted >= 0) return addDays(today, -((weekday(today) - wanted + 7) % 7))
  const month = indexOfName(months, word) + 1
  if (month > 0) return endOf(latestMonth(month, today), month, kind)
  return dateIn(word, kind)
}

/** The current week, month or year, or the latest month of a name: whole, days still to come included. */
export const namedRange = (
  name: 'week' | 'month' | 'year' | MonthName,
  today: string,
  startOfWeek: number,
): DayRange => {
  const [year, month] = partsOf(today)
  if (name === 'week') {
    const since = weekOf(today, startOfWeek)
    return { since, until: addDays(since, 6) }
  }
  if (name === 'year') return { since: endOf(year, 1, 'since'), until: endOf(year, 12, 'until') }
  const wanted = name === 'month' ? month : months.indexOf(name) + 1
  const wantedYear = latestMonth(wanted, today)
  return { since: endOf(wantedYear, wanted, 'since'), until: endOf(wantedYear, wanted, 'until') }
}

/** The last `count` days, weeks or months with the current one, open to the end as in ccusage. */
export const lastRange = (
  count: number,
  unit: 'day' | 'week' | 'month',
  today: string,
  startOfWeek: number,
): DayRange => {
  const [year, month] = partsOf(today)
  const starts = {
    day: () => addDays(today, 1 - count),
    week: () => addDays(weekOf(today, startOfWeek), 7 * (1 - count)),
    month: () => addMonths(endOf(year, month, 'since'), 1 - count),
  }
  return { since: starts[unit](), until: undefined }
}
