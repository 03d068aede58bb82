/** What the model wrote: text, thinking, tool calls with their arguments, and the results of tools that the API itself ran. */
import type { ContextItem } from '../../core/item.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { parseObject } from '../json.ts'
import { targetOf } from '../tool-target.ts'
import { addContent, Block, eachBlock } from './blocks.ts'
import * as F from './item-record.ts'
import type { Envelope, ItemState } from './items.ts'
import { measure } from './measure.ts'

/** Arguments longer than this are file contents; what the call is about stands before them or is not looked for. */
const LONGEST_ARGUMENTS = 1 << 18

const block = new Block()

/** Emits the blocks of an `assistant` line. */
export const emitAnswer = (r: Skimmer, envelope: Envelope, state: ItemState, sink: Sink): void => {
  const { line, agent, session, subagent, thread, at } = envelope
  const b = r.block
  const start = r.starts[F.CONTENT]!
  if (!r.has(F.CONTENT)) return
  // Without an id of the response its entry is known by the line's.
  const messageId = r.text(F.MESSAGE_ID) ?? lineId(r)
  const emit = (n: number, of: Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem>): void =>
    sink.item({
      agent,
      session,
      subagent,
      thread,
      at,
      kind: of.kind,
      messageId,
      id: line && `${line}:${n}`,
      callId: of.callId,
      tool: of.tool,
      target: of.target,
      size: of.size,
    })
  if (b[start] === 34)
    emit(0, {
      kind: 'text',
      size: measure
        .clear()
        .string(b, start + 1, r.ends[F.CONTENT]! - 1)
        .size(),
    })
  else
    eachBlock(b, start, block, n => {
      const item = itemOf(b, state)
      if (item) emit(n, item)
    })
}

const lineId = (r: Skimmer): string | undefined =>
  r.has(F.UUID) ? `line:${r.block.toString('latin1', r.starts[F.UUID]! + 1, r.ends[F.UUID]! - 1)}` : undefined

const itemOf = (
  b: Buffer,
  state: ItemState,
): (Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem>) | undefined => {
  const { text, thinking, content } = block.spans
  measure.clear()
  if (block.is(b, 'text')) return { kind: 'text', size: measure.string(b, text.start + 1, text.end - 1).size() }
  if (block.is(b, 'thinking')) {
    if (thinking.end !== 0) measure.string(b, thinking.start + 1, thinking.end - 1)
    return { kind: 'thinking', size: measure.size() }
  }
  if (block.is(b, 'redacted_thinking')) return { kind: 'thinking', size: measure.size() }
  if (block.spans.input.end !== 0) return callOf(b, state)
  const callId = block.text(b, 'tool_use_id')
  if (callId === undefined) return undefined
  if (content.end !== 0) addContent(measure, b, content.start, content.end)
  const call = state.calls[callId]
  return { kind: 'tool-result', callId, tool: call?.tool, target: call?.target, size: measure.size() }
}

const callOf = (b: Buffer, state: ItemState): Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem> => {
  const { input } = block.spans
  const tool = block.text(b, 'name') ?? ''
  const callId = block.text(b, 'id')
  const isLong = input.end - input.start > LONGEST_ARGUMENTS
  const call = {
    tool,
    target: targetOf(tool, isLong ? {} : (parseObject(b.toString('utf8', input.start, input.end)) ?? {})),
  }
  if (callId !== undefined) state.calls[callId] = call
  const size = measure.clear().json(b, input.start, input.end).plain(tool).size()
  return { kind: 'tool-call', callId, tool, target: call.target, size }
}
