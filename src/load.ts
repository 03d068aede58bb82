/** The use case, shared by every surface: options in, report out. Nobody here knows which surface asked. */
import type { Options } from './config/options.ts'
import { version } from './config/version.ts'
import { calendar } from './core/calendar.ts'
import type { DaySum } from './core/day-sum.ts'
import { type Diagnostic, Diagnostics } from './core/diagnostic.ts'
import type { UsageEntry } from './core/entry.ts'
import { UserError } from './core/errors.ts'
import type { PeriodKind, Report, ReportKind, SessionDetail } from './core/report.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import { type Ingested, ingest } from './ingest/ingest.ts'
import type { SumRequest } from './ingest/sums.ts'
import { blocksReport } from './report/blocks.ts'
import { daySumsOf, filterSums } from './report/day-sums.ts'
import { entryFilter, filterEntries, NO_PROFILE } from './report/filter.ts'
import { periodReport, periodReportOfSums } from './report/periods.ts'
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
  /** For a receipt: whole sessions of which an entry passes this, and no others. */
  readonly isOfSession?: ((entry: UsageEntry) => boolean) | undefined
  readonly onProgress?: Progress | undefined
}

/** Reads and prices the logs. */
export const read = async (host: Host, options: Options, request: ReadRequest = {}): Promise<Loaded> => {
  const { detail = 'counts', kinds, isOfSession, onProgress } = request
  const machine = options.singleThread ? { ...host, threads: 1 } : host
  const needs = isOfSession ? needsOfReceipt(options, isOfSession) : needsOf(options, kinds)
  const ingested = await ingest(machine, { ...options, detail, onProgress, ...needs })
  tellUnpriced({ ingested, options })
  return { ingested, options, now: host.now(), diagnostics: ingested.diagnostics.list() }
}

const needsOfReceipt = ({ includeUnlogged }: Options, isWanted: (entry: UsageEntry) => boolean) => ({
  isWanted,
  wholeSessions: true,
  needsProjects: true,
  comparesTotals: includeUnlogged,
})

/** What of all entries the reports need. Blocks are formed before days are left out; aliases rename models after this. */
const needsOf = (options: Options, kinds: ReadRequest['kinds']) => {
  const { since, until, projects, agents, profiles, projectNames } = options
  const isOfBlocks = kinds === undefined || kinds.includes('blocks')
  const isOfPeriods = kinds?.every(kind => kind !== 'blocks' && kind !== 'session')
  const days = isOfBlocks ? {} : { since, until }
  const filter = { ...days, projects, agents, profiles, projectNames, models: [] }
  return {
    isWanted: kinds && entryFilter(filter, calendar(options.timeZone)),
    from: isOfPeriods && since !== undefined ? calendar(options.timeZone).startOfDay(since) : undefined,
    sums: isOfPeriods && isSummable(options) ? sumRequest(options) : undefined,
    needsProjects: kinds === undefined || kinds.includes('session') || options.instances || projects.length > 0,
    comparesTotals: kinds === undefined || kinds.includes('session') || options.includeUnlogged,
  }
}

/** Whether sums by day tell all that a report of days, weeks or months is asked for. */
const isSummable = ({ projects, instances, includeUnlogged, history }: Options): boolean =>
  history && !instances && !includeUnlogged && projects.every(text => text === '')

const sumRequest = ({ timeZone, mode, modelAliases, priceOverrides }: Options): SumRequest => ({
  key: JSON.stringify([version, timeZone, mode, modelAliases, priceOverrides]),
  of: (entries, isHistorical) => daySumsOf(entries, calendar(timeZone), isHistorical),
})

/** The entries of a run, with what only the agents' own totals know, if that was asked for. */
export const entriesOf = ({ ingested, options }: Loaded): readonly PricedEntry[] => {
  const { entries, notes, inherited } = ingested
  return options.includeUnlogged ? [...entries, ...unloggedEntries(entries, notes, inherited)] : entries
}

/** One report. Filters apply to single entries, after duplicates were merged. */
export const reportOf = (loaded: Loaded, kind: ReportKind): Report => ({
  ...foldReport(loaded, kind),
  profiles: profilesOf(loaded),
})

const foldReport = (loaded: Loaded, kind: ReportKind): Report => {
  const { options, ingested, now } = loaded
  if (ingested.sums && kind !== 'blocks' && kind !== 'session') return foldSums(loaded, ingested.sums, kind)
  const zone = calendar(options.timeZone)
  const all = entriesOf(loaded)
  const of = (shown: readonly PricedEntry[]) => ({
    ...options,
    calendar: zone,
    diagnostics: diagnosticsOf(loaded, shown),
  })
  if (kind === 'blocks') {
    const { since: _since, until: _until, ...others } = options
    const agent = ingested.coverage.looks.find(look => look.agent.blockHours !== undefined)?.agent
    const blockHours = options.blockHours ?? agent?.blockHours ?? 5
    const shown = filterEntries(all, others, zone)
    return blocksReport(shown, { ...of(filterEntries(shown, options, zone)), now, blockHours })
  }
  const shown = filterEntries(all, options, zone)
  if (kind !== 'session') return periodReport(shown, { ...of(shown), kind, byProject: options.instances })
  return sessionReport(shown, ingested.notes, { ...of(shown), whole: ingested.entries, inherited: ingested.inherited })
}

/** Models without a price and what the history gave are told of the days that are shown; models by all that were asked for. */
const foldSums = (loaded: Loaded, sums: readonly DaySum[], kind: PeriodKind): Report => {
  const { options } = loaded
  const zone = calendar(options.timeZone)
  const { since: _since, until: _until, ...others } = options
  const shown = filterSums(sums, entryFilter(others, zone), options)
  const told = new Diagnostics()
  told.addAll(loaded.diagnostics)
  const history = shown.reduce((sum, { historical }) => sum + historical, 0)
  if (history > 0) told.add('history', {}, history)
  return periodReportOfSums(shown, { ...options, calendar: zone, diagnostics: told.list(), kind, byProject: false })
}

/** Adds the models without a price among the days, agents and accounts asked for, as pricing does where it sees entries. */
const tellUnpriced = ({ ingested, options }: Pick<Loaded, 'ingested' | 'options'>): void => {
  const { since: _since, until: _until, ...others } = options
  const passes = entryFilter({ ...others, models: [] }, calendar(options.timeZone))
  for (const { model, unpriced } of filterSums(ingested.sums ?? [], passes, options))
    if (unpriced > 0) ingested.diagnostics.add('unpriced-model', model === undefined ? {} : { model }, unpriced)
}

/** The accounts asked for whose usage there is, by name; undefined where the config names none. */
const profilesOf = ({ ingested, options }: Loaded): readonly string[] | undefined => {
  if (Object.keys(options.profileRoots).length === 0) return undefined
  const named = [
    ...ingested.entries.map(({ entry }) => entry.profile),
    ...(ingested.sums ?? []).map(sum => sum.profile),
  ]
  const found = new Set(named.map(profile => profile ?? NO_PROFILE))
  const { profiles } = options
  return [...found].filter(name => profiles.length === 0 || profiles.includes(name)).sort()
}

/** Of the entries from the history, those that a report shows are told. */
const diagnosticsOf = ({ ingested, diagnostics }: Loaded, shown: readonly PricedEntry[]): readonly Diagnostic[] => {
  const { historical } = ingested
  if (historical.size === 0) return diagnostics
  const told = new Diagnostics()
  told.addAll(diagnostics.filter(({ code }) => code !== 'history'))
  const count = shown.reduce((sum, { entry }) => sum + (historical.has(entry) ? 1 : 0), 0)
  if (count > 0) told.add('history', {}, count)
  return told.list()
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
