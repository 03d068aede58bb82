/** Limits and failures in Codex's rollouts (formats/codex.md §9): each shape of them, what is said again, and copies that forks begin with. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import codex from '../../../src/agents/codex/index.ts'
import type { LimitReading } from '../../../src/core/limit.ts'
import { readSignals, readSignalsOf, type Signals } from '../../../src/ingest/signals.ts'
import { discovered } from '../../support/discover.ts'
import { makeHost } from '../../support/host.ts'
import { memoryHost, sourceOf } from '../../support/scan.ts'

const path = '/home/dev/.codex/sessions/rollout-x.jsonl'
const startAt = Date.UTC(2026, 9, 1, 8)
const RESET = startAt / 1000 + 9000

/** The ISO time `seconds` after the log begins. */
const time = (seconds: number): string => new Date(startAt + seconds * 1000).toISOString()

const line = (seconds: number, type: string, payload: object, more: object = {}): string =>
  `${JSON.stringify({ timestamp: time(seconds), ...more, type, payload })}\n`

const meta = (payload: object = {}, seconds = 0): string => line(seconds, 'session_meta', { id: 't1', ...payload })

const primary = (used_percent: unknown, more: object = { resets_at: RESET }): object => ({
  primary: { used_percent, window_minutes: 300, ...more },
  secondary: null,
})

/** A `token_count` behind a response that brought the thread to `total` tokens; undefined where it is about limits alone. */
const count = (seconds: number, total: number | undefined, rate_limits: object | null, more: object = {}): string =>
  line(
    seconds,
    'event_msg',
    {
      type: 'token_count',
      info: total === undefined ? null : { total_token_usage: { total_tokens: total } },
      rate_limits,
    },
    more,
  )

const read = (...lines: readonly string[]): Signals => {
  const found = readSignalsOf(memoryHost({ [path]: lines.join('') }), codex, sourceOf(path, 0, codex.id), undefined)
  if (!found) throw new Error('not read')
  return found
}

const known = ({ minutes, usedPercent, resetsAt }: LimitReading) => [minutes, usedPercent, resetsAt]
const seconds = ({ at }: { readonly at: number }): number => (at - startAt) / 1000

describe('shapes', () => {
  it('reads both windows by their length, not by their place', () => {
    const week = { used_percent: 40, window_minutes: 10080, resets_at: RESET + 5 }
    const limits = { limit_id: 'codex', primary: week, secondary: { used_percent: 12.5, window_minutes: 300 } }
    const { readings } = read(meta(), count(5, 10, { ...limits, plan_type: 'plus' }))
    expect(readings).toEqual([
      {
        agent: codex.id,
        at: startAt + 5000,
        session: 't1',
        limit: undefined,
        minutes: 10080,
        usedPercent: 40,
        resetsAt: (RESET + 5) * 1000,
        plan: 'plus',
      },
      expect.objectContaining({ minutes: 300, usedPercent: 12.5, resetsAt: undefined }),
    ])
  })

  it('counts seconds to the reset from the line on, and gives windows their missing minute', () => {
    const limits = primary(3, { window_minutes: 299, resets_in_seconds: 600 })
    expect(read(count(5, 10, limits)).readings.map(known)).toEqual([[300, 3, startAt + 605_000]])
  })

  it('reads the flat shape of the first versions, which has no reset', () => {
    const limits = {
      primary_used_percent: 5,
      secondary_used_percent: 1,
      primary_window_minutes: 299,
      secondary_window_minutes: 10079,
    }
    expect(read(count(5, 10, limits)).readings.map(known)).toEqual([
      [300, 5, undefined],
      [10080, 1, undefined],
    ])
  })

  it('names another limit than the main one, without control characters', () => {
    const { readings } = read(count(5, 10, { ...primary(1), limit_id: 'mini\u001b[2J\n' }))
    expect(readings.map(({ limit }) => limit)).toEqual(['mini[2J'])
  })

  it('reads a limit on spending, by what is left or by amounts', () => {
    const left = { individual_limit: { remaining_percent: 70, resets_at: RESET } }
    const used = { individual_limit: { limit: '200', used: 25 } }
    const { readings } = read(count(5, 10, left), count(6, 20, used))
    expect(readings.map(known)).toEqual([
      [undefined, 30, RESET * 1000],
      [undefined, 12.5, undefined],
    ])
  })

  it.each([
    ['no limits', null],
    ['windows that are null', { primary: null, secondary: null }],
    ['a percentage that is text', primary('12')],
    ['a percentage below zero', primary(-1)],
    ['a window of unknown length', { primary: { used_percent: 3, resets_at: RESET } }],
    ['a window that is a list', { primary: [1, 2] }],
    ['a spending limit of nothing', { individual_limit: { limit: 0, used: 5 } }],
  ])('makes nothing of %s', (_name, limits) => {
    expect(read(meta(), count(5, 10, limits)).readings).toEqual([])
  })

  it('makes nothing of text that looks like limits, and of lines without a time', () => {
    const output = JSON.stringify({ type: 'token_count', rate_limits: primary(50) })
    const call = { type: 'function_call_output', rate_limits: primary(50), output }
    const noTime = count(5, 10, primary(50)).replace(time(5), 'yesterday')
    expect(read(line(5, 'response_item', call), noTime, '{"rate_limits":{\n').readings).toEqual([])
  })
})

describe('what is said again', () => {
  it('hands out changes, down as well as up, and another window', () => {
    const { readings } = read(
      count(1, 1, primary(3)),
      count(2, 2, primary(3)),
      count(3, 3, primary(4)),
      count(4, 4, primary(3.5)),
      count(5, 5, primary(3.5, { resets_at: RESET + 60 })),
      count(6, 6, primary(3.5, { resets_at: RESET + 6000 })),
    )
    expect(readings.map(seconds)).toEqual([1, 3, 4, 6])
  })

  it('confirms a figure ten minutes later, if a response was behind it', () => {
    const { readings } = read(count(1, 1, primary(3)), count(600, 2, primary(3)), count(601, 3, primary(3)))
    expect(readings.map(seconds)).toEqual([1, 601])
  })

  it('does not take an event for news that repeats total and limits hours later', () => {
    const { readings } = read(count(1, 1, primary(3)), count(9000, 1, primary(3)), count(9001, undefined, primary(3)))
    expect(readings.map(seconds)).toEqual([1])
  })

  it('takes new limits for news without a response, too', () => {
    const { readings } = read(count(1, 1, primary(3)), count(2, undefined, primary(7)))
    expect(readings.map(seconds)).toEqual([1, 2])
  })

  it('knows an old countdown by its figure, whatever time stands before it', () => {
    const limits = primary(3, { resets_in_seconds: 600 })
    expect(read(count(1, 1, limits), count(9000, 2, limits)).readings.map(seconds)).toEqual([1])
  })

  it('keeps no more than some limits in its state', () => {
    const lines = Array.from({ length: 200 }, (_, n) => count(n, n, { ...primary(1), limit_id: `limit ${n}` }))
    const found = readSignalsOf(memoryHost({ [path]: lines.join('') }), codex, sourceOf(path, 0, codex.id), undefined)
    expect(found?.readings).toHaveLength(200)
    expect(JSON.stringify(found?.mark.state).length).toBeLessThan(10_000)
  })
})

describe('copies', () => {
  const copied = count(2, 1, primary(90))
  const own = count(30, 2, primary(4))

  it.each([
    ['a fork', meta({ forked_from_id: 't0' })],
    ['a sub-agent', meta({ source: { subagent: { thread_spawn: { parent_thread_id: 't0' } } } })],
    ['a log that names two threads', meta() + meta({ id: 't0' }, 1)],
  ])('leaves out what %s begins with', (_name, head) => {
    expect(read(head, copied, own).readings.map(seconds)).toEqual([30])
  })

  it('believes the beginning of a thread of its own, also when it is resumed', () => {
    expect(read(meta(), copied, meta({}, 20), own).readings.map(seconds)).toEqual([2, 30])
  })

  it('leaves out what is older than the fork: it was not re-stamped', () => {
    expect(read(meta({ forked_from_id: 't0' }), count(-600, 1, primary(90)), own).readings.map(seconds)).toEqual([30])
  })

  it('leaves out lines below the first own ordinal', () => {
    const head = meta({ parent_thread_id: 't0', subagent_history_start_ordinal: 9 })
    const early = count(40, 1, primary(90), { ordinal: 8 })
    expect(read(head, early, count(50, 2, primary(4), { ordinal: 9 })).readings.map(seconds)).toEqual([50])
  })

  it('leaves out the first count of a log that goes on by reference: it is the parent’s last', () => {
    const head = meta({ forked_from_id: 't0', history_base: { thread_id: 't0' } })
    expect(read(head, count(60, 5, primary(90)), count(90, 9, primary(4))).readings.map(seconds)).toEqual([90])
  })

  it('gives a sub-agent’s readings to the session it belongs to, as its entries', () => {
    const spawn = { source: { subagent: { thread_spawn: { parent_thread_id: 't0' } } }, session_id: 's0' }
    expect(read(meta(spawn), own).readings.map(({ session }) => session)).toEqual(['s0'])
  })

  it('finds each response of the fixture’s forks once', () => {
    const host = makeHost({ home: join(import.meta.dirname, '../../../fixtures/agents/codex/forks/home') })
    const { sources } = discovered(codex, host)
    const fork = sources.filter(({ path: log }) => log.includes('019c0001-'))
    const { readings } = readSignals(host, fork, [codex], { since: 0 })
    expect(readings.map(({ at }) => new Date(at).toISOString())).toEqual(['2026-02-01T09:05:15.000Z'])
  })
})

describe('failures', () => {
  const error = (at: number, info: unknown): string =>
    line(at, 'event_msg', { type: 'error', message: 'x', codex_error_info: info })

  const told = (...lines: readonly string[]) => read(...lines).troubles.map(t => [seconds(t), t.kind, t.status])

  it('tells limits from other errors, and retries', () => {
    expect(
      told(
        error(1, null),
        error(2, 'usage_limit_exceeded'),
        error(3, { response_too_many_failed_attempts: { http_status_code: 429 } }),
        error(4, { http_connection_failed: { http_status_code: 503 } }),
        line(5, 'event_msg', { type: 'stream_error', message: 'Reconnecting' }),
        error(6, 'thread_rollback_failed'),
      ),
    ).toEqual([
      [1, 'error', undefined],
      [2, 'limit', undefined],
      [3, 'limit', 429],
      [4, 'error', 503],
      [5, 'retry', undefined],
    ])
  })

  it('counts a failure once that the end of its task repeats', () => {
    const end = (at: number): string =>
      line(at, 'event_msg', {
        type: 'task_complete',
        error: { message: 'x', codex_error_info: 'usage_limit_exceeded' },
      })
    expect(told(error(1, 'usage_limit_exceeded'), end(1.5), end(60))).toEqual([
      [1, 'limit', undefined],
      [60, 'limit', undefined],
    ])
  })

  it('does not take an interrupted turn for a failure', () => {
    expect(told(line(1, 'event_msg', { type: 'turn_aborted', reason: 'interrupted' }))).toEqual([])
  })

  it('finds a record behind one that a crash cut off, and two on one line', () => {
    const whole = error(2, null)
    expect(told(`{"timestamp":"${time(1)}","type":"event_msg","pay${whole}`)).toEqual([[2, 'error', undefined]])
    expect(told(`${error(1, null).trim()}${whole}`).map(([at]) => at)).toEqual([1, 2])
  })
})
