import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitLine } from '../../src/core/limit.ts'
import { readInput } from '../../src/statusline/input.ts'
import {
  journalReadings,
  newReadings,
  ownReadings,
  readTold,
  shownReading,
  type Told,
  toldNow,
} from '../../src/statusline/readings.ts'
import { AGENT, DAY, HOUR, MINUTE, NOW, ROOT, reading, stdin } from './facts.ts'

const own = (rate_limits: unknown, more = {}, told: readonly Told[] = [], now = NOW) =>
  ownReadings(readInput(stdin({ rate_limits, ...more })), { agent: AGENT, root: ROOT, told, now })
const here = (): undefined => undefined
const fiveHour = (used_percentage: unknown, resets_at: unknown = (NOW + HOUR) / 1000) => ({
  five_hour: { used_percentage, resets_at },
})

describe('what a session was told', () => {
  it('is taken window by window', () => {
    const all = { ...fiveHour(42.5), seven_day: null, spend_limit: { used_percentage: 3, resets_at: null } }
    expect(own(all)).toEqual([
      { agent: AGENT, at: NOW, minutes: 300, usedPercent: 42.5, resetsAt: NOW + HOUR, session: 's1', root: ROOT },
      { agent: AGENT, at: NOW, minutes: undefined, usedPercent: 3, resetsAt: undefined, session: 's1', root: ROOT },
    ])
  })

  it.each([
    ['text', '42'],
    ['negative', -1],
    ['huge', 1e9],
    ['no number', Number.NaN],
  ])('is nothing where it is %s', (_, used) => expect(own(fiveHour(used))).toEqual([]))

  it('is nothing where it resets in a hundred years', () =>
    expect(own(fiveHour(42, (NOW + 36_500 * DAY) / 1000))).toEqual([]))

  it('has no session whose name is an essay', () =>
    expect(own(fiveHour(1), { session_id: 'x'.repeat(101) })).toEqual([
      expect.objectContaining({ session: undefined }),
    ]))
})

describe('the journal gets', () => {
  it('what is fresher than all that is known of that window', () => {
    const told = own(fiveHour(42))
    expect(newReadings(told, [], [], NOW)).toEqual(told)
    expect(newReadings(told, [reading({ usedPercent: 41 })], [], NOW)).toEqual(told)
    expect(newReadings(told, [reading({ usedPercent: 42 })], [], NOW)).toEqual([])
    expect(newReadings(told, [reading({ usedPercent: 50 })], [], NOW)).toEqual([])
    // Servers round when a window resets.
    expect(newReadings(told, [reading({ resetsAt: NOW + HOUR + 59_000 })], [], NOW)).toEqual([])
  })

  it('windows of two accounts side by side', () => {
    const told = own(fiveHour(42))
    expect(newReadings(told, [reading({ usedPercent: 90, resetsAt: NOW + 4 * HOUR })], [], NOW)).toEqual(told)
  })

  it('nothing of a window that is over', () =>
    expect(newReadings(own(fiveHour(42, (NOW - MINUTE) / 1000)), [], [], NOW)).toEqual([]))

  it('what a session is told less than before, and not what it hands over again', () => {
    const before = toldNow(own(fiveHour(97)), []) ?? []
    const known = own(fiveHour(97)).map(one => ({ ...one, root: undefined }))
    const less = own(fiveHour(19), {}, before, NOW + MINUTE)
    expect(newReadings(less, known, before, NOW + MINUTE)).toEqual(less)
    const after = toldNow(less, before) ?? []
    const again = own(fiveHour(19), {}, after, NOW + HOUR / 2)
    expect(again).toMatchObject([{ at: NOW + MINUTE }])
    expect(newReadings(again, known, after, NOW + HOUR / 2)).toEqual([])
    expect(toldNow(again, after)).toBeUndefined()
    // Another session that is idle does not bring the old figure back.
    const idle = own(
      fiveHour(97),
      { session_id: 's2' },
      toldNow(own(fiveHour(97), { session_id: 's2' }), []),
      NOW + HOUR / 2,
    )
    const all = [...known, ...less].map(one => ({ ...one, root: undefined }))
    expect(shownReading({ own: idle, known: all, now: NOW + HOUR / 2 }, AGENT, 300)?.usedPercent).toBe(19)
  })

  it('nothing twice, whatever is told in whatever order', () => {
    const said = fc.array(fc.record({ used: fc.integer({ min: 0, max: 100 }), hours: fc.integer({ min: 1, max: 5 }) }))
    fc.assert(
      fc.property(said, list => {
        let journal = ''
        let told: readonly Told[] = []
        for (const { used, hours } of list)
          for (let twice = 0; twice < 2; twice++) {
            const mine = own(fiveHour(used, (NOW + hours * HOUR) / 1000), {}, told)
            const news = newReadings(mine, journalReadings(journal, here), told, NOW)
            if (twice === 1) expect(news).toEqual([])
            journal += news.map(limitLine).join('')
            told = toldNow(mine, told) ?? told
          }
      }),
    )
  })

  it('nothing from other folders', () => {
    const line = limitLine(reading({ root: 'EMBER_HOME=abc' }))
    expect(journalReadings(line, here)).toEqual([])
    expect(journalReadings(limitLine(reading({ root: ROOT })), here)).toEqual([reading({ root: undefined })])
  })
})

it('what a session was told is read as far as it can be', () => {
  const told = toldNow(own(fiveHour(42)), []) ?? []
  expect(readTold(JSON.stringify(told))).toEqual(told)
  for (const text of ['', '{', 'null', '{}', '[1, null, {"usedPercent":"x","at":1}]'])
    expect(readTold(text)).toEqual([])
})

it('a journal that is damaged is read as far as it can be', () => {
  const line = limitLine(reading())
  expect(journalReadings(`${line.slice(9)}${line}\n{"x":1}\nnull\n[1]\n${line.slice(0, 20)}`, here)).toHaveLength(1)
  expect(journalReadings('', here)).toEqual([])
})

describe('what is shown', () => {
  it('is of that agent, that window and the main limit', () => {
    const parts = { own: [], known: [reading({ limit: 'extra' }), reading({ minutes: 10_080 })], now: NOW }
    expect(shownReading(parts, AGENT, 300)).toBeUndefined()
    expect(shownReading(parts, AGENT, 10_080)).toMatchObject({ usedPercent: 42, isRemembered: true })
  })

  it('is forgotten a window after its reset', () => {
    const shown = (resetsAt: number) =>
      shownReading({ own: [], known: [reading({ at: NOW - 9 * HOUR, resetsAt })], now: NOW }, AGENT, 300)
    expect(shown(NOW - 4 * HOUR)).toBeDefined()
    expect(shown(NOW - 6 * HOUR)).toBeUndefined()
  })

  it('never falls while a window runs', () => {
    const percents = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 })
    fc.assert(
      fc.property(percents, fc.integer({ min: 0, max: 100 }), (list, used) => {
        const known = list.map(usedPercent => reading({ usedPercent }))
        const shown = shownReading({ own: own(fiveHour(used)), known, now: NOW }, AGENT, 300)
        expect(shown?.usedPercent).toBe(Math.max(used, ...list))
      }),
    )
  })
})
