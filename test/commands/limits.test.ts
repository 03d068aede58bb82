/** limits on a home of its own: what logs and the journal say, joined with what was used. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { runLimits } from '../../src/commands/limits.ts'
import type { RawFlags } from '../../src/config/layers.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import type { LimitReading } from '../../src/core/limit.ts'
import { MICRO } from '../../src/core/limits.ts'
import type { Host } from '../../src/host/host.ts'
import { standard } from '../../src/host/output.ts'
import { limitsOf } from '../../src/load-limits.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { appendReadings, limitsPath, readJournal } from '../../src/store/limits.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const MINUTE = 60_000
const ago = (minutes: number): string => new Date(NOW - minutes * MINUTE).toISOString()
const unixIn = (minutes: number): number => (NOW + minutes * MINUTE) / 1000

const reply = (id: string, minutes: number, session: string, output: number) =>
  response({ id, request: `r-${id}`, session, at: ago(minutes), output })

const prompt = (uuid: string, minutes: number, sessionId: string, text: string) =>
  userLine(text, { uuid, timestamp: ago(minutes), sessionId })

const claudeLogs = {
  '.claude/projects/-home-dev-app/s1.jsonl': jsonl(
    prompt('p1', 121, 's1', 'mend the fence'),
    reply('m1', 120, 's1', 300),
    prompt('p2', 71, 's1', 'paint the fence'),
    reply('m2', 70, 's1', 100),
  ),
  '.claude/projects/-home-dev-app/s2.jsonl': jsonl(prompt('p3', 66, 's2', 'count'), reply('m3', 65, 's2', 100)),
}

const codexSession = '01a20000-0000-7000-8000-00000000000a'
const counts = {
  input_tokens: 100,
  cached_input_tokens: 0,
  output_tokens: 50,
  reasoning_output_tokens: 0,
  total_tokens: 150,
}
const codexLine = (minutes: number, type: string, payload: object) => ({ timestamp: ago(minutes), type, payload })
const codexLog = jsonl(
  codexLine(31, 'session_meta', { id: codexSession, timestamp: ago(31), cwd: '/home/dev/app', cli_version: '0.60.0' }),
  codexLine(30, 'turn_context', { cwd: '/home/dev/app', model: 'gpt-5' }),
  codexLine(30, 'event_msg', {
    type: 'token_count',
    info: { total_token_usage: counts, last_token_usage: counts },
    rate_limits: {
      primary: { used_percent: 12.5, window_minutes: 300, resets_at: unixIn(240) },
      secondary: { used_percent: 3, window_minutes: 10_080, resets_at: unixIn(9_000) },
      plan_type: 'plus',
    },
  }),
)
const codexLogs = { [`.codex/sessions/2026/11/20/rollout-2026-11-20T11-29-00-${codexSession}.jsonl`]: codexLog }

const host = (files: Readonly<Record<string, string>>): Host => makeHost({ home: temporaryHome(files), now: NOW })

const optionsOf = (own: Host, flags: RawFlags = {}) =>
  resolveOptions(own, 'limits', { offline: true, ...flags }, { agentIds: ['claude', 'codex'] })

const of = async (own: Host, flags: RawFlags = {}) => limitsOf(own, await optionsOf(own, flags))

const readings: readonly LimitReading[] = [
  { at: NOW - 110 * MINUTE, usedPercent: 6 },
  { at: NOW - 60 * MINUTE, usedPercent: 10 },
  { at: NOW - 20 * MINUTE, usedPercent: 11 },
].map(one => ({ ...one, agent: 'claude', minutes: 300, resetsAt: NOW + 120 * MINUTE }))

const withJournal = (files: Readonly<Record<string, string>>): Host => {
  const own = host(files)
  appendReadings(own, readings)
  return own
}

afterEach(() => vi.restoreAllMocks())

const printed = async (own: Host, flags: RawFlags = {}): Promise<string> => {
  let text = ''
  vi.spyOn(standard, 'write').mockImplementation((_to, part) => {
    text += part
  })
  expect(await runLimits(own, await optionsOf(own, flags))).toBe(0)
  return text
}

describe('what logs say', () => {
  test('is shown with what they hold, and kept', async () => {
    const own = host(codexLogs)
    const { windows } = await of(own)
    expect(windows).toMatchObject([
      { agent: 'codex', basis: 'server', minutes: 300, usedPercent: 12.5, plan: 'plus', local: { tokens: 150 } },
      { agent: 'codex', basis: 'server', minutes: 10_080, usedPercent: 3, local: { entries: 1 } },
    ])
    expect(readJournal(own, 0).readings).toHaveLength(2)
  })

  test('is neither kept nor looked up in what was kept with --no-index', async () => {
    const own = host(codexLogs)
    const options = { ...(await optionsOf(own)), index: false }
    expect((await limitsOf(own, options)).windows).toHaveLength(2)
    expect(existsSync(limitsPath(own))).toBe(false)
    const kept = withJournal(claudeLogs)
    const { windows } = await limitsOf(kept, { ...(await optionsOf(kept)), index: false })
    expect(windows).toMatchObject([{ basis: 'estimated' }])
  })

  test('is asked for by agent', async () => {
    const own = host({ ...claudeLogs, ...codexLogs })
    expect((await of(own, { agent: ['codex'] })).windows.map(({ agent }) => agent)).toEqual(['codex', 'codex'])
    expect((await of(own, { agent: ['claude'] })).windows.map(({ basis }) => basis)).toEqual(['estimated'])
  })
})

describe('what the status line kept', () => {
  test('takes the place of the estimate', async () => {
    expect((await of(host(claudeLogs))).windows).toMatchObject([{ basis: 'estimated', local: { entries: 3 } }])
    expect((await of(withJournal(claudeLogs))).windows).toMatchObject([
      { basis: 'server', usedPercent: 11, unexplained: 1, readAt: NOW - 20 * MINUTE, local: { entries: 3 } },
    ])
  })

  test('is of the whole account, whatever project or model was asked for', async () => {
    const report = await of(withJournal(claudeLogs), { project: ['elsewhere'], model: ['none'] })
    expect(report.windows).toMatchObject([{ usedPercent: 11, local: { entries: 3 } }])
    expect(report.ignored).toEqual(['--project', '--model'])
  })

  test('from a clock that was far ahead hides nothing', async () => {
    const own = withJournal(claudeLogs)
    const late = { ...readings[0]!, at: NOW + 9e9, resetsAt: NOW + 9e9 + MINUTE, usedPercent: 99 }
    appendReadings(own, [late])
    expect((await of(own)).windows).toMatchObject([{ usedPercent: 11 }])
  })

  test('a broken line is told', async () => {
    const own = withJournal(claudeLogs)
    own.disk.append(limitsPath(own), Buffer.from(`[${NOW},"cla\n`))
    const { windows, diagnostics } = await of(own)
    expect(windows).toMatchObject([{ usedPercent: 11 }])
    expect(diagnostics).toMatchObject([{ code: 'bad-line', args: { path: limitsPath(own) }, count: 1 }])
  })
})

describe('--why', () => {
  test('joins points to sessions and turns', async () => {
    const { uses = [] } = await of(withJournal(claudeLogs), { why: true })
    const [use] = uses
    expect(use).toMatchObject({ points: 11 * MICRO, unexplained: MICRO, weight: 'cost' })
    // 6 points for the first response; 4 more for two that cost the same.
    expect(use!.sessions.map(({ session, project, points }) => [session, project, points / MICRO])).toEqual([
      ['s1', 'app', 8],
      ['s2', 'app', 2],
    ])
    expect(use!.turns.map(({ title, points }) => [title, points / MICRO])).toEqual([
      ['mend the fence', 6],
      ['paint the fence', 2],
      ['count', 2],
    ])
  })

  test('is left out where it was not asked for', async () => {
    expect((await of(withJournal(claudeLogs))).uses).toBeUndefined()
  })
})

describe('the command', () => {
  test('prints a screen', async () => {
    const text = await printed(withJournal(claudeLogs), { why: true })
    expect(text).toContain('11% used, resets 14:00, in 2h')
    expect(text).toContain('1 point not in local logs')
    expect(text).toContain('mend the fence')
  })

  test('prints JSON that keeps its schema', async () => {
    const json: unknown = JSON.parse(
      await printed(withJournal({ ...claudeLogs, ...codexLogs }), { json: true, why: true }),
    )
    expect(reportSchemas.limits.safeParse(json).error?.issues).toBeUndefined()
    expect(json).toMatchObject({ limits: [{ agent: 'claude', usedPercent: 11 }, {}, {}] })
  })

  test('says on an empty machine what would help', async () => {
    expect(await printed(host({}))).toContain('tokusage statusline --install')
    expect(JSON.parse(await printed(host({}), { json: true }))).toMatchObject({ limits: [], sliding: [] })
  })

  test.each(['csv', 'md'])('has no %s', async format => {
    const own = host({})
    await expect(runLimits(own, await optionsOf(own, { format }))).rejects.toThrow(UserError)
  })

  test('writes nothing outside the data folder', async () => {
    const own = host(codexLogs)
    await of(own)
    expect(limitsPath(own).startsWith(join(own.home(), '.local'))).toBe(true)
  })
})
