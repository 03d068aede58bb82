/**
 * pi, and OMP and others made from it, keep one JSONL file per session below `~/.pi/agent/sessions` (seen in pi 0.8 to 0.73). Every
 * model's message carries its own usage, which excludes cached tokens, and a list price. Forks copy messages with their times.
 * Format notes: formats/pi.md, formats/OBSERVED.md §8.
 */
import type { LogSource } from '../../core/entry.ts'
import { type Agent, lineReader, type Sink } from '../define.ts'
import { type PiState, startPi } from '../family/pi.ts'
import { readPiLine, skipsPiLine } from '../family/pi-lines.ts'
import { AGENT_ID, discover, ROOT_VARIABLE } from './roots.ts'

const pi: Agent = {
  id: AGENT_ID,
  name: 'pi',
  version: 1,
  rootVariable: ROOT_VARIABLE,
  gaps: [
    'Summaries made by /compact are billed, but their tokens are not logged.',
    'An answer that was interrupted is logged with the figures of its start, or not at all.',
    'Up to pi 0.73, one-hour cache writes are not told from five-minute ones, nor thinking from other output.',
  ],
  discover,
  lines: lineReader<PiState>({
    start: (source, detail) => startPi(detail, source.session),
    line(bytes: Buffer, start, end, isGlued, state, source: LogSource, sink: Sink) {
      readPiLine(bytes, start, end, isGlued, state, source, sink)
    },
    skips: skipsPiLine,
  }),
}

export default pi
