/**
 * Codex keeps one JSONL file ("rollout") per thread under `~/.codex/sessions`, archived ones beside it (seen in 0.39 to 0.169). Usage
 * is in `token_count` events, which repeat themselves and are copied into forks, and since about 0.153 also in `token_usage_record`s,
 * one per response. Counts are inclusive: input holds cached and written tokens, output the reasoning.
 * Format notes: formats/codex.md, formats/OBSERVED.md §3.
 */
import { type Agent, lineReader } from '../define.ts'
import { readLine, readLines, skipsLine } from './line.ts'
import { blockFor } from './record.ts'
import { AGENT_ID, discover, ROOT_VARIABLE } from './roots.ts'
import { signals } from './signals.ts'
import { type CodexState, startState } from './state.ts'
import { finish } from './switch.ts'

const codex: Agent = {
  id: AGENT_ID,
  name: 'Codex',
  version: 1,
  blockHours: 5,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Interrupted, killed and cut-off responses leave nothing, nor do the titles that the terminal asks a small model for.',
    'Before 0.121 cache writes are not told apart from other input; before September 2025 there are no counts at all.',
    'Ephemeral runs write no log.',
  ],
  discover,
  lines: lineReader<CodexState>({
    start: (_source, detail) => startState(detail),
    line: readLine,
    run: readLines,
    finish: (state, _source, sink) => finish(state, sink),
    blockFor,
    skips: skipsLine,
  }),
  signals,
}

export default codex
