/**
 * One line of a rollout. Its beginning mostly says that it can be left; the others are walked. A line may hold two objects without a
 * break between them, or a broken one and what was written after a crash, so the walk goes on behind the first.
 */
import type { LogSource } from '../../core/entry.ts'
import { timeAt } from '../../core/time.ts'
import { skipSpace, skipValue } from '../../skim/json-bytes.ts'
import { BROKEN, OTHER, type Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { parseObject } from '../json.ts'
import {
  FACT,
  IDLE,
  ITEM,
  kindAt,
  PROMPT,
  TIME_END,
  TIME_START,
  TOKEN_COUNT,
  TURN_MARK,
  UNCLEAR,
  WEB_SEARCH,
} from './head.ts'
import { isCall, releaseItems, takeCall, takeItem, takeSummary } from './items.ts'
import * as F from './record.ts'
import {
  takeContext,
  takeIndexLine,
  takeName,
  takePrompt,
  takeSession,
  takeSettings,
  takeTurnStart,
} from './session.ts'
import type { CodexState } from './state.ts'
import { confirmModel } from './switch.ts'
import { isInherited, takeTokenCount, takeUsageRecord, timeOf } from './usage.ts'

/** The part of a home that holds the names of threads. */
export const NAMES = 'names'

const NEWLINE = 10
const BRACE = 125

const RECORD = Buffer.from('{"timestamp":')

/** Whether a line of this kind may change anything now. */
const matters = (kind: number, state: CodexState): boolean => {
  if (kind === TOKEN_COUNT) return !state.hasRecords
  if (kind === FACT || kind === UNCLEAR || kind === WEB_SEARCH) return true
  if (kind === PROMPT) return !state.hasPrompt && !state.isSubagent
  if (kind === ITEM)
    return state.detail !== 'counts' || state.nextModel !== undefined || (state.isPaged && !state.hasAnswer)
  return kind === TURN_MARK && state.detail === 'items'
}

/** See `LineReader.run`: lines that do not matter are left where they stand. */
export const readLines = (
  bytes: Buffer,
  from: number,
  to: number,
  first: number,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): number => {
  let lines = 0
  for (let p = from; p < to; lines++) {
    const end = bytes.indexOf(NEWLINE, p)
    const isIdle = bytes[end - 1] === BRACE && state.firstAt !== undefined && !matters(kindAt(bytes, p), state)
    if (!isIdle || holdsAnother(bytes, p, end)) {
      sink.lineNumber = first + lines + 1
      readTrimmed(bytes, p, end, state, source, sink)
    }
    p = end + 1
  }
  return lines
}

/** How long a line with usage may be, with room. */
const USAGE_LINE = 2048

/**
 * Whether a line that can be left by its beginning may yet end with one that holds usage: a crash cut the first one off, or two wrote
 * at once. Looked for only where the line ends as such lines do, in closing braces behind a brace, a digit or `null`: a search
 * through every line would take longer than reading them.
 */
const holdsAnother = (b: Buffer, start: number, end: number): boolean => {
  const c = b[end - 3]!
  if (b[end - 2] !== BRACE || (c !== BRACE && c !== 108 && (c < 48 || c > 57))) return false
  const found = b.indexOf(RECORD, Math.max(start + 1, end - USAGE_LINE))
  return found >= 0 && found < end
}

/** As `ingest` hands out single lines: without blanks around them, nor a mark of the byte order. */
const readTrimmed = (
  bytes: Buffer,
  start: number,
  end: number,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): void => {
  while (end > start && bytes[end - 1]! <= 32) end--
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3
  while (start < end && bytes[start]! <= 32) start++
  if (start < end) readLine(bytes, start, end, false, state, source, sink)
}

/** See `LineReader.line`. */
export const readLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): void => {
  if (source.part === NAMES) {
    takeIndexLine(bytes.toString('utf8', start, end), source, sink)
    return
  }
  const own = F.skimmerOf(bytes)
  const r = own ?? F.spareWith(bytes.subarray(start, end))
  const stop = own ? end : end - start
  for (let p = own ? start : 0; p < stop; ) {
    let behind = readRecord(r, p, stop, isGlued, state, source, sink)
    if (behind < 0) {
      sink.diagnostic('bad-line')
      behind = nextRecord(r.block, p, stop)
    }
    p = behind < stop ? skipSpace(r.block, behind) : stop
  }
}

/** Where the next record begins behind a broken one at `p`: a line that a crash cut off goes on with what was written next. */
const nextRecord = (b: Buffer, p: number, end: number): number => {
  const found = b.subarray(p + 1, end).indexOf(RECORD)
  return found < 0 ? end : p + 1 + found
}

/** One object; the position behind it, or BROKEN. */
const readRecord = (
  r: Skimmer,
  p: number,
  stop: number,
  isGlued: boolean,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): number => {
  const b = r.block
  if (b[p] !== 123) return BROKEN
  const kind = kindAt(b, p)
  if (state.firstAt === undefined && kind !== UNCLEAR)
    state.firstAt = timeOrNone(timeAt(b, p + TIME_START, p + TIME_END))
  const behind = matters(kind, state) ? r.walk(p) : OTHER
  // Of a record that was left out the end is only looked for where another may follow.
  if (behind === OTHER)
    return isGlued || holdsAnother(b, p, stop) ? skipValue(b, p) : b[stop - 1] === BRACE ? stop : BROKEN
  if (behind < 0 || behind > stop) return BROKEN
  if (state.firstAt === undefined) state.firstAt = timeOrNone(timeOf(r))
  take(r, p, behind, state, source, sink)
  return behind
}

const timeOrNone = (at: number): number | undefined => (Number.isNaN(at) ? undefined : at)

/** Hands the record walked last to whom it concerns. */
const take = (r: Skimmer, p: number, end: number, state: CodexState, source: LogSource, sink: Sink): void => {
  // The first letter of the type tells: only the six words of the table come here.
  const type = r.has(F.TYPE) ? r.block[r.starts[F.TYPE]! + 1] : 0
  if (type === 101) takeEvent(r, state, source, sink)
  else if (type === 116 && isWord(r, 'turn_context')) takeContext(r, state, sink)
  else if (type === 116) takeUsageRecord(r, state, source, sink)
  else if (type === 115) takeSession(r, state)
  else if (type === 114) takeResponseItem(r, p, end, state, source, sink)
  else if (type === 99 && state.detail === 'items')
    takeSummary(payloadOf(r, p, end) ?? {}, timeOf(r), state, source, sink)
}

const isWord = (r: Skimmer, word: string): boolean => r.ends[F.TYPE]! - r.starts[F.TYPE]! === word.length + 2

const takeEvent = (r: Skimmer, state: CodexState, source: LogSource, sink: Sink): void => {
  const kind = r.text(F.PAYLOAD_TYPE)
  if (kind === 'token_count') takeTokenCount(r, state, source, sink)
  else if (kind === 'task_started') takeTurnStart(r, state, sink)
  else if (kind === 'thread_settings_applied') takeSettings(r, state)
  else if (kind === 'thread_name_updated') takeName(r, state, source, sink)
  else if (kind === 'user_message' || kind === 'item_completed') takePrompt(r, state, source, sink)
  // What was cut off has no usage that would come behind it.
  if (kind === 'task_started' || kind === 'turn_aborted') releaseItems(state, sink)
}

const payloadOf = (r: Skimmer, p: number, end: number) => {
  const start = r.starts[F.PAYLOAD]!
  return r.has(F.PAYLOAD) && start > p
    ? parseObject(r.block.toString('utf8', start, Math.min(end, r.ends[F.PAYLOAD]!)))
    : undefined
}

const ASSISTANT = Buffer.from('"role":"assistant"')

const takeResponseItem = (
  r: Skimmer,
  p: number,
  end: number,
  state: CodexState,
  source: LogSource,
  sink: Sink,
): void => {
  const type = r.text(F.PAYLOAD_TYPE)
  const isOwn = !isInherited(r, state)
  const isMessage = type === 'message' && r.block.subarray(p, end).includes(ASSISTANT)
  if (isMessage || type === 'reasoning' || isCall(type)) {
    state.hasAnswer = true
    confirmModel(state, sink)
  }
  if (isOwn && type === 'web_search_call') state.searches++
  const wantsCall = isOwn && state.detail !== 'counts' && isCall(type)
  if (!wantsCall && state.detail !== 'items') return
  const payload = payloadOf(r, p, end)
  if (!payload) {
    sink.diagnostic('bad-line')
    return
  }
  if (wantsCall) takeCall(payload, state)
  if (state.detail === 'items') takeItem(payload, timeOf(r), state, source, sink)
}

/** See `LineReader.skips`. */
export const skipsLine = (bytes: Buffer, start: number): boolean => kindAt(bytes, start) === IDLE
