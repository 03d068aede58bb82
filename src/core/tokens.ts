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

/**
 * The counts of one response. Single counts, sums and prices each list their members in an order of their own: where two kinds of
 * objects share a shape, the first large sum or the first price has the engine convert every entry's small integers to doubles
 * (55,000 conversions on a gigabyte of logs, seen with `node --trace-migration`).
 */
export const tokenCounts = (
  input: number,
  output: number,
  cacheCreation: number,
  cacheRead: number,
  reasoning: number,
  longCache: number,
): TokenCounts => ({ reasoning, longCache, cacheRead, cacheCreation, output, input })

/** A sum of counts. */
export const tokenSum = (
  input: number,
  output: number,
  cacheCreation: number,
  cacheRead: number,
  reasoning: number,
  longCache: number,
): TokenCounts => ({ longCache, reasoning, cacheRead, cacheCreation, output, input })

export const noTokens: TokenCounts = tokenCounts(0, 0, 0, 0, 0, 0)

/** The four classes added up. Nobody else adds them. */
export const totalTokens = (t: TokenCounts): number => t.input + t.output + t.cacheCreation + t.cacheRead

/** The size of the prompt in tokens: everything but the output. Decides long-context tiers. */
export const promptTokens = (t: TokenCounts): number => t.input + t.cacheCreation + t.cacheRead

export const addTokens = (a: TokenCounts, b: TokenCounts): TokenCounts =>
  tokenSum(
    a.input + b.input,
    a.output + b.output,
    a.cacheCreation + b.cacheCreation,
    a.cacheRead + b.cacheRead,
    a.reasoning + b.reasoning,
    a.longCache + b.longCache,
  )
