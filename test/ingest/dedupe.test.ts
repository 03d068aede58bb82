/** Which lines are one response, and what of it stays (formats/claude-code.md §4, OBSERVED.md "Continue, resume, fork"). */
import { describe, expect, it } from 'vitest'
import type { UsageEntry } from '../../src/core/entry.ts'
import { merge } from '../../src/core/merge.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { type EntryParts, entry } from '../support/entry.ts'
import { inOrder } from '../support/scan.ts'

const T = Date.UTC(2026, 10, 2, 9)
const line = (parts: EntryParts) => entry({ at: T, messageId: 'm1', requestId: 'r1', input: 10, output: 20, ...parts })

/** Tools as a set: their order has a test of its own. */
const settled = (entries: readonly UsageEntry[]) => inOrder(entries).map(e => ({ ...e, tools: [...e.tools].sort() }))

const orders = <V>(list: readonly V[]): V[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((head, i) => orders([...list.slice(0, i), ...list.slice(i + 1)]).map(rest => [head, ...rest]))

/** The merged entries, in whatever order the lines come and whichever thread read them. */
const merged = (...lines: readonly UsageEntry[]) => {
  const results = orders(lines).flatMap(order =>
    order.map((_line, split) => {
      const [one, other] = [new Deduper(), new Deduper()]
      for (const e of order.slice(0, split)) one.add(e)
      for (const e of order.slice(split)) other.add(e)
      for (const e of other.rows()) one.add(e)
      return one.resolve()
    }),
  )
  const [first] = results
  for (const result of results) expect(settled(result.entries)).toEqual(settled(first!.entries))
  return settled(first!.entries)
}

const outputs = (...lines: readonly UsageEntry[]) => merged(...lines).map(e => e.tokens.output)

describe('one response', () => {
  it('is what has one message id and one request id, over sessions and threads', () => {
    expect(outputs(line({}), line({}), line({ session: 's2' }), line({ session: 's3', isSidechain: true }))).toEqual([
      20,
    ])
  })

  it('takes the counts of its fullest line, whole: never the first, never a maximum per class', () => {
    const early = line({ output: 3, cacheRead: 900, model: 'claude-fable-5' })
    const final = line({ output: 159, cacheRead: 800, model: 'claude-opus-4-6', at: T + 5000 })
    const [whole] = merged(early, final)
    expect(whole).toMatchObject({
      model: 'claude-opus-4-6',
      at: T,
      doneAt: T + 5000,
      tokens: { input: 10, output: 159, cacheRead: 800 },
    })
  })

  it('with equal outputs takes the main thread’s counts, then the latest line’s', () => {
    const [main] = merged(line({ input: 5 }), line({ input: 6, isSidechain: true, at: T + 9 }))
    expect(main?.tokens.input).toBe(5)
    const [late] = merged(line({ input: 5 }), line({ input: 6, at: T + 9 }))
    expect(late?.tokens.input).toBe(6)
  })

  it('belongs to the time, session, folder and branch of its earliest line', () => {
    const original = line({ at: T, session: 's1', cwd: '/a', branch: 'main', project: 'pa', output: 2 })
    const copy = line({ at: T + 1000, session: 's2', cwd: '/b', branch: 'fix', project: 'pb', output: 20 })
    expect(merged(original, copy)).toMatchObject([
      { at: T, session: 's1', cwd: '/a', branch: 'main', project: 'pa', tokens: { output: 20 } },
    ])
  })

  it('copied with its old timestamps belongs to the log that began first', () => {
    const [whole] = merged(line({ session: 'z', sourceAt: T - 5000 }), line({ session: 'a', sourceAt: T - 10 }))
    expect(whole?.session).toBe('z')
  })

  it('keeps a logged price; a 0 on a copy does not replace it', () => {
    const paid = line({ loggedUsd: 0.25 })
    expect(merged(paid, line({ loggedUsd: 0, session: 's2', at: T + 9 }))[0]?.loggedUsd).toBe(0.25)
    expect(merged(paid, line({ session: 's2', at: T + 9, output: 30 }))[0]?.loggedUsd).toBe(0.25)
  })

  it('has the tools of all its lines, each once', () => {
    const [whole] = merged(
      line({ tools: ['t1 Read'] }),
      line({ tools: ['t2 Bash', 't1 Read'], at: T + 1 }),
      line({ tools: [], at: T + 2 }),
    )
    expect(whole?.tools).toEqual(['t1 Read', 't2 Bash'])
  })

  it('has its tools in the same order, whichever line was read first', () => {
    const [a, b] = [line({ tools: ['t1 Read'] }), line({ tools: ['t2 Bash'], at: T + 1, session: 's2' })]
    expect(merge(a, b).tools).toEqual(merge(b, a).tools)
  })

  it('is one where a sidechain replays it under another request id (/btw)', () => {
    expect(outputs(line({}), line({ requestId: 'r2', isSidechain: true, session: 's2' }))).toEqual([20])
  })

  it('is one where copies lost their request id and got new times (1.0.x)', () => {
    const copy = (session: string, after: number) => line({ requestId: undefined, session, at: T + after })
    expect(merged(line({}), copy('s2', 1000), copy('s3', 2000))).toMatchObject([
      { session: 's1', at: T, requestId: 'r1' },
    ])
  })

  it('is one where no line ever had a request id', () => {
    expect(outputs(line({ requestId: undefined }), line({ requestId: undefined, output: 7 }))).toEqual([20])
    expect(outputs(line({ requestId: undefined }), line({ requestId: undefined, session: 's2', at: T + 5 }))).toEqual([
      20,
    ])
  })
})

describe('different responses', () => {
  it('are those with different ids', () => {
    expect(outputs(line({}), line({ messageId: 'm2', requestId: 'r1', output: 7 }))).toEqual([20, 7])
  })

  it('are two main-thread requests under one message id', () => {
    expect(outputs(line({}), line({ requestId: 'r2', at: T + 1, output: 7 }))).toEqual([20, 7])
  })

  it('are calls of a gateway that reuses ids: their prompts differ', () => {
    const call = (input: number, output: number) =>
      line({ messageId: 'chatcmpl-1', requestId: undefined, input, output, at: T + input })
    expect(outputs(call(10, 1), call(500, 2), call(900, 4), call(900, 3))).toEqual([1, 2, 4])
  })

  it('are lines without any id', () => {
    const anonymous = line({ messageId: undefined, requestId: undefined })
    expect(outputs(anonymous, anonymous)).toEqual([20, 20])
  })

  it('are two agents’ runs that look alike (A19)', () => {
    expect(outputs(line({ isSidechain: true }), line({ isSidechain: true, messageId: 'm2', requestId: 'r2' }))).toEqual(
      [20, 20],
    )
  })
})

describe('what was merged is said', () => {
  const counted = (...lines: readonly UsageEntry[]) => {
    const deduper = new Deduper()
    for (const e of lines) deduper.add(e)
    return deduper.resolve()
  }

  it('by reason: further lines, copies in other sessions, replays', () => {
    const lines = [
      line({ output: 1 }),
      line({}),
      line({}),
      line({ session: 's2', at: T + 9 }),
      line({ isSidechain: true, at: T + 3 }),
    ]
    expect(counted(...lines).merged).toEqual({ blocks: 2, copies: 1, sidechains: 1 })
  })

  it('and which sessions inherited the response', () => {
    const { inherited } = counted(line({}), line({ session: 's2', at: T + 9 }), line({ session: 's3', at: T + 10 }))
    expect(new Set(inherited.map(copy => `${copy.session} ${copy.messageId}`))).toEqual(new Set(['s2 m1', 's3 m1']))
  })

  it('nothing, where nothing was', () => {
    expect(counted(line({}), line({ messageId: 'm2' }))).toMatchObject({
      merged: { blocks: 0, copies: 0, sidechains: 0 },
      inherited: [],
    })
  })
})

it('a fork that begins with the very lines of its original takes none of them', () => {
  // Both logs hold m1 at the same time; the fork (earlier in the alphabet) went on later than the original.
  const shared = { messageId: 'm1', requestId: 'r1', at: 1000, sourceAt: 1000 }
  const deduper = new Deduper()
  for (const e of [
    entry({ ...shared, session: 'a-fork' }),
    entry({ ...shared, session: 'b-original' }),
    entry({ messageId: 'm2', requestId: 'r2', at: 2000, sourceAt: 1000, session: 'b-original' }),
    entry({ messageId: 'm3', requestId: 'r3', at: 3000, sourceAt: 1000, session: 'a-fork' }),
  ])
    deduper.add(e)
  const { entries, inherited } = deduper.resolve()
  expect(entries.find(e => e.messageId === 'm1')?.session).toBe('b-original')
  expect(inherited).toEqual([{ agent: 'claude', session: 'a-fork', messageId: 'm1' }])
})
