/** Droid: the totals of its sessions against the bills of their calls, and how they are shared out. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Detail } from '../../src/agents/define.ts'
import droid from '../../src/agents/droid/index.ts'
import { modelIn, shareOut } from '../../src/agents/droid/usage.ts'
import { scenariosOf } from '../support/figures.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { root, shared } from '../support/recorded.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'
import { billedIn, differing, factsOf, sumOf } from './bills.ts'

const read = (home: string, parts: HostParts = {}, detail: Detail = 'calls') =>
  readAgent(droid, makeHost({ home, ...parts }), detail)

/** Why totals differ from the bills (formats/OBSERVED.md §11). */
const exceptions: Readonly<Record<string, string>> = {
  // Thinking is Droid's own estimate; it is inside the output.
  'droid@0.225.2/tools': 'reasoning 16 of 103',
}

describe.each([
  ['in the repository', join(root, 'fixtures/recorded')],
  ['beside it', join(shared, 'recorded')],
])('recordings %s', (_where, folder) => {
  const scenarios = scenariosOf('droid', folder)
  it.runIf(folder.startsWith(root))('are all there', () => {
    expect(scenarios.map(name => name.split('/')[1])).toEqual(['chat', 'subagent', 'tools'])
  })

  it.skipIf(scenarios.length === 0)(
    `agree in their totals, and in their models${scenarios.length === 0 ? ' (skipped: not on this machine)' : ''}`,
    async () => {
      for (const name of scenarios) {
        const { entries, codes } = await read(join(folder, name, 'home'))
        const bills = billedIn(join(folder, name))
        const wanted = sumOf(bills.map(bill => bill.usage))
        expect(differing(sumOf(entries.map(factsOf)), wanted), name).toEqual(exceptions[name] ?? '')
        expect([...new Set(entries.map(entry => entry.model))]).toEqual([...new Set(bills.map(bill => bill.model))])
        expect([codes, entries.length], name).toEqual([{}, bills.length])
      }
    },
  )

  it.skipIf(scenarios.length === 0)('have sub-agents apart, call by call', async () => {
    const name = scenarios.find(scenario => scenario.endsWith('/subagent'))!
    const { entries } = await read(join(folder, name, 'home'))
    const bills = billedIn(join(folder, name))
    const main = bills.filter(bill => bill.lane === 'main')
    const sub = bills.filter(bill => bill.lane === 'sub')
    const own = (isSidechain: boolean) => sumOf(entries.filter(e => e.isSidechain === isSidechain).map(factsOf))
    expect(differing(own(false), sumOf(main.map(bill => bill.usage)))).toBe('')
    expect(differing(own(true), sumOf(sub.map(bill => bill.usage)))).toBe('')
    expect(new Set(entries.map(entry => entry.session)).size).toBe(1)
    expect(new Set(entries.map(entry => entry.subagent)).size).toBe(3)
    expect(entries.reduce((sum, entry) => sum + (entry.credits ?? 0), 0)).toBe(26_292)
  })
})

const fixtures = join(root, 'fixtures/agents/droid')

describe.each(readdirSync(fixtures))('fixture %s', name => {
  const home = join(fixtures, name, 'home')
  const expected = JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8'))

  it.each(['counts', 'calls', 'items'] as const)('gives what a person worked out, asked for %s', async detail => {
    const { entries, codes, notes } = await read(home, {}, detail)
    const { input, output, cacheCreation, cacheRead, longCache } = sumTokens(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
  })
})

describe('a session', () => {
  it('is shared out over its answers: prompts alike, outputs as they were written', async () => {
    const { entries } = await read(join(fixtures, 'sessions/home'))
    const own = entries.filter(entry => !entry.isSidechain)
    expect(own.map(entry => new Date(entry.at).getUTCDate())).toEqual([2, 2, 4])
    expect(own.map(({ tokens: t }) => [t.input, t.cacheCreation, t.cacheRead])).toEqual([
      [33, 10, 300],
      [34, 10, 300],
      [33, 10, 300],
    ])
    // 85, 5 and 25 characters, and one more for each.
    expect(own.map(entry => entry.tokens.output)).toEqual([44, 3, 13])
    expect(own.map(entry => entry.credits)).toEqual([2, 3, 2])
    expect(own[0]?.tools).toEqual(['t1 Execute', 't2 Task'])
  })

  it('that lies in two folders is the fuller one', async () => {
    const { sources, entries } = await read(join(fixtures, 'odd-files/home'))
    const path = sources.find(source => source.session?.startsWith('4444'))?.path
    expect(path).toContain('-home-dev-moved')
    expect(entries.find(entry => entry.session?.startsWith('4444'))?.model).toBe('GLM-4.6')
  })

  it('without answers is of the time when its settings were written, or when its provider was chosen', async () => {
    const text = (at: string) =>
      JSON.stringify({ model: 'm', providerLockTimestamp: at, tokenUsage: { inputTokens: 5 } })
    const one = async (at: string) =>
      (await read(temporaryHome({ '.factory/sessions/s.settings.json': text(at) }))).entries[0]
    expect((await one('2100-01-01T00:00:00.000Z'))?.at).toBe(Date.UTC(2100, 0, 1))
    expect(Math.abs(((await one('2026-03-02T09:00:00.000Z'))?.at ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('of several models says that it guesses which had what', async () => {
    const answers = ['claude-opus-4-5', 'gpt-5.4'].map((modelId, i) =>
      JSON.stringify({
        type: 'message',
        id: `m${i}`,
        timestamp: '2026-03-02T09:00:00.000Z',
        message: { role: 'assistant', content: [], modelId },
      }),
    )
    const home = temporaryHome({
      '.factory/sessions/s.settings.json': '{"tokenUsage":{"inputTokens":5,"outputTokens":4}}',
      '.factory/sessions/s.jsonl': answers.join('\n'),
    })
    const { entries, codes } = await read(home)
    expect(entries.map(entry => [entry.model, entry.quality?.input])).toEqual([
      ['claude-opus-4-5', 'estimated'],
      ['gpt-5.4', 'estimated'],
    ])
    expect(codes).toEqual({})
  })

  it('torn at its end keeps what came before', async () => {
    const home = temporaryHome({
      '.factory/sessions/s.settings.json': '{"model":"m","tokenUsage":{"inputTokens":5}}',
      '.factory/sessions/s.jsonl':
        '{"type":"session_start","cwd":"/home/dev/app"}\n{"type":"message","message":{"role":"assistant"',
    })
    const { entries, codes } = await read(home)
    expect([entries.length, entries[0]?.cwd, codes]).toEqual([1, '/home/dev/app', { 'torn-line': 1 }])
  })

  it('whose usage has another shape says so', async () => {
    const codes = async (usage: unknown) =>
      (await read(temporaryHome({ '.factory/sessions/s.settings.json': JSON.stringify({ tokenUsage: usage }) }))).codes
    expect(await codes([1])).toEqual({ 'unknown-record': 1 })
    expect(await codes({})).toEqual({ 'unknown-record': 1 })
    expect(await codes({ inputTokens: 2 ** 60, outputTokens: 1 })).toEqual({ 'bad-number': 1 })
    expect(await codes(null)).toEqual({})
    expect(await codes(undefined)).toEqual({})
  })

  it('that calls itself is no endless chain', async () => {
    const tags = (id: string) => [{ name: 'subagent', metadata: { callingSessionId: id } }]
    const settings = (id: string) => JSON.stringify({ model: 'm', tags: tags(id), tokenUsage: { inputTokens: 5 } })
    const home = temporaryHome({
      '.factory/sessions/a.settings.json': settings('b'),
      '.factory/sessions/b.settings.json': settings('a'),
      '.factory/sessions/c.settings.json': settings('../../etc'),
    })
    expect((await read(home)).entries.map(entry => entry.session).sort()).toEqual(['../../etc', 'a', 'b'])
  })
})

describe('models', () => {
  it.each([
    ['custom:claude-sonnet-4-5-20250929-0', 'claude-sonnet-4-5-20250929'],
    ['custom:GLM-4.6-[Z.AI]-12', 'GLM-4.6'],
    ['custom:Kimi [Groq]-1', 'Kimi'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ])('%s is %s', (model, name) => {
    expect(modelIn({ model }, undefined)).toBe(name)
  })

  it('of the router are what it chose', () => {
    expect(modelIn({ model: 'auto', effectiveFactoryRouterModel: { modelId: 'gpt-5.4' } }, undefined)).toBe('gpt-5.4')
    expect(modelIn({ model: 'x', effectiveFactoryRouterModel: { modelId: 'gpt-5.4' } }, 'auto')).toBe('gpt-5.4')
  })
})

describe('discovery', () => {
  it.each([
    ['.factory/sessions', {}],
    ['root/sessions', { FACTORY_DIR: '~/root' }],
    ['elsewhere', { DROID_SESSIONS_DIR: '~/nothing,~/elsewhere' }],
    ['other/.factory/sessions', { FACTORY_HOME_OVERRIDE: '~/other' }],
    ['.factory-dev/sessions', { FACTORY_ENV: 'development' }],
  ])('finds %s', async (folder, env) => {
    const home = temporaryHome({ [`${folder}/-p/s.settings.json`]: '{"model":"m","tokenUsage":{"inputTokens":5}}' })
    expect((await read(home, { env })).entries.map(entry => entry.project)).toEqual(['-p'])
  })

  it('takes no copy for a session', async () => {
    const home = temporaryHome({
      '.factory/sessions/-p/s.settings.json.bak': '{"tokenUsage":{"inputTokens":5}}',
      '.factory/sessions/sessions-index.json': '{}',
      '.factory/sessions/-p/.settings.json': '{}',
    })
    expect((await read(home)).sources).toEqual([])
  })
})

describe('shareOut', () => {
  it.each([
    [10, [1, 1, 1]],
    [0, [1, 5]],
    [1, [1, 1, 1, 1]],
    [Number.MAX_SAFE_INTEGER, [3, 1, 7, 7, 7]],
    [7, [1]],
  ])('gives out all of %d', (total, weights) => {
    const parts = shareOut(total, weights)
    expect(parts.reduce((a, b) => a + b, 0)).toBe(total)
    expect(parts.every(part => Number.isSafeInteger(part) && part >= 0)).toBe(true)
  })
})

describe('items', () => {
  it('are what the transcript holds, in its order', async () => {
    const { items } = await read(join(fixtures, 'sessions/home'), {}, 'items')
    const own = items.filter(item => item.subagent === undefined)
    expect(own.map(item => [item.kind, item.target?.name ?? item.isError])).toEqual([
      ['system', undefined],
      ['prompt', undefined],
      ['text', undefined],
      ['tool-call', 'npm test'],
      ['tool-call', 'worker'],
      ['tool-result', true],
      ['tool-result', false],
      ['text', undefined],
      ['text', undefined],
    ])
  })
})
