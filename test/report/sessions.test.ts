import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import type { SessionNote } from '../../src/core/entry.ts'
import { usdOf } from '../../src/core/money.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { noTokens } from '../../src/core/tokens.ts'
import { findSession, type SessionOptions, sessionDetail, sessionReport } from '../../src/report/sessions.ts'
import { priced } from '../support/entry.ts'

const common = { calendar: calendar('UTC'), titles: true, projectNames: {}, diagnostics: [] }

const report = (list: PricedEntry[], options: Partial<SessionOptions> = {}, notes: SessionNote[] = []) =>
  sessionReport(list, notes, { ...common, ...options })

const three = [
  priced({ session: 'a', at: '2026-03-03T10:00:00Z', output: 10, usd: 1 }),
  priced({ session: 'b', at: '2026-03-01T10:00:00Z', output: 5, usd: 3 }),
  priced({ session: 'c', at: '2026-03-02T10:00:00Z', output: 90, usd: 2 }),
]

describe('order of sessions', () => {
  it.each<[string, Partial<SessionOptions>, string[]]>([
    ['dearest first', {}, ['b', 'c', 'a']],
    ['cheapest first', { order: 'asc' }, ['a', 'c', 'b']],
    ['by last activity, latest first', { sort: 'date' }, ['a', 'c', 'b']],
    ['by last activity, earliest first', { sort: 'date', order: 'asc' }, ['b', 'c', 'a']],
    ['by tokens', { sort: 'tokens' }, ['c', 'a', 'b']],
    ['the two dearest, cheapest of them first', { limit: 2, order: 'asc' }, ['c', 'b']],
    ['the two latest', { limit: 2, sort: 'date' }, ['a', 'c']],
  ])('%s', (_, options, ids) => {
    expect(report(three, options).rows.map(r => r.session)).toEqual(ids)
  })

  it('of equal cost, the latest comes first, then the id decides', () => {
    const at = '2026-03-05T10:00:00Z'
    const list = [
      priced({ session: 'y', at, output: 1, usd: 1 }),
      priced({ session: 'x', at, output: 1, usd: 1 }),
      ...three,
    ]
    expect(report(list).rows.map(r => r.session)).toEqual(['b', 'c', 'x', 'y', 'a'])
  })

  it('totals are of the rows shown', () => {
    expect(usdOf(report(three, { limit: 2 }).totals.cost)).toBe(5)
  })
})

describe('a session', () => {
  const list = [
    priced({ at: '2026-03-01T12:00:00Z', project: '/home/dev/web', branch: 'late', output: 1 }),
    priced({ at: '2026-03-01T10:00:00Z', project: undefined, output: 1 }),
    priced({ at: '2026-03-01T11:00:00Z', project: '/home/dev/app', branch: 'early', output: 1 }),
    priced({ at: '2026-03-01T13:00:00Z', project: '/home/dev/app', branch: undefined, output: 1 }),
  ]

  it('has the project it began in and the branch it was last seen on', () => {
    const [row] = report(list, { projectNames: { app: 'Shop' } }).rows
    expect(row?.project).toEqual({ path: '/home/dev/app', name: 'Shop' })
    expect(row?.branch).toBe('late')
    expect([row?.summary.firstAt, row?.summary.lastAt]).toEqual([
      Date.parse('2026-03-01T10:00:00Z'),
      Date.parse('2026-03-01T13:00:00Z'),
    ])
  })

  it('is told apart by agent, and the responses without one are one row of their agent', () => {
    const mixed = [
      priced({ agent: 'ember', output: 1, usd: 4 }),
      priced({ agent: 'flint', output: 1, usd: 3 }),
      priced({ agent: 'flint', session: undefined, output: 1, usd: 1 }),
      priced({ agent: 'ember', session: undefined, output: 1, usd: 0.5 }),
      priced({ agent: 'flint', session: undefined, output: 1, usd: 1 }),
    ]
    expect(report(mixed).rows.map(r => [r.agent, r.session, usdOf(r.summary.cost)])).toEqual([
      ['ember', 's1', 4],
      ['flint', 's1', 3],
      ['flint', undefined, 2],
      ['ember', undefined, 0.5],
    ])
  })

  it('shows what its sub-agents used, and how many there were, those without a name as one', () => {
    const [row] = report([
      priced({ output: 1, usd: 1 }),
      priced({ output: 2, usd: 2, subagent: 'x', isSidechain: true }),
      priced({ output: 4, usd: 4, subagent: 'y', isSidechain: true }),
      priced({ output: 8, usd: 8, subagent: 'x', isSidechain: true }),
      priced({ output: 16, usd: 16, isSidechain: true }),
      priced({ output: 32, usd: 32, isSidechain: true }),
    ]).rows
    expect(row?.summary.tokens.output).toBe(63)
    expect(row?.subagents.tokens.output).toBe(62)
    expect(usdOf(row?.subagents.cost ?? { kilo: 0, pico: 0 })).toBe(62)
    expect(row?.subagentCount).toBe(3)
  })

  it('has the title of its own notes', () => {
    const notes: SessionNote[] = [
      { agent: 'claude', session: 's1', kind: 'ai', text: 'Mend the cart' },
      { agent: 'flint', session: 's1', kind: 'custom', text: 'other agent' },
      { agent: 'claude', session: 's2', kind: 'custom', text: 'other session' },
    ]
    expect(report(list, {}, notes).rows[0]?.title).toBe('Mend the cart')
    expect(report(list, { titles: false }, notes).rows[0]?.title).toBeUndefined()
  })
})

describe('what the agent counted beyond the transcript', () => {
  const list = [priced({ output: 10, usd: 1 }), priced({ output: 30, usd: 3, model: 'claude-haiku-4-5' })]
  const notes: SessionNote[] = [
    {
      agent: 'claude',
      session: 's1',
      kind: 'total',
      total: { key: 'k', usd: 4.5, models: [{ model: 'm', tokens: { ...noTokens, output: 47 }, usd: 4.5 }] },
    },
  ]

  it('is beside the summary, not in it', () => {
    const [row] = report(list, {}, notes).rows
    expect(row?.unlogged).toEqual({ tokens: 7, usd: 0.5 })
    expect(row?.summary.tokens.output).toBe(40)
    expect(report(list).rows[0]?.unlogged).toBeUndefined()
  })

  it('does not grow when entries are filtered', () => {
    const some = list.slice(0, 1)
    expect(report(some, { whole: list }, notes).rows[0]?.unlogged).toEqual({ tokens: 7, usd: 0.5 })
    const detail = sessionDetail(some, notes, new Map(), { agent: 'claude', session: 's1' }, { ...common, whole: list })
    expect(detail.row.unlogged).toEqual({ tokens: 7, usd: 0.5 })
    expect(detail.total?.usd).toBe(4.5)
  })
})

describe('one session in detail', () => {
  const list = [
    priced({ at: '2026-03-01T11:00:00Z', messageId: 'm3', input: 4, cacheRead: 30, cacheCreation: 200, output: 9 }),
    priced({ at: '2026-03-01T10:30:00Z', messageId: 'm2', output: 2, subagent: 'late', isSidechain: true }),
    priced({ at: '2026-03-01T10:00:00Z', messageId: 'm1', output: 1, project: '/home/dev/app' }),
    priced({ at: '2026-03-01T10:10:00Z', messageId: 'm4', output: 5, subagent: 'first', isSidechain: true }),
    priced({ at: '2026-03-01T09:00:00Z', session: 'other', output: 1, project: '/srv/app' }),
    priced({ at: '2026-03-01T09:00:00Z', agent: 'flint', output: 1 }),
  ]
  const sidecars = new Map([['late', { type: 'Explore', description: 'Find the tests' }]])
  const detail = sessionDetail(list, [], sidecars, { agent: 'claude', session: 's1' }, common)

  it('lists its calls by time, each with the context that it carried', () => {
    expect(detail.calls.map(c => [c.entry.messageId, c.context])).toEqual([
      ['m1', 0],
      ['m4', 0],
      ['m2', 0],
      ['m3', 234],
    ])
  })

  it('shares it out over the main thread and the sub-agents by their first call', () => {
    expect(detail.threads.map(t => [t.subagent, t.type, t.description, t.summary.tokens.output])).toEqual([
      [undefined, undefined, undefined, 10],
      ['first', undefined, undefined, 5],
      ['late', 'Explore', 'Find the tests', 2],
    ])
  })

  it('names its project as the table does', () => {
    expect(detail.row.project?.name).toBe('dev/app')
    expect(detail.row).toEqual(report(list).rows.find(r => r.session === 's1' && r.agent === 'claude'))
  })

  it('is an empty row where there is no such session', () => {
    const none = sessionDetail(list, [], sidecars, { agent: 'claude', session: 'zebra' }, common)
    expect([none.row.session, none.row.summary.entries, none.calls, none.threads]).toEqual(['zebra', 0, [], []])
  })
})

describe('findSession', () => {
  const list = ['abc', 'abcd', 'abx', undefined].map(session => priced({ session, output: 1 }))
  list.push(priced({ session: 'abcd', output: 1 }), priced({ session: 'abx', agent: 'flint', output: 1 }))

  it('prefers the whole id to one that begins so', () => {
    expect(findSession(list, 'abc')).toEqual({ kind: 'one', agent: 'claude', session: 'abc' })
  })

  it('finds the only one that begins so', () => {
    expect(findSession(list, 'abcd')).toEqual({ kind: 'one', agent: 'claude', session: 'abcd' })
    expect(findSession(list.slice(0, 3), 'abx')).toEqual({ kind: 'one', agent: 'claude', session: 'abx' })
  })

  it('names all where several do, or several agents use one id', () => {
    expect(findSession(list.slice(0, 3), 'ab')).toEqual({ kind: 'many', sessions: ['abc', 'abcd', 'abx'] })
    expect(findSession(list, 'abx')).toEqual({ kind: 'many', sessions: ['abx', 'abx'] })
  })

  it('finds nothing in the middle of an id', () => {
    expect(findSession(list, 'bc')).toEqual({ kind: 'none' })
    expect(findSession([], '')).toEqual({ kind: 'none' })
  })
})
