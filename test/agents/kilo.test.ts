/**
 * Kilo Code against what was billed, and at the edges of its two stores (formats/kilo.md). What it shares with OpenCode is tested there. There are
 * no recordings of the extension before 7.2: its fixture is made by hand after the format notes.
 */
import { cpSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import kilo from '../../src/agents/kilo/index.ts'
import { temporaryHome } from '../support/temporary.ts'
import { execute, readHome, sumOf } from './opencode-home.ts'
import { absent, differences, folders, root, scenariosOf } from './opencode-recorded.ts'

/** Why a log differs from its bill (formats/OBSERVED.md §5). */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'kilo@7.7.7/chat': [],
  'kilo@7.7.7/resume': [],
  'kilo@7.7.7/subagent': [],
  // With Anthropic's models Kilo writes no reasoning; the output holds it.
  'kilo@7.7.7/tools': ['1 main: reasoning 0 of 103'],
}

const usdIn = async (name: string) => {
  const { entries } = await readHome(kilo, { home: join(folders.own, name, 'home') })
  return Number(entries.reduce((sum, entry) => sum + (entry.loggedUsd ?? 0), 0).toFixed(6))
}

describe('recordings in the repository', () => {
  it('are all there', () => {
    expect(scenariosOf('kilo', folders.own)).toEqual(Object.keys(exceptions))
  })

  it.each(scenariosOf('kilo', folders.own))('%s', async name => {
    expect(await differences(kilo, join(folders.own, name))).toEqual(exceptions[name])
    expect((await readHome(kilo, { home: join(folders.own, name, 'home') }, 'items')).codes).toEqual({})
  })

  it('a sub-agent’s cost is not counted in its caller’s too', async () => {
    expect(await usdIn('kilo@7.7.7/subagent')).toBe(0.04692)
  })

  it('copies of a fork cost nothing and are counted once', async () => {
    const { entries, copies } = await readHome(kilo, { home: join(folders.own, 'kilo@7.7.7/resume/home') })
    expect([entries.length, copies]).toEqual([5, 3])
    expect(await usdIn('kilo@7.7.7/resume')).toBe(0.044986)
  })
})

describe.skipIf(absent('kilo', folders.recorded) !== '')(
  `recordings beside the repository${absent('kilo', folders.recorded)}`,
  () => {
    it.each(scenariosOf('kilo', folders.recorded))('%s', async name => {
      expect(await differences(kilo, join(folders.recorded, name))).toEqual(exceptions[name])
    })
  },
)

const homeOf = (name: string): string => join(root, 'fixtures/agents/kilo', name, 'home')

describe.each(['database', 'tasks'])('fixture %s', name => {
  it('gives the totals that a person worked out', async () => {
    const { entries, codes, copies } = await readHome(kilo, { home: homeOf(name) })
    const expected = JSON.parse(readFileSync(join(homeOf(name), '../expected.json'), 'utf8'))
    const { input, output, cacheCreation, cacheRead, longCache } = sumOf(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes, copies]).toEqual([expected.entries, expected.diagnostics, expected.copies ?? 0])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
  })

  it('knows its entries by the same ids wherever it lies, and carries no text but titles', async () => {
    const home = temporaryHome()
    cpSync(homeOf(name), home, { recursive: true })
    const ids = async (at: string) =>
      (await readHome(kilo, { home: at })).entries.map(entry => [entry.messageId, entry.session])
    expect(await ids(home)).toEqual(await ids(homeOf(name)))
    const { entries, notes, items } = await readHome(kilo, { home }, 'items')
    const sizes = items.map(({ title: _title, ...item }) => item)
    expect(JSON.stringify([entries, notes, sizes])).not.toContain('xyzzy')
  })
})

describe('the database', () => {
  const DATABASE = '.local/share/kilo/kilo.db'
  const at = 1_795_000_000_000

  it('has a caller’s own cost in its steps, its session’s title only where one was given', async () => {
    const { entries, notes } = await readHome(kilo, { home: homeOf('database') })
    expect(entries.map(entry => [entry.loggedUsd, entry.isSidechain])).toEqual([
      [0.016, false],
      [0.011, true],
      [0.003, false],
      [0.002, false],
    ])
    expect(notes).toEqual([])
  })

  it('reads what earlier versions meant by output from the total', async () => {
    const tokens = (total: number) => ({
      total,
      input: 100,
      output: 200,
      reasoning: 50,
      cache: { read: 900, write: 100 },
    })
    const row = (id: string, time: number, total: number) => {
      const data = {
        role: 'assistant',
        modelID: 'm',
        providerID: 'kilo',
        time: { created: time },
        cost: 1,
        tokens: tokens(total),
      }
      return `INSERT INTO message VALUES ('${id}','s',${time},${time},'${JSON.stringify(data)}');`
    }
    const home = temporaryHome()
    const table =
      'CREATE TABLE message (id text, session_id text, time_created integer, time_updated integer, data text);'
    execute(home, DATABASE, table + row('a', at, 1350) + row('b', at + 1, 1300))
    const { entries } = await readHome(kilo, { home })
    expect(entries.map(entry => [entry.tokens.output, entry.loggedUsd])).toEqual([
      [250, 1],
      [200, undefined], // this version charged reasoning twice
    ])
  })
})

describe('a task of the extension before 7.2', () => {
  const TASK = '.config/VSCodium/User/globalStorage/kilocode.kilo-code/tasks/1'
  const at = Date.UTC(2026, 0, 5)

  const task = (records: unknown, files: Readonly<Record<string, unknown>> = {}) =>
    temporaryHome(
      Object.fromEntries(
        Object.entries({ 'ui_messages.json': records, ...files }).map(([name, value]) => [
          `${TASK}/${name}`,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
    )

  const request = (usage: object, ts: unknown = at) => ({
    ts,
    type: 'say',
    say: 'api_req_started',
    text: JSON.stringify(usage),
  })

  it('has models by time, from environment details alone, and costs of compactions', async () => {
    const { entries } = await readHome(kilo, { home: homeOf('tasks') })
    expect(entries.map(entry => [entry.model, entry.loggedUsd])).toEqual([
      ['anthropic/claude-sonnet-4.5', 0.01],
      ['anthropic/claude-sonnet-4.5', 0.02],
      ['anthropic/claude-haiku-4.5', 0.0109],
      ['anthropic/claude-haiku-4.5', 0.001],
      ['anthropic/claude-haiku-4.5', 0.005],
    ])
    expect(entries[4]?.quality).toMatchObject({ input: 'none', output: 'none' })
  })

  it.each([
    [
      'the whole prompt',
      { apiProtocol: 'anthropic', tokensIn: 1000, tokensOut: 5, cacheReads: 700, cacheWrites: 200 },
      100,
    ],
    ['less than was cached', { apiProtocol: 'anthropic', tokensIn: 30, tokensOut: 5, cacheReads: 700 }, 30],
    [
      'the whole prompt, by OpenAI’s protocol',
      { apiProtocol: 'openai', tokensIn: 1000, tokensOut: 5, cacheReads: 700 },
      300,
    ],
  ])('counts %s', async (_what, usage, input) => {
    const { entries } = await readHome(kilo, { home: task([request(usage)]) })
    expect(entries.map(entry => entry.tokens.input)).toEqual([input])
  })

  it('marks what was cancelled or not told, and leaves out what never came', async () => {
    const usage = { tokensIn: 10, tokensOut: 2, cost: 0.1 }
    const home = task([
      request({ ...usage, cancelReason: 'user_cancelled' }),
      request({ ...usage, usageMissing: true }, at + 1),
      request({ request: 'xyzzy' }, at + 2),
    ])
    const { entries } = await readHome(kilo, { home })
    expect(entries.map(entry => entry.quality?.input)).toEqual([undefined, 'partial'])
    expect(entries.every(entry => entry.isPartial && entry.quality?.output === 'partial')).toBe(true)
  })

  it('belongs to the task that began it', async () => {
    const home = task([request({ tokensIn: 1, tokensOut: 1 })], {
      'history_item.json': { id: '1', rootTaskId: '0', task: 'xyzzy', workspace: '/home/dev/app' },
    })
    const { entries, notes } = await readHome(kilo, { home })
    expect(entries).toMatchObject([{ session: '0', subagent: '1', isSidechain: true, cwd: '/home/dev/app' }])
    expect(notes).toEqual([])
  })

  it.each([
    ['no list', { a: 1 }, { 'bad-line': 1 }],
    ['torn', '[{"ts":1', { 'bad-line': 1 }],
    ['not records', [null, 5, []], { 'unknown-record': 3 }],
    ['a request that is no JSON', [{ ...request({}), text: 'xyzzy' }], { 'bad-line': 1 }],
    ['negative counts', [request({ tokensIn: -1, tokensOut: 3 })], { 'bad-number': 1 }],
    ['no time', [request({ tokensIn: 1, tokensOut: 3 }, null)], { 'no-timestamp': 1 }],
  ])('that is %s says so', async (_what, records, codes) => {
    expect((await readHome(kilo, { home: task(records) }, 'items')).codes).toEqual(codes)
  })

  it('gives items of prompts, calls and results', async () => {
    const { items } = await readHome(kilo, { home: homeOf('tasks') }, 'items')
    expect(items.map(({ kind, target }) => [kind, target?.name])).toEqual([
      ['prompt', undefined],
      ['tool-call', 'git status'],
      ['tool-result', undefined],
      ['tool-call', 'src/a.ts'],
    ])
  })
})

describe('discovery', () => {
  it.each([
    ['darwin', {}, 'Library/Application Support/Cursor/User'],
    ['linux', {}, '.config/Windsurf/User'],
    ['linux', {}, '.vscode-server/data/User'],
    ['win32', { APPDATA: 'AppData/Roaming' }, 'AppData/Roaming/Code - Insiders/User'],
  ] as const)('finds tasks on %s', async (platform, env, user) => {
    const home = temporaryHome({ [`${user}/globalStorage/kilocode.kilo-code/tasks/7/ui_messages.json`]: '[]' })
    const variables = 'APPDATA' in env ? { APPDATA: join(home, env.APPDATA) } : {}
    const { sources, codes } = await readHome(kilo, { home, platform, env: variables })
    expect([sources.map(source => source.session), codes]).toEqual([['7'], {}])
  })

  it('finds databases by KILO_DB and in a folder of the user’s own', async () => {
    const home = temporaryHome()
    execute(home, 'a/kilo.db', 'CREATE TABLE message (id text, session_id text, data text)')
    const names = async (env: Readonly<Record<string, string>>) =>
      (await readHome(kilo, { home, env })).sources.map(source => dirname(source.path))
    expect(await names({ KILO_DB: join(home, 'a/kilo.db') })).toEqual([join(home, 'a')])
    expect(await names({ KILO_DATA_DIR: join(home, 'a') })).toEqual([join(home, 'a')])
  })

  it('finds nothing on an empty machine', async () => {
    const { roots, sources, codes } = await readHome(kilo, { home: temporaryHome() })
    expect([roots.map(look => look.isFound), sources, codes]).toEqual([[false], [], {}])
  })
})
