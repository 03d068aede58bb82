import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addTokens, noTokens, promptTokens, totalTokens } from '../../src/core/tokens.ts'

const some = { input: 1, output: 20, cacheCreation: 300, cacheRead: 4000, reasoning: 15, longCache: 250 }

it('the total is the four classes; what explains them is not counted again', () => {
  expect(totalTokens(some)).toBe(4321)
  expect(totalTokens(noTokens)).toBe(0)
})

it('the prompt is everything but the output', () => {
  expect(promptTokens(some)).toBe(4301)
})

it('adding adds every field, in any order, and nothing changes nothing', () => {
  expect(addTokens(some, { ...some, input: 9 })).toEqual({
    input: 10,
    output: 40,
    cacheCreation: 600,
    cacheRead: 8000,
    reasoning: 30,
    longCache: 500,
  })
  const tokens = fc.record({
    input: fc.nat(),
    output: fc.nat(),
    cacheCreation: fc.nat(),
    cacheRead: fc.nat(),
    reasoning: fc.nat(),
    longCache: fc.nat(),
  })
  fc.assert(
    fc.property(tokens, tokens, tokens, (a, b, c) => {
      expect(addTokens(a, b)).toEqual(addTokens(b, a))
      expect(addTokens(addTokens(a, b), c)).toEqual(addTokens(a, addTokens(b, c)))
      expect(addTokens(a, noTokens)).toEqual(a)
      expect(totalTokens(addTokens(a, b))).toBe(totalTokens(a) + totalTokens(b))
    }),
  )
})
