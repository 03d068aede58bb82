/** The use case, shared by every surface: options in, report out. Nobody here knows which surface asked. */
import type { Options } from './config/options.ts'
import { calendar } from './core/calendar.ts'
import type { Diagnostic } from './core/diagnostic.ts'
import { UserError } from './core/errors.ts'
import type { Report, ReportKind, SessionDetail } from './core/report.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import { type Ingested, ingest } from './ingest/ingest.ts'
import { blocksReport } from './report/blocks.ts'
import { entryFilter, filterEntries } from './report/filter.ts'
import { periodReport } from './report/periods.ts'
import { findSession, sessionDetail, sessionReport } from './report/sessions.ts'
import { unloggedEntries } from './report/unlogged-entries.ts'

export type Progress = (done: number, total: number) => void

/** Everything on this machine, read and priced once; any number of reports can be made of it. */
export interface Loaded {
  readonly ingested: Ingested
  readonly options: Options
  /** Epoch ms of the question. */
  readonly now: number
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadRequest {
  /** `calls` where single calls will be shown. */
  readonly detail?: 'counts' | 'calls' | undefined
  /** The reports that will be made, so that only what they show is priced. Left out: any. */
  readonly kinds?: readonly ReportKind[] | undefined
  readonly onProgress?: Progress | undefined
}

/** Reads and prices the logs. */
export const read = async (host: Host, options: Options, request: ReadRequest = {}): Promise<Loaded> => {
  const { detail = 'counts', kinds, onProgress } = request
  const machine = options.singleThread ? { ...host, threads: 1 } : host
  const ingested = await ingest(machine, { ...options, detail, onProgress, ...needsOf(options, kinds) })
  return { ingested, options, now: host.now(), diagnostics: ingested.diagnostics.list() }
}

/** What of all entries the reports need. Blocks are formed before days are left out; aliases rename models after this. */
const needsOf = (options: Options, kinds: ReadRequest['kinds']) => {
  const { since, until, projects, agents, projectNames } = options
  const isOfBlocks = kinds === undefined || kinds.includes('blocks')
  const isOfPeriods = kinds?.every(kind => kind !== 'blocks' && kind !== 'session')
  const days = isOfBlocks ? {} : { since, until }
  const filter = { ...days, projects, agents, projectNames, models: [] }
  return {
    isWanted: kinds && entryFilter(filter, calendar(options.timeZone)),
    from: isOfPeriods && since !== undefined ? calendar(options.timeZone).startOfDay(since) : undefined,
    needsProjects: kinds === undefined || kinds.includes('session') || options.instances || projects.length > 0,
    comparesTotals: kinds === undefined || kinds.includes('session') || options.includeUnlogged,
  }
}

/** The entries of a run, with what only the agents' own totals know, if that was asked for. */
const entriesOf = ({ ingested, options }: Loaded): readonly PricedEntry[] => {
  const { entries, notes, inherited } = ingested
  return options.includeUnlogged ? [...entries, ...unloggedEntries(entries, notes, inherited)] : entries
}

/** One report. Filters apply to single entries, after duplicates were merged. */
export const reportOf = (loaded: Loaded, kind: ReportKind): Report => {
  const { options, ingested, now, diagnostics } = loaded
  const zone = calendar(options.timeZone)
  const all = entriesOf(loaded)
  const common = { ...options, calendar: zone, diagnostics }
  if (kind === 'blocks') {
    const { since: _since, until: _until, ...others } = options
    const agent = ingested.coverage.looks.find(look => look.agent.blockHours !== undefined)?.agent
    const blockHours = options.blockHours ?? agent?.blockHours ?? 5
    return blocksReport(filterEntries(all, others, zone), { ...common, now, blockHours })
  }
  const shown = filterEntries(all, options, zone)
  if (kind !== 'session') return periodReport(shown, { ...common, kind, byProject: options.instances })
  return sessionReport(shown, ingested.notes, { ...common, whole: ingested.entries, inherited: ingested.inherited })
}

/** One session call by call. Throws a UserError when no session, or more than one, begins with `id`. */
export const sessionOf = (loaded: Loaded, id: string): SessionDetail => {
  const { ingested, options, diagnostics } = loaded
  const all = entriesOf(loaded)
  const found = findSession(all, id)
  if (found.kind === 'none') throw new UserError(`No session begins with '${id}'. 'tokusage session' lists them.`)
  if (found.kind === 'many') {
    const [first, second] = found.sessions
    throw new UserError(
      `${found.sessions.length} sessions begin with '${id}', such as ${first} and ${second}. Give more of the id.`,
    )
  }
  const zone = calendar(options.timeZone)
  const shown = filterEntries(all, options, zone)
  const sidecars = ingested.sidecars(found.session)
  const common = { ...options, calendar: zone, diagnostics, whole: ingested.entries, inherited: ingested.inherited }
  return sessionDetail(shown, ingested.notes, sidecars, found, common)
}
