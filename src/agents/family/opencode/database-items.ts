/** The items of a session, out of a database. */
import type { ContextItem } from '../../../core/item.ts'
import type { Database, Row } from '../../../host/host.ts'
import type { Sink } from '../../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf } from '../../json.ts'
import type { Flavour, Session } from './flavour.ts'
import { type Around, inOrderSent, itemsOf } from './items.ts'
import { entryOfMessage, momentOf } from './message.ts'
import { secondParts, sessionParts } from './queries.ts'

const silent = { diagnostic(): void {} }

export const itemsOfSession = (database: Database, session: Session, flavour: Flavour, sink: Sink): void => {
  const hasRows = (table: string): boolean => database.columns(table).includes('session_id')
  const firsts = hasRows('message') && hasRows('part') ? database.rows(sessionParts(database), session.id) : []
  const isFirst = giveFirst(firsts, session, flavour, sink)
  // A migrated session lies in both layouts; its items are counted once.
  if (!isFirst && hasRows('session_message')) giveSecond(database.rows(secondParts, session.id), session, flavour, sink)
}

const aroundOf = (message: JsonObject, row: Row, session: Session, flavour: Flavour, isSecond: boolean): Around => {
  const createdAt = momentOf(row.created)
  const isAnswer = message.role === 'assistant' || isSecond
  const beside = { session, createdAt, isSecond, steps: [], tools: [] }
  const entry = isAnswer ? entryOfMessage(message, beside, flavour, silent) : undefined
  const at = entry?.at ?? momentOf(objectOf(message.time)?.created) ?? createdAt ?? 0
  return { agent: flavour.agent, session, at, message, messageId: entry?.messageId }
}

/** Whether there were any. */
const giveFirst = (rows: Iterable<Row>, session: Session, flavour: Flavour, sink: Sink): boolean => {
  let id: unknown
  let around: Around | undefined
  let items: ContextItem[] = []
  const give = (): void => {
    for (const item of inOrderSent(items)) sink.item(item)
    items = []
  }
  for (const row of rows) {
    if (row.id !== id) {
      give()
      const message = parseObject(textOf(row.data) ?? '')
      around = message && aroundOf(message, row, session, flavour, false)
      id = row.id
    }
    const part = parseObject(textOf(row.part) ?? '')
    if (around && part) items.push(...itemsOf(part, textOf(row.partId), around))
  }
  give()
  return around !== undefined
}

const giveSecond = (rows: Iterable<Row>, session: Session, flavour: Flavour, sink: Sink): void => {
  for (const row of rows) {
    const record = parseObject(textOf(row.data) ?? '')
    if (!record) continue
    const isUsers = row.type === 'user' || row.type === 'synthetic'
    const message = { ...record, role: isUsers ? 'user' : 'assistant', summary: row.type === 'compaction' }
    const around = aroundOf(message, row, session, flavour, !isUsers)
    const parts = secondPartsOf(row.type, record)
    const items = parts.flatMap((part, i) => itemsOf(part, `${row.id} ${i}`, around))
    for (const item of inOrderSent(items)) sink.item(item)
  }
}

/** A row of OpenCode 2 as the parts that 1.x would have made of it. */
const secondPartsOf = (type: unknown, record: JsonObject): readonly JsonObject[] => {
  if (type === 'assistant') {
    const blocks = listOf(record.content).filter(isObject)
    return blocks.map(block => (block.type === 'tool' ? { ...block, tool: block.name, callID: block.id } : block))
  }
  if (type !== 'user' && type !== 'compaction' && type !== 'synthetic') return []
  const text = textOf(record.text) ?? textOf(record.summary)
  const files = listOf(record.files).filter(isObject)
  const texts = text === undefined ? [] : [{ type: 'text', text, synthetic: type === 'synthetic' }]
  return [...texts, ...files.map(file => ({ ...file, type: 'file' }))]
}
