/** advise: what to change, what it would have saved by the receipt of what was done, and whether the last advice helped. */
import { advise } from '../advisor/index.ts'
import type { Options } from '../config/options.ts'
import { isFault } from '../core/diagnostic.ts'
import type { UsageEntry } from '../core/entry.ts'
import { EntryRow } from '../core/entry-row.ts'
import type { AdviceReport, Finding } from '../core/finding.ts'
import { usdOf } from '../core/money.ts'
import type { Host } from '../host/host.ts'
import type { Loaded } from '../load.ts'
import type { LoadedReceipt } from '../load-receipt.ts'
import { lighterNames } from '../pricing/lighter.ts'
import { totalOf } from '../receipt/group.ts'
import { partsOf } from '../receipt/part.ts'
import type { Facts } from '../receipt/rows.ts'
import { earlierCost, readFindings, rememberFindings } from '../store/findings.ts'
import {
  emptyText,
  factsOf,
  jsonText,
  lastDays,
  readWithBar,
  receiptOptions,
  shownDiagnostics,
  viewOf,
} from './receipt-facts.ts'
import { print, refuseLists } from './terminal.ts'

const DAYS = 30

/** Prints the findings; 0, or 1 under `--strict` when anything in the data was odd. */
export const runAdvise = async (host: Host, options: Options): Promise<number> => {
  refuseLists(options, 'Advice')
  const read = await readWithBar(host, lastDays(receiptOptions(options, 'Advice'), host, DAYS))
  const report = adviceOf(host, read, isUsual(options))
  const view = viewOf(options)
  if (options.format === 'json') {
    const { adviceJson } = await import('../render/advice-json.ts')
    print(await jsonText(adviceJson(report), options))
  } else if (report.calls === 0) print(await emptyText(read.loaded, view))
  else print((await import('../render/advice.ts')).renderAdvice(report, view))
  return options.strict && read.loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Costs of different days, projects or models say nothing about each other: only those of the plain command are remembered. */
const isUsual = ({ since, until, projects, models, agents, profiles, index }: Options): boolean =>
  index &&
  since === undefined &&
  until === undefined &&
  projects.length + models.length + agents.length + profiles.length === 0

export const adviceOf = (host: Host, read: LoadedReceipt, remembers: boolean): AdviceReport => {
  const { loaded, receipt, isInRange, calendar } = read
  const { options } = loaded
  const facts = factsOf(read)
  const parts = partsOf(receipt, isInRange)
  const cost = totalOf(receipt, isInRange)
  const threshold = options.minSaving ?? Math.max(0.05, usdOf(cost) / 100)
  const all = advise({ parts, facts, lighter: entry => lighterOf(entry, loaded) })
  const told = all.filter(({ saving }) => usdOf(saving.high) >= threshold)
  const today = calendar.dayOf(host.now())
  const findings = remembers ? withTrends(host, all, told, today) : told
  return {
    kind: 'advice',
    findings: findings.slice(0, options.limit).map(finding => ({ ...finding, id: shownId(finding, facts) })),
    cost,
    calls: parts.reduce((sum, part) => sum + part.callsIn(), 0),
    threshold,
    omitted: all.length - told.length,
    since: options.since,
    until: options.until,
    diagnostics: shownDiagnostics(loaded.diagnostics, facts.names),
    timeZone: options.timeZone,
  }
}

const shownId = ({ id, code }: Finding, { names }: Facts): string =>
  id === code ? id : `${code}:${names.of('mcp', id.slice(code.length + 1))}`

const aWeek = ({ cost }: Finding): number => (usdOf(cost) / DAYS) * 7

const withTrends = (host: Host, all: readonly Finding[], told: readonly Finding[], today: string): Finding[] => {
  const known = readFindings(host)
  rememberFindings(host, known, new Map(all.map(finding => [finding.id, aWeek(finding)])), today)
  return told.map(finding => {
    const before = earlierCost(known, finding.id, today)
    return before ? { ...finding, trend: { since: before[0], before: before[1], now: aWeek(finding) } } : finding
  })
}

/** The same response on a lighter model of its maker, at list prices. */
const lighterOf = (entry: UsageEntry, { ingested: { prices } }: Loaded) => {
  const { model } = entry
  if (model === undefined) return undefined
  const name = lighterNames(model).find(one => prices.lookup(one, entry.at, entry.provider) !== undefined)
  if (name === undefined) return undefined
  const own = entry instanceof EntryRow ? entry.copy() : entry
  return { model: name, parts: prices.parts({ ...own, model: name, loggedUsd: undefined }, 'calculate') }
}
