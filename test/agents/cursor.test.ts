/**
 * Cursor's databases and transcripts (formats/cursor.md). No recordings exist: it keeps what was billed on its server. The fixtures
 * were made by hand after the format notes; the databases by `python3 fixtures/agents/cursor/make.py` (sqlite3, pages of 1 KiB, tables as
 * Cursor declares them, secrets among the rows that must never be asked for).
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import cursor from '../../src/agents/cursor/index.ts'
import { promptOf, sentAt } from '../../src/agents/cursor/prompt.ts'
import type { Detail } from '../../src/agents/define.ts'
import type { LogSource } from '../../src/core/entry.ts'
import type { Database, Row } from '../../src/host/host.ts'
import { withDatabase } from '../../src/host/sqlite/open.ts'
import { discovered } from '../support/discover.ts'
import { coldEntries, LogFold, mergedEntries, resumedEntries, saved } from '../support/fold-log.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { codesOf, nothingCollected, readAgent, sinkInto } from '../support/read-agent.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/agents/cursor')
const homeOf = (name: string): string => join(fixtures, name, 'home')
const cases = ['editor', 'transcripts', 'odd']

const asked: string[] = []

/** As the real one, and remembers what it was asked. */
const listening = (database: Database): Database => ({
  columns: table => database.columns(table),
  rows(sql, ...values) {
    asked.push(`${sql} ${values.join(' ')}`)
    return database.rows(sql, ...values)
  },
})

const hostOf = (home: string, parts: HostParts = {}) => ({
  ...makeHost({ home, ...parts }),
  withDatabase: <T>(path: string, read: (database: Database) => T) => withDatabase(path, open => read(listening(open))),
})

const read = (name: string, detail: Detail = 'calls') => readAgent(cursor, hostOf(homeOf(name)), detail)

const id = (n: string): string => `${n.repeat(8)}-${n.repeat(4)}-4${n.repeat(3)}-8${n.repeat(3)}-${n.repeat(12)}`

describe.each(cases)('fixture %s', name => {
  const expected = JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8'))

  it('gives the totals that a person worked out', async () => {
    const { entries, codes, merged } = await read(name)
    const { input, output, cacheCreation, cacheRead, longCache } = sumTokens(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect([merged.copies, merged.sidechains]).toEqual([0, 0])
  })

  it('carries no text, whatever is asked for', async () => {
    const { entries, notes, items } = await read(name, 'items')
    expect(JSON.stringify([entries, notes, items])).not.toContain('xyzzy')
    for (const note of notes) expect(note.text?.length ?? 0).toBeLessThanOrEqual(200)
  })

  it('asks for no key but those of conversations', async () => {
    asked.length = 0
    await read(name)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter(query => /cursorAuth|SELECT \*/.test(query))).toEqual([])
    for (const query of asked)
      expect(query).toMatch(/composer(Data|\.composer)|bubbleId:|FROM (meta|conversation_summaries)/)
  })

  it('leaves the folder as it was', async () => {
    const files = () => readdirSync(homeOf(name), { recursive: true }).sort()
    const before = files()
    await read(name)
    expect(files()).toEqual(before)
  })
})

describe('a turn of the editor', () => {
  it('that was counted is a lower bound, without a word on the cache', async () => {
    const { entries } = await read('editor')
    expect(entries.find(entry => entry.messageId === `${id('1')}:b3`)).toMatchObject({
      at: Date.parse('2026-07-02T12:00:04Z'),
      doneAt: Date.parse('2026-07-02T12:00:09Z'),
      session: id('1'),
      model: 'claude-4.5-sonnet',
      tokens: { input: 15_200, output: 310, cacheCreation: 0, cacheRead: 0 },
      quality: { input: 'partial', output: 'partial', cacheCreation: 'none', cacheRead: 'none' },
      isPartial: true,
      tools: ['toolu_9 run_terminal_cmd'],
    })
  })

  it('that was not counted says nothing, and what can be guessed beside it', async () => {
    const { entries } = await read('editor')
    const entry = entries.find(({ messageId }) => messageId === `cursor:${id('2')}:1`)
    // 18,400 on the context meter; 24 characters of arguments and 40 of text
    expect(entry).toMatchObject({ estimated: { input: 18_400, output: 16 }, isPartial: false })
    expect(sumTokens([entry!])).toMatchObject({ input: 0, output: 0 })
    expect(entry?.quality).toEqual({ input: 'none', output: 'none', cacheCreation: 'none', cacheRead: 'none' })
    expect(entry?.model).toBeUndefined()
  })

  it('of a tool’s conversation belongs to whoever called it', async () => {
    const { entries } = await read('editor')
    const [task, ...others] = entries.filter(entry => entry.isSidechain)
    expect(task).toMatchObject({ session: id('2'), subagent: 'task-9', tokens: { input: 50, output: 6 } })
    expect(others).toEqual([])
  })

  it('from before a prompt was edited was billed, and so was that of a conversation that is gone', async () => {
    const { entries } = await read('editor')
    const ids = entries.map(entry => entry.messageId)
    expect(ids).toEqual(expect.arrayContaining([`${id('1')}:b0`, `${id('3')}:g1`]))
  })

  it('of the time before bubbles had times is dated by its conversation', async () => {
    const { entries } = await read('editor')
    expect(entries.find(entry => entry.session === id('4'))).toMatchObject({ at: 1751450400000, model: 'gpt-4o' })
    expect(entries.find(entry => entry.session === id('5'))).toMatchObject({ at: 1738400000000 })
  })

  it('has titles, folders and recorded costs as notes', async () => {
    const { notes } = await read('editor')
    const of = (kind: string) =>
      notes.filter(note => note.kind === kind).map(note => [note.session, note.text ?? note.total?.usd])
    expect(of('ai')).toEqual([
      [id('1'), 'Fix test'],
      [id('2'), 'Look around'],
    ])
    expect(of('worktree')).toEqual([
      [id('1'), '/home/dev/my app'],
      [id('2'), '/home/dev/my app'],
    ])
    expect(of('total')).toEqual([[id('4'), 0.12]])
  })

  it('hands out its items in order, calls tied to results', async () => {
    const { items } = await read('editor', 'items')
    const first = items.filter(item => item.session === id('1') && item.messageId !== `${id('1')}:b0`)
    expect(first.map(({ kind, tool, target, messageId }) => [kind, tool, target?.name, messageId])).toEqual([
      ['prompt', undefined, undefined, undefined],
      ['tool-call', 'run_terminal_cmd', 'git status', `${id('1')}:b3`],
      ['tool-result', 'run_terminal_cmd', 'git status', undefined],
      ['text', undefined, undefined, `${id('1')}:b3`],
      ['prompt', undefined, undefined, undefined],
      ['text', undefined, undefined, `${id('1')}:b5`],
    ])
  })
})

/** A database in memory that knows the queries of the editor's reader. */
const fake = (rows: Readonly<Record<string, unknown>>): Database => {
  const sorted = Object.entries(rows)
    .map(([key, value]): Row => ({ key, value: JSON.stringify(value) }))
    .sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1))
  return {
    columns: () => ['key', 'value'],
    rows(sql, from, to) {
      const [low, high] = [String(from), to === undefined ? undefined : String(to)]
      const isIn = ({ key }: Row): boolean => {
        const k = String(key)
        return high === undefined ? k === low : (sql.includes('>=') ? k >= low : k > low) && k < high
      }
      return sorted.filter(isIn).slice(0, sql.includes('LIMIT 1') ? 1 : undefined)
    },
  }
}

const conversations: LogSource = {
  agent: 'cursor',
  kind: 'database',
  part: 'conversations',
  path: '/x',
  size: 1,
  mtimeMs: 1,
  device: 1,
  inode: 1,
}

const fold = (rows: Readonly<Record<string, unknown>>, state?: unknown) => {
  const collected = nothingCollected()
  const left = cursor.database!.read(fake(rows), conversations, state, 'calls', sinkInto(collected), makeHost())
  return { ...collected, codes: codesOf(collected.diagnostics), state: saved(left) }
}

const bubble = (input = 0, output = 0, parts: object = {}) => ({
  type: 2,
  text: 'four',
  createdAt: '2026-07-02T12:00:00.000Z',
  tokenCount: { inputTokens: input, outputTokens: output },
  ...parts,
})

const headers = (...bubbles: [string, number][]) => ({
  createdAt: 1783000000000,
  lastUpdatedAt: 1783000600000,
  fullConversationHeadersOnly: bubbles.map(([bubbleId, type]) => ({ bubbleId, type })),
})

describe('a second reading of the editor’s database', () => {
  const rows = {
    'composerData:c': headers(['p', 1], ['a', 2]),
    'bubbleId:c:p': bubble(0, 0, { type: 1 }),
    'bubbleId:c:a': bubble(0, 0),
    'composerData:d': headers(['q', 1]),
    'bubbleId:d:q': bubble(5, 1),
  }

  it('hands out nothing where nothing moved', () => {
    expect(fold(rows, fold(rows).state)).toMatchObject({ entries: [], notes: [], codes: {} })
  })

  it('hands out whole, under the same ids, what moved', () => {
    const moved = {
      ...rows,
      'composerData:d': { ...rows['composerData:d'], lastUpdatedAt: 1783000700000 },
      'bubbleId:d:q': bubble(9, 2),
    }
    const [entry, ...others] = fold(moved, fold(rows).state).entries
    expect([entry?.messageId, entry?.tokens.input, others]).toEqual(['d:q', 9, []])
  })

  it('comes to the state of a first one', () => {
    expect(fold(rows, fold(rows).state).state).toEqual(fold(rows).state)
  })

  it('still knows who called a sub-agent', () => {
    const call = { toolFormerData: { name: 'task', toolCallId: 'call_1' } }
    const first = fold({ ...rows, 'bubbleId:c:a': bubble(0, 0, call) })
    const task = { 'bubbleId:task-1\ncall_1:t': bubble(3, 4) }
    expect(fold({ ...rows, 'bubbleId:c:a': bubble(0, 0, call), ...task }, first.state).entries).toMatchObject([
      { session: 'c', subagent: 'task-1' },
    ])
  })
})

describe('the context meter', () => {
  const rows = (meter: object, input = 0) => ({
    'composerData:c': { ...headers(['p', 1], ['a', 2], ['q', 1], ['b', 2]), ...meter },
    'bubbleId:c:p': bubble(0, 0, { type: 1 }),
    'bubbleId:c:a': bubble(input, 1),
    'bubbleId:c:q': bubble(0, 0, { type: 1 }),
    'bubbleId:c:b': bubble(),
  })
  const guesses = (meter: object, input = 0) => fold(rows(meter, input)).entries.map(entry => entry.estimated?.input)

  it('is a guess at the last prompt, once', () => {
    expect(guesses({ contextTokensUsed: 700 })).toEqual([undefined, 700])
  })

  it('falls back only where there is none; 0 is a value', () => {
    expect(guesses({ contextTokensUsed: 700, promptTokenBreakdown: { totalUsedTokens: 0 } })).toEqual([undefined, 0])
    expect(guesses({ contextTokensUsed: 700, promptTokenBreakdown: { totalUsedTokens: null } })).toEqual([
      undefined,
      700,
    ])
  })

  it('adds nothing to a conversation that was counted', () => {
    expect(guesses({ contextTokensUsed: 700 }, 600)).toEqual([undefined, 0])
  })
})

describe('transcripts', () => {
  it('give turns with times, guesses and tools', async () => {
    const { entries } = await read('transcripts')
    const [first, second] = entries.filter(entry => entry.session === id('a') && !entry.isSidechain)
    expect(first).toMatchObject({
      at: Date.parse('2026-07-16T15:26:00Z'),
      project: 'home-dev-app',
      tools: ['1.1 Shell', '1.2 Read'],
      isFinal: true,
      quality: { output: 'none' },
    })
    expect(first?.estimated?.output).toBeGreaterThan(0)
    expect(second?.at).toBe(Date.parse('2026-07-17T04:05:00Z'))
  })

  it('of sub-agents belong to their session, dated by the chat where nothing else is', async () => {
    const { entries } = await read('transcripts')
    expect(entries.filter(entry => entry.isSidechain)).toMatchObject([
      { session: id('a'), subagent: 's1', at: 1784215500000 },
    ])
  })

  it('and the editor’s database tell one turn once', async () => {
    const { entries } = await read('transcripts')
    expect(entries.filter(entry => entry.session === id('c'))).toMatchObject([
      { messageId: `cursor:${id('c')}:1`, model: 'claude-4.5-sonnet', doneAt: Date.parse('2026-07-17T14:00:20Z') },
    ])
  })

  it('have titles in the databases beside them', async () => {
    const { notes } = await read('transcripts')
    const titles = notes.filter(note => note.kind === 'ai' || note.kind === 'summary')
    expect(titles.map(note => [note.session, note.kind, note.text])).toEqual([
      [id('a'), 'ai', 'Look at logs'],
      [id('c'), 'summary', 'Both of them'],
    ])
  })

  const logs = () =>
    discovered(cursor, hostOf(homeOf('transcripts'))).sources.filter(source => source.kind === undefined)

  it('stopped at any byte and resumed give what a cold reading gives, reports in between or not', () => {
    expect(logs()).toHaveLength(4)
    for (const source of logs()) {
      const bytes = readFileSync(source.path)
      const cold = coldEntries(cursor, source, bytes)
      for (let length = 0; length <= bytes.length; length++) {
        expect(resumedEntries(cursor, source, bytes, length, false), `byte ${length}`).toEqual(cold)
        if (bytes[length - 1] === 10)
          expect(resumedEntries(cursor, source, bytes, length, true), `byte ${length}`).toEqual(cold)
      }
      expect(mergedEntries(new LogFold(cursor, source).lines(bytes, saved, 64).finish().entries)).toEqual(cold)
    }
  })
})

describe('the time of a prompt', () => {
  it.each([
    ['Friday, Jul 17, 2026, 12:26 AM (UTC+9)', '2026-07-16T15:26:00Z'],
    ['Friday, Jul 17, 2026, 12:26 PM (UTC-3:30)', '2026-07-17T15:56:00Z'],
    ['Friday, Jul 17, 2026, 1:05 PM (UTC)', '2026-07-17T13:05:00Z'],
    ['July 17, 2026, 13:05 (UTC+5:45)', '2026-07-17T07:20:00Z'],
  ])('%s', (text, time) => {
    expect(sentAt(`<timestamp>${text}</timestamp>\n<user_query>x</user_query>`)).toBe(Date.parse(time))
  })

  it.each(['Friday, Jul 17, 2026, 12:26 AM', 'Jux 17, 2026, 12:26 AM (UTC)', '', 'yesterday'])('not in “%s”', text => {
    expect(sentAt(`<timestamp>${text}</timestamp>`)).toBeUndefined()
  })

  it('is no part of what was typed, nor is what the agent adds', () => {
    expect(promptOf('<timestamp>t</timestamp>\n<user_query>\nfix it\n</user_query>')).toBe('fix it')
    expect(promptOf('<system_reminder>be brief</system_reminder>')).toBe('')
    expect(promptOf('fix it')).toBe('fix it')
  })
})

describe('discovery', () => {
  const found = (home: string, parts: HostParts = {}) => discovered(cursor, hostOf(home, parts))

  it('finds nothing on an empty machine, with few looks', () => {
    const host = hostOf(temporaryHome())
    let looks = 0
    const stat = (path: string) => {
      looks++
      return host.stat(path)
    }
    const { sources, roots } = discovered(cursor, { ...host, stat })
    expect([sources, roots.map(root => root.isFound), looks]).toEqual([[], [false, false], 2])
  })

  it.each([
    ['linux', '.config/Cursor/User', {}],
    ['linux', 'elsewhere/Cursor/User', { XDG_CONFIG_HOME: 'elsewhere' }],
    ['darwin', 'Library/Application Support/Cursor/User', {}],
    ['win32', 'Roaming/Cursor/User', { APPDATA: 'Roaming' }],
  ] as const)('looks where %s keeps it: %s', (platform, folder, env) => {
    const home = temporaryHome()
    cpSync(join(homeOf('editor'), '.config/Cursor/User'), join(home, folder), { recursive: true })
    const there = Object.fromEntries(Object.entries(env).map(([name, path]) => [name, join(home, path)]))
    expect(found(home, { platform, env: there }).sources.map(source => source.part)).toEqual([
      'conversations',
      'workspace',
    ])
  })

  it('goes by CURSOR_CONFIG_DIR, and says when that is not there', async () => {
    const env = { CURSOR_CONFIG_DIR: join(homeOf('transcripts'), '.cursor') }
    expect(found('/nonexistent', { env }).sources).toHaveLength(6)
    expect((await readAgent(cursor, hostOf('/nonexistent', { env: { CURSOR_CONFIG_DIR: '/nowhere' } }))).codes).toEqual(
      { 'missing-root': 1 },
    )
  })

  it('passes by what is no log', () => {
    const home = temporaryHome()
    const folder = join(home, '.cursor/projects/p/agent-transcripts/u')
    mkdirSync(join(folder, 'u.jsonl'), { recursive: true })
    writeFileSync(join(folder, 'other.jsonl'), '{}\n')
    writeFileSync(join(home, '.cursor/projects/p/agent-transcripts/u.txt'), 'user: xyzzy')
    expect(found(home).sources).toEqual([])
  })

  it('reads an editor’s database again when its log changes', () => {
    const [source] = found(homeOf('editor')).sources
    expect(source?.beside).toEqual([`${source?.path}-wal`])
  })
})

it('a database without Cursor’s tables has nothing to say', () => {
  const collected = nothingCollected()
  const none: Database = { columns: () => [], rows: () => [] }
  for (const part of ['conversations', 'workspace', 'chat', 'summaries'])
    cursor.database!.read(none, { ...conversations, part }, undefined, 'items', sinkInto(collected), makeHost())
  expect(collected).toMatchObject({ entries: [], notes: [], items: [] })
  expect(codesOf(collected.diagnostics)).toEqual({})
})
