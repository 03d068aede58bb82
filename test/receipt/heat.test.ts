import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { money, usdOf } from '../../src/core/money.ts'
import type { WhyRow } from '../../src/core/why.ts'
import { dayHeat, hourHeat } from '../../src/receipt/heat.ts'
import { noCosts } from '../../src/receipt/rows.ts'
import { drawHeat, levelOf } from '../../src/render/heat.ts'
import { theme } from '../../src/render/theme.ts'
import { widthOf } from '../../src/render/width.ts'

const zone = calendar('UTC')
const row = (key: string, usd: number): WhyRow => ({
  ...noCosts,
  cost: money(0, usd * 1e12),
  key,
  name: undefined,
  tokens: 0,
  rows: [],
})

describe('by hour', () => {
  // Two Mondays, a Sunday
  const map = hourHeat([row('2026-11-09 09', 1), row('2026-11-16 09', 2), row('2026-11-15 23', 8)], zone, 1)

  it('adds the same hours of the same weekdays', () => {
    expect(map.rows.map(({ weekday, cost }) => [weekday, usdOf(cost)])).toEqual([
      [1, 3],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
      [6, 0],
      [0, 8],
    ])
    expect(usdOf(map.rows[0]!.cells[9]!)).toBe(3)
    expect(usdOf(map.rows[6]!.cells[23]!)).toBe(8)
  })

  it.each([60, 80, 120])('is drawn in %d columns, to be read without colour', width => {
    const lines = drawHeat(map, width, theme(false))
    expect(lines.filter(line => widthOf(line) > width)).toEqual([])
    expect(lines.find(line => line.startsWith('Mon'))).toMatch(/^Mon +[· ]+▓+[· ]+\$3\.00$/)
    expect(lines.find(line => line.startsWith('Sun'))).toMatch(/^Sun +[· ]+█+ +\$8\.00$/)
    expect(lines.at(-1)).toBe('     · nothing   ▓ to $3.00   █ to $8.00')
  })
})

describe('by day', () => {
  const range = { since: '2026-11-04', until: '2026-12-31' }
  const map = dayHeat([row('2026-11-05', 1), row('2026-11-20', 4)], zone, 1, range, '2026-11-20')

  it('has the weeks of the range, and no day outside it or to come', () => {
    expect(map.columns).toEqual(['2026-11-02', '2026-11-09', '2026-11-16'])
    const cells = map.rows.map(({ cells }) => cells.map(cell => (cell === undefined ? '' : usdOf(cell))))
    expect(cells).toEqual([
      ['', 0, 0],
      ['', 0, 0],
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 4],
      [0, 0, ''],
      [0, 0, ''],
    ])
  })

  it('names the months', () => {
    const range = { since: '2026-01-01', until: '2026-02-28' }
    const winter = dayHeat([row('2026-01-05', 1)], zone, 1, range, '2026-03-20')
    expect(drawHeat(winter, 80, theme(false))[0]).toBe('     Jan       Feb')
  })

  it('begins its weeks on the day asked for', () => {
    expect(dayHeat([], zone, 0, range, '2026-11-20').rows[0]!.weekday).toBe(0)
  })

  it('shows the latest of more weeks than fit', () => {
    const years = dayHeat(
      [row('2020-01-01', 1), row('2026-11-20', 4)],
      zone,
      1,
      { since: undefined, until: undefined },
      '2026-11-20',
    )
    expect(years.columns.length).toBeGreaterThan(300)
    const lines = drawHeat(years, 80, theme(false))
    expect(lines.filter(line => widthOf(line) > 80)).toEqual([])
    expect(lines.find(line => line.startsWith('Fri'))).toMatch(/[▓█] +\$4\.00$/)
  })
})

it('shades are quarters of what there is, the dearest the darkest', () => {
  expect([0, 5, 7].map(usd => levelOf(usd, [5, 7]))).toEqual([0, 3, 4])
  const steps = [1, 2, 3, 100]
  expect([0, 0.5, 1, 1.5, 3, 4, 100, 500].map(usd => levelOf(usd, steps))).toEqual([0, 1, 1, 2, 3, 4, 4, 4])
})
