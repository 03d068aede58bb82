/** The pieces of context in an event of pi's format, for the receipt: what they are and how large, never what they say. */
import type { ContextItem, TextSize } from '../../core/item.ts'
import { noText } from '../../core/item.ts'
import { isObject, type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { addSizes, sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { commandHead, targetOf } from '../tool-target.ts'

type Item = Omit<ContextItem, 'agent' | 'session' | 'subagent'>

/** In the order of the log. `messageId` is that of the entry, where the event is a response. Copies keep an event's id and time. */
export const itemsOf = (event: JsonObject, messageId: string | undefined): Item[] => {
  const message = objectOf(event.message)
  const at = timeOf(message?.timestamp) ?? timeOf(event.timestamp)
  if (at === undefined) return []
  const name = textOf(event.id) ?? at
  return itemsAt(event, message, at, messageId).map((item, i) => ({ ...item, id: `${name}.${i}` }))
}

const itemsAt = (
  event: JsonObject,
  message: JsonObject | undefined,
  at: number,
  messageId: string | undefined,
): Item[] => {
  switch (event.type) {
    case 'message':
      return message ? itemsOfMessage(message, at, messageId) : []
    case 'compaction':
      return [{ at, kind: 'summary', size: sizeOf(textOf(event.summary) ?? '', 'prose') }]
    case 'branch_summary':
      return [{ at, kind: 'system', size: sizeOf(textOf(event.summary) ?? '', 'prose') }]
    case 'custom_message':
      return contentItems(event.content, at, 'system')
    default:
      return []
  }
}

const itemsOfMessage = (message: JsonObject, at: number, messageId: string | undefined): Item[] => {
  switch (message.role) {
    case 'user':
      return contentItems(message.content, at, message.synthetic === true ? 'system' : 'prompt')
    case 'developer':
    case 'custom':
      return contentItems(message.content, at, 'system')
    case 'assistant':
      return listOf(message.content).flatMap(part => responseItem(part, at, messageId))
    case 'toolResult':
      return [resultItem(message, at)]
    case 'bashExecution':
      return message.excludeFromContext === true ? [] : [shellItem(message, at)]
    default:
      return []
  }
}

/** A prompt's first words. */
const TITLE_LENGTH = 60

/** What the user or the agent put in: its words, and the pictures that came with them. */
const contentItems = (content: unknown, at: number, kind: 'prompt' | 'system'): Item[] => {
  const texts = textsIn(content)
  const images = imagesIn(content)
  const title = kind === 'prompt' ? texts[0]?.trim().slice(0, TITLE_LENGTH) : undefined
  return [
    { at, kind, size: sizeOfAll(texts), title },
    ...(images > 0 ? [{ at, kind: 'attachment' as const, size: sizeOfImages(images) }] : []),
  ]
}

const textsIn = (content: unknown): string[] =>
  typeof content === 'string'
    ? [content]
    : listOf(content).flatMap(part => (isObject(part) ? (textOf(part.text) ?? []) : []))

const imagesIn = (content: unknown): number =>
  listOf(content).filter(part => isObject(part) && part.type === 'image').length

const sizeOfAll = (texts: readonly string[]): TextSize =>
  texts.reduce((sum, text) => addSizes(sum, sizeOf(text)), noText)

const responseItem = (value: unknown, at: number, messageId: string | undefined): Item[] => {
  const part = objectOf(value)
  if (part?.type === 'text') return [{ at, kind: 'text', messageId, size: sizeOf(textOf(part.text) ?? '') }]
  if (part?.type === 'thinking')
    return [{ at, kind: 'thinking', messageId, size: sizeOf(textOf(part.thinking) ?? '', 'prose') }]
  if (part?.type !== 'toolCall') return []
  const tool = textOf(part.name)
  const target = tool === undefined ? undefined : targetOf(tool, objectOf(part.arguments) ?? {})
  return [{ at, kind: 'tool-call', messageId, callId: textOf(part.id), tool, target, size: sizeOfJson(part.arguments) }]
}

const resultItem = (message: JsonObject, at: number): Item => {
  return {
    at,
    kind: 'tool-result',
    callId: textOf(message.toolCallId),
    tool: textOf(message.toolName),
    size: addSizes(sizeOfAll(textsIn(message.content)), sizeOfImages(imagesIn(message.content))),
    isError: message.isError === true,
  }
}

/** A command that the user ran (`!git status`): it goes to the model with the next prompt. */
const shellItem = (message: JsonObject, at: number): Item => {
  const command = textOf(message.command) ?? ''
  const head = commandHead(command)
  return {
    at,
    kind: 'tool-result',
    tool: 'bash',
    target: head === undefined ? undefined : { kind: 'command', name: head },
    size: addSizes(sizeOf(command, 'code'), sizeOf(textOf(message.output) ?? '')),
    isError: typeof message.exitCode === 'number' && message.exitCode !== 0,
  }
}
