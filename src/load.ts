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
import { filterEntries } from './report/filter.ts'
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

/** Reads and prices all logs. `detail` is `calls` where single calls will be shown. */
export const read = async (
  host: Host,
  options: Options,
  detail: 'counts' | 'calls' = 'counts',
  onProgress?: Progress,
): Promise<Loaded> => {
  const machine = options.singleThread ? { ...host, threads: 1 } : host
  const ingested = await ingest(machine, { ...options, detail, onProgress })
  return { ingested, options, now: host.now(), diagnostics: ingested.diagnostics.list() }
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
