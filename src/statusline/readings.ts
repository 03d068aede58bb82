/**
 * Which reading of a limit is shown, and which are new to the journal. Every session hands over what the server told it last: an idle one
 * hours ago. So all sessions share what they were told, and the freshest counts.
 */
import { isSameWindow, type LimitReading, latestReadings, readLimitLine } from '../core/limit.ts'
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

/** What this session was told. */
export const ownReadings = (input: LineInput | undefined, agent: string, now: number): LimitReading[] =>
  (input?.limits ?? [])
    .map(({ minutes, usedPercent, resetsAt }) => {
      const session = input?.session !== undefined && input.session.length <= ID_MOST ? input.session : undefined
      return { agent, at: now, minutes, usedPercent, resetsAt, session }
    })
    .filter(reading => isSane(reading, now))

/** The last lines of the journal; of the first one the beginning may be missing. */
export const journalReadings = (tail: string): LimitReading[] =>
  tail.split('\n').flatMap(line => (line === '' ? [] : (readLimitLine(line) ?? [])))

/** Those of `own` that say more than is known of their window. What is over is of no use any more. */
export const newReadings = (
  own: readonly LimitReading[],
  known: readonly LimitReading[],
  now: number,
): readonly LimitReading[] =>
  own.filter(
    reading =>
      (reading.resetsAt ?? Number.POSITIVE_INFINITY) > now &&
      !known.some(other => isSameWindow(other, reading) && other.usedPercent >= reading.usedPercent),
  )

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

/** Accounts have names only in logs, not here. */
const withoutProfile = (reading: LimitReading): LimitReading => ({ ...reading, profile: undefined })

/** The reading of one agent's limit to show; undefined where none is known, or it was reset more than a window ago. */
export const shownReading = (
  { own, known, now }: ReadingParts,
  agent: string,
  minutes: number | undefined,
): Shown | undefined => {
  const isIt = (reading: LimitReading) =>
    reading.agent === agent && reading.minutes === minutes && reading.limit === undefined && isSane(reading, now)
  const shown = pick(own.find(isIt), known.filter(isIt).map(withoutProfile), now)
  return shown && (shown.resetsAt ?? shown.at) > now - lengthOf(minutes) ? shown : undefined
}

/** Agents of which limits are known. */
export const limitedAgents = ({ known }: ReadingParts): readonly string[] => [...new Set(known.map(r => r.agent))]
