/**
 * The pieces of context in a record (formats/claude-code.md §2, §9): prompts, what the model wrote, results of tools, attachments,
 * summaries, and since about 2.1.300 the request's own system prompt and tools. In the order of the log, which within a thread is the
 * order in which they entered; sizes only.
 */
import type { LogSource } from '../../core/entry.ts'
import type { ContextItem, ItemTarget } from '../../core/item.ts'
import { timeAt } from '../../core/time.ts'
import { keyIs, textAt } from '../../skim/json-bytes.ts'
import { BROKEN, OTHER, type Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { emitAnswer } from './answer-items.ts'
import { emitAttachment } from './attachment.ts'
import * as F from './item-record.ts'
import { emitShape } from './request-shape.ts'
import { emitUserLine } from './user-items.ts'

/** What items need to know of the lines before: plain data. */
export interface ItemState {
  /** Tool and target of the calls whose results are still to come, by call id. */
  calls: Record<string, { readonly tool: string; readonly target?: ItemTarget | undefined }>
  /** Of sub-agents' lines that do not name their agent (before 2.0): the first line of each one's chain. */
  chains: Record<string, string>
  /** Keyed parts of the base as they were last sent: a number made of their text. */
  parts: Record<string, number>
  hasShape: boolean
}

export const startItems = (): ItemState => ({ calls: {}, chains: {}, parts: {}, hasShape: false })

/** What all items of a record have in common. */
export interface Envelope extends Pick<ContextItem, 'agent' | 'session' | 'subagent' | 'thread' | 'at'> {
  /** Prefix of the items' ids. */
  readonly line: string | undefined
}

/** What a nested record takes over from the line it stands in. */
export interface OuterItems {
  readonly session: string | undefined
  readonly subagent: string | undefined
}

/** As many characters of a line's id as tell it from all others of its log. */
const ID_LENGTH = 13

const stringAt = (r: Skimmer, field: number): string | undefined => {
  const start = r.starts[field]!
  return r.has(field) && r.block[start] === 34 ? textAt(r.block, start, r.ends[field]!) || undefined : undefined
}

const isType = (r: Skimmer, type: string): boolean => keyIs(r.block, r.starts[F.TYPE]!, r.ends[F.TYPE]!, type)

/** Hands out the items of the record at the beginning of `bytes`; nothing for one that has none. The position behind it, 0 where it was left out. */
export const readItems = (
  bytes: Buffer,
  state: ItemState,
  source: LogSource,
  sink: Sink,
  outer?: OuterItems,
): number => {
  const r = F.itemSkimmer(bytes)
  const behind = r.walk(0)
  if (behind === OTHER || behind === BROKEN) return 0
  const envelope = envelopeOf(r, state, source, outer)
  if (envelope === undefined) return behind
  if (isType(r, 'assistant')) emitAnswer(r, envelope, state, sink)
  else if (isType(r, 'user')) emitUserLine(r, envelope, state, sink)
  else if (isType(r, 'attachment')) emitAttachment(r, envelope, state, sink)
  else if (isType(r, 'api-request-shape')) emitShape(r, envelope, state, sink)
  return behind
}

const envelopeOf = (r: Skimmer, state: ItemState, source: LogSource, outer?: OuterItems): Envelope | undefined => {
  const start = r.starts[F.TIMESTAMP]!
  const at = r.has(F.TIMESTAMP) ? timeAt(r.block, start + 1, r.ends[F.TIMESTAMP]! - 1) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const uuid = stringAt(r, F.UUID)
  const subagent = outer?.subagent ?? r.text(F.AGENT_ID) ?? source.subagent
  return {
    agent: source.agent,
    session: outer?.session ?? r.text(F.SESSION_ID) ?? source.session,
    subagent,
    thread: subagent === undefined && F.isTrue(r, F.SIDECHAIN) ? chainOf(r, state, uuid) : undefined,
    at,
    line: uuid?.slice(0, ID_LENGTH),
  }
}

/** Sub-agents' lines stood among the others, several at once; only who follows whom tells them apart. */
const chainOf = (r: Skimmer, state: ItemState, uuid: string | undefined): string | undefined => {
  if (uuid === undefined) return undefined
  const parent = stringAt(r, F.PARENT_UUID)
  const chain = (parent === undefined ? undefined : state.chains[parent]) ?? uuid.slice(0, ID_LENGTH)
  state.chains[uuid] = chain
  return chain
}
