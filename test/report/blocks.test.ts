import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { usdOf } from '../../src/core/money.ts'
import type { BlocksReport } from '../../src/core/report.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import { type BlocksOptions, blocksReport } from '../../src/report/blocks.ts'
import { type EntryParts, priced } from '../support/entry.ts'

const on = (time: string) => `2026-03-01T${time}Z`
const at = (time: string, parts: EntryParts & { usd?: number } = { output: 1 }) => priced({ at: on(time), ...parts })

const report = (list: PricedEntry[], options: Partial<BlocksOptions> = {}) =>
  blocksReport(list, {
    now: Date.parse('2026-04-01T00:00:00Z'),
    blockHours: 5,
    active: false,
    recent: false,
    calendar: calendar('UTC'),
    diagnostics: [],
    ...options,
  })

const clock = (ms: number) =>
  new Date(ms)
    .toISOString()
    .slice(5, 23)
    .replace(/:00\.000$/, '')
/** `start..end tokens`, or `gap` for the tokens. */
const lines = ({ rows }: BlocksReport) =>
  rows.map(r => `${clock(r.startAt)}..${clock(r.endAt)} ${r.isGap ? 'gap' : totalTokens(r.summary.tokens)}`)

describe('windows', () => {
  it('start at the full UTC hour and hold an entry exactly at their end', () => {
    const list = [at('09:59:59.999'), at('14:00:00'), at('14:00:00.001')]
    expect(lines(report(list))).toEqual(['03-01T09:00..03-01T14:00 2', '03-01T14:00..03-01T19:00 1'])
  })

  it('leave a gap from the end of one to the start of the next (ccusage W18)', () => {
    const list = [at('00:00:00'), at('04:00:00'), at('11:20:00')]
    expect(lines(report(list))).toEqual([
      '03-01T00:00..03-01T05:00 2',
      '03-01T05:00..03-01T11:00 gap',
      '03-01T11:00..03-01T16:00 1',
    ])
  })

  it('leave none of a millisecond (ccusage W18)', () => {
    const list = [at('00:00:00'), at('05:00:00.001')]
    expect(lines(report(list))).toEqual(['03-01T00:00..03-01T05:00 1', '03-01T05:00..03-01T10:00 1'])
  })

  it('shorter than an hour start at a multiple of their length', () => {
    const list = [at('01:24:00'), at('01:29:00'), at('01:31:00')]
    const now = Date.parse(on('01:32:00'))
    const quarters = report(list, { blockHours: 0.25, now })
    expect(lines(quarters)).toEqual(['03-01T01:15..03-01T01:30 2', '03-01T01:30..03-01T01:45 1'])
    expect(quarters.rows.map(r => r.isActive)).toEqual([false, true])
  })

  it('of no whole number of hours do not overlap', () => {
    const list = [at('10:10:00'), at('11:31:00')]
    expect(lines(report(list, { blockHours: 1.5 }))).toEqual([
      '03-01T10:00..03-01T11:30 1',
      '03-01T11:30..03-01T13:00 1',
    ])
  })

  it('are formed for each agent on its own', () => {
    const list = [at('00:00:00'), at('06:30:00', { agent: 'ember', output: 2 }), at('07:00:00')]
    expect(report(list).rows.map(r => [r.agent, clock(r.startAt), r.isGap])).toEqual([
      ['claude', '03-01T00:00', false],
      ['claude', '03-01T05:00', true],
      ['ember', '03-01T06:00', false],
      ['claude', '03-01T07:00', false],
    ])
  })

  it('start at UTC hours in every zone; the zone only names their day', () => {
    const kathmandu = { calendar: calendar('Asia/Kathmandu') }
    const list = [at('18:10:00')]
    expect(lines(report(list, kathmandu))).toEqual(['03-01T18:00..03-01T23:00 1'])
    expect(report(list, { ...kathmandu, since: '2026-03-01', until: '2026-03-01' }).rows.length).toBe(1)
    expect(report(list, { ...kathmandu, since: '2026-03-02' }).rows).toEqual([])
    expect(report([at('19:10:00')], { ...kathmandu, since: '2026-03-02' }).rows.length).toBe(1)
  })
})

describe('an active block', () => {
  const list = [at('10:00:00', { input: 20, output: 100, cacheRead: 480, usd: 3 })]
  const block = (time: string, entries = list) => report(entries, { now: Date.parse(on(time)) }).rows[0]

  it('is one that has not ended', () => {
    expect(block('14:59:59.999')?.isActive).toBe(true)
    expect(block('15:00:00')?.isActive).toBe(false)
    expect(block('09:59:59')?.isActive).toBe(false)
  })

  it('burns over the time that went by since its first entry, also with one entry (ccusage W19)', () => {
    expect(block('11:00:00')?.burnRate).toEqual({
      tokensPerMinute: 10,
      tokensPerMinuteForIndicator: 2,
      usdPerHour: 3,
    })
    expect(block('12:00:00')?.burnRate?.tokensPerMinute).toBe(5)
    expect(block('10:00:01')?.burnRate?.tokensPerMinute).toBe(600)
  })

  it('is projected to its end at that rate', () => {
    expect(block('11:00:00')?.projection).toEqual({ totalTokens: 3000, totalUsd: 15, remainingMinutes: 240 })
    expect(block('12:00:00')?.projection).toEqual({ totalTokens: 1500, totalUsd: 7.5, remainingMinutes: 180 })
  })

  it('only it has a rate and a projection', () => {
    const over = block('15:00:00')
    expect([over?.burnRate, over?.projection, over?.limit]).toEqual([undefined, undefined, undefined])
  })
})

describe('a token limit', () => {
  const list = [
    priced({ at: '2026-02-01T10:00:00Z', output: 2500 }),
    priced({ at: '2026-02-02T10:00:00Z', output: 2000 }),
    at('10:00:00', { output: 600 }),
  ]
  const now = Date.parse(on('11:00:00'))
  const status = (tokenLimit: number | 'max', options: Partial<BlocksOptions> = {}) => {
    const { rows, ...rest } = report(list, { now, tokenLimit, ...options })
    return { limit: rest.tokenLimit, ...rows.at(-1)?.limit }
  }

  it('is held against the projection of 3000', () => {
    expect(status(6000)).toEqual({ limit: 6000, projectedUsage: 3000, percentUsed: 50, status: 'ok' })
    expect(status(3750)).toMatchObject({ percentUsed: 80, status: 'ok' })
    expect(status(3749)).toMatchObject({ status: 'warning' })
    expect(status(3000)).toMatchObject({ percentUsed: 100, status: 'warning' })
    expect(status(2999)).toMatchObject({ status: 'exceeds' })
  })

  it('max is the fullest finished block of all, whatever is shown (ccusage W9)', () => {
    const expected = { limit: 2500, projectedUsage: 3000, percentUsed: 120, status: 'exceeds' }
    expect(status('max')).toEqual(expected)
    expect(status('max', { active: true })).toEqual(expected)
    expect(status('max', { recent: true })).toEqual(expected)
    expect(status('max', { since: '2026-03-01', limit: 1 })).toEqual(expected)
  })

  it('max counts no block that still runs', () => {
    expect(report(list, { now: Date.parse('2026-02-01T11:00:00Z'), tokenLimit: 'max' }).tokenLimit).toBe(2000)
    expect(report(list.slice(2), { now, tokenLimit: 'max' }).tokenLimit).toBeUndefined()
  })

  it('none is none', () => {
    expect(report(list, { now }).tokenLimit).toBeUndefined()
    expect(status(0)).toEqual({ limit: undefined })
  })
})

describe('what is shown', () => {
  const list = [
    at('00:00:00', { output: 30, usd: 1 }),
    at('08:00:00', { output: 10, usd: 3 }),
    at('16:00:00', { output: 20, usd: 2 }),
  ]
  const starts = (options: Partial<BlocksOptions>, entries = list) =>
    report(entries, options).rows.map(r =>
      (r.isGap ? `gap ${clock(r.startAt)}` : clock(r.startAt)).replace('03-01T', ''),
    )

  it.each<[string, Partial<BlocksOptions>, string[]]>([
    ['all, oldest first', {}, ['00:00', 'gap 05:00', '08:00', 'gap 13:00', '16:00']],
    ['newest first', { order: 'desc' }, ['16:00', 'gap 13:00', '08:00', 'gap 05:00', '00:00']],
    ['the last two and the gap between', { limit: 2 }, ['08:00', 'gap 13:00', '16:00']],
    ['the last one, newest first', { limit: 1, order: 'desc' }, ['16:00']],
    ['none', { limit: 0 }, []],
    ['by cost, without gaps', { sort: 'cost' }, ['08:00', '16:00', '00:00']],
    ['by tokens, the top two, fewest first', { sort: 'tokens', limit: 2, order: 'asc' }, ['16:00', '00:00']],
    ['active', { active: true, now: Date.parse(on('18:00:00')) }, ['16:00']],
  ])('%s', (_, options, expected) => {
    expect(starts(options)).toEqual(expected)
  })

  it('recent is three days', () => {
    const now = Date.parse('2026-03-04T08:00:00Z')
    expect(starts({ recent: true, now })).toEqual(['08:00', 'gap 13:00', '16:00'])
    expect(starts({ recent: true, now: now + 1 })).toEqual(['16:00'])
  })

  it('keeps a block whole that began before a day', () => {
    const night = [at('23:30:00'), priced({ at: '2026-03-02T01:00:00Z', output: 1 })]
    expect(report(night, { since: '2026-03-01', until: '2026-03-01' }).totals.entries).toBe(2)
    expect(report(night, { since: '2026-03-02' }).totals.entries).toBe(0)
  })

  it('is what the totals are of', () => {
    const shown = report(list, { limit: 2 })
    expect([shown.totals.tokens.output, usdOf(shown.totals.cost)]).toEqual([30, 5])
  })
})
