/** Small checks on parsed JSON from somebody else's disk: everything is `unknown` until one of these has looked at it. */
import { parseTime } from '../core/time.ts'
import { skipSpace, skipValue } from '../skim/json-bytes.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectOf = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A text with something in it. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Epoch ms of an ISO time, or of epoch seconds or ms, written as text or number. */
export const timeOf = (value: unknown): number | undefined => {
  const at = typeof value === 'string' || typeof value === 'number' ? parseTime(String(value)) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller says so, with its line
  }
}

/** The object in a text; undefined where there is none. */
export const parseObject = (text: string): JsonObject | undefined => objectOf(parseJson(text))

/**
 * The objects of a line `bytes[start, end)`, which a newline byte follows; undefined for each part that is none. Only a glued line
 * holds more than one.
 */
export const objectsIn = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
): readonly (JsonObject | undefined)[] => {
  if (!isGlued) return [parseObject(bytes.toString('utf8', start, end))]
  const found: (JsonObject | undefined)[] = []
  for (let p = skipSpace(bytes, start); p < end; p = skipSpace(bytes, p)) {
    const behind = skipValue(bytes, p)
    if (behind < 0 || behind > end) return [...found, undefined]
    found.push(parseObject(bytes.toString('utf8', p, behind)))
    p = behind
  }
  return found
}

/** No single response costs more; a larger figure is a fault of whoever wrote it. USD. */
const HIGHEST_COST = 1e6

/** Reads the figures of one record, and remembers whether one of them was none. */
export class Figures {
  isBad = false
  /** Whether there was at least one count that could be read. */
  hasCount = false

  /** A whole number of tokens from 0 on; 0 where there is none. */
  count(value: unknown): number {
    if (value === undefined || value === null) return 0
    const n = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) {
      this.isBad = true
      return 0
    }
    this.hasCount = true
    return n
  }

  /** Dollars, or with another `most` an agent's own units, both may be fractions; undefined where there are none. */
  amount(value: unknown, most = HIGHEST_COST): number | undefined {
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number' && value >= 0 && value <= most) return value
    this.isBad = true
    return undefined
  }
}
