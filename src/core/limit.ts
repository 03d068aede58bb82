/**
 * Limits as a server gave them: how much of a window was used at an instant. Nothing here is guessed: a reading comes from what Claude Code hands
 * to its status line (formats/claude-code.md §10) or from Codex's log (formats/codex.md §9). Light: the status line loads it.
 */

import { nameFor } from './name-for.ts'

/** One limit at one instant. */
export interface LimitReading {
  readonly agent: string
  /** Epoch ms: when the server said so, as far as that is known. */
  readonly at: number
  /** The agent's own name of the limit, where it has several (`codex`, an extra one for a model). */
  readonly limit?: string | undefined
  /** Length of the window in minutes (300: five hours, 10080: a week); undefined for a limit on spending. */
  readonly minutes: number | undefined
  /** 0 to 100, sometimes more. */
  readonly usedPercent: number
  /** Epoch ms; undefined where it was not said. */
  readonly resetsAt: number | undefined
  readonly session?: string | undefined
  readonly plan?: string | undefined
  readonly profile?: string | undefined
  /** Where the agent keeps its logs, as a mark (`rootMark`): another folder is another account. Undefined: not known. */
  readonly root?: string | undefined
}

/** The mark of a root: the variable that names it, and a short name of its value. */
export const rootMark = (variable: string, value: string | undefined): string =>
  `${variable}=${value ? nameFor(value) : ''}`

/** A reading without its mark, if it belongs to the logs that are read where the environment is this; else undefined. */
export const ownReading = (
  reading: LimitReading,
  env: (name: string) => string | undefined,
): LimitReading | undefined => {
  const { root } = reading
  if (root === undefined) return reading
  const variable = root.slice(0, Math.max(0, root.indexOf('=')))
  return rootMark(variable, env(variable)) === root ? { ...reading, root: undefined } : undefined
}

/** What tells a limit from the others, whatever its window. */
export const limitKey = ({
  agent,
  limit = '',
  minutes = 0,
  profile = '',
  root = '',
}: Omit<LimitReading, 'at' | 'usedPercent'>): string => [agent, profile, limit, minutes, root].join('\n')

/** Servers round when a window resets, each time a little differently. */
const SAME_WINDOW_MS = 120_000

export const isSameWindow = (a: LimitReading, b: LimitReading): boolean =>
  limitKey(a) === limitKey(b) && Math.abs((a.resetsAt ?? 0) - (b.resetsAt ?? 0)) < SAME_WINDOW_MS

/**
 * Whether `next` is of a window that is more current. Two windows of one limit that are open at once are those of two accounts, one after the other:
 * of these the later word counts. A window that was over when it was spoken of is nobody's current one.
 */
const isMoreCurrent = (next: LimitReading, known: LimitReading): boolean => {
  if (next.resetsAt === undefined || known.resetsAt === undefined) return next.at > known.at
  if (next.at === known.at) return next.resetsAt > known.resetsAt
  const [older, newer] = next.at < known.at ? [next, known] : [known, next]
  const isNewer = newer.resetsAt! > newer.at || newer.resetsAt! > older.resetsAt!
  return (isNewer ? newer : older) === next
}

/** Whether `next` says more of a limit than `known` does: in a window the higher one, of two windows the more current. */
export const isFresher = (next: LimitReading, known: LimitReading): boolean =>
  isSameWindow(next, known) ? next.usedPercent > known.usedPercent : isMoreCurrent(next, known)

/** A limit's window, and what each session was told of it last. */
interface Told {
  reading: LimitReading
  readonly bySession: Map<string, number>
}

/**
 * The freshest reading of each limit. What an idle session shows is as old as its last response, and use mostly grows, so the highest of a window
 * counts; but where a session is told less than it was told before, the server has taken points back, and that counts.
 */
export const latestReadings = (readings: Iterable<LimitReading>): LimitReading[] => {
  const latest = new Map<string, Told>()
  for (const reading of [...readings].sort((a, b) => a.at - b.at)) {
    const { session, usedPercent } = reading
    const key = limitKey(reading)
    let known = latest.get(key)
    // Without a reset there is no telling windows apart.
    const isSame = known !== undefined && reading.resetsAt !== undefined && isSameWindow(reading, known.reading)
    if (!known || (!isSame && isMoreCurrent(reading, known.reading))) {
      known = { reading, bySession: new Map() }
      latest.set(key, known)
    } else if (isSame) {
      const before = session === undefined ? undefined : known.bySession.get(session)
      const isTakenBack = before !== undefined && usedPercent < before
      if (isTakenBack || usedPercent > known.reading.usedPercent) known.reading = reading
    }
    if (session !== undefined && isSameWindow(reading, known.reading)) known.bySession.set(session, usedPercent)
  }
  return [...latest.values()].map(({ reading }) => reading)
}

/** A line of the journal in which readings are kept, with its newline. */
export const limitLine = (r: LimitReading): string =>
  `${JSON.stringify([r.at, r.agent, r.limit ?? null, r.minutes ?? null, r.usedPercent, r.resetsAt ?? null, r.session ?? null, r.plan ?? null, r.profile ?? null, r.root ?? null])}\n`

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown): number | undefined => (isNumber(value) ? value : undefined)

/** A line of the journal; undefined for what is none (a line that a crash cut off). */
export const readLimitLine = (line: string): LimitReading | undefined => {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    return undefined // cut off: the next reading says it again
  }
  if (!Array.isArray(row)) return undefined
  const [at, agent, limit, minutes, usedPercent, resetsAt, session, plan, profile, root]: unknown[] = row
  if (!isNumber(at) || typeof agent !== 'string' || !isNumber(usedPercent)) return undefined
  return {
    at,
    agent,
    limit: textOf(limit),
    minutes: numberOf(minutes),
    usedPercent,
    resetsAt: numberOf(resetsAt),
    session: textOf(session),
    plan: textOf(plan),
    profile: textOf(profile),
    root: textOf(root),
  }
}
