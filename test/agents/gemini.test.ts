/** Gemini CLI: recordings against their bills, real logs against a plain reading, and the oddities of both forms of its chat files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import gemini from '../../src/agents/gemini.ts'
import { billDifferences, scenariosOf } from '../support/figures.ts'
import type { HostParts } from '../support/host.ts'
import { makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { root, shared } from '../support/recorded.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'

const read = (home: string, parts: HostParts = {}) => readAgent(gemini, makeHost({ home, ...parts }), 'items')

const absent = (isThere: boolean): string => (isThere ? '' : ' (skipped: not on this machine)')

/** Nothing yet: what 0.61 does not log (formats/OBSERVED.md §6) is in none of the recordings. */
const exceptions: Readonly<Record<string, readonly string[]>> = {}

describe.each([join(root, 'fixtures/recorded'), join(shared, 'recorded'), join(shared, 'honest')])(
  'recordings in %s',
  folder => {
    const names = scenariosOf('gemini', folder)

    it.skipIf(names.length === 0)(`are there${absent(names.length > 0)}`, () => {
      expect(names.length).toBeGreaterThan(0)
    })

    it.each(names)('%s', async name => {
      const { entries, codes } = await read(join(folder, name, 'home'))
      expect([billDifferences(join(folder, name), entries), codes]).toEqual([exceptions[name] ?? [], {}])
    })
  },
)

describe('a recorded session', () => {
  const home = (scenario: string) => join(root, 'fixtures/recorded/gemini@0.61.0', scenario, 'home')

  it('has its sub-agents’ calls in it', async () => {
    const { entries } = await read(home('subagent'))
    expect(new Set(entries.map(entry => entry.session)).size).toBe(1)
    expect(
      entries
        .filter(entry => entry.isSidechain)
        .map(entry => entry.subagent)
        .sort(),
    ).toEqual([
      ...Array(3).fill('9410285e-ff29-4243-b2ba-1aa857b6a7b4'),
      ...Array(3).fill('b0a530a2-fe88-46d3-a203-d47999ab7421'),
    ])
  })

  it('has the tools of each response', async () => {
    const { entries } = await read(home('tools'))
    expect(entries.map(entry => entry.tools.map(tool => tool.split(' ')[1]))).toEqual([
      ['read_file', 'run_shell_command', 'run_shell_command'],
      ['write_file'],
      ['run_shell_command'],
      [],
    ])
  })

  it('has its context in pieces, each once', async () => {
    const { items } = await read(home('tools'))
    const counted: Record<string, number> = {}
    for (const { kind } of items) counted[kind] = (counted[kind] ?? 0) + 1
    // The texts of the recording are filler, so the agent's own context looks like a prompt.
    expect(counted).toEqual({ prompt: 2, thinking: 1, text: 3, 'tool-call': 5, 'tool-result': 5 })
    expect(items.filter(({ kind }) => kind === 'tool-call').map(({ target }) => target?.kind)).toEqual([
      'file',
      'command',
      'command',
      'file',
      'command',
    ])
  })

  it('does not hand out again what a resume writes down again', async () => {
    const { items } = await read(home('resume'))
    const ids = items.flatMap(item => (item.kind === 'tool-result' ? [item.callId] : []))
    expect([ids.length, new Set(ids).size]).toEqual([1, 1])
    expect(items.filter(item => item.kind === 'prompt').length).toBe(5) // one of them the agent's own
  })
})

/** What a log holds, read in the plainest way: the last tokens of each id. */
const plainReading = (home: string) => {
  const byId = new Map<string, { input: number; output: number; cached: number; thoughts: number }>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('tokens' in value && 'id' in value && value.tokens) byId.set(String(value.id), value.tokens as never)
    for (const inner of Object.values(value)) visit(inner)
  }
  for (const path of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    if (!/chats.*\.jsonl?$/.test(path)) continue
    const text = readFileSync(join(home, path), 'utf8')
    for (const part of path.endsWith('.json') ? [text] : text.trim().split('\n')) visit(JSON.parse(part))
  }
  const calls = [...byId.values()].filter(tokens => tokens.input > 0)
  const sum = (of: (tokens: (typeof calls)[number]) => number) => calls.map(of).reduce((a, b) => a + b, 0)
  return {
    entries: calls.length,
    input: sum(t => t.input - t.cached),
    output: sum(t => t.output + t.thoughts),
    cacheRead: sum(t => t.cached),
    reasoning: sum(t => t.thoughts),
  }
}

const real = join(shared, 'real/gemini')
const realNames = existsSync(real) ? readdirSync(real) : []

describe.skipIf(realNames.length === 0)(`real logs${absent(realNames.length > 0)}`, () => {
  it.each(realNames)('%s', async name => {
    const home = join(real, name, 'home')
    const { entries, codes, items } = await read(home)
    const { input, output, cacheRead, reasoning } = sumTokens(entries)
    expect({ entries: entries.length, input, output, cacheRead, reasoning }).toEqual(plainReading(home))
    expect(codes).toEqual({})
    expect(items.length).toBeGreaterThan(0)
  })

  it('have the totals that are known of them', async () => {
    const { tokens } = { tokens: sumTokens((await read(join(real, 'entireio-cli/home'))).entries) }
    expect([tokens.input, tokens.output - tokens.reasoning, tokens.cacheRead]).toEqual([43_497, 820, 161_019])
  })
})

const honest = join(shared, 'honest/gemini@0.61.0/receipt-long/home')

it.skipIf(!existsSync(honest))(
  `an honest session that wrote its conversation down again, once${absent(existsSync(honest))}`,
  async () => {
    const { items } = await read(honest)
    const counted: Record<string, number> = {}
    for (const { kind } of items) counted[kind] = (counted[kind] ?? 0) + 1
    expect([counted.system, counted.prompt, counted['tool-call']]).toEqual([1, 2, counted['tool-result']])
    const ids = items.flatMap(item => (item.kind === 'tool-call' ? [item.callId] : []))
    expect(new Set(ids).size).toBe(ids.length)
  },
)

describe('fixtures', () => {
  const home = (name: string) => join(root, 'fixtures/agents/gemini', name, 'home')

  it('session: models, folder, titles, sub-agent', async () => {
    const { entries, notes } = await read(home('session'))
    expect(entries.map(entry => [entry.model, entry.cwd, entry.project, entry.isSidechain])).toEqual([
      ['gemini-3-pro-preview', '/home/dev/app', 'app', false],
      ['gemini-3-pro-preview', '/home/dev/app', 'app', false],
      ['gemini-2.5-flash', '/home/dev/app', 'app', true],
      ['gemini-3-pro-preview', '/home/dev/app', 'app', false],
      ['house-model', '/home/dev/app', 'app', false],
    ])
    expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['prompt', 'Fix the strings in @src/strings.ts'],
      ['summary', 'Fix a test'],
    ])
  })

  it('session: the context in the order of the log', async () => {
    const { items } = await read(home('session'))
    const main = items.filter(item => item.subagent === undefined)
    expect(main.map(({ kind, tool, target }) => [kind, tool, target?.name].filter(Boolean).join(' '))).toEqual([
      'system',
      'prompt',
      'attachment',
      'thinking',
      'text',
      'tool-call read_file src/strings.ts',
      'tool-result read_file src/strings.ts',
      'text',
      'tool-call invoke_agent codebase_investigator',
      'tool-result invoke_agent codebase_investigator',
      'text',
      'text',
    ])
    expect(main.find(item => item.kind === 'prompt')?.title).toBe('Fix the strings in @src/strings.ts')
    expect(main.filter(item => item.spawned).map(item => item.callId)).toEqual(['invoke_agent-1'])
    expect(new Set(items.map(item => item.id)).size).toBe(items.length)
    expect(JSON.stringify(items)).not.toContain('xyzzy')
  })

  it('migrated: a hash is no project; a compression leaves a summary', async () => {
    const { entries, items } = await read(home('migrated'))
    expect(new Set(entries.map(entry => entry.project))).toEqual(new Set([undefined]))
    expect(new Set(entries.map(entry => entry.folder?.length))).toEqual(new Set([64]))
    expect(items.filter(item => item.kind === 'summary')).toHaveLength(1)
    // The old document holds the same pieces under the same ids.
    expect(items.filter(item => item.kind === 'tool-call').map(item => item.id)).toEqual(
      Array(2).fill('write_file-9:tool-call'),
    )
  })
})

const ID = '5d0c1a2b-0000-4000-8000-000000000001'
const path = '.gemini/tmp/app/chats/session-2026-08-20T07-00-5d0c1a2b'

const document = (tokens: unknown, rest: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    sessionId: ID,
    messages: [{ id: 'm1', timestamp: '2026-08-20T07:00:00Z', type: 'gemini', model: 'm', tokens, ...rest }],
  })

const countsOf = async (tokens: unknown) => {
  const { entries, codes } = await read(temporaryHome({ [`${path}.json`]: document(tokens) }))
  const { input, output, cacheRead, reasoning } = sumTokens(entries)
  return [input, output, cacheRead, reasoning, ...Object.keys(codes)]
}

describe('tokens', () => {
  it.each([
    ['with thoughts beside the output', { input: 10, output: 4, cached: 6, thoughts: 3, total: 17 }, [4, 7, 6, 3]],
    ['with thoughts inside the output', { input: 10, output: 4, cached: 6, thoughts: 3, total: 14 }, [4, 4, 6, 3]],
    ['with a tool’s prompt beside the prompt', { input: 10, output: 4, tool: 5, total: 19 }, [15, 4, 0, 0]],
    ['with a tool’s prompt inside the prompt', { input: 10, output: 4, tool: 5, total: 14 }, [10, 4, 0, 0]],
    ['with both inside', { input: 10, output: 4, tool: 5, thoughts: 3, total: 14 }, [10, 4, 0, 3]],
    ['with a total that fits nothing', { input: 10, output: 4, thoughts: 3, total: 99 }, [10, 7, 0, 3]],
    ['without a total', { input: 10, output: 4, cached: 6, thoughts: 3, tool: 2 }, [6, 7, 6, 3]],
    ['with a total alone', { total: 12 }, [12, 0, 0, 0]],
    ['with more cached than sent', { input: 10, output: 4, cached: 600 }, [0, 4, 10, 0]],
    ['of an absurd size', { input: 1e300, output: 4 }, [0, 4, 0, 0, 'bad-number']],
    ['that are none', 'many', [0, 0, 0, 0, 'unknown-record']],
    ['all 0', { input: 0, output: 0, total: 0 }, [0, 0, 0, 0]],
    ['null', null, [0, 0, 0, 0]],
  ])('%s', async (_name, tokens, wanted) => {
    expect(await countsOf(tokens)).toEqual(wanted)
  })
})

describe('documents', () => {
  it.each([
    ['cut off', document({ input: 1 }).slice(0, -9), ['bad-line']],
    ['without messages', '{"sessionId":"s"}', ['unknown-record']],
    ['of another kind', '[]', ['unknown-record']],
    ['null', 'null', ['unknown-record']],
  ])('%s', async (_name, text, wanted) => {
    const { entries, codes } = await read(temporaryHome({ [`${path}.json`]: text }))
    expect([entries, Object.keys(codes)]).toEqual([[], wanted])
  })
})

describe('lines', () => {
  const head = `{"sessionId":"${ID}","startTime":"2026-08-20T07:00:00Z","kind":"main"}`
  const answer = (id: string, input: number) =>
    `{"id":"${id}","timestamp":"2026-08-20T07:00:01Z","type":"gemini","model":"m","tokens":{"input":${input},"output":1}}`

  it('know a session that was written without its head by its file', async () => {
    const { entries } = await read(temporaryHome({ [`${path}.jsonl`]: `${answer('a', 5)}\n` }))
    expect(entries.map(entry => entry.session)).toEqual(['session-2026-08-20T07-00-5d0c1a2b'])
  })

  it('put a sub-agent’s sub-agent under the session at the top', async () => {
    const inner = (id: string) => `{"sessionId":"${id}","kind":"subagent"}\n${answer(id, 7)}\n`
    const chats = '.gemini/tmp/app/chats'
    const { entries } = await read(
      temporaryHome({
        [`${path}.jsonl`]: `${head}\n${answer('a', 5)}\n`,
        [`${chats}/${ID}/b1.jsonl`]: inner('b1'),
        [`${chats}/b1/c1.jsonl`]: inner('c1'),
      }),
    )
    expect(entries.map(({ session, subagent }) => [session, subagent ?? '-']).sort()).toEqual([
      [ID, '-'],
      [ID, 'b1'],
      [ID, 'c1'],
    ])
  })

  it('count one response once that lies under the old and the new name of its project', async () => {
    const log = `${head}\n${answer('a', 5)}\n`
    const old = path.replace('app', 'f'.repeat(64))
    const { entries } = await read(temporaryHome({ [`${path}.jsonl`]: log, [`${old}.jsonl`]: log }))
    expect(entries.map(entry => entry.tokens.input)).toEqual([5])
  })

  it('find the project in the list of projects, and beside the history', async () => {
    const log = `${head}\n${answer('a', 5)}\n`
    const listed = temporaryHome({
      [`${path}.jsonl`]: log,
      '.gemini/projects.json': '{"projects":{"/home/dev/listed":"app","/x":null}}',
    })
    const kept = temporaryHome({ [`${path}.jsonl`]: log, '.gemini/history/app/.project_root': '/home/dev/kept\n' })
    expect((await read(listed)).entries[0]?.cwd).toBe('/home/dev/listed')
    expect((await read(kept)).entries[0]?.cwd).toBe('/home/dev/kept')
  })
})

describe('roots', () => {
  const log = { [`${path}.json`]: document({ input: 3 }) }

  it('looks once where nothing is', async () => {
    const { roots, sources } = await read(temporaryHome())
    expect([roots.map(look => look.isFound), sources]).toEqual([[false], []])
  })

  it.each([
    ['GEMINI_CLI_HOME', ''],
    ['GEMINI_DATA_DIR', '/.gemini/tmp'],
    ['GEMINI_DATA_DIR', '/.gemini'],
  ])('%s=<home>%s', async (variable, below) => {
    const elsewhere = temporaryHome(log)
    const { roots, entries } = await read(temporaryHome(log), { env: { [variable]: elsewhere + below } })
    expect([roots.length, roots[0]?.variable, entries.length]).toEqual([1, variable, 1])
    expect(roots[0]?.path.startsWith(elsewhere)).toBe(true)
  })

  it('says so when a variable names nothing, and looks at home', async () => {
    const { entries, codes } = await read(temporaryHome(log), { env: { GEMINI_CLI_HOME: '/nowhere' } })
    expect([entries.length, codes]).toEqual([1, { 'missing-root': 1 }])
  })
})

describe('retention', () => {
  const of = (settings: unknown) =>
    gemini.retention!(makeHost({ home: temporaryHome({ '.gemini/settings.json': JSON.stringify(settings) }) }))

  it.each([
    [{}, 30, true],
    [{ general: { sessionRetention: { enabled: true, maxAge: '2w' } } }, 14, false],
    [{ general: { sessionRetention: { maxAge: '36h' } } }, 1.5, false],
    [{ general: null }, 30, true],
  ])('%j', (settings, days, isDefault) => {
    expect(of(settings)).toMatchObject({ days, isDefault })
  })

  it('is none when it is switched off', () => {
    expect(of({ general: { sessionRetention: { enabled: false } } })).toBeUndefined()
  })
})
