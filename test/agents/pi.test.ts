/** pi and OMP: recordings against their bills, real logs against a plain reading, and what the format notes warn of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Detail } from '../../src/agents/define.ts'
import pi from '../../src/agents/pi/index.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import { scenariosOf } from '../support/figures.ts'
import { coldEntries, LogFold, resumedEntries } from '../support/fold-log.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { readAgent } from '../support/read-agent.ts'
import { root, shared } from '../support/recorded.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'
import { differences } from './bills.ts'

const read = (home: string, parts: HostParts = {}, detail: Detail = 'calls') =>
  readAgent(pi, makeHost({ home, ...parts }), detail)

/** Why a log differs from its bill (formats/OBSERVED.md §8). */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // pi 0.73 does not write how much of an output was thinking; it is inside the output.
  'pi@0.73.1/tools': ['1 main: reasoning 0 of 103'],
}

describe.each([
  ['in the repository', join(root, 'fixtures/recorded')],
  ['beside it', join(shared, 'recorded')],
])('recordings %s', (_where, folder) => {
  const scenarios = scenariosOf('pi', folder)
  it.runIf(folder.startsWith(root))('are all there', () => {
    expect(scenarios.map(name => name.split('/')[1])).toEqual(['chat', 'resume', 'subagent', 'tools'])
  })

  it.skipIf(scenarios.length === 0)(
    `agree${scenarios.length === 0 ? ' (skipped: not on this machine)' : ''}`,
    async () => {
      for (const name of scenarios) {
        const { entries, codes } = await read(join(folder, name, 'home'))
        expect(differences(join(folder, name), entries), name).toEqual(exceptions[name] ?? [])
        expect(codes, name).toEqual({})
      }
    },
  )
})

describe('a real log', () => {
  const home = join(shared, 'real/pi/pi-mono/home')
  const isHere = existsSync(home)

  /** The plainest way: every line whole, every assistant message once; nothing was copied between these two files. */
  const plain = () => {
    const folder = join(home, '.pi/agent/sessions')
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.jsonl'))
    const lines = paths.flatMap(path => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n'))
    const messages = lines.map(line => JSON.parse(line).message).filter(message => message?.usage)
    const usages: Record<string, number>[] = messages.map(message => message.usage)
    const isCut = ({ stopReason, usage: u }: { stopReason: string; usage: Record<string, number> }): boolean =>
      (stopReason === 'aborted' || stopReason === 'error') && u.input! + u.output! + u.cacheRead! + u.cacheWrite! > 0
    const sum = (of: (usage: Record<string, number>) => number): number =>
      usages.reduce((total, one) => total + of(one), 0)
    return {
      responses: usages.length,
      cut: messages.filter(isCut).length,
      input: sum(u => u.input!),
      output: sum(u => u.output!),
      cacheCreation: sum(u => u.cacheWrite!),
      cacheRead: sum(u => u.cacheRead!),
    }
  }

  it.skipIf(!isHere)(
    `is what a plain reading makes of it${isHere ? '' : ' (skipped: not on this machine)'}`,
    async () => {
      const { entries, codes, sources } = await read(home)
      const { input, output, cacheCreation, cacheRead } = sumTokens(entries)
      const cut = entries.filter(entry => entry.isPartial)
      const counts = { responses: entries.length, cut: cut.length, input, output, cacheCreation, cacheRead }
      expect(counts).toEqual(plain())
      expect([input, output, cacheRead, entries.length]).toEqual([4738, 271_051, 97_923_144, 937]) // real/README.md
      expect([codes, sources.length]).toEqual([{}, 2])
      expect(cut.every(entry => entry.quality?.output === 'partial')).toBe(true)
    },
  )
})

const fixtures = join(root, 'fixtures/agents/pi')

describe.each(readdirSync(fixtures))('fixture %s', name => {
  const home = join(fixtures, name, 'home')
  const expected = JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8'))

  it.each(['counts', 'calls', 'items'] as const)('gives what a person worked out, asked for %s', async detail => {
    const { entries, codes, merged, notes } = await read(home, {}, detail)
    const { input, output, cacheCreation, cacheRead, longCache } = sumTokens(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes, merged.copies]).toEqual([
      expected.entries,
      expected.diagnostics,
      expected.copies ?? 0,
    ])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(JSON.stringify([entries.map(entry => ({ ...entry, tools: [] })), notes])).not.toContain('xyzzy')
  })

  it('stopped anywhere and resumed gives the same', async () => {
    for (const source of (await read(home)).sources) {
      const bytes = readFileSync(source.path)
      const cold = coldEntries(pi, source, bytes)
      for (let length = 0; length <= bytes.length; length += 13)
        expect(resumedEntries(pi, source, bytes, length, length % 2 === 0), `at byte ${length}`).toEqual(cold)
    }
  })

  it('read in blocks of any size gives the same', async () => {
    for (const source of (await read(home)).sources) {
      const bytes = readFileSync(source.path)
      const whole = new LogFold(pi, source)
        .lines(bytes)
        .finish()
        .entries.map(entry => ({ ...entry, sourceAt: 0 }))
      for (const block of [64, 100, 257, 4096]) {
        const { entries } = new LogFold(pi, source).lines(bytes, state => state, block).finish()
        expect(
          entries.map(entry => ({ ...entry, sourceAt: 0 })),
          `in blocks of ${block}`,
        ).toEqual(whole)
      }
    }
  })
})

const usage = (input: number, output: number, more: object = {}) => ({
  input,
  output,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: input + output,
  ...more,
})

const answer = (counts: unknown, message: object = {}, event: object = {}) =>
  JSON.stringify({
    type: 'message',
    id: 'e1',
    timestamp: '2026-03-02T09:00:01.000Z',
    message: {
      role: 'assistant',
      content: [],
      provider: 'anthropic',
      model: 'm',
      usage: counts,
      stopReason: 'stop',
      timestamp: 1_772_442_000_000,
      ...message,
    },
    ...event,
  })

const logs = (...lines: readonly string[]) =>
  temporaryHome({
    '.pi/agent/sessions/--p--/2026-03-02T09-00-00-000Z_s1.jsonl': lines.map(line => `${line}\n`).join(''),
  })

describe('a response', () => {
  it('is the same in a migrated copy, whose entries got new ids', async () => {
    const [own, copy] = ['aaaaaaaa', 'bbbbbbbb'].map(id => answer(usage(5, 6), {}, { id }))
    expect((await read(logs(own!, copy!))).entries.length).toBe(1)
  })

  it('has an id of the API only if that looks like one', async () => {
    const id = async (responseId: unknown) =>
      (await read(logs(answer(usage(5, 6), { responseId })))).entries[0]?.messageId
    expect(await id('chatcmpl-9')).toBe('chatcmpl-9')
    for (const none of ['', 'two words', null, 7]) expect(await id(none)).toBe('m:1772442000000:5:6:0:0')
  })

  it('that was cut is a lower bound, unless nothing came at all', async () => {
    const one = async (counts: unknown, content: unknown[], stopReason: string) =>
      (await read(logs(answer(counts, { content, stopReason })))).entries[0]
    expect(await one(usage(5, 1), [], 'error')).toMatchObject({
      isPartial: true,
      isFinal: false,
      quality: { output: 'partial' },
    })
    const text = [{ type: 'text', text: 'four' }]
    expect(await one(usage(0, 0), text, 'aborted')).toMatchObject({
      isPartial: true,
      visibleLength: 4,
      quality: { input: 'none' },
    })
    expect(await one(usage(0, 0), [], 'aborted')).toMatchObject({ isPartial: false, isFinal: false })
    expect(await one(usage(5, 9), text, 'length')).toMatchObject({ isPartial: false, isFinal: true })
  })

  it('keeps its price, but not one of 0, nor that of counts that had to be repaired', async () => {
    const price = async (counts: object) => (await read(logs(answer({ ...usage(500, 6), ...counts })))).entries[0]
    expect((await price({ cost: { total: 0.25 } }))?.loggedUsd).toBe(0.25)
    expect((await price({ cost: { total: 0 } }))?.loggedUsd).toBeUndefined()
    const repaired = await price({ cacheRead: 400, totalTokens: 506, cost: { total: 0.25 } })
    expect(repaired).toMatchObject({ tokens: { input: 100, cacheRead: 400 } })
    expect(repaired?.loggedUsd).toBeUndefined()
  })

  it('of a router is of the model that it chose', async () => {
    const model = async (message: object) => (await read(logs(answer(usage(1, 1), message)))).entries[0]?.model
    expect(await model({ model: 'openrouter/auto', responseModel: 'z-ai/glm-5' })).toBe('z-ai/glm-5')
    expect(await model({ model: 'gpt-5.4', responseModel: 'gpt-5.4-2026-03-05' })).toBe('gpt-5.4')
  })

  it('may be a cache hit alone', async () => {
    const { entries } = await read(logs(answer({ input: 0, output: 0, cacheRead: 7, cacheWrite: 0 })))
    expect(entries.map(entry => entry.tokens.cacheRead)).toEqual([7])
  })

  it.each([
    ['negative', -1],
    ['fractional', 1.5],
    ['absurd', 2 ** 60],
    ['no number', {}],
  ])('with a count that is %s keeps the others', async (_what, cacheRead) => {
    const { entries, codes } = await read(logs(answer(usage(5, 6, { cacheRead }))))
    expect([entries[0]?.tokens.input, entries[0]?.tokens.cacheRead, codes]).toEqual([5, 0, { 'bad-number': 1 }])
  })

  it('needs a time, a usage and an answer', async () => {
    const codes = async (line: string) => (await read(logs(line))).codes
    expect(await codes(answer(usage(1, 1), { timestamp: null }, { timestamp: 'soon' }))).toEqual({ 'no-timestamp': 1 })
    expect(await codes(answer({}))).toEqual({ 'unknown-record': 1 })
    expect(await codes(answer([]))).toEqual({ 'unknown-record': 1 })
    expect(await codes(answer(null))).toEqual({})
    expect(await codes(answer(usage(1, 1), { role: 'toolResult' }))).toEqual({})
    expect(await codes('{"type":"message","message":{"usage"}}')).toEqual({ 'bad-line': 1 })
  })

  it('may stand on one line with another', async () => {
    const home = logs('{}')
    const [source] = (await read(home)).sources
    const line = Buffer.from(`${answer(usage(1, 2))}${answer(usage(3, 4))}\n`)
    expect(coldEntries(pi, source!, line).map(entry => entry.tokens.output)).toEqual([2, 4])
  })

  it('of a summary counts, should a version log it', async () => {
    const summary = { type: 'compaction', timestamp: '2026-03-02T09:00:01.000Z', summary: '', usage: usage(9, 8) }
    expect((await read(logs(JSON.stringify(summary)))).entries.map(entry => entry.tokens.output)).toEqual([8])
  })
})

describe('OMP', () => {
  const home = join(fixtures, 'omp/home')

  it('has sub-agents in the session that they belong to', async () => {
    const { entries, notes, sources } = await read(home)
    expect(entries.map(({ subagent, isSidechain, session }) => [subagent, isSidechain, session?.slice(0, 8)])).toEqual([
      [undefined, false, '0d000000'],
      ['Scout', true, '0d000000'],
    ])
    expect(entries.map(entry => [entry.model, entry.provider])).toEqual([
      ['claude-sonnet-4-5', 'anthropic'],
      ['gpt-5.4', 'github-copilot'],
    ])
    expect(entries[0]).toMatchObject({ webSearches: 2, tokens: { reasoning: 30, longCache: 200 }, loggedUsd: 0.004 })
    expect(entries[1]?.credits).toBe(1)
    expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['ai', 'Tidy the parser'],
      ['prompt', 'Tidy the parser up'],
    ])
    expect(sources.map(source => source.part)).toEqual(['omp', 'omp'])
  })

  it('is found where its variables, XDG folders and profiles put it', async () => {
    const file = '--p--/2026-03-02T09-00-00-000Z_s1.jsonl'
    const found = async (path: string, env: Record<string, string> = {}) => {
      const at = temporaryHome({ [`${path}/${file}`]: `${answer(usage(1, 1))}\n` })
      const inHome = Object.entries(env).map(([name, value]) => [name, value.replace('~', at)])
      return (await read(at, { env: Object.fromEntries(inHome) })).entries.length
    }
    expect(await found('.omp/agent/sessions')).toBe(1)
    expect(await found('.omp/profiles/work/agent/sessions')).toBe(1)
    expect(await found('x/sessions', { OMP_CODING_AGENT_DIR: '~/x' })).toBe(1)
    expect(await found('.other/agent/sessions', { PI_CONFIG_DIR: '.other' })).toBe(1)
    expect(await found('data/omp/sessions', { XDG_DATA_HOME: '~/data' })).toBe(1)
    expect(await found('.senpi/agent/sessions')).toBe(1)
    expect(await found('.config/kimchi/harness/sessions')).toBe(1)
  })
})

describe('discovery', () => {
  const line = `${answer(usage(1, 1))}\n`
  const file = '--p--/2026-03-02T09-00-00-000Z_s1.jsonl'

  it('follows the variables, each in its own way', async () => {
    const home = temporaryHome({ [`a/sessions/${file}`]: line, [`b/${file}`]: line.replace('1772442', '1772443') })
    const roots = async (env: Record<string, string>) =>
      (await read(home, { env })).roots.filter(look => look.isFound).map(look => look.path.slice(home.length + 1))
    expect(await roots({ PI_CODING_AGENT_DIR: join(home, 'a') })).toEqual(['a/sessions'])
    expect(await roots({ PI_CODING_AGENT_DIR: '~/a' })).toEqual(['a/sessions'])
    expect(await roots({ PI_CODING_AGENT_SESSION_DIR: join(home, 'b') })).toEqual(['b'])
    expect(await roots({ PI_AGENT_DIR: `${home}/a, ${home}/b` })).toEqual(['a/sessions', 'b'])
  })

  it('says that a named folder is not there', async () => {
    const { codes, roots } = await read(temporaryHome(), { env: { PI_CODING_AGENT_DIR: '/nowhere' } })
    expect(codes).toEqual({ 'missing-root': 1 })
    expect(roots[0]).toEqual({ path: '/nowhere/sessions', isFound: false, variable: 'PI_CODING_AGENT_DIR' })
  })

  it('goes where the settings put sessions, and still looks where they were', async () => {
    const home = temporaryHome({
      '.pi/agent/settings.json': '{"sessionDir":"~/moved"}',
      [`moved/${file}`]: line,
      [`.pi/agent/sessions/${file}`]: line.replace('1772442', '1772443'),
    })
    expect((await read(home)).entries.length).toBe(2)
  })

  it('reads a log once, however many ways lead to it', async () => {
    const home = temporaryHome({ [`a/${file}`]: line })
    expect((await read(home, { env: { PI_AGENT_DIR: `${home}/a,${home}/a/--p--` } })).sources.length).toBe(1)
  })

  it('costs little where nothing is there', () => {
    let looks = 0
    const host = makeHost({ home: temporaryHome() })
    const counting = {
      ...host,
      stat(path: string) {
        looks++
        return host.stat(path)
      },
    }
    pi.discover(counting, new Diagnostics(), () => {})
    expect(looks).toBeLessThan(12)
  })
})

describe('items', () => {
  it('are what the log holds, in its order', async () => {
    const { items } = await read(join(fixtures, 'fork/home'), {}, 'items')
    const session = items[0]?.session
    expect(
      items.filter(item => item.session === session).map(item => [item.kind, item.tool, item.target?.kind]),
    ).toEqual([
      ['prompt', undefined, undefined],
      ['thinking', undefined, undefined],
      ['tool-call', 'read', 'file'],
      ['tool-result', 'read', undefined],
      ['text', undefined, undefined],
      ['summary', undefined, undefined],
      ['prompt', undefined, undefined],
      ['text', undefined, undefined],
    ])
    expect(items.find(item => item.kind === 'tool-call')).toMatchObject({ messageId: 'msg_pi_0001', callId: 'call_1' })
    expect(items.find(item => item.kind === 'tool-result')?.size.code).toBeGreaterThan(40)
  })
})
