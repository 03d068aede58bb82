/** The JSON of advise. */
import type { AdviceReport, Evidence, Finding } from '../core/finding.ts'
import { usdOf } from '../core/money.ts'
import { assumptionText, findingText, remedyText } from './finding.ts'
import { clean } from './format.ts'
import { diagnosticsJson, isoTime, SCHEMA_VERSION } from './json-parts.ts'
import { itemText } from './why-words.ts'

const evidenceJson = ({ session, project, at, what, count, cost }: Evidence) => ({
  sessionId: session === undefined ? null : clean(session),
  project: project === undefined ? null : clean(project),
  timestamp: isoTime(at),
  ...(what === undefined ? {} : { item: itemText(what) }),
  count,
  totalCost: usdOf(cost),
})

const findingJson = (finding: Finding) => ({
  id: clean(finding.id),
  code: finding.code,
  args: finding.args,
  totalCost: usdOf(finding.cost),
  saving: { low: usdOf(finding.saving.low), high: usdOf(finding.saving.high) },
  assumption: finding.assumption,
  evidence: finding.evidence.map(evidenceJson),
  message: findingText(finding),
  remedy: remedyText(finding),
  assumptionText: assumptionText(finding),
  verify: finding.verify,
  trend: finding.trend ?? null,
})

/** Advice as a value for `JSON.stringify`. */
export const adviceJson = (report: AdviceReport): object => ({
  advise: report.findings.map(findingJson),
  since: report.since ?? null,
  until: report.until ?? null,
  totalCost: usdOf(report.cost),
  calls: report.calls,
  threshold: report.threshold,
  omitted: report.omitted,
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})
