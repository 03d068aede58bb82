/**
 * The databases of 1.2 and later (`message`, `part`) and of 2.x (`session_message`), which a migrated one holds side by side. A row that may have
 * changed since the last reading is handed out again: rows are rewritten until their answer is complete.
 */
import type { LogSource } from '../../../core/entry.ts'
import type { Database, Row } from '../../../host/host.ts'
import { type DatabaseReader, type Detail, databaseReader, type Sink } from '../../define.ts'
import { type JsonObject, listOf, objectOf, parseJson, textOf } from '../../json.ts'
import { itemsOfSession } from './database-items.ts'
import { type Flavour, isPlaceholderTitle, type Session } from './flavour.ts'
import { entryOfMessage, momentOf } from './message.ts'
import { toolCall } from './parts.ts'
import { events, lastRow, messages, type Query, secondMessages } from './queries.ts'
import { readSessions, type SessionRows } from './sessions.ts'

/** Where the last reading ended. */
interface DatabaseState {
  /** The last row of each store. */
  readonly rows: Readonly<Record<string, number>>
  /** The last change, epoch ms. */
  readonly changedAt: number
}

/** Several processes write at once, each with the time at which it began to: changes can come in late by as much. */
const LATE_MS = 600_000

const stores: readonly { readonly table: string; readonly query: Query; readonly isSecond: boolean }[] = [
  { table: 'message', query: messages, isSecond: false },
  { table: 'session_message', query: secondMessages, isSecond: true },
  { table: 'event', query: events, isSecond: false },
]

export const storeReader = (flavour: Flavour): DatabaseReader =>
  databaseReader<DatabaseState>({
    read(database, source, state, detail, sink) {
      const there = stores.filter(({ table }) => database.columns(table).includes('data'))
      if (there.length === 0) sink.diagnostic('unknown-record')
      const reading = new Reading(database, source, state, detail, flavour, sink)
      for (const store of there) reading.store(store)
      reading.notes()
      reading.items()
      return reading.state()
    },
  })

class Reading {
  private readonly sessions: SessionRows
  private readonly changed = new Set<string>()
  private readonly rows: Record<string, number>
  private changedAt: number

  constructor(
    private readonly database: Database,
    private readonly source: LogSource,
    private readonly before: DatabaseState | undefined,
    private readonly detail: Detail,
    private readonly flavour: Flavour,
    private readonly sink: Sink,
  ) {
    this.sessions = readSessions(database)
    this.rows = { ...before?.rows }
    this.changedAt = before?.changedAt ?? 0
  }

  store({ table, query, isSecond }: (typeof stores)[number]): void {
    const { database, before, flavour } = this
    if (table === 'event' && database.columns('session').length === 0) return
    const last = before?.rows[table] ?? -1
    const since = before ? before.changedAt - LATE_MS : 0
    const sql = query(database, this.detail !== 'counts', flavour.wrong)
    for (const row of database.rows(sql, last, since)) this.row(row, isSecond)
    for (const { row } of database.rows(lastRow(table))) if (typeof row === 'number') this.rows[table] = row
  }

  private row(row: Row, isSecond: boolean): void {
    const session = this.sessions.of(textOf(row.session) ?? '')
    this.changedAt = Math.max(this.changedAt, momentOf(row.updated) ?? 0)
    this.changed.add(session.id)
    const message = this.answerIn(row.data)
    if (!message) return
    const beside = {
      session,
      createdAt: momentOf(row.created),
      isSecond,
      steps: listIn(row.steps),
      tools: toolsIn(row.calls),
    }
    const entry = entryOfMessage(message, beside, this.flavour, this.sink)
    if (entry) this.sink.entry(entry)
  }

  /** The answer in a row's data; a prompt is none, and of anything else it is said what is wrong. */
  private answerIn(data: Row[string] | undefined): JsonObject | undefined {
    const message = typeof data === 'string' ? parseJson(data) : undefined
    const role = objectOf(message)?.role
    if (message === undefined) this.sink.diagnostic('bad-line')
    else if (role !== 'assistant' && role !== 'user') this.sink.diagnostic('unknown-record')
    return role === 'assistant' ? objectOf(message) : undefined
  }

  /** Titles of what the user began and changed since. */
  notes(): void {
    const { agent } = this.source
    const since = this.before ? this.before.changedAt - LATE_MS : 0
    for (const { session, title, changedAt } of this.sessions.all()) {
      if (session.root !== session.id || title === undefined || isPlaceholderTitle(title) || changedAt < since) continue
      this.sink.note({ agent, session: session.id, kind: 'ai', text: title })
    }
  }

  /** The items of every session that something came to, whole and in their order. */
  items(): void {
    if (this.detail !== 'items') return
    const sessions: Session[] = [...this.changed].map(id => this.sessions.of(id))
    for (const session of sessions) itemsOfSession(this.database, session, this.flavour, this.sink)
  }

  state(): DatabaseState {
    return { rows: this.rows, changedAt: this.changedAt }
  }
}

const listIn = (value: unknown): readonly unknown[] => (typeof value === 'string' ? listOf(parseJson(value)) : [])

/** `[id, name]` of each call, as entries name them, each once. */
const toolsIn = (value: unknown): string[] => {
  const names = listIn(value).flatMap(call => toolCall(...pair(call)) ?? [])
  return [...new Set(names)]
}

const pair = (value: unknown): [unknown, unknown] => {
  const [id, name] = listOf(value)
  return [id, name]
}
