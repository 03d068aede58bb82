/**
 * Which reading of a limit is shown, and which are new to the journal. Every session hands over what the server told it last: an idle one
 * hours ago. So all sessions share what they were told, and the freshest counts.
 */
import { isSameWindow, type LimitReading, latestReadings, ownReading, readLimitLine } from '../core/limit.ts'
import type { LineInput } from './input.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A reading from the future by more than this is none. */
const AHEAD_MS = 300_000
/** Limits on spending are counted by the month. */
const SPENDING_MS = 62 * DAY_MS
const PERCENT_MOST = 1000
/** Ids are shorter; the journal keeps no essays. */
const ID_MOST = 100

const lengthOf = (minutes: number | undefined): number => (minutes === undefined ? SPENDING_MS : minutes * 60_000)

/** One false reading that claims to reset in a hundred years would be the freshest until then. */
const isSane = ({ at, usedPercent, minutes, resetsAt = 0 }: LimitReading, now: number): boolean =>
  usedPercent >= 0 &&
  usedPercent <= PERCENT_MOST &&
  at <= now + AHEAD_MS &&
  resetsAt <= now + lengthOf(minutes) + HOUR_MS

/** What a session was told of a window, and when it was first told so. */
export interface Told {
  readonly minutes: number | undefined
  readonly usedPercent: number
  readonly resetsAt: number | undefined
  /** Epoch ms. */
  readonly at: number
}

const isSaidAgain = (reading: LimitReading, told: Told): boolean =>
  reading.minutes === told.minutes &&
  reading.usedPercent === told.usedPercent &&
  isSameWindow(reading, { ...reading, resetsAt: told.resetsAt })

export interface OwnParts {
  readonly agent: string
  /** The mark of the agent's root. */
  readonly root: string
  /** What the session was told before. */
  readonly told: readonly Told[]
  /** Epoch ms. */
  readonly now: number
}

/** What this session was told, each as of when it was told so first: an idle session hands the same over for hours. */
export const ownReadings = (input: LineInput | undefined, { agent, root, told, now }: OwnParts): LimitReading[] => {
  const session = input?.session !== undefined && input.session.length <= ID_MOST ? input.session : undefined
  return (input?.limits ?? [])
    .map(({ minutes, usedPercent, resetsAt }) => {
      const reading = { agent, at: now, minutes, usedPercent, resetsAt, session, root }
      const before = told.find(one => isSaidAgain(reading, one))
      return before ? { ...reading, at: Math.min(before.at, now) } : reading
    })
    .filter(reading => isSane(reading, now))
}

/** What is to be remembered of a session; undefined where that is remembered already. */
export const toldNow = (own: readonly LimitReading[], told: readonly Told[]): readonly Told[] | undefined => {
  const isKnown =
    own.length === told.length &&
    own.every(reading => told.some(one => one.at === reading.at && isSaidAgain(reading, one)))
  return isKnown
    ? undefined
    : own.map(({ minutes, usedPercent, resetsAt, at }) => ({ minutes, usedPercent, resetsAt, at }))
}

/** Whatever lies in the file of a session: undefined for what is no list of what it was told. */
export const readTold = (text: string): readonly Told[] => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(isTold) : []
  } catch {
    return [] // cut off, or never there
  }
}

const isMaybeNumber = (value: unknown): boolean => value === undefined || Number.isFinite(value)

const isTold = (value: unknown): value is Told =>
  typeof value === 'object' &&
  value !== null &&
  'usedPercent' in value &&
  Number.isFinite(value.usedPercent) &&
  'at' in value &&
  Number.isFinite(value.at) &&
  isMaybeNumber('minutes' in value ? value.minutes : undefined) &&
  isMaybeNumber('resetsAt' in value ? value.resetsAt : undefined)

/** The last lines of the journal, those of this root; of the first one the beginning may be missing. */
export const journalReadings = (tail: string, env: (name: string) => string | undefined): LimitReading[] =>
  tail.split('\n').flatMap(line => {
    const reading = line === '' ? undefined : readLimitLine(line)
    return (reading && ownReading(reading, env)) ?? []
  })

/**
 * Those of `own` that are news: more than is known of their window, or less than this very session was told of it before. What is said again is
 * none, nor what is over.
 */
export const newReadings = (
  own: readonly LimitReading[],
  known: readonly LimitReading[],
  told: readonly Told[],
  now: number,
): readonly LimitReading[] =>
  own.filter(reading => {
    if ((reading.resetsAt ?? Number.POSITIVE_INFINITY) <= now || told.some(one => isSaidAgain(reading, one)))
      return false
    const before = told.find(
      one => one.minutes === reading.minutes && isSameWindow(reading, { ...reading, resetsAt: one.resetsAt }),
    )
    if (before && before.usedPercent > reading.usedPercent) return true
    const plain = { ...reading, root: undefined }
    return !known.some(other => isSameWindow(other, plain) && other.usedPercent >= reading.usedPercent)
  })

export interface Shown extends LimitReading {
  /** Not from this session, so its age matters. */
  readonly isRemembered: boolean
}

/**
 * The freshest reading of a limit. What this session was told of a window that still runs is only outdone within that window: a later one is
 * another account's.
 */
const pick = (own: LimitReading | undefined, known: readonly LimitReading[], now: number): Shown | undefined => {
  const isRunning = own?.resetsAt !== undefined && own.resetsAt > now
  const rivals = own && isRunning ? known.filter(reading => isSameWindow(own, reading)) : known
  // First of equals stays, so this session's own comes first.
  const [best] = latestReadings(own ? [own, ...rivals] : rivals)
  return best && { ...best, isRemembered: best !== own }
}

export interface ReadingParts {
  readonly own: readonly LimitReading[]
  /** From the journal and the snapshot. */
  readonly known: readonly LimitReading[]
  readonly now: number
}

/** Accounts have names only in logs, and marks only in the journal. */
const plain = (reading: LimitReading): LimitReading => ({ ...reading, profile: undefined, root: undefined })

/** The reading of one agent's limit to show; undefined where none is known, or it was reset more than a window ago. */
export const shownReading = (
  { own, known, now }: ReadingParts,
  agent: string,
  minutes: number | undefined,
): Shown | undefined => {
  const isIt = (reading: LimitReading) =>
    reading.agent === agent && reading.minutes === minutes && reading.limit === undefined && isSane(reading, now)
  const [mine] = own.filter(isIt).map(plain)
  const shown = pick(mine, known.filter(isIt).map(plain), now)
  return shown && (shown.resetsAt ?? shown.at) > now - lengthOf(minutes) ? shown : undefined
}

/** Agents of which limits are known. */
export const limitedAgents = ({ known }: ReadingParts): readonly string[] => [...new Set(known.map(r => r.agent))]
