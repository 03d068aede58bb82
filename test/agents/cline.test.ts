/** Cline: sessions with their sub-agents, and the task folders of before. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import cline from '../../src/agents/cline/index.ts'
import { temporaryHome } from '../support/temporary.ts'
import { type DirectOptions, fixtures, readDirectly, recorded, shared } from './read-directly.ts'
import { differencesOf, scenariosOf } from './recorded-calls.ts'

const read = (options: DirectOptions) => readDirectly(cline, options)

/** Why a log differs from its bill. Nothing does in 3.0.65; broken streams were not recorded. */
const exceptions: Readonly<Record<string, readonly string[]>> = {}

const beside = join(shared, 'recorded')

describe('recordings', () => {
  const names = scenariosOf(recorded, 'cline')

  it('are all there', () => {
    expect(names).toEqual(['chat', 'subagent', 'tools'].map(name => `cline@3.0.65/${name}`))
  })

  it.each(names)('%s', name => {
    const { entries, codes } = read({ home: join(recorded, name, 'home') })
    expect(differencesOf(join(recorded, name), entries)).toEqual(exceptions[name] ?? [])
    expect(codes).toEqual({})
  })

  const others = scenariosOf(beside, 'cline')
  const title = others.length === 0 ? ' (skipped: not on this machine)' : ''
  it.skipIf(others.length === 0)(`beside the repository${title}`, () => {
    for (const name of others) {
      const { entries, codes } = read({ home: join(beside, name, 'home') })
      expect(differencesOf(join(beside, name), entries)).toEqual(exceptions[name] ?? [])
      expect(codes).toEqual({})
    }
  })

  it('know costs, tools, sub-agents and pieces of context', () => {
    const { entries, items, notes } = read({ home: join(recorded, 'cline@3.0.65/subagent/home'), detail: 'items' })
    expect(entries.filter(entry => entry.isSidechain).map(entry => entry.subagent)).toEqual([
      'agent_1795311889197_exyf1b',
      'agent_1795311889199_z2ewy7',
      'agent_1795311889197_exyf1b',
      'agent_1795311889199_z2ewy7',
    ])
    const [first] = entries
    expect(first).toMatchObject({ provider: 'anthropic', version: '3.0.65', session: '1795311888076_6ncyw' })
    expect(first?.loggedUsd).toBeCloseTo(0.01616925)
    expect(first?.tools.map(tool => tool.split(' ')[1])).toEqual(['spawn_agent', 'spawn_agent'])
    expect(notes).toMatchObject([{ kind: 'prompt', text: '[[MAIN]] Use two helpers.' }])
    const calls = items.filter(item => item.kind === 'tool-call')
    expect(calls.map(({ tool, target }) => [tool, target?.name])).toContainEqual(['run_commands', 'wc'])
    expect(new Set(items.map(item => item.kind))).toEqual(
      new Set(['system', 'prompt', 'text', 'tool-call', 'tool-result']),
    )
    const ids = new Set(entries.map(entry => entry.messageId))
    for (const item of calls) expect(ids.has(item.messageId)).toBe(true)
  })
})

describe('fixtures', () => {
  it.each(readdirSync(join(fixtures, 'cline')))('%s', name => {
    const { entries, codes, tokens, notes, items } = read({
      home: join(fixtures, 'cline', name, 'home'),
      detail: 'items',
    })
    const expected = JSON.parse(readFileSync(join(fixtures, 'cline', name, 'expected.json'), 'utf8'))
    expect(tokens).toMatchObject(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
    expect(JSON.stringify(items.map(({ target, ...item }) => item))).not.toContain('xyzzy')
  })

  it('know the model of each request by its time, folders and tools', () => {
    const { entries } = read({ home: join(fixtures, 'cline/tasks/home'), detail: 'calls' })
    const of = (output: number) => entries.find(entry => entry.tokens.output === output)
    expect(of(100)).toMatchObject({
      model: 'claude-sonnet-4-5',
      provider: 'anthropic',
      cwd: '/home/dev/app',
      loggedUsd: 0.01,
    })
    expect(of(60)?.model).toBe('claude-opus-4-6')
    expect(of(30)?.isSidechain).toBe(true)
    expect(of(100)?.tools.map(tool => tool.split(' ')[1])).toEqual(['readFile', 'command'])
  })
})

const answer = (more: object) => ({ id: 'msg_12345678', role: 'assistant', content: [], ts: 1793610000000, ...more })

const metrics = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 60, cacheWriteTokens: 30, cost: 0.5 }

const session = (...messages: readonly unknown[]): string => JSON.stringify({ version: 1, agent: 'lead', messages })

describe('a session', () => {
  const path = '.cline/data/sessions/s1/s1.messages.json'
  const inSession = (text: string, more: Readonly<Record<string, string>> = {}) => {
    const { entries, codes } = read({ home: temporaryHome({ [path]: text, ...more }) })
    return { outputs: entries.map(({ tokens }) => [tokens.input, tokens.output]), entries, codes }
  }

  it('keeps what a task had used if only it still knows', () => {
    const text = session(answer({ metrics, modelInfo: { id: 'x', provider: 'unknown' } }))
    expect(inSession(text).entries).toMatchObject([{ provider: undefined, tokens: { input: 10, output: 10 } }])
    expect(inSession(text, { '.cline/data/tasks/s1/ui_messages.json': '[]' }).outputs).toEqual([])
  })

  it('survives anything', () => {
    const odd = [
      null,
      7,
      [],
      answer({ metrics: [] }),
      answer({ metrics: null }),
      answer({ id: null, content: 'x', metrics: { inputTokens: '5', outputTokens: 1e300 } }),
    ]
    expect(inSession(session(...odd))).toMatchObject({
      outputs: [[5, 0]],
      codes: { 'unknown-record': 1, 'bad-number': 1 },
    })
    for (const text of ['', '[]', '{"messages":', '{"messages":{"__proto__":1}}'])
      expect(inSession(text).outputs).toEqual([])
    expect(inSession('{"messages":').codes).toEqual({ 'bad-line': 1 })
  })

  it('calls with the same short id in two sessions are two', () => {
    const text = session(answer({ id: 'm2', metrics }))
    expect(inSession(text, { '.cline/data/sessions/s2/s2.messages.json': text }).outputs.length).toBe(2)
  })
})

describe('discovery', () => {
  const text = session(answer({ metrics }))

  it.each([
    ['CLINE_SESSION_DATA_DIR', 'mine', 'mine/s1/s1.messages.json'],
    ['CLINE_DATA_DIR', 'mine', 'mine/sessions/s1/s1.messages.json'],
    ['CLINE_DIR', 'mine', 'mine/data/sessions/s1/s1.messages.json'],
  ])('follows %s', (variable, folder, path) => {
    const home = temporaryHome({ [path]: text, '.cline/data/sessions/other/other.messages.json': text })
    expect(read({ home, env: { [variable]: join(home, folder) } }).sources.map(source => source.session)).toEqual([
      's1',
    ])
  })
})
