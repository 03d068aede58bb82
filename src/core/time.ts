/** Reading the times that agents write. */

const two = (b: Buffer, p: number): number => {
  const tens = b[p]! - 48
  const ones = b[p + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** Days since 1970-01-01 of a civil date, proleptic Gregorian. */
export const daysOf = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

const safeDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the marks of `2026-11-02T09:00:04.100Z` stand where they should. */
const hasMarks = (b: Buffer, p: number): boolean =>
  b[p + 4] === 45 &&
  b[p + 7] === 45 &&
  b[p + 10] === 84 &&
  b[p + 13] === 58 &&
  b[p + 16] === 58 &&
  b[p + 19] === 46 &&
  b[p + 23] === 90

/**
 * Epoch ms of the ISO time in `b` at `start`…`end` (no quotes); NaN when it is none. `2026-11-02T09:00:04.100Z` is read from
 * its bytes, any other precision or offset by `parseTime`.
 */
export const timeAt = (b: Buffer, start: number, end: number): number => {
  if (end - start === 24 && hasMarks(b, start)) {
    const month = two(b, start + 5)
    const day = two(b, start + 8)
    const hour = two(b, start + 11)
    const ms = two(b, start + 20) * 10 + (two(b, start + 21) % 10)
    const minute = two(b, start + 14)
    const second = two(b, start + 17)
    const year = two(b, start) * 100 + two(b, start + 2)
    if (
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= safeDays[month]! &&
      hour < 24 &&
      minute < 60 &&
      second < 60 &&
      ms >= 0 &&
      year >= 0
    ) {
      const days = daysOf(year, month, day)
      return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + ms
    }
  }
  return parseTime(b.toString('latin1', start, end))
}

const pattern = /^\s*(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?\s*$/

/**
 * Epoch ms of an ISO 8601 time of any precision, with `T` or a blank, with or without an offset (none means UTC: agents
 * write UTC), or of a plain number of epoch seconds or ms; NaN otherwise. A leap second counts as the second before.
 */
export const parseTime = (text: string): number => {
  const m = pattern.exec(text)
  if (!m) return parseEpoch(text)
  const [, date, minutes, seconds = ':00', fraction = '', zone = 'Z'] = m
  const offset =
    zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const ms = fraction.slice(0, 3).padEnd(3, '0')
  return checkDay(Date.parse(`${date}T${minutes}${seconds === ':60' ? ':59' : seconds}.${ms}${offset}`), date!)
}

/** `2026-02-30` must not become March. */
const checkDay = (at: number, date: string): number => {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(date) ? at : Number.NaN
}

const parseEpoch = (text: string): number => {
  if (!/^\s*\d{9,13}(\.\d+)?\s*$/.test(text)) return Number.NaN
  const number = Number(text)
  return number < 1e11 ? Math.round(number * 1000) : Math.round(number)
}
