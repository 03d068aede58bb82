/** What a part of a message puts into the context: its kind, what it is about, and its size (formats/opencode.md §2, §7). */
import { type ContextItem, type ItemTarget, noText, type TextSize } from '../../../core/item.ts'
import { type JsonObject, listOf, objectOf, textOf } from '../../json.ts'
import { addSizes, sizeOf, sizeOfImages, sizeOfJson } from '../../text-size.ts'
import { targetOf } from '../../tool-target.ts'
import type { Session } from './flavour.ts'
import { momentOf } from './message.ts'

/** The message that a part belongs to. */
export interface Around {
  readonly agent: string
  readonly session: Session
  /** Epoch ms of the message. */
  readonly at: number
  readonly message: JsonObject
  /** As its entry has it. */
  readonly messageId: string | undefined
}

type Facts = Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem>

/** A prompt's first words, for a reader to know it by. */
const WORDS_LENGTH = 60

/** The items of one message in the order in which the model is sent them: results come behind all calls. */
export const inOrderSent = (items: readonly ContextItem[]): ContextItem[] => {
  const isResult = (item: ContextItem): boolean => item.kind === 'tool-result'
  return [...items.filter(item => !isResult(item)), ...items.filter(isResult)]
}

/** `id` is the part's own. */
export const itemsOf = (part: JsonObject, id: string | undefined, around: Around): ContextItem[] => {
  const { session, agent, at, message } = around
  const isSidechain = session.root !== session.id
  const thread = { agent, session: session.root, subagent: isSidechain ? session.id : undefined }
  const facts = message.role === 'user' ? given(part) : written(part, message.summary === true)
  const isOwn = (kind: ContextItem['kind']): boolean => kind === 'text' || kind === 'thinking' || kind === 'tool-call'
  return facts.map(fact => ({
    ...thread,
    at,
    id: id && (fact.kind === 'tool-result' ? `${id} result` : id),
    messageId: isOwn(fact.kind) ? around.messageId : undefined,
    ...fact,
  }))
}

/** Parts of a user's message. What the agent adds on its own (`synthetic`) is mostly the content of files that were mentioned. */
const given = (part: JsonObject): Facts[] => {
  if (part.type === 'file') return [fileOf(part)]
  const text = part.type === 'text' && part.ignored !== true ? textOf(part.text) : undefined
  if (text === undefined) return []
  return part.synthetic === true
    ? [{ kind: 'attachment', size: sizeOf(text) }]
    : [{ kind: 'prompt', size: sizeOf(text, 'prose'), title: text.trim().slice(0, WORDS_LENGTH) }]
}

/** A file comes along as text in a part of its own; only a picture is a size by itself. */
const fileOf = (part: JsonObject): Facts => {
  const isPicture = /^image\/|^application\/pdf/.test(textOf(part.mime) ?? '')
  const name = textOf(objectOf(part.source)?.path) ?? textOf(part.filename)
  return {
    kind: 'attachment',
    target: name === undefined ? undefined : { kind: 'file', name },
    size: isPicture ? sizeOfImages(1) : noText,
  }
}

const written = (part: JsonObject, isSummary: boolean): Facts[] => {
  if (part.type === 'tool') return callOf(part)
  const text = textOf(part.text)
  if (text === undefined) return []
  if (part.type === 'text') return [{ kind: isSummary ? 'summary' : 'text', size: sizeOf(text) }]
  return part.type === 'reasoning' ? [{ kind: 'thinking', size: sizeOf(text, 'prose') }] : []
}

/** One part holds the call and, when it is over, its result. */
const callOf = (part: JsonObject): Facts[] => {
  const state = objectOf(part.state) ?? {}
  const args = objectOf(state.input) ?? {}
  const time = objectOf(state.time) ?? {}
  const tool = textOf(part.tool)
  const about = {
    tool,
    target: tool === undefined ? undefined : toolTarget(tool, args),
    callId: textOf(part.callID),
  }
  const call: Facts = { kind: 'tool-call', ...about, size: sizeOfJson(state.input), ...atOf(time.start) }
  const isError = state.status === 'error'
  if (!isError && state.status !== 'completed') return [call]
  const size = resultSize(state, isError)
  const spawned = textOf(objectOf(state.metadata)?.sessionId)
  return [call, { kind: 'tool-result', ...about, size, spawned, ...atOf(time.end), ...(isError ? { isError } : {}) }]
}

const atOf = (time: unknown): { at?: number } => {
  const at = momentOf(time)
  return at === undefined ? {} : { at }
}

const resultSize = (state: JsonObject, isError: boolean): TextSize => {
  const text = textOf(isError ? (objectOf(state.error)?.message ?? state.error) : state.output) ?? ''
  const content = listOf(state.content).flatMap(block => textOf(objectOf(block)?.text) ?? [])
  const pictures = listOf(state.attachments).filter(file => /^image\//.test(textOf(objectOf(file)?.mime) ?? ''))
  return [text, ...content].map(piece => sizeOf(piece)).reduce(addSizes, sizeOfImages(pictures.length))
}

/** The agent's own tools; another name with an underscore is `<server>_<tool>`. */
const own = new Set(
  'bash read edit write multiedit patch apply_patch glob grep list webfetch websearch codesearch task subagent todowrite todoread skill lsp question invalid batch plan_enter plan_exit'.split(
    ' ',
  ),
)

const toolTarget = (tool: string, args: JsonObject): ItemTarget | undefined => {
  const server = own.has(tool) ? undefined : /^([^_]+)_./.exec(tool)?.[1]
  return server === undefined ? targetOf(tool, args) : { kind: 'mcp', name: server }
}
