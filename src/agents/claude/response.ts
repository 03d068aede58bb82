/** Turns a walked record into entries: one for the response itself, one more for each call hidden in its `iterations`. */
import type { LogSource, UsageEntry } from '../../core/entry.ts'
import { keyIs, LastText, textAt } from '../../core/json-bytes.ts'
import { timeAt } from '../../core/time.ts'
import type { Sink } from '../define.ts'
import { type Content, longVisibleLength, readContent } from './content.ts'
import { hiddenCalls } from './iterations.ts'
import * as R from './record.ts'
import { couldBePlaceholder, mayBePlaceholder } from './placeholder.ts'
import type { ClaudeState } from './state.ts'
import { BAD_USAGE, NO_USAGE, readUsage, type Usage } from './usage.ts'

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

const wordAt = (b: Buffer, range: Usage['speed'], plain: readonly string[]): string | undefined => {
  if (range.end === range.start || b[range.start] !== 34) return undefined
  for (const word of plain) if (keyIs(b, range.start, range.end, word)) return undefined
  return textAt(b, range.start, range.end) || undefined
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

const standardSpeed = ['standard']
const standardTier = ['standard']
const anywhere = ['not_available', 'global']

/**
 * Emits the response in the record walked last. `nested` is set for a sub-agent's record inside a `progress` line. A record
 * without usage, or made by the agent itself (`<synthetic>`), gives nothing.
 */
export const emitResponse = (b: Buffer, state: ClaudeState, source: LogSource, sink: Sink, nested?: Outer): void => {
  const usageStart = R.starts[R.USAGE]!
  if (R.ends[R.USAGE] === usageStart || b[usageStart] !== 123) return
  const modelStart = R.starts[R.MODEL]!
  if (keyIs(b, modelStart, R.ends[R.MODEL]!, '<synthetic>')) return
  const usage = readUsage(b, usageStart)
  if (usage === BAD_USAGE) return sink.diagnostic('bad-number')
  if (usage === NO_USAGE) return sink.diagnostic('unknown-record')
  const { tokens } = usage
  const at = timeOf(b)
  if (Number.isNaN(at)) return sink.diagnostic('no-timestamp')
  const outer = nested ?? outerOf(b, source)
  const messageId = text(b, R.MESSAGE_ID, messageIds)
  const isFinal = b[R.starts[R.STOP_REASON]!] === 34 && R.ends[R.STOP_REASON]! > R.starts[R.STOP_REASON]!
  const content = contentOf(b, state.detail === 'calls', !isFinal && couldBePlaceholder(tokens.output))
  const visibleLength = state.see(messageId, content.visibleLength)
  if (state.cwd === undefined) state.cwd = outer.cwd
  const entry: UsageEntry = {
    agent: source.agent,
    at,
    doneAt: at,
    session: outer.session,
    project: source.project,
    cwd: outer.cwd ?? state.cwd,
    branch: outer.branch,
    version: outer.version,
    model: text(b, R.MODEL, models),
    tokens,
    messageId: messageId ?? lineId(b),
    requestId: text(b, R.REQUEST_ID, requestIds),
    isSidechain: nested !== undefined || isTrue(b, R.SIDECHAIN),
    subagent: outer.subagent,
    speed: wordAt(b, usage.speed, standardSpeed),
    tier: wordAt(b, usage.tier, standardTier),
    geo: wordAt(b, usage.geo, anywhere),
    webSearches: usage.webSearches,
    loggedUsd: numberAt(b, R.COST_USD),
    isFinal,
    isPartial: !isFinal && mayBePlaceholder(outer.version, tokens.output, visibleLength),
    visibleLength,
    tools: content.tools,
    sourceAt: state.firstAt ?? at,
  }
  const { start, end } = usage.iterations
  sink.entry(entry)
  if (end - start > 2) for (const hidden of hiddenCalls(entry, b.toString('utf8', start, end))) sink.entry(hidden)
}

/** Identity of a response without an id of its own: its line's. */
const lineId = (b: Buffer): string | undefined => {
  const start = R.starts[R.UUID]!
  const uuid = b[start] === 34 ? textAt(b, start, R.ends[R.UUID]!) : undefined
  return uuid ? `line:${uuid}` : undefined
}
