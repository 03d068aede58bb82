/** GitHub Copilot: each kind of log by itself, and the same calls in several of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import copilot from '../../src/agents/copilot/index.ts'
import type { Row } from '../../src/host/host.ts'
import { nodeHost } from '../../src/host/node.ts'
import { discovered } from '../support/discover.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import {
  collector,
  type DirectOptions,
  fixtures,
  readDirectly,
  recorded,
  shared,
  type Tables,
} from './read-directly.ts'
import { differencesOf, rowsBeside, scenariosOf } from './recorded-calls.ts'

const read = (options: DirectOptions) => readDirectly(copilot, options)

/** Why a log differs from its bill. Nothing does in 1.0.102, compactions and broken streams were not recorded. */
const exceptions: Readonly<Record<string, readonly string[]>> = {}

const beside = join(shared, 'recorded')

describe('recordings', () => {
  const names = scenariosOf(recorded, 'copilot')

  it('are all there', () => {
    expect(names).toEqual(['chat', 'resume', 'subagent', 'tools'].map(name => `copilot@1.0.102/${name}`))
  })

  it.each(names)('%s: the event log alone', name => {
    const { entries, codes } = read({ home: join(recorded, name, 'home') })
    expect(differencesOf(join(recorded, name), entries)).toEqual(exceptions[name] ?? [])
    expect(codes).toEqual({})
  })

  it.each(names)('%s: the store alone, and with the event log', name => {
    const tables = rowsBeside(join(recorded, name, 'session-store.json'))
    const databases = { 'session-store.db': tables }
    const alone = temporaryHome({ '.copilot/session-store.db': '' })
    expect(differencesOf(join(recorded, name), read({ home: alone, databases }).entries)).toEqual([])
    const both = read({ home: withStore(join(recorded, name, 'home')), databases, detail: 'calls' })
    expect(differencesOf(join(recorded, name), both.entries)).toEqual([])
    expect(both.codes).toEqual({})
  })

  const absent = scenariosOf(beside, 'copilot').length === 0
  const title = absent ? ' (skipped: not on this machine)' : ''
  it.skipIf(absent)(`beside the repository are the same${title}`, () => {
    for (const name of scenariosOf(beside, 'copilot')) {
      const { entries, codes, sources } = read({ home: join(beside, name, 'home') })
      expect(differencesOf(join(beside, name), entries)).toEqual(exceptions[name] ?? [])
      expect([codes, sources.map(source => source.part).sort()]).toEqual([{}, ['events-with-store', 'store']])
    }
  })

  it.skipIf(absent)(`beside the repository, their stores through the driver${title}`, async () => {
    for (const name of scenariosOf(beside, 'copilot')) {
      const host = makeHost({ home: join(beside, name, 'home') })
      const [store] = discovered(copilot, host).sources.filter(source => source.kind === 'database')
      const { sink, entries } = collector()
      await nodeHost().withDatabase(store!.path, opened =>
        copilot.database!.read(opened, store!, undefined, 'calls', sink, host),
      )
      expect(differencesOf(join(beside, name), entries)).toEqual([])
    }
  })

  it('know thinking, tools and sub-agents', () => {
    const of = (scenario: string) => read({ home: join(recorded, `copilot@1.0.102/${scenario}/home`), detail: 'items' })
    expect(of('tools').tokens.reasoning).toBe(103)
    expect(of('tools').entries.map(({ tools }) => tools.map(tool => tool.split(' ')[1]))).toEqual([
      ['view', 'bash', 'bash'],
      ['create'],
      ['bash'],
      [],
    ])
    const { entries, items } = of('subagent')
    expect(new Set(entries.filter(entry => entry.isSidechain).map(entry => entry.subagent)).size).toBe(2)
    const ids = new Set(entries.map(entry => entry.messageId))
    const answers = items.filter(item => ['text', 'thinking', 'tool-call'].includes(item.kind))
    expect(answers.length).toBeGreaterThan(6)
    for (const item of answers) expect(ids.has(item.messageId)).toBe(true)
    expect(items.filter(item => item.kind === 'tool-result').length).toBe(4)
  })
})

/** A copy of a home's event logs with a store beside them. */
const withStore = (home: string): string => {
  const folder = join(home, '.copilot/session-state')
  const files = readdirSync(folder).map(session => {
    const path = `.copilot/session-state/${session}/events.jsonl`
    return [path, readFileSync(join(home, path))] as const
  })
  return temporaryHome({ '.copilot/session-store.db': '', ...Object.fromEntries(files) })
}

describe('fixtures', () => {
  it.each(readdirSync(join(fixtures, 'copilot')))('%s', name => {
    const { entries, codes, tokens, notes, items } = read({
      home: join(fixtures, 'copilot', name, 'home'),
      detail: 'items',
    })
    const expected = JSON.parse(readFileSync(join(fixtures, 'copilot', name, 'expected.json'), 'utf8'))
    expect(tokens).toMatchObject(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
    expect(JSON.stringify(items.map(({ target, ...item }) => item))).not.toContain('xyzzy')
  })

  it('name projects, titles and qualities', () => {
    const of = (name: string) => read({ home: join(fixtures, 'copilot', name, 'home'), detail: 'calls' })
    const calls = of('calls')
    expect(calls.entries[0]).toMatchObject({
      project: '/home/dev/app',
      cwd: '/home/dev/app/src',
      branch: 'main',
      version: '1.0.102',
    })
    expect(calls.notes.map(note => [note.kind, note.text])).toEqual([
      ['prompt', 'Tidy the notes up'],
      ['ai', 'Tidy notes'],
    ])
    const [before] = of('totals').entries.filter(entry => entry.session === 's-before')
    expect(before).toMatchObject({
      tokens: { output: 33 },
      quality: { input: 'none', cacheRead: 'none', cacheCreation: 'none' },
    })
    const editor = of('editor')
    const chat = (output: number) => editor.entries.find(entry => entry.tokens.output === output)
    expect(chat(200)).toMatchObject({
      cwd: '/home/dev/my app',
      isPartial: false,
      quality: undefined,
      tokens: { cacheRead: 4000 },
    })
    expect(chat(90)).toMatchObject({ isPartial: false, quality: { cacheRead: 'none' }, model: 'claude-sonnet-4.5' })
    expect(chat(30)?.model).toBe('gpt-5-mini')
    expect(chat(40)?.quality).toMatchObject({ input: 'none' })
  })
})

const event = (type: string, data: unknown, at: string, more: object = {}): string =>
  `${JSON.stringify({ type, data, ...more, id: 'e', timestamp: `2026-11-02T${at}.000Z`, parentId: null })}\n`

const totals = (at: string, ...usage: readonly number[]): string => {
  const [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens] = usage
  const metrics = {
    'gpt-5.2': {
      requests: { count: 1, cost: 1 },
      usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens },
    },
  }
  return event('session.shutdown', { modelMetrics: metrics }, at)
}

const row = (
  id: number,
  session: string,
  at: string,
  input: number,
  read: number,
  output: number,
  more: Row = {},
): Row => ({
  id,
  session_id: session,
  agent_id: null,
  model: 'gpt-5.2',
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: read,
  cache_write_tokens: 0,
  reasoning_tokens: null,
  total_nano_aiu: null,
  created_at: at,
  ...more,
})

const log = (session: string) => `.copilot/session-state/${session}/events.jsonl`

describe('totals at shutdown', () => {
  const outputs = (...lines: readonly string[]) => {
    const { entries } = read({ home: temporaryHome({ [log('s')]: lines.join('') }) })
    return entries.map(({ tokens, messageId }) => [
      /leg(\d+)=/.exec(messageId ?? '')?.[1],
      tokens.input,
      tokens.cacheRead,
      tokens.output,
    ])
  }

  it('grow over resumes, or begin anew where a count went down', () => {
    expect(outputs(totals('09:00:00', 500, 50, 400, 0), totals('10:00:00', 900, 80, 700, 0))).toEqual([
      ['1', 100, 400, 50],
      ['2', 100, 300, 30],
    ])
    expect(outputs(totals('09:00:00', 500, 50, 400, 0), totals('10:00:00', 900, 40, 700, 0))).toEqual([
      ['1', 100, 400, 50],
      ['2', 200, 700, 40],
    ])
  })

  it('are told apart by the outputs of messages, where there are any', () => {
    const message = (at: string, outputTokens: number) =>
      event('assistant.message', { model: 'gpt-5.2', outputTokens }, at)
    const first = message('08:59:00', 50) + totals('09:00:00', 500, 50, 400, 0)
    expect(outputs(first, message('09:59:00', 60), totals('10:00:00', 900, 60, 700, 0))[1]).toEqual(['2', 200, 700, 60])
    expect(outputs(first, message('09:59:00', 60), totals('10:00:00', 1200, 110, 900, 0))[1]).toEqual([
      '2',
      200,
      500,
      60,
    ])
  })

  it('say nothing new where the calls are listed, and begin from there afterwards', () => {
    const usage = { model: 'gpt-5.2', inputTokens: 500, outputTokens: 50, cacheReadTokens: 400, apiCallId: 'a' }
    const listed = event('session.usage_record', { usage }, '08:59:00') + totals('09:00:00', 500, 50, 400, 0)
    expect(outputs(listed, totals('10:00:00', 900, 80, 700, 0))).toEqual([
      [undefined, 100, 400, 50],
      ['2', 100, 300, 30],
    ])
  })

  it('survive names that are no names', () => {
    const metrics =
      '{"__proto__":{"usage":{"inputTokens":5,"outputTokens":1}},"a":null,"b":{"usage":[]},"c":{"usage":{"inputTokens":1e300}}}'
    const line = `{"type":"session.shutdown","data":{"modelMetrics":${metrics}},"timestamp":"2026-11-02T09:00:00.000Z"}\n`
    const { entries, codes } = read({ home: temporaryHome({ [log('s')]: line }) })
    expect([entries.map(entry => entry.model), codes]).toEqual([['__proto__'], { 'bad-number': 1 }])
  })
})

describe('the store', () => {
  const stored = (files: Readonly<Record<string, string>>, tables: Tables) =>
    read({
      home: temporaryHome({ '.copilot/session-store.db': '', ...files }),
      databases: { 'session-store.db': tables },
    })

  const sessions: readonly Row[] = [
    { id: 'old', cwd: '/home/dev/app', branch: 'main', summary: 'Old', created_at: '2026-11-01 08:00:00' },
    { id: 'new', cwd: '/home/dev/app', branch: 'main', summary: 'New', created_at: '2026-11-02 11:00:00' },
  ]
  const rows = [
    row(1, 'old', '2026-11-02 10:00:00', 1000, 900, 10),
    row(2, 'new', '2026-11-02T11:00:01.000Z', 2000, 1500, 20, { total_nano_aiu: 2_500_000_000n, agent_id: 'sub' }),
    row(3, 'new', '2026-11-02 11:00:02', 2000, 1500, 20),
  ]

  it('is all there is of a session that it has from the beginning', () => {
    const { entries } = stored(
      { [log('new')]: totals('12:00:00', 4000, 40, 3000, 0) },
      { sessions: [sessions[1]!], assistant_usage_events: rows.slice(1) },
    )
    expect(entries.map(({ tokens, credits, subagent }) => [tokens.input, tokens.output, credits, subagent])).toEqual([
      [500, 20, 2.5, 'sub'],
      [500, 20, undefined, undefined],
    ])
  })

  it('leaves what is older than it to the event log: whole legs, and outputs of one that it cuts', () => {
    const text =
      event('session.start', { sessionId: 'old' }, '08:00:00') +
      totals('08:30:00', 700, 70, 600, 0) +
      event('assistant.message', { model: 'gpt-5.2', outputTokens: 7 }, '09:59:00') +
      event('assistant.message', { model: 'gpt-5.2', outputTokens: 10 }, '10:00:01') +
      totals('10:30:00', 5000, 87, 4500, 0)
    const without = event('session.start', { sessionId: 'none' }, '07:00:00') + totals('07:30:00', 300, 30, 200, 0)
    const { entries, codes } = stored(
      { [log('old')]: text, [log('none')]: without },
      { sessions, assistant_usage_events: rows },
    )
    const of = (session: string) =>
      entries.filter(entry => entry.session === session).map(({ tokens }) => [tokens.input, tokens.output])
    expect([of('none'), of('old'), of('new').length, codes]).toEqual([
      [[100, 30]],
      [
        [100, 70],
        [0, 7],
        [100, 10],
      ],
      2,
      {},
    ])
  })

  it('of a version without usage leaves all to the event logs', () => {
    const { entries } = stored({ [log('s')]: totals('09:00:00', 500, 50, 400, 0) }, { sessions })
    expect(entries.map(entry => entry.tokens.output)).toEqual([50])
  })

  it('skips rows without a time, and says so', () => {
    const { entries, codes } = stored(
      {},
      { assistant_usage_events: [row(1, 's', 'soon', 1, 0, 1), row(2, 's', '2026-11-02 10:00:00', -1, 0, 5)] },
    )
    expect([entries.map(({ tokens }) => [tokens.input, tokens.output]), codes]).toEqual([
      [[0, 5]],
      { 'no-timestamp': 1, 'bad-number': 1 },
    ])
  })

  it('and a compaction in the event log are one call', () => {
    const used = { inputTokens: 9000, outputTokens: 300, cacheReadTokens: 8000, cacheWriteTokens: 0, model: 'gpt-5.2' }
    const text = event('session.compaction_complete', { success: true, compactionTokensUsed: used }, '11:00:05')
    const more = row(4, 'new', '2026-11-02 11:00:05', 9000, 8000, 300, { initiator: 'compaction' })
    const { entries } = stored(
      { [log('new')]: text },
      { sessions: [sessions[1]!], assistant_usage_events: [...rows.slice(1), more] },
    )
    expect(entries.filter(entry => entry.tokens.output === 300).map(({ tokens }) => tokens.input)).toEqual([1000])
  })

  it('reads compactions of older logs', () => {
    const used = { input: 9000, output: 300, cachedInput: 8000 }
    const text = event('session.compaction_complete', { success: true, compactionTokensUsed: used }, '11:00:05')
    expect(read({ home: temporaryHome({ [log('s')]: text }) }).tokens).toMatchObject({
      input: 1000,
      output: 300,
      cacheRead: 8000,
    })
  })
})

describe('agent-traces.db', () => {
  it('counts chat spans, once with the chat that has the last of them', () => {
    const span = (id: string, operation: string, at: number, input: number | null, output: number | null): Row => ({
      span_id: id,
      operation_name: operation,
      start_time_ms: at,
      end_time_ms: at + 900,
      chat_session_id: 'chat-1',
      response_model: 'claude-sonnet-4.5',
      request_model: 'claude-sonnet-4.5',
      input_tokens: input,
      output_tokens: output,
      cached_tokens: 100,
      reasoning_tokens: 0,
    })
    const at = Date.UTC(2026, 10, 2, 9)
    const user = '.config/Code - Insiders/User'
    const result = {
      metadata: { promptTokens: 900, outputTokens: 30, toolCallRounds: [{ toolCalls: [{ id: 'c', name: 'x' }] }] },
    }
    const request = { requestId: 'r', timestamp: at - 5, modelId: 'copilot/auto', result }
    const chat = JSON.stringify({ kind: 0, v: { sessionId: 'chat-1', creationDate: at, requests: [request] } })
    const home = temporaryHome({
      [`${user}/globalStorage/github.copilot-chat/agent-traces.db`]: '',
      [`${user}/globalStorage/emptyWindowChatSessions/chat-1.jsonl`]: `${chat}\n`,
    })
    const spans = [
      span('a', 'chat', at, 800, 20),
      span('b', 'chat', at + 1000, 900, 30),
      span('c', 'invoke_agent', at, 1700, 50),
      span('d', 'chat', at + 2000, null, null),
    ]
    const attributes = [{ span_id: 'b', key: 'gen_ai.usage.cache_creation.input_tokens', value: '200' }]
    const { entries } = read({ home, databases: { 'agent-traces.db': { spans, span_attributes: attributes } } })
    expect(
      entries.map(({ tokens, isPartial }) => [
        tokens.input,
        tokens.cacheRead,
        tokens.cacheCreation,
        tokens.output,
        isPartial,
      ]),
    ).toEqual([
      [600, 100, 200, 30, false],
      [700, 100, 0, 20, false],
    ])
    expect(read({ home }).entries).toMatchObject([
      { isPartial: true, quality: { input: 'partial', output: 'partial', cacheRead: 'none' } },
    ])
  })
})

describe('discovery', () => {
  it('follows variables, and finds a file that was exported elsewhere', () => {
    const span = {
      type: 'span',
      name: 'chat x',
      startTime: [1793610000, 0],
      attributes: { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 2 },
    }
    const home = temporaryHome({
      'cli/session-state/s/events.jsonl': totals('09:00:00', 5, 1, 0, 0),
      'state/.copilot/otel/a.jsonl': '',
      'out.jsonl': JSON.stringify(span),
    })
    const env = {
      COPILOT_HOME: join(home, 'cli'),
      XDG_STATE_HOME: join(home, 'state'),
      COPILOT_OTEL_FILE_EXPORTER_PATH: join(home, 'out.jsonl'),
    }
    const { sources, entries } = read({ home, env })
    expect(sources.map(({ part, kind }) => [part, kind])).toEqual([
      ['events', undefined],
      ['otel', 'document'],
      ['otel', 'document'],
    ])
    expect(entries.length).toBe(2)
  })

  it.each([
    ['darwin', 'Library/Application Support/Code/User', {}],
    ['win32', 'AppData/Roaming/VSCodium/User', { APPDATA: 'AppData/Roaming' }],
    ['linux', '.vscode-server/data/User', {}],
  ] as const)('looks where %s keeps editors', (platform, user, env) => {
    const home = temporaryHome({ [`${user}/workspaceStorage/0a/chatSessions/c.json`]: '{}' })
    const variables = Object.fromEntries(Object.entries(env).map(([name, path]) => [name, join(home, path)]))
    const { sources } = read({ home, platform, env: variables })
    expect(sources.map(({ session, kind }) => [session, kind])).toEqual([['c', 'document']])
  })
})

const real = join(shared, 'real/copilot/vibetracker/home')
const missing = scenariosOf(beside, 'copilot').length === 0

describe.skipIf(missing)(`a real log${missing ? ' (skipped: not on this machine)' : ''}`, () => {
  it('gives its totals, as the plainest reading does', () => {
    const { entries, codes, items } = read({ home: real, detail: 'items' })
    const folder = join(real, '.copilot/session-state')
    const text = readFileSync(join(folder, readdirSync(folder)[0]!, 'events.jsonl'), 'utf8')
    const usage = Object.values<{ usage: Record<string, number> }>(
      JSON.parse(text.split('\n').find(line => line.includes('"session.shutdown"'))!).data.modelMetrics,
    )[0]!.usage
    expect(entries.map(entry => entry.tokens)).toEqual([
      {
        input: usage.inputTokens! - usage.cacheReadTokens! - usage.cacheWriteTokens!,
        output: usage.outputTokens,
        cacheRead: usage.cacheReadTokens,
        cacheCreation: usage.cacheWriteTokens,
        reasoning: usage.reasoningTokens,
        longCache: 0,
      },
    ])
    expect(entries[0]).toMatchObject({
      model: 'claude-sonnet-4.6',
      tokens: { input: 35_071, output: 2848, cacheRead: 151_738 },
    })
    // Two of thirteen tools were run by other tools: no answer asked for them.
    expect([codes, entries[0]!.tools.length, items.filter(item => item.kind === 'tool-result').length]).toEqual([
      {},
      11,
      13,
    ])
  })
})
