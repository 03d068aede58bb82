/**
 * What a response did, and every piece of the thread's context: `response_item` lines (formats/codex.md §8). The lines that the model
 * made stand before its usage, so their items wait until the response's id is known.
 */
import type { LogSource } from '../../core/entry.ts'
import { type ContextItem, type ItemKind, type ItemTarget, noText, type TextSize } from '../../core/item.ts'
import type { Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf } from '../json.ts'
import { addSizes, sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'
import type { CodexState } from './state.ts'

/** Calls, and the name of those that have none of their own. */
const calls: ReadonlyMap<string, string> = new Map([
  ['function_call', ''],
  ['custom_tool_call', ''],
  ['local_shell_call', 'local_shell'],
  ['web_search_call', 'web_search'],
  ['tool_search_call', 'tool_search'],
  ['image_generation_call', 'image_generation'],
])

const results = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'local_shell_call_output',
  'tool_search_output',
])

export const isCall = (type: string | undefined): boolean => type !== undefined && calls.has(type)

/** More calls than this are not waited for. */
const MOST_OPEN_CALLS = 64

const toolOf = (payload: JsonObject): string => {
  const name = textOf(payload.name) ?? calls.get(String(payload.type)) ?? ''
  const space = textOf(payload.namespace)
  return space?.startsWith('mcp__') && !name.startsWith('mcp__') ? `${space}__${name}` : name
}

const callIdOf = (payload: JsonObject): string | undefined => textOf(payload.call_id) ?? textOf(payload.id)

/** Notes a call for the response's list of tools. */
export const takeCall = (payload: JsonObject, state: CodexState): void => {
  const call = `${callIdOf(payload) ?? ''} ${toolOf(payload)}`
  if (!state.tools.includes(call)) state.tools.push(call)
}

type Piece = Pick<ContextItem, 'kind' | 'size'> & Partial<ContextItem>

const isModels = (kind: ItemKind): boolean => kind === 'text' || kind === 'thinking' || kind === 'tool-call'

const give = (piece: Piece, at: number, state: CodexState, source: LogSource, sink: Sink): void => {
  const thread = state.thread ?? source.session
  const item: ContextItem = {
    agent: source.agent,
    session: state.isSubagent ? (state.root ?? thread) : thread,
    subagent: state.isSubagent ? thread : undefined,
    at,
    ...piece,
  }
  if (state.held.length > 0 || isModels(item.kind)) state.held.push(item)
  else sink.item(item)
}

/** Hands out what waited: with the id of the response that made it, or without one where no usage came. */
export const releaseItems = (state: CodexState, sink: Sink, messageId?: string): void => {
  for (const item of state.held)
    sink.item(isModels(item.kind) && messageId !== undefined ? { ...item, messageId } : item)
  state.held = []
}

/** The item in a `response_item` line. */
export const takeItem = (payload: JsonObject, at: number, state: CodexState, source: LogSource, sink: Sink): void => {
  const type = String(payload.type)
  const put = (piece: Piece): void => give(piece, at, state, source, sink)
  // What the user says begins something new: what was held had no usage that would come behind it.
  if (type === 'message' && payload.role !== 'assistant') releaseItems(state, sink)
  if (type === 'message') for (const piece of messagePieces(payload)) put(piece)
  else if (type === 'reasoning') put({ kind: 'thinking', size: reasoningSize(payload) })
  else if (isCall(type)) put(callPiece(payload, state))
  else if (results.has(type)) put(resultPiece(payload, state))
  else if (type === 'agent_message') put({ kind: 'prompt', size: textsSize(payload.content) })
}

/** What a compaction left of everything before it: a `compacted` line. */
export const takeSummary = (
  payload: JsonObject,
  at: number,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): void => {
  releaseItems(state, sink)
  const kept = listOf(payload.replacement_history).map(part => (isObject(part) ? textsSize(part.content) : noText))
  const size = [...kept, sizeOf(textOf(payload.message) ?? '', 'prose')].reduce(addSizes, noText)
  give({ kind: 'summary', size }, at, state, source, sink)
}

/** Begins of texts that Codex puts into the user's messages. */
const machineMade = /^\s*(?:<|# AGENTS\.md)/

function* messagePieces(payload: JsonObject): Iterable<Piece> {
  const about = listOf(objectOf(payload.internal_chat_message_metadata_passthrough)?.content_item_metadata)
  for (const [i, part] of listOf(payload.content).entries()) {
    if (!isObject(part)) continue
    const text = textOf(part.text)
    if (part.type === 'input_image') yield { kind: 'attachment', size: sizeOfImages(1) }
    else if (text !== undefined) yield { kind: messageKind(payload.role, text, about[i]), size: sizeOf(text) }
  }
}

const messageKind = (role: unknown, text: string, about: unknown): ItemKind => {
  if (role === 'assistant') return 'text'
  if (role !== 'user') return 'system'
  const from = isObject(about) ? textOf(objectOf(about.provenance)?.type) : undefined
  if (from !== undefined) return from === 'user' ? 'prompt' : 'system'
  return machineMade.test(text) ? 'system' : 'prompt'
}

/** A text, a list of parts with texts and pictures, or structured values. */
const textsSize = (value: unknown): TextSize => {
  if (typeof value === 'string') return sizeOf(value)
  if (!Array.isArray(value)) return sizeOfJson(value ?? undefined)
  return value.reduce<TextSize>((size, part) => {
    if (!isObject(part)) return size
    if (part.type === 'input_image') return addSizes(size, sizeOfImages(1))
    return addSizes(size, sizeOf(textOf(part.text) ?? ''))
  }, noText)
}

const reasoningSize = ({ summary, content }: JsonObject): TextSize =>
  addSizes(textsSize(listOf(summary)), textsSize(listOf(content)))

const argumentsOf = (payload: JsonObject): JsonObject => {
  const { arguments: given, action } = payload
  return (typeof given === 'string' ? parseObject(given) : objectOf(given)) ?? objectOf(action) ?? {}
}

/** A command may be a list of words, the last of which is a whole line for a shell. */
const withCommand = (args: JsonObject): JsonObject =>
  Array.isArray(args.command)
    ? { ...args, command: args.command.filter(word => typeof word === 'string').join(' ') }
    : args

const PATCHED_FILE = /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m

const callTarget = (tool: string, payload: JsonObject): ItemTarget | undefined => {
  const patched = typeof payload.input === 'string' ? PATCHED_FILE.exec(payload.input)?.[1] : undefined
  if (patched !== undefined) return { kind: 'file', name: patched.trim() }
  const args = withCommand(argumentsOf(payload))
  if (tool === 'spawn_agent') return { kind: 'subagent', name: textOf(args.agent_type) ?? 'default' }
  if (tool === 'web_search') return { kind: 'query', name: tool }
  return targetOf(tool, args)
}

const callPiece = (payload: JsonObject, state: CodexState): Piece => {
  const tool = toolOf(payload)
  const callId = callIdOf(payload)
  const target = callTarget(tool, payload)
  if (callId !== undefined) {
    state.calls.push([callId, tool, target])
    if (state.calls.length > MOST_OPEN_CALLS) state.calls.shift()
  }
  const { arguments: given, input, action } = payload
  const size =
    typeof given === 'string'
      ? sizeOf(given, 'json')
      : typeof input === 'string'
        ? sizeOf(input, 'code')
        : sizeOfJson(given ?? action ?? undefined)
  return { kind: 'tool-call', size, callId, tool, target }
}

const resultPiece = (payload: JsonObject, state: CodexState): Piece => {
  const callId = callIdOf(payload)
  const open = state.calls.findIndex(([id]) => id === callId)
  const [, tool, target] = open < 0 ? [] : state.calls.splice(open, 1)[0]!
  const { isError, output } = outputOf(payload)
  return { kind: 'tool-result', size: textsSize(output), callId, tool, target, isError }
}

/** Older versions wrap output and exit code in JSON text; newer ones begin with lines about them. */
const outputOf = ({
  output,
  tools,
}: JsonObject): { readonly output: unknown; readonly isError: boolean | undefined } => {
  if (isObject(output))
    return { output: output.content ?? output, isError: output.success === false ? true : undefined }
  if (typeof output !== 'string') return { output: output ?? tools, isError: undefined }
  const wrapped = output.startsWith('{"output":') ? parseObject(output) : undefined
  const exit = wrapped ? objectOf(wrapped.metadata)?.exit_code : exitCodeIn(output)
  return {
    output: textOf(wrapped?.output) ?? output,
    isError: typeof exit === 'number' && exit !== 0 ? true : undefined,
  }
}

const exitCodeIn = (output: string): number | undefined => {
  const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(output.slice(0, 300))?.[1]
  return code === undefined ? undefined : Number(code)
}
