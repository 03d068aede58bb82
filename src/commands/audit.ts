/** audit: how the number of one day or session was formed, response by response and rate by rate. */
import { agents } from '../agents/index.ts'
import type { Options } from '../config/options.ts'
import type { AuditReport } from '../core/audit.ts'
import { addDays, type Calendar, calendar } from '../core/calendar.ts'
import { isFault } from '../core/diagnostic.ts'
import { UserError } from '../core/errors.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { type Loaded, read, sessionOf } from '../load.ts'
import { type AuditOptions, auditReport } from '../report/audit.ts'
import { filterEntries } from '../report/filter.ts'
import { findSession } from '../report/sessions.ts'
import { unloggedEntries } from '../report/unlogged-entries.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, progressBar, refuseLists, usesColor } from './terminal.ts'

/**
 * Prints how the number of `what` was formed: a day (`YYYY-MM-DD`), or a session by its id or the beginning of it. 0, or 1
 * under `--strict` when anything in the data was odd.
 */
export const runAudit = async (host: Host, what: string, options: Options): Promise<number> => {
  if (options.noCost) throw new UserError('An audit is about cost. Leave out --no-cost (or cost: false in the config).')
  refuseLists(options, 'An audit')
  const bar = progressBar(host.now(), host.now)
  const loaded = await read(host, options, { detail: 'calls', onProgress: bar.update })
  bar.clear()
  print(await drawAudit(auditOf(loaded, what), options))
  return options.strict && loaded.diagnostics.some(isFault) ? 1 : 0
}

const isDay = (what: string): boolean => /^\d{4}-\d\d-\d\d$/.test(what) && addDays(what, 0) === what

/** Throws a UserError where `what` is neither a day nor one session. */
export const auditOf = (loaded: Loaded, what: string): AuditReport => {
  const { ingested, options } = loaded
  const { entries, notes, inherited } = ingested
  const unlogged = options.includeUnlogged ? unloggedEntries(entries, notes, inherited) : []
  const added = new Set(unlogged)
  const zone = calendar(options.timeZone)
  const all = [...entries, ...unlogged]
  const target = isDay(what) ? dayTarget(what, zone) : sessionTarget(loaded, all, what)
  const { coverage, prices } = ingested
  return auditReport(filterEntries(all, options, zone).filter(target.isOwn), {
    ...target.facts,
    lines: {
      files: coverage.counts.files,
      lines: coverage.counts.lines,
      responses: coverage.responses,
      merged: coverage.merged,
      inherited: target.inherited,
    },
    // What only the agent's own total knows has no price but the one logged there.
    explain: priced => prices.explain(priced.entry, added.has(priced) ? 'display' : options.mode),
    order: options.order,
    limit: options.limit,
    diagnostics: loaded.diagnostics,
    timeZone: options.timeZone,
  })
}

interface Target {
  readonly isOwn: (priced: PricedEntry) => boolean
  readonly facts: Pick<AuditOptions, 'kind' | 'what' | 'from' | 'to' | 'session'>
  /** Copies of other sessions' responses. */
  readonly inherited: number
}

const dayTarget = (day: string, zone: Calendar): Target => ({
  isOwn: ({ entry }) => zone.dayOf(entry.at) === day,
  facts: {
    kind: 'day',
    what: day,
    from: zone.startOfDay(day),
    to: zone.startOfDay(addDays(day, 1)),
    session: undefined,
  },
  inherited: 0,
})

const sessionTarget = (loaded: Loaded, all: readonly PricedEntry[], what: string): Target => {
  if (what === '' || findSession(all, what).kind === 'none')
    throw new UserError(
      `'${what}' is no day, and no session begins so. Give a day such as 2026-03-01; 'tokusage session' lists sessions.`,
    )
  const { row } = sessionOf(loaded, what)
  const { agent, session, summary } = row
  const hasUsage = summary.entries > 0
  return {
    isOwn: ({ entry }) => entry.agent === agent && entry.session === session,
    facts: {
      kind: 'session',
      what: session ?? '',
      from: hasUsage ? summary.firstAt : undefined,
      to: hasUsage ? summary.lastAt : undefined,
      session: { agent, title: row.title, project: row.project?.name },
    },
    inherited: loaded.ingested.inherited.filter(copy => copy.agent === agent && copy.session === session).length,
  }
}

const drawAudit = async (report: AuditReport, options: Options): Promise<string> => {
  const zone = calendar(options.timeZone)
  const isJson = options.format === 'json'
  const view = {
    ...options,
    width: isJson ? undefined : outputWidth(),
    color: !isJson && usesColor(options),
    clock: zone.clock,
    agentName: (id: string) => agents.find(agent => agent.id === id)?.name ?? id,
  }
  if (!isJson) return (await import('../render/audit.ts')).renderAudit(report, view)
  const { auditJson } = await import('../render/audit-json.ts')
  const text = JSON.stringify(auditJson(report, view), null, 2)
  return options.jq === undefined ? text : filterJson(text, options.jq)
}
