/** Pieces of context in a session's messages, which are content blocks in Anthropic's shape. */
import { type ContextItem, noText, type TextSize } from '../../core/item.ts'
import type { Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { addSizes, sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { commandHead, targetOf } from '../tool-target.ts'
import { idOf } from './session.ts'

type Facts = Pick<ContextItem, 'agent' | 'session' | 'subagent'> & { readonly sourceAt: number }

export const emitSessionItems = (
  system: string | undefined,
  messages: readonly JsonObject[],
  { agent, session, subagent, sourceAt }: Facts,
  sink: Sink,
): void => {
  const facts = { agent, session, subagent }
  if (system !== undefined) sink.item({ ...facts, at: sourceAt, kind: 'system', size: sizeOf(system) })
  for (const message of messages) {
    const at = timeOf(message.ts)
    if (at === undefined) continue
    const isModel = message.role === 'assistant'
    const messageId = isModel ? idOf(message, facts) : undefined
    const blocks =
      typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : listOf(message.content)
    const isSummary = objectOf(message.metadata)?.usageBefore !== undefined
    for (const block of blocks.filter(isObject)) {
      const piece = pieceOf(block, isModel)
      if (piece)
        sink.item({
          ...facts,
          at,
          messageId,
          ...piece,
          ...(isSummary && piece.kind !== 'tool-call' ? { kind: 'summary' } : {}),
        })
    }
  }
}

type Piece = Pick<ContextItem, 'kind' | 'size' | 'tool' | 'target' | 'callId' | 'isError'>

const pieceOf = (block: JsonObject, isModel: boolean): Piece | undefined => {
  const words = textOf(block.text) ?? textOf(block.thinking)
  switch (block.type) {
    case 'text':
      return { kind: isModel ? 'text' : 'prompt', size: words === undefined ? noText : sizeOf(words) }
    case 'thinking':
    case 'reasoning':
      return { kind: 'thinking', size: words === undefined ? noText : sizeOf(words) }
    case 'image':
      return { kind: 'attachment', size: sizeOfImages(1) }
    case 'file':
      return { kind: 'attachment', size: sizeOf(textOf(block.content) ?? ''), ...fileOf(block) }
    case 'tool_use':
      return callOf(block)
    case 'tool_result':
      return {
        kind: 'tool-result',
        callId: textOf(block.tool_use_id),
        tool: textOf(block.name),
        size: sizeOfResult(block.content),
        isError: block.is_error === true ? true : undefined,
      }
    default:
      return undefined
  }
}

const fileOf = (block: JsonObject): Pick<Piece, 'target'> => {
  const name = textOf(block.path)
  return name === undefined ? {} : { target: { kind: 'file', name } }
}

const callOf = (block: JsonObject): Piece => {
  const tool = textOf(block.name)
  const input = objectOf(block.input) ?? {}
  const command = textOf(listOf(input.commands)[0])
  const head = command === undefined ? undefined : commandHead(command)
  const target = head === undefined ? targetOf(tool ?? '', input) : ({ kind: 'command', name: head } as const)
  return { kind: 'tool-call', callId: textOf(block.id), tool, target, size: sizeOfJson(block.input) }
}

/** A text, or a list of blocks and of results per command or file. */
const sizeOfResult = (content: unknown): TextSize => {
  if (typeof content === 'string') return sizeOf(content)
  let size = noText
  for (const part of listOf(content).filter(isObject)) {
    const text = textOf(part.text) ?? textOf(part.result)
    size = addSizes(
      size,
      part.type === 'image' ? sizeOfImages(1) : text === undefined ? sizeOfJson(part) : sizeOf(text),
    )
  }
  return size
}
