/** What the records of a task put into the context, as far as the extension before 7.2 shows it. */
import type { ContextItem } from '../../core/item.ts'
import { type JsonObject, parseObject, textOf } from '../json.ts'
import { sizeOf, sizeOfJson } from '../text-size.ts'
import { commandHead, targetOf } from '../tool-target.ts'

type Facts = Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem>

export const itemOf = (record: JsonObject, isFirst: boolean): Facts | undefined => {
  const text = textOf(record.text)
  if (text === undefined || record.partial === true) return undefined
  if (record.type === 'ask') return askedFor(record.ask, text)
  switch (isFirst && record.say === 'text' ? 'user_feedback' : record.say) {
    case 'user_feedback':
      return { kind: 'prompt', size: sizeOf(text, 'prose') }
    case 'text':
    case 'completion_result':
      return { kind: 'text', size: sizeOf(text) }
    case 'reasoning':
      return { kind: 'thinking', size: sizeOf(text, 'prose') }
    case 'command_output':
    case 'mcp_server_response':
      return { kind: 'tool-result', size: sizeOf(text) }
    default:
      return undefined
  }
}

/** Calls stand in what the user was asked to allow, allowed beforehand or not. */
const askedFor = (ask: unknown, text: string): Facts | undefined => {
  if (ask === 'command') {
    const name = commandHead(text)
    const target = name === undefined ? undefined : ({ kind: 'command', name } as const)
    return { kind: 'tool-call', tool: 'execute_command', target, size: sizeOf(text, 'json') }
  }
  const call = ask === 'tool' || ask === 'use_mcp_server' ? parseObject(text) : undefined
  const server = textOf(call?.serverName)
  const tool = textOf(call?.tool) ?? textOf(call?.toolName)
  if (!call || tool === undefined) return undefined
  const target = server === undefined ? targetOf(tool, call) : ({ kind: 'mcp', name: server } as const)
  return { kind: 'tool-call', tool, target, size: sizeOfJson(call) }
}
