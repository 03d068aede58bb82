/**
 * Amp's threads (formats/amp.md). No recordings exist: current builds keep threads on the server. The fixtures were written by hand after
 * the format notes, in the layouts of January (ledger) and February 2026 (usage on messages).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import amp from '../../src/agents/amp/index.ts'
import type { Detail } from '../../src/agents/define.ts'
import type { LogSource } from '../../src/core/entry.ts'
import { discovered } from '../support/discover.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { codesOf, nothingCollected, readAgent, sinkInto } from '../support/read-agent.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/agents/amp')

const read = (home: string, parts: HostParts = {}) => readAgent(amp, makeHost({ home, ...parts }))

describe.each(readdirSync(fixtures))('fixture %s', name => {
  const home = join(fixtures, name, 'home')
  const expected = JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8'))

  it('gives the totals that a person worked out', async () => {
    const { entries, codes, merged } = await read(home)
    const { input, output, cacheCreation, cacheRead, longCache } = sumTokens(entries)
    expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(merged.copies).toBe(expected.copies ?? 0)
  })

  it('carries no text', async () => {
    const { entries, notes } = await read(home)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
  })
})

const thread = (n: string): string => `T-${n.repeat(8)}-${n.repeat(4)}-4${n.repeat(3)}-8${n.repeat(3)}-${n.repeat(12)}`

/** One thread read from memory; `others` are the files that stand beside it. */
const fold = (record: unknown, detail: Detail = 'calls', others: Readonly<Record<string, string>> = {}) => {
  const path = '/data/amp/threads/T-x.json'
  const source: LogSource = { agent: 'amp', path, size: 1, mtimeMs: 1, device: 1, inode: 1, session: 'T-x' }
  const collected = nothingCollected()
  const files = {
    readText: (at: string) => others[at.split('/').at(-1)!],
    readDirectory: () => [],
    stat: (at: string) =>
      others[at.split('/').at(-1)!] === undefined
        ? undefined
        : { kind: 'file' as const, size: 1, mtimeMs: 1, device: 1, inode: 2 },
  }
  const text = typeof record === 'string' ? record : JSON.stringify(record)
  amp.document!.read(text, source, detail, sinkInto(collected), files)
  return { ...collected, codes: codesOf(collected.diagnostics) }
}

const CLAUDE = 'claude-opus-4-5-20251101'

const usage = (parts: object = {}) => ({ model: CLAUDE, inputTokens: 1, outputTokens: 2, ...parts })

const answer = (messageId: number, parts: object = {}, content: unknown[] = []) => ({
  role: 'assistant',
  messageId,
  content,
  state: { type: 'complete' },
  usage: usage(parts),
})

const event = (id: string, parts: object = {}) => ({
  id,
  timestamp: '2026-01-02T00:00:05.000Z',
  model: CLAUDE,
  credits: 5,
  tokens: { input: 1, output: 2 },
  operationType: 'inference',
  toMessageId: 1,
  ...parts,
})

describe('a thread', () => {
  it('says who, where and when', async () => {
    const { entries } = await read(join(fixtures, 'ledger/home'))
    expect(entries.find(entry => entry.messageId === 'e1')).toMatchObject({
      at: Date.parse('2026-01-02T00:00:05Z'),
      session: thread('1'),
      project: '/home/dev/app',
      cwd: '/home/dev/app',
      branch: 'main',
      version: '0.0.1767312000',
      model: CLAUDE,
      credits: 5,
      quality: undefined,
      tools: ['toolu_1 Task', 'toolu_2 Bash'],
      isSidechain: false,
    })
  })

  it('counts a sub-agent by its own file, and by the event where there is none', async () => {
    const { entries } = await read(join(fixtures, 'ledger/home'))
    const [first, second] = entries.filter(entry => entry.model?.includes('sonnet'))
    expect(first).toMatchObject({ session: thread('1'), subagent: thread('2'), isSidechain: true, quality: undefined })
    expect(first?.tokens).toMatchObject({ input: 40, cacheRead: 5000 })
    expect(second).toMatchObject({ subagent: thread('3'), credits: undefined })
    expect(second?.quality).toEqual({ cacheCreation: 'none', cacheRead: 'none' })
  })

  it('says where the ledger is silent: the whole prompt of other vendors’ helpers', async () => {
    const { entries } = await read(join(fixtures, 'ledger/home'))
    expect(entries.find(entry => entry.messageId === 'e3')).toMatchObject({
      subagent: 'oracle',
      tokens: { input: 0, output: 50 },
      quality: { input: 'partial', cacheCreation: 'none', cacheRead: 'none' },
    })
  })

  it('does not lend a helper the cache of the message that set it off', () => {
    const messages = [answer(1, { cacheReadInputTokens: 32_000 })]
    const events = [event('a'), event('b', { operationType: 'course-correction' })]
    const { entries } = fold({ id: 'T-x', messages, usageLedger: { events } })
    expect(entries.map(entry => [entry.messageId, entry.tokens.cacheRead])).toEqual([
      ['a', 32_000],
      ['b', 0],
    ])
  })

  it('keeps the events of messages that were edited away, without a cache of theirs', () => {
    const messages = [answer(1, { outputTokens: 9, cacheReadInputTokens: 70 })]
    const events = [event('first'), event('second', { tokens: { input: 1, output: 9 } })]
    const { entries } = fold({ id: 'T-x', messages, usageLedger: { events } })
    expect(entries.map(({ messageId, tokens, quality }) => [messageId, tokens.cacheRead, quality?.cacheRead])).toEqual([
      ['first', 0, 'none'],
      ['second', 70, undefined],
    ])
  })

  it('is dated by the response, else by the prompt before it, else by its beginning', () => {
    const messages = [answer(0), { role: 'user', messageId: 1, meta: { sentAt: 1767312000500 } }, answer(2)]
    const dated = answer(3, { timestamp: '2026-02-16T12:00:00.000Z' })
    const { entries } = fold({ id: 'T-x', created: 1767312000000, messages: [...messages, dated] })
    expect(entries.map(entry => entry.at)).toEqual([1767312000000, 1767312000500, Date.UTC(2026, 1, 16, 12)])
  })

  it('takes the cache creation of other models as input', () => {
    const parts = { model: 'gpt-5.2', inputTokens: 0, cacheCreationInputTokens: 400, cacheReadInputTokens: 600 }
    const { entries } = fold({ id: 'T-x', created: 1767312000000, messages: [answer(1, parts)] })
    expect(entries[0]?.tokens).toEqual({
      input: 400,
      output: 2,
      cacheCreation: 0,
      cacheRead: 600,
      reasoning: 0,
      longCache: 0,
    })
  })

  it('names the model of a nameless response by a tag that is not Claude’s', () => {
    const env = { initial: { tags: [`model:${CLAUDE}`, 'model:gpt-5.1'] } }
    const { entries } = fold({ id: 'T-x', created: 1767312000000, env, messages: [answer(1, { model: undefined })] })
    expect(entries[0]?.model).toBe('gpt-5.1')
  })

  it('says that an interrupted output is a lower bound', () => {
    const cut = { ...answer(1, {}, [{ type: 'text', text: 'a long answer' }]), state: { type: 'cancelled' } }
    const { entries } = fold({ id: 'T-x', created: 1767312000000, messages: [cut] })
    expect(entries[0]).toMatchObject({
      isFinal: false,
      isPartial: true,
      visibleLength: 13,
      quality: { output: 'partial' },
    })
  })

  it('has a title, and a first prompt', async () => {
    const { notes } = await read(join(fixtures, 'ledger/home'))
    expect(notes.map(note => [note.session, note.kind])).toEqual([
      [thread('1'), 'ai'],
      [thread('1'), 'prompt'],
    ])
  })
})

describe('a fork', () => {
  const copies = [{ role: 'user', messageId: 0, meta: { sentAt: 1767312000500 } }, answer(1)]
  const fork = { id: 'T-x', created: 1767312000000, originThreadID: 'T-o', forkPointIndex: 1, messages: copies }

  it.each([
    ['gone', undefined, 1],
    ['without a ledger', '{"id":"T-o","messages":[]}', 1],
    ['with a ledger', '{"id":"T-o","usageLedger":{"events":[]}}', 0],
  ])('of an origin that is %s', (_title, origin, count) => {
    expect(fold(fork, 'calls', origin === undefined ? {} : { 'T-o.json': origin }).entries).toHaveLength(count)
  })

  it('gives its copies the ids they have in the original', () => {
    const original = { ...fork, id: 'T-o', originThreadID: undefined }
    expect(fold(fork).entries[0]?.messageId).toBe(fold(original).entries[0]?.messageId)
  })

  it('does not look where an id points out of the folder', () => {
    expect(
      fold({ ...fork, originThreadID: '../secrets' }, 'calls', { 'secrets.json': '"usageLedger":{' }).entries,
    ).toHaveLength(1)
  })
})

describe('items', () => {
  it('come in the order of the thread, calls tied to results, without text', () => {
    const path = join(fixtures, 'forks/home/.local/share/amp/threads', `${thread('a')}.json`)
    const { items } = fold(readFileSync(path, 'utf8'), 'items')
    expect(
      items.map(({ kind, tool, callId, target, messageId }) => [kind, tool, callId, target?.name, messageId]),
    ).toEqual([
      ['prompt', undefined, undefined, undefined, undefined],
      ['tool-call', 'Read', 'c1', '/home/dev/app/a.ts', 'amp:1771243205000:gpt-5.2'],
      ['tool-result', 'Read', 'c1', '/home/dev/app/a.ts', undefined],
      ['text', undefined, undefined, undefined, 'amp:1771243200000:3'],
      ['prompt', undefined, undefined, undefined, undefined],
      ['text', undefined, undefined, undefined, `amp:1771243269000:${CLAUDE}`],
    ])
    expect(JSON.stringify(items)).not.toContain('xyzzy')
  })

  it('name the entry of the ledger that stands for their response', () => {
    const path = join(fixtures, 'ledger/home/.local/share/amp/threads', `${thread('1')}.json`)
    const { items } = fold(readFileSync(path, 'utf8'), 'items')
    expect(items.filter(item => item.messageId === 'e1').map(item => [item.kind, item.target?.name])).toEqual([
      ['thinking', undefined],
      ['tool-call', 'Task'],
      ['tool-call', 'git status'],
    ])
  })
})

describe('discovery', () => {
  it('finds nothing on an empty machine', async () => {
    expect(await read(temporaryHome())).toMatchObject({ sources: [], entries: [], codes: {} })
  })

  it.each(['linux', 'darwin', 'win32'] as const)('goes by XDG_DATA_HOME on %s', async platform => {
    const data = join(fixtures, 'ledger/home/.local/share')
    expect((await read('/nonexistent', { platform, env: { XDG_DATA_HOME: data } })).sources).toHaveLength(2)
  })

  it('takes a list of folders, and says which is not there', async () => {
    const home = (name: string) => join(fixtures, name, 'home/.local/share/amp')
    const { roots, sources, codes } = await read('/nonexistent', {
      env: { AMP_DATA_DIR: `${home('ledger')}, ${join(home('odd'), 'threads')},/nowhere` },
    })
    expect(roots.map(root => root.isFound)).toEqual([true, true, false])
    expect([sources.length, codes['missing-root']]).toEqual([6, 1])
  })

  it('looks at no file but threads', () => {
    const home = temporaryHome()
    const folder = join(home, '.local/share/amp/threads')
    mkdirSync(join(folder, 'T-folder.json'), { recursive: true })
    for (const name of ['T-a.json.tmp', 'notes.json', 'T-.json']) writeFileSync(join(folder, name), '{}')
    expect(discovered(amp, makeHost({ home })).sources).toEqual([])
  })
})
