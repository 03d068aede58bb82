import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money } from '../../src/core/money.ts'
import {
  clean,
  count,
  counted,
  duration,
  modelName,
  modelNames,
  percent,
  short,
  shortUsd,
  usd,
} from '../../src/render/format.ts'
import { bar } from '../../src/render/table.ts'

describe('count', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-1_234, '-1,234'],
    [12.6, '13'],
    [-0.2, '0'],
    [9_007_199_254_740_992, '9,007,199,254,740,992'],
    [1e21, '1,000,000,000,000,000,000,000'],
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('%d is %s', (n, text) => expect(count(n)).toBe(text))

  it('loses no digit', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), n => {
        expect(Number(count(n).replaceAll(',', ''))).toBe(n)
      }),
    )
  })
})

describe('short', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [10_000, '10.0K'],
    [12_345, '12.3K'],
    [99_950, '100K'],
    [999_499, '999K'],
    [999_500, '1.00M'],
    [1_234_567, '1.23M'],
    [55_511_345, '55.5M'],
    [1_234_567_890, '1.23B'],
    [4_000_000_000_000, '4.00T'],
    [5_000_000_000_000_000, '5,000T'],
    [-1_234_567, '-1.23M'],
  ])('%d is %s', (n, text) => expect(short(n)).toBe(text))

  it('is within half a percent and at most six characters below a quadrillion', () => {
    const factor: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999e12 }), n => {
        const text = short(n)
        const value = Number.parseFloat(text.replaceAll(',', '')) * (factor[text.at(-1) ?? ''] ?? 1)
        expect(text.length).toBeLessThanOrEqual(6)
        expect(Math.abs(value - n)).toBeLessThanOrEqual(n * 0.005)
      }),
    )
  })
})

describe('usd', () => {
  it('rounds to cents from money or dollars, without -0', () => {
    expect(usd(money(1, 234_560_000_000_000))).toBe('$1,234.56')
    expect(usd(money(0, 4_996_000_000_000))).toBe('$5.00')
    expect(usd(0.125)).toBe('$0.13')
    expect(usd(-0)).toBe('$0.00')
    expect(usd(-0.001)).toBe('$0.00')
    expect(usd(money(-1, 998_500_000_000_000))).toBe('-$1.50')
    expect(usd(Number.NaN)).toBe('$?')
  })

  it('never passes off less than a cent as zero', () => {
    expect([0.0004, 0.0054, 0.009, 1e-12, 1e-15].map(n => usd(n))).toEqual(Array(5).fill('<$0.01'))
    expect([0, -0, 0.01].map(n => usd(n))).toEqual(['$0.00', '$0.00', '$0.01'])
  })

  it.each([
    [0.0004, '≥ $0.0004'],
    [0.0054, '≥ $0.0054'],
    [0.00999, '≥ $0.0099'],
    [0.000123456, '≥ $0.00012'],
    [0.001, '≥ $0.001'],
    [1e-12, '≥ $0.000000000001'],
    [1e-15, '<$0.01'],
    [0.01, '≥ $0.01'],
    [0, '≥ $0.00'],
    [4.1, '≥ $4.10'],
  ])('%d as a lower bound is %s', (n, text) => expect(usd(n, '≥ ')).toBe(text))

  it('a lower bound under a cent is one, and within a tenth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), pico => {
        const shown = Math.round(Number(usd(money(0, pico), '≥ ').replace('≥ $', '')) * 1e12)
        expect(shown).toBeLessThanOrEqual(pico)
        expect(shown).toBeGreaterThan(pico * 0.9)
      }),
    )
  })

  it('is short in a narrow cell', () => {
    expect(shortUsd(999.99)).toBe('$999.99')
    expect(shortUsd(1_234.56)).toBe('$1,235')
    expect(shortUsd(money(12, 345_000_000_000_000))).toBe('$12.3K')
    expect(shortUsd(-2_000)).toBe('-$2,000')
    expect(shortUsd(0.0054)).toBe('<$0.01')
    expect(shortUsd(0.0004, '≥ ')).toBe('≥ $0.0004')
    expect(shortUsd(12_345, '~')).toBe('~$12.3K')
  })
})

it('one thing is not called many', () => {
  expect([0, 1, 2, 1_000].map(n => counted(n, 'copy', 'copies'))).toEqual([
    '0 copies',
    '1 copy',
    '2 copies',
    '1,000 copies',
  ])
})

it('percent', () => {
  expect([0, 0.004, 0.005, 0.421, 1, 1.5, Number.NaN].map(percent)).toEqual([
    '0%',
    '<1%',
    '1%',
    '42%',
    '100%',
    '150%',
    '?',
  ])
})

it('duration never rounds up', () => {
  const minute = 60_000
  const texts = [
    0,
    59_999,
    minute,
    59 * minute + 59_999,
    180 * minute,
    192 * minute,
    47 * 60 * minute,
    79 * 60 * minute,
    -5,
  ]
  expect(texts.map(duration)).toEqual(['0s', '59s', '1m', '59m', '3h', '3h 12m', '47h', '3d 7h', '0s'])
  expect(duration(Number.NEGATIVE_INFINITY)).toBe('?')
})

it('bars are in eighths, and what is there shows', () => {
  expect([0, 0.001, 0.5, 0.5625, 1, 7].map(share => bar(share, 2))).toEqual(['', '▏', '█', '█▏', '██', '██'])
})

describe('clean', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['8-bit sequences', '\u009b1;31mred', 'red'],
    ['window titles', 'a\u001b]0;owned\u0007b', 'ab'],
    ['hyperlinks', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['an unfinished sequence', 'a\u001b]0;rest', 'a]0;rest'],
    ['cursor moves and resets', 'a\u001b[2J\u001bcb', 'ab'],
    ['controls', 'a\u0000\u0008b\u007f', 'ab'],
    ['line breaks', 'one\r\ntwo\u2028three\tfour', 'one two three four'],
    ['bidi overrides', 'abc\u202etxt.exe\u2066x\u2069', 'abctxt.exex'],
    ['invisible characters', 'a\u200bb\ufeffc\u00add', 'abcd'],
    ['half surrogates', 'x\ud83dy\ude00', 'x\ufffdy\ufffd'],
    ['stray joiners', 'a\u200db', 'ab'],
    ['spaces', '  a   b ', 'a b'],
  ])('takes out %s', (_, dirty, expected) => expect(clean(dirty)).toBe(expected))

  it.each(['日本語 한국어', '👩‍💻 works', 'مرحبا', 'é', '__proto__', '=cmd()|<script>'])('leaves %s alone', text =>
    expect(clean(text)).toBe(text),
  )

  it('leaves nothing that a terminal acts upon, whatever comes', () => {
    const piece = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '31m',
      '\u009b',
      '\u0007',
      '\u202e',
      '\ud83d',
      '\ude00',
      '\u200d',
      '👩',
      'a',
      ' ',
      '\n',
      ';',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' }))), parts => {
        const text = clean(parts.join(''))
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u)
      }),
    )
  })
})

it.each([
  [undefined, 'unknown'],
  ['claude-opus-4-6', 'opus-4-6'],
  ['claude-haiku-4-5-20251001', 'haiku-4-5'],
  ['anthropic/claude-opus-4.6', 'opus-4.6'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'sonnet-4-5'],
  ['claude-opus-4-1@20250805', 'opus-4-1'],
  ['claude-sonnet-4-5-20250929[1m]', 'sonnet-4-5[1m]'],
  ['openai/gpt-5.4', 'gpt-5.4'],
  ['openrouter/anthropic/claude-opus-4.6', 'opus-4.6'],
  ['accounts/acme_1/models/x.2', 'x.2'],
  ['<b>m|x</b>', '<b>m|x</b>'],
  ['my model/x', 'my model/x'],
  ['acme/', 'acme/'],
  ['claude-', 'claude-'],
  ['<synthetic>', '<synthetic>'],
  ['__proto__', '__proto__'],
  ['\u001b[31mclaude-x', 'x'],
])('model %s is shown as %s', (model, name) => expect(modelName(model)).toBe(name))

it('names each model once', () => {
  const models = ['claude-haiku-4-5-20251001', 'claude-haiku-4-5', undefined].map(model => ({ model }))
  expect(modelNames(models)).toEqual(['haiku-4-5', 'unknown'])
})
