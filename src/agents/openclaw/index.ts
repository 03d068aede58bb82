/**
 * OpenClaw keeps pi's events, first in one JSONL file per session, since 2026 in one SQLite database per agent, both below
 * `~/.openclaw/agents/<agent>` (seen in 2026.9.6). A message may stand in the file, its archive and the database at once: ids and times
 * are equal. Format notes: formats/openclaw.md, formats/OBSERVED.md §12.
 */
import { dirname, join } from 'node:path'
import codex from '../codex/index.ts'
import { type Agent, databaseReader, lineReader } from '../define.ts'
import { type PiState, startPi } from '../family/pi.ts'
import { readPiLine, skipsPiLine } from '../family/pi-lines.ts'
import { type DatabaseState, readDatabase } from './database.ts'
import { dialectWith, rolloutsIn } from './mirrors.ts'
import { AGENT_ID, discover, ROLLOUT, ROOT_VARIABLE } from './roots.ts'

/** The state of a transcript, or of a Codex rollout, which is read as Codex reads it. */
interface State {
  readonly pi?: PiState
  readonly rollouts?: readonly string[]
  readonly codex?: unknown
}

const openclaw: Agent = {
  id: AGENT_ID,
  name: 'OpenClaw',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Interrupted answers and compaction summaries are billed, but not logged.',
    'Of a Codex turn whose rollout is gone only the last response is known.',
  ],
  discover,
  lines: lineReader<State>({
    start(source, detail, files) {
      if (source.part === ROLLOUT) return { codex: codex.lines?.start(source, detail, files) }
      const agent = join(dirname(dirname(source.path)), 'agent')
      return { pi: startPi(detail, source.session), rollouts: rolloutsIn(agent, files) }
    },
    line(bytes, start, end, isGlued, { pi, rollouts, codex: inner }, source, sink) {
      if (pi) readPiLine(bytes, start, end, isGlued, pi, source, sink, dialectWith(rollouts ?? []))
      else codex.lines?.line(bytes, start, end, isGlued, inner, source, sink)
    },
    finish({ pi, codex: inner }, source, sink) {
      if (!pi) codex.lines?.finish?.(inner, source, sink)
    },
    skips: skipsPiLine,
  }),
  database: databaseReader<DatabaseState>({ read: readDatabase }),
}

export default openclaw
