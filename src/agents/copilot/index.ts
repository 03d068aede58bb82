/**
 * GitHub Copilot: the CLI (1.0.34 and 1.0.102 seen) and Copilot Chat in VS Code (from its format notes). What a log holds grew over time, from an output per message, over
 * totals at exit, to every call; one call stands in up to three logs and is known in all of them by its session and counts (calls.ts).
 * Prompts are logged with what came from the cache and went to it. Billed in premium requests or AI units, so a price of tokens is notional.
 */
import type { LogSource } from '../../core/entry.ts'
import { type Agent, type Detail, databaseReader, type Files, lineReader } from '../define.ts'
import { AGENT_ID } from './calls.ts'
import { type ChatState, finishChat, foldChat, readChat, skipsChange, startChat } from './chat.ts'
import { type DebugState, foldDebug, startDebug } from './debug-log.ts'
import { type EventsState, finishEvents, foldEvent, skipsEvent, startEvents } from './events.ts'
import { readOtel } from './otel.ts'
import { discover, ROOT_VARIABLE } from './roots.ts'
import { readStore } from './store.ts'
import { readTraces } from './traces.ts'

type CopilotState = EventsState | DebugState | ChatState

const start = (source: LogSource, detail: Detail, files: Files): CopilotState => {
  if (source.part === 'chat') return startChat(source, detail, files)
  if (source.part === 'debug') return startDebug(source, files)
  return startEvents(source, detail, files)
}

const copilot: Agent = {
  id: AGENT_ID,
  name: 'GitHub Copilot',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'CLI before 1.0.69: totals per session and model at a clean exit, dated by it; after a crash the outputs alone (before 0.0.422 always)',
    'CLI 1.0.69 to about 1.0.100: tools of a call are not tied to its counts',
    'VS Code: only the last call of each request, without the cache (switch on github.copilot.chat.otel.dbSpanExporter.enabled for all)',
    'Interrupted and cut streams; inline completions; JetBrains and other editors; premium requests',
  ],
  discover: (host, _diagnostics, found) => discover(host, found),
  lines: lineReader<CopilotState>({
    start,
    line(bytes, begin, end, isGlued, state, _source, sink) {
      if (state.kind === 'events') foldEvent(bytes, begin, end, isGlued, state, sink)
      else if (state.kind === 'debug') foldDebug(bytes, begin, end, isGlued, state, sink)
      else foldChat(bytes, begin, end, isGlued, state, sink)
    },
    finish(state, _source, sink) {
      if (state.kind === 'events') finishEvents(state, sink)
      else if (state.kind === 'chat') finishChat(state, sink)
    },
    skips: (bytes, begin, end) => skipsEvent(bytes, begin, end) || skipsChange(bytes, begin, end),
  }),
  document: {
    read(text, source, detail, sink, files) {
      if (source.part === 'otel') readOtel(text, source, sink, files)
      else readChat(text, source, detail, sink, files)
    },
  },
  database: databaseReader<null>({
    read(database, source, _state, detail, sink, files) {
      if (source.part === 'store') readStore(database, source, detail, sink, files)
      else readTraces(database, sink)
      return null // rows are few and have no mark of change: all are given again, under the same ids
    },
  }),
}

export default copilot
