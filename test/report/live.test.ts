/** What the monitor shows, folded from responses. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import type { LiveWindow } from '../../src/core/live.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { type LiveOptions, liveData } from '../../src/report/live.ts'
import { SessionsBefore } from '../../src/report/sessions-before.ts'
import { priced } from '../support/entry.ts'

const now = Date.UTC(2026, 10, 20, 12, 30, 20)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const options: LiveOptions = {
  now,
  calendar: calendar('UTC'),
  windows: [],
  ignored: [],
  notes: [],
  troubles: [],
  projectNames: {},
  contextLimitOf: () => undefined,
  toolsOf: () => [],
  sources: 3,
  diagnostics: [],
}

const live = (entries: readonly PricedEntry[], parts: Partial<LiveOptions> = {}) =>
  liveData(entries, { ...options, ...parts })

describe('sums', () => {
  test('are of today in the zone, of the last minute and of each minute', () => {
    const entries = [
      priced({ at: now - 10 * SECOND, output: 5, usd: 0.5 }),
      priced({ at: now - 70 * SECOND, output: 7, usd: 0.25 }),
      priced({ at: now - 13 * HOUR, output: 11, usd: 1 }),
      priced({ at: now - 2 * MINUTE, output: 13, usd: null }),
    ]
    const data = live(entries)
    expect(data.today).toEqual({ calls: 3, tokens: 25, usd: 0.75, unpricedTokens: 13 })
    expect(live(entries, { calendar: calendar('America/New_York') }).today.calls).toBe(3)
    expect(live(entries, { calendar: calendar('Asia/Tokyo') }).today.calls).toBe(4)
    expect(data.lastMinute).toEqual({ calls: 1, tokens: 5, usd: 0.5, unpricedTokens: 0 })
    expect(data.minutes).toHaveLength(60)
    expect(data.minutes.slice(-3).map(minute => minute.tokens)).toEqual([13, 7, 5])
  })

  test('of nothing are zero, and rates too', () => {
    const data = live([])
    expect(data).toMatchObject({ usdPerHour: 0, tokensPerMinute: 0, errors: 0, retries: 0, calls: [], sessions: [] })
    expect(data.cacheHitRate).toBeUndefined()
    expect(data.minutes.every(({ calls }) => calls === 0)).toBe(true)
  })

  test('of the last minute are of the accounts, whatever the project', () => {
    const own = [priced({ at: now - SECOND, output: 5 })]
    const ofAccounts = [...own, priced({ at: now - 2 * SECOND, output: 7, project: '/srv/other' })]
    const data = live(own, { ofAccounts, ignored: ['--project'] })
    expect(data.lastMinute).toMatchObject({ calls: 2, tokens: 12 })
    expect(data.today).toMatchObject({ calls: 1, tokens: 5 })
    expect(data.ignored).toEqual(['--project'])
  })

  test('burn is over the time since the hour’s first response, five minutes at least', () => {
    const burn = (ago: number) => live([priced({ at: now - ago, output: 1200, usd: 2 })])
    expect(burn(30 * MINUTE)).toMatchObject({ burnMinutes: 30, tokensPerMinute: 40, usdPerHour: 4 })
    expect(burn(SECOND)).toMatchObject({ burnMinutes: 5, tokensPerMinute: 240, usdPerHour: 24 })
    expect(live([])).toMatchObject({ burnMinutes: 5, usdPerHour: 0 })
  })

  test('leave out what used nothing', () => {
    expect(live([priced({ at: now - SECOND, usd: 0 })]).calls).toEqual([])
  })

  test('of minutes and sessions are those of the entries', () => {
    const one = fc
      .record({
        ago: fc.integer({ min: 0, max: 6 * HOUR }),
        output: fc.integer({ min: 1, max: 1e6 }),
        session: fc.constantFrom('a', 'b', 'c'),
      })
      .map(({ ago, output, session }) => priced({ at: now - ago, output, session, usd: output / 1e6 }))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), entries => {
        const data = live(entries)
        const tokensOf = (own: readonly PricedEntry[]) => own.reduce((sum, { entry }) => sum + entry.tokens.output, 0)
        const running = Math.floor(now / MINUTE)
        const ofHour = entries.filter(({ entry }) => Math.floor(entry.at / MINUTE) > running - 60)
        expect(data.minutes.reduce((sum, minute) => sum + minute.tokens, 0)).toBe(tokensOf(ofHour))
        for (const session of data.sessions) {
          const own = entries.filter(({ entry }) => entry.session === session.session)
          expect(session.tokens).toBe(tokensOf(own))
          expect(session.calls).toBe(own.length)
          expect(session.lastAt).toBeGreaterThan(now - 5 * HOUR)
        }
        const shown = new Set(data.sessions.map(({ session }) => session))
        for (const { entry } of entries) if (entry.at > now - 5 * HOUR) expect(shown).toContain(entry.session)
        const recent = entries.filter(({ entry }) => entry.at > now - 5 * HOUR)
        expect(data.calls.map(({ at }) => at)).toEqual(recent.map(({ entry }) => entry.at).sort((a, b) => b - a))
      }),
    )
  })
})

describe('a session', () => {
  const at = now - 3 * MINUTE

  test('has the context of its main thread, and a limit that fits what was seen', () => {
    const entries = [
      priced({ at: at - MINUTE, input: 10, cacheRead: 300_000, output: 1 }),
      priced({ at, input: 10, cacheRead: 90_000, cacheCreation: 1000, output: 1, branch: 'main' }),
      priced({ at: at + MINUTE, input: 10, output: 1, isSidechain: true, subagent: 'a1', model: 'claude-haiku-4-5' }),
    ]
    const contextLimitOf = () => 200_000
    expect(live(entries, { contextLimitOf }).sessions[0]).toMatchObject({
      context: 91_010,
      contextLimit: 300_010,
      model: 'claude-opus-4-6',
      branch: 'main',
      calls: 3,
    })
    expect(live(entries.slice(1), { contextLimitOf }).sessions[0]?.contextLimit).toBe(200_000)
    expect(live(entries).sessions[0]?.contextLimit).toBeUndefined()
  })

  test('is active for five minutes, with its rates', () => {
    const [session] = live([
      priced({ at, output: 500, usd: 0.5 }),
      priced({ at: at - HOUR, output: 1, usd: 9 }),
    ]).sessions
    expect(session).toMatchObject({ isActive: true, tokensPerMinute: 100, usdPerHour: 6, usd: 9.5 })
    const [resting] = live([priced({ at: now - 6 * MINUTE, output: 500 })]).sessions
    expect(resting).toMatchObject({ isActive: false, tokensPerMinute: 0, usdPerHour: 0 })
  })

  test('that began a moment ago is not taken for five minutes old, nor for less than one', () => {
    const begun = (ago: number) =>
      live([priced({ at: now - ago, output: 300, usd: 1 }), priced({ at: now, output: 300, usd: 1 })]).sessions[0]
    expect(begun(3 * MINUTE)).toMatchObject({ tokensPerMinute: 200, usdPerHour: 40 })
    expect(begun(2 * SECOND)).toMatchObject({ tokensPerMinute: 600, usdPerHour: 120 })
  })

  test('has what it used before, its beginning too, and no other session has it', () => {
    const before = new SessionsBefore()
    const early = now - 20 * 24 * HOUR
    before.take([
      priced({ at: early, output: 7, cacheRead: 50, usd: 2 }),
      priced({ at: early + HOUR, output: 5, input: 50, usd: null }),
      priced({ at: early, output: 9, usd: 4, session: 's2' }),
      priced({ at: early, output: 9, usd: 4, agent: 'other' }),
      priced({ at: early, output: 9, usd: 4, session: undefined }),
    ])
    const entries = [
      priced({ at: now - MINUTE, output: 100, usd: 1 }),
      priced({ at: now - MINUTE, output: 1, session: undefined }),
    ]
    const sessions = live(entries, { before: one => before.of(one) }).sessions
    expect(sessions.find(({ session }) => session === 's1')).toMatchObject({
      calls: 3,
      tokens: 212,
      usd: 3,
      unpricedTokens: 55,
      firstAt: early,
      cacheHitRate: 0.5,
      tokensPerMinute: 20,
    })
    expect(sessions.find(({ session }) => session === undefined)).toMatchObject({ calls: 1, tokens: 1 })
  })

  test('has its own title, project, errors and retries; two agents may use one id', () => {
    const entries = [priced({ at, output: 1 }), priced({ at: at - 1, output: 1, agent: 'other', project: '/srv/gate' })]
    const note = { agent: 'claude', session: 's1', kind: 'prompt', text: 'Mend the gate' } as const
    const trouble = { agent: 'other', session: 's1', at } as const
    const data = live(entries, {
      notes: [note],
      troubles: [
        { ...trouble, kind: 'retry' },
        { ...trouble, kind: 'limit' },
        { ...trouble, kind: 'error', at: now - 2 * HOUR },
      ],
    })
    expect(data.sessions).toMatchObject([
      { agent: 'claude', title: 'Mend the gate', project: 'app', errors: 0, retries: 0 },
      { agent: 'other', title: undefined, project: 'gate', errors: 2, retries: 1 },
    ])
    // Of the last hour.
    expect(data).toMatchObject({ errors: 1, retries: 1 })
  })

  test('has a cache hit rate', () => {
    expect(live([priced({ at, input: 10, cacheCreation: 15, cacheRead: 75, output: 99 })])).toMatchObject({
      cacheHitRate: 0.75,
      sessions: [{ cacheHitRate: 0.75 }],
    })
    expect(live([priced({ at, output: 99 })]).sessions[0]?.cacheHitRate).toBeUndefined()
  })
})

test('calls are the last hundred, with what is known of them', () => {
  const entries = Array.from({ length: 130 }, (_, n) =>
    priced({ at: now - n * SECOND, output: n + 1, usd: n === 1 ? null : 1 }),
  )
  const { calls } = live(entries, { toolsOf: ({ tokens }) => (tokens.output === 1 ? ['Bash'] : []) })
  expect(calls).toHaveLength(100)
  expect(calls[0]).toMatchObject({ at: now, usd: 1, tools: ['Bash'], tokens: { output: 1 }, isSidechain: false })
  expect(calls[1]?.usd).toBeUndefined()
})

test('calls of another day, that would look like those of this one, are not shown', () => {
  const entries = [-24 * HOUR, -5 * HOUR, -4 * HOUR].map(ago => priced({ at: now + ago, output: 1 }))
  expect(live(entries).calls.map(({ at }) => at)).toEqual([now - 4 * HOUR])
})

test('models are those of the running windows, the dearest first', () => {
  const window: LiveWindow = {
    agent: 'claude',
    minutes: 300,
    startAt: now - HOUR,
    endAt: now + 4 * HOUR,
    isEstimated: true,
    calls: 0,
    tokens: 0,
    usd: 0,
    unpricedTokens: 0,
    usedPercent: undefined,
    basis: undefined,
    saidAt: undefined,
    tokenLimit: undefined,
    projection: undefined,
    fullBetween: undefined,
  }
  const entries = [
    priced({ at: now - MINUTE, output: 5, usd: 1, model: 'small' }),
    priced({ at: now - MINUTE, output: 5, usd: 3, model: 'large' }),
    priced({ at: now - 2 * HOUR, output: 5, usd: 9, model: 'before' }),
    priced({ at: now - MINUTE, output: 5, usd: 9, model: 'of another', agent: 'other' }),
  ]
  expect(live(entries, { windows: [window] }).models.map(({ model }) => model)).toEqual(['large', 'small'])
})
