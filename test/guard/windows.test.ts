import { expect, it } from 'vitest'
import type { LimitReading } from '../../src/core/limit.ts'
import { windowGauges } from '../../src/guard/windows.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000

const reading = (parts: Partial<LimitReading> = {}): LimitReading => ({
  agent: 'ember',
  at: NOW - HOUR,
  minutes: 300,
  usedPercent: 50,
  resetsAt: NOW + HOUR,
  ...parts,
})

const gauges = (readings: readonly LimitReading[]) =>
  windowGauges(readings, { now: NOW, limit: 80, isAsked: ({ agent }) => agent === 'ember' })

it('the freshest reading of each running window counts, shortest window first', () => {
  const found = gauges([
    reading({ minutes: 10_080, usedPercent: 20, resetsAt: NOW + 90 * HOUR }),
    reading({ usedPercent: 40, at: NOW - 2 * HOUR }),
    reading({ usedPercent: 61 }),
  ])
  expect(found.map(({ minutes, used, limit, unit }) => [minutes, used, limit, unit])).toEqual([
    [300, 61, 80, 'percent'],
    [10_080, 20, 80, 'percent'],
  ])
})

it('a window that was reset says nothing', () => {
  expect(gauges([reading({ usedPercent: 99, resetsAt: NOW })])).toEqual([])
  expect(gauges([reading({ usedPercent: 99, resetsAt: undefined, at: NOW - 5 * HOUR })])).toEqual([])
  expect(gauges([reading({ usedPercent: 99, resetsAt: undefined, at: NOW - 4 * HOUR })])).toHaveLength(1)
})

it('neither other agents nor limits of one model nor spending count', () => {
  expect(
    gauges([reading({ agent: 'flint' }), reading({ limit: 'large-model' }), reading({ minutes: undefined })]),
  ).toEqual([])
})

it('a reset that is rounded differently is the same window; the next window is another', () => {
  const scope = (resetsAt: number) => gauges([reading({ resetsAt })])[0]?.scope
  expect(scope(NOW + HOUR + 900)).toBe(scope(NOW + HOUR))
  expect(scope(NOW + 2 * HOUR)).not.toBe(scope(NOW + HOUR))
})
