import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { reportJson, sessionDetailJson } from '../../src/render/json.ts'
import { slugOf } from '../../src/render/json-parts.ts'
import { type JsonKind, reportJsonSchema, reportSchemas } from '../../src/render/json-schema.ts'
import type { View } from '../../src/render/view.ts'
import {
  agent,
  block,
  blocks,
  byProject,
  bySession,
  daily,
  detail,
  IDS,
  inBlocks,
  mixed,
  nothing,
  periods,
  row,
  session,
  sessions,
  share,
  view,
} from './sample.ts'

const reports: readonly (readonly [JsonKind, Report, Report, Partial<View>])[] = [
  ['daily', daily, nothing.daily, {}],
  ['weekly', periods(daily.rows, 'weekly'), periods([], 'weekly'), {}],
  ['monthly', periods([row('2026-03', daily.rows[0]!.agents)], 'monthly'), periods([], 'monthly'), {}],
  ['session', bySession, nothing.session, {}],
  ['sessions', bySession, nothing.session, { focused: true }],
  ['blocks', inBlocks, nothing.blocks, {}],
]

/** As a reader gets it: only what survives `JSON.stringify`. */
const read = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value))

const keysOf = (value: unknown): string[] =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([key, inner]) => [...(Array.isArray(value) ? [] : [key]), ...keysOf(inner)])
    : []

describe.each(reports)('%s', (kind, full, empty, parts) => {
  const variants: Partial<View>[] = [
    {},
    { byAgent: true },
    { includeEstimates: true },
    { titles: false },
    { noCost: true, includeEstimates: true, byAgent: true },
  ]

  it('keeps its promise, full and empty, with every option', () => {
    for (const variant of variants)
      for (const report of [full, empty]) {
        const result = reportSchemas[kind].safeParse(read(reportJson(report, view({ ...parts, ...variant }))))
        expect(result.error?.issues ?? []).toEqual([])
      }
  })

  it('has the same shape when empty', () => {
    const some = read(reportJson(full, view(parts)))
    const none = read(reportJson(empty, view(parts)))
    expect(Object.keys(none)).toEqual(Object.keys(some))
    expect(Object.keys(none.totals ?? {})).toEqual(Object.keys(some.totals ?? {}))
    expect(none[kind]).toEqual([])
    expect(none.totals).toMatchObject({ inputTokens: 0, totalTokens: 0, totalCost: 0, unpricedModels: [] })
  })

  it('has no key of money without cost, and some with it', () => {
    const money = (v: View): string[] => keysOf(read(reportJson(full, v))).filter(key => /cost|usd/i.test(key))
    expect(money(view({ ...parts, noCost: true, byAgent: true, includeEstimates: true }))).toEqual([])
    expect(money(view(parts)).length).toBeGreaterThan(1)
  })

  it('publishes a JSON Schema that later keys do not break', () => {
    const schema = JSON.stringify(reportJsonSchema(kind))
    expect(schema).toContain('"schemaVersion"')
    expect(schema).not.toContain('"additionalProperties":false')
  })
})

const usage = {
  inputTokens: 655,
  outputTokens: 11_235,
  cacheCreationTokens: 43_211,
  cacheReadTokens: 654_322,
  totalTokens: 709_423,
}
const details = { cacheCreation1hTokens: 0, reasoningTokens: 0 }

it('a day carries the keys of both generations', () => {
  const { daily: rows } = read(reportJson(daily, view()))
  expect(rows).toHaveProperty('1', {
    date: '2026-03-02',
    period: '2026-03-02',
    agent: 'all',
    ...usage,
    ...details,
    totalCost: 4.1,
    entries: 9,
    webSearchRequests: 0,
    unpricedTokens: 0,
    partialOutputCount: 0,
    inexactEntries: 0,
    modelsUsed: ['claude-opus-4-6'],
    modelBreakdowns: [{ modelName: 'claude-opus-4-6', ...usage, ...details, cost: 4.1 }],
    metadata: { agents: ['ember'] },
  })
  expect(read(reportJson(daily, view({ focused: true })))).toHaveProperty('daily.0.agent', 'ember')
  expect(read(reportJson(periods(daily.rows, 'weekly'), view()))).toHaveProperty('weekly.0.week', '2026-03-01')
})

it('totals say what they lack', () => {
  const totals = {
    inputTokens: 110_000,
    outputTokens: 401_345,
    totalTokens: 55_511_345,
    totalCost: 75,
    entries: 154,
    unpricedTokens: 12_345,
    unpricedModels: ['acme/model-x'],
    partialOutputCount: 2,
    inexactEntries: 2,
  }
  expect(read(reportJson(daily, view())).totals).toMatchObject(totals)
  expect(read(reportJson(daily, view())).totals).not.toHaveProperty('estimatedTokens')
  expect(read(reportJson(daily, view({ includeEstimates: true }))).totals).toMatchObject({
    ...totals,
    estimatedTokens: 1_500,
    estimatedCost: 0.02,
  })
  expect(read(reportJson(daily, view()))).toHaveProperty('daily.2.modelBreakdowns.1.missingPricing', true)
})

it('diagnostics come as data and as a sentence', () => {
  expect(read(reportJson(daily, view())).diagnostics).toEqual([
    {
      code: 'bad-line',
      args: { path: '/logs/a.jsonl', lines: '7, 9, 12' },
      count: 3,
      message: '3 lines in /logs/a.jsonl:7, 9, 12 could not be read as JSON and were skipped.',
    },
    {
      code: 'missing-root',
      args: { path: '/gone', variable: 'EMBER_HOME' },
      count: 1,
      message: '/gone, named by EMBER_HOME, is not there.',
    },
  ])
})

it('agents are told apart where asked', () => {
  const json = read(reportJson(mixed, view({ byAgent: true })))
  expect(json).toHaveProperty('daily.0.metadata.agents', ['ember', 'slate'])
  expect(json).toHaveProperty(
    'daily.0.agents.1',
    expect.objectContaining({ agent: 'slate', totalTokens: 34_000, totalCost: 0.25, modelsUsed: ['gpt-5.4'] }),
  )
  expect(json).not.toHaveProperty('daily.1.agents.1')
  expect(read(reportJson(mixed, view()))).not.toHaveProperty('daily.0.agents')
  expect(read(reportJson(bySession, view({ byAgent: true }))).session).toMatchObject(
    bySession.rows.map(({ agent }) => ({ agents: [{ agent }] })),
  )
  expect(read(reportJson(inBlocks, view({ byAgent: true }))).blocks).toMatchObject(
    inBlocks.rows.map(({ isGap, agent }) => ({ agents: isGap ? [] : [{ agent }] })),
  )
})

describe('by project', () => {
  it('rows stand in the list and under the folder name of their project', () => {
    const json = read(reportJson(byProject, view()))
    expect(reportSchemas.daily.safeParse(json).error?.issues).toBeUndefined()
    expect(json).toHaveProperty('daily.length', 3)
    expect(json).toHaveProperty(
      'daily.0',
      expect.objectContaining({ project: 'shop', projectPath: '-home-dev-shop', projectRoot: '/home/dev/shop' }),
    )
    expect(Object.keys(json.projects ?? {})).toEqual(['-home-dev-blog', '-home-dev-shop'])
    expect(json.projects).toHaveProperty(
      '-home-dev-shop',
      expect.arrayContaining([expect.objectContaining({ totalCost: 1 }), expect.objectContaining({ totalCost: 4 })]),
    )
  })

  it('keeps its shape when empty, and a row without a project', () => {
    expect(read(reportJson({ ...nothing.daily, byProject: true }, view())).projects).toEqual({})
    const [first] = daily.rows
    const json = read(reportJson({ ...daily, byProject: true, rows: [first!] }, view()))
    expect(json.projects).toHaveProperty([''], [expect.objectContaining({ date: '2026-03-01' })])
    expect(json).not.toHaveProperty('daily.0.project')
  })

  it('makes the folder names that Claude Code makes', () => {
    expect(slugOf('/home/dev/my_app.v2')).toBe('-home-dev-my-app-v2')
    expect(slugOf('__proto__')).toBe('--proto--')
  })
})

it('a session carries its ids, times, sub-agents and what was not logged', () => {
  const json = read(reportJson(bySession, view()))
  expect(json).toHaveProperty(
    'session.0',
    expect.objectContaining({
      sessionId: IDS[0],
      period: IDS[0],
      agent: 'ember',
      title: 'Fix the flaky login test',
      project: 'shop',
      projectPath: '-home-dev-shop',
      branch: 'main',
      firstActivity: '2026-03-01T09:00:00.000Z',
      lastActivity: '2026-03-01T12:12:00.000Z',
      durationMs: 11_520_000,
      totalCost: 18.3,
      subagents: expect.objectContaining({ count: 3, totalTokens: 1_442_600, totalCost: 7.686 }),
      unlogged: { totalTokens: 15_230, totalCost: 0.06 },
      metadata: { lastActivity: '2026-03-01T12:12:00.000Z', projectPath: '-home-dev-shop' },
      modelsUsed: ['claude-haiku-4-5-20251001', 'claude-opus-4-6'],
    }),
  )
  expect(json).not.toHaveProperty('session.2.title')
  expect(json).not.toHaveProperty('session.2.project')
  expect(read(reportJson(bySession, view({ titles: false })))).not.toHaveProperty('session.0.title')
})

it('what the log does not say is null or absent, never a made-up word', () => {
  const json = read(
    reportJson(sessions([session({ session: undefined, models: [share(undefined, { input: 5 })] })]), view()),
  )
  expect(json).toMatchObject({
    session: [
      { sessionId: null, period: null, modelsUsed: [], modelBreakdowns: [{ modelName: null, inputTokens: 5 }] },
    ],
  })
  expect(json).toMatchObject({ session: [{ firstActivity: null, lastActivity: null, durationMs: 0 }] })
  expect(JSON.stringify(json)).not.toContain('unknown')
})

it('blocks are as ccusage has them', () => {
  const json = read(reportJson(inBlocks, view()))
  expect(json).toHaveProperty(
    'blocks.1',
    expect.objectContaining({
      id: 'gap-2026-03-01T14:00:00.000Z',
      isGap: true,
      actualEndTime: null,
      burnRate: null,
      projection: null,
      costUSD: 0,
      models: [],
    }),
  )
  expect(json).toHaveProperty(
    'blocks.2',
    expect.objectContaining({
      id: '2026-03-04T20:00:00.000Z',
      startTime: '2026-03-04T20:00:00.000Z',
      endTime: '2026-03-05T01:00:00.000Z',
      actualEndTime: '2026-03-04T21:10:00.000Z',
      isActive: true,
      entries: 9,
      totalTokens: 361_600,
      tokenCounts: {
        inputTokens: 1_600,
        outputTokens: 10_000,
        cacheCreationInputTokens: 50_000,
        cacheReadInputTokens: 300_000,
      },
      costUSD: 4.12,
      models: ['claude-opus-4-6'],
      burnRate: { tokensPerMinute: 4821.3, tokensPerMinuteForIndicator: 154.7, costPerHour: 3.296 },
      projection: { totalTokens: 1_446_400, totalCost: 16.48, remainingMinutes: 225 },
      tokenLimitStatus: { limit: 8_000_000, projectedUsage: 1_446_400, percentUsed: 18.08, status: 'ok' },
    }),
  )
  expect(json).not.toHaveProperty('blocks.0.tokenLimitStatus')
  expect(json).toHaveProperty('totals.totalTokens', 8_361_800)
})

it('money is never -0', () => {
  const running = block('2026-03-01T09:00:00Z', {
    isActive: true,
    burnRate: { tokensPerMinute: 0, tokensPerMinuteForIndicator: 0, usdPerHour: -0 },
  })
  const json = reportJson(blocks([running], '2026-03-01T10:00:00Z'), view())
  expect(json).toHaveProperty('blocks.0.burnRate.costPerHour', 0)
  expect(json).toHaveProperty('totals.totalCost', 0)
})

describe('one session in detail', () => {
  it('keeps its promise', () => {
    for (const parts of [{}, { noCost: true }, { includeEstimates: true }])
      expect(
        reportSchemas['session-detail'].safeParse(read(sessionDetailJson(detail, view(parts)))).error?.issues,
      ).toBeUndefined()
    expect(keysOf(sessionDetailJson(detail, view({ noCost: true }))).filter(key => /cost|usd/i.test(key))).toEqual([])
  })

  it('lists calls and threads', () => {
    const json = read(sessionDetailJson(detail, view()))
    expect(json).toMatchObject({
      sessionId: IDS[0],
      totalCost: 0.122,
      totalTokens: 173_047,
      session: { sessionId: IDS[0] },
    })
    expect(json).toHaveProperty('entries.1', {
      timestamp: '2026-03-01T09:04:00.000Z',
      inputTokens: 1_800,
      outputTokens: 45,
      cacheCreationTokens: 0,
      cacheReadTokens: 0,
      totalTokens: 1_845,
      ...details,
      model: 'claude-haiku-4-5-20251001',
      costUSD: 0.002,
      basis: 'calculated',
      contextTokens: 1_800,
      subagent: 'a1',
      isPartial: true,
    })
    expect(json).toHaveProperty('threads.0.subagent', null)
    expect(json).toHaveProperty(
      'threads.1',
      expect.objectContaining({
        subagent: 'a1',
        type: 'Explore',
        description: 'Find the login test',
        totalTokens: 1_845,
      }),
    )
    expect(json).toHaveProperty('agentTotal.totalCost', 0.2)
  })
})

it('hostile names are data: a key stays a key, text stays text', () => {
  const text = '__proto__'
  const report = periods([row('2026-03-01', [agent('ember', share(text, { input: 1 }))], text)])
  const json = read(reportJson(report, view()))
  expect(json).toHaveProperty('daily.0.modelsUsed', [text])
  expect(Object.keys(json.projects ?? {})).toEqual(['--proto--'])
  const titled = sessions([session({ title: 'a\u001b[2J\ud83d', models: [] })])
  expect(read(reportJson(titled, view()))).toHaveProperty('session.0.title', 'a\ufffd')
})

it('only the schemas load zod, and nothing on the way to a report loads the slow libraries', () => {
  const room = join(import.meta.dirname, '../../src/render')
  const loading = (what: RegExp): string[] =>
    readdirSync(room).filter(file => file.endsWith('.ts') && what.test(readFileSync(join(room, file), 'utf8')))
  expect(loading(/from 'zod'/)).toEqual(['json-schema.ts'])
  expect(loading(/from '.*(?:json-schema|schema\/)/)).toEqual(['json-schema.ts'])
  expect(loading(/from '(date-fns|cli-table3|string-width)/)).toEqual([])
})
