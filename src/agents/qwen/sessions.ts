/**
 * `usage_record.jsonl`: a line per process of the agent, with what its session used by then, side calls included that no transcript
 * holds, and of a fork what it inherited. The last line of a session counts. Where the transcript is gone, it is all there is.
 */
import { entryOf, type LogSource } from '../../core/entry.ts'
import type { TokenCounts } from '../../core/tokens.ts'
import type { Files, Sink } from '../define.ts'
import { countedUsage, type UsageNames } from '../family/gemini-tokens.ts'
import { isObject, type JsonObject, parseObject, textOf, timeOf } from '../json.ts'

const names: UsageNames = {
  prompt: 'inputTokens',
  output: 'outputTokens',
  cached: 'cachedTokens',
  thoughts: 'thoughtsTokens',
  tool: 'toolTokens',
  total: 'totalTokens',
  hasThoughtsInside: true,
}

/** See `DocumentReader`. */
export const readSessions = (text: string, source: LogSource, sink: Sink, files: Files): void => {
  const known = transcripts(source, files)
  for (const [session, record] of lastOfEach(text, sink)) {
    const models = modelsOf(record, sink)
    if (known.has(session)) {
      const priced = models.map(model => ({ ...model, usd: 0 }))
      sink.note({ agent: source.agent, session, kind: 'total', total: { key: session, usd: 0, models: priced } })
    } else entries(session, record, models, source, sink)
  }
}

const lastOfEach = (text: string, sink: Sink): ReadonlyMap<string, JsonObject> => {
  const last = new Map<string, JsonObject>()
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    sink.lineNumber = i + 1
    const record = parseObject(line)
    const session = textOf(record?.sessionId)
    if (!record) sink.diagnostic('bad-line')
    else if (session === undefined || !isObject(record.models)) sink.diagnostic('unknown-record')
    else last.set(session, record)
  }
  return last
}

const modelsOf = (record: JsonObject, sink: Sink): { readonly model: string; readonly tokens: TokenCounts }[] =>
  Object.entries(isObject(record.models) ? record.models : {}).flatMap(([model, usage]) => {
    const counted = isObject(usage) ? countedUsage(usage, names) : undefined
    if (counted === undefined) sink.diagnostic('unknown-record')
    if (counted?.isBad) sink.diagnostic('bad-number')
    return counted?.tokens ? [{ model, tokens: counted.tokens }] : []
  })

const entries = (
  session: string,
  record: JsonObject,
  models: ReturnType<typeof modelsOf>,
  source: LogSource,
  sink: Sink,
): void => {
  const at = timeOf(record.timestamp)
  if (at === undefined) {
    sink.diagnostic('no-timestamp')
    return
  }
  for (const { model, tokens } of models) {
    const cwd = textOf(record.project)
    const messageId = `usage_record ${session} ${model}`
    const sourceAt = timeOf(record.startTime) ?? at
    sink.entry(entryOf({ agent: source.agent, at, session, cwd, model, tokens, messageId, sourceAt }))
  }
}

/** Sessions whose transcripts are there. */
const transcripts = (source: LogSource, files: Files): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const folder of source.beside ?? []) {
    try {
      for (const { name } of files.readDirectory(folder)) found.add(name.replace(/\.jsonl$/, ''))
    } catch {
      // gone since it was discovered, and its transcripts with it
    }
  }
  return found
}
