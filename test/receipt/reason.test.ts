/** Why context that had been sent before was paid for anew. */
import { describe, expect, it } from 'vitest'
import { receipt } from '../../src/receipt/receipt.ts'
import type { EntryParts } from '../support/entry.ts'
import { call, item } from './session.ts'

/** Base and first prompt of 20,000 tokens, a result of 30,000, then the call in question. */
const reasonFor = (
  parts: EntryParts,
  minute: number,
  options: { isNewTurn?: boolean; isLong?: boolean } = {},
): string | undefined => {
  const first = { cacheCreation: 20_000, output: 10, ...(options.isLong && { longCache: 20_000 }) }
  const second = { cacheRead: 20_000, cacheCreation: 30_010, output: 10, ...(options.isLong && { longCache: 30_010 }) }
  const { threads } = receipt({
    calls: [call('m1', 0, first), call('m2', 1, second), call('m3', minute, { output: 10, ...parts })],
    items: [
      item('prompt', 100, 0),
      item('tool-call', 9, 0, { messageId: 'm1' }),
      item('tool-result', 27_270, 0.5),
      item('text', 9, 1, { messageId: 'm2' }),
      ...(options.isNewTurn ? [item('prompt', 90, minute)] : [item('tool-result', 90, minute)]),
      item('text', 9, minute, { messageId: 'm3' }),
    ],
  })
  return threads[0]!.reasons[2]
}

const nothingRead = { cacheCreation: 50_120 }
const baseRead = { cacheRead: 19_000, cacheCreation: 31_120 }
const moreThanBaseRead = { cacheRead: 25_000, cacheCreation: 25_120 }

describe('a cache miss', () => {
  it.each([
    ['after six minutes', nothingRead, 7.1, {}, 'idle'],
    ['after four', nothingRead, 5, {}, 'unknown'],
    ['after six minutes of a cache that lives for an hour', nothingRead, 7.1, { isLong: true }, 'unknown'],
    ['after more than an hour of such a cache', nothingRead, 62, { isLong: true }, 'idle'],
    ['with another model', { ...nothingRead, model: 'claude-sonnet-4-5' }, 2, {}, 'model-switch'],
    ['behind a prompt, down to the base', baseRead, 2, { isNewTurn: true }, 'resume'],
    [
      'behind a prompt, down to a place in the conversation',
      moreThanBaseRead,
      2,
      { isNewTurn: true },
      'prefix-changed',
    ],
    ['down to the base amid a turn', baseRead, 2, {}, 'prefix-changed'],
    ['of the last few tokens', { cacheRead: 50_000, cacheCreation: 120 }, 2, {}, 'tail'],
  ] as const)('%s', (_, parts, minute, options, reason) => expect(reasonFor(parts, minute, options)).toBe(reason))

  it('there is none where all was read', () => {
    expect(reasonFor({ cacheRead: 50_010, cacheCreation: 110 }, 2)).toBeUndefined()
  })
})
