import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { announcementOf } from '../../src/commands/announce.ts'
import { retentionOf } from '../../src/commands/retention.ts'
import type { RawFlags } from '../../src/config/layers.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import type { Host } from '../../src/host/host.ts'
import { read } from '../../src/load.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 20, 12)

interface Setup {
  /** Days since the older of two logs was written to. */
  readonly age?: number
  readonly settings?: object
}

const homeOf = ({ age = 1, settings = {} }: Setup = {}): string => {
  const old = '.claude/projects/-p/old.jsonl'
  const home = temporaryHome({
    [old]: jsonl(response({ at: '2026-01-01T00:00:00.000Z' })),
    '.claude/projects/-p/new.jsonl': jsonl(response({ id: 'm2', request: 'r2' })),
    '.claude/settings.json': JSON.stringify(settings),
  })
  utimesSync(join(home, old), (now - age * DAY) / 1000, (now - age * DAY) / 1000)
  return home
}

const load = async (host: Host, flags: RawFlags = {}) =>
  read(
    host,
    await resolveOptions(host, 'daily', { offline: true, timezone: 'UTC', ...flags }, { agentIds: ['claude'] }),
  )

const hostOf = (home: string, at = now): Host => makeHost({ home, cwd: home, now: at })

const factOf = async (setup: Setup, flags: RawFlags = {}) => {
  const host = hostOf(homeOf(setup))
  return retentionOf(host, await load(host, flags))[0]
}

describe('what agents delete', () => {
  test('goes by when the oldest log that is there was last written to', async () => {
    expect(await factOf({ age: 25 })).toMatchObject({ days: 30, isSoon: true, deletesAt: now + 5 * DAY })
    expect(await factOf({ age: 12 })).toMatchObject({ isSoon: false, deletesAt: now + 18 * DAY })
    expect(await factOf({ age: 99 })).toMatchObject({ isSoon: true, deletesAt: now })
  })

  test('is in the history, unless the index is off or cannot be written', async () => {
    expect((await factOf({}))?.missing).toBeUndefined()
    expect((await factOf({}, { index: false }))?.missing).toBe('off')
    const host = hostOf(homeOf())
    const full = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    const broken = { ...host, disk: { ...host.disk, write: full, create: full, makeFolder: full } }
    expect(retentionOf(broken, await load(broken))).toMatchObject([{ missing: 'ENOSPC' }])
  })

  test('is not told without logs, nor of the sample', async () => {
    const empty = hostOf(temporaryHome())
    expect(retentionOf(empty, await load(empty))).toEqual([])
    expect(await factOf({}, { demo: true })).toBeUndefined()
  })
})

describe('the line under a report', () => {
  const lineOf = async (home: string, flags: RawFlags = {}, at = now) => {
    const host = hostOf(home, at)
    return announcementOf(host, await load(host, flags))
  }

  test('is said once a week, for a setting that is short', async () => {
    const home = homeOf()
    expect(await lineOf(home)).toContain("deletes logs after 30 days; tokusage's history keeps what it read")
    expect(await lineOf(home)).toBeUndefined()
    expect(await lineOf(home, {}, now + 6 * DAY)).toBeUndefined()
    expect(await lineOf(home, {}, now + 7 * DAY)).toContain('deletes logs')
  })

  test('is said again after the clock was set back', async () => {
    const home = homeOf()
    await lineOf(home)
    expect(await lineOf(home, {}, now - DAY)).toContain('deletes logs')
  })

  test.each([
    ['long, all in the history', { settings: { cleanupPeriodDays: 365 }, age: 360 }, {}, undefined],
    ['long, nothing due', { settings: { cleanupPeriodDays: 365 } }, { index: false }, undefined],
    [
      'long, but due and nowhere else',
      { settings: { cleanupPeriodDays: 365 }, age: 360 },
      { index: false },
      /365 days; the history lacks them/,
    ],
    ['short and nowhere else', {}, { index: false }, /30 days; the history lacks them/],
  ] as const)('for a setting that is %s', async (_, setup, flags, expected) => {
    const line = await lineOf(homeOf(setup), flags)
    if (expected === undefined) expect(line).toBeUndefined()
    else expect(line).toMatch(expected)
  })

  test('is not said where it cannot be remembered', async () => {
    const host = hostOf(homeOf())
    const readOnly = {
      ...host,
      writeText() {
        throw Object.assign(new Error('read only'), { code: 'EROFS' })
      },
    }
    const loaded = await load(readOnly)
    expect(announcementOf(readOnly, loaded)).toBeUndefined()
    expect(announcementOf(host, loaded)).toContain('deletes logs')
  })
})
