/**
 * Gathers the lines of a response into one entry. They stand close together, so the one that is coming in is kept in the state
 * and handed out when the next begins; what is copied or replayed elsewhere is merged later, by `ingest`.
 */
import type { LogSource } from '../../core/entry.ts'
import { keyIs, LastText, textAt } from '../../core/json-bytes.ts'
import { union } from '../../core/merge.ts'
import { timeAt } from '../../core/time.ts'
import { noTokens, type TokenCounts } from '../../core/tokens.ts'
import type { Detail, Sink } from '../define.ts'
import { type Content, longVisibleLength, readContent } from './content.ts'
import { hiddenCalls } from './iterations.ts'
import * as R from './record.ts'
import { couldBePlaceholder, mayBePlaceholder } from './placeholder.ts'
import type { ClaudeState } from './state.ts'
import { type Place, usage } from './usage.ts'

const sessions = new LastText()
const originals = new LastText()
const folders = new LastText()
const branches = new LastText()
const versions = new LastText()
const models = new LastText()
const messageIds = new LastText()
const requestIds = new LastText()
const agentIds = new LastText()

/** The text of a field; undefined when it is absent, empty or no string. */
const text = (b: Buffer, field: number, last: LastText): string | undefined => {
  const start = R.starts[field]!
  return b[start] === 34 && R.ends[field]! > start ? last.at(b, start, R.ends[field]!) || undefined : undefined
}

/** What a nested record takes over from the line it stands in. */
export interface Outer {
  readonly session: string | undefined
  readonly cwd: string | undefined
  readonly branch: string | undefined
  readonly version: string | undefined
  readonly subagent: string | undefined
}

/** The envelope of the record walked last, for what is nested in it. */
export const outerOf = (b: Buffer, source: LogSource): Outer => ({
  session: text(b, R.ORIGINAL_SESSION, originals) ?? text(b, R.SESSION_ID, sessions) ?? source.session,
  cwd: text(b, R.CWD, folders),
  branch: text(b, R.BRANCH, branches),
  version: text(b, R.VERSION, versions),
  subagent: text(b, R.AGENT_ID, agentIds) ?? source.subagent,
})

/** The record's own time in epoch ms; NaN when it has none. */
export const timeOf = (b: Buffer): number => {
  const start = R.starts[R.TIMESTAMP]!
  const end = R.ends[R.TIMESTAMP]!
  if (end === start) return Number.NaN
  return b[start] === 34 ? timeAt(b, start + 1, end - 1) : timeAt(b, start, end)
}

const isTrue = (b: Buffer, field: number): boolean => b[R.starts[field]!] === 116 && R.ends[field]! > R.starts[field]!

const numberAt = (b: Buffer, field: number): number | undefined => {
  const start = R.starts[field]!
  if (R.ends[field] === start || b[start] === 110) return undefined
  const value = Number(b.toString('latin1', start, R.ends[field]!))
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

const wordAt = (b: Buffer, place: Place, plain: string, alsoPlain = plain): string | undefined => {
  const { start, end } = place
  if (end === start || b[start] !== 34 || keyIs(b, start, end, plain) || keyIs(b, start, end, alsoPlain)) return undefined
  return textAt(b, start, end) || undefined
}

const unread: Content = { tools: [], visibleLength: 0 }

/** Reads as little of the content as the answer needs. */
const contentOf = (b: Buffer, needsTools: boolean, needsLength: boolean): Content => {
  const start = R.starts[R.CONTENT]!
  const end = R.ends[R.CONTENT]!
  if (needsTools) return readContent(b, start, end)
  if (!needsLength) return unread
  const length = longVisibleLength(b, start, end)
  return length === undefined ? readContent(b, start, end) : { tools: unread.tools, visibleLength: length }
}

type Pending = NonNullable<ClaudeState['pending']>

/**
 * Takes in the response of the record walked last. `nested` is set for a sub-agent's record inside a `progress` line. A record
 * without usage, or made by the agent itself (`<synthetic>`), gives nothing.
 */
export const takeResponse = (b: Buffer, state: ClaudeState, source: LogSource, sink: Sink, nested?: Outer): void => {
  if (R.ends[R.USAGE] === 0 || b[R.starts[R.USAGE]!] !== 123) return
  if (keyIs(b, R.starts[R.MODEL]!, R.ends[R.MODEL]!, '<synthetic>')) return
  if (usage.isBad) return sink.diagnostic('bad-number')
  if (!usage.hasCount) return sink.diagnostic('unknown-record')
  const at = timeOf(b)
  if (Number.isNaN(at)) return sink.diagnostic('no-timestamp')
  const outer = nested ?? outerOf(b, source)
  const isSidechain = nested !== undefined || isTrue(b, R.SIDECHAIN)
  const messageId = text(b, R.MESSAGE_ID, messageIds) ?? lineId(b)
  const requestId = text(b, R.REQUEST_ID, requestIds)
  const { pending } = state
  const hasHidden = hidesCalls(b)
  if (pending && !hasHidden && isSameResponse(pending, messageId, requestId, outer.session, isSidechain, at)) {
    join(b, pending, at, state.detail)
    return sink.joined()
  }
  if (pending) sink.entry(pending)
  state.cwd ??= outer.cwd
  state.pending = {
    agent: source.agent,
    at,
    doneAt: at,
    session: outer.session,
    project: source.project,
    cwd: source.workspace ?? outer.cwd ?? state.cwd,
    branch: outer.branch,
    version: outer.version,
    model: undefined,
    tokens: noTokens,
    messageId,
    requestId,
    isSidechain,
    subagent: outer.subagent,
    speed: undefined,
    tier: undefined,
    geo: undefined,
    webSearches: 0,
    loggedUsd: undefined,
    isFinal: false,
    isPartial: false,
    visibleLength: 0,
    tools: unread.tools,
    sourceAt: state.firstAt ?? at,
  }
  join(b, state.pending, at, state.detail)
  if (hasHidden) for (const hidden of hiddenCalls(state.pending, iterationsText(b))) sink.entry(hidden)
}

const ADVISOR = Buffer.from('advisor_message')
const COMPACTION = Buffer.from('compaction')

/** Whether the line walked last names calls beside its own. */
const hidesCalls = (b: Buffer): boolean => {
  const { start, end } = usage.iterations
  if (end - start <= 2) return false
  const bytes = b.subarray(start, end)
  return bytes.includes(ADVISOR) || bytes.includes(COMPACTION)
}

const iterationsText = (b: Buffer): string => b.toString('utf8', usage.iterations.start, usage.iterations.end)

/** Whether the line walked last goes on with the pending response: `isSameRow` of core/merge.ts, before there is a row. */
const isSameResponse = (
  pending: Pending,
  messageId: string | undefined,
  requestId: string | undefined,
  session: string | undefined,
  isSidechain: boolean,
  at: number,
): boolean =>
  messageId !== undefined &&
  at >= pending.doneAt &&
  pending.messageId === messageId &&
  pending.requestId === requestId &&
  pending.session === session &&
  pending.isSidechain === isSidechain &&
  (requestId !== undefined || hasInputSide(pending.tokens))

const hasInputSide = (t: TokenCounts): boolean =>
  t.input === usage.input &&
  t.cacheRead === usage.cacheRead &&
  t.cacheCreation === Math.max(usage.flat, usage.fiveMinutes + usage.oneHour)

/** Puts the line walked last into its response: later lines win unless they count less output. */
const join = (b: Buffer, pending: Pending, at: number, detail: Detail): void => {
  const stop = R.starts[R.STOP_REASON]!
  const isFinal = b[stop] === 34 && R.ends[R.STOP_REASON]! > stop
  const needsLength = !isFinal && couldBePlaceholder(usage.output)
  const content = contentOf(b, detail === 'calls', needsLength)
  if (content.tools.length > 0) pending.tools = union(pending.tools, content.tools)
  const usd = numberAt(b, R.COST_USD)
  pending.visibleLength += content.visibleLength
  const { output } = pending.tokens
  if (usage.output < output || (usage.output === output && at === pending.doneAt && pending.isFinal && !isFinal)) {
    pending.loggedUsd ||= usd
    return
  }
  pending.doneAt = at
  pending.tokens = usage.tokens()
  pending.model = text(b, R.MODEL, models)
  pending.speed = wordAt(b, usage.speed, 'standard')
  pending.tier = wordAt(b, usage.tier, 'standard')
  pending.geo = wordAt(b, usage.geo, 'not_available', 'global')
  pending.webSearches = usage.webSearches
  pending.loggedUsd = usd || pending.loggedUsd || usd
  pending.isFinal = isFinal
  pending.isPartial = needsLength && mayBePlaceholder(pending.version, usage.output, pending.visibleLength)
}

/** Hands out what is pending; it stays in the state, for its next line may come later. */
export const finish = (state: ClaudeState, _source: LogSource, sink: Sink): void => {
  if (state.pending) sink.entry({ ...state.pending })
}

/** Identity of a response without an id of its own: its line's. */
const lineId = (b: Buffer): string | undefined => {
  const start = R.starts[R.UUID]!
  const uuid = b[start] === 34 ? textAt(b, start, R.ends[R.UUID]!) : undefined
  return uuid ? `line:${uuid}` : undefined
}
