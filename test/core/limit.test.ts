/** Which of two readings says more, and lines of the journal. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  isFresher,
  isSameWindow,
  type LimitReading,
  latestReadings,
  limitLine,
  ownReading,
  readLimitLine,
  rootMark,
} from '../../src/core/limit.ts'

const HOUR = 3_600_000
const now = Date.UTC(2026, 10, 20, 12)

const reading = (parts: Partial<LimitReading> = {}): LimitReading => ({
  agent: 'ember',
  at: now,
  limit: undefined,
  minutes: 300,
  usedPercent: 40,
  resetsAt: now + HOUR,
  session: undefined,
  plan: undefined,
  profile: undefined,
  root: undefined,
  ...parts,
})

it('in a window the higher one is fresher, whenever it was shown', () => {
  const idle = reading({ at: now + 1000, usedPercent: 20 })
  expect(isFresher(idle, reading())).toBe(false)
  expect(isFresher(reading(), idle)).toBe(true)
})

it('of two windows the one that resets later is fresher, also when it is emptier', () => {
  const next = reading({ usedPercent: 1, resetsAt: now + 6 * HOUR })
  expect(isFresher(next, reading())).toBe(true)
  expect(isFresher(reading({ usedPercent: 99 }), next)).toBe(false)
})

it('of two windows that are open at once the later word counts: another account', () => {
  const before = reading({ usedPercent: 97, resetsAt: now + 100 * HOUR })
  const after = reading({ at: now + 1, usedPercent: 5, resetsAt: now + 80 * HOUR })
  expect(latestReadings([before, after])).toEqual([after])
  expect(latestReadings([after, before])).toEqual([after])
  // What was over when it was said is nobody's current window.
  const late = reading({ at: now + 2 * HOUR, usedPercent: 99, resetsAt: now + HOUR })
  expect(latestReadings([reading({ resetsAt: now + 5 * HOUR }), late])).toMatchObject([{ usedPercent: 40 }])
})

it('points that a session is told were taken back count, whatever others were told before', () => {
  const at = (minutes: number, session: string, usedPercent: number) =>
    reading({ at: now + minutes * 60_000, session, usedPercent })
  const story = [at(0, 'a', 97), at(1, 'b', 98), at(2, 'a', 19)]
  expect(latestReadings(story)).toEqual([story[2]])
  expect(latestReadings([...story].reverse())).toEqual([story[2]])
  expect(latestReadings([...story, at(3, 'b', 21)])).toMatchObject([{ usedPercent: 21 }])
  expect(latestReadings([at(0, 'a', 97), at(1, 'c', 40)])).toMatchObject([{ usedPercent: 97 }])
})

it('belongs to the logs of the folder it was told for', () => {
  const env = (value?: string) => (name: string) => (name === 'EMBER_HOME' ? value : undefined)
  const marked = reading({ root: rootMark('EMBER_HOME', '/work') })
  expect(ownReading(marked, env('/work'))).toEqual(reading())
  expect(ownReading(marked, env('/home'))).toBeUndefined()
  expect(ownReading(marked, env())).toBeUndefined()
  expect(ownReading(reading({ root: rootMark('EMBER_HOME', undefined) }), env(''))).toEqual(reading())
  expect(ownReading(reading(), env('/work'))).toEqual(reading())
})

it('a reset that is rounded differently is the same', () => {
  expect(isSameWindow(reading(), reading({ resetsAt: now + HOUR + 59_000 }))).toBe(true)
  expect(isSameWindow(reading(), reading({ resetsAt: now + 2 * HOUR }))).toBe(false)
  expect(isSameWindow(reading(), reading({ minutes: 10_080 }))).toBe(false)
})

it('without a reset the later one counts', () => {
  const [early, late] = [
    reading({ resetsAt: undefined }),
    reading({ at: now + 1, usedPercent: 1, resetsAt: undefined }),
  ]
  expect(latestReadings([early, late])).toEqual([late])
  expect(latestReadings([late, early])).toEqual([late])
})

it('each limit of each agent and account has its own', () => {
  const all = [
    reading(),
    reading({ agent: 'flint' }),
    reading({ profile: 'work' }),
    reading({ limit: 'extra' }),
    reading({ minutes: undefined }),
  ]
  expect(latestReadings([...all, ...all])).toEqual(all)
})

const anyReading: fc.Arbitrary<LimitReading> = fc.record({
  agent: fc.string(),
  at: fc.integer({ min: 0, max: 4e12 }),
  limit: fc.option(fc.string(), { nil: undefined }),
  minutes: fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: undefined }),
  usedPercent: fc.double({ min: 0, max: 200, noNaN: true }),
  resetsAt: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
  session: fc.option(fc.string(), { nil: undefined }),
  plan: fc.option(fc.string(), { nil: undefined }),
  profile: fc.option(fc.string(), { nil: undefined }),
  root: fc.option(fc.string(), { nil: undefined }),
})

it('a line of the journal is one line, and says all of it', () => {
  fc.assert(
    fc.property(anyReading, one => {
      const line = limitLine(one)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(readLimitLine(line)).toEqual({ ...one, usedPercent: one.usedPercent + 0 })
    }),
  )
})

it.each(['', '[', '{}', 'null', '[1,2,3]', '["x","a",null,1,2]', '[1,"a",null,300,"40"]'])(
  '%s is no line of it',
  text => {
    expect(readLimitLine(text)).toBeUndefined()
  },
)
