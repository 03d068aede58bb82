/** Pieces of context in the CLI's event log: what the system, the user, the model and the tools said, by size. */
import { type ContextItem, type ItemTarget, noText } from '../../core/item.ts'
import type { Sink } from '../define.ts'
import { type JsonObject, listOf, objectOf, textOf } from '../json.ts'
import { sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'
import { AGENT_ID } from './calls.ts'
import { type EventsState, threadOf } from './events.ts'

type Facts = Pick<ContextItem, 'agent' | 'session' | 'subagent' | 'at'>

const types = new Set([
  'system.message',
  'user.message',
  'assistant.message',
  'tool.execution_complete',
  'session.compaction_complete',
])

/** Whether records of this type hold pieces of context. */
export const takesItems = (type: string): boolean => types.has(type)

export const emitItems = (
  type: string,
  record: JsonObject,
  data: JsonObject,
  at: number,
  state: EventsState,
  sink: Sink,
): void => {
  if (!types.has(type)) return
  const facts = { agent: AGENT_ID, session: state.session, subagent: textOf(record.agentId), at }
  if (type === 'system.message') emitText(facts, 'system', data.content, sink)
  else if (type === 'user.message') emitPrompt(facts, data, sink)
  else if (type === 'assistant.message') emitAnswer(facts, data, messageOf(record, data, state), sink)
  else if (type === 'tool.execution_complete') emitResult(facts, data, sink)
  else emitText(facts, 'summary', data.summaryContent, sink)
}

/** The id of the entry whose words these are: the call that was recorded just before. */
const messageOf = (record: JsonObject, data: JsonObject, state: EventsState): string | undefined => {
  const last = state.last[threadOf(record)]
  return last !== undefined && last.apiId === (textOf(data.apiCallId) ?? '') ? last.entry.messageId : undefined
}

const emitText = (facts: Facts, kind: ContextItem['kind'], value: unknown, sink: Sink, messageId?: string): void => {
  const text = textOf(value)
  if (text !== undefined) sink.item({ ...facts, kind, messageId, size: sizeOf(text) })
}

/** `transformedContent` is what was sent: the prompt with what the agent put around it. */
const emitPrompt = (facts: Facts, data: JsonObject, sink: Sink): void => {
  emitText(facts, 'prompt', data.transformedContent ?? data.content, sink)
  for (const value of listOf(data.attachments)) {
    const attachment = objectOf(value) ?? {}
    const path = textOf(attachment.path) ?? textOf(attachment.filePath) ?? textOf(attachment.displayName)
    const target: ItemTarget | undefined = path === undefined ? undefined : { kind: 'file', name: path }
    const isImage = /^image\//.test(textOf(attachment.mimeType) ?? '') || attachment.type === 'image'
    const text = textOf(attachment.content) ?? textOf(attachment.text)
    const size = isImage ? sizeOfImages(1) : text === undefined ? noText : sizeOf(text)
    sink.item({ ...facts, kind: 'attachment', target, size })
  }
}

const emitAnswer = (facts: Facts, data: JsonObject, messageId: string | undefined, sink: Sink): void => {
  emitText(facts, 'thinking', data.reasoningText, sink, messageId)
  emitText(facts, 'text', data.content, sink, messageId)
  for (const value of listOf(data.toolRequests)) {
    const request = objectOf(value)
    const tool = textOf(request?.name)
    if (request === undefined || tool === undefined) continue
    const server = textOf(request.mcpServerName)
    const target: ItemTarget | undefined =
      server === undefined ? targetOf(tool, objectOf(request.arguments) ?? {}) : { kind: 'mcp', name: server }
    const callId = textOf(request.toolCallId)
    sink.item({ ...facts, kind: 'tool-call', messageId, callId, tool, target, size: sizeOfJson(request.arguments) })
  }
}

const emitResult = (facts: Facts, data: JsonObject, sink: Sink): void => {
  const result = objectOf(data.result)
  const text = textOf(result?.content) ?? textOf(objectOf(data.error)?.message) ?? ''
  const isError = data.success === false ? { isError: true } : {}
  const callId = textOf(data.toolCallId)
  sink.item({ ...facts, kind: 'tool-result', callId, tool: textOf(data.toolName), size: sizeOf(text), ...isError })
}
