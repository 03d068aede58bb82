/** The figures of the status line, from logs on disk: what they say has to be what the reports say, however often they are brought up to date. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resolveOptions } from '../src/config/resolve.ts'
import { usdOf } from '../src/core/money.ts'
import { ratesFor } from '../src/core/status.ts'
import type { Host } from '../src/host/host.ts'
import { read, reportOf } from '../src/load.ts'
import { statusOf } from '../src/load-status.ts'
import { costOf } from '../src/pricing/cost.ts'
import { openPrices } from '../src/pricing/prices.ts'
import { entry } from './support/entry.ts'
import { IndexHome } from './support/index-home.ts'
import { jsonl, response } from './support/transcript.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const now = Date.UTC(2026, 10, 20, 12)

const at = (ago: number): string => new Date(now - ago).toISOString()

/** A response of a session, so long ago. */
const said = (session: string, id: string, ago: number): string =>
  jsonl(response({ id, request: `r-${id}`, session, at: at(ago) }))

const optionsOf = (host: Host) => resolveOptions(host, 'statusline', { offline: true })

const reportsOf = async (host: Host) => {
  const options = await resolveOptions(host, 'daily', { offline: true })
  const loaded = await read(host, options)
  const daily = reportOf(loaded, 'daily')
  const sessions = reportOf(loaded, 'session')
  const blocks = reportOf(loaded, 'blocks')
  if (daily.kind !== 'daily' || sessions.kind !== 'session' || blocks.kind !== 'blocks')
    throw new Error('another report')
  return { days: daily.rows, sessions: sessions.rows, blocks: blocks.rows }
}

const agrees = async (host: Host): Promise<void> => {
  const status = await statusOf(host, await optionsOf(host), 'default')
  const { days, sessions, blocks } = await reportsOf(host)
  const today = days.find(({ period }) => period === '2026-11-20')
  expect(status.today.usd).toBe(today ? usdOf(today.summary.cost) : 0)
  const recent = sessions.filter(({ summary }) => now - summary.lastAt < 2 * DAY)
  expect(Object.fromEntries(Object.entries(status.sessions).map(([id, { usd }]) => [id, usd]))).toEqual(
    Object.fromEntries(recent.map(({ session, summary }) => [session, usdOf(summary.cost)])),
  )
  expect(status.blocks.map(({ startAt, usd }) => [startAt, usd])).toEqual(
    blocks.filter(({ isActive }) => isActive).map(({ startAt, summary }) => [startAt, usdOf(summary.cost)]),
  )
}

it('agree with the reports, at first and after every change', async () => {
  const home = new IndexHome()
  const host = home.host({ now })
  await agrees(host)
  home.write('-app/old.jsonl', said('old', 'm1', 30 * DAY) + said('old', 'm2', 29 * DAY))
  home.write('-app/long.jsonl', said('long', 'm3', 12 * DAY) + said('long', 'm4', 20 * HOUR))
  await agrees(host)
  home.append('-app/long.jsonl', said('long', 'm5', 2 * HOUR))
  await agrees(host)
  // A session that was quiet for a month goes on.
  home.append('-app/old.jsonl', said('old', 'm6', HOUR))
  home.write('-app/new.jsonl', said('new', 'm7', 0.5 * HOUR))
  await agrees(host)
})

it('look at everything where no pause says when the window began', async () => {
  const home = new IndexHome()
  const host = home.host({ now })
  const often = Array.from({ length: 60 }, (_, i) => said('s', `m${i}`, i * 4 * HOUR + 0.1 * HOUR)).reverse()
  home.write('-app/s.jsonl', often.slice(0, -1).join(''))
  await agrees(host)
  home.append('-app/s.jsonl', often.at(-1) ?? '')
  await agrees(host)
})

it('say what the models in use cost, and take nothing from the network', async () => {
  const home = new IndexHome()
  home.write('-app/s.jsonl', said('s', 'm', HOUR))
  const host = home.host({ now })
  const { models, view, highest } = await statusOf(host, await optionsOf(host), 'default')
  const [model] = Object.values(models)
  expect(model?.input).toBeGreaterThan(0)
  expect(model?.maxInput).toBeGreaterThan(100_000)
  expect(view).toMatchObject({ theme: 'default', costSource: 'auto', refreshInterval: 10 })
  expect(highest).toEqual({})
})

it('say what has no price, what the zone is, and what the settings say of the line', async () => {
  const home = new IndexHome()
  home.write('-app/s.jsonl', said('s', 'm', HOUR).replaceAll(/claude-[a-z0-9-]+/g, 'claude-nobody-9'))
  const host = home.host({ now, env: { TOKUSAGE_TOKEN_LIMIT: '500k' } })
  const options = await resolveOptions(host, 'statusline', { offline: true, timezone: 'Asia/Kolkata' })
  const { models, unpricedModels, zone, view, today } = await statusOf(host, options, 'default')
  expect([models, unpricedModels]).toEqual([{}, ['claude-nobody-9']])
  expect(today.unpricedTokens).toBeGreaterThan(0)
  expect(zone).toEqual({ offsetMs: 5.5 * HOUR })
  expect(view.tokenLimit).toBe(500_000)
})

it('price long prompts and fast mode as the reports do', async () => {
  const home = new IndexHome()
  const names = ['claude-sonnet-4-5-20250929', 'claude-opus-4-6']
  names.forEach((name, i) => {
    home.write(`-app/${i}.jsonl`, said(`s${i}`, `m${i}`, HOUR).replaceAll(/"model":"[^"]*"/g, `"model":"${name}"`))
  })
  const host = home.host({ now })
  const { models } = await statusOf(host, await optionsOf(host), 'default')
  const prices = openPrices(host, await optionsOf(host))
  for (const name of names)
    for (const tokens of [100_000, 200_000, 200_001, 400_010])
      for (const isFast of [false, true]) {
        const { cacheRead = 0 } = ratesFor(models[name]!, tokens, isFast)
        const parts = { model: name, cacheRead: tokens, ...(isFast ? { speed: 'fast' } : {}) }
        const { pico } = costOf(entry(parts), prices.lookup(name, now), 'calculate')
        expect(cacheRead * tokens).toBeCloseTo(pico / 1e12, 9)
      }
})

const reading = (ago: number, used: number): string =>
  `${JSON.stringify({
    timestamp: at(ago),
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: null,
      rate_limits: {
        primary: { used_percent: used, window_minutes: 300, resets_at: (now + HOUR) / 1000 },
        secondary: null,
      },
    },
  })}\n`

it('take limits from logs, read on where they stopped, and keep them', async () => {
  const home = new IndexHome()
  const path = '../../.codex/sessions/2026/11/20/rollout-2026-11-20T09-00-00-01a20000-0000-7000-8000-00000000000a.jsonl'
  const meta = {
    timestamp: at(2 * HOUR),
    type: 'session_meta',
    payload: { id: '01a20000-0000-7000-8000-00000000000a' },
  }
  home.write(path, `${JSON.stringify(meta)}\n${reading(HOUR, 20)}`)
  home.stamp(path, now / 1000 - 60)
  const host = home.host({ now })
  const used = async () =>
    (await statusOf(host, await optionsOf(host), 'default')).limits.map(limit => [limit.minutes, limit.usedPercent])
  expect(await used()).toEqual([[300, 20]])
  home.append(path, reading(0.5 * HOUR, 35), false)
  home.stamp(path, now / 1000 - 30)
  expect(await used()).toEqual([[300, 35]])
  // What the journal loses is still in the logs.
  rmSync(join(home.data, 'limits.jsonl'))
  expect(await used()).toEqual([[300, 35]])
  rmSync(home.path(path))
  expect(await used()).toEqual([[300, 35]])
})
