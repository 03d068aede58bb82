/** Reports made by hand for the render tests: small enough to add up in one's head. */
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { money } from '../../src/core/money.ts'
import type {
  AgentShare,
  BlocksReport,
  ModelShare,
  PeriodReport,
  PeriodRow,
  SessionBlock,
  SessionDetail,
  SessionReport,
  SessionRow,
} from '../../src/core/report.ts'
import { add, emptySummary, type UsageSummary } from '../../src/core/summary.ts'
import { noTokens, type TokenCounts } from '../../src/core/tokens.ts'
import type { View } from '../../src/render/view.ts'
import { entry } from '../support/entry.ts'

export const view = (parts: Partial<View> = {}): View => ({
  width: 120,
  color: false,
  compact: false,
  noCost: false,
  breakdown: false,
  byAgent: false,
  includeEstimates: false,
  includeUnlogged: false,
  titles: true,
  focused: false,
  clock: at => ({ day: new Date(at).toISOString().slice(0, 10), time: new Date(at).toISOString().slice(11, 16) }),
  agentName: id => ({ ember: 'Ember', slate: 'Slate' })[id] ?? id,
  ...parts,
})

type SummaryParts = Partial<Omit<UsageSummary, 'tokens' | 'cost' | 'estimatedCost'>> &
  Partial<TokenCounts> & { usd?: number; estimatedUsd?: number; from?: string; to?: string }

export const summary = (parts: SummaryParts = {}): UsageSummary => {
  const { input, output, cacheCreation, cacheRead, reasoning, longCache, usd = 0, estimatedUsd = 0, ...rest } = parts
  const given = { input, output, cacheCreation, cacheRead, reasoning, longCache }
  const { from, to, ...sums } = rest
  return {
    ...emptySummary,
    entries: 1,
    inexactEntries: sums.partialOutputs ?? 0,
    ...sums,
    ...(from === undefined ? {} : { firstAt: Date.parse(from) }),
    ...(to === undefined ? {} : { lastAt: Date.parse(to) }),
    tokens: { ...noTokens, ...Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) },
    cost: money(0, Math.round(usd * 1e12)),
    estimatedCost: money(0, Math.round(estimatedUsd * 1e12)),
  }
}

export const share = (model: string | undefined, parts: SummaryParts = {}): ModelShare => ({
  model,
  summary: summary(parts),
})

export const sum = (shares: readonly { readonly summary: UsageSummary }[]): UsageSummary =>
  shares.reduce((total, s) => add(total, s.summary), emptySummary)

export const agent = (id: string, ...models: ModelShare[]): AgentShare => ({ agent: id, models, summary: sum(models) })

export const row = (period: string, agents: readonly AgentShare[], project?: string): PeriodRow => ({
  period,
  project: project === undefined ? undefined : { path: project, name: project.replace(/^.*\//, '') },
  summary: sum(agents),
  models: agents.flatMap(a => a.models),
  agents,
})

/** The shares of one model in several rows, as one. */
const merged = (shares: readonly ModelShare[]): ModelShare[] =>
  [...new Set(shares.map(s => s.model))].map(model => ({
    model,
    summary: sum(shares.filter(s => s.model === model)),
  }))

const base = (
  rows: readonly { models: readonly ModelShare[]; summary: UsageSummary }[],
  agents: readonly string[],
) => ({
  totals: sum(rows),
  models: merged(rows.flatMap(r => r.models)),
  agents,
  timeZone: 'Europe/Berlin',
})

export const periods = (
  rows: readonly PeriodRow[],
  kind: PeriodReport['kind'] = 'daily',
  diagnostics: readonly Diagnostic[] = [],
): PeriodReport => ({
  ...base(rows, [...new Set(rows.flatMap(r => r.agents.map(a => a.agent)))].sort()),
  kind,
  rows,
  diagnostics,
  byProject: rows.some(r => r.project !== undefined),
})

export const session = (parts: Partial<SessionRow> & { models: readonly ModelShare[] }): SessionRow => ({
  agent: 'ember',
  session: 's1',
  title: undefined,
  project: undefined,
  branch: undefined,
  summary: sum(parts.models),
  subagents: emptySummary,
  subagentCount: 0,
  unlogged: undefined,
  ...parts,
})

export const sessions = (rows: readonly SessionRow[], diagnostics: readonly Diagnostic[] = []): SessionReport => ({
  ...base(rows, [...new Set(rows.map(r => r.agent))].sort()),
  kind: 'session',
  rows,
  diagnostics,
})

export const block = (start: string, parts: Partial<SessionBlock> = {}): SessionBlock => ({
  agent: 'ember',
  isGap: false,
  startAt: Date.parse(start),
  endAt: Date.parse(start) + 5 * 3_600_000,
  lastAt: undefined,
  isActive: false,
  summary: sum(parts.models ?? []),
  models: [],
  burnRate: undefined,
  projection: undefined,
  limit: undefined,
  ...parts,
})

export const blocks = (rows: readonly SessionBlock[], now: string, tokenLimit?: number): BlocksReport => ({
  ...base(rows, [...new Set(rows.map(r => r.agent))].sort()),
  kind: 'blocks',
  rows,
  diagnostics: [],
  now: Date.parse(now),
  blockHours: 5,
  tokenLimit,
})

const OPUS = 'claude-opus-4-6'
const HAIKU = 'claude-haiku-4-5-20251001'

export const badLines: Diagnostic[] = [
  { code: 'bad-line', args: { path: '/logs/a.jsonl', lines: '7, 9, 12' }, count: 3 },
  { code: 'missing-root', args: { path: '/gone', variable: 'EMBER_HOME' }, count: 1 },
]

/** Three days, one agent; the third has a partial output and tokens without a price. */
export const daily = periods(
  [
    row('2026-03-01', [
      agent(
        'ember',
        share(OPUS, {
          entries: 40,
          input: 12_345,
          output: 98_765,
          cacheCreation: 456_789,
          cacheRead: 12_345_678,
          usd: 23.45,
        }),
        share(HAIKU, {
          entries: 12,
          input: 1_000,
          output: 2_000,
          cacheCreation: 30_000,
          cacheRead: 400_000,
          usd: 0.12,
        }),
      ),
    ]),
    row('2026-03-02', [
      agent(
        'ember',
        share(OPUS, { entries: 9, input: 655, output: 11_235, cacheCreation: 43_211, cacheRead: 654_322, usd: 4.1 }),
      ),
    ]),
    row('2026-03-03', [
      agent(
        'ember',
        share('claude-sonnet-4-5', {
          entries: 90,
          input: 86_000,
          output: 287_000,
          cacheCreation: 470_000,
          cacheRead: 40_600_000,
          partialOutputs: 2,
          estimatedTokens: 1_500,
          estimatedUsd: 0.02,
          usd: 47.33,
        }),
        share('acme/model-x', { entries: 3, input: 10_000, output: 2_345, unpricedTokens: 12_345 }),
      ),
    ]),
  ],
  'daily',
  badLines,
)

/** One day of two agents. */
export const mixed = periods([
  row('2026-03-01', [
    agent('ember', share(OPUS, { input: 1_000, output: 2_000, usd: 1.5 })),
    agent('slate', share('gpt-5.4', { input: 30_000, output: 4_000, usd: 0.25 })),
  ]),
  row('2026-03-02', [agent('slate', share('gpt-5.4', { input: 500, output: 60, usd: 0.01 }))]),
])

/** Two projects on the same two days, interleaved as they come. */
export const byProject = periods([
  row('2026-03-01', [agent('ember', share(OPUS, { input: 1_000, output: 200, usd: 1 }))], '/home/dev/shop'),
  row('2026-03-01', [agent('ember', share(OPUS, { input: 2_000, output: 300, usd: 2 }))], '/home/dev/blog'),
  row('2026-03-02', [agent('ember', share(OPUS, { input: 4_000, output: 400, usd: 4 }))], '/home/dev/shop'),
])

export const IDS = [
  '4f0c8b1e-57d2-4c39-9a01-6d1f1f0a7b11',
  '9b7d2a60-0d0e-4a53-8f6f-1c2e3d4f5a6b',
  'c1a5e7d9-3b3f-4e0c-a2b4-77e8f9a0b1c2',
]

export const bySession = sessions(
  [
    session({
      session: IDS[0],
      title: 'Fix the flaky login test',
      project: { path: '/home/dev/shop', name: 'shop' },
      branch: 'main',
      models: [
        share(OPUS, {
          entries: 30,
          input: 4_000,
          output: 50_000,
          cacheCreation: 300_000,
          cacheRead: 7_654_321,
          usd: 18.2,
          from: '2026-03-01T09:00:00Z',
          to: '2026-03-01T12:12:00Z',
        }),
        share(HAIKU, {
          entries: 10,
          input: 800,
          output: 1_800,
          cacheCreation: 20_000,
          cacheRead: 300_000,
          usd: 0.1,
          from: '2026-03-01T09:10:00Z',
          to: '2026-03-01T11:00:00Z',
        }),
      ],
      subagents: summary({
        entries: 10,
        input: 800,
        output: 21_800,
        cacheCreation: 120_000,
        cacheRead: 1_300_000,
        usd: 7.686,
      }),
      subagentCount: 3,
      unlogged: { tokens: 15_230, usd: 0.06 },
    }),
    session({
      session: IDS[1],
      title: 'Übersetze die Startseite nach 日本語 und 한국어 🎌',
      project: { path: '/home/dev/blog', name: 'blog' },
      models: [
        share('claude-sonnet-4-5', {
          entries: 5,
          input: 900,
          output: 9_000,
          cacheCreation: 10_000,
          cacheRead: 80_000,
          partialOutputs: 1,
          usd: 0.5,
          from: '2026-03-02T20:00:00Z',
          to: '2026-03-02T20:45:00Z',
        }),
      ],
    }),
    session({
      session: IDS[2],
      models: [
        share('acme/model-x', {
          input: 70,
          output: 7,
          unpricedTokens: 77,
          from: '2026-03-03T08:00:00Z',
          to: '2026-03-03T08:00:00Z',
        }),
      ],
    }),
  ],
  badLines.slice(0, 1),
)

export const inBlocks = blocks(
  [
    block('2026-03-01T09:00:00Z', {
      lastAt: Date.parse('2026-03-01T12:12:00Z'),
      models: [
        share(OPUS, {
          entries: 30,
          input: 4_000,
          output: 50_000,
          cacheCreation: 300_000,
          cacheRead: 7_646_000,
          usd: 18.2,
        }),
        share(HAIKU, { entries: 2, input: 100, output: 100, usd: 0.01 }),
      ],
    }),
    block('2026-03-01T14:00:00Z', { isGap: true, endAt: Date.parse('2026-03-04T20:00:00Z') }),
    block('2026-03-04T20:00:00Z', {
      isActive: true,
      lastAt: Date.parse('2026-03-04T21:10:00Z'),
      models: [
        share(OPUS, { entries: 9, input: 1_600, output: 10_000, cacheCreation: 50_000, cacheRead: 300_000, usd: 4.12 }),
      ],
      burnRate: { tokensPerMinute: 4821.3, tokensPerMinuteForIndicator: 154.7, usdPerHour: 3.296 },
      projection: { totalTokens: 1_446_400, totalUsd: 16.48, remainingMinutes: 225 },
      limit: { limit: 8_000_000, projectedUsage: 1_446_400, percentUsed: 18.08, status: 'ok' },
    }),
  ],
  '2026-03-04T21:15:00Z',
  8_000_000,
)

const threads: SessionDetail['threads'] = [
  {
    subagent: undefined,
    type: undefined,
    description: undefined,
    summary: summary({
      entries: 2,
      input: 512,
      output: 2_690,
      cacheCreation: 18_000,
      cacheRead: 150_000,
      usd: 0.12,
      unpricedTokens: 152_845,
    }),
    models: [
      share(OPUS, { input: 12, output: 345, cacheCreation: 18_000, usd: 0.12 }),
      share('acme/model-x', { input: 500, output: 2_345, cacheRead: 150_000, unpricedTokens: 152_845 }),
    ],
  },
  {
    subagent: 'a1',
    type: 'Explore',
    description: 'Find the login test',
    summary: summary({ entries: 1, input: 1_800, output: 45, partialOutputs: 1, usd: 0.002 }),
    models: [share(HAIKU, { input: 1_800, output: 45, partialOutputs: 1, usd: 0.002 })],
  },
]

const detailSpan = { firstAt: Date.parse('2026-03-01T09:00:00Z'), lastAt: Date.parse('2026-03-02T00:10:00Z') }

export const detail: SessionDetail = {
  kind: 'session-detail',
  row: {
    ...bySession.rows[0]!,
    summary: { ...sum(threads), ...detailSpan },
    models: merged(threads.flatMap(t => t.models)),
    subagents: threads[1]!.summary,
    subagentCount: 1,
  },
  calls: [
    {
      entry: entry({
        at: '2026-03-01T09:00:00Z',
        model: OPUS,
        session: IDS[0]!,
        input: 12,
        output: 345,
        cacheCreation: 18_000,
      }),
      cost: { pico: 12e10, basis: 'calculated', estimatePico: 0 },
      context: 18_012,
    },
    {
      entry: entry({
        at: '2026-03-01T09:04:00Z',
        model: HAIKU,
        session: IDS[0]!,
        subagent: 'a1',
        isSidechain: true,
        input: 1_800,
        output: 45,
        isPartial: true,
      }),
      cost: { pico: 2e9, basis: 'calculated', estimatePico: 0 },
      context: 1_800,
    },
    {
      entry: entry({
        at: '2026-03-02T00:10:00Z',
        model: 'acme/model-x',
        session: IDS[0]!,
        input: 500,
        output: 2_345,
        cacheRead: 150_000,
      }),
      cost: { pico: 0, basis: 'missing', estimatePico: 0 },
      context: 150_500,
    },
  ],
  threads,
  total: { key: 'p1', usd: 0.2, models: [{ model: OPUS, tokens: { ...noTokens, input: 5 }, usd: 0.2 }] },
  diagnostics: [],
  timeZone: 'Europe/Berlin',
}

export const nothing = { daily: periods([]), session: sessions([]), blocks: blocks([], '2026-03-04T21:15:00Z') }
