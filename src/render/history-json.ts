/** The JSON of history (documented by `json-schema.ts`). */
import type { ForgetReport, HistoryPart, HistoryReport, HistoryRow } from '../core/history.ts'
import { totalTokens } from '../core/tokens.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION } from './json-parts.ts'
import type { View } from './view.ts'

const partJson = ({ sessions, summary }: HistoryPart, view: View) => ({
  sessions,
  entries: summary.entries,
  firstActivity: summary.entries === 0 ? null : isoTime(summary.firstAt),
  lastActivity: summary.entries === 0 ? null : isoTime(summary.lastAt),
  totalTokens: totalTokens(summary.tokens),
  ...amount('totalCost', summary.cost, view),
  unpricedTokens: summary.unpricedTokens,
})

const rowJson = ({ logs, goneLogs, all, only }: Omit<HistoryRow, 'agent'>, view: View) => ({
  logs,
  goneLogs,
  ...partJson(all, view),
  historyOnly: partJson(only, view),
})

/** What is known as a value for `JSON.stringify`. */
export const historyJson = (report: HistoryReport, view: View): object => ({
  history: report.rows.map(row => ({ agent: row.agent, name: view.agentName(row.agent), ...rowJson(row, view) })),
  totals: rowJson(report.totals, view),
  index: {
    path: report.index.path,
    bytes: report.index.bytes,
    damagedFiles: report.index.damaged,
    on: report.index.isOn,
  },
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})

/** What was or was not forgotten as a value for `JSON.stringify`. */
export const forgetJson = (report: ForgetReport, view: View): object => ({
  forget: report.rows.map(row => ({ agent: row.agent, name: view.agentName(row.agent), ...partJson(row, view) })),
  totals: partJson(report.totals, view),
  logs: report.logs,
  forgotten: report.isDone,
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})
