/** The use case behind `tokusage limits`: reads entries and readings, keeps the readings, and answers with windows. */
import type { Options } from './config/options.ts'
import { calendar } from './core/calendar.ts'
import type { SessionNote } from './core/entry.ts'
import type { LimitReading } from './core/limit.ts'
import type { LimitsReport, PointUse } from './core/limits.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import type { Ingested } from './ingest/ingest.ts'
import { keptReadings, READINGS_MS } from './ingest/kept-signals.ts'
import { type LimitsPart, limitsPart } from './limits/report.ts'
import { accountKey } from './limits/sums.ts'
import { type Prompt, sessionsIn, type UseNames, useOf } from './limits/uses.ts'
import { type Loaded, type Progress, read } from './load.ts'
import { filterEntries, NO_PROFILE } from './report/filter.ts'
import { projectRefs } from './report/projects.ts'
import { titleOf } from './report/titles.ts'
import { limitsPath } from './store/limits.ts'

const DAY_MS = 86_400_000

export const limitsOf = async (host: Host, given: Options, onProgress?: Progress): Promise<LimitsReport> => {
  // A limit is of an account: of which project or model the use was does not matter to it.
  const options: Options = { ...given, projects: [], models: [], includeUnlogged: false }
  const loaded = await read(host, options, { kinds: options.explains ? ['blocks', 'session'] : ['blocks'], onProgress })
  const { ingested, now } = loaded
  const part = limitsPart({
    entries: filterEntries(
      ingested.entries,
      { ...options, since: undefined, until: undefined },
      calendar(options.timeZone),
    ),
    readings: readingsOf(host, loaded),
    blockHours: blockHoursOf(loaded),
    tokenLimit: options.tokenLimit,
    now,
  })
  return {
    kind: 'limits',
    now,
    windows: part.windows,
    sliding: part.sliding,
    uses: options.explains ? await usesOf(loaded, part) : undefined,
    ignored: [...(given.projects.length > 0 ? ['--project'] : []), ...(given.models.length > 0 ? ['--model'] : [])],
    diagnostics: ingested.diagnostics.list(),
    timeZone: options.timeZone,
  }
}

const blockHoursOf = ({ ingested }: Loaded): ReadonlyMap<string, number> =>
  new Map(
    ingested.coverage.looks.flatMap(({ agent }) =>
      agent.blockHours === undefined ? [] : [[agent.id, agent.blockHours] as const],
    ),
  )

/** What logs say now, and what was kept of the past; without the index, the logs alone. */
const readingsOf = (host: Host, { ingested, options, now }: Loaded): readonly LimitReading[] => {
  const { sources, coverage } = ingested
  const agents = coverage.looks.map(({ agent }) => agent)
  const { readings, broken } = keptReadings(host, sources, agents, {
    keeps: options.index,
    profileRoots: options.profileRoots,
  })
  if (broken > 0) ingested.diagnostics.add('bad-line', { path: limitsPath(host) }, broken)
  const isAsked = ({ agent, profile, at }: LimitReading): boolean =>
    at >= now - READINGS_MS &&
    at <= now + DAY_MS && // a clock that was wrong must not hide what is known now
    (options.agents.length === 0 || options.agents.includes(agent)) &&
    (options.profiles.length === 0 || options.profiles.includes(profile ?? NO_PROFILE))
  return readings.filter(isAsked)
}

const usesOf = async (loaded: Loaded, { known, entries }: LimitsPart): Promise<readonly PointUse[]> => {
  const ofWindow = known.map(one => ({ one, own: entries.get(accountKey(one.window)) ?? [] }))
  const sessions = new Set(ofWindow.flatMap(({ one, own }) => (one.read ? [...sessionsIn(one.read, own)] : [])))
  const names = await namesOf(loaded, sessions, [...entries.values()].flat())
  return known.flatMap(one => useOf(one, entries, names) ?? [])
}

const sessionKey = (agent: string, session: string | undefined): string => `${agent}\n${session ?? ''}`

const namesOf = async (
  { ingested, options }: Loaded,
  sessions: ReadonlySet<string>,
  entries: readonly PricedEntry[],
): Promise<UseNames> => {
  const refs = projectRefs(new Set(entries.flatMap(({ entry }) => entry.project ?? [])), options.projectNames)
  const prompts = await promptsOf(ingested, sessions)
  const titles = options.titles ? titlesOf(ingested.notes, sessions) : new Map<string, string>()
  return {
    title: (agent, session) => titles.get(sessionKey(agent, session)),
    project: path => (path === undefined ? undefined : (refs.get(path)?.name ?? path)),
    prompts: (agent, session) => prompts.get(sessionKey(agent, session)) ?? [],
  }
}

const titlesOf = (notes: Ingested['notes'], sessions: ReadonlySet<string>): ReadonlyMap<string, string> => {
  const own = new Map<string, SessionNote[]>()
  for (const note of notes) {
    if (!sessions.has(note.session)) continue
    const key = sessionKey(note.agent, note.session)
    own.set(key, [...(own.get(key) ?? []), note])
  }
  return new Map([...own].flatMap(([key, list]) => [[key, titleOf(list)] as const].filter(isNamed)))
}

const isNamed = (one: readonly [string, string | undefined]): one is readonly [string, string] => one[1] !== undefined

/** The prompts of sessions' main threads, by time; a copy of a log repeats them. */
const promptsOf = async (
  ingested: Ingested,
  sessions: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Prompt[]>> => {
  const prompts = new Map<string, Map<number, Prompt>>()
  if (sessions.size === 0) return new Map()
  const { items } = await ingested.items({ sessions, messageIds: new Set() })
  for (const { agent, session, subagent, thread, kind, at, title } of items) {
    if (kind !== 'prompt' || subagent !== undefined || thread !== undefined || !Number.isFinite(at)) continue
    const key = sessionKey(agent, session)
    const own = prompts.get(key) ?? new Map<number, Prompt>()
    prompts.set(key, own)
    if (!own.has(at)) own.set(at, { at, title })
  }
  return new Map([...prompts].map(([key, own]) => [key, [...own.values()].sort((a, b) => a.at - b.at)]))
}
