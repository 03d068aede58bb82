/**
 * Attachment lines: reminders, lists of skills and agents, memory files, files that were read along. Since 2.1.275 `rendered` is the very
 * text that was sent; before, the text is guessed from what the attachment holds, and kinds that are never sent are left out.
 */
import type { ContextItem, ItemSection } from '../../core/item.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { type JsonObject, listOf, objectOf, parseObject, textOf } from '../json.ts'
import { addContent, Block, eachBlock } from './blocks.ts'
import * as F from './item-record.ts'
import type { Envelope, ItemState } from './items.ts'
import { measure } from './measure.ts'
import { emitSnapshot } from './request-shape.ts'

const sections: Readonly<Record<string, ItemSection>> = {
  instructions: 'memory',
  nested_memory: 'memory',
  skill_listing: 'skills',
  invoked_skills: 'skills',
  agent_listing_delta: 'agents',
}

/** Said to the agent itself or to the user, never to the model. */
const unsent = new Set([
  'command_permissions',
  'deferred_tools_record',
  'hook_success',
  'hook_non_blocking_error',
  'hook_cancelled',
  'structured_output',
  'read_truncation_notice',
])

/** Texts that stand nowhere in the log but are always the same: tokens. */
const fixed: Readonly<Record<string, number>> = { todo_reminder: 95, task_reminder: 92, compact_file_reference: 60 }

/** Emits what an attachment line says was sent. */
export const emitAttachment = (r: Skimmer, envelope: Envelope, state: ItemState, sink: Sink): void => {
  if (!r.has(F.ATTACHMENT)) return
  const type = typeOf(r)
  if (type === 'prompt_snapshot') {
    emitSnapshot(r, envelope, state, sink)
    return
  }
  measure.clear()
  const what = r.has(F.RENDERED) ? addRendered(r, type) : addUnrendered(r, type)
  if (!what) return
  const size = measure.size()
  const tokens = fixed[type]
  const { line, ...common } = envelope
  sink.item({
    ...common,
    id: line && `${line}:0`,
    ...what,
    size: size.tokens === 0 && tokens ? { ...size, tokens } : size,
  })
}

const block = new Block()

const typeOf = (r: Skimmer): string =>
  block.read(r.block, r.starts[F.ATTACHMENT]!) < 0 ? '' : (block.text(r.block, 'type') ?? '')

const addRendered = (r: Skimmer, type: string): Pick<ContextItem, 'kind' | 'section'> => {
  const b = r.block
  eachBlock(b, r.starts[F.RENDERED]!, block, () => {
    const { start, end } = block.spans.content
    if (end !== 0) addContent(measure, b, start, end)
  })
  return kindOf(type)
}

const kindOf = (type: string): Pick<ContextItem, 'kind' | 'section'> => {
  if (type === 'queued_command') return { kind: 'prompt' }
  if (isFile(type)) return { kind: 'attachment' }
  return { kind: 'system', section: sections[type] ?? 'reminder' }
}

const isFile = (type: string): boolean =>
  /^(?:file|directory|edited_.*|pdf_reference|selected_lines.*|mcp_resource)$/.test(type)

const addUnrendered = (r: Skimmer, type: string): (Pick<ContextItem, 'kind'> & Partial<ContextItem>) | undefined => {
  if (unsent.has(type)) return undefined
  const attachment = parseObject(r.block.toString('utf8', r.starts[F.ATTACHMENT]!, r.ends[F.ATTACHMENT]!))
  if (!attachment) return undefined
  const texts = textsOf(attachment)
  if (texts.length === 0 && fixed[type] === undefined) return undefined
  for (const text of texts) measure.plain(text)
  const name = textOf(attachment.filename) ?? textOf(attachment.path)
  return { ...kindOf(type), ...(name !== undefined && isFile(type) && { target: { kind: 'file', name } }) }
}

/** Where attachments keep what is sent, in whichever of these members. */
const textsOf = (a: JsonObject): string[] => {
  const content = objectOf(a.content)
  const file = objectOf(content?.file)
  const held = [
    a.content,
    content?.content,
    file?.content,
    a.prompt,
    a.snippet,
    a.text,
    a.addedLines,
    a.addedBlocks,
    a.addedNames,
  ]
  const chosen = held.find(value => textOf(value) !== undefined || (Array.isArray(value) && value.length > 0))
  const list = typeof chosen === 'string' ? [chosen] : listOf(chosen)
  const error = textOf(objectOf(a.blockingError)?.blockingError)
  return [...list, error].flatMap(value => textOf(value) ?? textOf(objectOf(value)?.text) ?? [])
}
