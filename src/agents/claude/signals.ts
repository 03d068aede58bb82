/**
 * Failed requests in a transcript: `system/api_error` for each one that is sent again, a line with `isApiErrorMessage` for what failed for good (1.0
 * to 2.1.330). Percentages are in no transcript; a message that names the full window and the instant it resets is a reading of 100 %.
 */
import { calendar, isTimeZone } from '../../core/calendar.ts'
import type { LogSource } from '../../core/entry.ts'
import type { SignalSink, Trouble } from '../../core/signal.ts'
import { type SignalReader, signalReader } from '../define.ts'
import { type JsonObject, listOf, objectOf, textOf, timeOf } from '../json.ts'
import { recordsIn, statusOf, TOO_MANY_REQUESTS } from '../signal-records.ts'

/** The model of lines that Claude Code wrote itself. */
const SYNTHETIC = '<synthetic>'

/** What versions before `isApiErrorMessage` wrote, and the time it resets in epoch seconds. */
const OLD_LIMIT = /^Claude AI usage limit reached\|(\d{9,11})\b/

/** In a note of its own, since 2.1. */
const LIMIT_NOTE = /^\W*(?:\S+\W+){0,2}limit reached/i

const FIVE_HOURS = 300
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** `5-hour limit reached|1754000000`, `You've hit your session limit · resets 7:20pm (Europe/Berlin)`. */
const FIVE_HOUR_LIMIT = /\b(?:5-hour|session) limit\b/i
const RESET_SECONDS = /\|(\d{9,11})\b/
const RESET_CLOCK = /\bresets (\d{1,2})(?::(\d\d))?\s*([ap])m \(([\w+\-/]+)\)/i

/** Epoch ms when a clock in `zone` shows `minutes` since midnight for the first time after `at`. */
const nextTime = (at: number, minutes: number, zone: string): number => {
  const { dayOf, startOfDay, clock } = calendar(zone)
  const wanted = `${pad(minutes / 60)}:${pad(minutes % 60)}`
  // Where the clocks are changed, the day's start is an hour nearer or farther.
  for (const from of [startOfDay(dayOf(at)), startOfDay(dayOf(at + DAY_MS))])
    for (const shift of [0, -60, 60]) {
      const time = from + (minutes + shift) * MINUTE_MS
      if (time > at && clock(time).time.startsWith(wanted)) return time
    }
  return Number.NaN
}

const pad = (n: number): string => String(Math.floor(n)).padStart(2, '0')

/** Epoch ms when the five hours that a message says are used up end; undefined where it does not say so exactly. */
const resetIn = (text: string, at: number): number | undefined => {
  if (!FIVE_HOUR_LIMIT.test(text)) return undefined
  const seconds = RESET_SECONDS.exec(text)?.[1]
  const [, hour = '', minute = '0', half = '', zone = ''] = RESET_CLOCK.exec(text) ?? []
  const minutes = ((Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)) * 60 + Number(minute)
  const time =
    seconds !== undefined
      ? Number(seconds) * 1000
      : hour !== '' && isTimeZone(zone)
        ? nextTime(at, minutes, zone)
        : Number.NaN
  // Anything later is no window of five hours: the message means something else, or the log's clock was wrong.
  return time > at && time - at <= (FIVE_HOURS + 1) * MINUTE_MS ? time : undefined
}

const textOfMessage = (message: JsonObject | undefined): string => {
  const content = message?.content
  const parts = listOf(content).map(part => textOf(objectOf(part)?.text) ?? '')
  return textOf(content) ?? parts.join('\n')
}

type Facts = Pick<Trouble, 'agent' | 'at' | 'session'>

const takeAnswer = (line: JsonObject, of: Facts, sink: SignalSink): void => {
  const message = objectOf(line.message)
  const text = textOfMessage(message)
  const isOldLimit = message?.model === SYNTHETIC && OLD_LIMIT.test(text)
  if (line.isApiErrorMessage !== true && !isOldLimit) return
  const status = statusOf(line.apiErrorStatus)
  const isLimit = isOldLimit || line.error === 'rate_limit' || status === TOO_MANY_REQUESTS
  sink.trouble({ ...of, kind: isLimit ? 'limit' : 'error', status })
  const resetsAt = isLimit ? resetIn(text, of.at) : undefined
  if (resetsAt !== undefined) sink.limit({ ...of, minutes: FIVE_HOURS, usedPercent: 100, resetsAt })
}

const takeNote = (line: JsonObject, of: Facts, sink: SignalSink): void => {
  if (line.subtype === 'api_error') {
    const kind = typeof line.retryAttempt === 'number' ? 'retry' : 'error'
    sink.trouble({ ...of, kind, status: statusOf(objectOf(line.error)?.status) })
  }
  if (line.subtype === 'informational' && LIMIT_NOTE.test(textOf(line.content) ?? ''))
    sink.trouble({ ...of, kind: 'limit', status: undefined })
}

const take = (line: JsonObject, source: LogSource, sink: SignalSink): void => {
  const at = timeOf(line.timestamp)
  if (at === undefined) return
  const of = { agent: source.agent, at, session: textOf(line.sessionId) ?? source.session }
  if (line.type === 'assistant') takeAnswer(line, of, sink)
  if (line.type === 'system') takeNote(line, of, sink)
}

/** Each line says all there is to know, so nothing is remembered between them. */
export const signals: SignalReader = signalReader<null>({
  // As a key or value of its own: inside texts the quotes are escaped.
  marks: [
    '"subtype":"api_error"',
    '"isApiErrorMessage":true',
    '"subtype":"informational"',
    '"text":"Claude AI usage limit reached|',
  ],
  start: () => null,
  line(text, _state, source, sink) {
    for (const record of recordsIn(text, '{"parentUuid":')) take(record, source, sink)
  },
})
