/** Readings and entries in, windows out: what is known, what is estimated, what is unknown, each labelled. */
import { describe, expect, test } from 'vitest'
import type { LimitReading } from '../../src/core/limit.ts'
import type { EstimatedWindow, ServerWindow } from '../../src/core/limits.ts'
import { readWindows } from '../../src/limits/curves.ts'
import { type LimitsRequest, limitsPart } from '../../src/limits/report.ts'
import { useOf } from '../../src/limits/uses.ts'
import { type EntryParts, priced } from '../support/entry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 20, 12)

const reading = (parts: Partial<LimitReading> = {}): LimitReading => ({
  agent: 'ember',
  at: NOW - MINUTE,
  minutes: 300,
  usedPercent: 40,
  resetsAt: NOW + 2 * HOUR,
  ...parts,
})

const used = (agoMs: number, parts: EntryParts & { usd?: number | null } = {}) =>
  priced({ agent: 'ember', at: NOW - agoMs, output: 1_000, usd: 1, ...parts })

const part = (parts: Partial<LimitsRequest>) =>
  limitsPart({ entries: [], readings: [], blockHours: new Map(), tokenLimit: undefined, now: NOW, ...parts })

const server = (parts: Partial<LimitsRequest>): ServerWindow[] =>
  part(parts).windows.filter((one): one is ServerWindow => one.basis === 'server')

const estimated = (parts: Partial<LimitsRequest>): EstimatedWindow[] =>
  part({ blockHours: new Map([['ember', 5]]), ...parts }).windows.filter(
    (one): one is EstimatedWindow => one.basis === 'estimated',
  )

describe("a server's window", () => {
  test('says what is used, how much of its time is over, and the pace', () => {
    const [window] = server({ readings: [reading()] })
    expect(window).toMatchObject({ usedPercent: 40, startAt: NOW - 3 * HOUR, isReset: false })
    expect(window!.elapsedPercent).toBeCloseTo(60)
    expect(window!.pace).toBeCloseTo(-20)
  })

  test('that has reset is unknown, never the old percentage', () => {
    const [window] = server({ readings: [reading({ resetsAt: NOW - 1, at: NOW - HOUR })] })
    expect(window).toMatchObject({ isReset: true, usedPercent: undefined, pace: undefined, readPercent: 40 })
    expect(window!.projection).toBeUndefined()
  })

  test('says since when it is so, whether or not the server said it again', () => {
    const first = [reading({ at: NOW - 2 * HOUR, usedPercent: 39 }), reading({ at: NOW - HOUR })]
    const again = [reading({ at: NOW - 9 * MINUTE }), reading({ at: NOW - 30 * MINUTE })]
    expect(server({ readings: first })[0]!.readAt).toBe(NOW - HOUR)
    expect(server({ readings: [...again, ...first] })[0]!.readAt).toBe(NOW - HOUR)
  })

  test('is one for each limit, length and account, and they come in that order', () => {
    const readings = [
      reading({ minutes: 10_080 }),
      reading({ profile: 'work', usedPercent: 7 }),
      reading({ limit: 'extra', usedPercent: 9 }),
      reading(),
    ]
    const found = server({ readings }).map(({ profile, limit, minutes }) => [profile, limit, minutes])
    expect(found).toEqual([
      [undefined, undefined, 300],
      [undefined, undefined, 10_080],
      [undefined, 'extra', 300],
      ['work', undefined, 300],
    ])
  })

  test('tells points that no local response explains', () => {
    const readings = [reading({ at: NOW - 2 * HOUR, usedPercent: 10 }), reading({ at: NOW - HOUR, usedPercent: 15 })]
    expect(server({ readings, entries: [used(2.5 * HOUR)] })[0]!.unexplained).toBe(5)
  })

  test("holds the account's own entries alone", () => {
    const entries = [used(HOUR), used(HOUR, { profile: 'work' }), used(HOUR, { agent: 'slate' }), used(9 * HOUR)]
    expect(server({ readings: [reading()], entries })[0]!.local).toMatchObject({ entries: 1, tokens: 1_000 })
  })

  test('is predicted from past windows in points where there are enough', () => {
    const past = [1, 2, 3, 4].flatMap(day => {
      const resetsAt = NOW + 2 * HOUR - day * DAY
      return [20, 60].map((usedPercent, n) =>
        reading({ usedPercent, resetsAt, at: resetsAt - (n === 0 ? 4 : 1) * HOUR }),
      )
    })
    const { projection } = server({ readings: [...past, reading()] })[0]!
    expect(projection).toMatchObject({ unit: 'points', windows: 4, isByRate: false, isConverted: false })
    expect(projection!.high).toBeCloseTo(80)
  })

  test('else from past windows of the logs, at what a token took of this one', () => {
    const days = [1, 2, 3].flatMap(day => [used(day * DAY + 2 * HOUR), used(day * DAY - 2 * HOUR)])
    const { projection } = server({ readings: [reading()], entries: [...days, used(2 * HOUR)] })[0]!
    expect(projection).toMatchObject({ unit: 'points', windows: 3, isConverted: true, isByRate: false })
    // A token took 40 / 1,000 points, and each of those windows went on to use another 1,000.
    expect(projection!.high).toBeCloseTo(80)
  })

  test('else by the recent rate, which is said', () => {
    expect(server({ readings: [reading()] })[0]!.projection).toMatchObject({ windows: 0, isByRate: true })
  })

  test('of spending has neither time nor pace', () => {
    const [window] = server({ readings: [reading({ minutes: undefined })] })
    expect(window).toMatchObject({ usedPercent: 40, elapsedPercent: undefined, pace: undefined, projection: undefined })
  })

  test('without a reset has no local part: nobody knows when it began', () => {
    const [window] = server({ readings: [reading({ resetsAt: undefined })], entries: [used(HOUR)] })
    expect(window).toMatchObject({ usedPercent: 40, isReset: false, local: undefined, unexplained: undefined })
  })

  test('without a reset is over when it cannot run any more', () => {
    const readings = [reading({ resetsAt: undefined, at: NOW - 5 * HOUR })]
    expect(server({ readings })[0]).toMatchObject({ usedPercent: undefined, isReset: true, readPercent: 40 })
  })

  test('whose points the server took back goes on from fewer', () => {
    const readings = [
      reading({ at: NOW - HOUR, usedPercent: 60, session: 's1' }),
      reading({ at: NOW - MINUTE, usedPercent: 20, session: 's1' }),
    ]
    const [window] = server({ readings })
    expect(window).toMatchObject({ usedPercent: 20, projection: { low: 20, middle: 20 } })
  })

  test('counts no response that used nothing', () => {
    const entries = [used(HOUR), used(HOUR, { output: 0, usd: 0 })]
    expect(server({ readings: [reading()], entries })[0]!.local).toMatchObject({ entries: 1 })
  })
})

describe('an estimated window', () => {
  test('stands where no server told of one that runs', () => {
    const entries = [used(HOUR)]
    expect(estimated({ entries })).toHaveLength(1)
    expect(estimated({ entries, readings: [reading()] })).toHaveLength(0)
    expect(estimated({ entries, readings: [reading({ minutes: 299 })] })).toHaveLength(0)
    expect(estimated({ entries, readings: [reading({ resetsAt: NOW - 2 * HOUR, at: NOW - 3 * HOUR })] })).toHaveLength(
      1,
    )
    expect(estimated({ entries, blockHours: new Map() })).toHaveLength(0)
  })

  test("is held against the user's own highest window", () => {
    const entries = [used(3 * DAY, { output: 4_000 }), used(2 * DAY, { output: 500 }), used(HOUR)]
    expect(estimated({ entries })[0]).toMatchObject({ usedPercent: 25, tokenLimit: 4_000, limitBasis: 'own-highest' })
  })

  test('or against what was given', () => {
    const window = estimated({ entries: [used(HOUR)], tokenLimit: 800 })[0]!
    expect(window).toMatchObject({ usedPercent: 125, limitBasis: 'given' })
    expect(window.projection!.fullBetween).toEqual([NOW, NOW])
  })

  test('the first one is held against nothing', () => {
    const window = estimated({ entries: [used(HOUR)] })[0]!
    expect(window).toMatchObject({
      usedPercent: undefined,
      tokenLimit: undefined,
      limitBasis: undefined,
      pace: undefined,
    })
  })
})

describe('after a reset that the server announced', () => {
  const readings = [reading({ at: NOW - HOUR, usedPercent: 60, resetsAt: NOW - 30 * MINUTE })]
  const old = [used(2 * DAY, { output: 4_000 }), used(2 * HOUR, { output: 2_000 })]

  test('what was used before it is of no running window', () => {
    expect(estimated({ entries: old })).toHaveLength(1)
    expect(estimated({ entries: old, readings })).toEqual([])
  })

  test('what was used since is, and its window begins with the reset', () => {
    const [window] = estimated({ entries: [...old, used(10 * MINUTE)], readings })
    expect(window).toMatchObject({ usedPercent: 25, startAt: NOW - 30 * MINUTE, endAt: NOW + 4.5 * HOUR })
    expect(window!.local).toMatchObject({ entries: 1, tokens: 1_000 })
  })

  test('another account and a week are none of its business', () => {
    const entries = [used(2 * HOUR)]
    const reset = { at: NOW - HOUR, resetsAt: NOW - 30 * MINUTE }
    expect(estimated({ entries, readings: [reading({ ...reset, profile: 'work' })] })).toHaveLength(1)
    expect(estimated({ entries, readings: [reading({ ...reset, minutes: 10_080 })] })).toHaveLength(1)
    expect(estimated({ entries, readings: [reading({ ...reset, minutes: 299 })] })).toHaveLength(0)
  })
})

describe('what leaves next', () => {
  test('are the oldest ten minutes of the last hours', () => {
    const entries = [used(6 * HOUR), used(4 * HOUR + 8 * MINUTE), used(4 * HOUR + 5 * MINUTE), used(HOUR)]
    expect(part({ entries, readings: [reading()] }).sliding).toEqual([
      { agent: 'ember', profile: undefined, minutes: 300, tokens: 3_000, nextAt: NOW + 55 * MINUTE, nextTokens: 2_000 },
    ])
  })

  test('is nothing where nothing was used', () => {
    expect(part({ readings: [reading()] }).sliding).toEqual([])
  })
})

describe('what used the points', () => {
  const readings = [reading({ usedPercent: 30, at: NOW - 90 * MINUTE }), reading()]
  const entries = [
    used(2 * HOUR, { session: '__proto__', usd: 3 }),
    used(100 * MINUTE, { session: 's2', usd: 1 }),
    used(HOUR, { session: 's2', usd: 1 }),
  ]
  const names = {
    title: (_agent: string, session: string | undefined) => (session === 's2' ? 'Fix the login' : undefined),
    project: () => 'app',
    prompts: (_agent: string, session: string | undefined) =>
      session === 's2'
        ? [
            { at: NOW - 101 * MINUTE, title: 'first' },
            { at: NOW - 61 * MINUTE, title: 'second' },
          ]
        : [],
  }
  const whole = part({ readings, entries })
  const use = useOf(whole.known[0]!, whole.entries, names)!

  test('is summed by session, most first', () => {
    expect(use.sessions.map(({ session, title, points }) => [session, title, points])).toEqual([
      ['__proto__', undefined, 22_500_000],
      ['s2', 'Fix the login', 17_500_000],
    ])
  })

  test('and by turn, by the prompts of the session', () => {
    expect(use.turns.map(({ title, points }) => [title, points])).toEqual([
      [undefined, 22_500_000],
      ['second', 10_000_000],
      ['first', 7_500_000],
    ])
  })

  test('accounts for all that local logs hold of the window', () => {
    const late = part({ readings, entries: [...entries, used(30_000, { session: 's3' }), used(20_000)] })
    const own = useOf(late.known[0]!, late.entries, names)!
    expect(own.sinceRise).toMatchObject({ entries: 2, tokens: 2_000 })
    expect(own.local).toEqual(late.windows[0]!.local)
    const rows = [...own.sessions.map(({ local }) => local.entries), own.sinceRise.entries]
    expect(rows.reduce((sum, n) => sum + n, 0)).toBe(5)
  })

  test('adds up', () => {
    for (const list of [use.sessions, use.turns])
      expect(list.reduce((sum, { points }) => sum + points, use.unexplained)).toBe(use.points)
  })
})

describe('readings', () => {
  test('are of one window though its reset is told a little differently each time', () => {
    const readings = [reading({ at: NOW - HOUR, usedPercent: 3 }), reading({ resetsAt: NOW + 2 * HOUR + 1_500 })]
    expect(readWindows(readings)).toHaveLength(1)
  })

  test('of a window that is over when they come are old news', () => {
    expect(readWindows([reading({ at: NOW, resetsAt: NOW - HOUR })])).toEqual([])
  })

  test('without a reset are of no window', () => {
    expect(readWindows([reading({ resetsAt: undefined })])).toEqual([])
    expect(server({ readings: [reading({ resetsAt: undefined })] })[0]).toMatchObject({
      usedPercent: 40,
      isReset: false,
    })
  })
})
