/** Figures for the monitor made by hand: two agents at work, titles in several scripts, a window of each basis. */
import { calendar } from '../../src/core/calendar.ts'
import type { LiveCall, LiveData, LiveSession, LiveSum, LiveWindow } from '../../src/core/live.ts'
import { noTokens } from '../../src/core/tokens.ts'
import type { Look } from '../../src/tui/look.ts'

export const now = Date.UTC(2026, 10, 20, 14, 3, 22)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const zone = calendar('UTC')
const names: Readonly<Record<string, string>> = { ember: 'Ember Code', slate: 'Slate' }

export const look = (parts: Partial<Look> = {}): Look => ({
  color: false,
  noCost: false,
  clock: zone.clock,
  agentName: id => (Object.hasOwn(names, id) ? names[id]! : id),
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
  ...parts,
})

export const sum = (parts: Partial<LiveSum> = {}): LiveSum => ({
  calls: 0,
  tokens: 0,
  usd: 0,
  unpricedTokens: 0,
  ...parts,
})

export const session = (parts: Partial<LiveSession> = {}): LiveSession => ({
  ...sum({ calls: 12, tokens: 340_000, usd: 1.2 }),
  agent: 'ember',
  session: '3f2a9c1e-0000',
  title: 'Fix the parser',
  project: '/home/dev/tokusage',
  branch: 'main',
  model: 'claude-opus-4-6',
  firstAt: now - HOUR,
  lastAt: now - 12_000,
  isActive: true,
  context: 142_000,
  contextLimit: 200_000,
  cacheHitRate: 0.94,
  tokensPerMinute: 12_300,
  usdPerHour: 3.21,
  errors: 0,
  retries: 0,
  ...parts,
})

export const call = (parts: Partial<LiveCall> = {}): LiveCall => ({
  at: now - 12_000,
  agent: 'ember',
  session: '3f2a9c1e-0000',
  model: 'claude-opus-4-6',
  tokens: { ...noTokens, input: 12, output: 830, cacheCreation: 2400, cacheRead: 139_000 },
  usd: 0.12,
  isSidechain: false,
  tools: ['Read', 'Edit'],
  ...parts,
})

export const window = (parts: Partial<LiveWindow> = {}): LiveWindow => ({
  ...sum({ calls: 132, tokens: 2_310_000, usd: 8.21 }),
  agent: 'ember',
  minutes: 300,
  startAt: now - 3 * HOUR - 48 * MINUTE,
  endAt: now + 72 * MINUTE,
  isEstimated: false,
  usedPercent: 54,
  basis: 'server',
  saidAt: now - 2 * MINUTE,
  tokenLimit: undefined,
  projection: { low: 2_800_000, middle: 3_100_000, high: 3_900_000 },
  fullBetween: undefined,
  ...parts,
})

const sessions: readonly LiveSession[] = [
  session(),
  session({
    agent: 'slate',
    session: '019a-77',
    title: 'データベースの移行を直す 🚀 and then clean up the tests',
    project: '/srv/shop',
    model: 'gpt-5.2-codex',
    usd: 4.21,
    tokens: 1_204_000,
    context: 231_000,
    contextLimit: 272_000,
    cacheHitRate: 0.81,
    usdPerHour: 12.4,
    lastAt: now - 3_000,
    errors: 1,
    retries: 3,
  }),
  session({
    session: 'c0ffee',
    title: undefined,
    project: 'client/app',
    model: 'claude-haiku-4-5-20251001',
    usd: 0.004,
    tokens: 22_100,
    context: 18_000,
    isActive: false,
    lastAt: now - 95 * MINUTE,
    usdPerHour: 0,
    tokensPerMinute: 0,
    cacheHitRate: 0.42,
  }),
  session({
    session: 'beef',
    title: 'Try the new local model',
    project: '/home/dev/lab',
    model: 'qwen3-coder:30b',
    usd: 0,
    unpricedTokens: 88_000,
    tokens: 88_000,
    context: 9_400,
    contextLimit: undefined,
    cacheHitRate: undefined,
    isActive: false,
    lastAt: now - 3 * HOUR - 10 * MINUTE,
    usdPerHour: 0,
    tokensPerMinute: 0,
  }),
  session({
    session: 'd00d',
    title: 'Review of the release notes, with a title that is far too long for any list whatever its width may be',
    project: '/home/dev/docs',
    usd: 2.5,
    unpricedTokens: 10,
    context: 196_500,
    isActive: false,
    lastAt: now - 41 * MINUTE,
    usdPerHour: 0.4,
  }),
]

const calls: readonly LiveCall[] = Array.from({ length: 40 }, (_, n) => {
  const of = sessions[[0, 1, 1, 0, 4, 2, 3][n % 7]!]!
  return call({
    at: now - 3_000 - n * 47_000,
    agent: of.agent,
    session: of.session,
    model: of.model,
    usd: of.unpricedTokens === of.tokens ? undefined : 0.01 * (n + 1),
    isSidechain: n % 5 === 3,
    tools: n % 3 === 0 ? [] : n % 3 === 1 ? ['Bash'] : ['Read', 'Edit', 'mcp__browser__take_screenshot'],
  })
})

/** The last hour, with a rest in it. */
const minutes: readonly LiveSum[] = Array.from({ length: 60 }, (_, n) => {
  const isRest = n > 20 && n < 29
  const usd = isRest ? 0 : Math.abs(Math.sin(n * 1.7) * Math.cos(n / 9)) * 0.31
  return sum({ calls: isRest ? 0 : 3, tokens: Math.round(usd * 400_000), usd })
})

export const data = (parts: Partial<LiveData> = {}): LiveData => ({
  now,
  today: sum({ calls: 321, tokens: 4_560_000, usd: 12.34 }),
  sessions,
  calls,
  windows: [
    window(),
    window({
      minutes: 10_080,
      startAt: now - 60 * HOUR,
      endAt: now + 108 * HOUR,
      usedPercent: 83,
      tokens: 48_100_000,
      usd: 158.21,
      projection: { low: 60e6, middle: 71e6, high: 88e6 },
      fullBetween: [now + 40 * HOUR, now + 66 * HOUR],
    }),
    window({
      agent: 'slate',
      usedPercent: 31,
      basis: 'own-highest',
      isEstimated: true,
      saidAt: undefined,
      tokenLimit: 3_400_000,
      tokens: 1_054_000,
      usd: 3.9,
      startAt: now - 40 * MINUTE,
      endAt: now + 260 * MINUTE,
    }),
  ],
  minutes,
  models: [
    { ...sum({ calls: 80, tokens: 2_100_000, usd: 7.1 }), model: 'claude-opus-4-6' },
    { ...sum({ calls: 41, tokens: 1_204_000, usd: 4.21 }), model: 'gpt-5.2-codex' },
    { ...sum({ calls: 9, tokens: 22_100, usd: 0.004 }), model: 'claude-haiku-4-5-20251001' },
    { ...sum({ calls: 4, tokens: 88_000, unpricedTokens: 88_000 }), model: 'qwen3-coder:30b' },
  ],
  lastMinute: sum({ calls: 12, tokens: 342_000, usd: 0.21 }),
  cacheHitRate: 0.92,
  errors: 1,
  retries: 3,
  usdPerHour: 6.42,
  tokensPerMinute: 38_100,
  burnMinutes: 60,
  ignored: [],
  sources: 12,
  diagnostics: [{ code: 'bad-line', args: { path: 'a.jsonl' }, count: 3 }],
  ...parts,
})

/** Before any agent was at work. */
export const idle = (): LiveData =>
  data({
    today: sum(),
    sessions: [],
    calls: [],
    windows: [],
    minutes: Array.from({ length: 60 }, () => sum()),
    models: [],
    lastMinute: sum(),
    cacheHitRate: undefined,
    errors: 0,
    retries: 0,
    usdPerHour: 0,
    tokensPerMinute: 0,
    diagnostics: [],
  })
