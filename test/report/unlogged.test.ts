/** What an agent's own total holds beyond the transcript. */
import { describe, expect, it } from 'vitest'
import type { SessionNote } from '../../src/core/entry.ts'
import { noTokens, type TokenCounts } from '../../src/core/tokens.ts'
import { unloggedOf as figures, restOf, restsBySession, totalOf } from '../../src/report/unlogged.ts'
import { priced } from '../support/entry.ts'

const model = 'claude-opus-4-6'
const total = (usd: number, tokens: Partial<TokenCounts>, key = 'k', name = model) => ({
  key,
  usd,
  models: [{ model: name, tokens: { ...noTokens, ...tokens }, usd }],
})
const note = (of: ReturnType<typeof total>): SessionNote => ({
  agent: 'ember',
  session: 's1',
  kind: 'total',
  total: of,
})
const leaves = (...list: ReturnType<typeof priced>[]) => list

const unloggedOf = (of: Parameters<typeof restOf>[0], known: Parameters<typeof restOf>[1]) => figures(restOf(of, known))

describe('totalOf', () => {
  it('takes the last total of a key', () => {
    expect(totalOf([note(total(1, { input: 5 })), note(total(2, { input: 9 }))])).toEqual(total(2, { input: 9 }))
  })

  it('adds keys up, model by model', () => {
    const notes = [
      note(total(1, { input: 5 }, 'a')),
      note(total(0.25, { input: 1 }, 'b', 'claude-haiku-4-5')),
      note(total(2, { input: 9, output: 1 }, 'c')),
    ]
    expect(totalOf(notes)).toEqual({
      key: 'a b c',
      usd: 3.25,
      models: [
        { model, tokens: { ...noTokens, input: 14, output: 1 }, usd: 3 },
        { model: 'claude-haiku-4-5', tokens: { ...noTokens, input: 1 }, usd: 0.25 },
      ],
    })
  })

  it('is none without such notes', () => {
    expect(totalOf([{ agent: 'ember', session: 's1', kind: 'ai', text: 'x' }])).toBeUndefined()
  })
})

describe('unloggedOf', () => {
  const logged = leaves(priced({ input: 100, output: 50, cacheRead: 1000, usd: 1 }))

  it('is the total less the transcript, in each class', () => {
    const claimed = total(1.5, { input: 130, output: 57, cacheRead: 1000, cacheCreation: 4 })
    expect(unloggedOf(claimed, logged)).toEqual({ tokens: 41, usd: 0.5 })
  })

  it('lets no class go below zero and take from another', () => {
    expect(unloggedOf(total(0.5, { input: 130, output: 14, cacheRead: 1000 }), logged)).toEqual({ tokens: 30, usd: 0 })
  })

  it('counts a subset of a class once', () => {
    const claimed = total(1.5, { input: 100, output: 60, reasoning: 60, cacheRead: 1000 })
    expect(unloggedOf(claimed, logged).tokens).toBe(10)
  })

  it('takes half a percent for rounding where no token is missing', () => {
    const tokens = { input: 100, output: 50, cacheRead: 1000 }
    expect(unloggedOf(total(1.004, tokens), logged)).toEqual({ tokens: 0, usd: 0 })
    expect(unloggedOf(total(1.0625, tokens), logged)).toEqual({ tokens: 0, usd: 0.0625 })
    expect(unloggedOf(total(1.001953125, { ...tokens, input: 101 }), logged)).toEqual({ tokens: 1, usd: 0.001953125 })
    expect(unloggedOf(total(1.0000005, { ...tokens, input: 101 }), logged)).toEqual({ tokens: 1, usd: 0 })
  })

  it('does not take a model without a price for side calls', () => {
    const unpriced = leaves(priced({ model: 'new-1', input: 10, usd: null }), priced({ input: 100, usd: 1 }))
    const claimed = {
      key: 'k',
      usd: 3.5,
      models: [
        { model: 'new-1', tokens: { ...noTokens, input: 10 }, usd: 2 },
        { model, tokens: { ...noTokens, input: 120 }, usd: 1.5 },
      ],
    }
    expect(unloggedOf(claimed, unpriced)).toEqual({ tokens: 20, usd: 0.5 })
  })
})

describe('restsBySession', () => {
  it('leaves a fork only what it used beyond its parent', () => {
    const entries = [
      priced({ messageId: 'm1', session: 's1', input: 10, usd: 1 }),
      priced({ messageId: 'm2', session: 's2', input: 10, usd: 1 }),
    ]
    // s1: 10 logged, 100 beside. s2 copied m1 and inherited those 100, made 10 of its own and 7 beside.
    const notes = [
      { ...note(total(1.5, { input: 110 })), session: 's1', agent: 'claude' },
      { ...note(total(2.75, { input: 127 })), session: 's2', agent: 'claude' },
    ]
    const rests = restsBySession(entries, notes, [{ agent: 'claude', session: 's2', messageId: 'm1' }])
    expect([...rests.values()].map(figures)).toEqual([
      { tokens: 100, usd: 0.5 },
      { tokens: 7, usd: 0.25 },
    ])
  })
})
