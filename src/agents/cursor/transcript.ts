/**
 * A transcript of the command line (and of newer editors): what was said, line by line, without ids, tokens or a model; a time stands
 * only in newer prompts. A turn is one entry without counts, known by its place as the same turn in the editor's database is.
 */
import { type EntryFacts, entryOf, type LogSource } from '../../core/entry.ts'
import type { ContextItem } from '../../core/item.ts'
import { noTokens } from '../../core/tokens.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, objectsIn, parseObject, textOf, timeOf } from '../json.ts'
import { sizeOf, sizeOfImages, sizeOfJson } from '../text-size.ts'
import { targetOf } from '../tool-target.ts'
import { promptOf, sentAt } from './prompt.ts'
import { TITLE_LENGTH } from './text.ts'
import { estimate, turnId, UNCOUNTED } from './turn.ts'

export interface TranscriptState {
  readonly detail: Detail
  /** When the chat began, as the file beside it says. Epoch ms. */
  createdAt: number | undefined
  /** Number of the turn: how many prompts there were. */
  turn: number
  /** When the turn was asked for. Epoch ms. */
  at: number | undefined
  /** Whether the model answered. */
  isAnswered: boolean
  visibleLength: number
  tools: string[]
}

/** See `LineReader.start`. */
export const startTranscript = (source: LogSource, detail: Detail, files: Files): TranscriptState => {
  const [beside] = source.beside ?? []
  const createdAt = beside === undefined ? undefined : timeOf(parseObject(files.readText(beside) ?? '')?.createdAtMs)
  return { detail, createdAt, turn: 0, at: undefined, isAnswered: false, visibleLength: 0, tools: [] }
}

const ROLE = Buffer.from('"role"')

/** See `LineReader.line`. */
export const readTranscriptLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: TranscriptState,
  source: LogSource,
  sink: Sink,
): void => {
  // What has no role says how a turn ended, not what was used.
  if (bytes[end - 1] === CLOSING_BRACE && !bytes.subarray(start, end).includes(ROLE)) return
  for (const record of objectsIn(bytes, start, end, isGlued)) {
    if (!record) sink.diagnostic('bad-line')
    else if (record.role === 'user') readUser(record, state, source, sink)
    else if (record.role === 'assistant') readAnswer(record, state, source, sink)
  }
}

const CLOSING_BRACE = 125

/** See `LineReader.finish`. */
export const finishTranscript = (state: TranscriptState, source: LogSource, sink: Sink): void =>
  emitTurn(state, false, source, sink)

const contentOf = (record: JsonObject): readonly JsonObject[] => {
  const content = objectOf(record.message)?.content ?? record.content
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content).filter(isObject)
}

const readUser = (record: JsonObject, state: TranscriptState, source: LogSource, sink: Sink): void => {
  const content = contentOf(record)
  const texts = content.flatMap(block => (block.type === 'text' ? (textOf(block.text) ?? []) : []))
  const text = texts.join('\n')
  const prompt = promptOf(text)
  if (prompt !== '') {
    emitTurn(state, true, source, sink)
    // A prompt without a time came no earlier than the one before it.
    const at = sentAt(text) ?? timeOf(record.timestamp) ?? state.at
    Object.assign(state, { turn: state.turn + 1, at, isAnswered: false, visibleLength: 0, tools: [] })
    notePrompt(prompt, state, source, sink)
  }
  if (state.detail === 'items') for (const block of content) emitItem(block, 'user', state, source, sink)
}

/** The first prompt of a session names it, where nothing better does. */
const notePrompt = (text: string, state: TranscriptState, source: LogSource, sink: Sink): void => {
  const { agent, session, subagent } = source
  if (state.turn !== 1 || session === undefined || subagent !== undefined) return
  sink.note({ agent, session, kind: 'prompt', text: text.slice(0, TITLE_LENGTH) })
}

const readAnswer = (record: JsonObject, state: TranscriptState, source: LogSource, sink: Sink): void => {
  state.isAnswered = true
  for (const block of contentOf(record)) {
    const name = block.type === 'tool_use' ? textOf(block.name) : undefined
    if (name !== undefined) {
      // Calls have no ids here; their place in the transcript is one.
      const id = textOf(block.id) ?? `${state.turn}.${state.tools.length + 1}`
      state.tools.push(state.detail === 'counts' ? '' : `${id} ${name}`)
      state.visibleLength += block.input === undefined ? 0 : JSON.stringify(block.input).length
    } else {
      const text = textOf(block.text) ?? textOf(block.thinking) ?? ''
      state.visibleLength += text.replaceAll('[REDACTED]', '').length
    }
    if (state.detail === 'items') emitItem(block, 'assistant', state, source, sink)
  }
}

const entryId = (state: TranscriptState, source: LogSource): string =>
  turnId([source.session, source.subagent].filter(part => part !== undefined).join('/'), state.turn)

const factsOf = (source: LogSource): Pick<EntryFacts, 'agent' | 'session' | 'subagent' | 'isSidechain'> => ({
  agent: source.agent,
  session: source.session,
  ...(source.subagent === undefined ? {} : { isSidechain: true, subagent: source.subagent }),
})

const emitTurn = (state: TranscriptState, isFinal: boolean, source: LogSource, sink: Sink): void => {
  if (!state.isAnswered) return
  const at = state.at ?? state.createdAt
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  sink.entry(
    entryOf({
      ...factsOf(source),
      at,
      sourceAt: state.createdAt ?? at,
      project: source.project,
      folder: source.project,
      tokens: noTokens,
      estimated: estimate(0, state.visibleLength),
      quality: UNCOUNTED,
      messageId: entryId(state, source),
      isFinal,
      visibleLength: state.visibleLength,
      tools: state.detail === 'counts' ? [] : [...state.tools],
    }),
  )
}

const emitItem = (
  block: JsonObject,
  role: 'user' | 'assistant',
  state: TranscriptState,
  source: LogSource,
  sink: Sink,
): void => {
  const at = state.at ?? state.createdAt
  const piece = pieceOf(block, role)
  if (at === undefined || !piece) return // its turn is reported
  const { agent, session, subagent } = source
  const messageId = role === 'assistant' ? entryId(state, source) : undefined
  sink.item({ agent, session, subagent, at, messageId, ...piece })
}

const pieceOf = (
  block: JsonObject,
  role: 'user' | 'assistant',
): Pick<ContextItem, 'kind' | 'tool' | 'target' | 'size' | 'callId'> | undefined => {
  switch (block.type) {
    case 'text':
      return { kind: role === 'user' ? 'prompt' : 'text', size: sizeOf(textOf(block.text) ?? '') }
    case 'thinking':
      return { kind: 'thinking', size: sizeOf(textOf(block.thinking) ?? '', 'prose') }
    case 'image':
      return { kind: 'attachment', size: sizeOfImages(1) }
    case 'tool_use': {
      const tool = textOf(block.name)
      const target = tool === undefined ? undefined : targetOf(tool, objectOf(block.input) ?? {})
      return { kind: 'tool-call', callId: textOf(block.id), tool, target, size: sizeOfJson(block.input) }
    }
    case 'tool_result': {
      const size = typeof block.content === 'string' ? sizeOf(block.content) : sizeOfJson(block.content)
      return { kind: 'tool-result', callId: textOf(block.tool_use_id), size }
    }
    default:
      return undefined
  }
}
