/** The journal of limits: what is kept, what says nothing new, many writers, and thinning that loses nobody's line. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LimitReading, limitKey, limitLine, rootMark } from '../../src/core/limit.ts'
import type { Host } from '../../src/host/host.ts'
import {
  appendReadings,
  compactJournal,
  forgetSessions,
  keepReadings,
  limitsPath,
  readJournal,
} from '../../src/store/limits.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const now = Date.UTC(2026, 10, 20, 12)

const reading = (at: number, usedPercent: number, more: Partial<LimitReading> = {}): LimitReading => ({
  agent: 'lamp',
  at,
  limit: undefined,
  minutes: 300,
  usedPercent,
  resetsAt: now + 60 * MINUTE,
  session: 's1',
  plan: undefined,
  profile: undefined,
  ...more,
})

const freshHost = (): Host => makeHost({ home: temporaryHome(), now })

const textOf = (host: Host): string => readFileSync(limitsPath(host), 'utf8')
const kept = (host: Host) => readJournal(host, 0).readings.map(({ at, usedPercent }) => [at, usedPercent])

describe('appending', () => {
  it('makes the folder, for the user alone, and gives back what it was given', () => {
    const host = freshHost()
    const whole = reading(now, 12.5, { limit: 'mini', plan: 'plus', profile: 'work' })
    expect(appendReadings(host, [whole, reading(now, 3, { minutes: undefined, resetsAt: undefined })])).toBe(true)
    expect(readJournal(host, 0)).toEqual({
      readings: [whole, reading(now, 3, { minutes: undefined, resetsAt: undefined })],
      broken: 0,
    })
    expect(statSync(limitsPath(host)).mode & 0o777).toBe(0o600)
  })

  it('keeps a reading only where less was known to be used at its time', () => {
    const host = freshHost()
    appendReadings(host, [reading(now, 20)])
    appendReadings(host, [
      reading(now + 5, 20),
      reading(now + 5, 12, { session: 's2' }),
      reading(now + 5, 21),
      reading(now - 5, 12),
    ])
    expect(kept(host)).toEqual([
      [now, 20],
      [now - 5, 12],
      [now + 5, 21],
    ])
  })

  it('tells limits, accounts and windows apart, though servers round resets', () => {
    const host = freshHost()
    const others = [
      reading(now, 5, { minutes: 10080 }),
      reading(now, 5, { limit: 'mini' }),
      reading(now, 5, { profile: 'work' }),
      reading(now, 5, { agent: 'fan' }),
      reading(now, 5, { resetsAt: now + 70 * MINUTE }),
    ]
    appendReadings(host, [reading(now, 20)])
    appendReadings(host, [...others, reading(now + 1, 5, { resetsAt: now + 61 * MINUTE, session: 's2' })])
    expect(readJournal(host, 0).readings).toEqual([reading(now, 20), ...others])
  })

  it('keeps what a session is told less than before: points were taken back', () => {
    const host = freshHost()
    const story = [reading(now, 97), reading(now + 1, 98, { session: 's2' }), reading(now + 2, 19)]
    appendReadings(host, story)
    appendReadings(host, [...story, reading(now + 3, 19)])
    expect(kept(host)).toEqual([
      [now, 97],
      [now + 1, 98],
      [now + 2, 19],
    ])
  })

  it('hands out those of the folder of logs that is read here, and of accounts with a name', () => {
    const host = freshHost()
    const [here, work, elsewhere] = ['', '/work', '/other'].map(value => rootMark('LAMP_HOME', value))
    appendReadings(
      host,
      [here, work, elsewhere].map((root, n) => reading(now, n + 1, { root })),
    )
    const names = new Map([[work ?? '', 'work']])
    expect(readJournal(host, 0, names).readings).toEqual([reading(now, 1), reading(now, 2, { profile: 'work' })])
  })

  it('forgets which session was told', () => {
    const host = freshHost()
    appendReadings(host, [reading(now, 20)])
    appendFileSync(limitsPath(host), 'not ours\n')
    forgetSessions(host)
    expect(textOf(host)).not.toContain('s1')
    expect(textOf(host)).toContain('not ours')
    expect(readJournal(host, 0).readings).toEqual([reading(now, 20, { session: undefined })])
    forgetSessions(freshHost())
  })

  it('does not take figures without a reset for one window for ever', () => {
    const host = freshHost()
    const resetsAt = undefined
    appendReadings(host, [reading(0, 50, { resetsAt }), reading(5, 40, { resetsAt }), reading(DAY, 3, { resetsAt })])
    expect(kept(host)).toEqual([
      [0, 50],
      [DAY, 3],
    ])
  })

  it('writes nothing where there is nothing to say', () => {
    const host = freshHost()
    expect(appendReadings(host, [])).toBe(true)
    expect(appendReadings(host, [reading(Number.NaN, 3), reading(now, Number.POSITIVE_INFINITY)])).toBe(true)
    expect(existsSync(limitsPath(host))).toBe(false)
  })

  it('begins a line of its own behind one that a crash cut off', () => {
    const host = freshHost()
    appendReadings(host, [reading(now, 1)])
    appendFileSync(limitsPath(host), '[17,"la')
    appendReadings(host, [reading(now, 2)])
    expect(readJournal(host, 0)).toEqual({ readings: [reading(now, 1), reading(now, 2)], broken: 1 })
  })

  it('knows what stands far before the end of a long journal', () => {
    const host = freshHost()
    appendReadings(host, [reading(now, 20)])
    const others = Array.from({ length: 2000 }, (_, n) => limitLine(reading(now, 1, { limit: `other ${n}` })))
    appendFileSync(limitsPath(host), others.join(''))
    const before = textOf(host)
    appendReadings(host, [reading(now, 20), reading(now + 1, 19, { session: 's2' })])
    expect(textOf(host)).toBe(before)
    appendReadings(host, [reading(now + 1, 21)])
    expect(textOf(host)).toBe(before + limitLine(reading(now + 1, 21)))
  })

  it('says so where nothing can be kept', () => {
    const home = temporaryHome({ file: '' })
    const host = makeHost({ home, now, env: { TOKUSAGE_HOME: join(home, 'file', 'data') } })
    expect(appendReadings(host, [reading(now, 1)])).toBe(false)
    expect(keepReadings(host, [reading(now, 1)])).toBe(false)
    expect(readJournal(host, 0)).toEqual({ readings: [], broken: 0 })
  })
})

const someReading = fc
  .record({
    at: fc.integer({ min: 0, max: 20 }),
    usedPercent: fc.integer({ min: 0, max: 12 }),
    minutes: fc.constantFrom(300, 10080, undefined),
    window: fc.constantFrom(0, 1, 90, 180, 600, undefined),
    // Old ones may be thinned out.
    age: fc.constantFrom(0, 100 * DAY),
  })
  .map(({ at, usedPercent, minutes, window, age }) =>
    reading(now - age + at, usedPercent, {
      minutes,
      resetsAt: window === undefined ? undefined : now - age + window * 1000,
    }),
  )

/** The most that is known to be used, for each limit and reset; of old windows within the five points that thinning leaves. */
const highest = (readings: readonly LimitReading[]): Map<string, number> => {
  const found = new Map<string, number>()
  for (const one of readings) {
    const key = `${limitKey(one)} ${one.resetsAt}`
    found.set(key, Math.max(found.get(key) ?? 0, one.usedPercent))
  }
  return found
}

describe('laws', () => {
  const lists = fc.array(someReading, { maxLength: 25 })

  it('the same readings twice change nothing', () => {
    fc.assert(
      fc.property(lists, fc.shuffledSubarray([0, 1, 2, 3]), (readings, cuts) => {
        const host = freshHost()
        appendReadings(host, readings)
        const before = readings.length > 0 ? textOf(host) : ''
        appendReadings(host, readings)
        for (const cut of cuts) appendReadings(host, readings.slice(cut))
        expect(readings.length > 0 ? textOf(host) : '').toBe(before)
      }),
      { numRuns: 60 },
    )
  })

  it('also where resets wander, and readings are so old that they may be thinned', () => {
    const host = freshHost()
    const start = now - 100 * DAY
    const wandering = [1, 4, 3].map((percent, n) => reading(start + n, percent, { resetsAt: start + n * 90_000 }))
    appendReadings(host, wandering)
    const before = textOf(host)
    appendReadings(host, wandering)
    expect(textOf(host)).toBe(before)
  })

  it('what was known of a reset is never lost, in whatever parts it comes', () => {
    fc.assert(
      fc.property(lists, lists, (first, second) => {
        const host = freshHost()
        appendReadings(host, first)
        appendReadings(host, second)
        const { readings } = readJournal(host, 0)
        for (const [key, most] of highest([...first, ...second])) {
          const [limit, reset] = [key.slice(0, key.lastIndexOf(' ')), Number(key.slice(key.lastIndexOf(' ') + 1))]
          // A reset that differs by less than two minutes is the same window.
          const own = readings.filter(one =>
            limitKey(one) !== limit
              ? false
              : Number.isNaN(reset)
                ? one.resetsAt === undefined
                : Math.abs((one.resetsAt ?? 0) - reset) < 120_000,
          )
          expect(Math.max(...own.map(({ usedPercent }) => usedPercent))).toBeGreaterThan(most - 5)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('reading', () => {
  it('leaves out what is older than asked for, and counts what is no reading', () => {
    const host = freshHost()
    appendReadings(host, [reading(now - DAY, 1, { resetsAt: now - DAY }), reading(now, 2)])
    appendFileSync(limitsPath(host), `\nnonsense\n{"__proto__":1}\n[${now},2,3]\n[null,"lamp",null,300,4]\n[1,2,3]\n`)
    const { readings, broken } = readJournal(host, now)
    expect(readings).toEqual([reading(now, 2)])
    expect(broken).toBe(4)
  })

  it('hands out once what two wrote at once', () => {
    const host = freshHost()
    appendReadings(host, [reading(now, 2)])
    appendFileSync(limitsPath(host), limitLine(reading(now, 2)))
    expect(kept(host)).toEqual([[now, 2]])
  })
})

/** Windows of five hours, each filled point by point to `top`; `age` days ago the first one. */
const windows = (count: number, age: number, top: number): LimitReading[] =>
  Array.from({ length: count }, (_, window) => {
    const start = now - age * DAY + window * 300 * MINUTE
    return Array.from({ length: top + 1 }, (_, point) =>
      reading(start + point * MINUTE, point, { resetsAt: start + 300 * MINUTE }),
    )
  }).flat()

const fill = (host: Host, readings: readonly LimitReading[], more = ''): void => {
  mkdirSync(join(limitsPath(host), '..'), { recursive: true })
  writeFileSync(limitsPath(host), readings.map(limitLine).join('') + more)
}

describe('thinning', () => {
  const old = windows(250, 200, 87)
  const recent = windows(4, 10, 99)

  it('keeps of old windows the first of each five points and the fullest, of recent ones all', () => {
    const host = freshHost()
    fill(host, [...old, ...recent], 'of a later version\n')
    expect(statSync(limitsPath(host)).size).toBeGreaterThan(1 << 20)
    expect(compactJournal(host)).toBe(true)
    const { readings, broken } = readJournal(host, 0)
    const first = readings.filter(({ resetsAt }) => resetsAt === old[0]?.resetsAt)
    const steps = Array.from({ length: 18 }, (_, n) => n * 5)
    expect(first.map(({ usedPercent }) => usedPercent)).toEqual([...steps, 87])
    expect(readings.slice(-recent.length)).toEqual(recent)
    expect(readings).toHaveLength(250 * 19 + recent.length)
    expect(broken).toBe(1)
    expect(existsSync(`${limitsPath(host)}.old`)).toBe(false)
    expect(existsSync(`${limitsPath(host)}.lock`)).toBe(false)
    expect(statSync(limitsPath(host)).mode & 0o777).toBe(0o600)
  })

  it('does not let in again from the logs what was thinned out', () => {
    const host = freshHost()
    keepReadings(host, [...old, ...recent])
    expect(statSync(limitsPath(host)).size).toBeLessThan(1 << 20)
    const before = textOf(host)
    appendReadings(host, [...old, ...recent])
    expect(textOf(host)).toBe(before)
  })

  it('leaves a small journal and one of recent readings as they are', () => {
    const host = freshHost()
    fill(host, windows(5, 200, 50))
    expect(compactJournal(host)).toBe(false)
    const many = windows(250, 55, 90)
    fill(host, many)
    expect(compactJournal(host)).toBe(false)
    expect(readJournal(host, 0).readings).toHaveLength(many.length)
  })

  const late = reading(now, 55, { limit: 'late' })

  it.each(['read', 'write', 'link', 'rename'] as const)('keeps a line that is added behind its %s', step => {
    const host = freshHost()
    fill(host, old)
    let isAdded = false
    const add = (): void => {
      if (!isAdded) appendFileSync(limitsPath(host), limitLine(late))
      isAdded = true
    }
    const { disk } = host
    const behind = <A extends readonly unknown[], R>(name: typeof step, run: (...of: A) => R) => {
      return (...of: A): R => {
        const answer = run(...of)
        // The first reading is of what an earlier crash may have left.
        if (name === step && !(name === 'read' && `${of[0]}`.endsWith('.old'))) add()
        return answer
      }
    }
    const busy: Host = {
      ...host,
      disk: {
        ...disk,
        read: behind('read', disk.read),
        write: behind('write', disk.write),
        link: behind('link', disk.link),
        rename: behind('rename', disk.rename),
      },
    }
    expect(compactJournal(busy)).toBe(true)
    expect(isAdded).toBe(true)
    const { readings } = readJournal(host, 0)
    expect(readings.filter(({ limit }) => limit === 'late')).toEqual([late])
    expect(readings).toHaveLength(250 * 19 + 1)
  })

  it('carries over what a crash left under the second name', () => {
    const host = freshHost()
    fill(host, recent)
    writeFileSync(`${limitsPath(host)}.old`, recent.slice(0, 3).map(limitLine).join('') + limitLine(late))
    compactJournal(host)
    expect(readJournal(host, 0).readings).toEqual([...recent, late])
    expect(existsSync(`${limitsPath(host)}.old`)).toBe(false)
  })

  it('stays as it is where a file can have no second name', () => {
    const host = freshHost()
    fill(host, old)
    const link = (): never => {
      throw new Error('EPERM')
    }
    expect(compactJournal({ ...host, disk: { ...host.disk, link } })).toBe(false)
    expect(readJournal(host, 0).readings).toHaveLength(old.length)
    expect(compactJournal(host)).toBe(true)
  })

  it('leaves it to another that is at it', () => {
    const host = freshHost()
    fill(host, old)
    writeFileSync(`${limitsPath(host)}.lock`, `${process.ppid} x`)
    const early = { ...host, now: () => statSync(`${limitsPath(host)}.lock`).mtimeMs }
    expect(compactJournal(early)).toBe(false)
  })
})
