/** Pieces of context that Claude Code's lines hold: kinds, tools, targets, sizes; never their text. */
import { describe, expect, it } from 'vitest'
import claude from '../../../src/agents/claude/index.ts'
import type { ContextItem } from '../../../src/core/item.ts'
import { readLog } from '../../receipt/homes.ts'
import { sourceOf } from '../../support/scan.ts'

const envelope = { sessionId: 's1', timestamp: '2026-11-02T10:00:00.000Z', isSidechain: false }
let lines = 0
const line = (type: string, rest: object): string =>
  JSON.stringify({ type, uuid: `${String(lines++).padStart(8, '0')}-0000`, ...envelope, ...rest })
const user = (content: unknown, rest: object = {}): string =>
  line('user', { message: { role: 'user', content }, ...rest })
const answer = (...content: object[]): string =>
  line('assistant', {
    message: { id: 'msg_1', role: 'assistant', model: 'm', content, usage: { input_tokens: 1, output_tokens: 2 } },
  })
const result = (id: string, content: unknown, rest: object = {}): object => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  ...rest,
})
const use = (id: string, name: string, input: object): object => ({ type: 'tool_use', id, name, input })

const itemsOf = (...log: string[]): ContextItem[] =>
  readLog(claude, sourceOf('/logs/s1.jsonl'), Buffer.from(log.join('\n'))).items
const shape = ({ kind, tool, target, section }: ContextItem) =>
  [kind, tool, target?.name, section].filter(x => x !== undefined)

describe('user lines', () => {
  it.each([
    ['a prompt', user('Fix the test'), ['prompt']],
    ['a prompt of blocks', user([{ type: 'text', text: 'Fix' }]), ['prompt']],
    ['a note of the agent', user('<command-name>/clear</command-name>'), ['system', 'reminder']],
    ['meta', user('Base directory', { isMeta: true }), ['system', 'reminder']],
    ['a task’s end', user('done', { origin: { kind: 'task-notification' } }), ['system', 'reminder']],
    ['a summary', user('This session…', { isCompactSummary: true, isVisibleInTranscriptOnly: true }), ['summary']],
  ])('%s', (_, log, expected) => expect(itemsOf(log).map(shape)).toEqual([expected]))

  it('for the eyes of the user only are none', () =>
    expect(itemsOf(user('x', { isVisibleInTranscriptOnly: true }))).toEqual([]))

  it('keep no more than sixty characters of a prompt', () => {
    const [item] = itemsOf(user(`Fix "it"\n${'and then some more '.repeat(200)}`))
    expect(item!.title).toHaveLength(60)
    expect(item!.title).toMatch(/^Fix "it" and then/)
    expect(JSON.stringify({ ...item, title: '' })).not.toContain('some more')
  })

  it.each([500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 512])(
    'are cut neither in a character nor in an escape (%i)',
    n => {
      for (const odd of ['é', '日', '😀', '\n', '"', '\\', '\u0001'])
        expect(itemsOf(user(`${'a'.repeat(n)}${odd.repeat(20)}`))[0]!.title).toBe('a'.repeat(60))
    },
  )
})

describe('tools', () => {
  it.each([
    ['Read', { file_path: '/a/b.ts' }, 'file', '/a/b.ts'],
    ['Bash', { command: 'cd /a && git status -s' }, 'command', 'git status'],
    ['mcp__tracker__search', { query: 'x' }, 'mcp', 'tracker'],
    ['Task', { subagent_type: 'Explore', prompt: 'look' }, 'subagent', 'Explore'],
    ['WebFetch', { url: 'https://example.com/a' }, 'url', 'example.com'],
  ])('%s knows its target, and so does its result', (name, input, kind, target) => {
    const items = itemsOf(answer(use('t1', name, input)), user([result('t1', 'out')]))
    expect(items).toMatchObject([
      { kind: 'tool-call', callId: 't1', messageId: 'msg_1', tool: name, target: { kind, name: target } },
      { kind: 'tool-result', callId: 't1', tool: name, target: { kind, name: target } },
    ])
  })

  it('say that they failed, and which sub-agent they ran', () => {
    const log = [answer(use('t1', 'Bash', { command: 'x' }), use('t2', 'Agent', { subagent_type: 'Plan' }))]
    const items = itemsOf(
      ...log,
      user([result('t1', 'no', { is_error: true })]),
      user([result('t2', 'ok')], { toolUseResult: { agentId: 'ag1' } }),
    )
    expect(items.slice(2)).toMatchObject([{ isError: true }, { spawned: 'ag1' }])
  })

  it('have sizes, of arrays of blocks too', () => {
    const picture = { type: 'image', source: { type: 'base64', data: 'AAAA' } }
    const [, item] = itemsOf(
      answer(use('t1', 'Read', {})),
      user([result('t1', [{ type: 'text', text: 'one two three' }, picture])]),
    )
    expect(item!.size).toMatchObject({ tokens: 3, imageTokens: 1500 })
  })
})

describe('the request itself', () => {
  const tool = (name: string, rest: object = {}): object => ({
    name,
    description: 'does it',
    input_schema: { type: 'object' },
    ...rest,
  })
  const request = (...tools: object[]): string =>
    line('api-request-shape', { shape: { system: [{ type: 'text', text: 'Be good.' }], tools } })

  it('splits the base into system prompt and tools, an MCP server’s by its name', () => {
    const items = itemsOf(request(tool('Read'), tool('mcp__a__b')))
    expect(items.map(shape)).toEqual([
      ['system', 'Read', 'tool'],
      ['system', 'mcp__a__b', 'a', 'tool'],
      ['system', 'prompt'],
    ])
    expect(items.every(item => item.isExact)).toBe(true)
  })

  it('is only told again where it changes', () => {
    const items = itemsOf(
      request(tool('Read'), tool('Old')),
      request(tool('Read'), tool('Old')),
      request(tool('Read'), tool('New')),
    )
    expect(items.slice(3).map(item => [item.key, item.size.tokens === 0])).toEqual([
      ['tool:New', false],
      ['tool:Old', true],
    ])
  })

  it('has a tool that was loaded later where it was loaded, and no placeholder', () => {
    const items = itemsOf(
      request(tool('Read')),
      request(
        tool('Read'),
        tool('Later', { defer_loading: true }),
        tool('DeferredToolPlaceholder', { defer_loading: true }),
      ),
    )
    expect(items.slice(2)).toMatchObject([{ tool: 'Later' }])
    expect(items[2]!.key).toBeUndefined()
  })

  it('beats a snapshot of the prompt', () => {
    const snapshot = line('attachment', { attachment: { type: 'prompt_snapshot', systemPrompt: ['Be bad.'] } })
    expect(itemsOf(request(tool('Read')), snapshot)).toHaveLength(2)
    expect(itemsOf(snapshot).map(shape)).toEqual([['system', 'prompt']])
  })
})

describe('attachments', () => {
  it('count what was sent, where the log says it', () => {
    const log = line('attachment', {
      attachment: { type: 'instructions', files: [] },
      rendered: [{ content: 'one two three' }],
    })
    expect(itemsOf(log)).toMatchObject([{ kind: 'system', section: 'memory', size: { tokens: 3 } }])
  })

  it('that are never sent are none', () => {
    expect(itemsOf(line('attachment', { attachment: { type: 'hook_success', content: 'fine' } }))).toEqual([])
  })
})

it('sub-agents that name no agent are told apart by who follows whom', () => {
  const of = (uuid: string, parentUuid: string | null): string =>
    line('user', { uuid, parentUuid, isSidechain: true, message: { content: 'x' } })
  const threads = itemsOf(
    of('aaaaaaaaaaaaaaa1', null),
    of('bbbbbbbbbbbbbbb1', null),
    of('aaaaaaaaaaaaaaa2', 'aaaaaaaaaaaaaaa1'),
  ).map(item => item.thread)
  expect(threads).toEqual(['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb', 'aaaaaaaaaaaaa'])
})

it('nobody hears of items who did not ask', () => {
  expect(readLog(claude, sourceOf('/logs/s1.jsonl'), Buffer.from(user('x')), 'calls').items).toEqual([])
})
