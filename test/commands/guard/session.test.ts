/** What a hook reads of a session: the same dollars as `tokusage session <id>`, from a path that is not trusted. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLogs } from '../../../src/commands/guard/logs.ts'
import { readSession } from '../../../src/commands/guard/session.ts'
import { resolveOptions } from '../../../src/config/resolve.ts'
import { usdOf } from '../../../src/core/money.ts'
import { read, sessionOf } from '../../../src/load.ts'
import { guardHost } from '../../support/guard.ts'
import { temporaryHome } from '../../support/temporary.ts'
import { jsonl, response, userLine } from '../../support/transcript.ts'

const PROJECT = '.claude/projects/-home-dev-app'
const day = { startAt: Date.UTC(2026, 10, 20), endAt: Date.UTC(2026, 10, 21) }
const at = (minute: number): string => new Date(day.startAt + (minute - 60) * 60_000).toISOString()

interface Call {
  readonly output: number
  readonly read: number
  readonly model: string
  readonly isSub: boolean
}

const calls = fc.array(
  fc.record({
    output: fc.nat(5000),
    read: fc.nat(200_000),
    model: fc.constantFrom('claude-opus-4-6', 'claude-haiku-4-5', 'nobody-knows-1'),
    isSub: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

const lineOf = (call: Call, id: string, session: string, minute: number, isSub: boolean) =>
  response({
    ...call,
    id: `msg_${id}`,
    request: `req_${id}`,
    session,
    at: at(minute),
    sidechain: isSub,
    line: { uuid: `uuid-${id}`, ...(isSub ? { agentId: 'a1' } : {}) },
  })

/** The files of a session, and of one that was forked from it after `copied` of its calls and went on. */
const filesOf = (
  own: readonly Call[],
  forked: readonly Call[],
  copied: number,
  samePrompt = true,
): Record<string, string> => {
  const main = own.filter(call => !call.isSub).map((call, i) => lineOf(call, `own${i}xxxx`, 's1', i * 20, false))
  const subs = own.filter(call => call.isSub).map((call, i) => lineOf(call, `sub${i}xxxx`, 's1', i * 20 + 5, true))
  const prompt = (session: string) =>
    userLine('go', {
      sessionId: session,
      uuid: samePrompt ? 'uuid-prompt' : `uuid-prompt-${session}`,
      timestamp: at(0),
    })
  const copies = main.slice(0, copied).map(line => ({ ...line, sessionId: 's2' }))
  const later = forked.map((call, i) => lineOf(call, `later${i}xx`, 's2', 300 + i, false))
  return {
    [`${PROJECT}/s1.jsonl`]: jsonl(prompt('s1'), ...main),
    [`${PROJECT}/s1/subagents/agent-a1.jsonl`]: jsonl(...subs.slice(0, 2)),
    [`${PROJECT}/agent-a1.jsonl`]: jsonl(...subs.slice(1)),
    [`${PROJECT}/s2.jsonl`]: jsonl(prompt('s2'), ...copies, ...later),
    [`${PROJECT}/s3.jsonl`]: jsonl(
      lineOf({ output: 900, read: 9, model: 'claude-opus-4-6', isSub: false }, 'otherxxx', 's3', 9, false),
    ),
    '.claude/projects/-other/s1.jsonl': jsonl(response({ id: 'msg_elsewhere', session: 's9' })),
  }
}

const readHome = async (home: string, session: string) => {
  const host = guardHost(home)
  const options = await resolveOptions(host, 'guard', { offline: true, index: false })
  const logs = findLogs(host, options, join(home, PROJECT, `${session}.jsonl`))
  const use = logs && (await readSession(host, options, logs, session, day))
  return { host, options, logs, use }
}

describe('a session', () => {
  it('costs what the reports say, with its sub-agents, and whatever was forked from it', () =>
    fc.assert(
      fc.asyncProperty(
        calls,
        calls,
        fc.nat(8),
        fc.boolean(),
        fc.constantFrom('s1', 's2'),
        async (own, forked, copied, samePrompt, session) => {
          const home = temporaryHome(filesOf(own, forked, copied, samePrompt))
          const { host, options, use } = await readHome(home, session)
          const loaded = await read(host, options, { detail: 'calls' })
          const all = loaded.ingested.entries.filter(({ entry }) => entry.session === session)
          if (all.length === 0) {
            expect(use?.usd ?? 0).toBe(0)
            return
          }
          const { summary } = sessionOf(loaded, session).row
          expect([use?.usd, use?.unpricedTokens]).toEqual([usdOf(summary.cost), summary.unpricedTokens])
          const today = sessionOf({ ...loaded, options: { ...options, since: '2026-11-20' } }, session).row.summary
          expect(use?.todayUsd).toBe(usdOf(today.cost))
        },
      ),
      { numRuns: 40 },
    ))

  it('knows the context of its last call, and nothing of other sessions', async () => {
    const home = temporaryHome(
      filesOf(
        [
          { output: 1, read: 5, model: 'claude-haiku-4-5', isSub: false },
          { output: 1, read: 90_000, model: 'claude-opus-4-6', isSub: false },
          { output: 1, read: 70, model: 'claude-haiku-4-5', isSub: true },
          { output: 1, read: 71, model: 'claude-haiku-4-5', isSub: true },
        ],
        [],
        0,
      ),
    )
    const { use, logs } = await readHome(home, 's1')
    expect(use?.step).toMatchObject({ context: 90_010, model: 'claude-opus-4-6', isFast: false })
    expect(use?.step?.rates.fast).toBeGreaterThan(1)
    expect(logs?.sources.map(({ path }) => path.slice(join(home, PROJECT).length + 1)).sort()).toEqual([
      'agent-a1.jsonl',
      's1.jsonl',
      's1/subagents/agent-a1.jsonl',
      's2.jsonl', // begins with the same prompt
    ])
  })
})

describe('the path of a transcript', () => {
  const home = () =>
    temporaryHome({
      [`${PROJECT}/s1.jsonl`]: jsonl(response()),
      'elsewhere/s1.jsonl': jsonl(response()),
      [`${PROJECT}/notes.txt`]: 'no log',
    })

  const find = async (own: string, path: string) => {
    const host = guardHost(own)
    return findLogs(host, await resolveOptions(host, 'guard', {}), path)
  }

  it.each([
    ['no log', `${PROJECT}/notes.txt`],
    ['outside of every root', 'elsewhere/s1.jsonl'],
    ['not there', 'elsewhere/s2.jsonl'],
    ['a folder', `${PROJECT}`],
  ])('that is %s gives nothing', async (_what, path) => {
    const own = home()
    expect(await find(own, join(own, path))).toBeUndefined()
  })

  it.each(['', 'relative/s1.jsonl', '/dev/zero', '/etc/passwd', '\0.jsonl', '/../x.jsonl'])(
    '%j gives nothing',
    async path => {
      expect(await find(home(), path)).toBeUndefined()
    },
  )

  it('with steps up gives nothing, even where it leads to a log', async () => {
    const own = home()
    expect(await find(own, `${own}/${PROJECT}/../-home-dev-app/s1.jsonl`)).toBeUndefined()
    expect((await find(own, `${own}/${PROJECT}/s1.jsonl`))?.sources).toHaveLength(1)
  })

  it('that is a folder with the name of a log gives nothing', async () => {
    const own = home()
    mkdirSync(join(own, PROJECT, 's4.jsonl'))
    expect(await find(own, join(own, PROJECT, 's4.jsonl'))).toBeUndefined()
  })

  it('is known by its folder before there is a file', async () => {
    const own = home()
    expect(await find(own, join(own, PROJECT, 's5.jsonl'))).toMatchObject({ sources: [] })
  })

  it('may lie behind a link, as the agent itself reads it', async () => {
    const own = home()
    symlinkSync(join(own, 'elsewhere'), join(own, '.claude/projects/linked'))
    expect((await find(own, join(own, '.claude/projects/linked/s1.jsonl')))?.sources).toHaveLength(1)
  })
})

it('of an account is found under its root', async () => {
  const own = temporaryHome({ 'work/projects/p/s1.jsonl': jsonl(response()) })
  const host = guardHost(own)
  const options = await resolveOptions(host, 'guard', {})
  const profileRoots = { work: { claude: join(own, 'work') } }
  const logs = findLogs(host, { ...options, profileRoots }, join(own, 'work/projects/p/s1.jsonl'))
  expect(logs).toMatchObject({ agent: 'claude', profile: 'work' })
})

it('logs that are too large are left to the snapshot', async () => {
  const own = temporaryHome({ [`${PROJECT}/s1.jsonl`]: jsonl(response()) + `${' '.repeat(99)}\n`.repeat(130_000) })
  const { logs, use } = await readHome(own, 's1')
  expect(logs?.sources).toHaveLength(1)
  expect(use).toBeUndefined()
})
