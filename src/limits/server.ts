/** Windows as servers count them: the latest of each limit, held against the clock, the logs and the windows before it. */
import { isFresher, isSameWindow, type LimitReading, latestReadings, limitKey } from '../core/limit.ts'
import { type LimitProjection, MICRO, type ServerWindow } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { pointCurve, type ReadWindow, readWindows, tokenCurves } from './curves.ts'
import { ENOUGH_WINDOWS, recentWindows, usedAfter, type WindowCurve } from './predict.ts'
import { elapsedPercentOf, project } from './project.ts'
import { risesOf } from './rises.ts'
import { accountKey, between, sumOfEntries } from './sums.ts'

const MINUTE = 60_000
/** What a window had at its first reading is of an unknown time: up to this many points that does not matter. */
const EARLY_POINTS = 5

export interface ServerRequest {
  readonly readings: readonly LimitReading[]
  /** By account, each account's by time. */
  readonly entries: ReadonlyMap<string, readonly PricedEntry[]>
  /** Epoch ms. */
  readonly now: number
}

/** A limit's latest window with what tells its story. */
export interface KnownWindow {
  readonly window: ServerWindow
  /** Undefined where no reset was said. */
  readonly read: ReadWindow | undefined
}

export const serverWindows = ({ readings, entries, now }: ServerRequest): KnownWindow[] => {
  const windows = readWindows(readings)
  return latestReadings(readings).map(latest => {
    const own = windows.filter(({ key }) => key === limitKey(latest))
    const read = own.reduce<ReadWindow | undefined>((last, one) => later(last, one), undefined)
    const local = entries.get(accountKey(latest)) ?? []
    return {
      window: knownWindow(
        { ...latest, at: lastSaid(latest, readings) },
        { read, past: own.filter(one => one !== read), local, now },
      ),
      read,
    }
  })
}

/** Epoch ms of the last time that the server said this. */
const lastSaid = (latest: LimitReading, readings: readonly LimitReading[]): number =>
  readings.reduce(
    (at, one) => (one.usedPercent === latest.usedPercent && isSameWindow(one, latest) && one.at > at ? one.at : at),
    latest.at,
  )

const later = (a: ReadWindow | undefined, b: ReadWindow): ReadWindow =>
  a !== undefined && !isFresher(b.readings.at(-1)!, a.readings.at(-1)!) ? a : b

interface Story {
  readonly read: ReadWindow | undefined
  /** The windows of this limit before it. */
  readonly past: readonly ReadWindow[]
  /** The account's entries by time. */
  readonly local: readonly PricedEntry[]
  readonly now: number
}

const knownWindow = (latest: LimitReading, story: Story): ServerWindow => {
  const { read, local, now } = story
  const { agent, profile, limit, plan, minutes, at, usedPercent, resetsAt } = latest
  const startAt = minutes === undefined || resetsAt === undefined ? undefined : resetsAt - minutes * MINUTE
  const isReset = resetsAt !== undefined && resetsAt <= now
  const elapsedPercent = isReset ? undefined : elapsedPercentOf(startAt, resetsAt, now)
  return {
    basis: 'server',
    agent,
    profile,
    limit,
    plan,
    minutes,
    startAt,
    endAt: resetsAt,
    usedPercent: isReset ? undefined : usedPercent,
    elapsedPercent,
    pace: elapsedPercent === undefined ? undefined : usedPercent - elapsedPercent,
    local: sumOfEntries(startAt === undefined ? [] : between(local, startAt - 1, Math.min(now, resetsAt ?? now))),
    projection: isReset ? undefined : projectionOf(story),
    readAt: at,
    readPercent: usedPercent,
    isReset,
    unexplained: (read === undefined ? 0 : (risesOf(read, local)?.unexplained ?? 0)) / MICRO,
  }
}

const projectionOf = ({ read, past, local, now }: Story): LimitProjection | undefined => {
  const curve = read && pointCurve(read)
  if (!curve) return undefined
  const elapsedMs = now - curve.startAt
  const told = past.filter(one => isKnownAt(one, elapsedMs)).flatMap(one => pointCurve(one) ?? [])
  const known = recentWindows(told, now)
  const common = { unit: 'points' as const, curve, limit: 100, now }
  if (known.length >= ENOUGH_WINDOWS) return project({ ...common, past: known, isConverted: false })
  const converted = convertedPast(curve, local, now)
  return project({ ...common, past: converted.length >= ENOUGH_WINDOWS ? converted : known, isConverted: true })
}

/** Whether it is known what a past window had used by then. */
const isKnownAt = ({ startAt, readings }: ReadWindow, afterMs: number): boolean => {
  const first = readings[0]
  return first !== undefined && (first.usedPercent <= EARLY_POINTS || first.at - (startAt ?? first.at) <= afterMs)
}

/** Where few windows were read in points, those cut from the logs stand for them, at the points that a token took in this one. */
const convertedPast = (curve: WindowCurve, local: readonly PricedEntry[], now: number): WindowCurve[] => {
  const { startAt, endAt } = curve
  const tokens = sumOfEntries(between(local, startAt - 1, now)).tokens
  const points = usedAfter(curve, now - startAt)
  if (tokens === 0 || points === 0) return []
  const before = between(local, Number.NEGATIVE_INFINITY, startAt - 1)
  return recentWindows(tokenCurves(before, endAt - startAt), now).map(one => ({
    ...one,
    points: one.points.map(({ afterMs, used }) => ({ afterMs, used: Math.min(100, (used * points) / tokens) })),
  }))
}
