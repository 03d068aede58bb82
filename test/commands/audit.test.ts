import { afterEach, describe, expect, test, vi } from 'vitest'
import { auditOf, runAudit } from '../../src/commands/audit.ts'
import type { RawFlags } from '../../src/config/layers.ts'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import { usdOf } from '../../src/core/money.ts'
import { noTokens } from '../../src/core/tokens.ts'
import { standard } from '../../src/host/output.ts'
import { type Loaded, read, reportOf } from '../../src/load.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, type ResponseParts, response } from '../support/transcript.ts'

/** A response with ids of its own. */
const reply = (id: string, parts: ResponseParts = {}) => response({ id, request: `r-${id}`, ...parts })

const LATE = '2026-11-03T23:30:00.000Z'

const logs = {
  '.claude/projects/-home-dev-app/s1.jsonl': jsonl(
    // Opus 4.6: 10 × 5 + 20 × 25 = 550 millionths, twice; the second is written in two lines.
    reply('m1', { session: 'aa-one' }),
    reply('m2', { session: 'aa-one', at: '2026-11-02T10:00:00.000Z', output: 3, stop: null }),
    reply('m2', { session: 'aa-one', at: '2026-11-02T10:00:01.000Z' }),
    // Sonnet 4.5: 1,000 × 3 = 3,000, and 20 × 15 = 300
    reply('m3', { session: 'aa-one', at: LATE, model: 'claude-sonnet-4-5', input: 1000 }),
  ),
  '.claude/projects/-home-dev-app/s2.jsonl': jsonl(
    // Resumed: a copy of m1 and an answer of its own, 550 again
    reply('m1', { session: 'aa-two' }),
    reply('m4', { session: 'aa-two', at: '2026-11-02T11:00:00.000Z' }),
  ),
}

const hostOf = (files: Readonly<Record<string, string>> = logs) => {
  const home = temporaryHome(files)
  return makeHost({ home, cwd: home })
}

const optionsOf = (flags: RawFlags = {}, host = hostOf()): Promise<Options> =>
  resolveOptions(
    host,
    'audit',
    { offline: true, timezone: 'UTC', ...flags },
    { agentIds: ['claude'], focus: undefined },
  )

const load = async (flags: RawFlags = {}, parts: Partial<Options> = {}): Promise<Loaded> => {
  const host = hostOf()
  return read(host, { ...(await optionsOf(flags, host)), ...parts }, { detail: 'calls' })
}

const micros = (report: { totals: { cost: Parameters<typeof usdOf>[0] } }) =>
  Math.round(usdOf(report.totals.cost) * 1e6)

describe('a day', () => {
  test('has the responses and the number of its row', async () => {
    const loaded = await load()
    const audit = auditOf(loaded, '2026-11-02')
    expect(audit.entries.map(e => [e.entry.messageId, e.entry.session])).toEqual([
      ['m1', 'aa-one'],
      ['m2', 'aa-one'],
      ['m4', 'aa-two'],
    ])
    expect(micros(audit)).toBe(1650)
    expect(audit.differencePico).toBe(0)
    const daily = reportOf(loaded, 'daily')
    expect(daily.kind === 'daily' && daily.rows[0]?.summary).toEqual(audit.totals)
    expect([audit.from, audit.to]).toEqual([Date.UTC(2026, 10, 2), Date.UTC(2026, 10, 3)])
  })

  test('is one of the chosen zone', async () => {
    expect(auditOf(await load(), '2026-11-03').totals.entries).toBe(1)
    const berlin = auditOf(await load({ timezone: 'Europe/Berlin' }), '2026-11-04')
    expect(berlin.totals.entries).toBe(1)
    expect(berlin.from).toBe(Date.parse('2026-11-03T23:00:00Z'))
  })

  test('says how all lines became all responses', async () => {
    // Six usage lines: m2 has two, m1 a copy
    expect(auditOf(await load(), '2026-11-02').lines).toEqual({
      files: 2,
      lines: 6,
      responses: 4,
      merged: { blocks: 1, copies: 1, sidechains: 0 },
      inherited: 0,
    })
  })

  test('without usage has nothing, and no error', async () => {
    expect(auditOf(await load(), '2026-01-01')).toMatchObject({ what: '2026-01-01', entries: [], groups: [] })
  })

  test('keeps to the filters', async () => {
    expect(auditOf(await load({ model: ['sonnet'] }), '2026-11-02').totals.entries).toBe(0)
    expect(auditOf(await load({ since: '2026-11-03' }), '2026-11-02').totals.entries).toBe(0)
    expect(auditOf(await load({ project: ['app'] }), '2026-11-02').totals.entries).toBe(3)
  })

  test('is listed as far as the limit goes', async () => {
    const { entries, totals } = auditOf(await load({}, { limit: 2 }), '2026-11-02')
    expect([entries.length, totals.entries]).toEqual([2, 3])
    const latest = auditOf(await load({ order: 'desc' }, { limit: 1 }), '2026-11-02')
    expect(latest.entries.map(e => e.entry.messageId)).toEqual(['m4'])
  })
})

describe('a session', () => {
  test('is found by the beginning of its id and has the number of its row', async () => {
    const loaded = await load()
    const audit = auditOf(loaded, 'aa-o')
    expect(audit).toMatchObject({ kind: 'session', what: 'aa-one', session: { agent: 'claude', project: 'app' } })
    // 550 + 550 + 3,300
    expect(micros(audit)).toBe(4400)
    const sessions = reportOf(loaded, 'session')
    const row = sessions.kind === 'session' ? sessions.rows.find(r => r.session === 'aa-one') : undefined
    expect(row?.summary).toEqual(audit.totals)
    expect([audit.from, audit.to]).toEqual([Date.parse('2026-11-02T09:00:00Z'), Date.parse(LATE)])
  })

  test('knows how many responses it only copied', async () => {
    const audit = auditOf(await load(), 'aa-two')
    expect(audit.entries.map(e => e.entry.messageId)).toEqual(['m4'])
    expect(audit.lines.inherited).toBe(1)
  })

  test('left empty by a filter has no times', async () => {
    const audit = auditOf(await load({ until: '2026-01-01' }), 'aa-one')
    expect([audit.totals.entries, audit.from, audit.to]).toEqual([0, undefined, undefined])
  })

  test.each(['zz', '2026-13-01', '2026-02-30', '2026-11', ''])('%j is neither', async what => {
    const loaded = await load()
    expect(() => auditOf(loaded, what)).toThrow(UserError)
    expect(() => auditOf(loaded, what)).toThrow(/is no day, and no session begins so/)
  })

  test('that several ids could mean is a mistake', async () => {
    const loaded = await load()
    expect(() => auditOf(loaded, 'aa')).toThrow(UserError)
    expect(() => auditOf(loaded, 'aa')).toThrow(/2 sessions begin with 'aa'/)
  })
})

test('what only the agent’s own total knows is explained as logged, in any mode', async () => {
  const loaded = await load({ mode: 'calculate' }, { includeUnlogged: true })
  const total = {
    key: 'p1',
    usd: 1.0011,
    models: [
      // What the transcript holds, the copy of m1 with it: twice 10 in and 20 out
      { model: 'claude-opus-4-6', tokens: { ...noTokens, input: 20, output: 40 }, usd: 0.0011 },
      { model: 'claude-haiku-4-5', tokens: { ...noTokens, input: 77 }, usd: 1 },
    ],
  }
  const ingested = {
    ...loaded.ingested,
    notes: [{ agent: 'claude', session: 'aa-two', kind: 'total', total }] as const,
  }
  const with1 = { ...loaded, ingested }
  const audit = auditOf(with1, 'aa-two')
  expect(audit.entries.map(e => [e.explanation.cost.basis, e.explanation.loggedUsd])).toEqual([
    ['calculated', undefined],
    ['logged', 1],
  ])
  // 550 and a dollar
  expect(micros(audit)).toBe(1_000_550)
  expect(audit.differencePico).toBe(0)
  const sessions = reportOf(with1, 'session')
  const row = sessions.kind === 'session' ? sessions.rows.find(r => r.session === 'aa-two') : undefined
  expect(row?.summary).toEqual(audit.totals)
})

describe('the command', () => {
  afterEach(() => void vi.restoreAllMocks())

  const run = async (what: string, parts: Partial<Options> = {}) => {
    let printed = ''
    vi.spyOn(standard, 'write').mockImplementation((_fd, text) => {
      printed += text
    })
    const host = hostOf()
    const code = await runAudit(host, what, { ...(await optionsOf({}, host)), color: false, ...parts })
    return { code, printed }
  }

  test('prints a screen', async () => {
    const { code, printed } = await run('2026-11-02')
    expect(code).toBe(0)
    expect(printed).toContain('input 10 × $5.00/M = $0.00005 + output 20 × $25.00/M = $0.0005')
    expect(printed).toMatch(/Responses added up +\$0\.00165\n/)
  })

  test('prints JSON', async () => {
    const { code, printed } = await run('aa-one', { format: 'json' })
    expect(code).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      audit: { what: 'aa-one', kind: 'session', responses: 3 },
      totals: { totalCost: 0.0044 },
      schemaVersion: 1,
    })
  })

  test('answers a day without usage with a sentence', async () => {
    const { code, printed } = await run('2026-01-01')
    expect([code, printed]).toEqual([0, "No usage on 2026-01-01 (UTC). 'tokusage daily' lists the days with usage.\n"])
  })

  test('is nothing without cost', async () => {
    const expected = 'An audit is about cost. Leave out --no-cost (or cost: false in the config).'
    await expect(run('2026-11-02', { noCost: true })).rejects.toThrow(new UserError(expected))
  })

  test('fails under --strict when something was odd', async () => {
    const path = '.claude/projects/-home-dev-app/s1.jsonl'
    const odd = hostOf({ ...logs, [path]: `${logs[path]}{"type":"assistant","message":{"usage":\n` })
    vi.spyOn(standard, 'write').mockReturnValue(undefined)
    const options = await optionsOf({}, odd)
    expect(await runAudit(odd, '2026-11-02', options)).toBe(0)
    expect(await runAudit(odd, '2026-11-02', { ...options, strict: true })).toBe(1)
  })
})
