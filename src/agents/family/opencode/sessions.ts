/** The sessions of a database: few and small, so they are kept while it is read. */
import type { Database, Row } from '../../../host/host.ts'
import { parseObject, textOf } from '../../json.ts'
import { rootOf, type Session } from './flavour.ts'
import { momentOf } from './message.ts'
import { sessions } from './queries.ts'

export interface SessionRow {
  readonly session: Session
  readonly title: string | undefined
  /** Epoch ms; 0 where it is not known. */
  readonly changedAt: number
}

export interface SessionRows {
  /** A session by its id, one that nothing is known of too. */
  of(id: string): Session
  all(): Iterable<SessionRow>
}

export const readSessions = (database: Database): SessionRows => {
  const parents = new Map<string, string>()
  const rows = new Map<string, Row>()
  for (const table of ['session', 'session_v2']) {
    if (!database.columns(table).includes('id')) continue
    for (const row of database.rows(sessions(database, table))) {
      const id = textOf(row.id)
      const parent = textOf(row.parent)
      if (id !== undefined) rows.set(id, row)
      if (id !== undefined && parent !== undefined) parents.set(id, parent)
    }
  }
  const known = new Map<string, SessionRow>()
  for (const [id, row] of rows) known.set(id, sessionRow(id, row, parents))
  return { of: id => known.get(id)?.session ?? { id, root: id }, all: () => known.values() }
}

const sessionRow = (id: string, row: Row, parents: ReadonlyMap<string, string>): SessionRow => {
  const model = parseObject(textOf(row.model) ?? '') ?? {}
  const session = {
    id,
    root: rootOf(id, other => parents.get(other)),
    directory: textOf(row.directory) ?? textOf(row.worktree),
    version: textOf(row.version),
    model: textOf(model.id),
    provider: textOf(model.providerID),
    createdAt: momentOf(row.created),
  }
  return { session, title: textOf(row.title), changedAt: momentOf(row.updated) ?? 0 }
}
