/** Token counts of one response or of a sum: four disjoint classes, plus two subsets that price or explain them. */
export interface TokenCounts {
  /** Prompt tokens that were neither read from nor written to the cache. */
  readonly input: number
  /** Generated tokens, thinking included. */
  readonly output: number
  /** Prompt tokens written to the cache, whatever their lifetime. */
  readonly cacheCreation: number
  /** Prompt tokens read from the cache. */
  readonly cacheRead: number
  /** Thinking tokens; a subset of `output`, 0 where the log does not tell. */
  readonly reasoning: number
  /** Cache writes that live for one hour; a subset of `cacheCreation`. */
  readonly longCache: number
}

export const noTokens: TokenCounts = { input: 0, output: 0, cacheCreation: 0, cacheRead: 0, reasoning: 0, longCache: 0 }

/** The four classes added up. Nobody else adds them. */
export const totalTokens = (t: TokenCounts): number => t.input + t.output + t.cacheCreation + t.cacheRead

/** The size of the prompt in tokens: everything but the output. Decides long-context tiers. */
export const promptTokens = (t: TokenCounts): number => t.input + t.cacheCreation + t.cacheRead

export const addTokens = (a: TokenCounts, b: TokenCounts): TokenCounts => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cacheCreation: a.cacheCreation + b.cacheCreation,
  cacheRead: a.cacheRead + b.cacheRead,
  reasoning: a.reasoning + b.reasoning,
  longCache: a.longCache + b.longCache,
})
