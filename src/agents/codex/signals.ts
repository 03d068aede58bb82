/**
 * Limits and failures in a rollout. A `token_count` is written again unchanged at many occasions, hours later even, and forks begin with copies of
 * their parent's, under new times: neither says anything of the time it bears. Failures are logged by some versions only: `error`, `stream_error`
 * (the request is sent again), and since about 0.165 an `error` inside `task_complete`.
 */
import type { LogSource } from '../../core/entry.ts'
import { isSameWindow, type LimitReading, limitKey } from '../../core/limit.ts'
import type { SignalSink, Trouble } from '../../core/signal.ts'
import { type SignalReader, signalReader } from '../define.ts'
import { isObject, type JsonObject, objectOf, textOf, timeOf } from '../json.ts'
import { recordsIn, statusOf, TOO_MANY_REQUESTS } from '../signal-records.ts'
import { isCountdown, limitsIn } from './limits.ts'

interface SignalState {
  /** Epoch ms of the first `session_meta`. */
  firstAt?: number | undefined
  thread?: string | undefined
  /** Of a sub-agent: the session that it belongs to. */
  root?: string | undefined
  /** Whether lines of another thread may have been copied to the beginning. */
  mayHoldCopies: boolean
  /** Lines with a smaller ordinal are copied. */
  historyStart?: number | undefined
  /** The history was inherited by reference: the first count is the parent's last. */
  isPaged: boolean
  /** The thread's total and the limits, as they were logged last. */
  total?: string | undefined
  limits?: string | undefined
  /** What was handed out last, one for each limit. */
  told: LimitReading[]
  /** Epoch ms of the last `error`: the end of its task may say it again. */
  failedAt?: number | undefined
}

/** How long after a log's first line copied lines may still be written (identity.ts). */
const BURST_MS = 3000

/** A figure that stays as it was is said again after this long. */
const CONFIRM_MS = 600_000

/** How soon after an `error` its task ends. */
const ENDING_MS = 5000

/** More limits than any plan has: a log that names ever new ones must not grow the state. */
const MOST_LIMITS = 32

const takeSession = (payload: JsonObject, at: number | undefined, state: SignalState): void => {
  const id = textOf(payload.id)
  if (state.thread !== undefined || id === undefined) {
    if (id !== undefined && id !== state.thread) state.mayHoldCopies = true
    return
  }
  const subagent = objectOf(payload.source)?.subagent
  const spawn = isObject(subagent) ? (objectOf(subagent.thread_spawn) ?? subagent) : undefined
  const parent = textOf(payload.parent_thread_id) ?? textOf(spawn?.parent_thread_id)
  const forkedFrom = textOf(payload.forked_from_id)
  const isSubagent = parent !== undefined || payload.thread_source === 'subagent' || subagent !== undefined
  state.thread = id
  state.firstAt = at
  state.root = isSubagent ? (textOf(payload.session_id) ?? parent ?? forkedFrom) : undefined
  state.isPaged = isObject(payload.history_base)
  state.mayHoldCopies = isSubagent || forkedFrom !== undefined
  const start = payload.subagent_history_start_ordinal
  state.historyStart = typeof start === 'number' && start > 0 ? start : undefined
}

const isCopied = (line: JsonObject, at: number, { mayHoldCopies, firstAt, historyStart }: SignalState): boolean =>
  (historyStart !== undefined && typeof line.ordinal === 'number' && line.ordinal < historyStart) ||
  (mayHoldCopies && firstAt !== undefined && at - firstAt <= BURST_MS)

/** Whether limits written now are what was said before, or a parent's; remembers them. */
const isStale = (payload: JsonObject, limits: JsonObject, state: SignalState): boolean => {
  const total = objectOf(objectOf(payload.info)?.total_token_usage)
  const totalText = total && JSON.stringify(total)
  const text = JSON.stringify(limits)
  const isSaidAgain = text === state.limits && (totalText === undefined || totalText === state.total)
  const isOld = text === state.limits && isCountdown(limits)
  const isParents = state.isPaged && state.limits === undefined
  state.limits = text
  state.total = totalText ?? state.total
  return isSaidAgain || isOld || isParents
}

const isNews = (reading: LimitReading, known: LimitReading | undefined): boolean =>
  !known ||
  !isSameWindow(reading, known) ||
  reading.usedPercent !== known.usedPercent ||
  reading.at - known.at >= CONFIRM_MS

const takeLimits = (reading: LimitReading, state: SignalState, sink: SignalSink): void => {
  const key = limitKey(reading)
  const known = state.told.findIndex(other => limitKey(other) === key)
  if (!isNews(reading, state.told[known])) return
  if (known >= 0) state.told.splice(known, 1)
  else if (state.told.length >= MOST_LIMITS) state.told.shift()
  state.told.push(reading)
  sink.limit(reading)
}

/** Failures that are no request's. */
const others: ReadonlySet<string> = new Set(['sandbox_error', 'thread_rollback_failed', 'active_turn_not_steerable'])
const limitWords: ReadonlySet<string> = new Set(['usage_limit_exceeded', 'rate_limit_exceeded'])

/** `codex_error_info` is a word, or an object of one word with details. Undefined for what failed beside a request. */
const failureOf = (error: JsonObject): Pick<Trouble, 'kind' | 'status'> | undefined => {
  const info = error.codex_error_info
  const [word, details] = isObject(info) ? (Object.entries(info)[0] ?? []) : [textOf(info), undefined]
  if (word !== undefined && others.has(word)) return undefined
  const status = statusOf(objectOf(details)?.http_status_code)
  const isLimit = status === TOO_MANY_REQUESTS || (word !== undefined && limitWords.has(word))
  return { kind: isLimit ? 'limit' : 'error', status }
}

const takeEvent = (
  payload: JsonObject,
  of: Pick<LimitReading, 'agent' | 'at' | 'session'>,
  state: SignalState,
  sink: SignalSink,
): void => {
  const { type } = payload
  const limits = type === 'token_count' ? objectOf(payload.rate_limits) : undefined
  if (limits && !isStale(payload, limits, state))
    for (const reading of limitsIn(limits, of)) takeLimits(reading, state, sink)
  const error = type === 'task_complete' ? objectOf(payload.error) : type === 'error' ? payload : undefined
  const failure = error && failureOf(error)
  const isTold = type === 'task_complete' && state.failedAt !== undefined && of.at - state.failedAt <= ENDING_MS
  if (failure && !isTold) sink.trouble({ ...of, ...failure })
  if (type === 'stream_error') sink.trouble({ ...of, status: failureOf(payload)?.status, kind: 'retry' })
  if (type === 'error') state.failedAt = of.at
}

const take = (line: JsonObject, state: SignalState, source: LogSource, sink: SignalSink): void => {
  const payload = objectOf(line.payload)
  const at = timeOf(line.timestamp)
  if (!payload) return
  if (line.type === 'session_meta') takeSession(payload, at, state)
  if (line.type !== 'event_msg' || at === undefined || isCopied(line, at, state)) return
  takeEvent(payload, { agent: source.agent, at, session: state.root ?? state.thread ?? source.session }, state, sink)
}

export const signals: SignalReader = signalReader<SignalState>({
  // As a key or value of its own: inside texts the quotes are escaped.
  marks: [
    '"rate_limits":{',
    '"type":"session_meta"',
    '"codex_error_info":',
    '"payload":{"type":"error"',
    '"payload":{"type":"stream_error"',
  ],
  start: () => ({ mayHoldCopies: false, isPaged: false, told: [] }),
  line(text, state, source, sink) {
    for (const record of recordsIn(text, '{"timestamp":')) take(record, state, source, sink)
  },
})
