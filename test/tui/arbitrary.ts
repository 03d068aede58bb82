/** Figures of any kind: absurd numbers, hostile texts, empty and long lists. */
import fc from 'fast-check'
import type { LiveCall, LiveData, LiveSession, LiveSum, LiveWindow } from '../../src/core/live.ts'
import { lists, type State, sorts, startState } from '../../src/tui/state.ts'
import { look } from './sample.ts'

const number = fc.oneof(
  fc.nat({ max: 2_000_000 }),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, -1, 1e21, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
)
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 10, 1), max: Date.UTC(2026, 11, 1) }),
  fc.constantFrom(0, -1, Number.NaN, 8.7e15),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '',
    '__proto__',
    'データ移行',
    '👩‍👩‍👧‍👦 family',
    '\u001b[2J\u001b]0;x\u0007',
    'a\nb\r\tc',
    '\u202eabc',
    'é́́',
    '/home/x/y',
    'C:\\a\\b',
  ),
)
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined })

const sum: fc.Arbitrary<LiveSum> = fc.record({ calls: number, tokens: number, usd: number, unpricedTokens: number })

const session: fc.Arbitrary<LiveSession> = fc.record({
  calls: number,
  tokens: number,
  usd: number,
  unpricedTokens: number,
  agent: text,
  session: maybe(text),
  title: maybe(text),
  project: maybe(text),
  branch: maybe(text),
  model: maybe(text),
  firstAt: moment,
  lastAt: moment,
  isActive: fc.boolean(),
  context: number,
  contextLimit: maybe(number),
  cacheHitRate: maybe(number),
  tokensPerMinute: number,
  usdPerHour: number,
  errors: number,
  retries: number,
})

const call: fc.Arbitrary<LiveCall> = fc.record({
  at: moment,
  agent: text,
  session: maybe(text),
  model: maybe(text),
  tokens: fc.record({
    input: number,
    output: number,
    cacheCreation: number,
    cacheRead: number,
    reasoning: number,
    longCache: number,
  }),
  usd: maybe(number),
  isSidechain: fc.boolean(),
  tools: fc.array(text, { maxLength: 4 }),
})

const range = fc.record({ low: number, middle: number, high: number })
const window: fc.Arbitrary<LiveWindow> = fc.record({
  calls: number,
  tokens: number,
  usd: number,
  unpricedTokens: number,
  agent: text,
  minutes: fc.constantFrom(300, 10_080, 43_200, 7, 0),
  startAt: moment,
  endAt: moment,
  isEstimated: fc.boolean(),
  usedPercent: maybe(number),
  profile: maybe(text),
  limit: maybe(text),
  basis: fc.constantFrom('server', 'given', 'own-highest', undefined),
  saidAt: maybe(moment),
  tokenLimit: maybe(number),
  projection: maybe(range),
  expectedPercent: maybe(range),
  isGuess: fc.boolean(),
  fullBetween: maybe(fc.tuple(moment, moment)),
})

export const anyData: fc.Arbitrary<LiveData> = fc.record({
  now: moment,
  today: sum,
  sessions: fc.array(session, { maxLength: 30 }),
  calls: fc.array(call, { maxLength: 30 }),
  windows: fc.array(window, { maxLength: 12 }),
  minutes: fc.array(sum, { maxLength: 70 }),
  models: fc.array(
    fc.record({ calls: number, tokens: number, usd: number, unpricedTokens: number, model: maybe(text) }),
    { maxLength: 8 },
  ),
  lastMinute: sum,
  cacheHitRate: maybe(number),
  errors: number,
  retries: number,
  usdPerHour: number,
  tokensPerMinute: number,
  burnMinutes: number,
  ignored: fc.subarray(['--project', '--model']),
  sources: number,
  diagnostics: fc.array(
    fc.record({
      code: fc.constantFrom('bad-line' as const, 'unpriced-model' as const),
      args: fc.constant({}),
      count: fc.nat(),
    }),
    { maxLength: 3 },
  ),
})

export const anyLook = fc
  .record({
    color: fc.boolean(),
    noCost: fc.boolean(),
    requestsPerMinute: maybe(fc.nat()),
    tokensPerMinute: maybe(fc.nat()),
  })
  .map(look)

export const anyState: fc.Arbitrary<State> = fc
  .record({
    look: anyLook,
    data: maybe(anyData),
    isPaused: fc.boolean(),
    sort: fc.constantFrom(...sorts),
    isReversed: fc.boolean(),
    filter: fc.oneof(fc.constant(''), fc.string({ maxLength: 3 })),
    isTyping: fc.boolean(),
    list: fc.constantFrom(...lists),
    overlay: fc.constantFrom(undefined, 'help' as const, 'detail' as const),
  })
  .map(parts => ({ ...startState(parts.look), ...parts }))

export const anySize = fc.record({ columns: fc.integer({ min: 0, max: 260 }), rows: fc.integer({ min: 0, max: 80 }) })
