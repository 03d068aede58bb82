import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMoney, money, noMoney } from '../../src/core/money.ts'
import { type Gauge, verdictOf } from '../../src/guard/limits.ts'
import {
  blockText,
  durationText,
  harmless,
  namedWarning,
  switchText,
  tokensText,
  usdText,
  useText,
  warningText,
  windowName,
} from '../../src/guard/texts.ts'
import { usd } from '../../src/render/format.ts'

const NOW = Date.UTC(2026, 10, 20, 12)

const session = (used: number | undefined, parts: Partial<Gauge> = {}): Gauge => ({
  kind: 'session',
  unit: 'usd',
  scope: 's1',
  used,
  limit: 10,
  unpricedTokens: 0,
  ...parts,
})

const fiveHours = session(70, {
  kind: 'window',
  unit: 'percent',
  limit: 80,
  minutes: 300,
  agent: 'ember',
  resetsAt: NOW + 65 * 60_000,
})

describe('a warning', () => {
  it('has the figures and what saves most', () => {
    expect(warningText([verdictOf(session(8.12))], { kind: 'context', context: 412_000, usd: 0.206 }, NOW)).toBe(
      'tokusage: this session: $8.12 of $10.00 (81 %). Each call reads 412k tokens of context again, about $0.21: /compact shortens it, /clear starts afresh.',
    )
  })

  it('of a window says when it resets', () => {
    expect(warningText([verdictOf(fiveHours)], undefined, NOW)).toBe(
      'tokusage: the 5-hour window: 70 % of 80 % that you allow. It resets in 1 h 5 min.',
    )
  })

  it('tells tokens without a price', () => {
    expect(warningText([verdictOf(session(6, { unpricedTokens: 12_300 }))], undefined, NOW)).toContain(
      '$6.00 of $10.00 (60 %), and 12k tokens without a known price.',
    )
  })

  it('takes no control characters from a model’s name', () => {
    const text = warningText([verdictOf(session(6))], { kind: 'model', model: 'a\x1b[2J\u202eb', share: 0.4 }, NOW)
    expect(text).toContain('/model a[2Jb costs 40 % less')
  })
})

it('a block says why, how to go on, and how to switch the guard off', () => {
  const text = blockText([verdictOf(session(10.5)), verdictOf({ ...fiveHours, used: 80 })], undefined, NOW)
  expect(text.split('\n')).toEqual([
    'tokusage: limit reached, this session: $10.50 of $10.00 (105 %).',
    'tokusage: limit reached, the 5-hour window: 80 % of 80 % that you allow. It resets in 1 h 5 min.',
    "To go on: /clear begins a session of its own, or raise --session 10; wait, or raise --window 80 in the hook's command (tokusage guard --install changes it).",
    'For this session only: send TOKUSAGE_GUARD=off as a prompt, or set it before the start.',
  ])
})

it('a block by two windows says once how to go on', () => {
  const week = { ...fiveHours, minutes: 10_080, used: 90 }
  const text = blockText([verdictOf({ ...fiveHours, used: 80 }), verdictOf(week)], undefined, NOW)
  expect(text).toContain("To go on: wait, or raise --window 80 in the hook's command")
})

it('amounts read as they do in a report', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), micro => {
      expect(usdText(micro / 1e6)).toBe(usd(addMoney(noMoney, money(0, micro * 1e6))))
    }),
  ))

it('a warning for another place has the name that the limit has there', () =>
  expect(namedWarning(verdictOf(session(8)), 'dearest session 1a\x1b2b', NOW)).toBe(
    'tokusage: dearest session 1a2b: $8.00 of $10.00 (80 %).',
  ))

it('a switch that could not be kept says so, and what does it', () => {
  expect(switchText(false, false)).toMatch(/still on: .* cannot be written to.* variable TOKUSAGE_GUARD=off/)
  expect(switchText(true, false)).toContain('stays off')
})

it('what is below its limit never reads as if it were there', () =>
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10, maxExcluded: true, noNaN: true }), used => {
      const verdict = verdictOf(session(used))
      expect(warningText([verdict], undefined, NOW)).not.toContain('(100 %)')
    }),
  ))

it.each([
  [0, '$0.00'],
  [0.004, '<$0.01'],
  [0.0558, '$0.06'],
  [1.005, '$1.01'],
  [8.994, '$8.99'],
  [8.999, '$9.00'],
  [0.29, '$0.29'],
  [1234.5, '$1,234.50'],
])('%s USD reads %s', (usd, text) => expect(usdText(usd)).toBe(text))

it.each([
  [999, '999'],
  [12_300, '12k'],
  [999_400, '999k'],
  [999_600, '1.0M'],
])('%s tokens read %s', (tokens, text) => expect(tokensText(tokens)).toBe(text))

it.each([
  [-5, '1 min'],
  [61_000, '2 min'],
  [3_600_000, '1 h'],
  [90 * 60_000, '1 h 30 min'],
  [51 * 3_600_000, '2 d 3 h'],
])('%s ms read %s', (ms, text) => expect(durationText(ms)).toBe(text))

it('windows are called by their length', () => {
  expect([300, 10_080, 1440, 43_200, 90, undefined].map(windowName)).toEqual([
    '5-hour window',
    'weekly window',
    '1-day window',
    '30-day window',
    '90-minute window',
    'window',
  ])
})

it('unknown use is no zero', () => expect(useText(session(undefined))).toBe('? of $10.00'))

it('harmless leaves words alone', () => expect(harmless('a\tb\u0085c — ü')).toBe('abc — ü'))
