/**
 * One line of a transcript. Cheap tests come first: most bytes are user lines, of which only the head is looked at.
 * A line may hold two objects without a break between them (seen in real logs), so the walk goes on behind the first.
 */
import type { LogSource } from '../../core/entry.ts'
import { keyIs, skipSpace, skipValue } from '../../core/json-bytes.ts'
import { timeAt } from '../../core/time.ts'
import type { Sink } from '../define.ts'
import { isNote, readNote, readPrompt } from './notes.ts'
import * as R from './record.ts'
import { outerOf, takeResponse } from './response.ts'
import type { ClaudeState } from './state.ts'

const TYPE_FIRST = Buffer.from('{"type":"')
const TIMESTAMP = Buffer.from('"timestamp":"')

/** A user line longer than this is a pasted file, not a title. */
const LONGEST_PROMPT_LINE = 1 << 18

/** See `LineAgent.line`. */
export const readLine = (
  b: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: ClaudeState,
  source: LogSource,
  sink: Sink,
): void => {
  if (state.firstAt === undefined) state.firstAt = firstTime(b, start, end)
  let p = start
  while (p < end) {
    const next = readRecord(b, p, end, isGlued, state, source, sink)
    if (next === R.OTHER_TYPE) {
      if (b[end - 1] !== 125) return sink.diagnostic('bad-line')
      if (!isGlued) return
      const behind = skipValue(b, p)
      if (behind < 0) return sink.diagnostic('bad-line')
      p = skipSpace(b, behind)
    } else if (next < 0) return sink.diagnostic('bad-line')
    else p = skipSpace(b, next)
  }
}

/** One object; the position behind it, R.OTHER_TYPE when it was left out, -1 when it is broken. */
const readRecord = (b: Buffer, p: number, end: number, isGlued: boolean, state: ClaudeState, source: LogSource, sink: Sink): number => {
  if (b[p] !== 123) return -1
  if (startsWith(b, p, TYPE_FIRST) && isNote(b, p, end)) {
    const behind = skipValue(b, p)
    if (behind > 0) readNote(b, p, behind, source, sink)
    return behind
  }
  const behind = R.walkRecord(b, p, isGlued ? 0 : end)
  if (behind === R.OTHER_TYPE) {
    if (!state.hasPrompt && source.subagent === undefined && isUser(b)) findPrompt(b, p, end, state, source, sink)
    return behind
  }
  if (behind > 0) emit(b, state, source, sink)
  return behind
}

const emit = (b: Buffer, state: ClaudeState, source: LogSource, sink: Sink): void => {
  const isProgress = keyIs(b, R.starts[R.TYPE]!, R.ends[R.TYPE]!, 'progress')
  if (isProgress) emitNested(b, state, source, sink)
  else takeResponse(b, state, source, sink)
}

const AGENT_PROGRESS = Buffer.from('"agent_progress"')

/** A `progress` line of January to March 2026 may hold a whole sub-agent record at `data.message`. */
const emitNested = (b: Buffer, state: ClaudeState, source: LogSource, sink: Sink): void => {
  const start = R.starts[R.DATA]!
  const data = b.subarray(start, R.ends[R.DATA]!)
  if (!data.includes(AGENT_PROGRESS)) return
  const outer = outerOf(b, source)
  const value: unknown = parse(data)
  const message = member(value, 'message')
  const agentId = member(value, 'agentId')
  if (member(value, 'type') !== 'agent_progress' || typeof message !== 'object' || message === null) return
  const record = Buffer.from(`${JSON.stringify(message)}\n`)
  if (R.walkRecord(record, 0) < 0) return
  takeResponse(record, state, source, sink, { ...outer, subagent: typeof agentId === 'string' ? agentId : outer.subagent })
}

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // the walk found it well-formed; what is left are broken escapes inside texts
  }
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined

const isUser = (b: Buffer): boolean => keyIs(b, R.starts[R.TYPE]!, R.ends[R.TYPE]!, 'user')

const findPrompt = (b: Buffer, p: number, end: number, state: ClaudeState, source: LogSource, sink: Sink): void => {
  if (end - p > LONGEST_PROMPT_LINE) return
  const behind = skipValue(b, p)
  if (behind > 0) readPrompt(b, p, behind, state, source, sink)
}

const startsWith = (b: Buffer, p: number, head: Buffer): boolean => {
  for (let i = 0; i < head.length; i++) if (b[p + i] !== head[i]) return false
  return true
}

const firstTime = (b: Buffer, start: number, end: number): number | undefined => {
  const at = b.subarray(start, end).indexOf(TIMESTAMP)
  if (at < 0) return undefined
  const from = start + at + TIMESTAMP.length
  const to = b.indexOf(34, from)
  const time = to > 0 && to < end ? timeAt(b, from, to) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** See `LineAgent.skips`: a head that already says its type, and one that never carries usage. */
export const skipsLine = (b: Buffer, start: number): boolean => R.walkRecord(b, start) === R.OTHER_TYPE
