/** What a thread's context is made of, piece by piece. */
import type { ContextItem, ItemTarget } from '../../core/item.ts'
import type { Sink } from '../define.ts'
import { type JsonObject, objectOf, textOf } from '../json.ts'
import { sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'
import type { About } from './about.ts'
import type { LedgerEvent } from './ledger.ts'
import type { Message, Response } from './message.ts'
import { isMachineMade } from './titles.ts'

type Piece = Omit<ContextItem, 'agent' | 'session' | 'subagent' | 'at' | 'messageId'>

type Call = Pick<ContextItem, 'callId' | 'tool' | 'target'>

export const emitItems = (
  messages: readonly Message[],
  responses: readonly Response[],
  matched: ReadonlyMap<LedgerEvent, Response>,
  about: About,
  sink: Sink,
): void => {
  const { agent, session, subagent } = about.facts
  const answers = new Map(responses.map(response => [response.message, response]))
  const ids = new Map([...matched].map(([event, response]) => [response, event.id]))
  const calls = new Map<string, Call>()
  for (const message of messages) {
    const answer = answers.get(message)
    const at = answer?.at ?? message.askedAt ?? about.createdAt
    if (at === undefined) continue // its response, if any, was reported
    const messageId = answer && (ids.get(answer) ?? answer.id)
    for (const piece of message.content.flatMap(block => pieceOf(block, message, calls) ?? []))
      sink.item({ agent, session, subagent, at, ...(message.role === 'assistant' ? { messageId } : {}), ...piece })
  }
}

const pieceOf = (block: JsonObject, message: Message, calls: Map<string, Call>): Piece | undefined => {
  const isModel = message.role === 'assistant'
  switch (block.type) {
    case 'text': {
      const kind = isModel
        ? 'text'
        : isMachineMade(message.record)
          ? 'system'
          : message.role === 'user'
            ? 'prompt'
            : 'attachment'
      return { kind, size: sizeOf(textOf(block.text) ?? '') }
    }
    case 'thinking':
      return { kind: 'thinking', size: sizeOf(textOf(block.thinking) ?? '', 'prose') }
    case 'image':
      return { kind: 'attachment', size: sizeOfImages(1) }
    case 'tool_use':
    case 'server_tool_use': {
      const call = callOf(block)
      if (call.callId !== undefined) calls.set(call.callId, call)
      return { kind: 'tool-call', ...call, size: sizeOfJson(block.input ?? {}) }
    }
    case 'tool_result':
      return resultOf(block, calls)
    default:
      return undefined
  }
}

/** Tools that hand their work to another model. */
const HELPERS = new Set(['Task', 'finder', 'oracle'])

const callOf = (block: JsonObject): Call => {
  const tool = textOf(block.name) ?? ''
  const target: ItemTarget | undefined = HELPERS.has(tool)
    ? { kind: 'subagent', name: tool }
    : targetOf(tool, objectOf(block.input) ?? {})
  return { callId: textOf(block.id), tool: tool || undefined, target }
}

const resultOf = (block: JsonObject, calls: ReadonlyMap<string, Call>): Piece => {
  const callId = textOf(block.toolUseID)
  const run = objectOf(block.run)
  const said = run?.result ?? run?.error ?? ''
  return {
    kind: 'tool-result',
    ...((callId !== undefined && calls.get(callId)) || { callId }),
    size: sizeOf(typeof said === 'string' ? said : JSON.stringify(said)),
    isError: run?.status === 'error',
  }
}
