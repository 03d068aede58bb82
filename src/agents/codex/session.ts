/** Lines that say whose log this is, and what holds from here on: `session_meta`, `turn_context`, settings, names and prompts. */
import type { LogSource } from '../../core/entry.ts'
import { countAt } from '../../skim/json-bytes.ts'
import type { Skimmer } from '../../skim/skim.ts'
import type { Sink } from '../define.ts'
import { isObject, type JsonObject, listOf, objectOf, parseObject, textOf } from '../json.ts'
import { enterTurn } from './identity.ts'
import * as F from './record.ts'
import type { CodexState } from './state.ts'
import { announceModel, releaseEntry } from './switch.ts'

/** Titles are for a table's cell; a longer one is cut here, so that no prompt is carried about whole. */
const TITLE_LENGTH = 200

/** The value of a field, parsed; undefined where there is none. */
const objectAt = (r: Skimmer, field: number): JsonObject | undefined =>
  F.isObjectAt(r, field) ? parseObject(r.block.toString('utf8', r.starts[field]!, r.ends[field]!)) : undefined

/** `subagent` may be an object (`thread_spawn`) or a word (`review`, `compact`). */
const spawnOf = (source: JsonObject | undefined): JsonObject | undefined => {
  const subagent = source && Object.hasOwn(source, 'subagent') ? source.subagent : undefined
  return isObject(subagent) ? (objectOf(subagent.thread_spawn) ?? subagent) : undefined
}

/** The first one in a log is its own; later ones are its ancestors', copied along. */
export const takeSession = (r: Skimmer, state: CodexState): void => {
  const id = r.text(F.ID)
  const source = objectAt(r, F.SOURCE)
  const parent = r.text(F.PARENT) ?? textOf(spawnOf(source)?.parent_thread_id)
  const isSubagent =
    parent !== undefined ||
    r.text(F.THREAD_SOURCE) === 'subagent' ||
    (source !== undefined && Object.hasOwn(source, 'subagent'))
  if (state.thread !== undefined) {
    if (id === undefined || id === state.thread) return
    state.hasCopies = true
    if (!state.ancestors.some(ancestor => ancestor.id === id)) state.ancestors.push({ id, isSubagent })
    enterTurn(state, undefined)
    return
  }
  if (id === undefined) return
  const forkedFrom = r.text(F.FORKED_FROM)
  state.thread = id
  state.isSubagent = isSubagent
  state.root = isSubagent ? (r.text(F.SESSION_ID) ?? parent ?? forkedFrom) : undefined
  state.isPaged = F.isObjectAt(r, F.HISTORY_BASE)
  state.hasCopies = forkedFrom !== undefined && !state.isPaged
  const start = r.has(F.HISTORY_START) ? countAt(r.block, r.starts[F.HISTORY_START]!, r.ends[F.HISTORY_START]!) : -1
  state.historyStart = start > 0 ? start : undefined
  state.cwd = r.text(F.CWD)
  state.branch = r.text(F.BRANCH)
  state.version = r.text(F.VERSION)
  state.provider = r.text(F.PROVIDER)
}

const takeTurn = (r: Skimmer, state: CodexState): void => {
  const turn = r.text(F.TURN_ID)
  if (turn !== undefined && turn !== state.turn) enterTurn(state, turn)
}

/** `turn_context`: what holds for the turn that begins. */
export const takeContext = (r: Skimmer, state: CodexState, sink: Sink): void => {
  takeTurn(r, state)
  state.cwd = r.text(F.CWD) ?? state.cwd
  const model = r.text(F.MODEL)
  if (model === undefined) return
  releaseEntry(state, sink, true)
  state.model = model
  state.nextModel = undefined
}

export const takeTurnStart = (r: Skimmer, state: CodexState, sink: Sink): void => {
  takeTurn(r, state)
  releaseEntry(state, sink)
}

/** The service tiers that cost other than standard, as prices name them. Codex calls priority processing fast. */
const tiers: ReadonlyMap<string, string> = new Map([
  ['fast', 'priority'],
  ['priority', 'priority'],
  ['flex', 'flex'],
  ['batch', 'batch'],
])

/** `thread_settings_applied`: on resume, compaction and `/model`, without a `turn_context`. */
export const takeSettings = (r: Skimmer, state: CodexState): void => {
  const settings = objectAt(r, F.SETTINGS)
  if (!settings) return
  const model = textOf(settings.model)
  if (model !== undefined) announceModel(state, model)
  state.cwd = textOf(settings.cwd) ?? state.cwd
  state.tier = tiers.get(textOf(settings.service_tier) ?? '')
}

const note = (
  source: LogSource,
  session: string | undefined,
  kind: 'custom' | 'prompt',
  text: string,
  sink: Sink,
): void => {
  if (session !== undefined) sink.note({ agent: source.agent, session, kind, text: text.slice(0, TITLE_LENGTH) })
}

/** A name that the user gave the thread. */
export const takeName = (r: Skimmer, state: CodexState, source: LogSource, sink: Sink): void => {
  const payload = objectAt(r, F.PAYLOAD)
  const name = textOf(payload?.thread_name)
  const thread = textOf(payload?.thread_id) ?? state.thread ?? source.session
  if (name !== undefined && !state.isSubagent) note(source, thread, 'custom', name, sink)
}

/** A line of `session_index.jsonl`: the names of threads, the last one counts. */
export const takeIndexLine = (text: string, source: LogSource, sink: Sink): void => {
  const line = parseObject(text)
  const name = textOf(line?.thread_name)
  if (!line) sink.diagnostic('bad-line')
  else if (name !== undefined) note(source, textOf(line.id), 'custom', name, sink)
}

/** Text that is no prompt: what Codex puts in on its own. */
const machineMade = /^\s*(?:<|# AGENTS\.md)/

/** What an editor's extension puts before the prompt ends with this headline. */
const REQUEST = '## My request for Codex:'

/** `user_message`, or the `UserMessage` of paginated logs; others than the first are left. */
export const takePrompt = (r: Skimmer, state: CodexState, source: LogSource, sink: Sink): void => {
  if (state.hasPrompt || state.isSubagent) return
  const payload = objectAt(r, F.PAYLOAD)
  const whole = payload && promptText(payload)
  if (whole === undefined) return
  const request = whole.indexOf(REQUEST)
  const text = (request < 0 ? whole : whole.slice(request + REQUEST.length)).trim()
  if (text === '' || machineMade.test(text)) return
  state.hasPrompt = true
  note(source, state.thread ?? source.session, 'prompt', text, sink)
}

const promptText = (payload: JsonObject): string | undefined => {
  if (payload.type === 'user_message') return textOf(payload.message)
  const item = objectOf(payload.item)
  if (item?.type !== 'UserMessage') return undefined
  for (const part of listOf(item.content)) {
    const text = isObject(part) && part.type === 'text' ? textOf(part.text) : undefined
    if (text !== undefined) return text
  }
  return undefined
}
