/**
 * The lines of a transcript. Telemetry in it (`ui_telemetry`) has every call with the API's own id; `assistant` records say the same
 * of the main thread's calls, right behind, so they only count where telemetry is silent.
 */
import { entryOf, type LogSource, type OwnedEntry } from '../../core/entry.ts'
import type { Sink } from '../define.ts'
import { partsOf, visibleText } from '../family/gemini-items.ts'
import { countedUsage, type UsageNames } from '../family/gemini-tokens.ts'
import { isObject, type JsonObject, objectOf, objectsIn, textOf, timeOf } from '../json.ts'
import { recordItems } from './items.ts'
import { ORPHAN } from './roots.ts'
import { type Heard, type QwenState, remember } from './state.ts'

const TITLE_LENGTH = 200

const telemetryNames: UsageNames = {
  prompt: 'input_token_count',
  output: 'output_token_count',
  cached: 'cached_content_token_count',
  thoughts: 'thoughts_token_count',
  tool: 'tool_token_count',
  total: 'total_token_count',
  hasThoughtsInside: true,
}

const usageNames: UsageNames = {
  prompt: 'promptTokenCount',
  output: 'candidatesTokenCount',
  cached: 'cachedContentTokenCount',
  thoughts: 'thoughtsTokenCount',
  tool: 'toolUsePromptTokenCount',
  total: 'totalTokenCount',
  hasThoughtsInside: true,
}

/** How far apart telemetry and transcript write down one response, where their figures differ. */
const SAME_RESPONSE_MS = 5000

const OPEN = 123
const CLOSE = 125

const responseMark = Buffer.from('"qwen-code.api_response"')
const usageMark = Buffer.from('"usageMetadata"')
const toolMark = Buffer.from('"qwen-code.tool_call"')
const titleMark = Buffer.from('"custom_title"')
const userMark = Buffer.from('"type":"user"')

const matters = (line: Buffer, { detail, hasPrompt }: QwenState): boolean =>
  detail === 'items' ||
  line.includes(responseMark) ||
  line.includes(usageMark) ||
  (detail === 'calls' && line.includes(toolMark)) ||
  line.includes(titleMark) ||
  (!hasPrompt && line.includes(userMark))

/** See `LineReader`. */
export const readLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: QwenState,
  source: LogSource,
  sink: Sink,
): void => {
  const isWhole = bytes[start] === OPEN && bytes[end - 1] === CLOSE
  if (!isWhole) sink.diagnostic('bad-line')
  if (!isWhole || !matters(bytes.subarray(start, end), state)) return
  for (const record of objectsIn(bytes, start, end, isGlued)) {
    if (record) new RecordFold(record, state, source, sink).fold()
    else sink.diagnostic('bad-line')
  }
}

class RecordFold {
  private readonly at: number | undefined
  private readonly session: string | undefined
  private readonly payload: JsonObject

  constructor(
    private readonly record: JsonObject,
    private readonly state: QwenState,
    private readonly source: LogSource,
    private readonly sink: Sink,
  ) {
    this.at = timeOf(record.timestamp)
    this.session = textOf(record.sessionId) ?? source.session
    this.payload = objectOf(record.systemPayload) ?? {}
    state.sourceAt ??= this.at
  }

  fold(): void {
    const { record, payload } = this
    const event = objectOf(payload.uiEvent) ?? {}
    if (event['event.name'] === 'qwen-code.api_response') this.heard(event)
    else if (event['event.name'] === 'qwen-code.tool_call') this.called(event)
    else if (record.subtype === 'custom_title') this.title()
    else if (record.type === 'user') this.prompt()
    const messageId = record.type === 'assistant' ? this.answered() : undefined
    if (this.state.detail === 'items') this.items(messageId)
  }

  /** Telemetry of a call. */
  private heard(event: JsonObject): void {
    const { state, record } = this
    const name = textOf(event.subagent_name)
    const isMain = name === undefined || name === 'main'
    const subagent = isMain ? undefined : (textOf(event.subagent_id) ?? name)
    const id = textOf(event.response_id) ?? textOf(record.uuid)
    const entry = this.entry(event, telemetryNames, textOf(event.model), id, subagent)
    if (!entry) return
    const earlier = isMain ? state.unheard.findIndex(other => isSameCall(other, entry)) : -1
    const known = state.unheard[earlier]
    if (known) {
      state.unheard.splice(earlier, 1)
      entry.messageId = known.messageId // so that the two of them are merged
    }
    remember(state.heard, { entry, isClaimed: !isMain || known !== undefined })
    this.sink.entry(entry)
  }

  /** Telemetry of a tool call names the response that asked for it: the only word on the tools of sub-agents. */
  private called(event: JsonObject): void {
    if (this.state.detail === 'counts') return
    const response = textOf(event.response_id)
    const [id, name] = [textOf(event.call_id), textOf(event.function_name)]
    const heard = this.state.heard.find(({ entry }) => response !== undefined && entry.messageId === response)
    if (heard && id !== undefined && name !== undefined) this.sink.entry({ ...heard.entry, tools: [`${id} ${name}`] })
  }

  /** The transcript's record of an answer; the id of the response it is of. */
  private answered(): string | undefined {
    const { state, record, source, sink } = this
    const usage = record.usageMetadata
    if (usage === undefined || usage === null) return undefined
    if (!isObject(usage)) {
      sink.diagnostic('unknown-record')
      return undefined
    }
    if (source.subagent !== undefined && source.part !== ORPHAN) return undefined
    const model = textOf(record.model) ?? state.model
    const subagent = source.subagent ?? textOf(record.agentId)
    const own = this.entry(usage, usageNames, model, textOf(record.uuid), subagent)
    if (!own) return undefined
    const tools = state.detail === 'counts' ? [] : toolsOf(record)
    const heard = claim(state.heard, own)
    if (heard) {
      if (tools.length > 0) sink.entry({ ...heard.entry, tools })
      return heard.entry.messageId
    }
    const entry = { ...own, tools }
    remember(state.unheard, entry)
    sink.entry(entry)
    return entry.messageId
  }

  private entry(
    usage: JsonObject,
    names: UsageNames,
    model: string | undefined,
    id: string | undefined,
    subagent: string | undefined,
  ): OwnedEntry | undefined {
    const { record, session, at, state, source } = this
    const counted = countedUsage(usage, names)
    if (counted.isBad) this.sink.diagnostic('bad-number')
    if (!counted.tokens) return undefined
    if (at === undefined) {
      this.sink.diagnostic('no-timestamp')
      return undefined
    }
    // A fork's copies carry the times of their originals: one ms tells them apart.
    const sourceAt = (state.sourceAt ?? at) + (isObject(record.forkedFrom) ? 1 : 0)
    return entryOf({
      agent: source.agent,
      at,
      session,
      project: source.project,
      folder: source.project,
      cwd: textOf(record.cwd),
      branch: textOf(record.gitBranch),
      version: textOf(record.version),
      model,
      tokens: counted.tokens,
      messageId: id ?? `${session ?? ''} ${at}`,
      isSidechain: subagent !== undefined,
      subagent,
      sourceAt,
    })
  }

  private title(): void {
    const { payload, session, source, sink } = this
    const text = textOf(payload.customTitle)
    const kind = payload.titleSource === 'auto' ? 'ai' : 'custom'
    if (text !== undefined && session !== undefined)
      sink.note({ agent: source.agent, session, kind, text: text.slice(0, TITLE_LENGTH) })
  }

  private prompt(): void {
    const { record, state, session, source, sink } = this
    if (state.hasPrompt || session === undefined || source.subagent !== undefined) return
    if (record.subtype !== undefined || (record.provenance ?? 'real_user') !== 'real_user') return
    const text = visibleText(partsOf(objectOf(record.message)?.parts)).trim()
    if (text === '' || text.startsWith('<')) return
    state.hasPrompt = true
    sink.note({ agent: source.agent, session, kind: 'prompt', text: text.slice(0, TITLE_LENGTH) })
  }

  private items(messageId: string | undefined): void {
    const { record, at, session, source } = this
    const subagent = source.subagent ?? textOf(record.agentId)
    if (at === undefined) return
    for (const item of recordItems({ agent: source.agent, session, subagent, at }, record, messageId))
      this.sink.item(item)
  }
}

const isSameCall = (a: OwnedEntry, b: OwnedEntry): boolean =>
  a.tokens.input === b.tokens.input && a.tokens.cacheRead === b.tokens.cacheRead && a.tokens.output === b.tokens.output

/** The response in telemetry that a record of the transcript is of: equal in figures, else just before it. */
const claim = (heard: readonly Heard[], own: OwnedEntry): Heard | undefined => {
  const open = heard.filter(({ isClaimed }) => !isClaimed)
  const isNear = ({ entry }: Heard): boolean =>
    entry.model === own.model && Math.abs(own.at - entry.at) <= SAME_RESPONSE_MS
  const found = open.find(({ entry }) => isSameCall(entry, own)) ?? open.find(isNear)
  if (found) found.isClaimed = true
  return found
}

const toolsOf = (record: JsonObject): readonly string[] => {
  const calls = partsOf(objectOf(record.message)?.parts).map(part => objectOf(part.functionCall))
  const named = calls.flatMap(call => {
    const [id, name] = [textOf(call?.id), textOf(call?.name)]
    return id === undefined || name === undefined ? [] : [`${id} ${name}`]
  })
  return [...new Set(named)]
}
