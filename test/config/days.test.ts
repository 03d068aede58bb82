import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastRange, namedRange, parseDay } from '../../src/config/days.ts'
import { months, weekdays } from '../../src/config/table.ts'

// 2026-11-20 is a Friday.
const today = '2026-11-20'

describe('parseDay', () => {
  it.each([
    ['2026-03-05', '2026-03-05'],
    ['20260305', '2026-03-05'],
    ['20240229', '2024-02-29'],
    ['today', '2026-11-20'],
    ['Yesterday', '2026-11-19'],
    ['0d', '2026-11-20'],
    ['7d', '2026-11-13'],
    ['20d', '2026-10-31'],
    ['2w', '2026-11-06'],
    ['3mo', '2026-08-20'],
    ['1y', '2025-11-20'],
    ['friday', '2026-11-20'],
    ['saturday', '2026-11-14'],
    ['MON', '2026-11-16'],
    ['thursday', '2026-11-19'],
    ['999999y', '0001-01-01'],
    ['999999d', '0001-01-01'],
  ])('%s is %s', (text, day) => {
    expect(parseDay(text, today, 'since')).toBe(day)
    expect(parseDay(text, today, 'until')).toBe(day)
  })

  it.each([
    ['january', '2026-01-01', '2026-01-31'],
    ['feb', '2026-02-01', '2026-02-28'],
    ['november', '2026-11-01', '2026-11-30'],
    ['december', '2025-12-01', '2025-12-31'],
    ['2026-03', '2026-03-01', '2026-03-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2025', '2025-01-01', '2025-12-31'],
  ])('%s begins on %s and ends on %s', (text, first, last) => {
    expect(parseDay(text, today, 'since')).toBe(first)
    expect(parseDay(text, today, 'until')).toBe(last)
  })

  it.each([
    '20260229',
    '2026-02-29',
    '2026-13-01',
    '2026-00',
    '0000-01-01',
    '2026-1-1',
    '20261',
    'abc',
    '',
    '7',
    '7x',
    '-3d',
    'ma',
    'mondayy',
  ])('refuses %s', text => expect(parseDay(text, today, 'since')).toBeUndefined())

  it('goes to the last day of a shorter month', () => {
    expect(parseDay('1mo', '2026-03-31', 'since')).toBe('2026-02-28')
    expect(parseDay('1y', '2024-02-29', 'since')).toBe('2023-02-28')
  })
})

describe('namedRange', () => {
  it.each([
    ['week', 1, '2026-11-16', '2026-11-22'],
    ['week', 0, '2026-11-15', '2026-11-21'],
    ['week', 5, '2026-11-20', '2026-11-26'],
    ['week', 6, '2026-11-14', '2026-11-20'],
    ['month', 1, '2026-11-01', '2026-11-30'],
    ['year', 1, '2026-01-01', '2026-12-31'],
    ['march', 1, '2026-03-01', '2026-03-31'],
    ['december', 1, '2025-12-01', '2025-12-31'],
  ] as const)('%s with weeks from %i is %s to %s', (name, startOfWeek, since, until) =>
    expect(namedRange(name, today, startOfWeek)).toEqual({ since, until }),
  )
})

describe('lastRange', () => {
  it.each([
    [1, 'day', '2026-11-20'],
    [7, 'day', '2026-11-14'],
    [1, 'week', '2026-11-16'],
    [4, 'week', '2026-10-26'],
    [1, 'month', '2026-11-01'],
    [12, 'month', '2025-12-01'],
    [1e9, 'day', '0001-01-01'],
    [1e9, 'month', '0001-01-01'],
  ] as const)('%i %s begins on %s and stays open', (count, unit, since) =>
    expect(lastRange(count, unit, today, 1)).toEqual({ since, until: undefined }),
  )
})

describe('days, for any today', () => {
  const days = fc
    .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true })
    .map(date => date.toISOString().slice(0, 10))
  const words = fc.oneof(
    fc.constantFrom('today', 'yesterday', ...weekdays, ...months),
    fc.tuple(fc.nat(400), fc.constantFrom('d', 'w', 'mo', 'y')).map(([n, unit]) => `${n}${unit}`),
  )

  it('a day is read back as itself, in both forms', () =>
    fc.assert(
      fc.property(days, days, (day, anyToday) => {
        expect(parseDay(day, anyToday, 'since')).toBe(day)
        expect(parseDay(day.replaceAll('-', ''), anyToday, 'until')).toBe(day)
      }),
    ))

  it('a word begins no later than it ends, has begun, and gives a real day', () =>
    fc.assert(
      fc.property(words, days, (word, anyToday) => {
        const [since, until] = [parseDay(word, anyToday, 'since'), parseDay(word, anyToday, 'until')]
        expect(since! <= until!).toBe(true)
        expect(since! <= anyToday).toBe(true)
        expect(new Date(since!).toISOString().slice(0, 10)).toBe(since)
      }),
    ))

  it('a weekday is that weekday, within the last seven days', () =>
    fc.assert(
      fc.property(fc.nat(6), days, (index, anyToday) => {
        const day = parseDay(weekdays[index]!, anyToday, 'since')!
        expect(new Date(day).getUTCDay()).toBe(index)
        expect(Date.parse(anyToday) - Date.parse(day)).toBeLessThanOrEqual(6 * 86_400_000)
      }),
    ))

  it('the current week, month and year hold today', () =>
    fc.assert(
      fc.property(fc.constantFrom('week', 'month', 'year'), days, fc.nat(6), (name, anyToday, start) => {
        const { since, until } = namedRange(name, anyToday, start)
        expect(since! <= anyToday && anyToday <= until!).toBe(true)
        if (name === 'week') expect(new Date(since!).getUTCDay()).toBe(start)
      }),
    ))
})
