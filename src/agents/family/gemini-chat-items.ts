/**
 * Pieces of context in a chat file, each once: a message is written again with its tool calls, a tool's result a second time as what
 * the user sent, and a resumed session may write its whole conversation anew, under new ids and without tokens.
 */
import type { ContextItem } from '../../core/item.ts'
import { isObject, type JsonObject, listOf, textOf } from '../json.ts'
import { addSizes, sizeOf } from '../text-size.ts'
import {
  attachedSize,
  callItem,
  type ItemFacts,
  modelItems,
  partsOf,
  resultItem,
  titleOf,
  visibleText,
} from './gemini-items.ts'

/** What was handed out, by id; plain JSON. */
export interface Shown {
  readonly messages: string[]
  readonly calls: string[]
  readonly results: string[]
  /** Whether the agent is writing down again what it wrote before. */
  isReplay: boolean
}

export const startShown = (): Shown => ({ messages: [], calls: [], results: [], isReplay: false })

const CONTEXT = /^\s*(?:<session_context>|This is the Gemini CLI\.|This is the Qwen Code\.)/
const COMPACTED = /^\s*(?:<state_snapshot>|<compressed_chat_history>)/

/** Whether a user's message is not a user's. */
export const isMachineMade = (text: string): boolean => CONTEXT.test(text) || COMPACTED.test(text)

/** Ids are asked for soon after they were noted: a resumed session repeats at most its own conversation. */
const MOST_IDS = 5000

/** Whether `id` is new to the list; then it is no more. */
const isFirst = (list: string[], id: string): boolean => {
  if (list.includes(id)) return false
  if (list.length >= MOST_IDS) list.shift()
  list.push(id)
  return true
}

/** What a message brings that was not handed out before. */
export const chatItems = (
  facts: ItemFacts,
  message: JsonObject,
  id: string,
  isRepeated: boolean,
  shown: Shown,
): readonly ContextItem[] =>
  newItems(facts, message, id, isRepeated, shown).map(item => ({
    ...item,
    id:
      item.kind === 'tool-call' || item.kind === 'tool-result'
        ? item.callId && `${item.callId}:${item.kind}`
        : `${id}:${item.kind}`,
  }))

const newItems = (
  facts: ItemFacts,
  message: JsonObject,
  id: string,
  isRepeated: boolean,
  shown: Shown,
): readonly ContextItem[] => {
  if (message.type === 'user') return userItems(facts, message, id, isRepeated, shown)
  if (!isObject(message.tokens)) return []
  shown.isReplay = false
  const own = isFirst(shown.messages, id) ? modelItems(facts, withThoughts(message), id) : []
  const calls = listOf(message.toolCalls).filter(isObject)
  return [
    ...own.filter(item => item.kind !== 'tool-call' || isFirst(shown.calls, item.callId ?? '')),
    ...calls.filter(call => isFirst(shown.calls, textOf(call.id) ?? '')).map(call => callItem(facts, call, id)),
    ...calls.flatMap(call => resultItems(facts, partsOf(call.result), shown, call)),
  ]
}

/** Thoughts of the list as parts, before those of the content. */
const withThoughts = (message: JsonObject): readonly JsonObject[] => [
  ...listOf(message.thoughts)
    .filter(isObject)
    .map(({ subject, description }) => ({
      thought: true,
      text: `${textOf(subject) ?? ''} ${textOf(description) ?? ''}`,
    })),
  ...partsOf(message.content),
]

const resultItems = (
  facts: ItemFacts,
  parts: readonly JsonObject[],
  shown: Shown,
  call?: JsonObject,
): readonly ContextItem[] =>
  parts.flatMap(({ functionResponse: response }) => {
    if (!isObject(response)) return []
    const callId = textOf(call?.id) ?? textOf(response.id) ?? ''
    return isFirst(shown.results, callId) ? [resultItem(facts, response, call)] : []
  })

const userItems = (
  facts: ItemFacts,
  message: JsonObject,
  id: string,
  isRepeated: boolean,
  shown: Shown,
): readonly ContextItem[] => {
  const parts = partsOf(message.content)
  const text = visibleText(parts)
  if (CONTEXT.test(text) && !isRepeated && shown.messages.length > 0) shown.isReplay = true
  const isNew = isFirst(shown.messages, id) && !shown.isReplay
  const results = resultItems(facts, parts, shown)
  if (!isNew || (text === '' && results.length > 0)) return results
  if (CONTEXT.test(text)) return [{ ...facts, kind: 'system', size: sizeOf(text) }, ...results]
  if (COMPACTED.test(text)) return [{ ...facts, kind: 'summary', size: sizeOf(text) }, ...results]
  return [...results, ...promptItems(facts, message, parts, text)]
}

/** What was typed, and what came with it: files named by `@` are spelled out in the content, not in what was shown. */
const promptItems = (
  facts: ItemFacts,
  message: JsonObject,
  parts: readonly JsonObject[],
  text: string,
): readonly ContextItem[] => {
  const typed = visibleText(partsOf(message.displayContent))
  const isExpanded = typed !== '' && typed.length < text.length
  const images = attachedSize(parts)
  const attached = isExpanded ? addSizes(sizeOf(text.slice(typed.length)), images) : images
  const own = isExpanded ? typed : text
  const hasAttached = isExpanded || images.imageTokens > 0
  return [
    ...(text === '' ? [] : [{ ...facts, kind: 'prompt' as const, title: titleOf(facts, own), size: sizeOf(own) }]),
    ...(hasAttached ? [{ ...facts, kind: 'attachment' as const, size: attached }] : []),
  ]
}
