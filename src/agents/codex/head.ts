/**
 * What a line is, told from its first bytes. Codex writes `{"timestamp":"…Z",("ordinal":n,)"type":"…","payload":{"type":"…"` in this
 * order, and most bytes are in lines that no report needs. A line that begins in any other way is UNCLEAR and is walked.
 *
 * The few letters that are looked at here tell the known words apart, and their quotes show how long they are: comparing whole words
 * took half of the time of reading. Whatever matters is walked before anything is made of it.
 */

export const UNCLEAR = 0
/** Never of any use. */
export const IDLE = 1
export const TOKEN_COUNT = 2
/** Says who speaks, or holds usage: `session_meta`, `turn_context`, `task_started`, settings and names, usage records. */
export const FACT = 3
/** May hold the first prompt. */
export const PROMPT = 4
export const ITEM = 5
export const WEB_SEARCH = 6
/** Ends or replaces what came before; of use only to a receipt. */
export const TURN_MARK = 7

const QUOTE = 34
const COMMA = 44

const a = 97
const c = 99
const e = 101
const h = 104
const i = 105
const n = 110
const o = 111
const p = 112
const r = 114
const s = 115
const t = 116
const u = 117
const w = 119

/** Where the time of a line begins and ends: `{"timestamp":"2026-11-02T09:00:04.100Z"`. */
export const TIME_START = '{"timestamp":"'.length
export const TIME_END = TIME_START + '2026-11-02T09:00:04.100Z'.length

const KEY = TIME_END + '","'.length
const ORDINAL = 'ordinal":'.length
const WORD = 'type":"'.length
const PAYLOAD = '","payload":{"type":"'.length

/** The kind of the line at `line`, whose newline stands behind it. */
export const kindAt = (b: Buffer, line: number): number => {
  if (b[line + 2] !== t || b[line + 11] !== QUOTE || b[line + 13] !== QUOTE || b[line + TIME_END] !== QUOTE)
    return UNCLEAR
  let q = line + KEY
  if (b[q - 2] !== COMMA || b[q - 1] !== QUOTE) return UNCLEAR
  if (b[q] === o && b[q + 7] === QUOTE) q = behindOrdinal(b, q + ORDINAL)
  if (b[q] !== t || b[q + 4] !== QUOTE || b[q + 6] !== QUOTE) return UNCLEAR
  q += WORD
  const first = b[q]
  if (first === r) return itemKind(b, q, q + 'response_item'.length)
  if (first === e) return eventKind(b, q + 'event_msg'.length)
  if (first === w || first === i) return IDLE // world_state, inter_agent_communication
  if (first === t) return FACT // turn_context, token_usage_record
  if (first === s) return b[q + 'session_meta'.length] === QUOTE ? FACT : UNCLEAR
  return first === c && b[q + 'compacted'.length] === QUOTE ? TURN_MARK : UNCLEAR
}

/** Where the next name begins behind the number at `q`. */
const behindOrdinal = (b: Buffer, q: number): number => {
  while (b[q]! >= 48 && b[q]! <= 57) q++
  return b[q] === COMMA ? q + 2 : q
}

/** Whether `","payload":{"type":"` stands at `q`. */
const hasPayload = (b: Buffer, q: number): boolean =>
  b[q] === QUOTE && b[q + 3] === p && b[q + 14] === t && b[q + PAYLOAD - 1] === QUOTE

const itemKind = (b: Buffer, q: number, end: number): number => {
  if (b[q + 2] !== s || !hasPayload(b, end)) return UNCLEAR
  return b[end + PAYLOAD] === w ? WEB_SEARCH : ITEM
}

/** Whether `","info":null` stands at `q`: an event about rate limits alone. */
const saysNothing = (b: Buffer, q: number): boolean => b[q + 3] === i && b[q + 7] === QUOTE && b[q + 9] === n

const eventKind = (b: Buffer, end: number): number => {
  if (!hasPayload(b, end)) return UNCLEAR
  const q = end + PAYLOAD
  const first = b[q]
  const second = b[q + 1]
  if (first === t) {
    if (second === o) return saysNothing(b, q + 'token_count'.length) ? IDLE : TOKEN_COUNT
    if (second === u) return TURN_MARK // turn_aborted
    // thread_settings_applied, thread_name_updated, task_started; not task_complete
    return second === h || (second === a && b[q + 5] === s) ? FACT : IDLE
  }
  return first === u || first === i ? PROMPT : IDLE // user_message, item_completed
}
