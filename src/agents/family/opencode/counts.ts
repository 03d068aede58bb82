/** The token counts of a message, brought from what a version meant by them to disjoint classes (formats/opencode.md §3). */
import { addTokens, type TokenCounts, tokenCounts } from '../../../core/tokens.ts'
import { type Figures, type JsonObject, objectOf } from '../../json.ts'
import type { Flavour } from './flavour.ts'

/** What decides how counts are meant. */
export interface Meaning {
  readonly flavour: Flavour
  /** Rows of the second database layout (OpenCode 2). */
  readonly isSecond: boolean
  readonly provider: string | undefined
  readonly model: string | undefined
  /** Version the session was begun with. */
  readonly version: string | undefined
}

export interface Counts {
  readonly tokens: TokenCounts
  /** Prompt tokens as written, which copies share whatever is made of them. */
  readonly written: string
  /** Whether the agent, by these counts, charged some tokens twice. */
  readonly isChargedTwice: boolean
}

/** Providers whose SDK never counted cached tokens as input. */
const exclusive = new Set(['anthropic', 'amazon-bedrock', 'google-vertex-anthropic'])

export const countsOf = (value: unknown, meaning: Meaning, figures: Figures): Counts => {
  const given = objectOf(value) ?? {}
  const cache = objectOf(given.cache) ?? {}
  const [input, output, reasoning] = [given.input, given.output, given.reasoning].map(n => figures.count(n))
  const read = figures.count(cache.read)
  const write = figures.count(cache.write)
  const isInside = reasoning === 0 || isReasoningInside(given, reasoning!, input! + output! + read + write, meaning)
  const isCachedInside = meaning.version?.startsWith('0.') === true && !exclusive.has(meaning.provider ?? '')
  const cached = isCachedInside && input! >= read ? read : 0
  const generated = isInside ? output! : output! + reasoning!
  return {
    tokens: tokenCounts(input! - cached, generated, write, read, Math.min(reasoning!, generated), 0),
    written: `${input}/${read}/${write}`,
    isChargedTwice: cached > 0 || (isInside && reasoning! > 0),
  }
}

/** `sum`: input, output, cache reads and writes. */
const isReasoningInside = (given: JsonObject, reasoning: number, sum: number, meaning: Meaning): boolean => {
  if (typeof given.total === 'number') return given.total === sum
  if (meaning.isSecond || (typeof given.output === 'number' && reasoning > given.output)) return false
  return meaning.flavour.isReasoningInside(meaning.provider, meaning.model)
}

/** Several steps of one message as one. */
export const addCounts = (a: Counts, b: Counts): Counts => ({
  tokens: addTokens(a.tokens, b.tokens),
  written: a.written,
  isChargedTwice: a.isChargedTwice || b.isChargedTwice,
})
