/** Runs an agent over a home without the reading stage: whatever it discovers, each log by its own reader, databases by rows that are given. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent, Detail, Sink } from '../../src/agents/define.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../../src/core/entry.ts'
import type { ContextItem } from '../../src/core/item.ts'
import { addTokens, noTokens, type TokenCounts } from '../../src/core/tokens.ts'
import type { Database, Host, Row } from '../../src/host/host.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { type HostParts, makeHost } from '../support/host.ts'

export interface DirectReading {
  readonly sources: readonly LogSource[]
  /** Merged, by time. */
  readonly entries: readonly UsageEntry[]
  readonly raw: readonly UsageEntry[]
  readonly notes: readonly SessionNote[]
  readonly items: readonly ContextItem[]
  readonly codes: Readonly<Record<string, number>>
  readonly tokens: TokenCounts
}

/** Rows by table. Only queries that a table's name tells apart are understood; conditions are the caller's to keep. */
export type Tables = Readonly<Record<string, readonly Row[]>>

export const databaseOf = (tables: Tables): Database => ({
  columns: table => Object.keys(tables[table]?.[0] ?? {}),
  rows(sql) {
    const table = /\bfrom\s+(\w+)/i.exec(sql)?.[1] ?? ''
    const rows = tables[table] ?? []
    const [, column, value] = /\bwhere\s+(\w+)\s*=\s*'([^']*)'/i.exec(sql) ?? []
    return column === undefined ? rows : rows.filter(row => row[column] === value)
  },
})

export interface DirectOptions extends HostParts {
  readonly detail?: Detail
  /** What stands in databases, by the file's name. */
  readonly databases?: Readonly<Record<string, Tables>>
}

export const readDirectly = (agent: Agent, options: DirectOptions): DirectReading => {
  const host = makeHost(options)
  const sources: LogSource[] = []
  agent.discover(host, new Diagnostics(), source => sources.push(source))
  const found = collector()
  for (const source of sources) readSource(agent, source, host, options, found.sink)
  const deduper = new Deduper()
  for (const entry of found.entries) deduper.add(entry)
  const entries = [...deduper.resolve().entries].sort(
    (a, b) => a.at - b.at || ((a.messageId ?? '') < (b.messageId ?? '') ? -1 : 1),
  )
  const { notes, items, codes } = found
  return { sources, entries, raw: found.entries, notes, items, codes, tokens: sum(entries) }
}

export const sum = (entries: readonly UsageEntry[]): TokenCounts =>
  entries.reduce((total, entry) => addTokens(total, entry.tokens), noTokens)

export const collector = () => {
  const entries: UsageEntry[] = []
  const notes: SessionNote[] = []
  const items: ContextItem[] = []
  const codes: Record<string, number> = {}
  const sink: Sink = {
    entry: entry => entries.push(entry),
    joined() {},
    lineNumber: 0,
    note: note => notes.push(note),
    item: item => items.push(item),
    diagnostic: code => {
      codes[code] = (codes[code] ?? 0) + 1
    },
  }
  return { entries, notes, items, codes, sink }
}

const readSource = (agent: Agent, source: LogSource, host: Host, options: DirectOptions, sink: Sink): void => {
  const { detail = 'counts', databases = {} } = options
  if (source.kind === 'document') {
    agent.document?.read(readFileSync(source.path, 'utf8'), source, detail, sink, host)
  } else if (source.kind === 'database') {
    const tables = databases[source.path.split('/').at(-1) ?? '']
    if (tables) agent.database?.read(databaseOf(tables), source, undefined, detail, sink, host)
  } else readLines(agent, source, readFileSync(source.path), detail, host, sink)
}

const readLines = (agent: Agent, source: LogSource, bytes: Buffer, detail: Detail, host: Host, sink: Sink): void => {
  const { lines } = agent
  if (!lines) throw new Error(`${agent.id} reads no lines`)
  let state: unknown = lines.start(source, detail, host)
  const padded = Buffer.concat([bytes, Buffer.from('\n')])
  for (let start = 0; start < bytes.length; ) {
    const end = padded.indexOf(10, start)
    sink.lineNumber++
    if (end > start) lines.line(padded, start, end, padded.subarray(start, end).includes('}{"'), state, source, sink)
    // A state must survive being written down between any two lines.
    state = JSON.parse(JSON.stringify(state))
    start = end + 1
  }
  lines.finish?.(state, source, sink)
}

const root = join(import.meta.dirname, '../..')
export const recorded = join(root, 'fixtures/recorded')
export const shared = join(root, '../shared')
export const fixtures = join(root, 'fixtures/agents')
