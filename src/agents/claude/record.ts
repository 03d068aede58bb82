/**
 * Walks the bytes of one record and notes where its fields stand, whatever their order: text inside a message or a tool
 * result is skipped as a string and can never be taken for a field. Later duplicates of a key win, as in JSON.parse.
 * The usage object is read on the way (usage.ts).
 */
import { keyIs, skipSpace, skipString, skipValue } from '../../core/json-bytes.ts'
import { readUsage } from './usage.ts'

export const TYPE = 0
export const UUID = 1
export const TIMESTAMP = 2
export const REQUEST_ID = 3
export const SESSION_ID = 4
export const ORIGINAL_SESSION = 5
export const CWD = 6
export const BRANCH = 7
export const VERSION = 8
export const AGENT_ID = 9
export const SIDECHAIN = 10
export const COST_USD = 11
export const DATA = 12
export const MESSAGE = 13
export const MESSAGE_ID = 14
export const MODEL = 15
export const CONTENT = 16
export const STOP_REASON = 17
export const USAGE = 18

/** Where the value of each field starts and ends; both 0 when the record has none. */
export const starts = new Int32Array(19)
export const ends = new Int32Array(19)

/** What `walkRecord` returns for a record of a type that never carries usage: the rest was not looked at. */
export const OTHER_TYPE = -2

/** Keys of the record and of its message, by length; a key not listed is skipped. */
const keys = (table: readonly (readonly [string, number])[]): readonly (readonly (readonly [string, number])[])[] => {
  const byLength: [string, number][][] = Array.from({ length: 16 }, () => [])
  for (const [name, field] of table) byLength[name.length]!.push([name, field])
  return byLength
}

const recordKeys = keys([
  ['type', TYPE],
  ['uuid', UUID],
  ['timestamp', TIMESTAMP],
  ['requestId', REQUEST_ID],
  ['sessionId', SESSION_ID],
  ['session_id', ORIGINAL_SESSION],
  ['cwd', CWD],
  ['gitBranch', BRANCH],
  ['version', VERSION],
  ['agentId', AGENT_ID],
  ['isSidechain', SIDECHAIN],
  ['costUSD', COST_USD],
  ['data', DATA],
  ['message', MESSAGE],
])

const messageKeys = keys([
  ['id', MESSAGE_ID],
  ['model', MODEL],
  ['content', CONTENT],
  ['stop_reason', STOP_REASON],
  ['usage', USAGE],
])

const fieldOf = (table: ReturnType<typeof keys>, b: Buffer, start: number, end: number): number => {
  const candidates = table[end - start - 2]
  if (candidates === undefined) return -1
  for (const [name, field] of candidates) if (keyIs(b, start, end, name)) return field
  return -1
}

/** Types that can hold usage; in a record without a type the message decides. */
const carriesUsage = (b: Buffer, start: number, end: number): boolean =>
  b[start] !== 34 || keyIs(b, start, end, 'assistant') || keyIs(b, start, end, 'progress')

const clearMessage = (): void => {
  for (let field = MESSAGE_ID; field <= USAGE; field++) starts[field] = ends[field] = 0
}

/** What follows a message's content in every log seen. The raw quote cannot stand in a string: it opens a real key. */
const BEHIND_CONTENT = Buffer.from('],"stop_reason":')

let mayLeap = false

/**
 * The end of the content that starts at `p`. Content is most of a response's bytes; where `mayLeap`, the walk leaps to the first
 * place that can be its end. If that lay deeper in the line, brackets are left over at the line's end and the leap is undone.
 */
const contentEnd = (b: Buffer, p: number): number => {
  if (!mayLeap || b[p] !== 91) return skipValue(b, p)
  const found = b.indexOf(BEHIND_CONTENT, p)
  return found < 0 ? skipValue(b, p) : found + 1
}

const memberEnd = (b: Buffer, value: number, field: number): number => {
  if (field === CONTENT) return contentEnd(b, value)
  return field === USAGE && b[value] === 123 ? readUsage(b, value) : skipValue(b, value)
}

const walkMessage = (b: Buffer, p: number): number => {
  clearMessage()
  p++
  for (;;) {
    p = skipSpace(b, p)
    const c = b[p]
    if (c === 44) p++
    else if (c === 125) return p + 1
    else if (c !== 34) return -1
    else {
      const keyEnd = skipString(b, p + 1)
      if (keyEnd < 0) return -1
      const field = fieldOf(messageKeys, b, p, keyEnd)
      const value = valueAfter(b, keyEnd)
      if (value < 0) return -1
      p = memberEnd(b, value, field)
      if (p < 0) return -1
      if (field >= 0) {
        starts[field] = value
        ends[field] = p
      }
    }
  }
}

/** From behind a key to its value. */
const valueAfter = (b: Buffer, p: number): number => {
  p = skipSpace(b, p)
  return b[p] === 58 ? skipSpace(b, p + 1) : -1
}

/**
 * From the `{` of a record to behind its `}`; -1 where it is cut off or no JSON; OTHER_TYPE. Fills `starts` and `ends`. With
 * `lineEnd`, the end of a line that holds one object, long contents are leapt over.
 */
export const walkRecord = (b: Buffer, p: number, lineEnd = 0): number => {
  mayLeap = lineEnd > 0
  const end = walk(b, p)
  if (!mayLeap || end === OTHER_TYPE || end === lineEnd) return end
  mayLeap = false
  return walk(b, p)
}

const walk = (b: Buffer, p: number): number => {
  starts.fill(0)
  ends.fill(0)
  p++
  for (;;) {
    p = skipSpace(b, p)
    const c = b[p]
    if (c === 44) p++
    else if (c === 125) return p + 1
    else if (c !== 34) return -1
    else {
      const keyEnd = skipString(b, p + 1)
      if (keyEnd < 0) return -1
      const field = fieldOf(recordKeys, b, p, keyEnd)
      const value = valueAfter(b, keyEnd)
      if (value < 0) return -1
      if (field === MESSAGE && b[value] !== 123) clearMessage()
      p = field === MESSAGE && b[value] === 123 ? walkMessage(b, value) : skipValue(b, value)
      if (p < 0) return -1
      if (field >= 0) {
        starts[field] = value
        ends[field] = p
        if (field === TYPE && !carriesUsage(b, value, p)) return OTHER_TYPE
      }
    }
  }
}
