import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../../src/config/nearest.ts'

describe('editDistance', () => {
  it.each([
    ['daily', 'daily', 0],
    ['dialy', 'daily', 1], // a swap is one slip
    ['dayly', 'daily', 1],
    ['daly', 'daily', 1],
    ['dailyy', 'daily', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

describe('nearest', () => {
  const words = ['daily', 'weekly', 'monthly', 'session', 'blocks']
  it.each([
    ['dialy', 'daily'],
    ['sesion', 'session'],
    ['mon', 'monthly'],
    ['WEEKLY', 'weekly'],
    ['zzzz', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => expect(nearest(word, words)).toBe(expected))
})
