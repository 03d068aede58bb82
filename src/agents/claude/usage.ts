/**
 * The `usage` object of a response, read from its bytes in one pass (formats/claude-code.md §3). The four classes are disjoint;
 * the flat count of cache writes and its split by lifetime are reconciled, for either can be missing.
 */
import { BAD_COUNT, countAt, keyIs, skipSpace, skipString, skipValue } from '../../core/json-bytes.ts'
import type { TokenCounts } from '../../core/tokens.ts'

/** Where a value stands; equal when absent. */
export interface Place {
  start: number
  end: number
}

/** What `readUsage` found last; valid until its next call. */
class Usage {
  input = 0
  output = 0
  flat = 0
  fiveMinutes = 0
  oneHour = 0
  cacheRead = 0
  reasoning = 0
  webSearches = 0
  /** A count was negative, fractional or over 2^53. */
  isBad = false
  /** There was at least one count: without any the response was billed, but for what nobody knows. */
  hasCount = false
  readonly speed: Place = { start: 0, end: 0 }
  readonly tier: Place = { start: 0, end: 0 }
  readonly geo: Place = { start: 0, end: 0 }
  readonly iterations: Place = { start: 0, end: 0 }

  tokens(): TokenCounts {
    return {
      input: this.input,
      output: this.output,
      cacheCreation: Math.max(this.flat, this.fiveMinutes + this.oneHour),
      cacheRead: this.cacheRead,
      reasoning: Math.min(this.reasoning, this.output),
      longCache: this.oneHour,
    }
  }

  clear(): void {
    this.input = this.output = this.flat = this.fiveMinutes = this.oneHour = 0
    this.cacheRead = this.reasoning = this.webSearches = 0
    this.isBad = this.hasCount = false
    this.speed.start = this.speed.end = this.tier.start = this.tier.end = 0
    this.geo.start = this.geo.end = this.iterations.start = this.iterations.end = 0
  }
}

export const usage = new Usage()

/** Reads the object at `p` into `usage`; the position behind it, -1 where it is no JSON. */
export const readUsage = (b: Buffer, p: number): number => {
  usage.clear()
  return readObject(b, p, true)
}

const readObject = (b: Buffer, p: number, isTop: boolean): number => {
  p++
  for (;;) {
    let c = b[p]
    if (c === 44 || c === 32) {
      p++
      continue
    }
    if (c === 125) return p + 1
    if (c !== 34) {
      const next = skipSpace(b, p)
      if (next === p) return -1
      p = next
      continue
    }
    const key = p
    const keyEnd = skipString(b, p + 1)
    if (keyEnd < 0 || b[keyEnd] !== 58) p = skipSpace(b, keyEnd < 0 ? p : keyEnd)
    else p = keyEnd
    if (keyEnd < 0 || b[p] !== 58) return -1
    p = skipSpace(b, p + 1)
    c = b[p]
    p = c === 123 ? readNested(b, p, key, keyEnd, isTop) : readMember(b, p, key, keyEnd, isTop)
    if (p < 0) return -1
  }
}

const isNested = (b: Buffer, key: number, keyEnd: number): boolean =>
  keyIs(b, key, keyEnd, 'cache_creation') ||
  keyIs(b, key, keyEnd, 'server_tool_use') ||
  keyIs(b, key, keyEnd, 'output_tokens_details')

const readNested = (b: Buffer, p: number, key: number, keyEnd: number, isTop: boolean): number =>
  isTop && isNested(b, key, keyEnd) ? readObject(b, p, false) : skipValue(b, p)

/** Puts a member where it belongs; the position behind its value. */
const readMember = (b: Buffer, start: number, key: number, keyEnd: number, isTop: boolean): number => {
  const end = skipValue(b, start)
  if (end < 0) return -1
  if (isTop) takeTop(b, start, end, key, keyEnd)
  else takeDetail(b, start, end, key, keyEnd)
  return end
}

const takeTop = (b: Buffer, start: number, end: number, key: number, keyEnd: number): void => {
  switch (keyEnd - key - 2) {
    case 5:
      if (keyIs(b, key, keyEnd, 'speed')) mark(usage.speed, start, end)
      break
    case 10:
      if (keyIs(b, key, keyEnd, 'iterations')) mark(usage.iterations, start, end)
      break
    case 12:
      if (keyIs(b, key, keyEnd, 'input_tokens')) usage.input = count(b, start, end)
      else if (keyIs(b, key, keyEnd, 'service_tier')) mark(usage.tier, start, end)
      break
    case 13:
      if (keyIs(b, key, keyEnd, 'output_tokens')) usage.output = count(b, start, end)
      else if (keyIs(b, key, keyEnd, 'inference_geo')) mark(usage.geo, start, end)
      break
    case 23:
      if (keyIs(b, key, keyEnd, 'cache_read_input_tokens')) usage.cacheRead = count(b, start, end)
      break
    case 27:
      if (keyIs(b, key, keyEnd, 'cache_creation_input_tokens')) usage.flat = count(b, start, end)
      break
  }
}

const takeDetail = (b: Buffer, start: number, end: number, key: number, keyEnd: number): void => {
  switch (keyEnd - key - 2) {
    case 15:
      if (keyIs(b, key, keyEnd, 'thinking_tokens')) usage.reasoning = count(b, start, end)
      break
    case 19:
      if (keyIs(b, key, keyEnd, 'web_search_requests')) usage.webSearches = count(b, start, end)
      break
    case 25:
      if (keyIs(b, key, keyEnd, 'ephemeral_5m_input_tokens')) usage.fiveMinutes = count(b, start, end)
      else if (keyIs(b, key, keyEnd, 'ephemeral_1h_input_tokens')) usage.oneHour = count(b, start, end)
      break
  }
}

const count = (b: Buffer, start: number, end: number): number => {
  const value = countAt(b, start, end)
  if (value === BAD_COUNT) usage.isBad = true
  if (value < 0) return 0
  usage.hasCount = true
  return value
}

const mark = (place: Place, start: number, end: number): void => {
  place.start = start
  place.end = end
}
