/** The odd shapes of Codex's logs, one by one (formats/codex.md §3 to §8, peers/user-voices.md A5, A27 to A29), and where they lie. */
import { linkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import codex from '../../src/agents/codex/index.ts'
import type { Detail } from '../../src/agents/define.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { temporaryHome } from '../support/temporary.ts'
import { rawZstd } from '../support/zstd.ts'

type Json = Readonly<Record<string, unknown>>

let second = 0

/** A line, a second after the one before unless it says when. */
const line = (type: string, payload: Json, more: Json = {}): Json => ({
  timestamp: new Date(Date.UTC(2026, 3, 1, 8) + second++ * 1000).toISOString(),
  ...more,
  type,
  payload,
})

const meta = (id: string, more: Json = {}) =>
  line('session_meta', { id, cwd: '/home/dev/app', cli_version: '0.98.0', ...more })
const context = (model: string, more: Json = {}) => line('turn_context', { cwd: '/home/dev/app', model, ...more })
const event = (type: string, more: Json = {}) => line('event_msg', { type, ...more })
const settings = (model: string, more: Json = {}) =>
  event('thread_settings_applied', { thread_settings: { model, ...more } })
const item = (type: string, more: Json = {}) => line('response_item', { type, ...more })
const says = (text: string) => item('message', { role: 'assistant', content: [{ type: 'output_text', text }] })

const use = (input: number, output: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
})
const tokens = (last: Json | undefined, total: Json | undefined) =>
  event('token_count', { info: { last_token_usage: last, total_token_usage: total } })
/** A response of `input` and `output` tokens that brought its thread to this total; alone, the first one. */
const call = (input: number, output: number, totalInput = input, totalOutput = output) =>
  tokens(use(input, output), use(totalInput, totalOutput))
const record = (response_id: string | null, thread_id: string, usage: Json, total = usage, more: Json = {}) =>
  line('token_usage_record', { thread_id, response_id, usage, thread_token_usage: total }, more)

const jsonl = (lines: readonly Json[]) => lines.map(each => `${JSON.stringify(each)}\n`).join('')

/** Logs by their threads' names. */
const read = (logs: Readonly<Record<string, readonly Json[]>>, detail: Detail = 'calls') => {
  const files = Object.entries(logs).map(([name, lines]) => [`.codex/sessions/2026/04/01/${name}.jsonl`, jsonl(lines)])
  return readAgent(codex, makeHost({ home: temporaryHome(Object.fromEntries(files)) }), detail)
}

const inputs = ({ entries }: Awaited<ReturnType<typeof read>>) => entries.map(entry => entry.tokens.input)
const modelsOf = ({ entries }: Awaited<ReturnType<typeof read>>) => entries.map(entry => entry.model)

/** Ids of threads and turns that tell their order. */
const timed = (n: number) => `019c000${n}-0000-7000-8000-00000000000${n}`

describe('which model made a response', () => {
  const [a, b] = [context('model-a'), call(100, 1)]

  it('is the one of the latest context', async () => {
    const found = await read({ t: [meta('t'), a, b, context('model-b'), call(200, 2, 300, 3)] })
    expect(modelsOf(found)).toEqual(['model-a', 'model-b'])
  })

  it('is unknown where the log names none', async () => {
    expect(modelsOf(await read({ t: [meta('t'), call(100, 1)] }))).toEqual([undefined])
  })

  it('is the one of the settings, where no context follows', async () => {
    const found = await read({ t: [meta('t'), a, b, settings('model-b'), call(200, 2, 300, 3), call(1, 1, 301, 4)] })
    expect(modelsOf(found)).toEqual(['model-a', 'model-b', 'model-b'])
  })

  it('is the old one for the compaction before the new one begins', async () => {
    const switched = [settings('model-b'), event('task_started'), call(200, 2, 300, 3), context('model-b')]
    const found = await read({ t: [meta('t'), a, b, ...switched, says('yes'), call(1, 1, 301, 4)] })
    expect(modelsOf(found)).toEqual(['model-a', 'model-a', 'model-b'])
  })

  it('is the new one as soon as it says something', async () => {
    const found = await read({
      t: [meta('t'), a, b, settings('model-b'), says('yes'), call(200, 2, 300, 3), context('model-c')],
    })
    expect(modelsOf(found)).toEqual(['model-a', 'model-b'])
  })

  it('comes with the service tier of the settings', async () => {
    const fast = settings('model-a', { service_tier: 'fast' })
    const usual = settings('model-a', { service_tier: null })
    const found = await read({ t: [meta('t'), a, fast, b, usual, call(200, 2, 300, 3)] })
    expect(found.entries.map(entry => entry.tier)).toEqual(['priority', undefined])
  })
})

describe('what counts as a response', () => {
  it('not a total that did not move, not one without tokens, not limits alone', async () => {
    const found = await read({
      t: [meta('t'), call(100, 1), call(100, 1), event('token_count', { info: null }), call(0, 0, 100, 9000)],
    })
    expect([inputs(found), found.codes]).toEqual([[100], {}])
  })

  it('the same counts again, when the total moved', async () => {
    expect(inputs(await read({ t: [meta('t'), call(100, 1), call(100, 1, 200, 2)] }))).toEqual([100, 100])
  })

  it('interleaved lineages in one log, each by its own counts', async () => {
    const lines = [meta('t'), call(100, 1), call(900, 9, 90_000, 99), call(200, 2, 300, 3), call(800, 8, 90_800, 107)]
    expect(inputs(await read({ t: lines }))).toEqual([100, 900, 200, 800])
  })

  it('a total that fell, by its last', async () => {
    expect(inputs(await read({ t: [meta('t'), call(100, 1, 90_000, 900), call(50, 5)] }))).toEqual([100, 50])
  })

  it('of totals alone the difference; a fall is a new beginning', async () => {
    const total = (input: number, output: number) => tokens(undefined, use(input, output))
    const own = await read({ t: [meta('t'), total(100, 1), total(250, 3), total(40, 1), total(60, 2)] })
    expect(inputs(own)).toEqual([100, 150, 20])
    const fork = await read({ t: [meta('t', { forked_from_id: 'gone' }), total(90_000, 1), total(90_020, 3)] })
    expect(inputs(fork)).toEqual([20])
  })

  it('records, and of token counts only what stood before them', async () => {
    const used = use(200, 2)
    const found = await read({
      t: [meta('t'), call(100, 1), record('resp_1', 't', used, use(300, 3)), call(200, 2, 300, 3), call(7, 7, 307, 10)],
    })
    expect([inputs(found), found.entries.map(entry => entry.requestId)]).toEqual([
      [100, 200],
      ['t', undefined],
    ])
  })

  it('a record without an id, by its counts', async () => {
    const one = record(null, 't', use(200, 2), use(300, 3))
    expect(inputs(await read({ t: [meta('t'), one, one, record(null, 't', use(9, 1), use(309, 4))] }))).toEqual([
      200, 9,
    ])
  })

  it('nothing in records of which nothing is known', async () => {
    const empty = line('token_usage_record', { response_id: 'resp_1', usage: null })
    expect((await read({ t: [meta('t'), empty, tokens({}, {})] })).codes).toEqual({ 'unknown-record': 2 })
  })

  it('web searches with the response they belong to', async () => {
    const search = item('web_search_call', { id: 'ws_1', action: { type: 'search' } })
    for (const detail of ['counts', 'calls'] as const) {
      const found = await read({ t: [meta('t'), search, search, call(100, 1), call(200, 2, 300, 3)] }, detail)
      expect(found.entries.map(entry => entry.webSearches)).toEqual([2, 0])
    }
  })
})

describe('copied history', () => {
  const parent = [meta('p'), context('model-a'), call(100, 1), call(200, 2, 300, 3), call(400, 4, 700, 7)]

  it('counts nothing in a fork that did nothing', async () => {
    const found = await read({ p: parent, c: [meta('c', { forked_from_id: 'p' }), ...parent.slice(0, 4)] })
    expect([inputs(found), new Set(found.entries.map(entry => entry.session))]).toEqual([
      [100, 200, 400],
      new Set(['p']),
    ])
  })

  it('counts once when it is a part from the middle', async () => {
    const found = await read({
      p: parent,
      c: [meta('c', { forked_from_id: 'p' }), ...parent.slice(3), call(9, 1, 709, 8)],
    })
    expect(inputs(found)).toEqual([100, 200, 400, 9])
  })

  it('is known by a second session_meta alone', async () => {
    const found = await read({ p: parent, c: [meta('c'), ...parent] })
    expect(inputs(found)).toEqual([100, 200, 400])
  })

  it('that begins with the parent’s total and no counts of its own is a baseline', async () => {
    const found = await read({
      p: parent,
      c: [meta('c', { forked_from_id: 'p' }), tokens(use(0, 0), use(700, 7)), call(9, 1, 709, 8)],
    })
    expect(inputs(found)).toEqual([100, 200, 400, 9])
  })

  it('in a sub-agent with an ordinal is left out, by records too', async () => {
    const child = meta('c', { parent_thread_id: 'p', session_id: 'p', subagent_history_start_ordinal: 3 })
    const found = await read({
      c: [
        { ...child, ordinal: 0 },
        { ...record('resp_1', 'p', use(100, 1)), ordinal: 1 },
        { ...call(100, 1), ordinal: 2 },
        { ...record('resp_2', 'c', use(7, 1)), ordinal: 3 },
      ],
    })
    expect(found.entries.map(({ tokens: t, session, subagent }) => [t.input, session, subagent])).toEqual([
      [7, 'p', 'c'],
    ])
  })

  it('of a sub-agent in a sub-agent’s log is the first one’s', async () => {
    const [p, s, ss] = [timed(1), timed(3), timed(5)]
    const spawned = (by: string) => ({ source: { subagent: { thread_spawn: { parent_thread_id: by, depth: 1 } } } })
    const main = [meta(p), event('task_started', { turn_id: timed(2) }), call(100, 1)]
    const sub = [
      meta(s, { forked_from_id: p, ...spawned(p) }),
      ...main,
      event('task_started', { turn_id: timed(4) }),
      call(50, 5),
    ]
    const deep = [
      meta(ss, { forked_from_id: s, ...spawned(s) }),
      ...sub,
      event('task_started', { turn_id: timed(6) }),
      call(100, 1),
    ]
    const found = await read({ [p]: main, [s]: sub, [ss]: deep })
    // The deeper one began like the main thread, and is another response all the same.
    expect(inputs(found)).toEqual([100, 50, 100])
    expect(new Set(found.entries.map(entry => entry.subagent))).toEqual(new Set([undefined, s, ss]))
  })

  it('is not what a page refers to: only its first total is its parent’s', async () => {
    const page = meta('p', { history_base: { thread_id: 'p', end_ordinal_exclusive: 9 } })
    const found = await read({ p: parent, page: [page, call(400, 4, 700, 7), says('more'), call(9, 1, 709, 8)] })
    expect(inputs(found)).toEqual([100, 200, 400, 9])
  })

  it('is no reason to join threads that began alike', async () => {
    const found = await read({ a: [meta('a'), call(100, 1)], b: [meta('b'), call(100, 1)] })
    expect(found.entries.map(entry => entry.session)).toEqual(['a', 'b'])
  })
})

describe('tools, items and titles', () => {
  it('belong to the response whose usage comes next', async () => {
    const tool = (id: string, name: string, more: Json = {}) =>
      item('function_call', { call_id: id, name, arguments: '{}', ...more })
    const found = await read({
      t: [
        meta('t'),
        tool('c1', 'shell'),
        tool('c2', 'search', { namespace: 'mcp__tracker' }),
        call(100, 1),
        call(200, 2, 300, 3),
        item('custom_tool_call', { call_id: 'c3', name: 'apply_patch', input: '' }),
        call(100, 1, 400, 4),
      ],
    })
    expect(found.entries.map(entry => entry.tools)).toEqual([
      ['c1 shell', 'c2 mcp__tracker__search'],
      [],
      ['c3 apply_patch'],
    ])
  })

  it('are items in the order of the log, with the response’s id', async () => {
    const spawn = { call_id: 'c1', name: 'spawn_agent', arguments: '{"agent_type":"explorer"}' }
    const patch = { call_id: 'c2', name: 'apply_patch', input: '*** Begin Patch\n*** Update File: src/a.ts\n+x\n' }
    const { items } = await read(
      {
        t: [
          meta('t'),
          item('message', { role: 'developer', content: [{ type: 'input_text', text: 'rules' }] }),
          item('message', { role: 'user', content: [{ type: 'input_text', text: '<environment_context>' }] }),
          item('message', { role: 'user', content: [{ type: 'input_text', text: 'go' }, { type: 'input_image' }] }),
          item('reasoning', { summary: [{ type: 'summary_text', text: 'hm' }], content: null }),
          item('function_call', spawn),
          item('custom_tool_call', patch),
          record('resp_1', 't', use(100, 1)),
          item('function_call_output', { call_id: 'c1', output: 'done' }),
          item('custom_tool_call_output', { call_id: 'c2', output: '{"output":"no","metadata":{"exit_code":1}}' }),
          says('cut off'),
          event('turn_aborted'),
          line('compacted', { message: 'so far', replacement_history: [{ content: [{ text: 'go' }] }] }),
        ],
      },
      'items',
    )
    const seen = items.map(one => [one.kind, one.messageId, one.target?.name, one.tool, one.isError])
    expect(seen).toEqual([
      ['system', undefined, undefined, undefined, undefined],
      ['system', undefined, undefined, undefined, undefined],
      ['prompt', undefined, undefined, undefined, undefined],
      ['attachment', undefined, undefined, undefined, undefined],
      ['thinking', 'resp_1', undefined, undefined, undefined],
      ['tool-call', 'resp_1', 'explorer', 'spawn_agent', undefined],
      ['tool-call', 'resp_1', 'src/a.ts', 'apply_patch', undefined],
      ['tool-result', undefined, 'explorer', 'spawn_agent', undefined],
      ['tool-result', undefined, 'src/a.ts', 'apply_patch', true],
      ['text', undefined, undefined, undefined, undefined],
      ['summary', undefined, undefined, undefined, undefined],
    ])
  })

  it('take the first prompt that a person wrote, and names given later', async () => {
    const ide = '# Context from my IDE setup:\n- open: a.ts\n\n## My request for Codex:\nmake it fast'
    const found = await read({
      t: [
        meta('t'),
        event('user_message', { message: '<turn_aborted>' }),
        event('user_message', { message: ide }),
        event('user_message', { message: 'second' }),
        event('thread_name_updated', { thread_id: 't', thread_name: 'Speed' }),
        call(1, 1),
      ],
    })
    expect(found.notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['prompt', 'make it fast'],
      ['custom', 'Speed'],
    ])
  })
})

describe('where logs lie', () => {
  const name = (n: number) => `rollout-2026-04-01T10-00-00-${timed(n)}`
  const log = (n: number, calls = 1) =>
    jsonl([meta(timed(n)), ...Array.from({ length: calls }, (_, i) => call(10, 1, 10 * (i + 1), i + 1))])
  const find = (home: string, parts: HostParts = {}) => readAgent(codex, makeHost({ home, ...parts }))

  it('live and archived, the fuller of two', async () => {
    const home = temporaryHome({
      [`.codex/sessions/2026/04/01/${name(1)}.jsonl`]: log(1, 2),
      [`.codex/archived_sessions/${name(1)}.jsonl`]: log(1, 3),
      [`.codex/archived_sessions/${name(2)}.jsonl`]: log(2),
    })
    const { sources, entries } = await find(home)
    expect([sources.map(source => source.session), entries.length]).toEqual([[timed(1), timed(2)], 4])
  })

  it('compressed ones too, unless there is a plain one', async () => {
    const [one, two] = [log(1, 3), log(2)]
    const home = temporaryHome({
      [`.codex/archived_sessions/${name(1)}.jsonl.zst`]: rawZstd(one),
      [`.codex/archived_sessions/${name(2)}.jsonl.zst`]: '(',
      [`.codex/sessions/2026/04/01/${name(2)}.jsonl`]: two,
    })
    const plain = temporaryHome({
      [`.codex/archived_sessions/${name(1)}.jsonl`]: one,
      [`.codex/sessions/2026/04/01/${name(2)}.jsonl`]: two,
    })
    const { sources, codes, entries } = await find(home)
    expect([sources.length, codes]).toEqual([2, {}])
    const numbersOf = (list: typeof entries) => list.map(({ messageId, at, tokens }) => [messageId, at, tokens]).sort()
    expect(numbersOf(entries)).toEqual(numbersOf((await find(plain)).entries))
    expect(entries.length).toBe(4)
  })

  it('damaged ones are said to be unreadable, and stop nothing', async () => {
    const home = temporaryHome({
      [`.codex/archived_sessions/${name(1)}.jsonl.zst`]: rawZstd(log(1)).subarray(0, 20),
      [`.codex/sessions/2026/04/01/${name(2)}.jsonl`]: log(2),
    })
    const { codes, entries } = await find(home)
    expect([codes, entries.length]).toEqual([{ unreadable: 1 }, 1])
  })

  it('no file twice, however it is reached', async () => {
    const home = temporaryHome({ [`.codex/sessions/2026/04/01/${name(1)}.jsonl`]: log(1) })
    symlinkSync(join(home, '.codex/sessions/2026'), join(home, '.codex/sessions/again'))
    linkSync(join(home, `.codex/sessions/2026/04/01/${name(1)}.jsonl`), join(home, '.codex/sessions/copy.jsonl'))
    expect((await find(home)).sources.length).toBe(1)
  })

  it('in CODEX_HOME, or several of them, in place of the usual one', async () => {
    const home = temporaryHome({
      [`.codex/sessions/${name(1)}.jsonl`]: log(1),
      [`one/sessions/${name(2)}.jsonl`]: log(2),
      [`two/archived_sessions/${name(3)}.jsonl`]: log(3),
    })
    const env = (value: string) => ({ env: { CODEX_HOME: value } })
    const two = await find(home, env(`${home}/one,~/two`))
    expect(two.sources.map(source => source.session)).toEqual([timed(2), timed(3)])
    expect(two.roots).toEqual([
      { path: `${home}/one`, isFound: true, variable: 'CODEX_HOME' },
      { path: `${home}/two`, isFound: true, variable: 'CODEX_HOME' },
    ])
    const missing = await find(home, env(`${home}/three`))
    expect([missing.sources.map(source => source.session), missing.codes]).toEqual([[timed(1)], { 'missing-root': 1 }])
    expect((await find(home, env(''))).codes).toEqual({})
  })

  it('nowhere on a machine without Codex, after two looks', async () => {
    const looks: string[] = []
    const host = makeHost()
    const stat: typeof host.stat = path => {
      looks.push(path)
      return undefined
    }
    const { roots, sources } = await readAgent(codex, { ...host, stat })
    expect([roots, sources, looks.length]).toEqual([[{ path: '/nonexistent/.codex', isFound: false }], [], 2])
  })
})
