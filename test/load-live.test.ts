/** The monitor's figures from logs on disk that grow: sessions are whole, however old their beginning is. */
import { expect, it, test } from 'vitest'
import type { RawFlags } from '../src/config/layers.ts'
import { resolveOptions } from '../src/config/resolve.ts'
import type { LiveData } from '../src/core/live.ts'
import { usdOf } from '../src/core/money.ts'
import { totalTokens } from '../src/core/tokens.ts'
import type { Host } from '../src/host/host.ts'
import { read, reportOf } from '../src/load.ts'
import { LiveReader } from '../src/load-live.ts'
import { IndexHome } from './support/index-home.ts'
import { jsonl, type ResponseParts, response } from './support/transcript.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const begin = Date.UTC(2026, 10, 20, 12)

/** A home with a clock that can be put forward. */
class LiveHome extends IndexHome {
  now = begin

  clocked(): Host {
    return { ...this.host(), now: () => this.now }
  }

  /** A response of a session, so long ago. */
  says(session: string, id: string, ago: number, parts: ResponseParts = {}): void {
    const at = new Date(this.now - ago).toISOString()
    const cwd = session.startsWith('other') ? '/home/dev/other' : '/home/dev/app'
    const folder = cwd.replaceAll('/', '-')
    this.append(`${folder}/${session}.jsonl`, jsonl(response({ id, request: `r-${id}`, session, at, cwd, ...parts })))
    this.stamp(`${folder}/${session}.jsonl`, this.now / SECOND)
  }

  async reader(flags: RawFlags = {}): Promise<LiveReader> {
    return new LiveReader(this.clocked(), await resolveOptions(this.clocked(), 'live', { offline: true, ...flags }))
  }
}

/** The answer with everything in it. */
const looked = async (reader: LiveReader): Promise<LiveData> => {
  const first = await reader.poll()
  const data = (await reader.poll()) ?? first
  if (!data) throw new Error('no answer')
  return data
}

const sessionsOf = ({ sessions }: LiveData) =>
  Object.fromEntries(
    sessions.map(({ session, calls, tokens, usd, firstAt }) => [session, [calls, tokens, usd, firstAt]]),
  )

/** What the report of sessions says of those with a response of late. */
const reported = async (home: LiveHome, flags: RawFlags = {}) => {
  const options = await resolveOptions(home.clocked(), 'session', { offline: true, ...flags })
  const report = reportOf(await read(home.clocked(), options), 'session')
  if (report.kind !== 'session') throw new Error('another report')
  const recent = report.rows.filter(({ summary }) => home.now - summary.lastAt < 5 * HOUR)
  return Object.fromEntries(
    recent.map(({ session, summary: { entries, tokens, cost, firstAt } }) => [
      session,
      [entries, totalTokens(tokens), usdOf(cost), firstAt],
    ]),
  )
}

const oldHome = (): LiveHome => {
  const home = new LiveHome()
  home.says('long', 'm1', 70 * DAY, { output: 5000 })
  home.says('long', 'm2', 9 * DAY, { output: 700, model: 'claude-haiku-4-5' })
  home.says('long', 'm3', 2 * DAY)
  home.says('long', 'm4', 5 * MINUTE)
  home.says('over', 'm5', 30 * DAY, { output: 900 })
  home.says('over', 'm6', 29 * DAY)
  home.says('other-new', 'm7', 20 * SECOND, { output: 80 })
  return home
}

test.each([
  ['the index', {}],
  ['the logs', { index: false }],
  ['a model', { model: ['opus'] }],
  ['a project', { project: ['app'] }],
])('a session that is older than what is followed is whole: by %s', async (_, flags) => {
  const home = oldHome()
  const data = await looked(await home.reader(flags))
  expect(Object.keys(sessionsOf(data)).length).toBeGreaterThan(0)
  expect(sessionsOf(data)).toEqual(await reported(home, flags))
})

it('one that was over long ago and goes on meanwhile is whole, too', async () => {
  const home = oldHome()
  const reader = await home.reader()
  expect(sessionsOf(await looked(reader))).not.toHaveProperty('over')
  home.now += SECOND
  home.says('over', 'm8', 0)
  const data = await reader.poll()
  expect(data && sessionsOf(data).over?.[0]).toBe(3)
  expect(data && sessionsOf(data)).toEqual(await reported(home))
})

it('what grows too old meanwhile stays in its session, once', async () => {
  const home = oldHome()
  const reader = await home.reader()
  await looked(reader)
  for (let n = 0; n < 30; n++) {
    home.now += 9 * HOUR
    home.says('long', `n${n}`, 0, { output: n })
    const data = await reader.poll()
    expect(data && sessionsOf(data)).toEqual(await reported(home))
  }
})

it('windows and the last minute are of whole accounts, the rest is of the project, and that is said', async () => {
  const home = oldHome()
  const all = await looked(await home.reader())
  const app = await looked(await home.reader({ project: ['app'] }))
  expect(all.ignored).toEqual([])
  expect(app.ignored).toEqual(['--project'])
  expect(app.lastMinute).toEqual(all.lastMinute)
  expect(app.lastMinute.calls).toBe(1)
  expect(app.windows).toEqual(all.windows)
  expect(app.today.calls).toBe(1)
  expect((await looked(await home.reader({ agent: ['codex'] }))).lastMinute.calls).toBe(0)
})
