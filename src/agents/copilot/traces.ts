/**
 * VS Code's `agent-traces.db`, where the span exporter is switched on: a row per span, of which only `chat` spans are calls;
 * `invoke_agent` spans hold sums. Keeps seven days or a hundred sessions.
 */
import type { Database, Row } from '../../host/host.ts'
import type { Sink } from '../define.ts'
import { textOf, timeOf } from '../json.ts'
import { callEntry, modelOf, type Seen } from './calls.ts'

export const readTraces = (database: Database, sink: Sink): void => {
  if (!database.columns('spans').includes('operation_name')) return
  const writes = cacheWrites(database)
  const seen: Seen = {}
  let number = 0
  for (const row of database.rows(
    "SELECT * FROM spans WHERE operation_name = 'chat' ORDER BY start_time_ms, span_id",
  )) {
    sink.lineNumber = ++number
    if (row.input_tokens === null && row.output_tokens === null) continue // a call that failed
    const at = timeOf(plain(row.start_time_ms))
    if (at === undefined) {
      sink.diagnostic('no-timestamp')
      continue
    }
    const counts = {
      prompt: plain(row.input_tokens),
      output: plain(row.output_tokens),
      cacheRead: plain(row.cached_tokens),
      cacheCreation: writes.get(textOf(row.span_id) ?? ''),
      reasoning: plain(row.reasoning_tokens),
    }
    const session = textOf(row.chat_session_id) ?? textOf(row.conversation_id)
    const doneAt = Math.max(at, timeOf(plain(row.end_time_ms)) ?? at)
    sink.entry(
      callEntry(seen, counts, { at, doneAt, session, model: modelOf(row.response_model, row.request_model) }, sink),
    )
  }
}

/** What was written to the cache has no column, only an attribute. */
const cacheWrites = (database: Database): ReadonlyMap<string, unknown> => {
  if (!database.columns('span_attributes').includes('span_id')) return new Map()
  const query =
    "SELECT span_id, value FROM span_attributes WHERE key LIKE '%cache_creation%tokens' OR key LIKE '%cache_write%tokens'"
  return new Map([...database.rows(query)].map(row => [textOf(row.span_id) ?? '', plain(row.value)]))
}

const plain = (value: Row[string] | undefined): unknown => (typeof value === 'bigint' ? Number(value) : value)
