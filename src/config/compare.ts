/** What `--compare` was given: two ranges, two versions or two models. Pure: today is an argument. */
import { addDays, weekOf } from '../core/calendar.ts'
import { type DayRange, expectedDay, parseDay } from './days.ts'
import { UsageError } from './usage-error.ts'

/** A closed range of days. */
interface Days {
  readonly since: string
  readonly until: string
}

export type Comparison =
  | { readonly of: 'range'; readonly before: Days; readonly after: Days }
  | { readonly of: 'version' | 'model'; readonly before: string; readonly after: string }

const expected =
  "Expected a range such as 2026-11-01..2026-11-07, two of them after a comma, or 'version:2.1.0..2.1.5' or 'model:opus..sonnet'."

const fail = (text: string): never => {
  throw new UsageError(`Invalid value for --compare '${text}'. ${expected}`)
}

const daysOf = (text: string, today: string, whole: string): Days => {
  const [from, to = from, ...more] = text.split('..').map(part => part.trim())
  const since = parseDay(from ?? '', today, 'since')
  const until = parseDay(to ?? '', today, 'until')
  if (more.length > 0) return fail(whole)
  if (since === undefined || until === undefined)
    throw new UsageError(`Invalid value for --compare '${whole}'. ${expectedDay}`)
  return since <= until ? { since, until } : fail(whole)
}

const lengthOf = ({ since, until }: Days): number => (Date.parse(until) - Date.parse(since)) / 86_400_000 + 1

/** The range asked for, up to today; without one this week. */
const askedRange = (range: DayRange, today: string, startOfWeek: number): Days => {
  const until = range.until ?? today
  return {
    since: range.since ?? weekOf(until, startOfWeek),
    until: until > today && today >= (range.since ?? '') ? today : until,
  }
}

/** The same days a week earlier where there are no more than seven, else as many days right before. */
const daysBefore = (days: Days): Days => {
  const back = Math.max(7, lengthOf(days))
  return { since: addDays(days.since, -back), until: addDays(days.until, -back) }
}

/** `text` is `before` where nothing was typed. Throws where it cannot be meant. */
export const comparisonOf = (text: string, range: DayRange, today: string, startOfWeek: number): Comparison => {
  const after = askedRange(range, today, startOfWeek)
  if (text === 'before') return { of: 'range', before: daysBefore(after), after }
  const named = /^(version|model):(.+?)\.\.(.+)$/.exec(text)
  if (named) return { of: named[1] === 'version' ? 'version' : 'model', before: named[2]!, after: named[3]! }
  if (/^[a-z]+:/.test(text)) return fail(text)
  const [first, second, ...more] = text.split(',')
  if (more.length > 0) return fail(text)
  return {
    of: 'range',
    before: daysOf(first ?? '', today, text),
    after: second === undefined ? after : daysOf(second, today, text),
  }
}
