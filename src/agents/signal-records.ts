/** What the readers of signals share: the records of a line of text, and names from somebody else's disk. */
import { type JsonObject, parseObject, textOf } from './json.ts'

/**
 * The records in a line, each of which begins with `head`. A line is one record, but for what a crash leaves (a broken one and what was written
 * next) and two writers (two without a break).
 */
export const recordsIn = (text: string, head: string): readonly JsonObject[] => {
  const whole = parseObject(text)
  if (whole) return [whole]
  const found: JsonObject[] = []
  for (let start = text.indexOf(head); start >= 0; ) {
    const next = text.indexOf(head, start + head.length)
    const record = parseObject(text.slice(start, next < 0 ? undefined : next))
    if (record) found.push(record)
    start = next
  }
  return found
}

const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g
const LONGEST_NAME = 64

/** The name of a plan or a limit, fit to be shown. */
export const nameOf = (value: unknown): string | undefined =>
  textOf(textOf(value)?.replace(CONTROLS, '').slice(0, LONGEST_NAME))

/** An HTTP status. */
export const statusOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value < 600 ? value : undefined

export const TOO_MANY_REQUESTS = 429
