import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { usdOf } from '../../src/core/money.ts'
import type { PeriodReport } from '../../src/core/report.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import { type PeriodOptions, periodReport } from '../../src/report/periods.ts'
import { priced } from '../support/entry.ts'

const report = (list: ReturnType<typeof priced>[], options: Partial<PeriodOptions> = {}) =>
  periodReport(list, {
    kind: 'daily',
    calendar: calendar('UTC'),
    startOfWeek: 1,
    byProject: false,
    projectNames: {},
    diagnostics: [],
    ...options,
  })

/** `period tokens usd` of each row. */
const lines = ({ rows }: PeriodReport) =>
  rows.map(r => `${r.period} ${totalTokens(r.summary.tokens)} $${usdOf(r.summary.cost)}`)

const march = [
  priced({ at: '2026-03-02T10:00:00Z', output: 5, usd: 0.5 }),
  priced({ at: '2026-03-01T23:59:59.999Z', output: 7, usd: 2 }),
  priced({ at: '2026-03-09T00:00:00Z', output: 100, usd: 0.25 }),
  priced({ at: '2026-03-02T00:00:00Z', output: 1, usd: 0.25 }),
]

describe('periods', () => {
  it('are days, weeks by their first day, and months', () => {
    expect(lines(report(march))).toEqual(['2026-03-01 7 $2', '2026-03-02 6 $0.75', '2026-03-09 100 $0.25'])
    expect(lines(report(march, { kind: 'weekly' }))).toEqual([
      '2026-02-23 7 $2',
      '2026-03-02 6 $0.75',
      '2026-03-09 100 $0.25',
    ])
    expect(lines(report(march, { kind: 'weekly', startOfWeek: 0 }))).toEqual([
      '2026-03-01 13 $2.75',
      '2026-03-08 100 $0.25',
    ])
    expect(lines(report(march, { kind: 'monthly' }))).toEqual(['2026-03 113 $3'])
  })

  it('are local: the first of March in Kolkata begins on 28 February, 18:30 UTC', () => {
    const list = ['2026-02-28T18:29:59.999Z', '2026-02-28T18:30:00Z'].map(at => priced({ at, output: 1 }))
    const options = { calendar: calendar('Asia/Kolkata') }
    expect(lines(report(list, options))).toEqual(['2026-02-28 1 $0', '2026-03-01 1 $0'])
    expect(lines(report(list, { ...options, kind: 'monthly' }))).toEqual(['2026-02 1 $0', '2026-03 1 $0'])
    expect(report(list, options).timeZone).toBe('Asia/Kolkata')
  })
})

describe('order', () => {
  it.each<[string, Partial<PeriodOptions>, number[]]>([
    ['by date, newest first', { order: 'desc' }, [9, 2, 1]],
    ['by cost, dearest first', { sort: 'cost' }, [1, 2, 9]],
    ['by cost, cheapest first', { sort: 'cost', order: 'asc' }, [9, 2, 1]],
    ['by tokens, most first', { sort: 'tokens' }, [9, 1, 2]],
  ])('%s', (_, options, days) => {
    expect(report(march, options).rows.map(r => Number(r.period.slice(-1)))).toEqual(days)
  })
})

describe('limit', () => {
  it('keeps the most recent periods, in the order asked for, and totals of these', () => {
    const shown = report(march, { limit: 2 })
    expect(lines(shown)).toEqual(['2026-03-02 6 $0.75', '2026-03-09 100 $0.25'])
    expect(usdOf(shown.totals.cost)).toBe(1)
    expect(shown.totals.entries).toBe(3)
    expect(lines(report(march, { limit: 1, order: 'desc' }))).toEqual(['2026-03-09 100 $0.25'])
  })

  it('keeps the top rows by cost or tokens', () => {
    expect(lines(report(march, { limit: 2, sort: 'cost', order: 'asc' }))).toEqual([
      '2026-03-02 6 $0.75',
      '2026-03-01 7 $2',
    ])
    expect(lines(report(march, { limit: 1, sort: 'tokens' }))).toEqual(['2026-03-09 100 $0.25'])
  })

  it('counts a period once, however many projects it has', () => {
    const list = ['/a/x', '/a/y'].flatMap(project => march.map(p => ({ ...p, entry: { ...p.entry, project } })))
    const shown = report(list, { limit: 1, byProject: true })
    expect(shown.rows.map(r => [r.project?.name, r.period])).toEqual([
      ['x', '2026-03-09'],
      ['y', '2026-03-09'],
    ])
  })
})

describe('by project', () => {
  const list = [
    priced({ at: '2026-03-01T10:00:00Z', project: '/b/zoo', output: 1, usd: 5 }),
    priced({ at: '2026-03-02T10:00:00Z', project: '/b/app', output: 1, usd: 1 }),
    priced({ at: '2026-03-01T10:00:00Z', project: undefined, output: 1, usd: 1 }),
    priced({ at: '2026-03-01T10:00:00Z', project: '/b/app', output: 1, usd: 2 }),
    priced({ at: '2026-03-02T10:00:00Z', project: '/b/zoo', output: 1, usd: 6 }),
    priced({ at: '2026-03-02T10:00:00Z', project: '/c/app', output: 1, usd: 9 }),
  ]
  const rows = (options: Partial<PeriodOptions> = {}) =>
    report(list, { byProject: true, ...options }).rows.map(r => `${r.project?.name} ${r.period.slice(-1)}`)

  it('goes project by project, then by date; what has no project comes last', () => {
    expect(rows()).toEqual(['b/app 1', 'b/app 2', 'c/app 2', 'zoo 1', 'zoo 2', 'undefined 1'])
    expect(rows({ order: 'desc' })).toEqual(['b/app 2', 'b/app 1', 'c/app 2', 'zoo 2', 'zoo 1', 'undefined 1'])
  })

  it('by cost keeps the rows of a project together, the dearest project first', () => {
    expect(rows({ sort: 'cost' })).toEqual(['zoo 2', 'zoo 1', 'c/app 2', 'b/app 1', 'b/app 2', 'undefined 1'])
  })

  it('merges nothing that only shares a name in the config', () => {
    expect(rows({ projectNames: { app: 'App' } })).toEqual(['App 1', 'App 2', 'App 2', 'zoo 1', 'zoo 2', 'undefined 1'])
  })
})

describe('rows', () => {
  it('are left out only if they neither used nor cost anything (ccusage W8)', () => {
    const list = [
      priced({ at: '2026-03-01T10:00:00Z', usd: 0.5 }),
      priced({ at: '2026-03-02T10:00:00Z', usd: 0 }),
      priced({ at: '2026-03-03T10:00:00Z', usd: null, output: 3 }),
      priced({ at: '2026-03-04T10:00:00Z', usd: null, webSearches: 1 }),
    ]
    expect(lines(report(list))).toEqual(['2026-03-01 0 $0.5', '2026-03-03 3 $0', '2026-03-04 0 $0'])
  })

  it('list models by cost, then name, and keep what has none (ccusage W41)', () => {
    const [row] = report([
      priced({ model: undefined, output: 1, usd: 1 }),
      priced({ model: 'b', output: 1, usd: 1 }),
      priced({ model: 'a', output: 1, usd: 1 }),
      priced({ model: 'c', output: 1, usd: 0.5 }),
      priced({ model: 'c', output: 1, usd: 2 }),
    ]).rows
    expect(row?.models.map(m => [m.model, usdOf(m.summary.cost), m.summary.entries])).toEqual([
      ['c', 2.5, 2],
      ['a', 1, 1],
      ['b', 1, 1],
      [undefined, 1, 1],
    ])
  })

  it('list agents by id, each with its models', () => {
    const [row] = report([
      priced({ agent: 'flint', model: 'a', output: 1 }),
      priced({ agent: 'ember', model: 'a', output: 2 }),
      priced({ agent: 'flint', model: 'b', output: 3 }),
    ]).rows
    expect(row?.agents.map(a => [a.agent, a.summary.tokens.output, a.models.map(m => m.model)])).toEqual([
      ['ember', 2, ['a']],
      ['flint', 4, ['a', 'b']],
    ])
    expect(row?.models.map(m => m.summary.tokens.output)).toEqual([3, 3])
  })
})

it('is the same shape when empty', () => {
  const diagnostics = [{ code: 'bad-line', args: {}, count: 2 }] as const
  const empty = report([], { byProject: true, diagnostics })
  expect(empty).toMatchObject({ kind: 'daily', byProject: true, rows: [], models: [], agents: [], diagnostics })
  expect(empty.totals.entries).toBe(0)
})
