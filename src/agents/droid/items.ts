/** The pieces of context in a record of Droid's transcript, for the receipt. */
import type { ContextItem } from '../../core/item.ts'
import { isObject, type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'

type Item = Omit<ContextItem, 'agent' | 'session' | 'subagent'>

/** A prompt's first words. */
const TITLE_LENGTH = 60

/** In the order of the log. `messageId` is that of the entry, where the record is an answer. */
export const itemsOf = (record: JsonObject, messageId: string): Item[] => {
  const at = timeOf(record.timestamp)
  if (at === undefined) return []
  const name = textOf(record.id) ?? at
  return itemsAt(record, at, messageId).map((item, i) => ({ ...item, id: `${name}.${i}` }))
}

const itemsAt = (record: JsonObject, at: number, messageId: string): Item[] => {
  if (record.type === 'compaction_state')
    return [{ at, kind: 'summary', size: sizeOf(textOf(record.summaryText) ?? textOf(record.summary) ?? '', 'prose') }]
  const message = objectOf(record.message)
  if (record.type !== 'message' || !message) return []
  const parts =
    typeof message.content === 'string'
      ? [{ type: 'text', text: message.content }]
      : listOf(message.content).filter(isObject)
  if (message.role === 'assistant') return parts.flatMap(part => answerItem(part, at, messageId))
  const isOwn =
    (message.visibility ?? record.visibility) === 'llm_only' || (textOf(record.id) ?? '').startsWith('context-')
  return parts.flatMap(part => userItem(part, at, isOwn))
}

const answerItem = (part: JsonObject, at: number, messageId: string): Item[] => {
  if (part.type === 'text') return [{ at, kind: 'text', messageId, size: sizeOf(textOf(part.text) ?? '') }]
  if (part.type === 'thinking')
    return [{ at, kind: 'thinking', messageId, size: sizeOf(textOf(part.thinking) ?? '', 'prose') }]
  if (part.type !== 'tool_use') return []
  const tool = textOf(part.name)
  const target = tool === undefined ? undefined : targetOf(tool, objectOf(part.input) ?? {})
  return [{ at, kind: 'tool-call', messageId, callId: textOf(part.id), tool, target, size: sizeOfJson(part.input) }]
}

/** What the agent itself puts before and between prompts says so by its id, its visibility or its tag. */
const userItem = (part: JsonObject, at: number, isOwn: boolean): Item[] => {
  if (part.type === 'text') {
    const text = textOf(part.text) ?? ''
    if (text.startsWith('<system-reminder>')) return [{ at, kind: 'system', section: 'reminder', size: sizeOf(text) }]
    if (isOwn) return [{ at, kind: 'system', size: sizeOf(text) }]
    return [{ at, kind: 'prompt', size: sizeOf(text), title: text.trim().slice(0, TITLE_LENGTH) }]
  }
  if (part.type === 'image') return [{ at, kind: 'attachment', size: sizeOfImages(1) }]
  if (part.type !== 'tool_result') return []
  const inner = typeof part.content === 'string' ? [part.content] : listOf(part.content).map(one => objectOf(one)?.text)
  const text = inner.filter(one => typeof one === 'string').join('\n')
  const [callId, isError] = [textOf(part.tool_use_id), part.is_error === true]
  return [{ at, kind: 'tool-result', callId, size: sizeOf(text), isError, spawned: SPAWNED.exec(text)?.[1] }]
}

/** What the tool says that starts a sub-agent. */
const SPAWNED = /^(?:task_id|session_id): ([\da-f-]{36})$/m
