/** OpenClaw: recordings against their bills, both generations of its storage, and what stands in several places at once. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Detail } from '../../src/agents/define.ts'
import openclaw from '../../src/agents/openclaw/index.ts'
import type { Database, Row } from '../../src/host/host.ts'
import { withDatabase } from '../../src/host/sqlite/open.ts'
import { scenariosOf } from '../support/figures.ts'
import { coldEntries, resumedEntries } from '../support/fold-log.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { codesOf, nothingCollected, readAgent, sinkInto } from '../support/read-agent.ts'
import { root, shared } from '../support/recorded.ts'
import { sumTokens } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'
import { rawZstd } from '../support/zstd.ts'
import { differences } from './bills.ts'

const read = (home: string, parts: HostParts = {}, detail: Detail = 'calls') =>
  readAgent(openclaw, { ...makeHost({ home, ...parts }), withDatabase }, detail)

/** Why a log differs from its bill (formats/OBSERVED.md §12). */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // How much of an output was thinking is not written; it is inside the output.
  'openclaw@2026.9.6/tools': ['1 main: reasoning 0 of 103'],
}

// Those in the repository hold the tables that are read, not the other seventy.
describe.each([
  ['in the repository', join(root, 'fixtures/recorded')],
  ['beside it', join(shared, 'recorded')],
])('recordings %s', (_where, folder) => {
  const scenarios = scenariosOf('openclaw', folder)
  it.runIf(folder.startsWith(root))('are all there', () => {
    expect(scenarios.map(name => name.split('/')[1])).toEqual(['chat', 'tools'])
  })

  it.skipIf(scenarios.length === 0)(
    `agree${scenarios.length === 0 ? ' (skipped: not on this machine)' : ''}`,
    async () => {
      for (const name of scenarios)
        for (const detail of ['counts', 'calls', 'items'] as const) {
          const { entries, codes } = await read(join(folder, name, 'home'), {}, detail)
          expect(differences(join(folder, name), entries), name).toEqual(exceptions[name] ?? [])
          expect(codes, name).toEqual({})
        }
    },
  )
})

const fixtures = join(root, 'fixtures/agents/openclaw')

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
    expect(entries.every(entry => entry.agent === 'openclaw')).toBe(true)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
  })

  it('stopped anywhere and resumed gives the same', async () => {
    for (const source of (await read(home)).sources.filter(source => source.kind === undefined)) {
      const bytes = readFileSync(source.path)
      const cold = coldEntries(openclaw, source, bytes)
      for (let length = 0; length <= bytes.length; length += 13)
        expect(resumedEntries(openclaw, source, bytes, length, false), `at byte ${length}`).toEqual(cold)
    }
  })
})

describe('files', () => {
  const home = join(fixtures, 'files/home')

  it('of a Codex that runs inside are read in place of its mirror, which is a lower bound without them', async () => {
    const { entries } = await read(home)
    expect(entries.map(entry => [entry.model, entry.tokens.input, entry.isPartial])).toEqual([
      ['gpt-5.4', 11, false],
      ['gpt-5.4', 40, false],
      ['gpt-5.4', 5, true],
    ])
    expect(entries[2]?.quality).toMatchObject({ input: 'partial', output: 'partial' })
  })

  it('that only speak of calls are left alone', async () => {
    const { sources } = await read(home)
    expect(sources.map(source => [source.path.split('/').at(-1)!.slice(0, 14), source.part])).toEqual([
      ['s-1.jsonl', undefined],
      ['s-1.jsonl.rese', undefined],
      ['k1.s-1.jsonl.i', undefined],
      ['rollout-2026-0', 'rollout'],
    ])
  })

  it('that are compressed are unpacked, or named', async () => {
    const at = temporaryHome({ '.openclaw/agents/main/sessions/s.jsonl.deleted.2026.zst': 'x' })
    expect((await read(at)).codes).toEqual({ unreadable: 1 })
    const path = '.openclaw/agents/main/sessions/s.jsonl.deleted.2026'
    const text = '{"type":"session","id":"s"}\n{"broken'
    const packed = await read(temporaryHome({ [`${path}.zst`]: rawZstd(text) }))
    const plain = await read(temporaryHome({ [path]: text }))
    expect([packed.codes, packed.sources.map(({ session }) => session)]).toEqual([plain.codes, ['s']])
  })
})

describe('discovery', () => {
  const path = 'agents/main/sessions/s.jsonl'

  it.each([
    ['.openclaw', {}],
    ['.clawdbot', {}],
    ['.moltbot', {}],
    ['.moldbot', {}],
    ['state', { OPENCLAW_STATE_DIR: '~/state' }],
    ['peer', { OPENCLAW_DIR: '~/peer' }],
    ['other/.openclaw', { OPENCLAW_HOME: '~/other' }],
  ])('finds %s', async (folder, env) => {
    const home = temporaryHome({ [`${folder}/${path}`]: '{"type":"session"}\n' })
    const { sources, roots } = await read(home, { env })
    expect(sources.length).toBe(1)
    expect(roots.filter(look => look.isFound).map(look => look.path)).toEqual([join(home, folder)])
  })

  it('leaves incognito databases alone', async () => {
    const home = temporaryHome({ '.openclaw/agents/main/agent/incognito-openclaw-agent.sqlite': 'x' })
    expect((await read(home)).sources).toEqual([])
  })

  it('says that a named folder is not there', async () => {
    expect((await read(temporaryHome(), { env: { OPENCLAW_STATE_DIR: '/nowhere' } })).codes).toEqual({
      'missing-root': 1,
    })
  })
})

describe('a database', () => {
  const home = join(fixtures, 'database/home')

  it('gives compressed events, deleted sessions and titles', async () => {
    const { entries, notes, items } = await read(home, {}, 'items')
    expect(entries.map(entry => [entry.messageId, entry.session, entry.model])).toEqual([
      ['msg_claw_0003', 'd-2', 'claude-sonnet-4-5'],
      ['msg_claw_0001', 'd-1', 'claude-sonnet-4-5'],
      ['msg_claw_0002', 'd-1', 'claude-sonnet-4-5'],
    ])
    expect(notes).toContainEqual({ agent: 'openclaw', session: 'd-1', kind: 'ai', text: 'Inbox' })
    expect(items.some(item => item.messageId === 'msg_claw_0002' && item.size.prose === 1200)).toBe(true)
  })

  it('is left as it was', async () => {
    const folder = existsSync(join(shared, 'recorded/openclaw@2026.9.6/tools/home'))
      ? join(shared, 'recorded/openclaw@2026.9.6/tools/home')
      : home
    const copy = temporaryHome()
    cpSync(folder, copy, { recursive: true })
    const hashes = () =>
      readdirSync(copy, { recursive: true, encoding: 'utf8' })
        .sort()
        .map(name => [
          name,
          name.includes('sqlite')
            ? createHash('sha1')
                .update(readFileSync(join(copy, name)))
                .digest('hex')
            : '',
        ])
    const before = hashes()
    await read(copy)
    expect(hashes()).toEqual(before)
  })

  /** A database of which `answer` knows the rows. */
  const database = (
    columns: Readonly<Record<string, readonly string[]>>,
    answer: (sql: string) => readonly Row[],
  ): Database => ({
    rows: sql => answer(sql),
    columns: table => columns[table] ?? [],
  })

  const fold = (of: Database, state?: unknown) => {
    const collected = nothingCollected()
    const source = {
      agent: 'openclaw',
      path: '/x/agent/openclaw-agent.sqlite',
      size: 1,
      mtimeMs: 1,
      device: 1,
      inode: 1,
    }
    const after = openclaw.database!.read(of, source, state, 'calls', sinkInto(collected), makeHost())
    return { ...collected, after, codes: codesOf(collected.diagnostics) }
  }

  it('of an older build names its table of sessions otherwise, and has no compressed events', () => {
    const event =
      '{"type":"message","timestamp":"2026-09-06T10:00:03.000Z","message":{"role":"assistant","model":"m","usage":{"input":1,"output":2}}}'
    const asked: string[] = []
    const { entries } = fold(
      database(
        { sessions: ['session_id'], transcript_events: ['session_id', 'seq', 'event_json', 'created_at'] },
        sql => {
          asked.push(sql)
          return sql.includes('FROM transcript_events') ? [{ session_id: 'old', event_json: event }] : []
        },
      ),
    )
    expect(entries.map(entry => [entry.session, entry.tokens.output])).toEqual([['old', 2]])
    expect(asked.join()).not.toContain('zstd')
  })

  it('read again is asked for what changed since', () => {
    const columns = {
      session_windows: ['session_id', 'updated_at'],
      transcript_events: ['session_id', 'seq', 'event_json', 'created_at', 'event_zstd'],
    }
    const asked: string[] = []
    const answer = (sql: string): Row[] => {
      asked.push(sql)
      return sql.includes('max(updated_at)') ? [{ at: 1_785_567_600_000n }] : []
    }
    const { after } = fold(database(columns, answer))
    expect(after).toEqual({ at: 1_785_567_600_000 })
    expect(asked.join()).not.toContain('updated_at >=')
    fold(database(columns, answer), after)
    expect(asked.join()).toContain('updated_at >= 1785567540000')
  })

  it('with damaged events says so', () => {
    const rows: Row[] = [
      { session_id: 's', event_json: '{"type"', event_zstd: null },
      { session_id: 's', event_json: null, event_zstd: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1) },
      { session_id: 's', event_json: null, event_zstd: null },
      { session_id: null, event_json: '{}', event_zstd: null },
    ]
    const of = database({ transcript_events: ['event_json', 'event_zstd'] }, sql =>
      sql.includes('transcript_events') ? rows : [],
    )
    expect(fold(of).codes).toEqual({ 'bad-line': 3 })
  })

  it('without transcripts, as they were in summer 2026, is empty', () => {
    expect(fold(database({}, () => [])).entries).toEqual([])
  })
})
