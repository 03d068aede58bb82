/**
 * The CLI's `session-state/<session>/events.jsonl`. Since about 1.0.100 each call has a `session.usage_record`; the call of a
 * compaction is in `session.compaction_complete` only. Before, there are totals at shutdown and at most an output per message (legs.ts).
 */
import { dirname, join } from 'node:path'
import type { LogSource, OwnedEntry, UsageEntry } from '../../core/entry.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { Figures, type JsonObject, listOf, objectOf, objectsIn, textOf, timeOf } from '../json.ts'
import { AGENT_ID, callEntry, modelOf, type Seen } from './calls.ts'
import { emitItems, takesItems } from './items.ts'
import { addOutput, closeLeg, type Legs, newLegs, openLeg } from './legs.ts'

/** The last call of a thread, to which the message behind it adds its tools. */
interface LastCall {
  readonly apiId: string
  readonly entry: OwnedEntry
}

export interface EventsState {
  readonly kind: 'events'
  readonly detail: Detail
  /** True where the session store counts what this log has only sums of. */
  readonly hasStore: boolean
  session: string | undefined
  model?: string | undefined
  cwd?: string | undefined
  project?: string | undefined
  branch?: string | undefined
  version?: string | undefined
  /** Epoch ms of the first dated line. */
  sourceAt?: number | undefined
  title?: string | undefined
  hasPrompt: boolean
  seen: Seen
  /** By sub-agent, with a sign before its id; the main thread's is the sign alone. */
  last: Record<string, LastCall>
  legs: Legs
}

/** The part of discovery that says that the store's reader counts the sums. */
export const WITH_STORE = 'events-with-store'

const TITLE_LENGTH = 200

export const startEvents = (source: LogSource, detail: Detail, files: Files): EventsState => {
  const about = files.readText(join(dirname(source.path), 'workspace.yaml')) ?? ''
  return {
    kind: 'events',
    detail,
    hasStore: source.part === WITH_STORE,
    session: source.session,
    cwd: yamlText(about, 'cwd'),
    title: yamlText(about, 'name')?.slice(0, TITLE_LENGTH),
    hasPrompt: false,
    seen: {},
    last: {},
    legs: newLegs(),
  }
}

/** A top-level `key: value` of a flat YAML file. */
const yamlText = (yaml: string, key: string): string | undefined => {
  const value = new RegExp(`^${key}:[ \\t]*(.+?)[ \\t]*$`, 'm').exec(yaml)?.[1]
  return textOf(value?.replace(/^(["'])(.*)\1$/, '$2'))
}

const HEAD = Buffer.from('{"type":"')
const MOST_TYPE = 64

/** The type of a line that begins with it, as all lines of the CLI do; undefined where it must be parsed to know. */
const typeAt = (bytes: Buffer, start: number, end: number): string | undefined => {
  const from = start + HEAD.length
  if (end < from || bytes.compare(HEAD, 0, HEAD.length, start, from) !== 0) return undefined
  const quote = bytes.subarray(from, Math.min(end, from + MOST_TYPE)).indexOf(34)
  return quote < 0 ? undefined : bytes.toString('latin1', from, from + quote)
}

type Handler = (record: JsonObject, data: JsonObject, at: number | undefined, state: EventsState, sink: Sink) => void

const OUTPUT = Buffer.from('"outputTokens"')

const has = (bytes: Buffer, start: number, end: number, mark: Buffer): boolean =>
  bytes.subarray(start, end).indexOf(mark) >= 0

/** Whether a line of this type can matter. */
const matters = (type: string, bytes: Buffer, start: number, end: number, state: EventsState): boolean => {
  if (state.detail === 'items' && takesItems(type)) return true
  if (type === 'assistant.message') return state.detail !== 'counts' || has(bytes, start, end, OUTPUT)
  if (type === 'user.message') return !state.hasPrompt
  return handlers.has(type)
}

/** Lines that can never matter and may be long: partial output, hooks, permissions. */
export const skipsEvent = (bytes: Buffer, start: number, end: number): boolean =>
  /^(?:hook\.|permission\.|tool\.execution_(?:start|partial|progress)|session\.info|session\.snapshot)/.test(
    typeAt(bytes, start, end) ?? '',
  )

export const foldEvent = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: EventsState,
  sink: Sink,
): void => {
  const type = isGlued ? undefined : typeAt(bytes, start, end)
  if (type !== undefined && !matters(type, bytes, start, end, state)) return
  for (const record of objectsIn(bytes, start, end, isGlued)) {
    if (record === undefined) sink.diagnostic('bad-line')
    else foldRecord(record, state, sink)
  }
}

/** Folds one record; also used by the store's reader for what its rows do not cover. */
export const foldRecord = (record: JsonObject, state: EventsState, sink: Sink): void => {
  const type = textOf(record.type)
  const data = objectOf(record.data) ?? {}
  const at = timeOf(record.timestamp)
  if (at !== undefined) state.sourceAt ??= at
  if (type === undefined) return
  handlers.get(type)?.(record, data, at, state, sink)
  if (state.detail === 'items' && at !== undefined) emitItems(type, record, data, at, state, sink)
}

/** What has to be said at the end: the leg that is still open, the title. */
export const finishEvents = (state: EventsState, sink: Sink): void => {
  if (!state.hasStore) openLeg(state.legs, factsOf(state), sink)
  const { session, title } = state
  if (session !== undefined && title !== undefined) sink.note({ agent: AGENT_ID, session, kind: 'ai', text: title })
}

/** What all entries of the log have in common. */
export const factsOf = (state: EventsState): Partial<UsageEntry> & { readonly session: string | undefined } => ({
  session: state.session,
  project: state.project ?? state.cwd,
  cwd: state.cwd,
  branch: state.branch,
  version: state.version,
  ...(state.sourceAt === undefined ? {} : { sourceAt: state.sourceAt }),
})

export const threadOf = (record: JsonObject): string => `@${textOf(record.agentId) ?? ''}`

const begin: Handler = (_record, data, _at, state) => {
  const context = objectOf(data.context) ?? {}
  state.session ??= textOf(data.sessionId)
  state.version = textOf(data.copilotVersion) ?? state.version
  state.model = modelOf(data.selectedModel) ?? state.model
  state.cwd = textOf(context.cwd) ?? state.cwd
  state.project ??= textOf(context.gitRoot) ?? textOf(context.cwd)
  state.branch = textOf(context.branch) ?? state.branch
}

const changeModel: Handler = (_record, data, _at, state) => {
  state.model = modelOf(data.newModel) ?? state.model
}

const readCall: Handler = (record, data, at, state, sink) => {
  const usage = objectOf(data.usage) ?? data
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return sink.diagnostic('unknown-record')
  if (at === undefined) return sink.diagnostic('no-timestamp')
  const apiId = textOf(usage.apiCallId)
  const subagent = textOf(record.agentId)
  const counts = {
    prompt: usage.inputTokens,
    output: usage.outputTokens,
    cacheRead: usage.cacheReadTokens,
    cacheCreation: usage.cacheWriteTokens,
    reasoning: usage.reasoningTokens,
    nanoUnits: objectOf(usage.copilotUsage)?.totalNanoAiu ?? usage.totalNanoAiu,
  }
  const facts = {
    ...factsOf(state),
    at,
    model: modelOf(usage.model, state.model),
    isSidechain: subagent !== undefined,
    subagent,
  }
  const entry = callEntry(state.seen, counts, facts, sink, apiId)
  state.legs.hasCalls = true
  if (state.detail !== 'counts') state.last[threadOf(record)] = { apiId: apiId ?? '', entry }
  sink.entry(entry)
}

/** The call of a compaction; in versions before 1.0.50 or so under shorter names. */
const readCompaction: Handler = (record, data, at, state, sink) => {
  const usage = objectOf(data.compactionTokensUsed)
  if (usage === undefined) return
  if (at === undefined) return sink.diagnostic('no-timestamp')
  const subagent = textOf(record.agentId)
  const counts = {
    prompt: usage.inputTokens ?? usage.input,
    output: usage.outputTokens ?? usage.output,
    cacheRead: usage.cacheReadTokens ?? usage.cachedInput,
    cacheCreation: usage.cacheWriteTokens,
    reasoning: usage.reasoningTokens,
    nanoUnits: objectOf(usage.copilotUsage)?.totalNanoAiu,
  }
  const facts = {
    ...factsOf(state),
    at,
    model: modelOf(usage.model, state.model),
    isSidechain: subagent !== undefined,
    subagent,
  }
  sink.entry(callEntry(state.seen, counts, facts, sink, textOf(data.serviceRequestId) ?? textOf(data.requestId)))
}

const readMessage: Handler = (record, data, at, state, sink) => {
  const figures = new Figures()
  const tokens = figures.count(data.outputTokens)
  if (figures.isBad) sink.diagnostic('bad-number')
  const model = modelOf(data.model, state.model)
  if (tokens > 0 && at !== undefined) addOutput(state.legs, model, tokens, at)
  else if (tokens > 0) sink.diagnostic('no-timestamp')
  if (state.detail === 'counts') return
  const tools = toolsOf(data)
  const last = state.last[threadOf(record)]
  if (last !== undefined && last.apiId === (textOf(data.apiCallId) ?? '')) {
    if (tools.length === 0) return
    sink.entry({ ...last.entry, tools })
    sink.joined()
  } else if (!state.legs.hasCalls) state.legs.tools = [...new Set([...state.legs.tools, ...tools])].sort()
}

const toolsOf = (data: JsonObject): string[] => {
  const names = listOf(data.toolRequests).flatMap(value => {
    const request = objectOf(value)
    const name = textOf(request?.name)
    return request === undefined || name === undefined ? [] : [`${textOf(request.toolCallId) ?? ''} ${name}`]
  })
  return [...new Set(names)]
}

const readPrompt: Handler = (record, data, _at, state, sink) => {
  const text = textOf(data.content)?.trim()
  const { session } = state
  if (state.hasPrompt || session === undefined || text === undefined || text === '' || record.agentId !== undefined)
    return
  if (/^<system_notification>/.test(text)) return
  state.hasPrompt = true
  sink.note({ agent: AGENT_ID, session, kind: 'prompt', text: text.slice(0, TITLE_LENGTH) })
}

const shutDown: Handler = (_record, data, at, state, sink) => {
  const metrics = objectOf(data.modelMetrics)
  if (metrics === undefined) return // before 0.0.422: no totals
  if (at === undefined) return sink.diagnostic('no-timestamp')
  closeLeg(state.legs, metrics, { ...factsOf(state), at }, !state.hasStore, sink)
}

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['session.start', begin],
  ['session.resume', begin],
  ['session.model_change', changeModel],
  ['session.usage_record', readCall],
  ['session.compaction_complete', readCompaction],
  ['session.shutdown', shutDown],
  ['assistant.message', readMessage],
  ['user.message', readPrompt],
])
