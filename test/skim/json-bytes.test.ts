/** Finding one's way in bytes of JSON, held against JSON.parse. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BAD_COUNT,
  countAt,
  keyIs,
  NO_COUNT,
  skipSpace,
  skipString,
  skipValue,
  skipWholeString,
  textAt,
} from '../../src/skim/json-bytes.ts'

const bytes = (text: string) => Buffer.from(`${text}\n`)
const json = fc.oneof(fc.json({ maxDepth: 5 }), fc.json({ stringUnit: 'binary', maxDepth: 3 }))

it('skipWholeString finds the end of any string that has one, short or long, however it ends', () => {
  const units = fc.constantFrom('a', '"', '\\', '\n', 'é', '🚀', 'x'.repeat(60))
  const strings = fc.array(units, { maxLength: 12 }).map(parts => JSON.stringify(parts.join('')))
  fc.assert(
    fc.property(strings, fc.constantFrom('', ',"b":"c"', '}', '\\"'), (string, behind) => {
      const line = bytes(string + behind)
      expect(skipWholeString(line, 1)).toBe(Buffer.byteLength(string))
      expect(skipWholeString(line, 1)).toBe(skipString(line, 1))
    }),
    { numRuns: 2000 },
  )
  for (const cut of ['"', '"ab', `"${'x'.repeat(500)}`, `"${'x'.repeat(500)}\\"`])
    expect(skipWholeString(Buffer.from(cut), 1)).toBe(-1)
})

describe('skipValue', () => {
  it('goes from the first byte of any value to behind its last', () => {
    fc.assert(
      fc.property(json, fc.constantFrom('', ',', '}', ']', ' ', '\t,', '\r'), (value, behind) => {
        expect(skipValue(bytes(value + behind), 0)).toBe(Buffer.byteLength(value))
      }),
      { numRuns: 500 },
    )
  })

  it('says of a value that is cut off that it is none, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), list => {
        const text = Buffer.from(JSON.stringify(list))
        for (let cut = 1; cut < text.length; cut++) {
          expect(skipValue(Buffer.concat([text.subarray(0, cut), Buffer.from('\n')]), 0)).toBe(-1)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('does not look into strings', () => {
    const text = '["]","\\"]","\\\\",{"}":"{"},"\\u005d"]'
    expect(skipValue(bytes(`${text},1]`), 0)).toBe(text.length)
  })

  it('stops at the line’s end, whatever stands behind it', () => {
    for (const cut of ['{"a":"b', '{"a":', '[', '"abc', '"abc\\', '{"a":[1,2', '']) {
      expect(skipValue(Buffer.from(`${cut}\n"}]}"}`), 0), cut).toBe(-1)
    }
  })
})

describe('skipString and skipSpace', () => {
  it('end behind the quote, and at the first byte that is no blank', () => {
    expect(skipString(bytes('"abc"x'), 1)).toBe(5)
    expect(skipString(bytes('"a\\"c"x'), 1)).toBe(6)
    expect(skipString(bytes('"a\\\\"x'), 1)).toBe(5)
    expect(skipString(bytes('"abc'), 1)).toBe(-1)
    expect(skipSpace(bytes(' \t\r x'), 0)).toBe(4)
    expect(skipSpace(bytes('\0x'), 0)).toBe(0)
  })
})

describe('textAt', () => {
  it('is what JSON.parse makes of the string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const b = bytes(JSON.stringify(text))
        expect(textAt(b, 0, b.length - 1)).toBe(text)
      }),
    )
  })

  it('keeps half an emoji, and gives nothing for a broken escape', () => {
    const at = (text: string) => textAt(bytes(text), 0, text.length)
    expect(at('"\\ud83d"')).toBe('\ud83d')
    expect(at('"\\x"')).toBeUndefined()
    expect(at('"\\u12"')).toBeUndefined()
    expect(at('""')).toBe('')
  })
})

describe('keyIs', () => {
  it('compares all of a key, not a part', () => {
    expect(keyIs(bytes('"usage"'), 0, 7, 'usage')).toBe(true)
    for (const other of ['usag', 'usages', 'Usage', 'usagf', ''])
      expect(keyIs(bytes('"usage"'), 0, 7, other), other).toBe(false)
  })
})

describe('countAt', () => {
  const count = (text: string) => countAt(bytes(text), 0, Buffer.byteLength(text))

  it.each([
    ['0', 0],
    ['7', 7],
    ['007', 7],
    ['7.0', 7],
    ['7e0', 7],
    ['0.7e1', 7],
    ['70E-1', 7],
    ['"7"', 7],
    ['" 7.0 "', 7],
    ['9007199254740991', 2 ** 53 - 1],
  ] as const)('%s is %i', (text, wanted) => {
    expect(count(text)).toBe(wanted)
  })

  it('null is no count', () => {
    expect(count('null')).toBe(NO_COUNT)
  })

  it.each([
    '-1',
    '7.5',
    '1e300',
    '1e16',
    '9007199254740992',
    '99999999999999999999',
    '"NaN"',
    '""',
    '" "',
    '"a"',
    'true',
    'false',
    '{}',
    '[]',
    '[7]',
    '"-2"',
  ])('%s is a bad one', text => {
    expect(count(text)).toBe(BAD_COUNT)
  })

  it('any whole number in any notation is itself', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), n => {
        for (const text of [`${n}`, `${n}.0`, `"${n}"`, `${n}e0`]) expect(count(text)).toBe(n)
      }),
    )
  })
})
