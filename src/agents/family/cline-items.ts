/** What was said and done in a task folder's list of messages: prompts, answers, tools, by size. What the tools gave back is not in it. */
import type { LogSource } from '../../core/entry.ts'
import { type ContextItem, type ItemTarget, noText } from '../../core/item.ts'
import type { Sink } from '../define.ts'
import { type JsonObject, listOf, parseObject, textOf, timeOf } from '../json.ts'
import { addSizes, sizeOf, sizeOfImages } from '../text-size.ts'
import { commandHead, targetOf } from '../tool-target.ts'

export interface ToolUse {
  readonly name: string
  readonly target: ItemTarget | undefined
}

/** The tool that a message shows the use of; undefined for any other message, and for one that is still being written. */
export const toolOf = (message: JsonObject): ToolUse | undefined => {
  if (message.partial === true) return undefined
  const kind = message.type === 'say' ? message.say : message.ask
  const text = textOf(message.text) ?? ''
  if (kind === 'command') {
    const name = commandHead(text)
    return { name: 'command', target: name === undefined ? undefined : { kind: 'command', name } }
  }
  if (kind === 'browser_action' || kind === 'browser_action_launch')
    return { name: 'browser_action', target: undefined }
  if (kind !== 'tool' && kind !== 'use_mcp_server') return undefined
  const use = parseObject(text) ?? {}
  const server = textOf(use.serverName)
  if (kind === 'use_mcp_server')
    return {
      name: textOf(use.toolName) ?? kind,
      target: server === undefined ? undefined : { kind: 'mcp', name: server },
    }
  const name = textOf(use.tool)
  return name === undefined ? undefined : { name, target: targetOf(name, use) }
}

const kinds: ReadonlyMap<unknown, ContextItem['kind']> = new Map([
  ['task', 'prompt'],
  ['user_feedback', 'prompt'],
  ['user_feedback_diff', 'prompt'],
  ['text', 'text'],
  ['completion_result', 'text'],
  ['reasoning', 'thinking'],
  ['command_output', 'tool-result'],
  ['mcp_server_response', 'tool-result'],
  ['browser_action_result', 'tool-result'],
])

/** Emits all of a task's pieces of context; `usage` names the messages that are requests, to which the words behind them belong. */
export const emitTaskItems = (
  messages: readonly JsonObject[],
  { agent, session }: LogSource,
  usage: Readonly<Record<string, unknown>>,
  sink: Sink,
): void => {
  let messageId: string | undefined
  let isFirst = true
  for (const message of messages) {
    const at = timeOf(message.ts)
    const say = message.type === 'say' ? textOf(message.say) : undefined
    if (at === undefined || message.partial === true) continue
    if (say !== undefined && Object.hasOwn(usage, say)) messageId = `${session ?? ''}:${at}`
    const tool = toolOf(message)
    // The first text of a task is the user's.
    const kind = tool ? 'tool-call' : isFirst && say === 'text' ? 'prompt' : kinds.get(say)
    if (kind === undefined) continue
    isFirst = false
    const isOwn = kind !== 'prompt' && kind !== 'tool-result'
    const callId = tool === undefined ? undefined : String(message.ts)
    const text = textOf(message.text)
    const words = text === undefined ? noText : sizeOf(text)
    const size = addSizes(words, sizeOfImages(listOf(message.images).length))
    sink.item({
      agent,
      session,
      at,
      kind,
      messageId: isOwn ? messageId : undefined,
      callId,
      tool: tool?.name,
      target: tool?.target,
      size,
    })
  }
}
