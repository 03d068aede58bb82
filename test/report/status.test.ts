/** The figures of the status line against the reports they have to agree with. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { usdOf } from '../../src/core/money.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import { blocksReport } from '../../src/report/blocks.ts'
import { periodReport } from '../../src/report/periods.ts'
import { highestWindows, isAnchored, sessionsBefore, statusFigures } from '../../src/report/status.ts'
import { priced } from '../support/entry.ts'

const HOUR = 3_600_000
const now = Date.UTC(2026, 10, 20, 12)
const blockMs = new Map([['claude', 5 * HOUR]])
const request = { now, calendar: calendar('Asia/Kolkata'), blockMs }
const ago = (hours: number, parts: Parameters<typeof priced>[0] = {}) =>
  priced({ at: now - hours * HOUR, output: 10, usd: 1, ...parts })

const figures = (...entries: readonly PricedEntry[]) => statusFigures(entries, request)

describe('today', () => {
  it('is the day of the zone', () => {
    // 12:00 UTC is 17:30 in Kolkata: its day began at 18:30 UTC of the day before.
    const { today, dayStartAt, dayEndAt } = figures(ago(17), ago(18), ago(1))
    expect(today).toEqual({ usd: 2, tokens: 20, unpricedTokens: 0, isLowerBound: false })
    expect([dayStartAt, dayEndAt]).toEqual([now - 17.5 * HOUR, now + 6.5 * HOUR])
  })

  it('says what has no price', () => {
    expect(figures(ago(1, { usd: null })).today).toMatchObject({ usd: 0, tokens: 10, unpricedTokens: 10 })
  })
})

it.each([
  ['a partial response', { isPartial: true }, true],
  ['an unknown count', { quality: { output: 'none' } }, true],
  ['nothing but unknown cache writes', { quality: { cacheCreation: 'none' } }, false],
  ['nothing', {}, false],
] as const)('with %s a sum is, or is not, a lower bound, as in the reports', (_, parts, isLowerBound) => {
  const { today, week, sessions, blocks } = figures(ago(1, { session: 'a', ...parts }), ago(1.5, { session: 'b' }))
  expect([today, week, sessions.a, ...blocks].map(sum => sum?.isLowerBound)).toEqual(Array(4).fill(isLowerBound))
  expect(sessions.b?.isLowerBound).toBe(false)
})

describe('the zone', () => {
  const zoneAt = (timeZone: string, at: string) =>
    statusFigures([], { now: Date.parse(at), calendar: calendar(timeZone), blockMs }).zone

  it('is so far ahead of UTC', () => {
    expect(zoneAt('UTC', '2026-11-20T12:00:00.123Z')).toEqual({ offsetMs: 0 })
    expect(zoneAt('Asia/Kolkata', '2026-11-20T12:00:00.123Z')).toEqual({ offsetMs: 5.5 * HOUR })
  })

  it('changes when its clocks do', () => {
    const change = { offsetMs: -4 * HOUR, changeAt: Date.UTC(2026, 10, 1, 6), laterOffsetMs: -5 * HOUR }
    expect(zoneAt('America/New_York', '2026-10-31T12:00:00.456Z')).toEqual(change)
    expect(zoneAt('America/New_York', '2026-10-29T12:00:00Z')).toEqual({ offsetMs: -4 * HOUR })
    expect(zoneAt('America/New_York', '2026-11-01T06:00:00Z')).toEqual({ offsetMs: -5 * HOUR })
  })
})

describe('a session', () => {
  it('is whole, and says what of it is of today', () => {
    const { sessions } = figures(ago(30, { session: 'a' }), ago(1, { session: 'a' }), ago(60, { session: 'old' }))
    expect(sessions).toMatchObject({
      a: { agent: 'claude', usd: 2, tokens: 20, unpricedTokens: 0, todayUsd: 1, lastAt: now - HOUR },
    })
  })

  it('may have begun before what was loaded', () => {
    const all = [ago(400, { session: 'a', usd: 0.1 }), ago(1, { session: 'a', usd: 0.2 })]
    const before = sessionsBefore(all, now - 100 * HOUR)
    expect(statusFigures(all.slice(1), { ...request, before }).sessions.a).toMatchObject({
      usd: 0.3,
      isLowerBound: false,
    })
    const partial = sessionsBefore([ago(400, { session: 'a', isPartial: true })], now - 100 * HOUR)
    expect(statusFigures(all.slice(1), { ...request, before: partial }).sessions.a?.isLowerBound).toBe(true)
  })

  it('is called what a log calls it', () => {
    const { sessions } = figures(ago(1, { session: '__proto__' }))
    expect(Object.keys(sessions)).toEqual(['__proto__'])
    expect(Object.values(JSON.parse(JSON.stringify(sessions)))).toMatchObject([{ usd: 1 }])
  })
})

describe('how fast it burns', () => {
  it('counts the time that went by', () => {
    const { burn } = figures(ago(0.5, { input: 60, output: 0, cacheRead: 540 }), ago(2))
    expect(burn).toMatchObject({ usdPerHour: 2, tokensPerMinute: 20, tokensPerMinuteForIndicator: 2 })
    expect(burn.bars).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  })

  it('is nothing after an hour of nothing', () => {
    expect(figures(ago(1.5)).burn).toMatchObject({ usdPerHour: 0, tokensPerMinute: 0 })
  })
})

const anyEntry = fc
  .record({
    at: fc.integer({ min: now - 9 * 24 * HOUR, max: now }),
    output: fc.integer({ min: 1, max: 1000 }),
    usd: fc.integer({ min: 0, max: 5_000_000 }).map(micro => micro / 1e6),
    session: fc.constantFrom('a', 'b', 'c'),
    agent: fc.constantFrom('claude', 'codex'),
  })
  .map(parts => priced(parts))

const blocksOptions = { now, blockHours: 5, active: false, recent: false, calendar: request.calendar, diagnostics: [] }

it('agrees with daily and blocks, whatever there is', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 60 }), entries => {
      const { today, blocks } = statusFigures(entries, request)
      const { rows } = periodReport(entries, {
        kind: 'daily',
        projectNames: {},
        byProject: false,
        calendar: request.calendar,
        startOfWeek: 1,
        diagnostics: [],
      })
      const row = rows.find(({ period }) => period === '2026-11-20')
      expect(today.usd).toBe(row ? usdOf(row.summary.cost) : 0)
      expect(today.tokens).toBe(row ? totalTokens(row.summary.tokens) : 0)
      const report = blocksReport(
        entries.filter(({ entry }) => entry.agent === 'claude'),
        blocksOptions,
      )
      const active = report.rows.filter(({ isActive }) => isActive)
      expect(blocks.map(({ startAt, endAt, tokens, usd }) => [startAt, endAt, tokens, usd])).toEqual(
        active.map(({ startAt, endAt, summary }) => [startAt, endAt, totalTokens(summary.tokens), usdOf(summary.cost)]),
      )
      const over = report.rows.filter(({ isActive, isGap, endAt }) => !isActive && !isGap && endAt <= now)
      const most = over.reduce((high, { summary }) => Math.max(high, totalTokens(summary.tokens)), 0)
      expect(highestWindows(entries, request)).toEqual(most > 0 ? { claude: most } : {})
    }),
  )
})

it('from what is anchored, the running window is that of everything', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 40 }), fc.integer({ min: 5, max: 200 }), (entries, hours) => {
      const from = now - hours * HOUR
      const late = entries.filter(({ entry }) => entry.at >= from)
      if (!isAnchored(late, { ...request, from })) return
      expect(statusFigures(late, request).blocks).toEqual(statusFigures(entries, request).blocks)
    }),
    { numRuns: 300 },
  )
})
