/** The guard as a hook and as a plain command, on a home of its own. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardFolder } from '../../src/commands/guard/memory.ts'
import { limitLine } from '../../src/core/limit.ts'
import type { StatusSession } from '../../src/core/status.ts'
import type { Host } from '../../src/host/host.ts'
import { dataFolder } from '../../src/store/folder.ts'
import { ask, guardHost, NOW, writeSnapshot } from '../support/guard.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const LOG = '.claude/projects/-home-dev-app/s1.jsonl'

/** One response today that costs `usd` (25 USD for a million tokens of output). */
const log = (usd: number, parts: Parameters<typeof response>[0] = {}): string =>
  jsonl(response({ input: 0, output: Math.round(usd * 40_000), at: '2026-11-20T09:00:00.000Z', ...parts }))

const home = (usd: number, more: Readonly<Record<string, string>> = {}) => temporaryHome({ [LOG]: log(usd), ...more })

const hook = (own: string, parts: Readonly<Record<string, unknown>> = {}) => ({
  session_id: 's1',
  transcript_path: join(own, LOG),
  cwd: own,
  hook_event_name: 'UserPromptSubmit',
  prompt: 'go on',
  ...parts,
})

const scene = (usd: number, more?: Readonly<Record<string, string>>) => {
  const own = home(usd, more)
  return { own, host: guardHost(own) }
}

const known = (parts: Partial<StatusSession> = {}): StatusSession => ({
  agent: 'claude',
  usd: 0,
  tokens: 1,
  unpricedTokens: 0,
  todayUsd: 0,
  lastAt: NOW,
  ...parts,
})

const setLog = (own: string, usd: number): void => writeFileSync(join(own, LOG), log(usd))

describe('a hook', () => {
  it('says nothing below 60 %, warns once at each threshold, and blocks from the limit on', async () => {
    const { own, host } = scene(0)
    const said: string[] = []
    for (const usd of [5, 6, 6.5, 8, 8.2, 9.5, 9.9, 10, 11]) {
      setLog(own, usd)
      const { status, json } = await ask(host, { input: hook(own), flags: { session: '10' } })
      expect(status).toBe(0)
      said.push(`${usd} ${JSON.stringify(json)?.replace(/^\{"(\w+).*?\$([\d.]+) of.*$/, '$1 $2') ?? ''}`.trim())
    }
    expect(said).toEqual([
      '5',
      '6 systemMessage 6.00',
      '6.5',
      '8 systemMessage 8.00',
      '8.2',
      '9.5 systemMessage 9.50',
      '9.9',
      '10 decision 10.00',
      '11 decision 11.00',
    ])
  })

  it('that comes late says the highest threshold only', async () => {
    const { own, host } = scene(9.6)
    const first = await ask(host, { input: hook(own), flags: { session: '10' } })
    expect(first.out).toContain('$9.60 of $10.00 (96 %)')
    setLog(own, 8.5) // a correction of the log: no news
    expect((await ask(host, { input: hook(own), flags: { session: '10' } })).out).toBe('')
    expect((await ask(host, { input: hook(own), flags: { session: '14' } })).out).toContain('$8.50 of $14.00')
  })

  it('denies a tool and ends the turn; at a stop it only says so, once', async () => {
    const { own, host } = scene(12)
    const flags = { session: '10' }
    const stop = hook(own, { hook_event_name: 'Stop' })
    expect((await ask(host, { input: stop, flags })).json).toEqual({
      systemMessage: 'tokusage: this session: $12.00 of $10.00 (120 %).',
    })
    expect((await ask(host, { input: stop, flags })).out).toBe('')
    const tool = await ask(host, { input: hook(own, { hook_event_name: 'PreToolUse', tool_name: 'Bash' }), flags })
    expect(tool.json).toMatchObject({
      continue: false,
      hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny' },
    })
  })

  it('lets the user out of a session that is used up', async () => {
    const { own, host } = scene(12)
    const { out } = await ask(host, { input: hook(own, { prompt: '/clear' }), flags: { session: '10' } })
    expect(out).not.toContain('block')
  })

  it('is switched off for a session by its variable or by a prompt, and on again', async () => {
    const other = '.claude/projects/-home-dev-app/s2.jsonl'
    const { own, host } = scene(12, { [other]: log(12, { id: 'm2', request: 'r2', session: 's2' }) })
    const flags = { session: '10' }
    const off = guardHost(own, { env: { TOKUSAGE_GUARD: 'off' } })
    expect((await ask(off, { input: hook(own), flags })).out).toBe('')
    const say = (prompt: string) => ask(host, { input: hook(own, { prompt }), flags })
    expect((await say('TOKUSAGE_GUARD=off')).json).toMatchObject({
      decision: 'block',
      reason: expect.stringContaining('off for this session'),
    })
    expect((await say('go on')).out).toBe('')
    const second = hook(own, { session_id: 's2', transcript_path: join(own, other) })
    expect((await ask(host, { input: second, flags })).out).toContain('block')
    await say('TOKUSAGE_GUARD=on')
    expect((await say('go on')).out).toContain('block')
  })

  it('of several at once, one warns', async () => {
    const { own, host } = scene(8)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(host, { input: hook(own), flags: { session: '10' } })),
    )
    expect(answers.filter(({ out }) => out !== '')).toHaveLength(1)
  })

  it('names the step that saves most', async () => {
    const { own, host } = scene(0)
    writeFileSync(join(own, LOG), log(6, { read: 400_000 }))
    const { out } = await ask(host, { input: hook(own), flags: { session: '10' } })
    expect(out).toContain('Each call reads 400k tokens of context again, about $0.20: /compact')
  })

  it('that is late goes by the snapshot, then by the log, and at last by nothing', async () => {
    const { own, host } = scene(12)
    const at = (elapsedMs: number) => ask(host, { input: hook(own), flags: { session: '10' }, elapsedMs })
    expect((await at(600)).out).toBe('')
    expect((await at(150)).out).toContain('$12.00 of $10.00')
    writeSnapshot(host, { sessions: { s1: known({ usd: 11 }) } })
    expect((await at(150)).out).toContain('$11.00 of $10.00')
    expect((await at(90)).out).toContain('$12.00 of $10.00')
  })
})

describe('the day', () => {
  const day = async (host: Host, own: string, flags = { day: '50' }) =>
    (await ask(host, { input: hook(own), flags })).out

  it('is the snapshot’s, with what the session did since', async () => {
    const { own, host } = scene(12)
    writeSnapshot(host, {
      today: { usd: 30, tokens: 1, unpricedTokens: 0 },
      sessions: { s1: known({ usd: 9, todayUsd: 9 }) },
    })
    expect(await day(host, own)).toContain('today: $33.00 of $50.00 (66 %)')
  })

  it('counts nothing of a snapshot of another day, or zone', async () => {
    for (const other of [{ dayStartAt: NOW - 3e8, dayEndAt: NOW - 2e8 }, { timeZone: 'Asia/Tokyo' }]) {
      const { own, host } = scene(12)
      writeSnapshot(host, { ...other, today: { usd: 999, tokens: 1, unpricedTokens: 0 } })
      expect(await day(host, own)).toBe('')
      expect(await day(host, own, { day: '20' })).toContain('today: $12.00 of $20.00 (60 %)')
    }
  })

  it('counts of the session only what is of today', async () => {
    const own = temporaryHome({
      [LOG]: log(40, { id: 'old', request: 'old', at: '2026-11-19T09:00:00.000Z' }) + log(12),
    })
    expect(await day(guardHost(own), own, { day: '20' })).toContain('today: $12.00 of $20.00')
  })
})

describe('a window', () => {
  const reading = { agent: 'claude', at: NOW - 60_000, minutes: 300, usedPercent: 66, resetsAt: NOW + 3_900_000 }
  const flags = { window: '80%' }

  it('goes by what the server said last, in the snapshot or in the journal', async () => {
    const { own, host } = scene(1)
    writeSnapshot(host, { limits: [{ ...reading, usedPercent: 20 }] })
    expect((await ask(host, { input: hook(own), flags })).out).toBe('')
    host.writeText(join(dataFolder(host), 'limits.jsonl'), limitLine(reading))
    expect((await ask(host, { input: hook(own), flags })).out).toContain(
      'the 5-hour window: 66 % of 80 % that you allow. It resets in 1 h 5 min.',
    )
    expect((await ask(host, { input: hook(own), flags: { window: '60' } })).out).toContain('block')
  })

  it('of another agent, or one that was reset, is not the session’s', async () => {
    const { own, host } = scene(1)
    const past = { ...reading, usedPercent: 99, resetsAt: NOW - 1 }
    writeSnapshot(host, { limits: [past, { ...reading, agent: 'codex', usedPercent: 100 }] })
    expect((await ask(host, { input: hook(own), flags })).out).toBe('')
  })

  it('of which nothing was ever said is told once, and never guessed', async () => {
    const { own, host } = scene(1)
    expect((await ask(host, { input: hook(own), flags })).out).toContain('none is known yet')
    expect((await ask(host, { input: hook(own), flags })).out).toBe('')
  })
})

describe('failing open', () => {
  const flags = { session: '0.01', day: '0.01', window: '1' }

  it('answers nothing to broken or foreign JSON, and says why when asked', async () => {
    const { host } = scene(12)
    for (const input of ['{', '{}', '{"hook_event_name":7}']) {
      expect(await ask(host, { input, flags })).toMatchObject({ status: 0, out: '', errors: '' })
      expect((await ask(host, { input, flags: { ...flags, debug: true } })).errors).toContain('no hook')
    }
  })

  it('answers nothing where nothing is known', async () => {
    const { host } = scene(12)
    const lost = { session_id: '__proto__', transcript_path: '/../../etc/passwd', hook_event_name: 'PreToolUse' }
    for (const input of [lost, { hook_event_name: 'PreToolUse' }, { ...lost, session_id: 'constructor' }])
      expect(await ask(host, { input, flags })).toMatchObject({ status: 0, out: '', errors: '' })
  })

  it.each(['not JSON', '[]', '{"status":1}', '{"status":1,"sessions":null,"limits":7,"today":3}'])(
    'takes no harm from a snapshot that says %s',
    async text => {
      const { own, host } = scene(1)
      host.writeText(join(dataFolder(host), 'status', 'default.json'), text)
      expect(await ask(host, { input: hook(own), flags: { day: '50' } })).toMatchObject({ status: 0, out: '' })
    },
  )

  it('takes no harm from a data folder that cannot be written to, and says that it keeps nothing', async () => {
    const own = home(12)
    writeFileSync(join(own, 'taken'), '')
    const host = guardHost(own, { env: { TOKUSAGE_HOME: join(own, 'taken') } })
    const say = (prompt: string) => ask(host, { input: hook(own, { prompt }), flags: { session: '10' } })
    const { status, out } = await say('go on')
    expect([status, out.includes('block')]).toEqual([0, true])
    expect((await say('TOKUSAGE_GUARD=off')).json).toMatchObject({
      decision: 'block',
      reason: expect.stringMatching(/still on.*set the variable/),
    })
    expect((await say('go on')).out).toContain('limit reached')
    expect((await say('TOKUSAGE_GUARD=on')).json).toMatchObject({ reason: expect.stringContaining('is on again') })
  })

  it('gives one line of JSON or nothing, whatever comes in', async () => {
    const own = home(12)
    const host = guardHost(own)
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(join(own, LOG), 's1', 'Stop', 'PreToolUse'))
    await fc.assert(
      fc.asyncProperty(
        fc.record({ session_id: value, transcript_path: value, hook_event_name: value, prompt: value }),
        async input => {
          const { status, out, errors } = await ask(host, { input, flags })
          expect([status, errors]).toEqual([0, ''])
          expect(out === '' || (out.endsWith('\n') && typeof JSON.parse(out) === 'object')).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('writes nothing but names of its own', async () => {
    const { own, host } = scene(12)
    await ask(host, { input: hook(own, { session_id: '../../s1' }), flags })
    await ask(host, { input: hook(own, { session_id: '../../s1', prompt: 'TOKUSAGE_GUARD=off' }), flags })
    await ask(host, { input: hook(own), flags })
    const names = readdirSync(guardFolder(host))
    expect(names.length).toBeGreaterThan(1)
    for (const name of names) expect(name).toMatch(/^[0-9a-z]+-(60|80|95|100|once|off)$/)
  })

  it('keeps a bounded number of names', async () => {
    const { own, host } = scene(12)
    mkdirSync(guardFolder(host), { recursive: true })
    for (let i = 0; i < 420; i++) writeFileSync(join(guardFolder(host), `${i}-60`), '')
    await ask(host, { input: hook(own), flags })
    expect(readdirSync(guardFolder(host)).length).toBeLessThan(220)
  })
})

describe('beside a block', () => {
  const reading = { agent: 'claude', at: NOW - 60_000, minutes: 300, usedPercent: 66, resetsAt: NOW + 3_900_000 }

  it('a warning of another limit is said, once', async () => {
    const { own, host } = scene(12)
    writeSnapshot(host, { limits: [reading] })
    const flags = { session: '10', window: '80%' }
    const warning = 'tokusage: the 5-hour window: 66 % of 80 % that you allow. It resets in 1 h 5 min.'
    expect((await ask(host, { input: hook(own), flags })).json).toMatchObject({
      decision: 'block',
      systemMessage: warning,
    })
    expect((await ask(host, { input: hook(own), flags })).json).toEqual({
      decision: 'block',
      reason: expect.stringContaining('$12.00 of $10.00'),
    })
  })

  it('so is that no percentage is known', async () => {
    const { own, host } = scene(12)
    const tool = hook(own, { hook_event_name: 'PreToolUse' })
    expect((await ask(host, { input: tool, flags: { session: '10', window: '80%' } })).json).toMatchObject({
      continue: false,
      systemMessage: expect.stringContaining('none is known yet'),
    })
  })
})

describe('a session without prices', () => {
  const unpriced = (usd: number) => {
    const own = temporaryHome({ [LOG]: log(usd, { model: 'nobody-knows-1' }) })
    return { own, host: guardHost(own) }
  }

  it('is told once that it cannot be guarded', async () => {
    const { own, host } = unpriced(12)
    const say = async (flags: Readonly<Record<string, string>>) => (await ask(host, { input: hook(own), flags })).out
    expect(await say({ window: '100' })).not.toContain('price')
    expect(await say({ session: '10' })).toContain('no model of this session has a known price (480k tokens)')
    expect(await say({ session: '10' })).toBe('')
  })

  it('is not one that has spent something, or nothing', async () => {
    const { own, host } = unpriced(0)
    expect((await ask(host, { input: hook(own), flags: { session: '10' } })).out).toBe('')
    writeFileSync(join(own, LOG), log(12, { model: 'nobody-knows-1' }) + log(1, { id: 'm2', request: 'r2' }))
    expect((await ask(host, { input: hook(own), flags: { session: '10' } })).out).toBe('')
  })
})

describe('where there is a project’s file', () => {
  const theirs = { 'app/tokusage.json': '{"commands": {"guard": {"session": 0.01, "webhook": "https://x.example/"}}}' }
  const there = (usd: number) => {
    const own = home(usd, theirs)
    return { own, host: guardHost(own, { cwd: join(own, 'app') }) }
  }

  it('it neither blocks a hook nor is told anything; --debug says so', async () => {
    const { own, host } = there(12)
    for (const isHook of [true, false]) {
      const answer = await ask(host, { input: hook(own), isHook, flags: { session: '100', debug: true } })
      expect([answer.out, answer.posts]).toEqual(['', []])
      expect(answer.errors).toContain(`${join(own, 'app/tokusage.json')} is the project's`)
    }
  })

  it('a plain run says that its limits do not count', async () => {
    const { own, host } = there(12)
    const { out, errors, posts } = await ask(host, { flags: { day: '20' } })
    expect([out.includes('session'), posts]).toEqual([false, []])
    expect(errors).toMatch(`The limits in ${join(own, 'app/tokusage.json')} do not count`)
    await expect(ask(host, {})).rejects.toThrow('needs a limit')
    expect((await ask(host, { flags: { config: 'tokusage.json' } })).out).toContain('$12.00 of $0.01')
  })
})

it('filters that a hook passes over are said by --debug', async () => {
  const { own, host } = scene(1)
  const { errors } = await ask(host, { input: hook(own), flags: { session: '10', project: 'app', debug: true } })
  expect(errors).toContain('filters are for reports')
})

describe('the refresh', () => {
  const input = (own: string) => ({ input: hook(own), flags: { session: '100' } })

  it('is started where there are no figures', async () => {
    const { own, host } = scene(1)
    expect((await ask(host, input(own))).started).toEqual(['default'])
  })

  it.each([
    ['fresh', { at: NOW - 5_000 }, 0],
    ['old', { at: NOW - 11_000 }, 1],
    ['old, but dear to make', { at: NOW - 11_000, tookMs: 1_000 }, 0],
    ['of another version, which comes sooner', { version: '0.0.1', at: NOW - 11_000, tookMs: 1_000 }, 1],
    ['of the future', { at: NOW + 120_000 }, 1],
  ])('of figures that are %s', async (_what, parts, times) => {
    const { own, host } = scene(1)
    writeSnapshot(host, parts)
    expect((await ask(host, input(own))).started).toEqual(Array(times).fill('default'))
  })
})

describe('telling', () => {
  const flags = { session: '10', notify: true, webhook: 'https://chat.example/hook' }

  it('goes to the desktop and the webhook once for each threshold', async () => {
    const { own, host } = scene(8)
    const first = await ask(host, { input: hook(own), flags })
    expect(first.notices).toEqual(['tokusage: this session: $8.00 of $10.00 (80 %).'])
    expect(first.posts).toEqual([
      {
        url: 'https://chat.example/hook',
        body: {
          text: 'tokusage: this session: $8.00 of $10.00 (80 %).',
          kind: 'session',
          sessionId: 's1',
          since: null,
          until: null,
          usedUsd: 8,
          limitUsd: 10,
          usedPercent: null,
          limitPercent: null,
          percent: 80,
          threshold: 80,
          at: '2026-11-20T12:00:00.000Z',
        },
      },
    ])
    const again = await ask(host, { input: hook(own), flags })
    expect([again.notices, again.posts]).toEqual([[], []])
  })

  it('never speaks anything but http', async () => {
    for (const webhook of ['file:///etc/passwd', 'chat.example', 'javascript:0']) {
      const { own, host } = scene(8)
      const { out, posts } = await ask(host, { input: hook(own), flags: { ...flags, webhook } })
      expect([out.includes('$8.00'), posts]).toEqual([true, []])
      await expect(ask(host, { flags: { ...flags, webhook } })).rejects.toThrow('http or https')
    }
  })

  it('of a plain run is its own, and says when the webhook failed', async () => {
    const { own, host } = scene(8)
    await ask(host, { input: hook(own), flags })
    const run = await ask(host, { flags, failure: 'the server answered 500' })
    expect([run.posts.length, run.notices.length]).toEqual([1, 1])
    expect(run.errors).toBe('The webhook was not told of dearest session s1: the server answered 500\n')
    const again = await ask(host, { flags })
    expect([again.posts.length, again.notices.length, again.errors]).toEqual([1, 0, ''])
    expect((await ask(host, { flags })).posts).toEqual([])
  })

  it('is of each channel on its own: one that is new is told', async () => {
    const { own, host } = scene(8)
    const hookOf = (more: Readonly<Record<string, string | boolean>>) =>
      ask(host, { input: hook(own), flags: { session: '10', ...more } })
    expect((await hookOf({})).out).toContain('$8.00')
    const [first, second] = ['https://a.example/', 'https://b.example/']
    for (const webhook of [first, second]) expect((await hookOf({ webhook })).posts).toMatchObject([{ url: webhook }])
    const last = await hookOf({ webhook: first, notify: true })
    expect([last.out, last.posts, last.notices.length]).toEqual(['', [], 1])
  })

  it('of a plain run names the session, or the days', async () => {
    const { host } = scene(8)
    const { posts } = await ask(host, { flags: { ...flags, max: '10', since: '2026-11-01', until: '2026-11-20' } })
    expect(posts.map(({ body }) => body)).toMatchObject([
      { text: 'tokusage: dearest session s1: $8.00 of $10.00 (80 %).', sessionId: 's1', since: null },
      {
        text: 'tokusage: since 2026-11-01 until 2026-11-20: $8.00 of $10.00 (80 %).',
        sessionId: null,
        since: '2026-11-01',
        until: '2026-11-20',
      },
    ])
  })
})

describe('a plain run', () => {
  const run = (own: string, flags: Readonly<Record<string, string | boolean>>) => ask(guardHost(own), { flags })

  it('needs a limit', async () => {
    await expect(run(home(1), {})).rejects.toThrow('For example: tokusage guard --since today --max 20')
  })

  it('ends with 1 from the limit on', async () => {
    const own = home(12)
    expect((await run(own, { since: 'today', max: '12.01' })).status).toBe(0)
    expect((await run(own, { since: 'today', max: '12' })).status).toBe(1)
    expect((await run(own, { since: '2026-11-21', max: '12' })).status).toBe(0)
    expect((await run(own, { day: '12' })).status).toBe(1)
    expect((await run(own, { session: '12' })).status).toBe(1)
  })

  it('draws a line for each limit; today is today, whatever days are asked for', async () => {
    const own = temporaryHome({
      [LOG]: log(40, { id: 'old', request: 'old', at: '2026-11-18T09:00:00.000Z' }) + log(12),
    })
    const { out, status } = await run(own, { until: '2026-11-19', max: '60', day: '20', session: '50' })
    expect(out.split('\n')).toEqual([
      'dearest session s1  $40.00 of $50.00  80 %  ████████░░',
      'today               $12.00 of $20.00  60 %  ██████░░░░',
      'until 2026-11-19    $40.00 of $60.00  66 %  ██████░░░░',
      '',
    ])
    expect(status).toBe(0)
  })

  it('is JSON on request', async () => {
    const { json, status } = await run(home(12), { max: '10', json: true, since: '2026-11-01' })
    expect(json).toMatchObject({
      guard: [{ limit: 'range', unit: 'usd', used: 12, allowed: 10, percent: 120, threshold: 100, reached: true }],
      reached: true,
      timeZone: 'UTC',
      schemaVersion: 1,
    })
    expect(status).toBe(1)
  })

  it('says what has no price, which is odd under --strict', async () => {
    const own = temporaryHome({ [LOG]: log(12, { model: 'nobody-knows-1' }) })
    const { out, status } = await run(own, { max: '10' })
    expect([status, out.includes('480k tokens have no known price')]).toEqual([0, true])
    expect((await run(own, { max: '10', strict: true })).status).toBe(1)
    expect((await run(home(1), { max: '10', strict: true })).status).toBe(0)
  })

  it('shows the windows of every agent, and what is not known as that', async () => {
    const own = home(1)
    const unknown = await run(own, { window: '80' })
    expect([unknown.out, unknown.status]).toEqual([
      'windows  ? of 80 %  ? %  ░░░░░░░░░░  the server has said nothing\n',
      0,
    ])
    expect((await run(own, { window: '80', strict: true })).status).toBe(1)
    const host = guardHost(own)
    const reading = { agent: 'claude', at: NOW, minutes: 300, usedPercent: 85, resetsAt: NOW + 3_900_000 }
    host.writeText(join(dataFolder(host), 'limits.jsonl'), limitLine(reading))
    const known = await run(own, { window: '80' })
    expect([known.out, known.status]).toEqual([
      'Claude Code, 5-hour window  85 % of 80 %  106 %  ██████████  resets in 1 h 5 min\n',
      1,
    ])
  })

  it('does not take stdin for a hook where it is none, and does not look at it where days are asked for', async () => {
    const own = home(12)
    const host = guardHost(own)
    expect((await ask(host, { input: 'some\nlist\n', flags: { day: '50' } })).out).toContain('today')
    expect((await ask(host, { input: '', flags: { day: '50' } })).out).toContain('today')
    expect((await ask(host, { input: hook(own), flags: { max: '50' } })).out).toContain('all days')
    expect((await ask(host, { input: hook(own), flags: { max: '50', session: '10' } })).out).toContain('block')
  })

  it('has no CSV', async () => {
    await expect(run(home(1), { max: '1', format: 'csv' })).rejects.toThrow('no csv')
  })
})
