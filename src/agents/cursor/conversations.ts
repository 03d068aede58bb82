/**
 * The editor's conversations, one after the other: its database can hold gigabytes, so no more than one is in memory. Bubbles change
 * in place, so a conversation that moved is handed out again whole; ids are those of rows.
 */
import type { LogSource } from '../../core/entry.ts'
import { noTokens } from '../../core/tokens.ts'
import type { Database } from '../../host/host.ts'
import type { Detail, Sink } from '../define.ts'
import { Figures, type JsonObject, listOf, objectOf, parseObject, textOf, timeOf } from '../json.ts'
import { type Bubble, type BubbleFault, bubbleOf } from './bubble.ts'
import { TITLE_LENGTH, valueText } from './text.ts'
import { type Conversation, emitTurns, modelOf } from './turn.ts'

/** Plain JSON. */
export interface ConversationsState {
  /** What each conversation was like when it was read: `id, stamp`. */
  readonly stamps: readonly (readonly [string, string])[]
  /** Which conversation a sub-agent was called from: `call, conversation`. */
  readonly calls: readonly (readonly [string, string])[]
}

/** See `DatabaseReader.read`. */
export const readConversations = (
  database: Database,
  source: LogSource,
  state: ConversationsState | undefined,
  detail: Detail,
  sink: Sink,
): ConversationsState => {
  const stamps = new Map(state?.stamps)
  const calls = new Map(state?.calls)
  const hasTable = database.columns('cursorDiskKV').includes('value')
  for (const id of hasTable ? conversationIds(database, sink) : []) {
    const text = recordText(database, COMPOSER + id)
    const record = text === undefined ? undefined : parseObject(text)
    if (text !== undefined && !record) sink.diagnostic('bad-line')
    const stamp = record && `${String(record.lastUpdatedAt)}:${text!.length}`
    if (stamp !== undefined && stamps.get(id) === stamp) continue
    if (stamp !== undefined) stamps.set(id, stamp)
    const bubbles = [...inlineBubbles(record, detail, sink), ...bubblesOf(database, id, detail, sink)]
    for (const { tool } of bubbles) if (tool?.isHelper && tool.id !== undefined) calls.set(tool.id, id)
    const conversation = conversationOf(id, record ?? {}, bubbles, calls, source, sink)
    emitNotes(record ?? {}, conversation, sink)
    emitTurns(conversation, detail, sink)
  }
  return { stamps: [...stamps], calls: [...calls] }
}

const COMPOSER = 'composerData:'
const BUBBLE = 'bubbleId:'

const KEYS = 'SELECT key FROM cursorDiskKV WHERE key > ? AND key < ? ORDER BY key'

/** Of all conversations, those of sub-agents last: whoever called them is known by then. */
const conversationIds = (database: Database, sink: Sink): string[] => {
  const ids = new Set<string>()
  for (const { key } of database.rows(KEYS, COMPOSER, 'composerData;')) ids.add(String(key).slice(COMPOSER.length))
  // Bubbles of conversations that are gone were billed too. One look per conversation, by way of the index of keys.
  for (let from = BUBBLE; ; ) {
    const [row] = database.rows(`${KEYS} LIMIT 1`, from, 'bubbleId;')
    if (!row) break
    const key = String(row.key)
    const end = key.lastIndexOf(':')
    const isWhole = end > BUBBLE.length
    if (isWhole) ids.add(key.slice(BUBBLE.length, end))
    else sink.diagnostic('unknown-record')
    from = isWhole ? `${key.slice(0, end)};` : key
  }
  return [...ids].sort((a, b) => Number(isTask(a)) - Number(isTask(b)) || (a < b ? -1 : 1))
}

/** A tool's sub-conversation: `task-<id>`, a line break, the id of the call. */
const isTask = (id: string): boolean => id.includes('\n')

const recordText = (database: Database, key: string): string | undefined => {
  const [row] = database.rows('SELECT value FROM cursorDiskKV WHERE key = ?', key)
  return valueText(row?.value)
}

const bubblesOf = (database: Database, id: string, detail: Detail, sink: Sink): Bubble[] => {
  const found: Bubble[] = []
  const start = `${BUBBLE}${id}:`
  const sql = 'SELECT key, value FROM cursorDiskKV WHERE key >= ? AND key < ? ORDER BY key'
  for (const { key, value } of database.rows(sql, start, `${BUBBLE}${id};`)) {
    const text = valueText(value)
    const bubbleId = String(key).slice(start.length)
    if (text === undefined || bubbleId.includes(':')) continue // deleted; another conversation, whose id begins like this one's
    const record = parseObject(text)
    if (record) found.push(bubbleOf(bubbleId, record, detail, fault => sink.diagnostic(fault)))
    else sink.diagnostic('bad-line')
  }
  return found
}

/** Builds before bubbles had rows of their own kept them in the conversation. */
const inlineBubbles = (record: JsonObject | undefined, detail: Detail, sink: Sink): Bubble[] =>
  listOf(record?.conversation).flatMap(value => {
    const bubble = objectOf(value)
    const id = textOf(bubble?.bubbleId)
    const onFault = (fault: BubbleFault): void => sink.diagnostic(fault)
    return bubble && id !== undefined ? [bubbleOf(id, bubble, detail, onFault)] : []
  })

const conversationOf = (
  id: string,
  record: JsonObject,
  bubbles: readonly Bubble[],
  calls: ReadonlyMap<string, string>,
  source: LogSource,
  sink: Sink,
): Conversation => {
  const [own = id, call] = id.split('\n')
  const order = new Map<string, number>()
  for (const header of [...listOf(record.fullConversationHeadersOnly), ...listOf(record.conversation)]) {
    const bubble = textOf(objectOf(header)?.bubbleId)
    if (bubble !== undefined && !order.has(bubble)) order.set(bubble, order.size)
  }
  const figures = new Figures()
  const meter = figures.count(objectOf(record.promptTokenBreakdown)?.totalUsedTokens ?? record.contextTokensUsed)
  if (figures.isBad) sink.diagnostic('bad-number')
  const parent = call === undefined ? undefined : calls.get(call)
  return {
    id,
    facts: {
      agent: source.agent,
      session: parent ?? own,
      ...(call === undefined ? {} : { isSidechain: true, subagent: own }),
    },
    createdAt: timeOf(record.createdAt),
    // The model that is chosen now, which says something of a turn only where no bubble says more.
    model: bubbles.some(bubble => bubble.model !== undefined) ? undefined : modelOf(record.modelConfig),
    meter,
    order,
    bubbles,
  }
}

const emitNotes = (record: JsonObject, { facts, bubbles, order }: Conversation, sink: Sink): void => {
  const { agent, session } = facts
  if (session === undefined || facts.isSidechain) return
  const name = textOf(record.name)
  if (name !== undefined) sink.note({ agent, session, kind: 'ai', text: name.slice(0, TITLE_LENGTH) })
  const prompts = bubbles.filter(bubble => bubble.title !== undefined && order.has(bubble.id))
  const [first] = prompts.sort((a, b) => order.get(a.id)! - order.get(b.id)!)
  if (first) sink.note({ agent, session, kind: 'prompt', text: first.title })
  const total = recordedCost(record, sink)
  if (total) sink.note({ agent, session, kind: 'total', total: { key: 'usageData', ...total } })
}

/** What very old builds wrote of a conversation's cost; how many tokens it was for, they did not. */
const recordedCost = (record: JsonObject, sink: Sink) => {
  const figures = new Figures()
  const models = Object.entries(objectOf(record.usageData) ?? {}).flatMap(([model, use]) => {
    const cents = figures.amount(objectOf(use)?.costInCents)
    return cents ? [{ model, tokens: noTokens, usd: cents / 100 }] : []
  })
  if (figures.isBad) sink.diagnostic('bad-number')
  return models.length === 0 ? undefined : { models, usd: models.reduce((sum, { usd }) => sum + usd, 0) }
}
