/** Which items belong to which thread, where the log makes it hard. */
import { describe, expect, it } from 'vitest'
import { receipt } from '../../src/receipt/receipt.ts'
import { call, item } from './session.ts'

const tokens = { cacheCreation: 1000, output: 10 }

describe('a fork whose original was deleted', () => {
  // The lines stand in session `fork`; their responses belong to `s1`, which wrote them.
  const copied = [
    item('prompt', 50, 0, { session: 'fork' }),
    item('text', 8, 0, { session: 'fork', messageId: 'm1' }),
    item('prompt', 20, 1, { session: 'fork' }),
  ]

  it('lends the original its items', () => {
    const { threads } = receipt({ calls: [call('m1', 0, tokens)], items: copied })
    expect(threads).toHaveLength(1)
    expect(threads[0]).toMatchObject({ session: 's1', basis: 'inferred' })
    expect(threads[0]!.items.map(i => i.kind)).toContain('prompt')
  })

  it('keeps them as its own context', () => {
    const own = call('m2', 2, { session: 'fork', cacheRead: 1000, cacheCreation: 60, output: 5 })
    const items = [...copied, item('text', 4, 2, { session: 'fork', messageId: 'm2' })]
    const { threads } = receipt({ calls: [call('m1', 0, tokens), own], items })
    expect(threads.map(thread => [thread.session, thread.basis])).toEqual([
      ['s1', 'inferred'],
      ['fork', 'inferred'],
    ])
  })
})

it('sub-agents that only their chains tell apart have threads of their own', () => {
  const items = [
    item('prompt', 20, 0, { thread: 'a' }),
    item('prompt', 30, 0, { thread: 'b' }),
    item('text', 8, 1, { thread: 'a', messageId: 'a1' }),
    item('text', 8, 1, { thread: 'b', messageId: 'b1' }),
  ]
  const { threads } = receipt({ calls: [call('a1', 1, tokens), call('b1', 1, tokens)], items })
  expect(threads.map(thread => thread.items.filter(i => i.kind === 'prompt').map(i => i.context?.size.tokens))).toEqual(
    [[20], [30]],
  )
})

it('a call made while another was answered has a prompt of its own', () => {
  const aside = call('m1:advisor:0', 0, { input: 5000, output: 10 })
  const { threads } = receipt({
    calls: [call('m1', 0, tokens), aside],
    items: [item('text', 8, 0, { messageId: 'm1' })],
  })
  expect(threads.map(thread => [thread.calls.length, thread.basis])).toEqual([
    [1, 'inferred'],
    [1, 'none'],
  ])
})

it('one large result that was not sent in full does not decide how large a token is', () => {
  let prompt = 20_000
  const calls = [call('m0', 0, { cacheCreation: prompt, output: 10 })]
  const items = [item('prompt', 100, 0), item('tool-call', 9, 0, { messageId: 'm0' })]
  for (let n = 1; n <= 8; n++) {
    // 600 estimated tokens are 900; the fifth result has 90,000, of which next to nothing was sent.
    items.push(item('tool-result', n === 5 ? 90_000 : 600, n), item('tool-call', 9, n, { messageId: `m${n}` }))
    calls.push(call(`m${n}`, n, { cacheRead: prompt, cacheCreation: 914, output: 10 }))
    prompt += 914
  }
  expect(receipt({ calls, items }).threads[0]!.ratio).toBeCloseTo(1.5, 1)
})
