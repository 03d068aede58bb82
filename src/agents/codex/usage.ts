/**
 * The two records that hold usage (formats/codex.md §3): `token_count`, one or more per response, and since about 0.153 beside it
 * `token_usage_record`, one per response with the API's id. A log that has records is read by them alone from the first one on.
 */
import type { LogSource, OwnedEntry, Quality } from '../../core/entry.ts'
import { timeAt } from '../../core/time.ts'
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import { BAD_COUNT, countAt } from '../../skim/json-bytes.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { type Identity, identityOf } from './identity.ts'
import { releaseItems } from './items.ts'
import * as F from './record.ts'
import type { CodexState, Counts } from './state.ts'
import { giveEntry } from './switch.ts'

/** The line's own time in epoch ms; NaN when it has none. */
export const timeOf = (r: Skimmer): number => {
  const start = r.starts[F.TIMESTAMP]!
  const end = r.ends[F.TIMESTAMP]!
  if (end === 0) return Number.NaN
  return r.block[start] === 34 ? timeAt(r.block, start + 1, end - 1) : timeAt(r.block, start, end)
}

/** Whether the line walked last is of the history that a sub-agent was given. */
export const isInherited = (r: Skimmer, state: CodexState): boolean =>
  state.historyStart !== undefined &&
  r.has(F.ORDINAL) &&
  countAt(r.block, r.starts[F.ORDINAL]!, r.ends[F.ORDINAL]!) < state.historyStart

/** What was odd about the counts read last; one object, for there is one line at a time. */
const found = { isBad: false, hasCount: false, hasWrites: false }

const count = (r: Skimmer, field: number): number => {
  const end = r.ends[field]!
  if (end === 0) return 0
  const value = countAt(r.block, r.starts[field]!, end)
  if (value === BAD_COUNT) found.isBad = true
  if (value < 0) return 0
  found.hasCount = true
  return value
}

/** What was read last; copied where it has to stay. */
type Read = { -readonly [Key in keyof Counts]: Counts[Key] }

const noCounts: Counts = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0, total: 0 }
const totalRead: Read = { ...noCounts }
const lastRead: Read = { ...noCounts }

/** Reads the group of counts at `at`; undefined where there is none. */
const countsAt = (r: Skimmer, at: number, into: Read): Counts | undefined => {
  if (!F.isObjectAt(r, at)) return undefined
  into.input = count(r, at + 1)
  into.cached = count(r, at + 2)
  into.written = count(r, at + 3)
  into.output = count(r, at + 4)
  into.reasoning = count(r, at + 5)
  into.total = count(r, at + 6)
  return into
}

const isSame = (a: Counts, b: Counts): boolean =>
  a.input === b.input &&
  a.output === b.output &&
  a.cached === b.cached &&
  a.written === b.written &&
  a.reasoning === b.reasoning &&
  a.total === b.total

/**
 * For a log that counts only in totals. Where totals fall, or where the first one may be somebody else's, they are a new beginning and
 * say nothing of a response.
 */
const difference = (total: Counts, before: Counts | undefined, isOwn: boolean): Counts | undefined => {
  if (before === undefined) return isOwn ? total : undefined
  if (total.input + total.output < before.input + before.output) return undefined
  const grown = (key: keyof Counts): number => Math.max(0, total[key] - before[key])
  return {
    input: grown('input'),
    cached: grown('cached'),
    written: grown('written'),
    output: grown('output'),
    reasoning: grown('reasoning'),
    total: grown('total'),
  }
}

const tokensOf = (c: Counts): TokenCounts => {
  const cacheRead = Math.min(c.cached, c.input)
  const cacheCreation = Math.min(c.written, c.input - cacheRead)
  const input = c.input - cacheRead - cacheCreation
  return tokenCounts(input, c.output, cacheCreation, cacheRead, Math.min(c.reasoning, c.output), 0)
}

const begin = (): void => {
  found.isBad = found.hasCount = found.hasWrites = false
}

/** A `token_count` event. Without `info` it is about rate limits only; with a total that did not move it is said again. */
export const takeTokenCount = (r: Skimmer, state: CodexState, source: LogSource, sink: Sink): void => {
  if (state.hasRecords || !F.isObjectAt(r, F.INFO)) return
  begin()
  const total = countsAt(r, F.TOTAL, totalRead)
  const last = countsAt(r, F.LAST, lastRead)
  found.hasWrites = r.has(F.LAST + 3) || (last === undefined && r.has(F.TOTAL + 3))
  if (!found.hasCount && !found.isBad) {
    sink.diagnostic('unknown-record')
    return
  }
  const before = state.total
  if (total && before && isSame(total, before)) return
  if (total) state.total = { ...total }
  if (found.isBad) sink.diagnostic('bad-number')
  const isOwn = !state.hasCopies && !state.isSubagent && !state.isPaged
  const counts = last ?? (total && difference(total, before, isOwn))
  // Copied history is counted where it was written; what stands before the first answer of a page is its parent's total.
  if (!counts || isInherited(r, state) || (state.isPaged && !state.hasAnswer)) return
  // After a compaction or an overflow of the window only `total_tokens` is set: no response.
  if (counts.input + counts.output === 0) return
  const at = timeOf(r)
  if (Number.isNaN(at)) {
    sink.diagnostic('no-timestamp')
    return
  }
  emit(state, source, sink, at, counts, identityOf(state, counts, total, at))
}

/** A `token_usage_record`. */
export const takeUsageRecord = (r: Skimmer, state: CodexState, source: LogSource, sink: Sink): void => {
  begin()
  const counts = countsAt(r, F.USAGE, lastRead)
  const isComplete = counts !== undefined && (found.hasCount || found.isBad)
  if (!isComplete) {
    sink.diagnostic('unknown-record')
    return
  }
  found.hasWrites = r.has(F.USAGE + 3)
  state.hasRecords = true
  if (found.isBad) sink.diagnostic('bad-number')
  if (isInherited(r, state) || counts.input + counts.output === 0) return
  const at = timeOf(r)
  if (Number.isNaN(at)) {
    sink.diagnostic('no-timestamp')
    return
  }
  const response = r.text(F.RESPONSE_ID)
  const identity =
    response === undefined
      ? identityOf(state, counts, countsAt(r, F.THREAD_USAGE, totalRead), at)
      : { messageId: response, requestId: undefined }
  emit(state, source, sink, at, counts, identity)
}

/** Before 0.121 cache writes were not logged: they are inside the input. */
const noWrites: Quality = { cacheCreation: 'none' }

const noTools: readonly string[] = []

const emit = (
  state: CodexState,
  source: LogSource,
  sink: Sink,
  at: number,
  counts: Counts,
  { messageId, requestId }: Identity,
): void => {
  const thread = state.thread ?? source.session
  const entry: OwnedEntry = {
    agent: source.agent,
    at,
    doneAt: at,
    session: state.isSubagent ? (state.root ?? thread) : thread,
    project: undefined,
    folder: undefined,
    cwd: state.cwd,
    branch: state.branch,
    version: state.version,
    model: state.model,
    provider: state.provider,
    tokens: tokensOf(counts),
    estimated: undefined,
    quality: found.hasWrites ? undefined : noWrites,
    messageId,
    requestId,
    isSidechain: state.isSubagent,
    subagent: state.isSubagent ? thread : undefined,
    speed: undefined,
    tier: state.tier,
    geo: undefined,
    webSearches: state.searches,
    loggedUsd: undefined,
    credits: undefined,
    isFinal: true,
    isPartial: false,
    visibleLength: 0,
    tools: state.tools.length > 0 ? state.tools : noTools,
    sourceAt: state.firstAt ?? at,
  }
  giveEntry(entry, state, sink)
  if (state.searches > 0) state.searches = 0
  if (state.tools.length > 0) state.tools = []
  if (state.held.length > 0) releaseItems(state, sink, messageId)
}
