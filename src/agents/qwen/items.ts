/** Pieces of context in a transcript: its records hold Gemini's parts. */
import { type ContextItem, noText } from '../../core/item.ts'
import {
  attachedSize,
  type ItemFacts,
  modelItems,
  partsOf,
  resultItem,
  titleOf,
  visibleText,
} from '../family/gemini-items.ts'
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../json.ts'
import { addSizes, sizeOf } from '../text-size.ts'

/** What a record adds to its thread's context. A fork's copies keep their records' ids. */
export const recordItems = (
  facts: ItemFacts,
  record: JsonObject,
  messageId: string | undefined,
): readonly ContextItem[] => {
  const uuid = textOf(record.uuid)
  return itemsOf(facts, record, messageId).map((item, n) => ({ ...item, id: uuid && `${uuid}:${n}` }))
}

const itemsOf = (facts: ItemFacts, record: JsonObject, messageId: string | undefined): readonly ContextItem[] => {
  const parts = partsOf(objectOf(record.message)?.parts)
  if (record.type === 'assistant') return modelItems(facts, parts, messageId)
  if (record.type === 'tool_result') return results(facts, parts, record)
  if (record.type === 'user') return [...results(facts, parts, record), ...typed(facts, parts, record)]
  return record.subtype === 'chat_compression' ? compressed(facts, objectOf(record.systemPayload) ?? {}) : []
}

const results = (facts: ItemFacts, parts: readonly JsonObject[], record: JsonObject): readonly ContextItem[] => {
  const isError = objectOf(record.toolCallResult)?.status === 'error' ? true : undefined
  return parts.flatMap(({ functionResponse }) => {
    if (!isObject(functionResponse)) return []
    const item = resultItem(facts, functionResponse)
    return [{ ...item, isError: item.isError ?? isError }]
  })
}

/** A prompt; what the agent itself put among the user's messages (notices of sub-agents) is the agent's. */
const typed = (facts: ItemFacts, parts: readonly JsonObject[], record: JsonObject): readonly ContextItem[] => {
  const text = visibleText(parts)
  const isTyped = record.subtype === undefined && (record.provenance ?? 'real_user') === 'real_user'
  const images = attachedSize(parts)
  const prompt = { ...facts, kind: 'prompt' as const, title: titleOf(facts, text), size: sizeOf(text) }
  return [
    ...(text === '' ? [] : [isTyped ? prompt : { ...facts, kind: 'system' as const, size: sizeOf(text) }]),
    ...(images.imageTokens === 0 ? [] : [{ ...facts, kind: 'attachment' as const, size: images }]),
  ]
}

const compressed = (facts: ItemFacts, payload: JsonObject): readonly ContextItem[] => {
  const texts = listOf(payload.compressedHistory)
    .filter(isObject)
    .map(content => visibleText(partsOf(content.parts)))
  return [{ ...facts, kind: 'summary', size: texts.map(text => sizeOf(text)).reduce(addSizes, noText) }]
}
