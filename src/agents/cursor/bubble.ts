/** One bubble: a prompt, or a step of the answer to it; a tool's call and its result share one. */
import type { ContextItem } from '../../core/item.ts'
import type { Detail } from '../define.ts'
import { Figures, type JsonObject, objectOf, parseObject, textOf, timeOf } from '../json.ts'
import { sizeOf } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'
import { TITLE_LENGTH } from './text.ts'

export type BubbleFault = 'bad-number' | 'unknown-record'

/** What is left of a bubble when it was read: no text but a title's. */
export interface Bubble {
  readonly id: string
  readonly isPrompt: boolean
  readonly title: string | undefined
  readonly at: number | undefined
  readonly model: string | undefined
  /** Of the last request of a turn, cached tokens included; 0 on every other bubble. */
  readonly input: number
  readonly output: number
  /** Characters that the model wrote. */
  readonly length: number
  readonly tool: Tool | undefined
  /** Only where items are asked for. */
  readonly pieces: readonly Piece[]
}

export interface Tool {
  readonly id: string | undefined
  readonly name: string
  /** Whether it may open a conversation of its own. */
  readonly isHelper: boolean
}

export type Piece = Pick<ContextItem, 'kind' | 'callId' | 'tool' | 'target' | 'size' | 'isError'>

const USER = 1

export const bubbleOf = (
  id: string,
  record: JsonObject,
  detail: Detail,
  onFault: (fault: BubbleFault) => void,
): Bubble => {
  const figures = new Figures()
  const counts = objectOf(record.tokenCount)
  if (record.tokenCount !== undefined && record.tokenCount !== null && !counts) onFault('unknown-record')
  const input = figures.count(counts?.inputTokens)
  const output = figures.count(counts?.outputTokens)
  if (figures.isBad) onFault('bad-number')
  const isPrompt = record.type === USER
  const text = textOf(record.text) ?? ''
  const thinking = textOf(record.thinking) ?? textOf(objectOf(record.thinking)?.text) ?? ''
  const call = objectOf(record.toolFormerData)
  const args = textOf(call?.rawArgs) ?? textOf(call?.params) ?? ''
  return {
    id,
    isPrompt,
    title: isPrompt && text !== '' ? text.trim().slice(0, TITLE_LENGTH) : undefined,
    at: timeOf(record.createdAt),
    model: textOf(objectOf(record.modelInfo)?.modelName),
    input,
    output,
    length: isPrompt ? 0 : text.length + thinking.length + args.length,
    tool: isPrompt || !call ? undefined : toolOf(call),
    pieces: detail === 'items' ? piecesOf(isPrompt, text, thinking, call, args) : [],
  }
}

const toolOf = (call: JsonObject): Tool | undefined => {
  const name = textOf(call.name)
  return name === undefined ? undefined : { id: textOf(call.toolCallId), name, isHelper: /task|agent/i.test(name) }
}

const piecesOf = (
  isPrompt: boolean,
  text: string,
  thinking: string,
  call: JsonObject | undefined,
  args: string,
): Piece[] => {
  const pieces: Piece[] = []
  if (thinking !== '') pieces.push({ kind: 'thinking', size: sizeOf(thinking, 'prose') })
  if (text !== '') pieces.push({ kind: isPrompt ? 'prompt' : 'text', size: sizeOf(text) })
  const tool = call && textOf(call.name)
  if (!call || tool === undefined) return pieces
  const about = { callId: textOf(call.toolCallId), tool, target: targetOf(tool, parseObject(args) ?? {}) }
  pieces.push({ kind: 'tool-call', ...about, size: sizeOf(args, 'json') })
  const result = textOf(call.result)
  if (result !== undefined)
    pieces.push({ kind: 'tool-result', ...about, size: sizeOf(result), isError: call.status === 'error' })
  return pieces
}
