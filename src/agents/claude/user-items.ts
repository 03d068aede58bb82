/** User lines: prompts, what came with them, results of tools, summaries, and what the agent itself put there. */
import type { ContextItem, ItemKind } from '../../core/item.ts'
import { textAt } from '../../skim/json-bytes.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { addBlock, addContent, Block, eachBlock } from './blocks.ts'
import * as F from './item-record.ts'
import type { Envelope, ItemState } from './items.ts'
import { measure } from './measure.ts'
import { isMachineMade } from './notes.ts'

const TITLE_LENGTH = 60

/** Bytes that are looked at for a title: enough of them where each character takes four. */
const TITLE_BYTES = 512

const block = new Block()

/** Emits the blocks of a `user` line. */
export const emitUserLine = (r: Skimmer, envelope: Envelope, state: ItemState, sink: Sink): void => {
  const isSummary = F.isTrue(r, F.SUMMARY)
  if (!r.has(F.CONTENT) || (F.isTrue(r, F.TRANSCRIPT_ONLY) && !isSummary)) return
  const { line, agent, session, subagent, thread, at } = envelope
  const b = r.block
  const start = r.starts[F.CONTENT]!
  const end = r.ends[F.CONTENT]!
  // Members one by one: spreading objects takes longer than measuring most texts.
  const emit = (n: number, of: Pick<ContextItem, 'kind'> & Partial<ContextItem>): void =>
    sink.item({
      agent,
      session,
      subagent,
      thread,
      at,
      kind: of.kind,
      id: line && `${line}:${n}`,
      callId: of.callId,
      tool: of.tool,
      target: of.target,
      isError: of.isError,
      section: of.section,
      title: of.title,
      spawned: of.spawned,
      size: measure.size(),
    })
  const text = (n: number, from: number, to: number): void => {
    measure.clear().string(b, from + 1, to - 1)
    emit(n, isSummary ? { kind: 'summary' } : textItem(r, from, to))
  }
  if (b[start] === 34) text(0, start, end)
  else
    eachBlock(b, start, block, n => {
      const { text: words } = block.spans
      if (block.spans.tool_use_id.end !== 0) emit(n, resultOf(r, state))
      else if (words.end !== 0 && b[words.start] === 34) text(n, words.start, words.end)
      else {
        addBlock(measure.clear(), b, block)
        emit(n, { kind: 'attachment' })
      }
    })
}

/** A prompt, or text of the agent's own. */
const textItem = (r: Skimmer, start: number, end: number): { kind: ItemKind } & Partial<ContextItem> => {
  const b = r.block
  const isHuman =
    !r.has(F.ORIGIN_KIND) || b.toString('latin1', r.starts[F.ORIGIN_KIND]!, r.ends[F.ORIGIN_KIND]!) === '"human"'
  const words = beginningOf(b, start, end)
  if (F.isTrue(r, F.META) || !isHuman || isMachineMade(words)) return { kind: 'system', section: 'reminder' }
  return { kind: 'prompt', title: words.trim().replace(/\s+/g, ' ').slice(0, TITLE_LENGTH) }
}

/** The beginning of the string whose quotes stand at `start` and `end - 1`. */
const beginningOf = (b: Buffer, start: number, end: number): string => {
  if (end - start <= TITLE_BYTES) return textAt(b, start, end) ?? ''
  let stop = start + TITLE_BYTES
  // Neither inside a character nor inside an escape.
  while ((b[stop]! & 0xc0) === 0x80) stop--
  const slash = b.lastIndexOf(92, stop)
  if (slash > stop - 12) stop = slash
  while (b[stop - 1] === 92) stop--
  return textAt(Buffer.concat([b.subarray(start, stop), Buffer.from('"')]), 0, stop - start + 1) ?? ''
}

const resultOf = (r: Skimmer, state: ItemState): Pick<ContextItem, 'kind'> & Partial<ContextItem> => {
  const b = r.block
  const { content, is_error } = block.spans
  const callId = block.text(b, 'tool_use_id') ?? ''
  const call = state.calls[callId]
  delete state.calls[callId]
  measure.clear()
  if (content.end !== 0) addContent(measure, b, content.start, content.end)
  const isError = is_error.end !== 0 && b[is_error.start] === 116
  const spawned =
    call?.target?.kind === 'subagent' || call?.tool === 'Task' || call?.tool === 'Agent' ? spawnedBy(r) : undefined
  return {
    kind: 'tool-result',
    callId,
    tool: call?.tool,
    target: call?.target,
    isError: isError || undefined,
    spawned,
  }
}

const result = new Block()

/** The sub-agent that a finished call names. */
const spawnedBy = (r: Skimmer): string | undefined => {
  if (!r.has(F.TOOL_USE_RESULT)) return undefined
  const start = r.starts[F.TOOL_USE_RESULT]!
  if (r.block[start] !== 123 || result.read(r.block, start) < 0) return undefined
  const text = r.block.toString('utf8', start, r.ends[F.TOOL_USE_RESULT]!)
  return /"agentId":"([\w-]+)"/.exec(text)?.[1]
}
