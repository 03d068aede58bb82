/** The JSON, CSV and Markdown of why. */
import type { Grouping } from '../core/grouping.ts'
import { type Money, usdOf } from '../core/money.ts'
import type { CauseCosts, WhyItem, WhyReport, WhyRow } from '../core/why.ts'
import { csvText, type Value } from './csv.ts'
import { clean } from './format.ts'
import { diagnosticsJson, isoTime, SCHEMA_VERSION, totalsJson } from './json-parts.ts'
import { tableMarkdown } from './markdown.ts'
import { notesOf } from './notes.ts'
import { titleLines } from './report-table.ts'
import type { View } from './view.ts'
import { type WhyView, whyTitle } from './why.ts'
import { whyTable } from './why-table.ts'

export const costsJson = ({ cost, enter, carry, rewrite, output, extras }: CauseCosts) => ({
  totalCost: usdOf(cost),
  enter: usdOf(enter),
  carry: usdOf(carry),
  rewrite: usdOf(rewrite),
  output: usdOf(output),
  extras: usdOf(extras),
})

const text = (value: string | undefined): string | null => (value === undefined ? null : clean(value))

const rowJson = (row: WhyRow, by: readonly Grouping[]): object => ({
  key: text(row.key),
  ...(row.name === undefined ? {} : { name: clean(row.name) }),
  ...costsJson(row),
  tokens: row.tokens,
  ...(by.length > 1 ? { rows: row.rows.map(inner => rowJson(inner, by.slice(1))) } : {}),
})

export const itemJson = (item: WhyItem) => ({
  kind: item.what.kind,
  tool: text(item.what.tool),
  target: text(item.what.target),
  ...(item.what.title === undefined ? {} : { title: clean(item.what.title) }),
  ...(item.what.section === undefined ? {} : { section: item.what.section }),
  isError: item.what.isError,
  activity: item.activity,
  ...costsJson(item),
  tokens: item.tokens,
  enteredAt: item.at === undefined ? null : isoTime(item.at),
  carriedCalls: item.carriedCalls,
  sessionId: text(item.session),
  project: text(item.project),
})

const part = ({ key, cost }: { readonly key: string; readonly cost: Money }) => ({ key, totalCost: usdOf(cost) })

export const missesJson = (misses: WhyReport['misses']) =>
  misses.map(({ reason, calls, cost }) => ({ reason, calls, totalCost: usdOf(cost) }))

/** A report as a value for `JSON.stringify`. */
export const whyJson = (report: WhyReport, view: WhyView): object => {
  const by = report.by.length === 0 ? (['activity'] as const) : report.by
  const { context, basis } = report
  return {
    why: report.rows.slice(0, view.limit).map(row => rowJson(row, by)),
    by,
    since: report.since ?? null,
    until: report.until ?? null,
    causes: report.causes.map(row => rowJson(row, ['cause'])),
    items: report.items.map(itemJson),
    sessions: report.sessions.map(session => ({
      sessionId: text(session.key),
      ...(session.name === undefined ? {} : { title: clean(session.name) }),
      agent: session.agent,
      project: text(session.project),
      totalCost: usdOf(session.cost),
      calls: session.calls,
      peakContextTokens: session.peakContext,
      activity: part(session.activity),
      cause: part(session.cause),
    })),
    misses: missesJson(report.misses),
    context: {
      calls: context.calls,
      promptTokens: context.promptTokens,
      baseTokens: context.baseTokens,
      baseCost: usdOf(context.baseCost),
    },
    basis: { exact: usdOf(basis.exact), inferred: usdOf(basis.inferred), none: usdOf(basis.none) },
    totals: totalsJson(report.totals, report.models, view),
    diagnostics: diagnosticsJson(report.diagnostics),
    schemaVersion: SCHEMA_VERSION,
    timeZone: report.timeZone,
  }
}

const csvLine = (
  report: WhyReport,
  keys: readonly (string | undefined)[],
  row: WhyRow,
): (readonly [string, Value])[] => {
  const by = report.by.length === 0 ? ['activity'] : report.by
  return [
    ...by.map((name, i): readonly [string, Value] => [name, clean(keys[i] ?? '')]),
    ...Object.entries(costsJson(row)),
    ['tokens', row.tokens],
  ]
}

const noRow: WhyRow = {
  key: undefined,
  name: undefined,
  cost: { kilo: 0, pico: 0 },
  enter: { kilo: 0, pico: 0 },
  carry: { kilo: 0, pico: 0 },
  rewrite: { kilo: 0, pico: 0 },
  output: { kilo: 0, pico: 0 },
  extras: { kilo: 0, pico: 0 },
  tokens: 0,
  rows: [],
}

/** One line per row of the last level, with the keys of both; no totals, so that a sheet can sum. */
export const whyCsv = (report: WhyReport, view: WhyView): string => {
  const rows = report.rows.slice(0, view.limit)
  const lines = rows.flatMap(row =>
    report.by.length > 1
      ? row.rows.map(inner => csvLine(report, [row.key, inner.key], inner))
      : [csvLine(report, [row.key], row)],
  )
  return csvText(csvLine(report, [], noRow), lines)
}

export const whyMarkdown = (report: WhyReport, given: WhyView): string => {
  const view: View = { ...given, width: undefined, color: false }
  return tableMarkdown(
    titleLines(whyTitle(report), view),
    whyTable(report, report.by, view, given.limit),
    notesOf(report.totals, report.models, report.diagnostics, view),
  )
}
