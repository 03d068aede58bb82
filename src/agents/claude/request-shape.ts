/**
 * The system prompt and the tools as they were sent: `api-request-shape` since about 2.1.300, `prompt_snapshot` since 2.1.275
 * (formats/OBSERVED.md §14). Written again whenever one of them changes; only what is new or changed becomes an item.
 */
import type { ContextItem } from '../../core/item.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { type JsonObject, listOf, objectOf, parseObject, textOf } from '../json.ts'
import { serverOf } from '../tool-target.ts'
import * as F from './item-record.ts'
import type { Envelope, ItemState } from './items.ts'
import { measure } from './measure.ts'

/** Stands for tools that are not loaded; it takes no room. */
const PLACEHOLDER = 'DeferredToolPlaceholder'

interface Part {
  readonly key: string
  readonly text: string
  readonly item: Pick<ContextItem, 'section'> & Partial<ContextItem>
  /** Loaded by a search for tools: it stands where it was loaded, not among the others. */
  readonly isLoaded: boolean
}

/** Emits what an `api-request-shape` line says differently from the one before. */
export const emitShape = (r: Skimmer, envelope: Envelope, state: ItemState, sink: Sink): void => {
  const shape = r.has(F.SHAPE) ? parseObject(r.block.toString('utf8', r.starts[F.SHAPE]!, r.ends[F.SHAPE]!)) : undefined
  if (!shape) return
  state.hasShape = true
  const system = listOf(shape.system).map(part => textOf(objectOf(part)?.text) ?? '')
  emitParts([...toolParts(shape.tools), systemPart(system)], envelope, state, sink, true)
}

/** Emits a `prompt_snapshot`, unless the requests themselves are logged. */
export const emitSnapshot = (r: Skimmer, envelope: Envelope, state: ItemState, sink: Sink): void => {
  if (state.hasShape) return
  const snapshot = parseObject(r.block.toString('utf8', r.starts[F.ATTACHMENT]!, r.ends[F.ATTACHMENT]!))
  if (!snapshot) return
  const texts = listOf(snapshot.systemPrompt).flatMap(part => textOf(part) ?? [])
  const tools = listOf(snapshot.tools).map(tool => objectOf(objectOf(tool)?.schema) ?? tool)
  emitParts(
    [...toolParts(tools), ...(texts.length > 0 ? [systemPart(texts)] : [])],
    envelope,
    state,
    sink,
    snapshot.tools !== undefined,
  )
}

const systemPart = (texts: readonly string[]): Part => ({
  key: 'system',
  text: texts.join('\n\n'),
  item: { section: 'prompt' },
  isLoaded: false,
})

const toolParts = (tools: unknown): Part[] =>
  listOf(tools).flatMap(value => {
    const tool = objectOf(value)
    const name = textOf(tool?.name)
    if (!tool || name === undefined || name === PLACEHOLDER) return []
    const server = serverOf(name)
    const target = server === undefined ? undefined : ({ kind: 'mcp', name: server } as const)
    return [
      {
        key: `tool:${name}`,
        text: definitionOf(tool),
        item: { section: 'tool', tool: name, target },
        isLoaded: tool.defer_loading === true,
      },
    ]
  })

const definitionOf = (tool: JsonObject): string =>
  `${textOf(tool.name) ?? ''}\n${textOf(tool.description) ?? ''}\n${JSON.stringify(tool.input_schema ?? {})}`

const emitParts = (
  parts: readonly Part[],
  envelope: Envelope,
  state: ItemState,
  sink: Sink,
  isWhole: boolean,
): void => {
  const { line: _line, ...common } = envelope
  const emit = (key: string, mark: number, item: Partial<ContextItem>): void => {
    state.parts[key] = mark
    sink.item({
      ...common,
      kind: 'system',
      isExact: true,
      id: `${key}:${mark}:${common.at}`,
      size: measure.size(),
      ...item,
    })
  }
  for (const { key, text, item, isLoaded } of parts) {
    const mark = markOf(text)
    if (state.parts[key] === mark) continue
    measure.clear().plain(text)
    emit(key, mark, isLoaded ? item : { ...item, key })
  }
  if (!isWhole) return
  const kept = new Set(parts.map(part => part.key))
  for (const key of Object.keys(state.parts).filter(old => !kept.has(old) && state.parts[old] !== 0)) {
    measure.clear()
    emit(key, 0, { key, section: 'tool' })
  }
}

/** A number that another text hardly has; never 0. */
const markOf = (text: string): number => {
  let hash = 5381
  for (let i = 0; i < text.length; i++) hash = (hash * 33 + text.charCodeAt(i)) | 0
  return hash === 0 ? 1 : hash
}
