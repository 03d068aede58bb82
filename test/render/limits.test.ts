/** The screens of limits at 80 columns, and their JSON against its schema. */
import { describe, expect, test } from 'vitest'
import type { EstimatedWindow, LimitsReport, LocalSum, PointUse, ServerWindow } from '../../src/core/limits.ts'
import { money } from '../../src/core/money.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { type LimitsView, renderLimits } from '../../src/render/limits.ts'
import { limitsJson } from '../../src/render/limits-json.ts'
import { widthOf } from '../../src/render/width.ts'
import { badLines, view as plainView } from './sample.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 10, 20, 12)

const view = (parts: Partial<LimitsView> = {}): LimitsView => ({
  ...plainView({ width: 80 }),
  limit: undefined,
  ...parts,
})

const local = (tokens: number, usd: number, unpricedTokens = 0): LocalSum => ({
  entries: Math.ceil(tokens / 10_000),
  tokens,
  cost: money(0, usd * 1e12),
  unpricedTokens,
})

const server = (parts: Partial<ServerWindow> = {}): ServerWindow => ({
  basis: 'server',
  agent: 'ember',
  profile: undefined,
  limit: undefined,
  plan: 'plus',
  minutes: 300,
  startAt: NOW - 170 * MINUTE,
  endAt: NOW + 130 * MINUTE,
  usedPercent: 42,
  elapsedPercent: 56.7,
  pace: -14.7,
  local: local(1_234_567, 3.4),
  projection: {
    unit: 'points',
    low: 42,
    middle: 61.2,
    high: 83.9,
    windows: 23,
    isByRate: false,
    isConverted: false,
    fullBetween: undefined,
  },
  readAt: NOW - 3 * MINUTE,
  readPercent: 42,
  isReset: false,
  unexplained: 0,
  isByPrice: true,
  ...parts,
})

const estimated = (parts: Partial<EstimatedWindow> = {}): EstimatedWindow => ({
  basis: 'estimated',
  agent: 'slate',
  profile: undefined,
  minutes: 300,
  startAt: NOW - 2 * HOUR,
  endAt: NOW + 3 * HOUR,
  usedPercent: 31.4,
  elapsedPercent: 40,
  pace: -8.6,
  local: local(3_876_543, 4.2),
  projection: {
    unit: 'tokens',
    low: 3_876_543,
    middle: 5_100_000,
    high: 9_876_543,
    windows: 14,
    isByRate: false,
    isConverted: false,
    fullBetween: undefined,
  },
  tokenLimit: 12_345_678,
  limitBasis: 'own-highest',
  ...parts,
})

const use: PointUse = {
  agent: 'ember',
  profile: undefined,
  limit: undefined,
  minutes: 300,
  startAt: NOW - 170 * MINUTE,
  endAt: NOW + 130 * MINUTE,
  readAt: NOW - 3 * MINUTE,
  points: 42_000_000,
  unexplained: 2_000_000,
  isByPrice: true,
  local: { ...local(1_345_678, 3.1, 234_567), entries: 136 },
  sinceRise: { ...local(111_111, 0.1), entries: 12 },
  weight: 'cost',
  readings: 12,
  sessions: [
    {
      session: 's1',
      title: 'Fix the login',
      project: 'app',
      firstAt: NOW - 2 * HOUR,
      lastAt: NOW - HOUR,
      points: 39_976_543,
      local: local(1_000_000, 3),
    },
    {
      session: 's2',
      title: undefined,
      project: undefined,
      firstAt: NOW - HOUR,
      lastAt: NOW - HOUR,
      points: 23_457,
      local: local(234_567, 0, 234_567),
    },
  ],
  turns: [
    { session: 's1', at: NOW - 2 * HOUR, title: 'why does it log out', points: 39_976_543, local: local(1_000_000, 3) },
    { session: 's2', at: NOW - HOUR, title: undefined, points: 23_457, local: local(234_567, 0, 234_567) },
  ],
}

const report = (parts: Partial<LimitsReport> = {}): LimitsReport => ({
  kind: 'limits',
  now: NOW,
  windows: [server()],
  sliding: [],
  uses: undefined,
  ignored: [],
  diagnostics: [],
  timeZone: 'UTC',
  ...parts,
})

const week = server({
  minutes: 10_080,
  startAt: NOW - 72 * HOUR,
  endAt: NOW + 96 * HOUR,
  usedPercent: 71,
  elapsedPercent: 42.9,
  pace: 28.1,
  local: local(40_000_000, 61.5, 1_000),
  readPercent: 71,
  unexplained: 4,
  isByPrice: false,
  projection: {
    unit: 'points',
    low: 80,
    middle: 118,
    high: 150,
    windows: 4,
    isByRate: false,
    isConverted: true,
    fullBetween: [NOW + 30 * HOUR, NOW + 50 * HOUR],
  },
})

const sliding = [
  {
    agent: 'ember',
    profile: undefined,
    minutes: 300,
    tokens: 1_234_567,
    nextAt: NOW + 23 * MINUTE,
    nextTokens: 15_000,
  },
]

const screens = {
  server: report({ windows: [server(), week, server({ agent: 'slate', plan: undefined, profile: 'work' })], sliding }),
  estimated: report({ windows: [estimated()], sliding: [{ ...sliding[0]!, agent: 'slate' }] }),
  reset: report({
    windows: [
      server({
        endAt: NOW - 3 * HOUR,
        isReset: true,
        usedPercent: undefined,
        elapsedPercent: undefined,
        pace: undefined,
        projection: undefined,
        readAt: NOW - 4 * HOUR,
        readPercent: 88,
      }),
    ],
  }),
  why: report({ uses: [use] }),
  empty: report({ windows: [] }),
}

describe('at 80 columns', () => {
  test("servers' windows of two agents", () => {
    expect(`\n${renderLimits(screens.server, view())}\n`).toBe(`
Limits · 2026-11-20 12:00 · UTC · API-equivalent cost, not a bill

Ember
  5 hours, as the server says, plan plus
    ████████░░░░░░░░░░░░  42% used, resets 14:10, in 2h 10m
    ███████████░░░░░░░░░  57% of the time; pace −15 points: behind the clock
    At its end about 61%, 9 in 10 below 84%; by 23 past windows
    42% since 11:57, 3m ago; 1.23M tokens, $3.40 in local logs
  7 days, as the server says, plan plus
    ██████████████░░░░░░  71% used, resets 11-24 12:00, in 4d
    █████████░░░░░░░░░░░  43% of the time; pace +28 points: ahead of the clock
    Expected to be full between 11-21 18:00 and 11-22 14:00; by 4 past windows
    of local logs
    71% since 11:57, 3m ago; 40.0M tokens, ≥ $61.50 in local logs; at least 4
    points not in local logs
  in 23m 15,000 of 1,234,567 tokens leave the last 5 hours

Slate (work)
  5 hours, as the server says
    ████████░░░░░░░░░░░░  42% used, resets 14:10, in 2h 10m
    ███████████░░░░░░░░░  57% of the time; pace −15 points: behind the clock
    At its end about 61%, 9 in 10 below 84%; by 23 past windows
    42% since 11:57, 3m ago; 1.23M tokens, $3.40 in local logs

What leaves the last hours or days is a view that slides; a server's window
  does not: all of it frees at its reset.
`)
  })

  test('an estimate alone', () => {
    expect(`\n${renderLimits(screens.estimated, view())}\n`).toBe(`
Limits · 2026-11-20 12:00 · UTC · API-equivalent cost, not a bill

Slate
  5 hours, estimated from local logs
    ██████░░░░░░░░░░░░░░  31% of your own highest window (12,345,678 tokens)
    ████████░░░░░░░░░░░░  40% of the time; pace −9 points: behind the clock
    Ends about 15:00, in 3h; 3.88M tokens, $4.20
    At its end about 5.10M tokens, 9 in 10 below 9.88M tokens; by 14 past
    windows
  in 23m 15,000 of 1,234,567 tokens leave the last 5 hours
`)
  })

  test('a reset that has passed', () => {
    expect(`\n${renderLimits(screens.reset, view())}\n`).toBe(`
Limits · 2026-11-20 12:00 · UTC · API-equivalent cost, not a bill

Ember
  5 hours, as the server says, plan plus
    ░░░░░░░░░░░░░░░░░░░░  reset 09:00, 3h ago: 0% at best, unknown since
    Before that 88% since 08:00, 4h ago
`)
  })

  test('--why', () => {
    expect(`\n${renderLimits(screens.why, view())}\n`).toBe(`
Limits · 2026-11-20 12:00 · UTC · API-equivalent cost, not a bill

Ember
  5 hours, as the server says, plan plus
    ████████░░░░░░░░░░░░  42% used, resets 14:10, in 2h 10m
    ███████████░░░░░░░░░  57% of the time; pace −15 points: behind the clock
    At its end about 61%, 9 in 10 below 84%; by 23 past windows
    42% since 11:57, 3m ago; 1.23M tokens, $3.40 in local logs

What used the points: Ember, 5 hours, 09:10 to 14:10
From 12 readings: each rise is shared over the responses since the one before,
by cost – up to what a point usually takes; the rest is not in local logs.

Points  Session                            Project  Responses  Tokens     Cost
──────────────────────────────────────────────────────────────────────────────
  40.0  Fix the login                      app            100   1.00M    $3.00
  <0.1  s2                                                 24    235K        –
   2.0  not in local logs
     –  since the last rise, no point yet                  12    111K    $0.10
──────────────────────────────────────────────────────────────────────────────
  42.0  all of the window                                 136   1.35M  ≥ $3.10

Points  Turn                 At     Responses  Tokens   Cost
────────────────────────────────────────────────────────────
  40.0  why does it log out  10:00        100   1.00M  $3.00
  <0.1  of s2                11:00         24    235K      –
`)
  })

  test('nothing known', () => {
    expect(`\n${renderLimits(screens.empty, view())}\n`).toBe(`
Limits · 2026-11-20 12:00 · UTC · API-equivalent cost, not a bill

No limit is known, and no window runs.
Logs of some agents hold what the server said; others say it to their status
line: 'tokusage statusline --install' keeps it.
`)
  })
})

describe('every screen', () => {
  test.each([60, 80, 120])('stays within %i columns', width => {
    for (const one of Object.values(screens))
      for (const line of renderLimits(one, view({ width })).split('\n'))
        expect(widthOf(line)).toBeLessThanOrEqual(width)
  })

  test('without cost has no money', () => {
    for (const one of Object.values(screens)) expect(renderLimits(one, view({ noCost: true }))).not.toMatch(/\$|cost,/)
  })

  test('says with colours what it says without', () => {
    for (const one of Object.values(screens))
      expect(renderLimits(one, view({ color: true })).replace(/\x1b\[\d+m/g, '')).toBe(renderLimits(one, view()))
  })

  test('holds no control character of a log', () => {
    const hostile = 'a\x1b[2Jb\u202ec\nd'
    const [session, ...others] = use.sessions
    const text = renderLimits(
      report({
        windows: [server({ plan: hostile, limit: hostile, profile: hostile, agent: hostile })],
        uses: [{ ...use, limit: hostile, sessions: [{ ...session!, title: hostile, project: hostile }, ...others] }],
      }),
      view(),
    )
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/)
  })
})

describe('a window', () => {
  const text = (parts: Partial<ServerWindow>) => renderLimits(report({ windows: [server(parts)] }), view())

  test('that is full says so and predicts nothing', () => {
    const full = text({ usedPercent: 100, readPercent: 100 })
    expect(full).toContain('Full: nothing is left of it')
    expect(full).not.toContain('At its end')
  })

  test('does not read as full before it is', () => {
    expect(text({ usedPercent: 99.96 })).toContain('99% used')
  })

  test('has percentages that add up: its pace is the difference of those shown', () => {
    const lines = text({ usedPercent: 10.4, elapsedPercent: 77.5, pace: -67.1 })
    expect(lines).toContain('10% used')
    expect(lines).toContain('78% of the time; pace −68 points')
    expect(text({ usedPercent: 10.5, elapsedPercent: 10.6 })).toContain('11% of the time; pace ±0')
  })

  test('tells points used elsewhere as far as they are known', () => {
    expect(text({ unexplained: 6.9 })).toContain('about 6.9 points\n    not in local logs')
    expect(text({ unexplained: 6.9, isByPrice: false })).toContain('at least 6.9\n    points not in local logs')
    expect(text({ unexplained: undefined })).not.toMatch(/points\s+not in/)
  })

  test('without a reset says neither when it resets nor what local logs hold of it', () => {
    const parts = { startAt: undefined, endAt: undefined, elapsedPercent: undefined, projection: undefined }
    const lines = text({ ...parts, local: undefined, unexplained: undefined })
    expect(lines).toContain('42% used\n    42% since 11:57, 3m ago')
    expect(lines).not.toMatch(/local logs|resets/)
    const over = text({ ...parts, local: undefined, usedPercent: undefined, isReset: true })
    expect(over).toContain('reset since: 0% at best, unknown since\n    Before that 42% since 11:57')
  })

  test('shows a little use as a little bar', () => {
    expect(text({ usedPercent: 0.4 })).toContain(`█${'░'.repeat(19)}  <1% used`)
    expect(text({ usedPercent: 0 })).toContain(`${'░'.repeat(20)}  0% used`)
  })

  test('without past windows says what its prediction is worth', () => {
    const projection = { ...server().projection!, windows: 0, isByRate: true }
    expect(text({ projection })).toContain('a guess from the recent rate, for\n    no past window is known')
  })

  test('of spending has no time', () => {
    const spending = text({
      minutes: undefined,
      startAt: undefined,
      elapsedPercent: undefined,
      pace: undefined,
      local: undefined,
    })
    expect(spending).toContain('Spending, as the server says')
    expect(spending).not.toMatch(/of the time|local logs/)
  })

  test('that was given a limit names the flag', () => {
    const given = estimated({
      limitBasis: 'given',
      projection: { ...estimated().projection!, fullBetween: [NOW, NOW] },
    })
    const lines = renderLimits(report({ windows: [given] }), view())
    expect(lines).toContain('31% of --token-limit (12,345,678 tokens)')
    expect(lines).toContain('Expected to reach --token-limit at 12:00')
    const past = renderLimits(report({ windows: [{ ...given, usedPercent: 106 }] }), view())
    expect(past).toContain('Past --token-limit')
    expect(past).not.toContain('Expected to reach')
  })
})

describe('--why', () => {
  test('shows as many rows as asked for, and the points of the others', () => {
    const lines = renderLimits(report({ uses: [use] }), view({ limit: 1 })).split('\n')
    expect(lines.filter(line => /^ +<0\.1 +1 more (session +24 +235K|turn +24 +235K) +–$/.test(line))).toHaveLength(2)
  })

  test('leaves out what came since the last rise where nothing did', () => {
    const one = { ...use, sinceRise: local(0, 0) }
    expect(renderLimits(report({ uses: [one] }), view())).not.toContain('since the last rise')
  })

  test('says where shares are the most that can be', () => {
    const lines = renderLimits(report({ uses: [{ ...use, isByPrice: false }] }), view()).replace(/\n/g, ' ')
    expect(lines).toContain('so these are up to: what was used elsewhere meanwhile is in them')
    expect(lines).not.toContain('the rest is not in local logs')
  })

  test('says how it shares where prices are missing', () => {
    expect(renderLimits(report({ uses: [{ ...use, weight: 'tokens' }] }), view())).toContain('cache write 1.25')
  })

  test('hides titles on demand', () => {
    const text = renderLimits(screens.why, view({ titles: false }))
    expect(text).not.toMatch(/Fix the login|why does it/)
    expect(JSON.stringify(limitsJson(screens.why, view({ titles: false })))).not.toMatch(/Fix the login|why does it/)
  })
})

test('filters that do not apply are named', () => {
  expect(renderLimits(report({ ignored: ['--project'] }), view())).toContain('so --project does not apply')
  expect(renderLimits(report({ ignored: ['--project', '--model'] }), view())).toContain('--project and --model do not')
})

test('what was odd in the data is told', () => {
  expect(renderLimits(report({ diagnostics: badLines }), view())).not.toBe(renderLimits(report(), view()))
})

describe('as JSON', () => {
  const read = (one: LimitsReport, parts: Partial<LimitsView> = {}): unknown =>
    JSON.parse(JSON.stringify(limitsJson(one, view(parts))))

  test.each(Object.entries(screens))('%s keeps what the schema promises', (_name, one) => {
    for (const parts of [{}, { noCost: true }, { titles: false }])
      expect(reportSchemas.limits.safeParse(read(one, parts)).error?.issues).toBeUndefined()
  })

  test('an unknown percentage is null, an empty answer has the same shape', () => {
    expect(read(screens.reset)).toMatchObject({ limits: [{ usedPercent: null, readPercent: 88, isReset: true }] })
    expect(read(screens.empty)).toMatchObject({ limits: [], sliding: [], diagnostics: [] })
  })

  test('what is not known of a window is null, never 0', () => {
    const one = report({ windows: [server({ startAt: undefined, local: undefined, unexplained: undefined })] })
    const unknown = { entries: null, totalTokens: null, totalCost: null, unexplainedPoints: null, unexplainedIs: null }
    expect(read(one)).toMatchObject({ limits: [unknown] })
    for (const parts of [{}, { noCost: true }])
      expect(reportSchemas.limits.safeParse(read(one, parts)).error?.issues).toBeUndefined()
    expect(JSON.stringify(read(one, { noCost: true }))).not.toContain('totalCost')
  })

  test('says what stands behind points that are not in local logs', () => {
    expect(read(screens.server)).toMatchObject({
      limits: [{ unexplainedIs: 'by-usual-price' }, { unexplainedIs: 'at-least' }, {}],
    })
    expect(read(screens.why)).toMatchObject({
      why: [{ unexplainedIs: 'by-usual-price', sinceLastRise: { entries: 12 } }],
    })
  })

  test('points of sessions and what is unexplained add up', () => {
    expect(read(screens.why)).toMatchObject({
      why: [{ points: 42, unexplainedPoints: 2, sessions: [{ points: 39.976543 }, { points: 0.023457 }] }],
    })
  })
})
