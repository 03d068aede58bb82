/**
 * Five calls, worked out on paper. A token costs 10 picodollars read from the cache, 125 written to it, 100 as input, 500 as output; an
 * estimated token is 1.1 tokens (two growths are too few to learn from), and a call's framing is 4 tokens (the median of three growths).
 */
import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { group, rewritesOf, totalOf } from '../../src/receipt/group.ts'
import { receipt } from '../../src/receipt/receipt.ts'
import { clearAfter, cutResults, keepWarm, reprice, withoutItems } from '../../src/receipt/replay.ts'
import { call, item, partsOf } from './session.ts'

const read = { tool: 'Read', callId: 'c1', target: { kind: 'file', name: '/app/big.ts' } } as const

const made = receipt({
  calls: [
    call('m1', 0, { cacheRead: 0, cacheCreation: 997, input: 3, output: 48 }), // prompt 1000
    call('m2', 1, { cacheRead: 997, cacheCreation: 268, input: 3, output: 20 }), // 1268: 44 answered, 220 read, 4 framing
    call('m3', 11, { cacheRead: 0, cacheCreation: 1333, input: 3, output: 66, reasoning: 40 }), // 1336, after ten minutes
    call('m4', 12, { cacheRead: 1333, cacheCreation: 77, input: 3, output: 10 }), // 1413
    call('m5', 13, { cacheRead: 900, cacheCreation: 160, input: 3, output: 0 }), // 1063: base 945, summary 110, 8 unknown
  ],
  items: [
    item('prompt', 50, 0, { title: 'Look at it' }), // 55 tokens, so the base has 945
    item('text', 10, 0, { messageId: 'm1' }), // 11 tokens in prompts; 12 of the 48 billed
    item('tool-call', 30, 0, { messageId: 'm1', ...read }), // 33; 36
    item('tool-result', 200, 0.5, read), // 220
    item('text', 18, 1, { messageId: 'm2' }), // 20
    item('prompt', 40, 10, { title: 'Go on' }), // 44
    item('thinking', 0, 11, { messageId: 'm3' }), // 40, as the log says
    item('text', 20, 11, { messageId: 'm3' }), // 22; 26
    item('prompt', 10, 11.5), // 11
    item('text', 8, 12, { messageId: 'm4' }), // never sent again
    item('summary', 100, 12.5), // 110
  ],
})

const thread = made.threads[0]!

/** Call and result of the one file that was read, from the table below. */
const fileCost = 4125 + 660 + 3795 + 18_000 + (27_500 + 4400 + 25_300)

describe('a session of five calls', () => {
  it('is paid for by its items', () => {
    const rows = thread.items.map(i => [i.kind, i.tokens, i.enter, i.carry, i.rewrite, i.output])
    expect(rows).toEqual([
      // kind, tokens, enter, carry, rewrite, output
      ['prompt', 55, 52 * 125 + 3 * 100, 3 * 550, 3 * 115 + 55 * 115, 0],
      ['text', 11, 11 * 125, 2 * 110, 11 * 115, 12 * 500],
      ['tool-call', 33, 33 * 125, 2 * 330, 33 * 115, 36 * 500],
      ['tool-result', 220, 220 * 125, 2 * 2200, 220 * 115, 0],
      ['text', 20, 20 * 125, 200, 0, 20 * 500],
      ['prompt', 44, 44 * 125, 440, 0, 0],
      ['thinking', 40, 40 * 125, 0, 0, 40 * 500],
      ['text', 22, 22 * 125, 0, 0, 26 * 500],
      ['prompt', 11, 11 * 125, 0, 0, 0],
      ['text', 10, 0, 0, 0, 10 * 500],
      ['summary', 110, 110 * 125, 0, 0, 0],
      ['base', 945, 945 * 125, 4 * 9450, 945 * 115 + 45 * 115, 0],
      ['unlogged', 4, 125 + 300, 2 * 40, 4 * 115, 0],
      ['unlogged', 4, 125 + 300, 40, 3 * 115, 0],
      ['unlogged', 4, 125 + 300, 0, 0, 0],
      ['unlogged', 8, 5 * 125 + 300, 0, 0, 0],
    ])
  })

  it('is paid for call by call', () => {
    const { enter, carry, rewrite, output } = thread.callShares
    const rows = thread.calls.map((_, k) => [enter[k], carry[k], rewrite[k], output[k], thread.reasons[k]])
    expect(rows).toEqual([
      [124_925, 0, 0, 24_000, undefined],
      [33_425, 10_000, 345, 10_000, 'tail'],
      [8425, 12_680, 145_820, 33_000, 'idle'],
      [9550, 13_360, 345, 5000, 'tail'],
      [14_675, 9450, 5175, 0, 'compaction'],
    ])
  })

  it('has three turns', () => {
    expect(thread.turns.map(turn => [turn.title, turn.firstCall, turn.endCall])).toEqual([
      ['Look at it', 0, 2],
      ['Go on', 2, 3],
      [undefined, 3, 5],
    ])
  })

  it('costs the same in every grouping', () => {
    const utc = calendar('UTC')
    expect(totalOf(made)).toEqual({ kilo: 0, pico: 460_175 })
    expect(group(made, utc, 'file').map(row => [row.key, row.cost.pico, row.tokens])).toEqual([
      [undefined, 460_175 - fileCost, 6080 + 144 - (3 * 33 + 3 * 220 + 36)],
      ['/app/big.ts', fileCost, 3 * 33 + 3 * 220 + 36],
    ])
    expect(group(made, utc, 'turn', 'cause').map(row => [row.key, row.cost.pico])).toEqual([
      ['s1 0', 202_695],
      ['s1 1', 199_925],
      ['s1 2', 57_555],
    ])
    expect(rewritesOf(made).map(row => [row.reason, row.calls, row.cost.pico])).toEqual([
      ['idle', 1, 145_820],
      ['compaction', 1, 5175],
      ['tail', 2, 690],
    ])
  })
})

describe('the same session, had it', () => {
  it('been cleared after its first turn', () => {
    // Of prompt, text, call, result and framing: calls 3 and 4.
    const old = 323 * 10 + 323 * 115 + 323 * 10
    expect(clearAfter(thread, 0)).toMatchObject({ saving: old, atStake: old, before: 460_175, after: 460_175 - old })
  })

  it('not read the file', () => {
    expect(withoutItems(thread, new Set([3])).saving).toBe(27_500 + 4400 + 25_300)
  })

  it('read a quarter of the file', () => {
    expect(cutResults(thread, 55)).toMatchObject({ saving: 42_900, atStake: 57_200 })
  })

  it('kept its cache warm', () => {
    // Ten minutes are two lifetimes: two reads of 1268 tokens.
    expect(keepWarm(thread)).toMatchObject({ saving: 145_820 - 2 * 12_680, atStake: 145_820 })
  })

  it('used a model at half the price', () => {
    expect(reprice(thread, ({ tokens }) => ({ ...partsOf(tokens), output: 0 })).saving).toBe(72_000)
  })
})
