/** Lines of pi's session format: most bytes are tool results, of which nothing is parsed unless items are asked for. */
import type { LogSource } from '../../core/entry.ts'
import type { Sink } from '../define.ts'
import { objectsIn } from '../json.ts'
import { type PiDialect, type PiState, takeEvent } from './pi.ts'

const USAGE = Buffer.from('"usage"')

/** Heads of events that say something although they hold no usage. */
const facts =
  /"type"\s*:\s*"(?:session|model_change|session_info|title|title_change)"|"customType"\s*:\s*"model-snapshot"/

const prompt = /"role"\s*:\s*"user"/

/** How much of a line is looked at to tell what it is. */
const HEAD = 400

/** A user's line longer than this is a pasted file, not a title. */
const LONGEST_PROMPT_LINE = 1 << 18

/** See `LineReader.line`. */
export const readPiLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: PiState,
  source: LogSource,
  sink: Sink,
  dialect?: PiDialect,
): void => {
  if (bytes[start] !== 123 || bytes[end - 1] !== 125) {
    sink.diagnostic('bad-line')
    return
  }
  if (!isGlued && !matters(bytes, start, end, state)) return
  for (const event of objectsIn(bytes, start, end, isGlued)) {
    if (event) takeEvent(event, state, source, sink, dialect)
    else sink.diagnostic('bad-line')
  }
}

const matters = (bytes: Buffer, start: number, end: number, state: PiState): boolean => {
  if (state.detail === 'items' || bytes.subarray(start, end).includes(USAGE)) return true
  const head = bytes.toString('latin1', start, Math.min(end, start + HEAD))
  return facts.test(head) || (!state.hasPrompt && end - start < LONGEST_PROMPT_LINE && prompt.test(head))
}

/** What extensions keep for themselves never reaches a model. */
const never = /^\{"type":"(?:label"|custom","customType":"(?!model-snapshot")[^"]*")/

/** See `LineReader.skips`. */
export const skipsPiLine = (bytes: Buffer, start: number, end: number): boolean =>
  never.test(bytes.toString('latin1', start, Math.min(end, start + HEAD)))
