/**
 * VS Code's chat sessions. The `.jsonl` is a journal of changes to one object: kind 0 sets all of it, 1 sets the value at path `k`, 2 cuts the
 * array at `k` to `i` and appends `v`, 3 deletes; the older `.json` is the object. A request keeps the counts of its LAST model call
 * only, without the cache; what VS Code deletes from the session was billed all the same.
 */
import { dirname, join } from 'node:path'
import type { LogSource, UsageEntry } from '../../core/entry.ts'
import type { Detail, Files, Sink } from '../define.ts'
import { workspaceFolder } from '../family/vscode.ts'
import { isObject, type JsonObject, listOf, objectOf, objectsIn, parseJson, textOf, timeOf } from '../json.ts'
import { AGENT_ID, callEntry, modelOf, type Seen } from './calls.ts'

/** What is remembered of a request between two changes. */
interface Request {
  id?: string | undefined
  at?: number | undefined
  model?: string | undefined
  prompt?: unknown
  output?: unknown
  /** An output that is said outside the result, from versions that say no other. */
  completion?: unknown
  /** True where the request took more than one call. */
  hasMoreCalls?: boolean | undefined
  tools?: readonly string[] | undefined
}

export interface ChatState {
  readonly kind: 'chat'
  readonly detail: Detail
  session: string | undefined
  readonly cwd: string | undefined
  sourceAt?: number | undefined
  title?: string | undefined
  requests: Request[]
  /** Requests that were cut off when an earlier one was edited, if they had been answered. */
  removed: Request[]
}

const TITLE_LENGTH = 200

/** `<storage>/chatSessions/<session>.jsonl` */
export const startChat = (source: LogSource, detail: Detail, files: Files): ChatState => ({
  kind: 'chat',
  detail,
  session: source.session,
  cwd: workspaceFolder(files.readText(join(dirname(dirname(source.path)), 'workspace.json'))),
  requests: [],
  removed: [],
})

const MARKS = ['"requests"', '"customTitle"', '"kind":0', '"kind": 0'].map(mark => Buffer.from(mark))

const NEVER =
  /^\{"kind":[12],"k":\["(?:requests",\d+,"(?:response|message|variableData|followups|modelState)"|inputState"|pendingRequests")/

/** Changes of what was said: the longest lines, and without a count. */
export const skipsChange = (bytes: Buffer, start: number, end: number): boolean =>
  NEVER.test(bytes.toString('latin1', start, Math.min(end, start + 80)))

export const foldChat = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: ChatState,
  sink: Sink,
): void => {
  // A change's kind and path stand at its beginning; the value behind them can be long.
  const head = bytes.subarray(start, Math.min(end, start + 200))
  if (!isGlued && (skipsChange(bytes, start, end) || !MARKS.some(mark => head.indexOf(mark) >= 0))) return
  for (const change of objectsIn(bytes, start, end, isGlued)) {
    if (change === undefined) sink.diagnostic('bad-line')
    else apply(change, state)
  }
}

/** The older form: the whole session as one object. */
export const readChat = (text: string, source: LogSource, detail: Detail, sink: Sink, files: Files): void => {
  const root = parseJson(text)
  if (!isObject(root)) {
    sink.diagnostic('bad-line')
    return
  }
  const state = startChat(source, detail, files)
  setRoot(root, state)
  finishChat(state, sink)
}

/** Counts come with a request's result, which may still change: only when there is no more to read are they said. */
export const finishChat = (state: ChatState, sink: Sink): void => {
  const { session, title } = state
  const seen: Seen = {}
  const present = new Set(state.requests.map(request => request.id))
  const removed = state.removed.filter(request => request.id === undefined || !present.has(request.id))
  for (const request of [...removed, ...state.requests]) emit(request, state, seen, sink)
  if (session !== undefined && title !== undefined) sink.note({ agent: AGENT_ID, session, kind: 'ai', text: title })
}

const apply = (change: JsonObject, state: ChatState): void => {
  const { kind, v: value } = change
  const [member, index, ...rest] = listOf(change.k)
  if (kind === 0 && isObject(value)) setRoot(value, state)
  else if (kind === 1 && member === 'customTitle') setTitle(value, state)
  else if (member !== 'requests') return
  else if (index === undefined && kind === 1) setRequests(listOf(value), state)
  else if (index === undefined && kind === 2) append(change, state)
  else if (kind === 1 && typeof index === 'number' && Object.hasOwn(state.requests, index)) {
    learn(state.requests[index]!, rest, value)
  }
}

const append = (change: JsonObject, state: ChatState): void => {
  if (typeof change.i === 'number' && change.i >= 0) remove(state, state.requests.splice(Math.trunc(change.i)))
  for (const value of listOf(change.v)) state.requests.push(learn({}, [], value))
}

const remove = (state: ChatState, requests: readonly Request[]): void => {
  state.removed.push(...requests.filter(isAnswered))
}

const isAnswered = ({ prompt, output, completion }: Request): boolean =>
  prompt !== undefined || output !== undefined || completion !== undefined

const setRoot = (root: JsonObject, state: ChatState): void => {
  state.session ??= textOf(root.sessionId)
  state.sourceAt ??= timeOf(root.creationDate)
  setTitle(root.customTitle ?? root.computedTitle, state)
  setRequests(listOf(root.requests), state)
}

const setRequests = (values: readonly unknown[], state: ChatState): void => {
  remove(state, state.requests)
  state.requests = values.map(value => learn({}, [], value))
}

const setTitle = (value: unknown, state: ChatState): void => {
  state.title = textOf(value)?.slice(0, TITLE_LENGTH) ?? state.title
}

/** Takes in a value that was set at a path below a request. */
const learn = (request: Request, path: readonly unknown[], value: unknown): Request => {
  const nested = wrap(path, value)
  if (!isObject(nested)) return request
  request.id = textOf(nested.requestId) ?? request.id
  request.at = timeOf(nested.timestamp) ?? request.at
  request.model = modelOf(request.model, nested.modelId)
  request.completion = nested.completionTokens ?? request.completion
  const metadata = objectOf(objectOf(nested.result)?.metadata)
  if (metadata === undefined) return request
  request.model = modelOf(metadata.resolvedModel, request.model)
  request.prompt = metadata.promptTokens ?? request.prompt
  request.output = metadata.outputTokens ?? request.output
  if (Array.isArray(metadata.toolCallRounds)) setRounds(request, metadata.toolCallRounds.filter(isObject))
  return request
}

const wrap = (path: readonly unknown[], value: unknown): unknown =>
  path.reduceRight((inner, member) => ({ [String(member)]: inner }), value)

/** A call of a tool means another call of the model behind it. */
const setRounds = (request: Request, rounds: readonly JsonObject[]): void => {
  const calls = rounds.flatMap(round => listOf(round.toolCalls).filter(isObject))
  request.hasMoreCalls = rounds.length > 1 || calls.length > 0
  request.tools = [...new Set(calls.flatMap(({ id, name }) => (textOf(name) ? [`${textOf(id) ?? ''} ${name}`] : [])))]
}

const emit = (request: Request, state: ChatState, seen: Seen, sink: Sink): void => {
  const { at, model, prompt, output, completion, hasMoreCalls, tools } = request
  if (!isAnswered(request)) return
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const { session, cwd, sourceAt = at } = state
  const counts = { prompt, output: output ?? completion, cacheRead: null, cacheCreation: null, reasoning: null }
  const facts = { session, at, model, cwd, project: cwd, sourceAt, isPartial: hasMoreCalls === true }
  const entry = callEntry(seen, counts, facts, sink)
  const partial: UsageEntry['quality'] = hasMoreCalls === true ? { input: 'partial', output: 'partial' } : {}
  const none: UsageEntry['quality'] = prompt === undefined ? { input: 'none' } : {}
  sink.entry({
    ...entry,
    quality: { ...entry.quality, ...partial, ...none },
    tools: state.detail === 'counts' ? [] : (tools ?? []),
  })
}
