/** doctor: what was looked at, what was found in it, and what about it is odd. */
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import { type Diagnostic, isFault } from '../core/diagnostic.ts'
import type { Host } from '../host/host.ts'
import { type Loaded, read, reportOf } from '../load.ts'
import type { DoctorReport } from '../render/doctor.ts'
import { retentionOf } from './retention.ts'
import { outputWidth, print, progressBar, refuseLists, usesColor } from './terminal.ts'

/** Prints the findings; 0, or 1 under `--strict` when there is a diagnostic. */
export const runDoctor = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'doctor')
  const bar = progressBar(host.now(), host.now)
  const loaded = await read(host, { ...options, ...everything }, { onProgress: bar.update })
  bar.clear()
  const report = doctorReport(host, ofAgents(loaded, options.agents))
  const { doctorJson, renderDoctor } = await import('../render/doctor.ts')
  const { clock } = calendar(options.timeZone)
  const view = { width: outputWidth(), color: usesColor(options), noCost: options.noCost, clock }
  print(options.format === 'json' ? JSON.stringify(doctorJson(report, view), null, 2) : renderDoctor(report, view))
  return options.strict && loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Doctor is about all that was read: what it says of duplicates and of deletion holds for no part of it. */
const everything = {
  since: undefined,
  until: undefined,
  projects: [],
  models: [],
  agents: [],
  profiles: [],
  limit: undefined,
}

/** What was read, as if the other agents were not there; lines and files are counted over all. */
const ofAgents = (loaded: Loaded, agents: readonly string[]): Loaded => {
  if (agents.length === 0) return loaded
  const { coverage } = loaded.ingested
  const looks = coverage.looks.filter(({ agent }) => agents.includes(agent.id))
  const responses = loaded.ingested.entries.filter(({ entry }) => agents.includes(entry.agent)).length
  return {
    ...loaded,
    options: { ...loaded.options, agents },
    ingested: { ...loaded.ingested, coverage: { ...coverage, looks, responses } },
  }
}

const doctorReport = (host: Host, loaded: Loaded): DoctorReport => {
  const { coverage, prices } = loaded.ingested
  const { totals } = reportOf(loaded, 'daily')
  const hasEntries = totals.entries > 0
  const first = hasEntries ? totals.firstAt : undefined
  return {
    agents: coverage.looks.map(({ agent, roots, files }) => ({ id: agent.id, name: agent.name, roots, files })),
    counts: coverage.counts,
    responses: coverage.responses,
    merged: coverage.merged,
    firstAt: first,
    lastAt: hasEntries ? totals.lastAt : undefined,
    totals,
    unlogged: unloggedOf(loaded),
    diagnostics: inOrder(loaded.diagnostics),
    prices: prices.info(),
    configPath: loaded.options.configPath,
    timeZone: loaded.options.timeZone,
    retention: retentionOf(host, loaded),
  }
}

const unloggedOf = (loaded: Loaded): DoctorReport['unlogged'] => {
  const report = reportOf(
    { ...loaded, options: { ...loaded.options, limit: undefined, includeUnlogged: false } },
    'session',
  )
  const known = report.kind === 'session' ? report.rows.flatMap(row => row.unlogged ?? []) : []
  const missing = known.filter(u => u.tokens > 0 || u.usd > 0)
  return {
    sessions: known.length,
    tokens: missing.reduce((sum, u) => sum + u.tokens, 0),
    usd: missing.reduce((sum, u) => sum + u.usd, 0),
  }
}

/** The weightiest first. */
const inOrder = (list: readonly Diagnostic[]): Diagnostic[] => [...list].sort((a, b) => b.count - a.count)
