/** Windows as servers count them: the latest of each limit, held against the clock, the logs and the windows before it. */
import { isSameWindow, type LimitReading, latestReadings, limitKey } from '../core/limit.ts'
import { type LimitProjection, MICRO, type ServerWindow } from '../core/limits.ts'
import type { PricedEntry } from '../core/summary.ts'
import { pointCurve, type ReadWindow, readWindows } from './curves.ts'
import { type Filled, fill, windowsSoFar } from './fill.ts'
import { ENOUGH_WINDOWS, recentWindows, usedAfter, type WindowCurve } from './predict.ts'
import { elapsedPercentOf, project } from './project.ts'
import { type Rises, risesOf } from './rises.ts'
import { accountKey, between, lengthOf, sumOfEntries } from './sums.ts'

const MINUTE = 60_000
/** What a window had at its first reading is of an unknown time: up to this many points that does not matter. */
const EARLY_POINTS = 5

export interface ServerRequest {
  readonly readings: readonly LimitReading[]
  /** By account, each account's by time. */
  readonly entries: ReadonlyMap<string, readonly PricedEntry[]>
  /** What is known of the time before the entries, by account and minutes. */
  readonly before: (account: string, minutes: number) => Filled
  /** Whether it is asked what used the points. */
  readonly explains: boolean
  /** Epoch ms. */
  readonly now: number
}

/** A limit's latest window with what tells its story. */
export interface KnownWindow {
  readonly window: ServerWindow
  /** Undefined where no reset was said. */
  readonly read: ReadWindow | undefined
  readonly rises: Rises | undefined
  /** Epoch ms: now, or its end where it is over. */
  readonly until: number
}

export const serverWindows = ({ readings, entries, before, explains, now }: ServerRequest): KnownWindow[] => {
  const windows = readWindows(readings)
  return latestReadings(readings).map(latest => {
    const account = accountKey(latest)
    const own = windows.filter(({ key }) => key === limitKey(latest))
    const read = own.findLast(one => one.readings.some(reading => isSameWindow(reading, latest)))
    const past = own.filter(one => one !== read)
    const local = entries.get(account) ?? []
    const rises = explains && read ? risesOf(read, local, past) : undefined
    const story = { read, past, local, now, rises, before: before(account, latest.minutes ?? 0) }
    return { window: knownWindow(latest, story), read, rises, until: Math.min(now, read?.endAt ?? now) }
  })
}

interface Story {
  readonly read: ReadWindow | undefined
  /** The other windows of this limit. */
  readonly past: readonly ReadWindow[]
  readonly rises: Rises | undefined
  /** The account's entries by time, and what is known of the time before them. */
  readonly local: readonly PricedEntry[]
  readonly before: Filled
  readonly now: number
}

const knownWindow = (latest: LimitReading, story: Story): ServerWindow => {
  const { local, now, rises } = story
  const { agent, profile, limit, plan, minutes, at, usedPercent, resetsAt } = latest
  const startAt = minutes === undefined || resetsAt === undefined ? undefined : resetsAt - minutes * MINUTE
  const isReset = isOver(latest, now)
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
    local:
      startAt === undefined ? undefined : sumOfEntries(between(local, startAt - 1, Math.min(now, resetsAt ?? now))),
    projection: isReset ? undefined : projectionOf(latest, story),
    readAt: at,
    readPercent: usedPercent,
    isReset,
    unexplained: rises && rises.unexplained / MICRO,
    isByPrice: rises?.isByPrice ?? false,
  }
}

/** Where no reset was said, a window is over for certain when it could not be longer. */
const isOver = ({ at, minutes, resetsAt }: LimitReading, now: number): boolean =>
  resetsAt !== undefined ? resetsAt <= now : minutes !== undefined && at + minutes * MINUTE <= now

const projectionOf = ({ usedPercent }: LimitReading, story: Story): LimitProjection | undefined => {
  const { read, past, now } = story
  const told = read && pointCurve(read)
  if (!told) return undefined
  // A server that took points back starts from fewer.
  const curve = { ...told, points: told.points.map(one => ({ ...one, used: Math.min(one.used, usedPercent) })) }
  const elapsedMs = now - curve.startAt
  const known = recentWindows(
    past.filter(one => isKnownAt(one, elapsedMs)).flatMap(one => pointCurve(one) ?? []),
    now,
  )
  const common = { unit: 'points' as const, curve, limit: 100, now }
  if (known.length >= ENOUGH_WINDOWS) return project({ ...common, past: known, isConverted: false })
  const converted = convertedPast(curve, story)
  return project({ ...common, past: converted.length >= ENOUGH_WINDOWS ? converted : known, isConverted: true })
}

/** Whether it is known what a past window had used by then. */
const isKnownAt = ({ startAt, readings }: ReadWindow, afterMs: number): boolean => {
  const first = readings[0]
  return first !== undefined && (first.usedPercent <= EARLY_POINTS || first.at - (startAt ?? first.at) <= afterMs)
}

/** Where few windows were read in points, those cut from the logs stand for them, at the points that a token took in this one. */
const convertedPast = (curve: WindowCurve, { local, before, now }: Story): WindowCurve[] => {
  const { startAt, endAt } = curve
  const tokens = sumOfEntries(between(local, startAt - 1, now)).tokens
  const points = usedAfter(curve, now - startAt)
  if (tokens === 0 || points === 0) return []
  const request = { length: lengthOf((endAt - startAt) / MINUTE), now, resetAt: Number.NEGATIVE_INFINITY }
  const entries = between(local, Number.NEGATIVE_INFINITY, startAt - 1)
  return windowsSoFar(fill(before, entries, request), request).past.map(one => ({
    ...one,
    points: one.points.map(({ afterMs, used }) => ({ afterMs, used: Math.min(100, (used * points) / tokens) })),
  }))
}
