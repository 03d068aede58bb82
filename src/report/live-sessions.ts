/** The sessions of the last hours, as the monitor lists them. */
import type { SessionNote } from '../core/entry.ts'
import type { LiveSession } from '../core/live.ts'
import { usdOf } from '../core/money.ts'
import type { Trouble } from '../core/signal.ts'
import { add, type PricedEntry, type UsageSummary } from '../core/summary.ts'
import { promptTokens, totalTokens } from '../core/tokens.ts'
import { compareNames, groupBy } from './fold.ts'
import { hitRateOf, liveSum, summaryOf } from './live-sums.ts'
import { projectRefs } from './projects.ts'
import { titleOf } from './titles.ts'

const MINUTE = 60_000
const ACTIVE_MINUTES = 5
/** Sessions and calls are shown for so long. */
export const SHOWN_MS = 300 * MINUTE

export interface LiveSessionOptions {
  /** Epoch ms. */
  readonly now: number
  /** What a session used before the first of the entries, where those are not all. */
  readonly before?: ((session: SessionRef) => UsageSummary | undefined) | undefined
  readonly notes: readonly SessionNote[]
  readonly troubles: readonly Trouble[]
  readonly projectNames: Readonly<Record<string, string>>
  /** The most prompt tokens that a model takes, as far as it is known. */
  readonly contextLimitOf: (priced: PricedEntry) => number | undefined
}

export interface SessionRef {
  readonly agent: string
  readonly session?: string | undefined
}

export const keyOf = ({ agent, session }: SessionRef): string => `${agent}\n${session ?? ''}`

/** Of sessions with a response in the last five hours, the latest first. */
export const liveSessions = (entries: readonly PricedEntry[], options: LiveSessionOptions): LiveSession[] => {
  const { now, notes, troubles, projectNames } = options
  const shown = new Set(entries.flatMap(({ entry }) => (entry.at > now - SHOWN_MS ? keyOf(entry) : [])))
  const own = entries.filter(({ entry }) => shown.has(keyOf(entry)))
  const titles = groupBy(
    notes.filter(note => shown.has(keyOf(note))),
    keyOf,
  )
  const wrong = groupBy(troubles, keyOf)
  const refs = projectRefs(new Set(own.map(({ entry }) => entry.project)), projectNames)
  return [...groupBy(own, ({ entry }) => keyOf(entry))]
    .map(([key, group]) => {
      const byTime = group.sort((a, b) => a.entry.at - b.entry.at)
      const project = byTime.find(({ entry }) => entry.project !== undefined)?.entry.project
      return {
        ...sessionOf(byTime, options),
        title: titleOf(titles.get(key) ?? []),
        project: project === undefined ? undefined : (refs.get(project)?.name ?? project),
        ...troubleCounts(wrong.get(key) ?? []),
      }
    })
    .sort((a, b) => b.lastAt - a.lastAt || compareNames(a.session, b.session))
}

type SessionFigures = Omit<LiveSession, 'title' | 'project' | 'errors' | 'retries'>

/** `group`: of one session, by time. */
const sessionOf = (group: readonly PricedEntry[], options: LiveSessionOptions): SessionFigures => {
  const { now, before, contextLimitOf } = options
  const earlier = group[0] && before?.(group[0].entry)
  const sum = earlier ? add(earlier, summaryOf(group)) : summaryOf(group)
  const main = group.filter(({ entry }) => !entry.isSidechain && entry.subagent === undefined)
  const last = main.at(-1) ?? group.at(-1)
  const active = summaryOf(group.filter(({ entry }) => entry.at > now - ACTIVE_MINUTES * MINUTE))
  const minutes = Math.max(1, Math.min(ACTIVE_MINUTES, (now - sum.firstAt) / MINUTE))
  return {
    agent: group[0]?.entry.agent ?? '',
    session: group[0]?.entry.session,
    branch: group.findLast(({ entry }) => entry.branch !== undefined)?.entry.branch,
    model: last?.entry.model,
    ...liveSum(sum),
    firstAt: sum.firstAt,
    lastAt: sum.lastAt,
    isActive: active.entries > 0,
    context: last === undefined ? 0 : promptTokens(last.entry.tokens),
    contextLimit: last && largest(contextLimitOf(last), main, last.entry.model),
    cacheHitRate: hitRateOf(sum.tokens),
    tokensPerMinute: totalTokens(active.tokens) / minutes,
    usdPerHour: (usdOf(active.cost) / minutes) * 60,
  }
}

/** A model that was given more than its table says has a larger window than that (its variant of a million tokens). */
const largest = (
  limit: number | undefined,
  main: readonly PricedEntry[],
  model: string | undefined,
): number | undefined =>
  limit === undefined
    ? undefined
    : main.reduce(
        (most, { entry }) => (entry.model === model ? Math.max(most, promptTokens(entry.tokens)) : most),
        limit,
      )

/** A request that a limit refused went wrong, too. */
export const troubleCounts = (troubles: readonly Trouble[]): { readonly errors: number; readonly retries: number } => {
  const retries = troubles.filter(({ kind }) => kind === 'retry').length
  return { errors: troubles.length - retries, retries }
}
