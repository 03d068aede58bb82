import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitText, pack, pad, widthOf, wrap } from '../../src/render/width.ts'

it('counts columns, not characters', () => {
  expect(['abc', '日本', 'e\u0301', '👩‍💻', '🎌', '…', ''].map(widthOf)).toEqual([3, 4, 1, 2, 2, 1, 0])
})

it('pads by columns', () => {
  expect(pad('日本', 6)).toBe('日本  ')
  expect(pad('12', 4, 'right')).toBe('  12')
  expect(pad('long', 2)).toBe('long')
})

it('cuts text between graphemes', () => {
  expect(fitText('exactly', 7)).toBe('exactly')
  expect(fitText('too long', 7)).toBe('too lo…')
  expect(fitText('too long', 5)).toBe('too…')
  expect(fitText('日本語', 4)).toBe('日…')
  expect(fitText('a👩‍💻bc', 4)).toBe('a👩‍💻…')
  expect(fitText('a👩‍💻bc', 3)).toBe('a…')
  expect(fitText('ab', 1)).toBe('…')
  expect(fitText('ab', 0)).toBe('')
})

it('never gets wider than asked', () => {
  const piece = fc.constantFrom('a', '日', '👩‍💻', 'e\u0301', ' ', '🇩🇪', 'م')
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 0, max: 20 }), (parts, columns) => {
      expect(widthOf(fitText(parts.join(''), columns))).toBeLessThanOrEqual(columns)
    }),
  )
})

it('packs pieces on lines; the comma ends the line it belongs to where there is room', () => {
  expect(pack(['opus', 'haiku', 'x'], ', ', 11)).toEqual(['opus, haiku', 'x'])
  expect(pack(['opus', 'haiku', 'x'], ', ', 12)).toEqual(['opus, haiku,', 'x'])
  expect(pack(['opus', 'haiku'], ', ', 11)).toEqual(['opus, haiku'])
  expect(pack(['haiku', 'opus'], ', ', 5)).toEqual(['haiku', 'opus'])
  expect(pack(['a-very-long-name'], ', ', 6)).toEqual(['a-ver…'])
  expect(pack([], ', ', 6)).toEqual([])
})

it('breaks sentences at spaces', () => {
  expect(wrap('one two three', undefined)).toEqual(['one two three'])
  expect(wrap('one two three', 9, '  ')).toEqual(['one two', '  three'])
  expect(wrap('  note: one two', 10, '  ')).toEqual(['  note:', '  one two'])
})
