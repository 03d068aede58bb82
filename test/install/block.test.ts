import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { outside, withBlock, withoutBlock } from '../../src/install/block.ts'

const lines = ['one', 'two']

const texts = fc
  .tuple(
    fc.array(fc.constantFrom('', 'export A=1', '# a comment', '  if x; then', '# >>> conda >>>', 'é # tokusage'), {
      maxLength: 6,
    }),
    fc.constantFrom('\n', '\r\n', '\r'),
  )
  .map(([parts, ending]) => parts.join(ending))

test('putting a block into any text and taking it out gives the bytes back', () => {
  fc.assert(
    fc.property(texts, text => {
      const after = withBlock(text, lines, '')
      expect(after.startsWith(text)).toBe(true)
      expect(after).toContain('tokusage >>>')
      expect(withBlock(after, lines, '')).toBe(after)
      expect(withoutBlock(after, '')).toBe(text)
    }),
  )
})

test('what the user writes around it later stays', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const text = `first\n${before}\n`
      const both = `head\n${withBlock(text, lines, '')}${after}\nend`
      expect(withoutBlock(both, '')).toBe(`head\n${text}${after}\nend`)
      expect(outside(both, '')).not.toContain('two')
    }),
  )
})

test('a newer block takes the place of the older', () => {
  const text = 'a\r\nb\r\n'
  const old = `${withBlock(text, ['old'], '')}c\r\n`
  const now = withBlock(old, lines, '')
  expect(now).toBe('a\r\nb\r\n# >>> tokusage >>>\r\none\r\ntwo\r\n# <<< tokusage <<<\r\nc\r\n')
  expect(withoutBlock(now, '')).toBe('a\r\nb\r\nc\r\n')
})

test('a file that is not there holds the block alone', () => {
  expect(withBlock(undefined, lines, '')).toBe('# >>> tokusage >>>\none\ntwo\n# <<< tokusage <<<\n')
  expect(withoutBlock(withBlock(undefined, lines, ''), '')).toBe('')
})

test.each([
  ['a\n# >>> tokusage >>>\nb\n', 2],
  ['# <<< tokusage <<<\n# >>> tokusage >>>\n', 1],
  ['# >>> tokusage >>>\n# <<< tokusage <<<\n# >>> tokusage >>>\n# <<< tokusage <<<\n', 1],
  ['# >>> tokusage >>>\n# >>> tokusage >>>\n# <<< tokusage <<<\n', 1],
])('%j is refused', (text, line) => {
  for (const act of [() => withBlock(text, lines, '/x/.bashrc'), () => withoutBlock(text, '/x/.bashrc')]) {
    expect(act).toThrow(UserError)
    expect(act).toThrow(`/x/.bashrc:${line}: `)
  }
})

test('the marks inside a line of the user are none', () => {
  const text = 'grep "# >>> tokusage >>>" file\n'
  expect(withoutBlock(text, '')).toBe(text)
})
