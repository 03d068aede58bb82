/**
 * Events of pi's session format, which its descendants and others took over: a `session` head, then entries linked into a tree, all
 * branches of which were billed. Usage is per call and exclusive. Seen in pi 0.8 to 0.73 (heads of version 1 to 3) and OpenClaw
 * 2026.9 (4). Forks and clones copy entries with their times into another file. Notes: formats/pi.md, formats/OBSERVED.md §8.
 */
import { entryOf, type LogSource, type OwnedEntry, type SessionNote } from '../../core/entry.ts'
import { type TokenCounts, tokenCounts, totalTokens } from '../../core/tokens.ts'
import type { Detail, Sink } from '../define.ts'
import { Figures, isObject, type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { itemsOf } from './pi-items.ts'

/** What is known of a session before its next event; plain JSON. */
export interface PiState {
  readonly detail: Detail
  session?: string | undefined
  cwd?: string | undefined
  model?: string | undefined
  provider?: string | undefined
  firstAt?: number | undefined
  hasPrompt: boolean
}

/** What an agent that uses this format does differently. */
export interface PiDialect {
  /** Whether a model's message stands for no call of its own. */
  isMirror?(message: JsonObject): boolean
  /** Whether a message holds only a part of what its turn used. */
  isPart?(message: JsonObject): boolean
}

export const startPi = (detail: Detail, session?: string): PiState => ({ detail, session, hasPrompt: false })

const TITLE_LENGTH = 200

/** Takes in one event of any kind; those that say nothing of usage, models or titles are only items. */
export const takeEvent = (
  event: JsonObject,
  state: PiState,
  source: LogSource,
  sink: Sink,
  dialect: PiDialect = {},
): void => {
  state.firstAt ??= timeOf(event.timestamp)
  const message = objectOf(event.message)
  if (event.type === 'session') takeHead(event, state, source, sink)
  else if (event.type === 'model_change') takeModel(event, state)
  else if (event.type === 'custom' && event.customType === 'model-snapshot') takeModel(event.data, state)
  else if (event.type === 'session_info') takeTitle(event.name, 'custom', state, source, sink)
  else if (event.type === 'title' || event.type === 'title_change') takeTitleRecord(event, state, source, sink)
  else if (event.type === 'message' && message) takeMessage(event, message, state, source, sink, dialect)
  else if (event.type === 'compaction' || event.type === 'branch_summary') takeSummary(event, state, source, sink)
  if (state.detail === 'items' && !(message && dialect.isMirror?.(message))) {
    for (const item of itemsOf(event, messageIdOf(event, message, state)))
      sink.item({ ...item, agent: source.agent, session: state.session ?? source.session, subagent: source.subagent })
  }
}

const takeHead = (event: JsonObject, state: PiState, source: LogSource, sink: Sink): void => {
  // A sub-agent's log has a head of its own, but belongs to the session that its folder is named for.
  if (source.subagent === undefined) state.session = textOf(event.id) ?? state.session
  state.cwd = textOf(event.cwd) ?? state.cwd
  takeModel(event, state)
  if (event.title !== undefined) takeTitleRecord(event, state, source, sink)
}

/** `{provider, modelId}`, or OMP's `{model: "provider/id"}`. */
const takeModel = (value: unknown, state: PiState): void => {
  const of = objectOf(value)
  const [, prefix, name] = /^([^/]+)\/(.+)$/.exec(textOf(of?.model) ?? '') ?? []
  const model = textOf(of?.modelId) ?? name ?? textOf(of?.model)
  if (model === undefined) return
  state.model = model
  state.provider = textOf(of?.provider) ?? prefix
}

const takeTitleRecord = (event: JsonObject, state: PiState, source: LogSource, sink: Sink): void => {
  const isUsers = event.source === 'user' || event.titleSource === 'user'
  takeTitle(event.title, isUsers ? 'custom' : 'ai', state, source, sink)
}

const takeTitle = (title: unknown, kind: SessionNote['kind'], state: PiState, source: LogSource, sink: Sink): void => {
  const text = textOf(title)?.trim().slice(0, TITLE_LENGTH)
  const session = state.session ?? source.session
  if (text && session !== undefined && source.subagent === undefined)
    sink.note({ agent: source.agent, session, kind, text })
}

const takeMessage = (
  event: JsonObject,
  message: JsonObject,
  state: PiState,
  source: LogSource,
  sink: Sink,
  dialect: PiDialect,
): void => {
  if (message.role === 'user' && !state.hasPrompt) takePrompt(message.content, state, source, sink)
  const { usage } = message
  if (message.role !== 'assistant' || usage === undefined || usage === null || dialect.isMirror?.(message)) return
  if (!isObject(usage)) {
    sink.diagnostic('unknown-record')
    return
  }
  const entry = entryFrom(event, message, usage, state, source, sink)
  if (!entry) return
  const isCut = message.stopReason === 'error' || message.stopReason === 'aborted'
  entry.isFinal = !isCut && message.stopReason !== undefined
  const content = listOf(message.content).filter(isObject)
  if (isCut) markCut(entry, visibleLength(content))
  if (dialect.isPart?.(message)) {
    entry.isPartial = true
    entry.quality = { input: 'partial', output: 'partial', cacheCreation: 'partial', cacheRead: 'partial' }
  }
  if (state.detail !== 'counts') entry.tools = toolsIn(content)
  sink.entry(entry)
}

/** A cut stream keeps the figures of its start, or none at all; where nothing came, nothing is known to have been billed. */
const markCut = (entry: OwnedEntry, visible: number): void => {
  const hasCounts = totalTokens(entry.tokens) > 0
  if (!hasCounts && visible === 0) return
  entry.isPartial = true
  entry.visibleLength = visible
  entry.quality = hasCounts
    ? { output: 'partial' }
    : { input: 'none', output: 'none', cacheCreation: 'none', cacheRead: 'none' }
}

/** Newer versions may say what a summary took; those seen so far say nothing (billed, not logged). */
const takeSummary = (event: JsonObject, state: PiState, source: LogSource, sink: Sink): void => {
  const usage = objectOf(event.usage)
  if (usage?.input === undefined || usage.output === undefined) return
  const entry = entryFrom(event, event, usage, state, source, sink)
  if (entry) sink.entry(entry)
}

const takePrompt = (content: unknown, state: PiState, source: LogSource, sink: Sink): void => {
  const part = typeof content === 'string' ? content : listOf(content).filter(isObject).find(isText)?.text
  const text = textOf(part)?.trim()
  if (!text) return
  state.hasPrompt = true
  takeTitle(text, 'prompt', state, source, sink)
}

const isText = (part: JsonObject): boolean => part.type === 'text'

const entryFrom = (
  event: JsonObject,
  message: JsonObject,
  usage: JsonObject,
  state: PiState,
  source: LogSource,
  sink: Sink,
): OwnedEntry | undefined => {
  const figures = new Figures()
  const { tokens, isRepaired } = tokensFrom(usage, figures)
  const { hasCount } = figures
  const usd = figures.amount(objectOf(usage.cost)?.total)
  const credits = figures.amount(usage.premiumRequests)
  const searches = figures.count(objectOf(usage.server)?.webSearch)
  const at = timeOf(message.timestamp) ?? timeOf(event.timestamp)
  if (figures.isBad) sink.diagnostic('bad-number')
  else if (!hasCount) sink.diagnostic('unknown-record')
  if (hasCount && at === undefined) sink.diagnostic('no-timestamp')
  if (!hasCount || at === undefined) return undefined
  const entry = entryOf({
    agent: source.agent,
    at,
    doneAt: Math.max(at, timeOf(event.timestamp) ?? at),
    session: state.session ?? source.session,
    project: source.project,
    folder: source.project,
    cwd: state.cwd,
    model: modelOf(message, state),
    provider: textOf(message.provider) ?? state.provider,
    tokens,
    messageId: messageIdOf(event, message, state),
    isSidechain: source.subagent !== undefined,
    subagent: source.subagent,
    webSearches: searches,
    sourceAt: state.firstAt ?? at,
  })
  // A price of 0 is what plans and unknown models get; that of repaired counts is wrong with them.
  if (usd !== undefined && usd > 0 && !isRepaired) entry.loggedUsd = usd
  if (credits !== undefined && credits > 0) entry.credits = credits
  return entry
}

/**
 * Early providers for Google's models left cached tokens inside the input: then input and output alone are the total. OMP writes the lifetimes
 * of cache writes as `cttl`, and calls thinking `reasoningTokens`.
 */
const tokensFrom = (usage: JsonObject, figures: Figures): { tokens: TokenCounts; isRepaired: boolean } => {
  const input = figures.count(usage.input)
  const output = figures.count(usage.output)
  const cacheRead = figures.count(usage.cacheRead)
  const written = figures.count(usage.cacheWrite)
  const { hasCount } = figures
  const long = figures.count(usage.cacheWrite1h ?? objectOf(usage.cttl)?.ephemeral1h)
  const reasoning = figures.count(usage.reasoning ?? usage.reasoningTokens)
  figures.hasCount = hasCount
  const isRepaired = cacheRead > 0 && input >= cacheRead && usage.totalTokens === input + output
  const own = isRepaired ? input - cacheRead : input
  const creation = Math.max(written, long)
  return { tokens: tokenCounts(own, output, creation, cacheRead, Math.min(reasoning, output), long), isRepaired }
}

/** A router's own name says nothing of what was served; what it chose does. */
const modelOf = (message: JsonObject, state: PiState): string | undefined => {
  const model = textOf(message.model) ?? state.model
  const served = textOf(message.responseModel) ?? textOf(message.upstreamModel)
  return served !== undefined && (model === undefined || /(?:^|[/-])auto$/.test(model)) ? served : model
}

/** What an API calls its answers: a word without blanks. */
const API_ID = /^[!-~]{4,200}$/

/**
 * The API's own id, else what copies keep: time and counts. The id of the event is not among it: old files get new ones each time they
 * are migrated, on their own.
 */
const messageIdOf = (event: JsonObject, message: JsonObject | undefined, state: PiState): string | undefined => {
  const usage = objectOf(message?.usage ?? event.usage)
  if (!usage) return undefined
  const api = textOf(message?.responseId)
  if (api !== undefined && API_ID.test(api)) return api
  const at = timeOf(message?.timestamp) ?? timeOf(event.timestamp)
  const model = textOf(message?.model) ?? state.model ?? ''
  return [model, at, usage.input, usage.output, usage.cacheRead, usage.cacheWrite].join(':')
}

const toolsIn = (content: readonly JsonObject[]): string[] => {
  const calls = content.filter(part => part.type === 'toolCall' && textOf(part.name) !== undefined)
  return [...new Set(calls.map(call => `${textOf(call.id) ?? ''} ${textOf(call.name)}`))]
}

const visibleLength = (content: readonly JsonObject[]): number => {
  let length = 0
  for (const part of content) {
    length += (textOf(part.text) ?? textOf(part.thinking) ?? '').length
    if (part.type === 'toolCall') length += (JSON.stringify(part.arguments) ?? '').length
  }
  return length
}
