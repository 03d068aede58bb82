/**
 * OpenClaw's databases: one row per event of a transcript, large ones compressed; sessions that were deleted or reset are whole transcripts in
 * a table of their own, and so are old ones.
 */
import { dirname } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Database, Row } from '../../host/host.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { type PiDialect, startPi, takeEvent } from '../family/pi.ts'
import { readPiLine } from '../family/pi-lines.ts'
import { parseObject, textOf } from '../json.ts'
import { isZstd, unzstd } from '../zstd/index.ts'
import { dialectWith, rolloutsIn } from './mirrors.ts'

/** When the latest session that was read last changed, epoch ms. */
export interface DatabaseState {
  readonly at: number
}

/** A session that changes while it is read may do so again within the same moment. */
const OVERLAP_MS = 60_000

/** Tables that have a row per session: the second is that of older builds. */
const SESSIONS = ['session_windows', 'sessions'] as const

interface Reading {
  readonly database: Database
  readonly source: LogSource
  readonly detail: Detail
  readonly sink: Sink
  readonly dialect: PiDialect
  /** Sessions that did not change since are left out; undefined: all are read. */
  readonly since: number | undefined
}

/** See `DatabaseReader.read`. */
export const readDatabase = (
  database: Database,
  source: LogSource,
  state: DatabaseState | undefined,
  detail: Detail,
  sink: Sink,
  files: Files,
): DatabaseState => {
  const dialect = dialectWith(rolloutsIn(dirname(source.path), files))
  const since = state && state.at > OVERLAP_MS ? state.at - OVERLAP_MS : undefined
  const reading: Reading = { database, source, detail, sink, dialect, since }
  const sessions = SESSIONS.find(table => database.columns(table).includes('session_id'))
  if (database.columns('transcript_events').includes('event_json')) readEvents(reading, sessions)
  readTranscripts(reading, 'session_transcript_archives', 'created_at')
  readTranscripts(reading, 'session_transcript_cold_archives', 'archived_at')
  if (sessions !== undefined) readTitles(reading, sessions)
  return { at: sessions === undefined ? 0 : lastChange(database, sessions) }
}

const number = (value: Row[string] | undefined): number => (value === null || value === undefined ? 0 : Number(value))

const lastChange = (database: Database, sessions: string): number => {
  if (!database.columns(sessions).includes('updated_at')) return 0
  let at = 0
  for (const row of database.rows(`SELECT max(updated_at) AS at FROM ${sessions}`)) at = number(row.at)
  return at
}

/** Events that can matter where items are not asked for; compressed ones cannot be searched. The first may hold a title. */
const mattering = (hasPacked: boolean): string =>
  ['"usage"', 'model_change', 'model-snapshot', '"session"', '"session_info"']
    .map(text => `instr(event_json, '${text}') > 0`)
    .concat('seq < 16', hasPacked ? 'event_json IS NULL' : [])
    .join(' OR ')

const readEvents = (reading: Reading, sessions: string | undefined): void => {
  const { database, source, detail, sink, since } = reading
  const hasPacked = database.columns('transcript_events').includes('event_zstd')
  const isChanged = since !== undefined && sessions !== undefined && database.columns(sessions).includes('updated_at')
  const conditions = [
    ...(detail === 'items' ? [] : [`(${mattering(hasPacked)})`]),
    ...(isChanged ? [`session_id IN (SELECT session_id FROM ${sessions} WHERE updated_at >= ${since})`] : []),
  ]
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  const columns = `session_id, event_json${hasPacked ? ', event_zstd' : ''}`
  const sql = `SELECT ${columns} FROM transcript_events${where} ORDER BY session_id, seq`
  let state = startPi(detail)
  for (const row of database.rows(sql)) {
    const session = textOf(row.session_id)
    if (session !== state.session) state = startPi(detail, session)
    const event = parseObject(textIn(row.event_json ?? row.event_zstd) ?? '')
    if (event) takeEvent(event, state, source, sink, reading.dialect)
    else sink.diagnostic('bad-line')
  }
}

/** Whole transcripts, lines as in a file. The file of one may lie elsewhere: then its blob is null. */
const readTranscripts = (
  { database, source, detail, sink, dialect, since }: Reading,
  table: string,
  time: string,
): void => {
  const columns = database.columns(table)
  if (!columns.includes('archive_blob')) return
  const recent = since !== undefined && columns.includes(time) ? ` AND ${time} >= ${since}` : ''
  const sql = `SELECT session_id, archive_blob FROM ${table} WHERE archive_blob IS NOT NULL${recent}`
  for (const row of database.rows(sql)) {
    const bytes = bytesIn(row.archive_blob)
    if (!bytes) sink.diagnostic('bad-line')
    const state = startPi(detail, textOf(row.session_id))
    const text = Buffer.concat([bytes ?? new Uint8Array(), Buffer.from('\n')])
    for (let from = 0, end = text.indexOf(10); end >= 0; from = end + 1, end = text.indexOf(10, from))
      if (end > from) readPiLine(text, from, end, false, state, source, sink, dialect)
  }
}

const bytesIn = (value: Row[string] | undefined): Uint8Array | undefined => {
  if (typeof value === 'string') return Buffer.from(value)
  if (!(value instanceof Uint8Array)) return undefined
  return isZstd(value) ? unzstd(value) : value
}

const textIn = (value: Row[string] | undefined): string | undefined => {
  if (typeof value === 'string') return value
  const bytes = bytesIn(value)
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

const TITLE_LENGTH = 200

/** What the user called a session, else what OpenClaw shows for it. */
const readTitles = ({ database, source, sink }: Reading, sessions: string): void => {
  const say = (session: unknown, kind: 'custom' | 'ai', title: unknown): void => {
    const [id, text] = [textOf(session), textOf(title)?.slice(0, TITLE_LENGTH)]
    if (id !== undefined && text !== undefined) sink.note({ agent: source.agent, session: id, kind, text })
  }
  if (database.columns(sessions).includes('display_name'))
    for (const row of database.rows(`SELECT session_id, display_name FROM ${sessions} WHERE display_name IS NOT NULL`))
      say(row.session_id, 'ai', row.display_name)
  const nodes = database.columns('session_nodes')
  if (nodes.includes('label') && nodes.includes('current_session_id'))
    for (const row of database.rows('SELECT current_session_id, label FROM session_nodes WHERE label IS NOT NULL'))
      say(row.current_session_id, 'custom', row.label)
}
