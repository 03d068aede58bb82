/** The invariants of spec/RECEIPT.md over random sessions: prompts that shrink, jump and vanish, items of all kinds, in any order. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CostParts } from '../../src/core/cost-parts.ts'
import { type ContextItem, type ItemKind, noText } from '../../src/core/item.ts'
import { receipt } from '../../src/receipt/receipt.ts'
import type { PricedCall, ReceiptInput } from '../../src/receipt/types.ts'
import { entry } from '../support/entry.ts'
import { faultsOf } from './invariants.ts'

const kinds: readonly ItemKind[] = [
  'system',
  'prompt',
  'attachment',
  'text',
  'thinking',
  'tool-call',
  'tool-result',
  'summary',
]
const written: readonly ItemKind[] = ['text', 'thinking', 'tool-call']

const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 90_000 }))
const pico = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3_000_000_000_000 }))

const randomCall = fc.record({
  gap: fc.integer({ min: 0, max: 40 }),
  input: count,
  output: count,
  cacheCreation: count,
  cacheRead: count,
  thought: fc.double({ min: 0, max: 1, noNaN: true }),
  model: fc.constantFrom('a', 'b', undefined),
  project: fc.constantFrom('p', 'q', undefined),
  subagent: fc.constantFrom(undefined, undefined, 'x'),
  isPartial: fc.boolean(),
  picos: fc.tuple(pico, pico, pico, pico, fc.oneof(fc.constant(0), pico)),
  readPico: fc.constantFrom(undefined, 0, 300_000, 2_000_000),
})

const randomItem = fc.record({
  kind: fc.constantFrom(...kinds),
  tokens: count,
  /** Where among the calls it stands. */
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  tool: fc.constantFrom(undefined, 'Read', 'WebSearch', 'mcp__a__b'),
  key: fc.constantFrom(undefined, undefined, 'tool:Read', 'system'),
  isExact: fc.boolean(),
})

/** Money is where tokens are: a class without tokens costs nothing. */
const partsOf = (
  c: { input: number; output: number; cacheRead: number; cacheCreation: number },
  picos: readonly number[],
  readPico?: number,
): CostParts => ({
  input: c.input > 0 ? picos[0]! : 0,
  output: c.output > 0 ? picos[1]! : 0,
  cacheRead: c.cacheRead > 0 ? picos[2]! : 0,
  cacheCreation: c.cacheCreation > 0 ? picos[3]! : 0,
  extras: picos[4]!,
  readPico,
})

const session = fc
  .tuple(fc.array(randomCall, { minLength: 1, maxLength: 14 }), fc.array(randomItem, { maxLength: 40 }))
  .map(([calls, items]): ReceiptInput => {
    let minutes = 0
    const made = calls.map(({ gap, picos, readPico, thought, ...c }, n): PricedCall => {
      minutes += gap
      const reasoning = Math.floor(c.output * thought)
      return {
        entry: entry({ ...c, reasoning, at: minutes * 60_000 + n, messageId: `m${n}` }),
        parts: partsOf(c, picos, readPico),
      }
    })
    const placed = items
      .map(({ place, tokens, key, kind, isExact, ...rest }, n): ContextItem => {
        const { entry: of } = made[Math.floor(place * (made.length - 1))]!
        const isWritten = written.includes(kind)
        return {
          agent: of.agent,
          session: of.session,
          subagent: of.subagent,
          at: of.at,
          kind,
          size: { ...noText, tokens },
          callId: `c${n % 5}`,
          ...(isWritten && { messageId: of.messageId }),
          ...(kind === 'system' && { key, isExact, section: 'tool' as const }),
          ...rest,
        }
      })
      .sort((a, b) => a.at - b.at)
    return { calls: made, items: placed }
  })

it('every token and every picodollar is somewhere, once', () => {
  fc.assert(
    fc.property(session, input => {
      expect(faultsOf(input, receipt(input))).toEqual([])
    }),
    { numRuns: 1500 },
  )
})

it('the order of the calls does not matter', () => {
  fc.assert(
    fc.property(session, input => {
      expect(receipt({ ...input, calls: [...input.calls].reverse() })).toEqual(receipt(input))
    }),
    { numRuns: 200 },
  )
})

it('an item that is logged twice counts once', () => {
  fc.assert(
    fc.property(session, input => {
      const items = input.items.map((item, n) => ({ ...item, id: `i${n}` }))
      const twice = items.flatMap(item => [item, item])
      expect(receipt({ ...input, items: twice })).toEqual(receipt({ ...input, items }))
    }),
    { numRuns: 200 },
  )
})
