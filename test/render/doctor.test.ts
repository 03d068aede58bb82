import { describe, expect, test } from 'vitest'
import { type DoctorReport, type DoctorView, doctorJson, renderDoctor } from '../../src/render/doctor.ts'
import { reportJsonSchema, reportSchemas } from '../../src/render/json-schema.ts'
import { widthOf } from '../../src/render/width.ts'
import { badLines, summary } from './sample.ts'

const view = (parts: Partial<DoctorView> = {}): DoctorView => ({
  width: undefined,
  color: false,
  noCost: false,
  clock: at => ({ day: new Date(at).toISOString().slice(0, 10), time: '00:00' }),
  ...parts,
})

const report = (parts: Partial<DoctorReport> = {}): DoctorReport => ({
  agents: [
    {
      id: 'ember',
      name: 'Ember',
      files: 2,
      roots: [
        { path: '/home/dev/.ember', isFound: true },
        { path: '/gone', isFound: false, variable: 'EMBER_HOME' },
      ],
    },
  ],
  counts: { files: 2, lines: 1_200, bytes: 5_400_000 },
  responses: 40,
  merged: { blocks: 9, copies: 2, sidechains: 3 },
  firstAt: Date.UTC(2026, 2, 1, 9),
  lastAt: Date.UTC(2026, 2, 3, 10),
  totals: summary({ entries: 40, input: 1_000, output: 234, partialOutputs: 2, unpricedTokens: 77, usd: 4.1 }),
  unlogged: { sessions: 2, tokens: 15_230, usd: 0.0004 },
  diagnostics: badLines,
  prices: {
    source: 'LiteLLM',
    date: '2026-02-10',
    rows: 3_449,
    cachePath: '/cache/prices.json',
    refreshedAt: undefined,
  },
  configPath: undefined,
  retention: [
    {
      agent: 'Ember',
      days: 30,
      isDefault: true,
      path: '/home/dev/.ember/settings.json',
      setting: 'keepDays',
      deletesAt: Date.UTC(2026, 2, 31, 9),
      isSoon: true,
      missing: undefined,
      unread: 0,
    },
  ],
  timeZone: 'Europe/Berlin',
  ...parts,
})

const nothing = report({
  agents: [],
  counts: { files: 0, lines: 0, bytes: 0 },
  responses: 0,
  merged: { blocks: 0, copies: 0, sidechains: 0 },
  firstAt: undefined,
  lastAt: undefined,
  totals: summary({ entries: 0 }),
  unlogged: { sessions: 0, tokens: 0, usd: 0 },
  diagnostics: [],
  retention: [],
})

/** One of everything. */
const single = report({
  agents: [{ ...report().agents[0]!, files: 1 }],
  counts: { files: 1, lines: 1, bytes: 100 },
  responses: 1,
  merged: { blocks: 1, copies: 1, sidechains: 1 },
  totals: summary({ input: 1, partialOutputs: 1, unpricedTokens: 1 }),
  unlogged: { sessions: 1, tokens: 1, usd: 1 },
  diagnostics: [],
  prices: { ...report().prices, rows: 1 },
  retention: [{ ...report().retention[0]!, days: 1 }],
})

/** The texts of the screen, without their labels, by label. */
const fact = (text: string, label: string): string =>
  (text.split('\n').find(line => line.startsWith(`  ${label} `)) ?? '').slice(18)

describe('the screen', () => {
  test('says what was found and how far it can be trusted', () => {
    const text = renderDoctor(report(), view())
    expect(fact(text, 'read')).toBe('2 files, 1,200 lines, 5.4 MB')
    expect(fact(text, 'counted')).toBe('40 responses, ≥ 1,234 tokens, ≥ $4.10')
    expect(fact(text, 'dates')).toBe('2026-03-01 to 2026-03-03 (Europe/Berlin)')
    expect(fact(text, 'lower bound')).toBe('2 responses whose output was never completed in the log')
    expect(fact(text, 'unpriced')).toBe('77 tokens of models without a price')
    expect(fact(text, 'not in logs')).toBe("15,230 tokens, <$0.01, by the agent's own totals of 2 sessions")
    expect(text).toContain('– /gone (EMBER_HOME), nothing there')
    expect(text).toContain('  3 lines in /logs/a.jsonl:7, 9, 12 could not be read as JSON and were skipped.')
  })

  test('one thing is not called many', () => {
    const text = renderDoctor(single, view())
    expect(fact(text, 'Ember')).toBe('1 file')
    expect(fact(text, 'read')).toBe('1 file, 1 line, 0.0 MB')
    expect(fact(text, 'counted')).toMatch(/^1 response, ≥ 1 token,/)
    expect(fact(text, 'merged')).toBe('1 further line of a response in its own session')
    expect(fact(text, 'lower bound')).toMatch(/^1 response whose/)
    expect(fact(text, 'not in logs')).toBe("1 token, $1.00, by the agent's own totals of 1 session")
    expect(fact(text, 'table')).toBe('LiteLLM, 2026-02-10, 1 row')
    expect(text).toContain('deletes its logs after 1 day (')
    expect(text).not.toMatch(/\b1 \w+s\b/)
  })

  test('dates the price table once', () => {
    const dated = (source: string): string =>
      fact(renderDoctor(report({ prices: { ...report().prices, source } }), view()), 'table')
    expect(dated('LiteLLM')).toBe('LiteLLM, 2026-02-10, 3,449 rows')
    expect(dated('LiteLLM 2026-02-10')).toBe('LiteLLM 2026-02-10, 3,449 rows')
    expect(dated('LiteLLM 2026-02-10, mended')).toBe('LiteLLM 2026-02-10, mended, 2026-02-10, 3,449 rows')
  })

  test('without cost there is no money, and all else', () => {
    const text = renderDoctor(report(), view({ noCost: true }))
    expect(text).not.toMatch(/\$\d|unpriced/)
    expect(fact(text, 'counted')).toBe('40 responses, ≥ 1,234 tokens')
    expect(fact(text, 'not in logs')).toBe("15,230 tokens, by the agent's own totals of 2 sessions")
  })

  test.each([40, 80])('fits %d columns', width => {
    // A path is never cut: it has to be copied.
    for (const line of renderDoctor(report(), view({ width }))
      .replaceAll(/\/[\w./]+/g, '')
      .split('\n'))
      expect(widthOf(line)).toBeLessThanOrEqual(width)
  })
})

describe('agents that were not found', () => {
  const absent = (name: string) => ({
    id: name,
    name,
    files: 0,
    roots: [{ path: `/home/dev/${name}`, isFound: false }],
  })
  const drawn = (...names: readonly string[]): string =>
    renderDoctor(report({ agents: [...report().agents, ...names.map(absent)] }), view())

  test('are shown with where was looked, as long as they are few', () => {
    expect(drawn('a1', 'a2', 'a3')).toContain('– /home/dev/a3, nothing there')
  })

  test('are named in one line where they are many', () => {
    const text = drawn('a1', 'a2', 'a3', 'a4')
    expect(text).toContain("a1, a2, a3, a4 ('tokusage agents <id>' says where was looked)")
    expect(text).not.toContain('/home/dev/a1')
    expect(text).toContain('✓ /home/dev/.ember')
  })
})

test('responses whose logs do not hold all counts are told', () => {
  expect(renderDoctor(report({ totals: summary({ uncertainEntries: 3 }) }), view())).toContain(
    "3 responses whose log does not hold all counts ('tokusage agents' says why)",
  )
})

describe('JSON', () => {
  const read = (given: DoctorReport, noCost = false): Record<string, unknown> =>
    JSON.parse(JSON.stringify(doctorJson(given, { noCost })))

  test('keeps its promise, full and empty, with and without cost', () => {
    const refreshed = report({
      prices: { ...report().prices, refreshedAt: Date.UTC(2026, 2, 1) },
      configPath: '/c.json',
    })
    for (const given of [report(), nothing, single, refreshed])
      for (const noCost of [false, true])
        expect(reportSchemas.doctor.safeParse(read(given, noCost)).error?.issues ?? []).toEqual([])
  })

  test('has the same shape when empty', () => {
    expect(Object.keys(read(nothing))).toEqual(Object.keys(read(report())))
  })

  test('says what the screen says', () => {
    expect(read(report())).toMatchObject({
      schemaVersion: 1,
      timeZone: 'Europe/Berlin',
      lines: 1_200,
      totalTokens: 1_234,
      totalCost: 4.1,
      notInTranscript: { sessions: 2, tokens: 15_230, cost: 0.0004 },
      retention: [
        {
          agent: 'Ember',
          days: 30,
          default: true,
          deletesFrom: '2026-03-31T09:00:00.000Z',
          soon: true,
          inHistory: true,
          reason: null,
          unreadLogs: 0,
        },
      ],
    })
  })

  test('has the diagnostics of the reports', () => {
    const { diagnostics } = reportSchemas.doctor.parse(read(report()))
    expect(diagnostics[0]).toEqual({
      code: 'bad-line',
      args: { path: '/logs/a.jsonl', lines: '7, 9, 12' },
      count: 3,
      message: '3 lines in /logs/a.jsonl:7, 9, 12 could not be read as JSON and were skipped.',
    })
  })

  test('has no key of money without cost', () => {
    expect(JSON.stringify(read(report()))).toMatch(/cost/i)
    expect(JSON.stringify(read(report(), true))).not.toMatch(/cost|usd/i)
  })

  test('has a JSON Schema', () => {
    expect(reportJsonSchema('doctor')).toMatchObject({ properties: { notInTranscript: { type: 'object' } } })
  })
})
