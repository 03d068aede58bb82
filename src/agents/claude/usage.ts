/**
 * The `usage` object of a response, read from its bytes (formats/claude-code.md §3). The four classes are disjoint; the flat
 * count of cache writes and its split by lifetime are reconciled, for either can be missing.
 */
import { BAD_COUNT, countAt, keyIs, skipSpace, skipString, skipValue } from '../../core/json-bytes.ts'
import type { TokenCounts } from '../../core/tokens.ts'

/** A count that is no count: negative, fractional, absurd. */
export const BAD_USAGE = 'bad-usage'
/** An object without a single count: the response was billed, but for what nobody knows. */
export const NO_USAGE = 'no-usage'

export interface Usage {
  readonly tokens: TokenCounts
  readonly webSearches: number
  /** Where the values stand that are rarely there; equal when absent. */
  readonly speed: Range
  readonly tier: Range
  readonly geo: Range
  readonly iterations: Range
}

interface Range {
  start: number
  end: number
}

const range = (): Range => ({ start: 0, end: 0 })

/** One object, used again for every line; read it before the next call. */
class UsageReader implements Usage {
  input = 0
  output = 0
  flat = 0
  fiveMinutes = 0
  oneHour = 0
  cacheRead = 0
  reasoning = 0
  webSearches = 0
  isBad = false
  hasCount = false
  speed = range()
  tier = range()
  geo = range()
  iterations = range()

  get tokens(): TokenCounts {
    const split = this.fiveMinutes + this.oneHour
    return {
      input: this.input,
      output: this.output,
      cacheCreation: Math.max(this.flat, split),
      cacheRead: this.cacheRead,
      reasoning: Math.min(this.reasoning, this.output),
      longCache: this.oneHour,
    }
  }

  clear(): void {
    this.input = this.output = this.flat = this.fiveMinutes = this.oneHour = 0
    this.cacheRead = this.reasoning = this.webSearches = 0
    this.isBad = this.hasCount = false
    for (const r of [this.speed, this.tier, this.geo, this.iterations]) r.start = r.end = 0
  }

  count(b: Buffer, start: number, end: number): number {
    const value = countAt(b, start, end)
    if (value === BAD_COUNT) this.isBad = true
    if (value < 0) return 0
    this.hasCount = true
    return value
  }

  /** Reads the object at `p` member by member; the position behind it. */
  object(b: Buffer, p: number, member: (b: Buffer, key: number, keyEnd: number, start: number, end: number) => void): number {
    p++
    for (;;) {
      p = skipSpace(b, p)
      const c = b[p]
      if (c === 44) p++
      else if (c === 125) return p + 1
      else {
        const keyEnd = skipString(b, p + 1)
        const start = skipSpace(b, skipSpace(b, keyEnd) + 1)
        const end = skipValue(b, start)
        member(b, p, keyEnd, start, end)
        p = end
      }
    }
  }

  readonly top = (b: Buffer, key: number, keyEnd: number, start: number, end: number): void => {
    switch (keyEnd - key - 2) {
      case 5:
        if (keyIs(b, key, keyEnd, 'speed')) mark(this.speed, start, end)
        break
      case 10:
        if (keyIs(b, key, keyEnd, 'iterations')) mark(this.iterations, start, end)
        break
      case 12:
        if (keyIs(b, key, keyEnd, 'input_tokens')) this.input = this.count(b, start, end)
        else if (keyIs(b, key, keyEnd, 'service_tier')) mark(this.tier, start, end)
        break
      case 13:
        if (keyIs(b, key, keyEnd, 'output_tokens')) this.output = this.count(b, start, end)
        else if (keyIs(b, key, keyEnd, 'inference_geo')) mark(this.geo, start, end)
        break
      case 14:
        if (keyIs(b, key, keyEnd, 'cache_creation')) this.nested(b, start)
        break
      case 15:
        if (keyIs(b, key, keyEnd, 'server_tool_use')) this.nested(b, start)
        break
      case 21:
        if (keyIs(b, key, keyEnd, 'output_tokens_details')) this.nested(b, start)
        break
      case 23:
        if (keyIs(b, key, keyEnd, 'cache_read_input_tokens')) this.cacheRead = this.count(b, start, end)
        break
      case 27:
        if (keyIs(b, key, keyEnd, 'cache_creation_input_tokens')) this.flat = this.count(b, start, end)
        break
    }
  }

  nested(b: Buffer, start: number): void {
    if (b[start] === 123) this.object(b, start, this.detail)
  }

  readonly detail = (b: Buffer, key: number, keyEnd: number, start: number, end: number): void => {
    if (keyIs(b, key, keyEnd, 'ephemeral_5m_input_tokens')) this.fiveMinutes = this.count(b, start, end)
    else if (keyIs(b, key, keyEnd, 'ephemeral_1h_input_tokens')) this.oneHour = this.count(b, start, end)
    else if (keyIs(b, key, keyEnd, 'web_search_requests')) this.webSearches = this.count(b, start, end)
    else if (keyIs(b, key, keyEnd, 'thinking_tokens')) this.reasoning = this.count(b, start, end)
  }
}

const mark = (r: Range, start: number, end: number): void => {
  r.start = start
  r.end = end
}

const reader = new UsageReader()

/**
 * Reads the usage object that starts at `p` (already known to be well-formed). The result is valid until the next call;
 * BAD_USAGE when a count is negative, fractional or over 2^53, NO_USAGE when there is none.
 */
export const readUsage = (b: Buffer, p: number): Usage | typeof BAD_USAGE | typeof NO_USAGE => {
  reader.clear()
  reader.object(b, p, reader.top)
  return reader.isBad ? BAD_USAGE : reader.hasCount ? reader : NO_USAGE
}
