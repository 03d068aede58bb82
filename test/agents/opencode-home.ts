/** Homes of OpenCode and its forks, read by way of the agent's own discovery and the real SQLite driver; and databases made for one test. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Agent, Detail } from '../../src/agents/define.ts'
import { Diagnostics } from '../../src/core/diagnostic.ts'
import type { LogSource, SessionNote, UsageEntry } from '../../src/core/entry.ts'
import type { ContextItem } from '../../src/core/item.ts'
import { addTokens, noTokens, type TokenCounts } from '../../src/core/tokens.ts'
import type { Host } from '../../src/host/host.ts'
import { withDatabase } from '../../src/host/sqlite/open.ts'
import { Deduper } from '../../src/ingest/dedupe.ts'
import { type HostParts, makeHost } from '../support/host.ts'

export const hostFor = (parts: HostParts): Host => ({ ...makeHost(parts), withDatabase })

/** What one reading of one source gave. */
export class Reading {
  readonly entries: UsageEntry[] = []
  readonly items: ContextItem[] = []
  readonly notes: SessionNote[] = []
  readonly codes: Record<string, number> = {}

  readonly sink = {
    entry: (entry: UsageEntry): void => void this.entries.push(entry),
    joined(): void {},
    lineNumber: 0,
    note: (note: SessionNote): void => void this.notes.push(note),
    item: (item: ContextItem): void => void this.items.push(item),
    diagnostic: (code: string): void => {
      this.codes[code] = (this.codes[code] ?? 0) + 1
    },
  }

  /** Takes in a source; the state it leaves, written down and read again. */
  async read(
    agent: Agent,
    host: Host,
    source: LogSource,
    detail: Detail = 'counts',
    state?: unknown,
  ): Promise<unknown> {
    if (source.kind === 'database')
      return JSON.parse(
        JSON.stringify(
          await host.withDatabase(source.path, open =>
            agent.database!.read(open, source, state, detail, this.sink, host),
          ),
        ),
      )
    agent.document!.read(host.readText(source.path) ?? '', source, detail, this.sink, host)
    return undefined
  }
}

export const mergedOf = (entries: readonly UsageEntry[]) => {
  const deduper = new Deduper()
  for (const entry of entries) deduper.add(entry)
  const { entries: merged, merged: counts } = deduper.resolve()
  const inOrder = [...merged].sort((a, b) => a.at - b.at || ((a.messageId ?? '') < (b.messageId ?? '') ? -1 : 1))
  return { entries: inOrder, copies: counts.copies }
}

/** Everything in a home, entries merged. */
export const readHome = async (agent: Agent, parts: HostParts, detail: Detail = 'counts') => {
  const host = hostFor(parts)
  const odd = new Diagnostics()
  const sources: LogSource[] = []
  const roots = agent.discover(host, odd, source => sources.push(source))
  const reading = new Reading()
  for (const source of sources) await reading.read(agent, host, source, detail)
  for (const { code } of odd.list()) reading.sink.diagnostic(code)
  const { items, notes, codes } = reading
  return { roots, sources, items, notes, codes, ...mergedOf(reading.entries) }
}

export const sumOf = (entries: readonly UsageEntry[]): TokenCounts =>
  entries.reduce((sum, entry) => addTokens(sum, entry.tokens), noTokens)

/** Runs SQL on a database of a test's own, made by its first use; what it commits stays in the write-ahead log. */
export const execute = (home: string, path: string, sql: string): void => {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  const script = `import sqlite3,sys,os
d=sqlite3.connect(sys.argv[1]); d.execute('PRAGMA journal_mode=WAL'); d.execute('PRAGMA wal_autocheckpoint=0')
d.executescript(sys.stdin.read()); d.commit(); os._exit(0)`
  execFileSync('python3', ['-c', script, file], { input: sql })
}
