/** The monitor's windows: whose word they are, and that a past which comes in parts is the same past. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import type { LimitReading } from '../../src/core/limit.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { PastWindows } from '../../src/limits/live-past.ts'
import { type LiveWindowsRequest, liveWindows } from '../../src/limits/live-windows.ts'
import { limitsPart } from '../../src/limits/report.ts'
import { blocksReport } from '../../src/report/blocks.ts'
import { priced } from '../support/entry.ts'

const now = Date.UTC(2026, 10, 20, 12, 30)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const blockHours = new Map([['claude', 5]])

const windowsOf = (parts: Partial<LiveWindowsRequest>) =>
  liveWindows({
    entries: [],
    past: new PastWindows(blockHours, now),
    readings: [],
    blockHours,
    tokenLimit: undefined,
    now,
    ...parts,
  })

const at = (ago: number, tokens: number, parts = {}): PricedEntry =>
  priced({ at: now - ago, output: tokens, usd: tokens / 1000, ...parts })

const reading = (parts: Partial<LimitReading> = {}): LimitReading => ({
  agent: 'claude',
  at: now - 4 * MINUTE,
  minutes: 300,
  usedPercent: 40,
  resetsAt: now + 2 * HOUR,
  ...parts,
})

describe('a window', () => {
  test('is the server’s where it said so', () => {
    const entries = [at(HOUR, 400), at(4 * HOUR, 900)]
    expect(windowsOf({ entries, readings: [reading()] })).toMatchObject([
      { agent: 'claude', startAt: now - 3 * HOUR, endAt: now + 2 * HOUR, isEstimated: false, basis: 'server' },
    ])
    expect(windowsOf({ entries, readings: [reading()] })[0]).toMatchObject({
      usedPercent: 40,
      saidAt: now - 4 * MINUTE,
      tokens: 400,
      usd: 0.4,
      tokenLimit: undefined,
    })
  })

  test('whose reset has passed is estimated again', () => {
    const windows = windowsOf({ entries: [at(HOUR, 400)], readings: [reading({ resetsAt: now - 2 * HOUR })] })
    expect(windows).toMatchObject([{ isEstimated: true, startAt: now - 1.5 * HOUR, tokens: 400 }])
  })

  test('does not hold what was used before the last reset', () => {
    const readings = [reading({ resetsAt: now - 10 * MINUTE, at: now - 20 * MINUTE })]
    expect(windowsOf({ entries: [at(HOUR, 400)], readings })).toEqual([])
    expect(windowsOf({ entries: [at(HOUR, 400), at(MINUTE, 30)], readings })).toMatchObject([
      { isEstimated: true, startAt: now - 10 * MINUTE, tokens: 30, calls: 1 },
    ])
  })

  test('without an end is left out', () => {
    expect(windowsOf({ readings: [reading({ resetsAt: undefined })] })).toEqual([])
  })

  test('says whose it is', () => {
    expect(windowsOf({ readings: [reading({ profile: 'work', limit: 'extra' })] })).toMatchObject([
      { profile: 'work', limit: 'extra' },
    ])
    expect(windowsOf({ entries: [at(HOUR, 1, { profile: 'work' })] })).toMatchObject([{ profile: 'work' }])
  })

  test('says when its projection is a guess', () => {
    const past = new PastWindows(blockHours, now)
    past.take([at(12 * DAY, 5), at(11 * DAY, 5), at(10 * DAY, 5)])
    expect(windowsOf({ entries: [at(HOUR, 400)] })).toMatchObject([{ isGuess: true }])
    expect(windowsOf({ entries: [at(HOUR, 400)], past })).toMatchObject([{ isGuess: false }])
    expect(windowsOf({ entries: [at(HOUR, 400)], readings: [reading()] })).toMatchObject([{ isGuess: true }])
  })

  test('of five hours and a week stand side by side, and an estimate beside the week alone', () => {
    const week = reading({ minutes: 10_080, resetsAt: now + DAY })
    expect(windowsOf({ entries: [at(HOUR, 1)], readings: [reading(), week] }).map(w => w.minutes)).toEqual([
      300, 10_080,
    ])
    expect(windowsOf({ entries: [at(HOUR, 1)], readings: [week] }).map(w => [w.minutes, w.isEstimated])).toEqual([
      [300, true],
      [10_080, false],
    ])
  })

  test('is held against what the user says, else the fullest of the own past, else nothing', () => {
    const past = new PastWindows(blockHours, now)
    past.take([at(3 * DAY, 2000), at(2 * DAY, 800)])
    const entries = [at(HOUR, 400)]
    expect(windowsOf({ entries, past })).toMatchObject([{ usedPercent: 20, basis: 'own-highest', tokenLimit: 2000 }])
    expect(windowsOf({ entries, past, tokenLimit: 'max' })[0]?.tokenLimit).toBe(2000)
    expect(windowsOf({ entries, past, tokenLimit: 800 })).toMatchObject([{ usedPercent: 50, basis: 'given' }])
    expect(windowsOf({ entries, past, tokenLimit: 0 })).toMatchObject([{ usedPercent: undefined, basis: undefined }])
    expect(windowsOf({ entries })[0]).toMatchObject({ usedPercent: undefined, basis: undefined, tokenLimit: undefined })
  })

  test('is there for none without entries, and for no agent without windows', () => {
    expect(windowsOf({})).toEqual([])
    expect(windowsOf({ entries: [at(HOUR, 9, { agent: 'other' })] })).toEqual([])
    expect(windowsOf({ entries: [at(6 * HOUR, 9)] })).toEqual([])
  })

  test('says when it will be full, unless it is', () => {
    const past = new PastWindows(blockHours, now)
    for (let day = 20; day > 0; day--)
      past.take(Array.from({ length: 10 }, (_, n) => at(day * DAY - n * 25 * MINUTE, 100)))
    const entries = Array.from({ length: 6 }, (_, n) => at((150 - n * 25) * MINUTE, 100))
    const [window] = windowsOf({ entries, past, tokenLimit: 700 })
    const [early = 0, late = 0] = window?.fullBetween ?? []
    expect(early).toBeGreaterThanOrEqual(now)
    expect(late).toBeLessThanOrEqual(window?.endAt ?? 0)
    expect(window?.projection?.low).toBeGreaterThanOrEqual(600)
    expect(window?.projection?.high).toBeGreaterThanOrEqual(window?.projection?.middle ?? 0)
    expect(windowsOf({ entries, past, tokenLimit: 600 })[0]?.fullBetween).toBeUndefined()
  })

  test('belongs to one account', () => {
    const entries = [at(HOUR, 400), at(HOUR, 100, { profile: 'work' })]
    const readings = [reading({ profile: 'work' })]
    expect(windowsOf({ entries, readings }).map(w => [w.isEstimated, w.tokens])).toEqual([
      [false, 100],
      [true, 400],
    ])
  })
})

describe('the monitor and the report of limits', () => {
  const use = fc.array(
    fc.record({ ago: fc.integer({ min: 0, max: 50 * DAY }), tokens: fc.integer({ min: 1, max: 5000 }) }),
    {
      maxLength: 80,
    },
  )
  const said = fc.array(
    fc.record({
      window: fc.integer({ min: 0, max: 6 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      usedPercent: fc.integer({ min: 0, max: 100 }),
      minutes: fc.constantFrom(299, 300, 10_080),
    }),
    { maxLength: 20 },
  )

  test('say the same of a window at an instant', () => {
    fc.assert(
      fc.property(use, said, fc.constantFrom(undefined, 3000), (uses, levels, tokenLimit) => {
        const entries = uses.map(({ ago, tokens }) => at(ago, tokens)).sort((a, b) => a.entry.at - b.entry.at)
        const readings = levels.map(({ window, share, usedPercent, minutes }): LimitReading => {
          const resetsAt = now + 2 * HOUR - window * minutes * MINUTE
          const startAt = resetsAt - minutes * MINUTE
          return reading({ resetsAt, minutes, usedPercent, at: startAt + share * (Math.min(now, resetsAt) - startAt) })
        })
        const recent = entries.findIndex(({ entry }) => entry.at > now - 8 * DAY)
        const border = recent < 0 ? entries.length : recent
        const past = new PastWindows(blockHours, now)
        past.take(entries.slice(0, border >> 1))
        past.take(entries.slice(border >> 1, border))
        const live = windowsOf({ entries: entries.slice(border), past, readings, tokenLimit })
        const { windows } = limitsPart({ entries, readings, blockHours, tokenLimit, now })
        const running = windows.filter(({ usedPercent, basis }) => basis === 'estimated' || usedPercent !== undefined)
        expect(
          live.map(one => [
            one.minutes,
            one.endAt,
            one.usedPercent,
            one.calls,
            one.saidAt,
            one.fullBetween,
            one.isGuess,
          ]),
        ).toEqual(
          running
            .toSorted((a, b) => (a.minutes ?? 0) - (b.minutes ?? 0) || (a.startAt ?? 0) - (b.startAt ?? 0))
            .map(one => [
              one.minutes,
              one.endAt,
              one.usedPercent,
              one.local?.entries,
              one.basis === 'server' ? one.readAt : undefined,
              (one.usedPercent ?? 0) >= 100 ? undefined : one.projection?.fullBetween,
              one.projection?.isByRate ?? false,
            ]),
        )
        for (const one of live) {
          const own = running.find(({ minutes, endAt }) => minutes === one.minutes && endAt === one.endAt)!
          const { low, middle, high } = own.projection!
          expect(one.isEstimated ? one.projection : one.expectedPercent).toEqual({ low, middle, high })
          if (!one.isEstimated && one.projection)
            expect(one.projection.middle / one.tokens).toBeCloseTo(middle / one.usedPercent!)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a past in parts', () => {
  const uses = fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 0, max: 4 * HOUR }), fc.integer({ min: 0, max: 3 * DAY })),
      tokens: fc.integer({ min: 1, max: 5000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )

  test('knows the fullest window and the running one as the report of blocks does', () => {
    fc.assert(
      fc.property(uses, fc.array(fc.nat(60), { maxLength: 4 }), (list, cuts) => {
        let ago = 0
        const entries = list
          .map(({ gap, tokens }) => {
            ago += gap
            return at(ago, tokens)
          })
          .reverse()
        // The parts are older than any window that runs.
        const old = entries.filter(({ entry }) => entry.at < now - DAY).length
        const borders = [0, ...cuts.map(cut => Math.min(cut, old)).sort((a, b) => a - b)]
        const past = new PastWindows(blockHours, now)
        for (const [n, border] of borders.entries()) if (n > 0) past.take(entries.slice(borders[n - 1], border))
        const [window] = windowsOf({ entries: entries.slice(borders.at(-1)), past })
        const report = blocksReport(entries, {
          now,
          blockHours: 5,
          tokenLimit: 'max',
          active: true,
          recent: false,
          calendar: calendar('UTC'),
          diagnostics: [],
        })
        const [block] = report.rows
        // An account without entries of the last days has no window to show, as long as none runs.
        if (!block || borders.at(-1) === entries.length) return
        expect(window).toMatchObject({ startAt: block.startAt, endAt: block.endAt, calls: block.summary.entries })
        expect(window?.tokenLimit).toBe(report.tokenLimit)
      }),
      { numRuns: 300 },
    )
  })
})
