/**
 * Limits as a server gave them: how much of a window was used at an instant. Nothing here is guessed: a reading comes from what Claude Code hands
 * to its status line (formats/claude-code.md §10) or from Codex's log (formats/codex.md §9). Light: the status line loads it.
 */

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
}

/** What tells a limit from the others, whatever its window. */
export const limitKey = ({
  agent,
  limit = '',
  minutes = 0,
  profile = '',
}: Omit<LimitReading, 'at' | 'usedPercent'>): string => `${agent}\n${profile}\n${limit}\n${minutes}`

/** Servers round when a window resets, each time a little differently. */
const SAME_WINDOW_MS = 120_000

export const isSameWindow = (a: LimitReading, b: LimitReading): boolean =>
  limitKey(a) === limitKey(b) && Math.abs((a.resetsAt ?? 0) - (b.resetsAt ?? 0)) < SAME_WINDOW_MS

/**
 * Whether `next` says more than `known` does. What an idle session shows is as old as its last response: within a window, use only grows, so of two
 * readings the higher is the later one; of two windows, the one that resets later.
 */
export const isFresher = (next: LimitReading, known: LimitReading): boolean => {
  // Without a reset there is no telling windows apart, so the later word counts.
  if (next.resetsAt === undefined || known.resetsAt === undefined) return next.at > known.at
  return isSameWindow(next, known) ? next.usedPercent > known.usedPercent : next.resetsAt > known.resetsAt
}

/** The freshest reading of each limit. */
export const latestReadings = (readings: Iterable<LimitReading>): LimitReading[] => {
  const latest = new Map<string, LimitReading>()
  for (const reading of readings) {
    const known = latest.get(limitKey(reading))
    if (!known || isFresher(reading, known)) latest.set(limitKey(reading), reading)
  }
  return [...latest.values()]
}

/** A line of the journal in which readings are kept, with its newline. */
export const limitLine = (r: LimitReading): string =>
  `${JSON.stringify([r.at, r.agent, r.limit ?? null, r.minutes ?? null, r.usedPercent, r.resetsAt ?? null, r.session ?? null, r.plan ?? null, r.profile ?? null])}\n`

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
  const [at, agent, limit, minutes, usedPercent, resetsAt, session, plan, profile]: unknown[] = row
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
  }
}
