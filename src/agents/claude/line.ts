/**
 * One line of a transcript. Cheap tests come first: most bytes are user lines, of which only the head is looked at.
 * A line may hold two objects without a break between them (seen in real logs), so the walk goes on behind the first.
 */
import type { LogSource } from '../../core/entry.ts'
import { timeAt } from '../../core/time.ts'
import { keyIs, skipValue } from '../../skim/json-bytes.ts'
import { A_RECORD, BROKEN, NO_LINE, OTHER, type Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { readItems } from './items.ts'
import { isNote, readNote, readPrompt } from './notes.ts'
import * as F from './record.ts'
import { outerOf, takeResponse } from './response.ts'
import type { ClaudeState } from './state.ts'

const TIMESTAMP = Buffer.from('"timestamp":"')

/** A user line longer than this is a pasted file, not a title. */
const LONGEST_PROMPT_LINE = 1 << 18

/** See `LineReader.run`: the walker finds the lines that matter; most are plain responses, the others go one by one. */
export const readLines = (
  bytes: Buffer,
  from: number,
  to: number,
  first: number,
  state: ClaudeState,
  source: LogSource,
  sink: Sink,
): number => {
  if (state.items) return readEachLine(bytes, from, to, first, state, source, sink)
  const r = F.mainSkimmer()
  r.line[2] = 0
  for (let p = from; ; ) {
    const isPromptWanted = !state.hasPrompt && source.subagent === undefined
    const kind = r.next(p, to, isPromptWanted || state.firstAt === undefined ? 1 : 0)
    if (kind === NO_LINE) return r.line[2]!
    const start = r.line[0]!
    const end = r.line[1]!
    sink.lineNumber = first + r.line[2]!
    if (kind === A_RECORD && state.firstAt !== undefined) takeResponse(r, state, source, sink)
    else readLine(bytes, start, trimmedEnd(bytes, start, end), true, state, source, sink)
    p = end + 1
  }
}

/** As `readLines`, for items: they are in all lines, so none can be left out unseen. */
const readEachLine = (
  bytes: Buffer,
  from: number,
  to: number,
  first: number,
  state: ClaudeState,
  source: LogSource,
  sink: Sink,
): number => {
  let lines = 0
  for (let p = from; p < to; ) {
    const found = bytes.indexOf(10, p)
    const end = found < 0 || found > to ? to : found
    sink.lineNumber = first + ++lines
    readLine(bytes, p, trimmedEnd(bytes, p, end), true, state, source, sink)
    p = end + 1
  }
  return lines
}

const trimmedEnd = (b: Buffer, start: number, end: number): number => {
  while (end > start && b[end - 1]! <= 32) end--
  return end
}

/** See `LineReader.line`. */
export const readLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: ClaudeState,
  source: LogSource,
  sink: Sink,
): void => {
  const own = F.skimmerOf(bytes)
  const r = own ?? F.spareForLines.with(bytes.subarray(start, end))
  const stop = own ? end : end - start
  let p = own ? start : 0
  state.firstAt ??= firstTime(r.block, p, stop)
  while (p < stop) {
    const next = readRecord(r, p, stop, state, source, sink)
    let behind = next
    // Of a record that was left out the end is only looked for where another may follow.
    if (next === OTHER) behind = isGlued ? skipValue(r.block, p) : r.block[stop - 1] === 125 ? stop : BROKEN
    if (behind < 0) {
      sink.diagnostic('bad-line')
      behind = nextRecord(r.block, p, stop)
    }
    p = skipBlank(r.block, behind, stop)
  }
}

const RECORD = Buffer.from('{"parentUuid":')

/** Where the next record begins behind a broken one at `p`: a line that a crash cut off goes on with what was written next. */
const nextRecord = (b: Buffer, p: number, end: number): number => {
  const found = b.subarray(p + 1, end).indexOf(RECORD)
  return found < 0 ? end : p + 1 + found
}

const skipBlank = (b: Buffer, p: number, end: number): number => {
  while (p < end && b[p]! <= 32) p++
  return p
}

/** One object; the position behind it, OTHER when it was left out, BROKEN. */
const readRecord = (r: Skimmer, p: number, end: number, state: ClaudeState, source: LogSource, sink: Sink): number => {
  const b = r.block
  if (b[p] !== 123) return BROKEN
  if (isNote(b, p, end)) {
    const behind = skipValue(b, p)
    if (behind > 0) readNote(b, p, behind, source, sink)
    return behind
  }
  const behind = r.walk(p)
  const whole = state.items && behind !== BROKEN ? readItems(b.subarray(p, end), state.items, source, sink) : 0
  if (behind === OTHER) {
    if (!state.hasPrompt && source.subagent === undefined && isType(r, 'user'))
      findPrompt(b, p, end, state, source, sink)
  } else if (behind > 0) {
    if (isType(r, 'progress')) takeNested(r, state, source, sink)
    else takeResponse(r, state, source, sink)
  }
  return behind === OTHER && whole > 0 ? p + whole : behind
}

const isType = (r: Skimmer, type: string): boolean => keyIs(r.block, r.starts[F.TYPE]!, r.ends[F.TYPE]!, type)

const AGENT_PROGRESS = Buffer.from('"agent_progress"')

/** A `progress` line of January to March 2026 may hold a whole sub-agent record at `data.message`. */
const takeNested = (r: Skimmer, state: ClaudeState, source: LogSource, sink: Sink): void => {
  const data = r.block.subarray(r.starts[F.DATA]!, r.ends[F.DATA]!)
  if (!data.includes(AGENT_PROGRESS)) return
  const outer = outerOf(r, source)
  const value: unknown = parse(data)
  const message = member(value, 'message')
  const agentId = member(value, 'agentId')
  if (member(value, 'type') !== 'agent_progress' || typeof message !== 'object' || message === null) return
  const subagent = typeof agentId === 'string' ? agentId : outer.subagent
  const bytes = Buffer.from(JSON.stringify(message))
  if (state.items) readItems(bytes, state.items, source, sink, { session: outer.session, subagent })
  const record = F.spareForParts.with(bytes)
  if (record.walk(0) < 0) return
  takeResponse(record, state, source, sink, { ...outer, subagent })
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

const findPrompt = (b: Buffer, p: number, end: number, state: ClaudeState, source: LogSource, sink: Sink): void => {
  if (end - p > LONGEST_PROMPT_LINE) return
  const behind = skipValue(b, p)
  if (behind > 0) readPrompt(b, p, behind, state, source, sink)
}

const firstTime = (b: Buffer, start: number, end: number): number | undefined => {
  const at = b.subarray(start, end).indexOf(TIMESTAMP)
  if (at < 0) return undefined
  const from = start + at + TIMESTAMP.length
  const to = b.indexOf(34, from)
  const time = to > 0 && to < end ? timeAt(b, from, to) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** See `LineReader.skips`: a head that already says its type, and one that never carries usage. */
export const skipsLine = (bytes: Buffer, start: number, end: number): boolean => {
  const own = F.skimmerOf(bytes)
  return own ? own.walk(start) === OTHER : F.spareForLines.with(bytes.subarray(start, end)).walk(0) === OTHER
}
