/**
 * The CLI's `session-store.db` (schema 8 seen, since about 1.0.69): one row per API request, compactions too, exact, but without any id of
 * the API. For sessions, or their beginnings, that are older than the store, the event logs are read here for their totals.
 */
import { dirname, join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Database, Row } from '../../host/host.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { parseObject, textOf, timeOf } from '../json.ts'
import { AGENT_ID, callEntry, modelOf, type Seen } from './calls.ts'
import { factsOf, foldRecord, startEvents } from './events.ts'
import { LEG_REQUEST, openLeg } from './legs.ts'

const TITLE_LENGTH = 200

/** Rows and event logs are stamped by different clocks' ticks; a session this much older than the first row has a part before it. */
const TOLERANCE_MS = 60_000

interface Session {
  readonly cwd: string | undefined
  readonly branch: string | undefined
  readonly createdAt: number | undefined
  readonly summary: string | undefined
}

export const readStore = (database: Database, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const sessions = sessionsOf(database)
  const began = readRows(database, sessions, sink)
  for (const [session, { summary }] of sessions) {
    if (summary === undefined || !began.has(session)) continue
    sink.note({ agent: AGENT_ID, session, kind: 'prompt', text: summary.slice(0, TITLE_LENGTH) })
  }
  const first = Math.min(...began.values())
  const folder = join(dirname(source.path), 'session-state')
  for (const session of sessionFolders(files, folder)) {
    const until = began.get(session) ?? Number.POSITIVE_INFINITY
    const createdAt = sessions.get(session)?.createdAt
    const isCovered = until < Number.POSITIVE_INFINITY && createdAt !== undefined && createdAt > first - TOLERANCE_MS
    if (!isCovered) readEarlier(join(folder, session, 'events.jsonl'), session, until, detail, sink, files)
  }
}

const sessionsOf = (database: Database): ReadonlyMap<string, Session> => {
  const found = new Map<string, Session>()
  if (!database.columns('sessions').includes('id')) return found
  for (const row of database.rows('SELECT * FROM sessions')) {
    const [cwd, branch, summary] = [textOf(row.cwd), textOf(row.branch), textOf(row.summary)]
    const id = textOf(row.id)
    if (id !== undefined) found.set(id, { cwd, branch, summary, createdAt: timeOf(row.created_at) })
  }
  return found
}

/** Emits all rows; when each session's first one was. */
const readRows = (database: Database, sessions: ReadonlyMap<string, Session>, sink: Sink): Map<string, number> => {
  const began = new Map<string, number>()
  const seen: Seen = {}
  if (!database.columns('assistant_usage_events').includes('input_tokens')) return began
  let number = 0
  for (const row of database.rows('SELECT * FROM assistant_usage_events ORDER BY id')) {
    sink.lineNumber = ++number
    const at = timeOf(row.created_at)
    const session = textOf(row.session_id)
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      continue
    }
    if (session !== undefined && !began.has(session)) began.set(session, at)
    const { cwd, branch } = sessions.get(session ?? '') ?? {}
    const subagent = textOf(row.agent_id)
    const isSidechain = subagent !== undefined
    const model = modelOf(row.model, row.copilot_usage_model)
    const facts = { at, session, cwd, project: cwd, branch, model, subagent, isSidechain }
    sink.entry(callEntry(seen, countsOf(row), facts, sink))
  }
  return began
}

const countsOf = (row: Row) => ({
  prompt: plain(row.input_tokens),
  output: plain(row.output_tokens),
  cacheRead: plain(row.cache_read_tokens),
  cacheCreation: plain(row.cache_write_tokens),
  reasoning: plain(row.reasoning_tokens),
  nanoUnits: plain(row.total_nano_aiu),
})

/** Drivers give large integers as such; none that counts tokens needs it. */
const plain = (value: Row[string] | undefined): unknown => (typeof value === 'bigint' ? Number(value) : value)

const sessionFolders = (files: Files, folder: string): string[] => {
  try {
    if (files.stat(folder)?.kind !== 'directory') return []
    return files
      .readDirectory(folder)
      .filter(entry => entry.kind !== 'file')
      .map(entry => entry.name)
      .sort()
  } catch {
    return [] // the event logs' own discovery says what cannot be looked into
  }
}

/** Totals and outputs of an event log up to `until`; the calls that it lists are counted by its own reader. */
const readEarlier = (path: string, session: string, until: number, detail: Detail, sink: Sink, files: Files): void => {
  const text = files.readText(path)
  if (text === undefined) return
  const source = { agent: AGENT_ID, path, size: 0, mtimeMs: 0, device: 0, inode: 0, session }
  const state = startEvents(source, detail === 'items' ? 'calls' : detail, files)
  const quiet = sumsOnly(sink)
  for (const line of text.split('\n')) {
    if (!counted.some(mark => line.includes(mark))) continue
    const record = parseObject(line)
    if (record === undefined) continue // its own reader says so
    if ((timeOf(record.timestamp) ?? 0) >= until) break
    foldRecord(record, state, quiet)
  }
  openLeg(state.legs, factsOf(state), quiet)
}

const counted: readonly string[] = [
  '"session.start"',
  '"session.resume"',
  '"session.model_change"',
  '"session.usage_record"',
  '"session.shutdown"',
  '"outputTokens"',
]

/** Lets through the sums of legs, and nothing that the event log's own reader gives out. */
const sumsOnly = (sink: Sink): Sink => ({
  ...sink,
  entry: entry => {
    if (entry.requestId === LEG_REQUEST) sink.entry(entry)
  },
  note: () => {},
  joined: () => {},
  diagnostic: () => {},
})
