import { expect, it } from 'vitest'
import { type Gauge, verdictOf } from '../../src/guard/limits.ts'
import { limitLines, verdictJson, windowLabel } from '../../src/guard/table.ts'

const NOW = Date.UTC(2026, 10, 20, 12)

const gauge = (parts: Partial<Gauge>): Gauge => ({
  kind: 'day',
  unit: 'usd',
  scope: '',
  used: 0,
  limit: 50,
  unpricedTokens: 0,
  ...parts,
})

const named = (name: string, parts: Partial<Gauge>) => ({ name, verdict: verdictOf(gauge(parts)) })

const window = {
  kind: 'window',
  unit: 'percent',
  limit: 80,
  minutes: 300,
  agent: 'ember',
  resetsAt: NOW + 3_900_000,
} as const

it('is one line for each limit', () => {
  const lines = limitLines(
    [
      named('dearest session 1a2b3c4d', { kind: 'session', used: 8.12, limit: 10 }),
      named('today', { used: 51.5 }),
      named('Ember, 5-hour window', { ...window, used: 12 }),
      named('windows', { ...window, used: undefined }),
    ],
    NOW,
  )
  expect(lines.map(({ text }) => text).join('\n')).toBe(
    [
      'dearest session 1a2b3c4d   $8.12 of $10.00   81 %  ████████░░',
      'today                     $51.50 of $50.00  103 %  ██████████',
      'Ember, 5-hour window          12 % of 80 %   15 %  █░░░░░░░░░  resets in 1 h 5 min',
      'windows                          ? of 80 %    ? %  ░░░░░░░░░░  the server has said nothing',
    ].join('\n'),
  )
  expect(lines.map(({ tone }) => tone)).toEqual(['accent', 'bad', 'plain', 'plain'])
})

it('says what has no price, once', () => {
  const lines = limitLines(
    [named('today', { unpricedTokens: 12_300 }), named('all days', { unpricedTokens: 99_000 })],
    NOW,
  )
  expect(lines.at(-1)?.text).toBe('99k tokens have no known price: the figures are lower bounds.')
  expect(lines).toHaveLength(3)
})

it('keeps control characters out', () => {
  expect(limitLines([named('a\x1b]0;x\x07', {})], NOW)[0]?.text).toMatch(/^a\]0;x /)
})

it('is JSON with null for what is not known', () => {
  expect(verdictJson(verdictOf(gauge({ ...window, used: undefined })))).toEqual({
    limit: 'window',
    unit: 'percent',
    used: null,
    allowed: 80,
    percent: null,
    threshold: null,
    reached: false,
    unpricedTokens: 0,
    agent: 'ember',
    minutes: 300,
    resetsAt: new Date(NOW + 3_900_000).toISOString(),
  })
  expect(verdictJson(verdictOf(gauge({ kind: 'session', scope: 's1', used: 9, limit: 10 })))).toMatchObject({
    sessionId: 's1',
    percent: 90,
    threshold: 80,
  })
})

it('windows are labelled with their agent', () =>
  expect(windowLabel('Ember', { minutes: 10_080 })).toBe('Ember, weekly window'))
