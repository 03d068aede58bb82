/** The JSON of audit (documented by `json-schema.ts`): every part of every cost, with the numbers it was made of. */
import type { AuditEntry, AuditGroup, AuditReport, CostExplanation, CostPart } from '../core/audit.ts'
import { money, usdOf } from '../core/money.ts'
import { clean } from './format.ts'
import { diagnosticsJson, isoTime, SCHEMA_VERSION, tokensJson, totalsJson } from './json-parts.ts'
import type { View } from './view.ts'

const timeOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))

/** An audit as a value for `JSON.stringify`. */
export const auditJson = (report: AuditReport, view: View): object => ({
  audit: {
    what: report.what,
    kind: report.kind,
    from: timeOf(report.from),
    to: timeOf(report.to),
    ...(report.session
      ? {
          agent: report.session.agent,
          ...(view.titles && report.session.title !== undefined ? { title: clean(report.session.title) } : {}),
        }
      : {}),
    responses: report.totals.entries,
    listed: report.entries.length,
    logs: {
      files: report.lines.files,
      lines: report.lines.lines,
      responses: report.lines.responses,
      duplicates: report.lines.merged,
      inherited: report.lines.inherited,
    },
  },
  entries: report.entries.map(entryJson),
  groups: report.groups.map(groupJson),
  check: {
    groupsCost: usdOf(report.groupsCost),
    entriesCost: usdOf(report.totals.cost),
    differencePicodollars: report.differencePico + 0,
  },
  totals: totalsJson(report.totals, report.models, view),
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})

const entryJson = ({ entry, explanation, estimatedTokens }: AuditEntry) => ({
  timestamp: isoTime(entry.at),
  agent: entry.agent,
  model: entry.model ?? null,
  sessionId: entry.session ?? null,
  messageId: entry.messageId ?? null,
  requestId: entry.requestId ?? null,
  subagent: entry.subagent ?? null,
  ...tokensJson(entry.tokens),
  webSearchRequests: entry.webSearches,
  isPartial: entry.isPartial,
  ...(entry.isPartial || estimatedTokens > 0
    ? { estimatedTokens, estimatedCost: usdOf(money(0, explanation.cost.estimatePico)) }
    : {}),
  costUSD: usdOf(money(0, explanation.cost.pico)),
  basis: explanation.cost.basis,
  ...ratesJson(explanation),
})

const groupJson = (group: AuditGroup) => ({
  model: group.model ?? null,
  entries: group.entries,
  ...tokensJson(group.tokens),
  costUSD: usdOf(group.cost),
  basis: group.basis,
  ...ratesJson(group),
})

const partJson = ({ kind, units, usdPerUnit, usd, isListed }: CostPart) => ({
  kind,
  units,
  usdPerUnit,
  usd,
  listed: isListed,
})

type RateFacts = Omit<CostExplanation, 'cost' | 'loggedUsd'>

const ratesJson = ({ parts, factors, extras, price, above, service }: RateFacts) => ({
  parts: parts.map(partJson),
  factors: factors.map(({ kind, factor }) => ({ kind, factor })),
  extras: extras.map(partJson),
  price: price
    ? {
        name: price.name,
        origin: price.kind,
        source: price.source ?? null,
        date: price.date ?? null,
        from: timeOf(price.from),
        to: timeOf(price.to),
        offPeak: price.isOffPeak,
      }
    : null,
  promptAbove: above ?? null,
  service: service ? { name: service.name, priced: service.isPriced } : null,
})
