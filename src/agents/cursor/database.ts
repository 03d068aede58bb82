/** Cursor's four kinds of databases. Only the keys named here are ever asked for: others hold secrets. */
import type { LogSource } from '../../core/entry.ts'
import type { Database } from '../../host/host.ts'
import type { DatabaseReader, Detail, Sink } from '../define.ts'
import { listOf, objectOf, parseJson, parseObject, textOf } from '../json.ts'
import { type ConversationsState, readConversations } from './conversations.ts'
import { TITLE_LENGTH, valueText } from './text.ts'

/** See `DatabaseReader.read`. */
export const readDatabase: DatabaseReader<ConversationsState | undefined>['read'] = (
  database: Database,
  source: LogSource,
  state: ConversationsState | undefined,
  detail: Detail,
  sink: Sink,
) => {
  if (source.part === 'conversations') return readConversations(database, source, state, detail, sink)
  if (source.part === 'workspace') noteWorkspace(database, source, sink)
  if (source.part === 'chat') noteChat(database, source, sink)
  if (source.part === 'summaries') noteTitles(database, source, sink)
  return undefined
}

/** Which conversations were held in a workspace's folder. */
const noteWorkspace = (database: Database, source: LogSource, sink: Sink): void => {
  const { agent, workspace: text } = source
  if (!database.columns('ItemTable').includes('value')) return
  const keys = ['composer.composerData', 'composer.composerHeaders']
  for (const { value } of database.rows('SELECT value FROM ItemTable WHERE key IN (?, ?)', ...keys)) {
    const record = parseObject(valueText(value) ?? '')
    if (!record) sink.diagnostic('bad-line')
    for (const composer of listOf(record?.allComposers)) {
      const session = textOf(objectOf(composer)?.composerId)
      if (session !== undefined) sink.note({ agent, session, kind: 'worktree', text })
    }
  }
}

/** `meta` has one row: JSON, written as hexadecimal digits. */
const noteChat = (database: Database, source: LogSource, sink: Sink): void => {
  if (!database.columns('meta').includes('value')) return
  for (const { value } of database.rows('SELECT value FROM meta')) {
    const written = valueText(value) ?? ''
    const meta = objectOf(
      parseJson(/^[\da-f]+$/i.test(written) ? Buffer.from(written, 'hex').toString('utf8') : written),
    )
    const session = textOf(meta?.agentId) ?? source.session
    const name = textOf(meta?.name)
    if (!meta) sink.diagnostic('bad-line')
    if (session === undefined || name === undefined) continue
    sink.note({ agent: source.agent, session, kind: 'ai', text: name.slice(0, TITLE_LENGTH) })
  }
}

const noteTitles = (database: Database, { agent }: LogSource, sink: Sink): void => {
  const columns = database.columns('conversation_summaries')
  if (!columns.includes('conversationId') || !columns.includes('title')) return
  for (const row of database.rows('SELECT conversationId, title FROM conversation_summaries')) {
    const session = textOf(row.conversationId)
    const title = textOf(row.title)
    if (session !== undefined && title !== undefined)
      sink.note({ agent, session, kind: 'summary', text: title.slice(0, TITLE_LENGTH) })
  }
}
