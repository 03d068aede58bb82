/** Times as agents write them: two readers, one quick, that must never disagree. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysOf, parseTime, timeAt } from '../../src/core/time.ts'

const quick = (text: string) => timeAt(Buffer.from(`"${text}"\n`, 'latin1'), 1, 1 + text.length)

describe('a day', () => {
  it.each([
    [1970, 1, 1, 0],
    [1970, 12, 31, 364],
    [1972, 3, 1, 790], // 365 + 365 + 31 + 29
    [2000, 1, 1, 10_957],
    [2000, 2, 29, 11_016],
    [1969, 12, 31, -1],
    [2026, 11, 2, 20_759], // 1793577600 s
  ])('%i-%i-%i is %i days after the epoch', (year, month, day, days) => {
    expect(daysOf(year, month, day)).toBe(days)
  })

  it('is counted as the platform counts it, over four thousand years', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0000-01-01'), max: new Date('4000-01-01'), noInvalidDate: true }), date => {
        const days = daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
        expect(days).toBe(Math.floor(date.getTime() / 86_400_000))
      }),
    )
  })
})

describe('a time with milliseconds in UTC', () => {
  it('comes back from its own text', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), date => {
        expect(quick(date.toISOString())).toBe(date.getTime())
        expect(parseTime(date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  it('with any one byte changed is read alike by both', () => {
    const text = '2026-11-02T09:08:07.654Z'
    const bytes = fc.tuple(
      fc.nat(text.length - 1),
      fc.integer({ min: 32, max: 126 }).map(code => String.fromCharCode(code)),
    )
    fc.assert(
      fc.property(bytes, ([place, byte]) => {
        const changed = text.slice(0, place) + byte + text.slice(place + 1)
        expect([changed, quick(changed)]).toEqual([changed, parseTime(changed)])
      }),
      { numRuns: 3000 },
    )
  })
})

describe('other forms', () => {
  const at = Date.UTC(2026, 10, 2, 9, 8, 7)
  it.each([
    ['2026-11-02T09:08:07Z', at],
    ['2026-11-02T09:08Z', at - 7000],
    ['2026-11-02 09:08:07', at],
    ['2026-11-02T09:08:07.9Z', at + 900],
    ['2026-11-02T09:08:07.999999999Z', at + 999],
    ['2026-11-02T09:08:07,25Z', at + 250],
    ['2026-11-02T14:53:07+05:45', at],
    ['2026-11-02T01:08:07-0800', at],
    ['2026-11-02T01:08:07-08', at],
    ['2026-11-02t09:08:07z', at],
    ['  2026-11-02T09:08:07Z\t', at],
    ['2026-12-31T23:59:60Z', Date.UTC(2026, 11, 31, 23, 59, 59)],
    [String(at), at],
    [String(at / 1000), at],
    [`${at / 1000}.5`, at + 500],
  ])('%s', (text, wanted) => {
    expect([parseTime(text), quick(text)]).toEqual([wanted, wanted])
  })
})

describe('what is no time', () => {
  it.each([
    '',
    ' ',
    'now',
    'null',
    '2026',
    '2026-11',
    '2026-11-02',
    '2026-02-30T00:00:00Z',
    '2026-02-30T00:00:00.000Z',
    '2025-02-29T12:00:00.000Z',
    '2026-00-10T00:00:00.000Z',
    '2026-13-10T00:00:00.000Z',
    '2026-11-31T00:00:00.000Z',
    '2026-11-02T24:30:00.000Z',
    '2026-11-02T09:60:00.000Z',
    '2026-11-02T09:00:61.000Z',
    '2026-11-02T09:00:00.000+99:00',
    '-5',
    '1e12',
    '12',
    'NaN',
    'Infinity',
    '2026-11-02T09:08:07.000ZZ',
  ])('%s', text => {
    expect([parseTime(text), quick(text)]).toEqual([Number.NaN, Number.NaN])
  })
})
