import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diff } from '../../src/install/diff.ts'

const shown = (before: string, after: string) => diff(before, after).map(({ mark, text }) => mark + text)

test('two lines of context around each change, and where they are', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`)
  const after = lines.with(2, 'three').toSpliced(15, 0, 'new')
  expect(shown(lines.join('\n'), after.join('\n'))).toEqual([
    '@@@ -1,5 +1,5 @@',
    ' line 1',
    ' line 2',
    '-line 3',
    '+three',
    ' line 4',
    ' line 5',
    '@@@ -14,4 +14,5 @@',
    ' line 14',
    ' line 15',
    '+new',
    ' line 16',
    ' line 17',
  ])
})

test('a file that is new, and one that goes', () => {
  expect(shown('', 'a\nb\n')).toEqual(['@@@ -0,0 +1,2 @@', '+a', '+b'])
  expect(shown('a\n', '')).toEqual(['@@@ -1 +0,0 @@', '-a'])
  expect(shown('a\r\nb', 'a\r\nb')).toEqual([])
})

/** Follows the headings: what a patch program would make of it. */
const patched = (before: readonly string[], lines: ReturnType<typeof diff>): string[] => {
  const result: string[] = []
  let taken = 0
  for (const { mark, text } of lines) {
    if (mark === '@') {
      const [, start, count] = /-(\d+)(?:,(\d+))?/.exec(text)!
      const from = count === '0' ? Number(start) : Number(start) - 1
      result.push(...before.slice(taken, from))
      taken = from
    } else if (mark === '+') result.push(text)
    else {
      expect(before[taken]).toBe(text)
      if (mark === ' ') result.push(text)
      taken++
    }
  }
  return [...result, ...before.slice(taken)]
}

const textOf = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')

test('from the one text and the lines the other can be made, whatever they are', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', '}'), { maxLength: 30 })
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      expect(patched(before, diff(textOf(before), textOf(after)))).toEqual(after)
    }),
  )
})
