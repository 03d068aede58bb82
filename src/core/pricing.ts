/** Dollars per token for each token class; `undefined` where the vendor publishes no such price. */
export interface Rates {
  readonly input: number
  readonly output: number
  readonly cacheCreation?: number | undefined
  readonly longCache?: number | undefined
  readonly cacheRead?: number | undefined
  /** Thinking tokens, where they cost other than output. */
  readonly reasoning?: number | undefined
}

/** One price row: what a model costs, from whom, and since when. */
export interface ModelPricing {
  /** The row's name in the price table (LiteLLM's). */
  readonly name: string
  readonly provider?: string | undefined
  readonly base: Rates
  /** Rates of a request whose prompt is longer than `above` tokens, strictly; the highest that applies wins. */
  readonly tiers: readonly { readonly above: number; readonly rates: Rates }[]
  /** Rates of other service tiers (`priority`, `flex`, `batch`), where the row has them. */
  readonly services: Readonly<Record<string, Rates>>
  /** Factor of fast mode on every token class; undefined where the model has none. */
  readonly fast?: number | undefined
  /** Factor of US-only inference on every token class. */
  readonly us?: number | undefined
  /** USD per web search. */
  readonly webSearch?: number | undefined
  /** The context window in tokens. */
  readonly maxInput?: number | undefined
}

/** ccusage's `pricingOverrides`, USD per token; what is left out comes from the price table. */
export interface PriceOverride {
  readonly inputCostPerToken?: number | undefined
  readonly outputCostPerToken?: number | undefined
  readonly cacheCreationInputTokenCost?: number | undefined
  readonly cacheReadInputTokenCost?: number | undefined
  readonly inputCostPerTokenAbove200kTokens?: number | undefined
  readonly outputCostPerTokenAbove200kTokens?: number | undefined
  readonly cacheCreationInputTokenCostAbove200kTokens?: number | undefined
  readonly cacheReadInputTokenCostAbove200kTokens?: number | undefined
  readonly maxInputTokens?: number | undefined
  readonly fastMultiplier?: number | undefined
}
