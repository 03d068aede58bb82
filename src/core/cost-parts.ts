/** What one response cost, by what was charged: whole picodollars (see `money.ts`) that add up to its cost. */
export interface CostParts {
  /** Prompt tokens neither read from nor written to the cache. */
  readonly input: number
  /** Generated tokens, thinking included. */
  readonly output: number
  readonly cacheRead: number
  /** Cache writes of either lifetime. */
  readonly cacheCreation: number
  /** What is not charged by the token (web searches), and a logged cost of a response without tokens. */
  readonly extras: number
  /** What reading one token from the cache costs in this response, picodollars; undefined where no price is known. */
  readonly readPico: number | undefined
}

export const noCostParts: CostParts = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheCreation: 0,
  extras: 0,
  readPico: undefined,
}

/** All parts together, picodollars. */
export const costPartsTotal = (p: CostParts): number => p.input + p.output + p.cacheRead + p.cacheCreation + p.extras
