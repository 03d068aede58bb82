/**
 * OpenCode against what was billed, against a plain reading of real logs, and at the edges of its format (formats/opencode.md). The fixtures'
 * databases are made by fixtures/agents/opencode/make.py.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import opencode from '../../src/agents/opencode.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource } from '../../src/core/entry.ts'
import { temporaryHome } from '../support/temporary.ts'
import { execute, hostFor, mergedOf, Reading, readHome, sumOf } from './opencode-home.ts'
import { absent, differences, folders, root, scenariosOf } from './opencode-recorded.ts'

/** Why a log differs from its bill (formats/OBSERVED.md §4). */
const side = 'side: not logged' // the title of a new session is billed, not stored

const exceptions: Readonly<Record<string, readonly string[]>> = {
  'opencode@1.18.33/chat': [`1 ${side}`],
  'opencode@1.18.33/resume': [`1 ${side}`],
  'opencode@1.18.33/subagent': [`1 ${side}`],
  'opencode@1.18.33/tools': [`1 ${side}`],
}

describe('recordings in the repository', () => {
  it('are all there', () => {
    expect(scenariosOf('opencode', folders.own)).toEqual(Object.keys(exceptions))
  })

  it.each(scenariosOf('opencode', folders.own))('%s', async name => {
    expect(await differences(opencode, join(folders.own, name))).toEqual(exceptions[name])
    expect((await readHome(opencode, { home: join(folders.own, name, 'home') }, 'items')).codes).toEqual({})
  })

  it('copies of a fork are counted once, in the session they came from', async () => {
    const { entries, copies } = await readHome(opencode, { home: join(folders.own, 'opencode@1.18.33/resume/home') })
    const original = entries[0]?.session
    expect([entries.length, copies, entries.filter(entry => entry.session !== original).length]).toEqual([5, 3, 1])
  })

  it('sub-agents belong to the session that began them', async () => {
    const { entries } = await readHome(opencode, { home: join(folders.own, 'opencode@1.18.33/subagent/home') })
    expect(new Set(entries.map(entry => entry.session)).size).toBe(1)
    expect(entries.filter(entry => entry.isSidechain && entry.subagent?.startsWith('ses_')).length).toBe(4)
  })
})

describe.skipIf(absent('opencode', folders.recorded) !== '')(
  `recordings beside the repository${absent('opencode', folders.recorded)}`,
  () => {
    it.each(scenariosOf('opencode', folders.recorded))('%s', async name => {
      expect(await differences(opencode, join(folders.recorded, name))).toEqual(exceptions[name])
    })
  },
)

describe.skipIf(absent('opencode', folders.honest) !== '')(
  `honest recordings beside the repository${absent('opencode', folders.honest)}`,
  () => {
    it.each(scenariosOf('opencode', folders.honest))('%s', async name => {
      const found = await differences(opencode, join(folders.honest, name))
      expect(found.filter(what => !what.endsWith(side))).toEqual([])
    })
  },
)

describe.skipIf(!existsSync(join(folders.real, 'opencode')))('a real store of JSON files', () => {
  const home = join(folders.real, 'opencode/nimbus-small/home')

  it('gives what a plain reading gives, without a word', async () => {
    const storage = join(home, '.local/share/opencode/storage/message')
    const plain = { entries: 0, input: 0, output: 0, cacheCreation: 0, cacheRead: 0 }
    for (const name of readdirSync(storage, { recursive: true, encoding: 'utf8' }).filter(path =>
      path.endsWith('.json'),
    )) {
      const { role, tokens } = JSON.parse(readFileSync(join(storage, name), 'utf8'))
      if (role !== 'assistant' || tokens.input + tokens.output === 0) continue
      plain.entries++
      plain.input += tokens.input
      plain.output += tokens.output // of these versions, reasoning is inside
      plain.cacheCreation += tokens.cache.write
      plain.cacheRead += tokens.cache.read
    }
    const { entries, codes } = await readHome(opencode, { home })
    const { input, output, cacheCreation, cacheRead } = sumOf(entries)
    expect({ entries: entries.length, input, output, cacheCreation, cacheRead }).toEqual(plain)
    expect(codes).toEqual({})
  })

  it('has sub-agents, which belong to four sessions of the user', async () => {
    const { entries, notes } = await readHome(opencode, { home })
    expect([new Set(entries.map(entry => entry.session)).size, notes.length]).toEqual([4, 4])
    expect(new Set(entries.filter(entry => entry.isSidechain).map(entry => entry.subagent)).size).toBe(8)
  })

  it('gives items for all that was said', async () => {
    const { items, codes } = await readHome(opencode, { home }, 'items')
    const count = (kind: string) => items.filter(item => item.kind === kind).length
    expect([count('tool-call'), count('tool-result'), count('thinking')]).toEqual([615, 615, 358]) // of 384 thoughts 26 are empty: their provider hides them
    expect(codes).toEqual({})
  })
})

const cases = ['database', 'second', 'storage'] as const
const homeOf = (name: string): string => join(root, 'fixtures/agents/opencode', name, 'home')

describe.each(cases)('fixture %s', name => {
  it('gives the totals that a person worked out', async () => {
    const { entries, codes, copies } = await readHome(opencode, { home: homeOf(name) })
    const expected = JSON.parse(readFileSync(join(homeOf(name), '../expected.json'), 'utf8'))
    const { input, output, cacheCreation, cacheRead, longCache } = sumOf(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes, copies]).toEqual([expected.entries, expected.diagnostics, expected.copies ?? 0])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
  })

  it('knows its entries by the same ids wherever it lies, at every detail, and leaves nothing behind', async () => {
    const home = temporaryHome()
    cpSync(homeOf(name), home, { recursive: true })
    const before = readdirSync(home, { recursive: true }).sort()
    const ids = async (at: string, detail: 'counts' | 'calls' | 'items') =>
      (await readHome(opencode, { home: at }, detail)).entries.map(({ messageId, session, tokens }) => [
        messageId,
        session,
        tokens,
      ])
    const here = await ids(homeOf(name), 'counts')
    for (const detail of ['counts', 'calls', 'items'] as const) expect(await ids(home, detail)).toEqual(here)
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(before)
  })

  it('carries no text but titles', async () => {
    const { entries, notes, items } = await readHome(opencode, { home: homeOf(name) }, 'items')
    const sizes = items.map(({ title: _title, ...item }) => item)
    expect(JSON.stringify([entries, notes, sizes])).not.toContain('xyzzy')
  })
})

describe('costs', () => {
  const usdOf = async (name: string) =>
    Object.fromEntries((await readHome(opencode, { home: homeOf(name) })).entries.map(e => [e.model, e.loggedUsd]))

  it('are left out where the version charged reasoning or cached tokens twice', async () => {
    expect(await usdOf('storage')).toEqual({
      'gpt-4.1': undefined,
      'claude-sonnet-4-20250514': 0.0001,
      'gpt-5.2': undefined,
      'gemini-2.5-pro': 0.001,
      'claude-sonnet-4-5': 0.002,
    })
  })
})

describe('tools and items', () => {
  it('name each call once', async () => {
    const { entries } = await readHome(opencode, { home: homeOf('database') }, 'calls')
    expect(entries.flatMap(entry => entry.tools)).toEqual(['call_1 bash', 'call_2 task'])
    expect(
      (await readHome(opencode, { home: homeOf('second') }, 'calls')).entries.flatMap(entry => entry.tools),
    ).toEqual(['call_7 read'])
  })

  it('follow the context: calls before results, sub-agents by their own thread', async () => {
    const { items, entries } = await readHome(opencode, { home: homeOf('database') }, 'items')
    const own = items.filter(item => item.session === 'ses_a')
    expect(own.map(({ kind, target, subagent, spawned }) => [kind, target?.name, subagent, spawned])).toEqual([
      ['prompt', undefined, undefined, undefined],
      ['thinking', undefined, undefined, undefined],
      ['tool-call', 'git status', undefined, undefined],
      ['tool-result', 'git status', undefined, undefined],
      ['tool-call', 'general', undefined, undefined],
      ['tool-result', 'general', undefined, 'ses_b'],
      ['prompt', undefined, 'ses_b', undefined],
    ])
    const known = new Set(entries.map(entry => entry.messageId))
    for (const { messageId } of items) if (messageId !== undefined) expect(known).toContain(messageId)
  })

  it('know MCP servers by the names of their tools', async () => {
    const { items } = await readHome(opencode, { home: homeOf('storage') }, 'items')
    expect(items.find(item => item.kind === 'tool-result')).toMatchObject({
      target: { kind: 'mcp', name: 'github' },
      isError: true,
    })
  })
})

const DATABASE = '.local/share/opencode/opencode.db'

const schema = `CREATE TABLE session (id text PRIMARY KEY, parent_id text, directory text, title text, version text, time_created integer, time_updated integer);
CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text);
CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text, data text);`

const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "''")}'`

interface Message {
  readonly id: string
  readonly session?: string
  readonly at: number
  readonly changed?: number
  readonly tokens?: unknown
  readonly more?: object
}

const message = ({ id, session = 'ses_1', at, changed = at, tokens, more }: Message): string => {
  const data = { role: 'assistant', modelID: 'm', providerID: 'p', time: { created: at }, cost: 0, tokens, ...more }
  return `INSERT OR REPLACE INTO message VALUES ('${id}','${session}',${at},${changed},${quoted(data)});`
}

const counts = (input: number, output: number, reasoning = 0, more: object = {}) => ({
  input,
  output,
  reasoning,
  cache: { read: 0, write: 0 },
  ...more,
})

const made = (...sql: readonly string[]): string => {
  const home = temporaryHome()
  execute(home, DATABASE, schema + sql.join('\n'))
  return home
}

describe('going on from a state', () => {
  const HOUR = 3_600_000
  const start = 1_790_000_000_000
  const session = `INSERT INTO session VALUES ('ses_1',NULL,'/home/dev/app','Before','1.18.0',${start},${start});`

  const twice = async (home: string, change: string, detail: 'counts' | 'items' = 'counts') => {
    const host = hostFor({ home })
    const sources: LogSource[] = []
    opencode.discover(host, new Diagnostics(), source => sources.push(source))
    const [first, second, cold] = [new Reading(), new Reading(), new Reading()]
    const state = await first.read(opencode, host, sources[0]!, detail)
    execute(home, DATABASE, change)
    await second.read(opencode, host, sources[0]!, detail, state)
    await cold.read(opencode, host, sources[0]!, detail)
    return { first, second, cold }
  }

  it('hands out what is new and what was completed, and together that is all', async () => {
    const old = Array.from({ length: 20 }, (_, i) =>
      message({ id: `msg_${i}`, at: start + i * 60_000, tokens: counts(i + 1, 1) }),
    )
    const running = message({ id: 'msg_r', at: start + 10 * HOUR, tokens: counts(0, 0) })
    const home = made(session, ...old, running)
    const done = { time: { created: start + 10 * HOUR, completed: start + 10 * HOUR + 5 }, finish: 'stop' }
    const { first, second, cold } = await twice(
      home,
      message({
        id: 'msg_r',
        at: start + 10 * HOUR,
        changed: start + 10 * HOUR + 5,
        tokens: counts(99, 7),
        more: done,
      }) +
        message({ id: 'msg_n', at: start + 11 * HOUR, tokens: counts(50, 5), more: { finish: 'stop' } }) +
        `UPDATE session SET title='After', time_updated=${start + 11 * HOUR};`,
    )
    expect([first.entries.length, second.entries.length]).toEqual([20, 2])
    expect(mergedOf([...first.entries, ...second.entries])).toEqual(mergedOf(cold.entries))
    expect(second.notes.map(note => note.text)).toEqual(['After'])
  })

  it('an answer seen before it was complete keeps its id', async () => {
    const home = made(session, message({ id: 'msg_r', at: start, tokens: counts(99, 0, 12) }))
    const done = { time: { created: start, completed: start + 9 }, finish: 'stop' }
    const { first, second, cold } = await twice(
      home,
      message({ id: 'msg_r', at: start, changed: start + 9, tokens: counts(99, 30, 12), more: done }),
    )
    expect(first.entries).toMatchObject([{ isPartial: true, quality: { output: 'partial' }, tokens: { output: 12 } }])
    expect(mergedOf([...first.entries, ...second.entries])).toEqual(mergedOf(cold.entries))
  })

  it('a change that another process dated a little earlier is not missed', async () => {
    const home = made(
      session,
      message({ id: 'msg_1', at: start, tokens: counts(0, 0) }),
      message({ id: 'msg_2', at: start + 5000, tokens: counts(1, 1) }),
    )
    const { second } = await twice(
      home,
      message({ id: 'msg_1', at: start, changed: start + 4000, tokens: counts(8, 8) }),
    )
    expect(second.entries.map(entry => entry.tokens.output).sort()).toEqual([1, 8])
  })

  it('gives the items of a session that went on whole, and of no other', async () => {
    const part = (id: string, of: string, at: string) =>
      `INSERT INTO part VALUES ('${id}','${of}','${at}','{"type":"text","text":"xyzzy"}');`
    const other = session.replaceAll('ses_1', 'ses_2')
    const home = made(
      session,
      other,
      message({ id: 'msg_1', at: start, tokens: counts(1, 1) }),
      part('prt_1', 'msg_1', 'ses_1'),
      message({ id: 'msg_2', session: 'ses_2', at: start + 9 * HOUR, tokens: counts(2, 2) }),
      part('prt_2', 'msg_2', 'ses_2'),
    )
    const next = message({ id: 'msg_3', session: 'ses_2', at: start + 12 * HOUR, tokens: counts(3, 3) })
    const { second } = await twice(home, next + part('prt_3', 'msg_3', 'ses_2'), 'items')
    expect(second.items.map(item => item.id)).toEqual(['prt_2', 'prt_3'])
  })
})

describe('hostile data', () => {
  const start = 1_790_000_000_000

  it.each([
    ['a fraction', counts(1.5, 2), { output: 2, input: 0 }, { 'bad-number': 1 }],
    ['a huge count', counts(2 ** 60, 2), { output: 2, input: 0 }, { 'bad-number': 1 }],
    ['null for a count', { input: null, output: 2, reasoning: null, cache: null }, { output: 2 }, {}],
    ['no tokens at all', null, undefined, { 'unknown-record': 1 }],
    ['a list of tokens', [1, 2], undefined, { 'unknown-record': 1 }],
    ['more reasoning than output', counts(1, 2, 9, { total: 3 }), { output: 2, reasoning: 2 }, {}],
  ])('%s', async (_what, tokens, expected, codes) => {
    const home = made(message({ id: 'msg_1', at: start, tokens }))
    const found = await readHome(opencode, { home })
    expect(found.codes).toEqual(codes)
    expect(found.entries.map(entry => entry.tokens)).toMatchObject(expected ? [expected] : [])
  })

  it('takes the time of the row where the answer has none, and says so where neither has', async () => {
    const insert = (id: string, at: string) =>
      `INSERT INTO message VALUES ('${id}','ses_1',${at},${at},${quoted({ role: 'assistant', tokens: counts(3, 4) })});`
    const home = made(insert('msg_1', String(start)), insert('msg_2', '-5'))
    const { entries, codes } = await readHome(opencode, { home })
    expect([entries.map(entry => entry.at), codes]).toEqual([[start], { 'no-timestamp': 1 }])
    expect(entries[0]).toMatchObject({ session: 'ses_1', model: undefined, provider: undefined })
  })

  it('columns of other kinds, rows of nothing, sessions in a circle', async () => {
    const home = made(
      `INSERT INTO session VALUES ('ses_1','ses_2','/home/dev/app','t','1',1,1),('ses_2','ses_1','/home/dev/app','t','1',1,1);`,
      message({ id: 'msg_1', at: start, tokens: counts(3, 4) }),
      `INSERT INTO message VALUES ('msg_2','ses_1',1,1,x'0badf00d'),('msg_3',NULL,NULL,NULL,NULL),('msg_4','ses_1',1,1,'[]'),('msg_5','ses_1',1,1,'null');`,
      `INSERT INTO part VALUES ('prt_1','msg_1','ses_1','torn'),('prt_2','msg_1','ses_1',NULL),('prt_3','msg_1','ses_1','{"type":"tool","tool":null}');`,
    )
    const { entries, codes, items } = await readHome(opencode, { home }, 'items')
    expect(entries.map(entry => entry.tokens.output)).toEqual([4])
    expect(codes).toEqual({ 'bad-line': 2, 'unknown-record': 2 })
    expect(entries[0]?.session).toMatch(/^ses_[12]$/)
    expect(items.map(item => item.kind)).toEqual(['tool-call'])
  })

  it('large rows: of a prompt nothing is read, of an answer all', async () => {
    const patch = 'é"role":"assistant"'.repeat(3000)
    const more = { summary: { diffs: [{ patch }] } }
    const home = made(
      message({ id: 'msg_1', at: start, tokens: counts(3, 4), more: { error: { data: { message: patch } } } }),
      message({ id: 'msg_2', at: start, tokens: counts(5, 6), more: { ...more, role: 'user' } }),
      `INSERT INTO message VALUES ('msg_3','ses_1',1,1,'{"role":"user","text":"${'x'.repeat(9000)}');`,
    )
    const { entries, codes } = await readHome(opencode, { home })
    expect([entries.map(entry => entry.tokens.output), codes]).toEqual([[4], { 'bad-line': 1 }])
  })

  it('tables of other versions: no parts, fewer columns; a database of something else says so', async () => {
    const home = temporaryHome()
    const row = quoted({ role: 'assistant', time: { created: start }, tokens: counts(3, 4) })
    execute(
      home,
      DATABASE,
      `CREATE TABLE message (id text, session_id text, data text); INSERT INTO message VALUES ('m','s',${row})`,
    )
    expect((await readHome(opencode, { home }, 'items')).entries.length).toBe(1)
    execute(home, '.local/share/opencode/opencode-beta.db', 'CREATE TABLE other (a)')
    expect((await readHome(opencode, { home })).codes).toEqual({ 'unknown-record': 1 })
  })
})

describe('the same answer', () => {
  const data = {
    id: 'msg_1',
    sessionID: 'ses_1',
    role: 'assistant',
    modelID: 'm',
    providerID: 'p',
    time: { created: 1_790_000_000_000, completed: 1_790_000_000_100 },
    tokens: counts(3, 4, 2, { total: 7 }),
  }

  it('in JSON and in two databases is one', async () => {
    const { id: _id, sessionID: _session, ...row } = data
    const insert = `INSERT INTO message VALUES ('msg_1','ses_1',1790000000000,1790000000100,${quoted(row)});`
    const home = made(insert)
    execute(home, '.local/share/opencode/opencode-next.db', schema + insert)
    cpSync(homeOf('storage'), home, { recursive: true })
    const folder = join(home, '.local/share/opencode/storage/message/ses_s')
    writeFileSync(join(folder, 'msg_1.json'), JSON.stringify({ ...data, sessionID: 'ses_1' }))
    const { entries } = await readHome(opencode, { home })
    expect(entries.filter(entry => entry.model === 'm').map(entry => entry.tokens.output)).toEqual([4])
  })
})

describe('the first versions', () => {
  it('hold the last of several steps only, and say so', async () => {
    const step = { type: 'step-start' }
    const assistant = { modelID: 'm', providerID: 'anthropic', cost: 1, tokens: counts(3, 4) }
    const record = {
      id: 'msg_1',
      role: 'assistant',
      parts: [step, step],
      metadata: { time: { created: 1_750_000_000_000 }, assistant },
    }
    const path = '.local/share/opencode/project/app/storage/session/message/ses_1/msg_1.json'
    const { entries } = await readHome(opencode, { home: temporaryHome({ [path]: JSON.stringify(record) }) })
    expect(entries).toMatchObject([
      { isPartial: true, session: 'ses_1', quality: { input: 'partial', cacheRead: 'partial' } },
    ])
  })
})

describe('discovery', () => {
  const pathsOf = async (parts: Parameters<typeof readHome>[1]) => {
    const { roots, sources, codes } = await readHome(opencode, parts)
    return { roots, names: sources.map(source => source.path.split('/').at(-1)), codes }
  }

  it('takes databases of all channels and nothing else of the folder', async () => {
    const home = made()
    execute(home, '.local/share/opencode/opencode-dev.db', schema)
    writeFileSync(join(home, '.local/share/opencode/other.db'), '')
    expect((await pathsOf({ home })).names).toEqual(['opencode-dev.db', 'opencode.db'])
  })

  it('follows XDG_DATA_HOME, OPENCODE_DB and a folder of the user’s own', async () => {
    const home = made()
    const elsewhere = temporaryHome()
    execute(elsewhere, 'opencode/opencode.db', schema)
    execute(elsewhere, 'mine.sqlite', schema)
    expect((await pathsOf({ home, env: { XDG_DATA_HOME: elsewhere } })).roots).toEqual([
      { path: join(elsewhere, 'opencode'), isFound: true, variable: 'XDG_DATA_HOME' },
    ])
    const named = await pathsOf({ home, env: { OPENCODE_DB: join(elsewhere, 'mine.sqlite') } })
    expect(named.names).toEqual(['opencode.db', 'mine.sqlite'])
    expect((await pathsOf({ home, env: { OPENCODE_DB: 'opencode.db' } })).names).toEqual(['opencode.db'])
    expect((await pathsOf({ home, env: { OPENCODE_DB: ':memory:' } })).roots.length).toBe(1)
    const own = await pathsOf({ home, env: { OPENCODE_DATA_DIR: `${join(elsewhere, 'opencode')},/nowhere` } })
    expect([own.names, own.codes]).toEqual([['opencode.db'], { 'missing-root': 1 }])
  })

  it('finds nothing on an empty machine', async () => {
    const { roots, sources, codes } = await readHome(opencode, { home: temporaryHome() })
    expect([roots.map(look => look.isFound), sources, codes]).toEqual([[false], [], {}])
  })
})
