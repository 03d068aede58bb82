/**
 * The one calendar: turns an instant into a local day of an IANA zone, for every row, filter and surface.
 * Asking Intl costs 2 µs and its first answer 10 ms, so it is asked once per UTC day, per quarter hour where the offset
 * changes, and never for UTC; days are integers from there on.
 */

/** Days are `YYYY-MM-DD`, months `YYYY-MM`, instants epoch ms. What is no instant or no day gives an empty string or NaN. */
export interface Calendar {
  readonly timeZone: string
  /** The local day of an instant. */
  dayOf(at: number): string
  /** The first instant of a local day; of a day that the zone skipped, the first one after it. */
  startOfDay(day: string): number
  /** The local day and wall time (`HH:MM:SS`) of an instant. */
  clock(at: number): { readonly day: string; readonly time: string }
  weekOf(day: string, startOfWeek: number): string
  monthOf(day: string): string
  addDays(day: string, n: number): string
  weekday(day: string): number
}

const SECOND = 1000
const QUARTER = 900 * SECOND
const DAY = 86_400 * SECOND
// Offsets of older or later instants are taken from these: Intl knows no zone changes there, and no date beyond.
const EARLIEST = Date.UTC(1800, 0)
const LATEST = 8.64e15 - 2 * DAY

/** Whether Intl knows the zone (`Europe/Berlin`, `UTC`). */
export const isTimeZone = (name: string): boolean => {
  try {
    return name !== '' && new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false // a RangeError is how Intl says no
  }
}

const numberOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY

const dayOfNumber = (n: number): string => {
  if (!(Math.abs(n * DAY) <= 8.64e15)) return ''
  const iso = new Date(n * DAY).toISOString()
  return iso.slice(0, iso.indexOf('T'))
}

/** 0 is Sunday; the epoch was a Thursday. NaN where `day` is none. */
export const weekday = (day: string): number => (((numberOfDay(day) + 4) % 7) + 7) % 7

/** The day `n` days later. */
export const addDays = (day: string, n: number): string => dayOfNumber(numberOfDay(day) + n)

/** `YYYY-MM` of a day. */
export const monthOf = (day: string): string => day.slice(0, day.lastIndexOf('-'))

/** The first day of the week that a day lies in; `startOfWeek` 0 is Sunday. */
export const weekOf = (day: string, startOfWeek: number): string =>
  addDays(day, -((weekday(day) - startOfWeek + 7) % 7))

/** Asks Intl for a zone's offset from UTC in ms; historical ones have seconds. */
const askOffset = (timeZone: string): ((at: number) => number) => {
  if (timeZone === 'UTC') return () => 0
  let format: Intl.DateTimeFormat | undefined
  return at => {
    format ??= new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    const [, sign, hours, minutes, seconds] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at)) ?? []
    const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * SECOND
    return sign === '-' ? -ms : ms
  }
}

/** As `ask`, remembered per slot of `step` ms; a slot in which the offset changes is left to `finer`. */
const remember = (ask: (at: number) => number, step: number, finer: (at: number) => number) => {
  const edges = new Map<number, number>()
  const slots = new Map<number, number>()
  const edge = (slot: number): number => {
    const offset = edges.get(slot) ?? ask(slot * step)
    edges.set(slot, offset)
    return offset
  }
  return (at: number): number => {
    const slot = Math.floor(at / step)
    let offset = slots.get(slot)
    if (offset === undefined) {
      offset = edge(slot) === edge(slot + 1) ? edge(slot) : Number.NaN
      slots.set(slot, offset)
    }
    return Number.isNaN(offset) ? finer(at) : offset
  }
}

/**
 * The instant at which the offset changes between `low` and `high`. No zone is known to change twice within two days,
 * so there is one.
 */
const transition = (offsetAt: (at: number) => number, low: number, high: number): number => {
  const before = offsetAt(low)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === before) low = middle
    else high = middle
  }
  return high
}

const startOf = (midnight: number, offsetAt: (at: number) => number): number => {
  if (!Number.isFinite(midnight)) return Number.NaN
  const before = offsetAt(midnight - DAY)
  const after = offsetAt(midnight + DAY)
  if (before === after) return midnight - before
  const change = transition(offsetAt, midnight - DAY, midnight + DAY)
  // Local time runs on the old offset up to the change: midnight comes before it, in the skipped time, or after it.
  if (midnight - before < change) return midnight - before
  return Math.max(change, midnight - after)
}

/** The calendar of an IANA zone that `isTimeZone` accepts. Keep it: it remembers what it worked out. */
export const calendar = (timeZone: string): Calendar => {
  const ask = askOffset(timeZone)
  // Where a change falls between two quarters, as before 1972 it may, the quarter is left to Intl.
  const known = timeZone === 'UTC' ? ask : remember(ask, DAY, remember(ask, QUARTER, ask))
  const offsetAt = (at: number): number => known(Math.min(Math.max(at, EARLIEST), LATEST))
  const names = new Map<number, string>()
  const nameOf = (n: number): string => {
    const known = names.get(n)
    if (known !== undefined) return known
    const name = dayOfNumber(n)
    names.set(n, name)
    return name
  }
  return {
    timeZone,
    dayOf: at => (Number.isFinite(at) ? nameOf(Math.floor((at + offsetAt(at)) / DAY)) : ''),
    startOfDay: day => startOf(numberOfDay(day) * DAY, offsetAt),
    clock(at) {
      if (!Number.isFinite(at)) return { day: '', time: '' }
      const local = at + offsetAt(at)
      const number = Math.floor(local / DAY)
      return { day: nameOf(number), time: new Date(local - number * DAY).toISOString().slice(11, 19) }
    },
    weekOf,
    monthOf,
    addDays,
    weekday,
  }
}
