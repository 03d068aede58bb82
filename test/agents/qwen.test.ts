/** Qwen Code: recordings against their bills, and who has the say where telemetry, transcript and session totals tell of one call. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import qwen from '../../src/agents/qwen/index.ts'
import { billDifferences, scenariosOf } from '../support/figures.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { billsIn, root, shared } from '../support/recorded.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'

const read = (home: string, parts: HostParts = {}) => readAgent(qwen, makeHost({ home, ...parts }), 'items')

/** Nothing yet: the terminal's titles and suggestions (formats/OBSERVED.md §7) are in none of the recordings. */
const exceptions: Readonly<Record<string, readonly string[]>> = {}

describe.each([join(root, 'fixtures/recorded'), join(shared, 'recorded')])('recordings in %s', folder => {
  const names = scenariosOf('qwen', folder)
  const skipped = names.length > 0 ? '' : ' (skipped: not on this machine)'

  it.skipIf(names.length === 0)(`are there${skipped}`, () => {
    expect(names.length).toBeGreaterThan(0)
  })

  it.each(names)('%s', async name => {
    const { entries, codes } = await read(join(folder, name, 'home'))
    expect([billDifferences(join(folder, name), entries), codes]).toEqual([exceptions[name] ?? [], {}])
    const billed = billsIn(join(folder, name)).filter(bill => bill.billed)
    expect(entries.map(entry => entry.messageId).sort()).toEqual(billed.map(bill => bill.id).sort())
  })
})

describe('a recorded session', () => {
  const home = (scenario: string) => join(root, 'fixtures/recorded/qwen@0.24.4', scenario, 'home')

  it('keeps what its fork copied', async () => {
    const { entries, merged } = await read(home('resume'))
    const bySession: Record<string, number> = {}
    for (const { session } of entries) bySession[session ?? ''] = (bySession[session ?? ''] ?? 0) + 1
    expect(bySession).toEqual({
      '9fd1617a-7e63-4625-a7a1-421e64a1d4ca': 6,
      '5453b5fe-9cf1-4ef5-9f99-1ba3203ca997': 2,
    })
    expect(merged.copies).toBe(4)
  })

  it.each(['chat', 'tools', 'subagent'])('%s: the agent’s own total says the same', async scenario => {
    const { entries, notes } = await read(home(scenario))
    const { input, output, cacheRead, reasoning } = sumTokens(entries)
    const [total, ...others] = notes.filter(note => note.kind === 'total')
    expect(total?.total?.models).toMatchObject([
      { model: 'qwen3-coder-plus', tokens: { input, output, cacheRead, reasoning } },
    ])
    expect(others).toEqual([])
  })

  it('has its sub-agents’ calls in it, with their tools', async () => {
    const { entries } = await read(home('subagent'))
    expect(new Set(entries.map(entry => entry.session)).size).toBe(1)
    expect(entries.filter(entry => entry.isSidechain).map(entry => [entry.subagent, entry.tools.length])).toEqual([
      ['general-purpose-call_81b3e5000c66afc36227d41a', 1],
      ['general-purpose-call_6d18b1b414f72c794bcae977', 1],
      ['general-purpose-call_6d18b1b414f72c794bcae977', 0],
      ['general-purpose-call_81b3e5000c66afc36227d41a', 0],
    ])
  })

  it('has tools, folder and version of each response', async () => {
    const { entries } = await read(home('tools'))
    expect(entries.map(entry => entry.tools.map(tool => tool.split(' ')[1]))).toEqual([
      ['read_file', 'run_shell_command', 'run_shell_command'],
      ['write_file'],
      ['run_shell_command'],
      [],
    ])
    expect(new Set(entries.map(entry => `${entry.cwd} ${entry.version} ${entry.model}`))).toEqual(
      new Set(['/home/dev/harness/qwen-0.24.4-tools/project 0.24.4 qwen3-coder-plus']),
    )
  })

  it('has its context in the order of the log', async () => {
    const { items } = await read(home('tools'))
    expect(items.map(({ kind, tool, target }) => [kind, tool, target?.kind].filter(Boolean).join(' '))).toEqual([
      'prompt',
      'thinking',
      'text',
      'tool-call read_file file',
      'tool-call run_shell_command command',
      'tool-call run_shell_command command',
      'tool-result read_file',
      'tool-result run_shell_command',
      'tool-result run_shell_command',
      'text',
      'tool-call write_file file',
      'tool-result write_file',
      'tool-call run_shell_command command',
      'tool-result run_shell_command',
      'text',
    ])
    const ids = new Set((await read(home('tools'))).entries.map(entry => entry.messageId))
    for (const item of items) if (item.messageId !== undefined) expect(ids.has(item.messageId)).toBe(true)
  })
})

describe('fixtures', () => {
  const home = (name: string) => join(root, 'fixtures/agents/qwen', name, 'home')

  it('session: sub-agent, tools, total, titles', async () => {
    const { entries, notes, items } = await read(home('session'))
    expect(entries.map(({ messageId, session, subagent, tools }) => [messageId, session, subagent, tools])).toEqual([
      ['chatcmpl-1', 's1', undefined, ['call_1 run_shell_command']],
      ['chatcmpl-2', 's1', 'general-purpose-call_9', ['call_2 read_file']],
      ['chatcmpl-3', 's1', undefined, []],
      ['usage_record s3 qwen3-coder-plus', 's3', undefined, []],
      ['chatcmpl-4', 's1', undefined, []],
      ['chatcmpl-5', 's2', undefined, []],
    ])
    const totals = notes.filter(note => note.kind === 'total')
    expect(totals.map(({ session, total }) => [session, total?.models[0]?.tokens])).toMatchObject([
      ['s1', { input: 1400, output: 215, cacheRead: 2600 }],
    ])
    expect(notes.filter(note => note.kind === 'prompt').map(note => note.text)).toEqual([
      'Count the lines',
      'Count the lines',
    ])
    expect(items.filter(item => item.kind === 'summary')).toHaveLength(1)
    expect(JSON.stringify(items)).not.toContain('xyzzy')
  })

  it('older: a model from beside the log, thinking inside the output', async () => {
    const { entries } = await read(home('older'))
    expect(entries.map(({ model, tokens }) => [model, tokens.output, tokens.reasoning])).toEqual([
      ['qwen3-coder-plus', 60, 25],
      ['qwen3-coder-plus', 100, 40],
      ['qwen3-coder-plus', 30, 10],
      ['qwen3-max', 20, 0],
      ['qwen3-coder-plus', 0, 0],
      ['qwen3-coder-plus', 7, 0],
    ])
  })
})

const transcript = '.qwen/projects/-home-dev-app/chats/s1.jsonl'

const line = (record: Readonly<Record<string, unknown>>, second: number): string =>
  `${JSON.stringify({ sessionId: 's1', timestamp: new Date(Date.UTC(2026, 8, 1, 10, 0, second)).toISOString(), ...record })}\n`

const heard = (second: number, id: string | undefined, input: number, output: number, more = {}): string => {
  const counts = { input_token_count: input, output_token_count: output, total_token_count: input + output }
  const uiEvent = { 'event.name': 'qwen-code.api_response', model: 'm', response_id: id, ...counts, ...more }
  return line({ uuid: `t${second}`, type: 'system', subtype: 'ui_telemetry', systemPayload: { uiEvent } }, second)
}

const answered = (second: number, prompt: number, candidates: number): string =>
  line(
    {
      uuid: `a${second}`,
      type: 'assistant',
      model: 'm',
      usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: candidates },
    },
    second,
  )

const idsOf = async (text: string) =>
  (await read(temporaryHome({ [transcript]: text }))).entries.map(entry => entry.messageId)

describe('one call, told twice', () => {
  it('counts once, whichever comes first', async () => {
    expect(await idsOf(heard(1, 'r1', 10, 2) + answered(2, 10, 2))).toEqual(['r1'])
    expect(await idsOf(answered(1, 10, 2) + heard(2, 'r1', 10, 2))).toEqual(['a1'])
  })

  it('counts once where the figures differ a little', async () => {
    expect(await idsOf(heard(1, 'r1', 10, 2) + answered(2, 10, 3))).toEqual(['r1'])
  })

  it('is two calls where telemetry is long past', async () => {
    expect(await idsOf(heard(1, 'r1', 10, 2) + answered(30, 10, 3))).toEqual(['r1', 'a30'])
  })

  it('goes by the record’s own id where older versions name no response', async () => {
    expect(await idsOf(heard(1, undefined, 10, 2) + answered(2, 10, 2))).toEqual(['t1'])
  })

  it('leaves a retry and a compression their own', async () => {
    const text = heard(1, 'r1', 10, 2) + heard(2, 'r2', 10, 2) + heard(3, 'c', 90, 5) + answered(4, 10, 2)
    expect(await idsOf(text)).toEqual(['r1', 'r2', 'c'])
  })
})

describe('session totals', () => {
  const total = (session: string, second: number, input: number) =>
    line(
      {
        sessionId: session,
        timestamp: Date.UTC(2026, 8, 1) + second,
        models: { m: { inputTokens: input, outputTokens: 1 } },
      },
      0,
    )

  it('count where the transcript lies in another runtime folder only if it is not there either', async () => {
    const runtime = temporaryHome({ 'projects/p/chats/s1.jsonl': heard(1, 'r1', 10, 2) })
    const home = temporaryHome({ '.qwen/usage_record.jsonl': total('s1', 1, 10) + total('s2', 2, 20) })
    const { entries, notes } = await read(home, { env: { QWEN_RUNTIME_DIR: runtime } })
    expect(entries.map(entry => [entry.session, entry.tokens.input])).toEqual([
      ['s2', 20],
      ['s1', 10],
    ])
    expect(notes.filter(note => note.kind === 'total').map(note => note.session)).toEqual(['s1'])
  })

  it('say what they cannot read', async () => {
    const odd = `nothing\n{"sessionId":"s"}\n{"sessionId":"t","timestamp":1,"models":{"m":null}}\n${total('u', 1, -1)}`
    const { codes, entries } = await read(temporaryHome({ '.qwen/usage_record.jsonl': odd }))
    expect([codes, entries.length]).toEqual([
      { 'bad-line': 1, 'bad-number': 1, 'no-timestamp': 1, 'unknown-record': 2 },
      1,
    ])
  })
})

describe('titles', () => {
  it('of the user’s own beat others; notices are no prompts', async () => {
    const text =
      line({ type: 'user', subtype: 'notification', message: { parts: [{ text: 'a notice' }] } }, 1) +
      line({ type: 'user', message: { parts: [{ text: '<task-notification>' }] } }, 2) +
      line({ type: 'user', message: { parts: [{ text: ' Do it ' }] } }, 3) +
      line({ type: 'system', subtype: 'custom_title', systemPayload: { customTitle: 'Mine' } }, 4) +
      line({ type: 'system', subtype: 'custom_title', systemPayload: { customTitle: 'Its', titleSource: 'auto' } }, 5)
    const { notes } = await read(temporaryHome({ [transcript]: text }))
    expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['prompt', 'Do it'],
      ['custom', 'Mine'],
      ['ai', 'Its'],
    ])
  })
})

describe('roots', () => {
  const log = { 'projects/p/chats/s1.jsonl': heard(1, 'r1', 10, 2) }

  it('looks once where nothing is', async () => {
    const { roots, sources } = await read(temporaryHome())
    expect([roots.map(look => look.isFound), sources]).toEqual([[false], []])
  })

  it.each([
    ['QWEN_HOME', ''],
    ['QWEN_DATA_DIR', ''],
    ['QWEN_DATA_DIR', '/projects'],
  ])('%s=<folder>%s', async (variable, below) => {
    const { roots, entries } = await read(temporaryHome(), { env: { [variable]: temporaryHome(log) + below } })
    expect([roots.map(look => [look.isFound, look.variable]), entries.length]).toEqual([[[true, variable]], 1])
  })

  it('follows the setting, and takes no file twice', async () => {
    const folder = temporaryHome(log)
    const settings = JSON.stringify({ advanced: { runtimeOutputDir: folder } })
    const { entries, sources } = await read(temporaryHome({ '.qwen/settings.json': settings }), {
      env: { QWEN_RUNTIME_DIR: folder },
    })
    expect([entries.length, sources.length]).toEqual([1, 1])
  })

  it('says so when a variable names nothing, and looks at home', async () => {
    const home = temporaryHome({ [transcript]: heard(1, 'r1', 10, 2) })
    const { entries, codes } = await read(home, { env: { QWEN_HOME: '/nowhere' } })
    expect([entries.length, codes]).toEqual([1, { 'missing-root': 1 }])
  })
})

it('knows a sub-agent by the file beside its log', async () => {
  const home = join(root, 'fixtures/agents/qwen/session/home')
  const host = makeHost({ home })
  const { sources } = await read(home)
  const own = sources.find(source => source.subagent !== undefined)
  expect(qwen.sidecar!(host, own!)).toEqual({ type: 'general-purpose', description: 'count lines' })
})
