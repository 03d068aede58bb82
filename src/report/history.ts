/** What is known of all usage by agent, and what of it only the history knows. Every response counts here, also one that used nothing. */
import type { ForgetReport, HistoryPart, HistoryReport, HistoryRow } from '../core/history.ts'
import { type PricedEntry, Summing } from '../core/summary.ts'
import { compareNames, groupBy } from './fold.ts'

export interface HistoryOptions {
  /** Whether no log holds an entry any more. */
  readonly isOnly: (priced: PricedEntry) => boolean
  /** Of agents that have any. */
  readonly logs: ReadonlyMap<string, { readonly there: number; readonly gone: number }>
}

const noLogs = { there: 0, gone: 0 }

export const historyRows = (
  entries: readonly PricedEntry[],
  { isOnly, logs }: HistoryOptions,
): Pick<HistoryReport, 'rows' | 'totals'> => {
  const only = entries.filter(isOnly)
  const byAgent = groupBy(entries, ({ entry }) => entry.agent)
  const onlyByAgent = groupBy(only, ({ entry }) => entry.agent)
  const agents = [...new Set([...byAgent.keys(), ...logs.keys()])].sort(compareNames)
  const rows = agents.map((agent): HistoryRow => {
    const { there, gone } = logs.get(agent) ?? noLogs
    return {
      agent,
      logs: there,
      goneLogs: gone,
      all: partOf(byAgent.get(agent) ?? []),
      only: partOf(onlyByAgent.get(agent) ?? []),
    }
  })
  const sum = (countOf: (row: HistoryRow) => number): number => rows.reduce((total, row) => total + countOf(row), 0)
  const totals = { logs: sum(row => row.logs), goneLogs: sum(row => row.goneLogs) }
  return { rows, totals: { ...totals, all: partOf(entries), only: partOf(only) } }
}

export const forgetRows = (entries: readonly PricedEntry[]): Pick<ForgetReport, 'rows' | 'totals'> => ({
  rows: [...groupBy(entries, ({ entry }) => entry.agent)]
    .map(([agent, own]) => ({ agent, ...partOf(own) }))
    .sort((a, b) => compareNames(a.agent, b.agent)),
  totals: partOf(entries),
})

const partOf = (entries: readonly PricedEntry[]): HistoryPart => {
  const sum = new Summing()
  const sessions = new Set<string>()
  for (const priced of entries) {
    sum.add(priced)
    const { agent, session } = priced.entry
    if (session !== undefined) sessions.add(`${agent}\0${session}`)
  }
  return { sessions: sessions.size, summary: sum.done() }
}
