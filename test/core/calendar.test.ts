/** The calendar against instants worked out by hand, and against Intl at random ones. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Calendar, calendar, isTimeZone, monthOf, weekday, weekOf } from '../../src/core/calendar.ts'

const zones = [
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/St_Johns',
]
const DAY = 86_400_000

/** What Intl itself says, field by field. */
const byIntl = (timeZone: string): Calendar['clock'] => {
  const two = '2-digit'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  })
  return at => {
    const p = Object.fromEntries(format.formatToParts(at).map(part => [part.type, part.value]))
    return { day: `${p.year}-${p.month}-${p.day}`, time: `${p.hour}:${p.minute}:${p.second}` }
  }
}

const instant = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2037, 11) })
const historical = fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(1970, 0) })

describe.each(zones)('calendar of %s', zone => {
  const own = calendar(zone)
  const intl = byIntl(zone)

  it('agrees with Intl at any instant, today and long ago', () => {
    fc.assert(
      fc.property(fc.oneof(instant, historical), at => {
        expect(own.clock(at)).toEqual(intl(at))
        expect(own.dayOf(at)).toBe(intl(at).day)
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with Intl at every quarter of 2026, and a millisecond before it', () => {
    for (let at = Date.UTC(2026, 0); at < Date.UTC(2027, 0); at += 900_000) {
      if (own.clock(at).time !== intl(at).time || own.dayOf(at - 1) !== intl(at - 1).day) {
        expect([at, own.clock(at), own.dayOf(at - 1)]).toEqual([at, intl(at), intl(at - 1).day])
      }
    }
  })

  it('starts a day at its first instant', () => {
    fc.assert(
      fc.property(instant, at => {
        const day = own.dayOf(at)
        const start = own.startOfDay(day)
        expect(own.dayOf(start)).toBe(day)
        expect(intl(start - 1).day < day).toBe(true)
      }),
    )
  })
})

describe('days by hand', () => {
  const start = (zone: string, day: string) => new Date(calendar(zone).startOfDay(day)).toISOString()
  const day = (zone: string, at: string) => calendar(zone).dayOf(Date.parse(at))

  it('New York, both days on which clocks change', () => {
    expect(start('America/New_York', '2026-03-08')).toBe('2026-03-08T05:00:00.000Z')
    expect(start('America/New_York', '2026-03-09')).toBe('2026-03-09T04:00:00.000Z')
    expect(start('America/New_York', '2026-11-01')).toBe('2026-11-01T04:00:00.000Z')
    expect(start('America/New_York', '2026-11-02')).toBe('2026-11-02T05:00:00.000Z')
    expect(day('America/New_York', '2026-03-09T03:59:59.999Z')).toBe('2026-03-08')
    expect(day('America/New_York', '2026-03-09T04:00:00.000Z')).toBe('2026-03-09')
    expect(day('America/New_York', '2026-11-02T04:59:59.999Z')).toBe('2026-11-01')
    expect(day('America/New_York', '2026-11-02T05:00:00.000Z')).toBe('2026-11-02')
  })

  it('half and quarter hours from UTC', () => {
    expect(start('Asia/Kolkata', '2026-01-15')).toBe('2026-01-14T18:30:00.000Z')
    expect(start('Asia/Kathmandu', '2026-01-15')).toBe('2026-01-14T18:15:00.000Z')
    expect(day('Asia/Kathmandu', '2026-01-14T18:14:59.999Z')).toBe('2026-01-14')
    expect(start('Australia/Lord_Howe', '2026-10-04')).toBe('2026-10-03T13:30:00.000Z')
    expect(start('Australia/Lord_Howe', '2026-10-05')).toBe('2026-10-04T13:00:00.000Z')
  })

  it('a midnight that does not exist: São Paulo went from 24:00 to 01:00, Toronto from 23:30 to 00:30', () => {
    expect(start('America/Sao_Paulo', '2018-11-04')).toBe('2018-11-04T03:00:00.000Z')
    expect(calendar('America/Sao_Paulo').clock(Date.UTC(2018, 10, 4, 3))).toEqual({
      day: '2018-11-04',
      time: '01:00:00',
    })
    expect(start('America/Toronto', '1919-03-31')).toBe('1919-03-31T04:30:00.000Z')
  })

  it('a midnight that comes twice: Havana, and St. John’s, which fell back to the day before', () => {
    expect(start('America/Havana', '2025-11-02')).toBe('2025-11-02T04:00:00.000Z')
    expect(start('America/St_Johns', '2010-11-07')).toBe('2010-11-07T02:30:00.000Z')
    expect(day('America/St_Johns', '2010-11-07T02:31:00Z')).toBe('2010-11-06')
  })

  it('a day that was skipped starts with the next', () => {
    expect(day('Pacific/Apia', '2011-12-30T09:59:59.999Z')).toBe('2011-12-29')
    expect(start('Pacific/Apia', '2011-12-30')).toBe('2011-12-30T10:00:00.000Z')
    expect(day('Pacific/Apia', '2011-12-30T10:00:00.000Z')).toBe('2011-12-31')
    expect(start('Pacific/Apia', '2011-12-31')).toBe('2011-12-30T10:00:00.000Z')
  })

  it('an offset with seconds: Monrovia until 1972', () => {
    expect(start('Africa/Monrovia', '1970-06-01')).toBe('1970-06-01T00:44:30.000Z')
  })

  it('no instant and no day give nothing', () => {
    const own = calendar('America/New_York')
    expect(own.dayOf(Number.POSITIVE_INFINITY)).toBe('')
    expect(own.clock(Number.NaN)).toEqual({ day: '', time: '' })
    expect(own.startOfDay('soon')).toBeNaN()
    expect(own.addDays('soon', 1)).toBe('')
    expect(own.dayOf(8.64e15)).toBe('+275760-09-12')
    expect(own.dayOf(-8.64e15)).toBe('')
  })
})

describe('arithmetic on days', () => {
  it('adds over months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
  })

  it('knows the weekday, also before 1970', () => {
    expect(weekday('2026-03-01')).toBe(0)
    expect(weekday('1970-01-01')).toBe(4)
    expect(weekday('1969-12-27')).toBe(6)
  })

  it('starts weeks on the day asked for', () => {
    expect(weekOf('2026-03-01', 1)).toBe('2026-02-23')
    expect(weekOf('2026-03-01', 0)).toBe('2026-03-01')
    expect(weekOf('2026-03-03', 3)).toBe('2026-02-25')
    expect(weekOf('2026-01-01', 6)).toBe('2025-12-27')
  })

  it('cuts months', () => {
    expect(monthOf('2026-03-01')).toBe('2026-03')
  })

  it('a week begins on its weekday and holds its day', () => {
    const days = fc.integer({ min: -40_000, max: 40_000 }).map(n => addDays('1970-01-01', n))
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 6 }), (day, startOfWeek) => {
        const first = weekOf(day, startOfWeek)
        expect(weekday(first)).toBe(startOfWeek)
        const since = (Date.parse(day) - Date.parse(first)) / DAY
        expect(since >= 0 && since < 7).toBe(true)
      }),
    )
  })
})

it('isTimeZone knows zones from other words', () => {
  expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'].map(isTimeZone)).toEqual([true, true, true])
  expect(['', 'Mars/Olympus', 'local', 'New York'].map(isTimeZone)).toEqual([false, false, false, false])
})
