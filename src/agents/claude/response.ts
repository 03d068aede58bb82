/**
 * Gathers the lines of a response into one entry. They stand close together, so the one that is coming in is kept in the state
 * and handed out when the next begins; what is copied or replayed elsewhere is merged later, by `ingest`.
 */
import type { DiagnosticCode } from '../../core/diagnostic.ts'
import type { LogSource, OwnedEntry } from '../../core/entry.ts'
import { higher, union } from '../../core/merge.ts'
import { timeAt } from '../../core/time.ts'
import { noTokens, type TokenCounts } from '../../core/tokens.ts'
import { keyIs, textAt } from '../../skim/json-bytes.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Detail, Sink } from '../define.ts'
import { type Content, longVisibleLength, readContent } from './content.ts'
import { hiddenCalls } from './iterations.ts'
import { couldBePlaceholder, mayBePlaceholder } from './placeholder.ts'
import * as F from './record.ts'
import type { ClaudeState } from './state.ts'
import { readUsage, usage } from './usage.ts'

/** What a nested record takes over from the line it stands in. */
export interface Outer {
  readonly session: string | undefined
  readonly cwd: string | undefined
  readonly branch: string | undefined
  readonly version: string | undefined
  readonly subagent: string | undefined
}

/** The envelope of the record walked last, for what is nested in it. */
export const outerOf = (r: Skimmer, source: LogSource): Outer => ({
  session: r.text(F.ORIGINAL_SESSION) ?? r.text(F.SESSION_ID) ?? source.session,
  cwd: r.text(F.CWD),
  branch: r.text(F.BRANCH),
  version: r.text(F.VERSION),
  subagent: r.text(F.AGENT_ID) ?? source.subagent,
})

/** The record's own time in epoch ms; NaN when it has none. */
const timeOf = (r: Skimmer): number => {
  const start = r.starts[F.TIMESTAMP]!
  const end = r.ends[F.TIMESTAMP]!
  if (end === 0) return Number.NaN
  return r.block[start] === 34 ? timeAt(r.block, start + 1, end - 1) : timeAt(r.block, start, end)
}

const isTrue = (r: Skimmer, field: number): boolean => r.has(field) && r.block[r.starts[field]!] === 116

/** No single response costs more; a larger figure is a fault of whoever wrote it. USD. */
const HIGHEST_COST = 1e6

/** A logged cost in USD: undefined where there is none, NaN where it is negative, absurd or no number. */
const costOf = (r: Skimmer): number | undefined => {
  const start = r.starts[F.COST_USD]!
  if (!r.has(F.COST_USD) || r.block[start] === 110) return undefined
  const text = r.block.toString('latin1', start, r.ends[F.COST_USD]!).replace(/^"|"$/g, '')
  const usd = /^[-+.\deE]+$/.test(text) ? Number(text) : Number.NaN
  return usd >= 0 && usd <= HIGHEST_COST ? usd : Number.NaN
}

const wordOf = (r: Skimmer, field: number, plain: string, alsoPlain = plain): string | undefined => {
  const start = r.starts[field]!
  const end = r.ends[field]!
  if (end === 0 || r.block[start] !== 34) return undefined
  if (keyIs(r.block, start, end, plain) || keyIs(r.block, start, end, alsoPlain)) return undefined
  return textAt(r.block, start, end) || undefined
}

const unread: Content = { tools: [], visibleLength: 0 }

/** Reads as little of the content as the answer needs. */
const contentOf = (r: Skimmer, needsTools: boolean, needsLength: boolean): Content => {
  const start = r.starts[F.CONTENT]!
  const end = r.ends[F.CONTENT]!
  if (end === 0) return unread
  if (needsTools) return readContent(r.block, start, end)
  if (!needsLength) return unread
  const length = longVisibleLength(r.block, start, end)
  return length === undefined ? readContent(r.block, start, end) : { tools: unread.tools, visibleLength: length }
}

/**
 * Takes in the response of the record walked last. `nested` is set for a sub-agent's record inside a `progress` line. A record
 * without usage, or made by the agent itself (`<synthetic>`), gives nothing.
 */
export const takeResponse = (r: Skimmer, state: ClaudeState, source: LogSource, sink: Sink, nested?: Outer): void => {
  if (!r.has(F.USAGE) || r.block[r.starts[F.USAGE]!] !== 123 || r.text(F.MODEL) === '<synthetic>') return
  readUsage(r)
  const at = timeOf(r)
  const fault = faultOf(at)
  if (fault !== undefined) sink.diagnostic(fault)
  if (!usage.hasCount || Number.isNaN(at)) return
  const logged = costOf(r)
  if (Number.isNaN(logged)) sink.diagnostic('bad-number')
  const usd = Number.isNaN(logged) ? undefined : logged
  const outer = nested ?? outerOf(r, source)
  const isSidechain = nested !== undefined || isTrue(r, F.SIDECHAIN)
  const messageId = r.text(F.MESSAGE_ID) ?? lineId(r)
  const requestId = r.text(F.REQUEST_ID)
  const { pending } = state
  const hasHidden = hidesCalls(r)
  if (pending && !hasHidden && isSameResponse(pending, messageId, requestId, outer.session, isSidechain, at)) {
    join(r, pending, at, state.detail, usd)
    sink.joined()
    return
  }
  if (pending) sink.entry(pending)
  state.cwd ??= outer.cwd
  const opened = open(state, source, outer, at, { messageId, requestId, isSidechain })
  join(r, opened, at, state.detail, usd)
  if (hasHidden) for (const hidden of hiddenCalls(opened, iterationsText(r))) sink.entry(hidden)
  // Without an id nothing can be known to go on with it.
  if (messageId === undefined) sink.entry(opened)
  state.pending = messageId === undefined ? undefined : opened
}

/** An entry for a response of which nothing but its identity is known yet. */
const open = (
  state: ClaudeState,
  source: LogSource,
  outer: Outer,
  at: number,
  identity: Pick<OwnedEntry, 'messageId' | 'requestId' | 'isSidechain'>,
): OwnedEntry => ({
  agent: source.agent,
  at,
  doneAt: at,
  session: outer.session,
  project: source.project,
  folder: source.project,
  cwd: source.workspace ?? outer.cwd ?? state.cwd,
  branch: outer.branch,
  version: outer.version,
  model: undefined,
  provider: undefined,
  tokens: noTokens,
  estimated: undefined,
  quality: undefined,
  messageId: identity.messageId,
  requestId: identity.requestId,
  isSidechain: identity.isSidechain,
  subagent: outer.subagent,
  speed: undefined,
  tier: undefined,
  geo: undefined,
  webSearches: 0,
  loggedUsd: undefined,
  credits: undefined,
  isFinal: false,
  isPartial: false,
  visibleLength: 0,
  tools: unread.tools,
  sourceAt: state.firstAt ?? at,
})

/** What is wrong with the response just read, if anything is. Counts that can be read are taken beside one that cannot. */
const faultOf = (at: number): DiagnosticCode | undefined => {
  if (usage.isBad) return 'bad-number'
  if (!usage.hasCount) return 'unknown-record'
  return Number.isNaN(at) ? 'no-timestamp' : undefined
}

const ADVISOR = Buffer.from('advisor_message')
const COMPACTION = Buffer.from('compaction')

/** Whether the line walked last names calls beside its own. */
const hidesCalls = (r: Skimmer): boolean => {
  const start = r.starts[F.ITERATIONS]!
  const end = r.ends[F.ITERATIONS]!
  if (end - start <= 2) return false
  const bytes = r.block.subarray(start, end)
  return bytes.includes(ADVISOR) || bytes.includes(COMPACTION)
}

const iterationsText = (r: Skimmer): string => r.block.toString('utf8', r.starts[F.ITERATIONS]!, r.ends[F.ITERATIONS]!)

/** Whether the line walked last goes on with the pending response: `isSameRow` of core/merge.ts, before there is a row. */
const isSameResponse = (
  pending: OwnedEntry,
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
  t.input === usage.input && t.cacheRead === usage.cacheRead && t.cacheCreation === usage.cacheCreation

/** Puts the line walked last into its response: later lines win unless they count less output. */
const join = (r: Skimmer, pending: OwnedEntry, at: number, detail: Detail, usd: number | undefined): void => {
  const isFinal = r.has(F.STOP_REASON) && r.block[r.starts[F.STOP_REASON]!] === 34
  const needsLength = !isFinal && couldBePlaceholder(usage.output)
  const content = contentOf(r, detail !== 'counts', needsLength)
  if (content.tools.length > 0) pending.tools = union(pending.tools, content.tools)
  pending.visibleLength += content.visibleLength
  const { output } = pending.tokens
  if (usage.output < output || (usage.output === output && at === pending.doneAt && pending.isFinal && !isFinal)) {
    pending.loggedUsd = higher(pending.loggedUsd, usd)
    return
  }
  pending.doneAt = at
  pending.tokens = usage.tokens()
  pending.model = r.text(F.MODEL)
  pending.speed = wordOf(r, F.SPEED, 'standard')
  pending.tier = wordOf(r, F.TIER, 'standard')
  pending.geo = wordOf(r, F.GEO, 'not_available', 'global')
  pending.webSearches = usage.webSearches
  pending.loggedUsd = higher(pending.loggedUsd, usd)
  pending.isFinal = isFinal
  pending.isPartial = needsLength && mayBePlaceholder(pending.version, usage.output, pending.visibleLength)
}

/** Hands out what is pending; it stays in the state, for its next line may come later. */
export const finish = (state: ClaudeState, _source: LogSource, sink: Sink): void => {
  if (state.pending) sink.entry({ ...state.pending })
}

/** Identity of a response without an id of its own: its line's. */
const lineId = (r: Skimmer): string | undefined => {
  const start = r.starts[F.UUID]!
  const uuid = r.has(F.UUID) && r.block[start] === 34 ? textAt(r.block, start, r.ends[F.UUID]!) : undefined
  return uuid ? `line:${uuid}` : undefined
}
