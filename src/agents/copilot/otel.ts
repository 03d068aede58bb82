/**
 * OpenTelemetry files of the CLI, where file export is switched on: one span per line, times as [seconds, nanoseconds]. Only `chat`
 * spans are calls; `invoke_agent` spans and agent-turn logs repeat their sums. Names of the cache's counts changed in 1.0.64.
 */
import { dirname, join } from 'node:path'
import type { LogSource } from '../../core/entry.ts'
import type { Files, Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, parseObject, textOf } from '../json.ts'
import { callEntry, modelOf, type Seen } from './calls.ts'

/** What of a conversation is counted here: nothing where its event log has it all; no output where that log has just this. */
type Share = 'all' | 'none' | 'prompts'

interface Reading {
  /** Where the event logs lie. */
  readonly sessions: string
  readonly files: Files
  readonly seen: Seen
  /** By conversation. */
  readonly shares: Map<string, Share>
  sourceAt: number | undefined
}

/** Reads a whole file: what it is counted for depends on logs beside it, which may have changed since. */
export const readOtel = (text: string, source: LogSource, sink: Sink, files: Files): void => {
  const sessions = source.workspace ?? join(dirname(dirname(source.path)), 'session-state')
  const reading: Reading = { sessions, files, seen: {}, shares: new Map(), sourceAt: undefined }
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    if (!line.includes('"chat')) continue
    sink.lineNumber = i + 1
    const record = parseObject(line)
    if (record === undefined) sink.diagnostic(i === lines.length - 1 ? 'torn-line' : 'bad-line')
    else for (const span of spansIn(record)) foldSpan(span, reading, sink)
  }
}

/** A line is a span of its own, or a batch of them in OTLP's own shape. */
const spansIn = (record: JsonObject): readonly JsonObject[] =>
  Array.isArray(record.resourceSpans)
    ? listOf(record.resourceSpans)
        .filter(isObject)
        .flatMap(resource => listOf(resource.scopeSpans).filter(isObject))
        .flatMap(scope => listOf(scope.spans).filter(isObject))
    : [record]

const foldSpan = (span: JsonObject, reading: Reading, sink: Sink): void => {
  const attributes = attributesOf(span.attributes)
  const at = timeOfSpan(span.startTime ?? span.startTimeUnixNano)
  if (at !== undefined) reading.sourceAt ??= at
  const operation = textOf(attributes.get('gen_ai.operation.name'))
  if (operation === undefined ? !/^chat /.test(textOf(span.name) ?? '') : operation !== 'chat') return
  if (span.type !== undefined && span.type !== 'span') return
  const first = (...names: readonly string[]): unknown =>
    names.map(name => attributes.get(`gen_ai.usage.${name}`)).find(value => value !== undefined && value !== null)
  const prompt = first('input_tokens')
  const output = first('output_tokens')
  if (prompt === undefined && output === undefined) return // a call that failed
  const begun = at ?? timeOfSpan(span.endTime ?? span.endTimeUnixNano)
  if (begun === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  const session = textOf(attributes.get('gen_ai.conversation.id'))
  const share = shareOf(reading, session)
  if (share === 'none') return
  const counts = {
    prompt,
    output: share === 'prompts' ? 0 : output,
    cacheRead: first('cache_read.input_tokens', 'cache_read_input_tokens', 'cached_tokens'),
    cacheCreation: first('cache_creation.input_tokens', 'cache_write.input_tokens', 'cache_creation_input_tokens'),
    reasoning: first('reasoning.output_tokens', 'reasoning_tokens'),
    nanoUnits: attributes.get('github.copilot.nano_aiu'),
  }
  const model = modelOf(attributes.get('gen_ai.response.model'), attributes.get('gen_ai.request.model'))
  const facts = { at: begun, session, model, sourceAt: reading.sourceAt ?? begun }
  sink.entry(callEntry(reading.seen, counts, facts, sink, textOf(attributes.get('gen_ai.response.id'))))
}

/**
 * Where an event log lists the same calls or has their totals, they are counted there; where it has but outputs, these are. Rows of the
 * store have the ids of these spans and are merged with them.
 */
const shareOf = ({ sessions, files, shares }: Reading, session: string | undefined): Share => {
  if (session === undefined || /[\\/]/.test(session)) return 'all'
  const known = shares.get(session)
  if (known !== undefined) return known
  const text = files.readText(join(sessions, session, 'events.jsonl')) ?? ''
  const share = shareBeside(text)
  shares.set(session, share)
  return share
}

const shareBeside = (events: string): Share => {
  if (events.includes('"session.usage_record"') || events.includes('"modelMetrics"')) return 'none'
  return events.includes('"outputTokens"') ? 'prompts' : 'all'
}

/** Attributes as an object, or as OTLP's list of `{key, value: {intValue}}`. */
const attributesOf = (value: unknown): ReadonlyMap<string, unknown> => {
  if (isObject(value)) return new Map(Object.entries(value))
  const found = new Map<string, unknown>()
  for (const item of listOf(value)) {
    if (!isObject(item) || typeof item.key !== 'string') continue
    const { value: held } = item
    found.set(item.key, isObject(held) ? (held.intValue ?? held.stringValue ?? held.doubleValue) : held)
  }
  return found
}

/** Epoch ms of `[seconds, nanoseconds]`, or of nanoseconds in a text. */
const timeOfSpan = (value: unknown): number | undefined => {
  const [seconds, nanos] = listOf(value)
  const ms =
    typeof seconds === 'number'
      ? seconds * 1000 + (typeof nanos === 'number' ? nanos / 1e6 : 0)
      : typeof value === 'string' && /^\d{16,19}$/.test(value)
        ? Number(value) / 1e6
        : Number.NaN
  return ms > 0 && ms < 1e14 ? Math.floor(ms) : undefined
}
