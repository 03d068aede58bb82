/** The JSON of why --compare. */
import { subtractMoney, usdOf } from '../core/money.ts'
import type { CompareReport, CompareSide } from '../core/why.ts'
import { clean } from './format.ts'
import { diagnosticsJson, SCHEMA_VERSION } from './json-parts.ts'

const sideJson = (side: CompareSide) => ({
  since: side.since ?? null,
  until: side.until ?? null,
  ...(side.name === undefined ? {} : { name: clean(side.name) }),
  totalCost: usdOf(side.cost),
  calls: side.calls,
  promptTokens: side.promptTokens,
  outputTokens: side.outputTokens,
  cacheReadTokens: side.readTokens,
})

/** A comparison as a value for `JSON.stringify`. */
export const compareJson = (report: CompareReport): object => ({
  compare: report.rows.map(({ key, name, before, after }) => ({
    key: key === undefined ? null : clean(key),
    ...(name === undefined ? {} : { name: clean(name) }),
    before: usdOf(before),
    after: usdOf(after),
    difference: usdOf(subtractMoney(after, before)),
  })),
  of: report.of,
  by: report.by,
  before: sideJson(report.before),
  after: sideJson(report.after),
  difference: usdOf(subtractMoney(report.after.cost, report.before.cost)),
  effects: report.effects.map(({ kind, cost }) => ({ kind, cost: usdOf(cost) })),
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})
