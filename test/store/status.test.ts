/** The file of the status line's figures, and the lock of those who make it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { STATUS_VERSION, type StatusSnapshot } from '../../src/core/status.ts'
import {
  dropStatus,
  isStatusKey,
  readStatus,
  statusFolder,
  statusLockPath,
  statusPath,
  takeStatusLock,
  writeStatus,
} from '../../src/store/status.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'

const sum = { usd: 1, tokens: 2, unpricedTokens: 0 }

const snapshot: StatusSnapshot = {
  status: STATUS_VERSION,
  version: '1.2.3',
  at: 5,
  tookMs: 9,
  timeZone: 'UTC',
  zone: { offsetMs: 0 },
  dayStartAt: 0,
  dayEndAt: 86_400_000,
  today: sum,
  week: sum,
  sessions: {},
  blocks: [],
  highest: {},
  highestAt: 5,
  burn: { usdPerHour: 0, tokensPerMinute: 0, tokensPerMinuteForIndicator: 0, bars: [] },
  limits: [],
  models: {},
  unpricedModels: [],
  view: {
    template: undefined,
    theme: 'default',
    emoji: true,
    color: undefined,
    visualBurnRate: 'off',
    costSource: 'auto',
    contextLow: 50,
    contextMedium: 80,
    refreshInterval: 10,
    noCost: false,
    modelLabels: {},
  },
}

const hostOf = (now = Date.now()) => makeHost({ home: temporaryHome({}), now })

it('is read as it was written', () => {
  const host = hostOf()
  expect(readStatus(host, 'default')).toBeUndefined()
  expect(writeStatus(host, 'default', snapshot)).toBe(true)
  expect(readStatus(host, 'default')).toEqual(JSON.parse(JSON.stringify(snapshot)))
})

it('counts for nothing when it is damaged or of another version', () => {
  const host = hostOf()
  writeStatus(host, 'default', snapshot)
  const text = readFileSync(statusPath(host, 'default'), 'utf8')
  for (const damaged of [
    text.slice(0, 40),
    '',
    'null',
    '[]',
    text.replace(`"status":${STATUS_VERSION}`, '"status":1'),
  ]) {
    writeFileSync(statusPath(host, 'default'), damaged)
    expect(readStatus(host, 'default')).toBeUndefined()
  }
})

it('takes no path for a key', () => {
  expect(['default', 'x1z9', '', '../evil', 'A', 'a.b', 'a'.repeat(17)].map(isStatusKey)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})

it('sweeps away what nobody used for a week', () => {
  const host = hostOf()
  writeStatus(host, 'old', snapshot)
  const later = { ...host, now: () => Date.now() + 8 * 86_400_000 }
  writeStatus(later, 'new', snapshot)
  // Both were written just now, so to that clock both are old: the next writing leaves what it has just written to the one after.
  expect(readdirSync(statusFolder(host))).toEqual([])
})

it('leaves a lock alone that is another refresh by then', () => {
  const host = hostOf()
  const giveBack = takeStatusLock(host, 'default')
  expect(readFileSync(statusLockPath(host, 'default'), 'utf8')).toBe(`${process.pid}`)
  writeFileSync(statusLockPath(host, 'default'), '1')
  giveBack()
  expect(readdirSync(statusFolder(host))).toEqual(['default.lock'])
  takeStatusLock(host, 'default')()
  expect(readdirSync(join(statusFolder(host)))).toEqual([])
})

it('goes where something was forgotten, and the lock stays', () => {
  const host = hostOf()
  writeStatus(host, 'default', snapshot)
  const giveBack = takeStatusLock(host, 'default')
  dropStatus(host)
  expect(readdirSync(statusFolder(host))).toEqual(['default.lock'])
  giveBack()
})
