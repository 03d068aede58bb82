/**
 * Prices kept by hand: what a model cost when. LiteLLM's file knows today's price only, and a past month must not change
 * with an update. Every row was read from the vendor's price page or a dated copy of it; all were last checked on CHECKED.
 */

/** Until this day the open rows below are known to hold; a price file fetched later may overrule them from then on. */
export const CHECKED = '2026-11-22'

/** USD per million: input, output, cache read. */
export type Price = readonly [number, number, number]

export interface DatedRow {
  /** Days in UTC, or a full ISO time: from inclusive, to exclusive; open where left out. */
  readonly from?: string
  readonly to?: string
  readonly price: Price
  /** Price of a whole request with a prompt above so many tokens. */
  readonly above?: readonly [number, Price]
  /** True where the vendor charges half outside peak hours. */
  readonly hasOffPeak?: boolean
}

/** By whose rule the prices that are not written out follow: cache writes, tiers, services (see `history.ts`). */
export type Vendor = 'anthropic' | 'openai' | 'gemini' | 'deepseek'

export interface DatedModel {
  /** Rows of the price table that this history is of. The first one names it. */
  readonly names: readonly string[]
  readonly vendor: Vendor
  readonly rows: readonly DatedRow[]
}

const claude = (name: string, ...rows: readonly DatedRow[]): DatedModel => ({
  names: [name],
  vendor: 'anthropic',
  rows,
})
const openai = (names: readonly string[], ...rows: readonly DatedRow[]): DatedModel => ({
  names,
  vendor: 'openai',
  rows,
})

/** Anthropic: its pricing page and model overview; prompts over 200,000 tokens cost more on the 4.6 models until 2026-03-13. */
const ANTHROPIC = (): readonly DatedModel[] => [
  claude(
    'claude-opus-4-6',
    { to: '2026-03-13', price: [5, 25, 0.5], above: [200_000, [10, 37.5, 1]] },
    { from: '2026-03-13', price: [5, 25, 0.5] },
  ),
  claude(
    'claude-sonnet-4-6',
    { to: '2026-03-13', price: [3, 15, 0.3], above: [200_000, [6, 22.5, 0.6]] },
    { from: '2026-03-13', price: [3, 15, 0.3] },
  ),
  // The rise to 3 / 15 that was set for 2026-09-01 was cancelled.
  claude('claude-sonnet-5', { from: '2026-06-30', price: [2, 10, 0.2] }),
  claude('claude-opus-5', { from: '2026-07-24', price: [5, 25, 0.5] }),
  claude('claude-fable-5-1', { from: '2026-09-01', price: [10, 50, 0.25] }),
  claude('claude-opus-5-5', { from: '2026-09-22', price: [4, 20, 0.2] }),
  claude(
    'claude-sonnet-5-5',
    { from: '2026-09-28', to: '2026-10-07', price: [2, 10, 0.2] },
    { from: '2026-10-07', price: [2, 10, 0.1] },
  ),
  claude('claude-haiku-5-5', { from: '2026-10-07', price: [0.1, 0.5, 0.01], above: [100_000, [0.5, 2.5, 0.05]] }),
  claude('claude-fable-5-2', { from: '2026-11-09', price: [8, 40, 0.2] }),
  // Retired models that LiteLLM no longer lists without a cloud's prefix; old logs still name them.
  claude('claude-3-5-haiku', { price: [0.8, 4, 0.08] }),
  claude('claude-3-5-sonnet', { price: [3, 15, 0.3] }),
]

/** OpenAI: its pricing page; the dates from genai-prices and from LiteLLM's discussions. */
const OPENAI = (): readonly DatedModel[] => [
  openai(
    ['gpt-5.6-terra'],
    { from: '2026-07-09', to: '2026-07-30', price: [2.5, 15, 0.25] },
    { from: '2026-07-30', price: [2, 12, 0.2] },
  ),
  openai(
    ['gpt-5.6-luna'],
    { from: '2026-07-09', to: '2026-07-30', price: [1, 6, 0.1] },
    { from: '2026-07-30', price: [0.2, 1.2, 0.02] },
  ),
  // The lower price is promised "at least through" 2026-11-21: check before each release.
  openai(
    ['gpt-5.6-sol', 'gpt-5.6'],
    { from: '2026-07-09', to: '2026-08-21', price: [5, 30, 0.5] },
    { from: '2026-08-21', price: [4, 20, 0.4] },
  ),
  openai(['gpt-6-astra'], { from: '2026-09-03', price: [10, 50, 1] }),
  openai(['gpt-6-sol'], { from: '2026-09-22', price: [2, 10, 0.2] }),
  openai(['gpt-6-luna'], { from: '2026-09-22', price: [0.1, 0.5, 0.01] }),
  openai(['gpt-6.1-sol'], { from: '2026-09-29', price: [2, 10, 0.1] }),
  openai(['gpt-6.1-terra'], { from: '2026-10-26', price: [1, 5, 0.05] }),
]

/** Google: its pricing page announces the end of the introductory price. */
const GEMINI = (): readonly DatedModel[] =>
  ['gemini-3.6-flash', 'gemini-3.7-flash', 'gemini-3.8-flash'].map(name => ({
    names: [name, `gemini/${name}`],
    vendor: 'gemini',
    rows: [
      { to: '2027-01-01', price: [0.75, 3.75, 0.075] },
      { from: '2027-01-01', price: [1.5, 7.5, 0.15] },
    ],
  }))

/** DeepSeek: its pricing page; peak and off-peak prices began on 2026-08-16 at 16:00 UTC, midnight in Beijing. */
const DEEPSEEK = (): readonly DatedModel[] => [
  {
    names: ['deepseek-v4-pro', 'deepseek/deepseek-v4-pro'],
    vendor: 'deepseek',
    rows: [
      { to: '2026-08-16T16:00:00Z', price: [0.435, 0.87, 0.003625] },
      { from: '2026-08-16T16:00:00Z', price: [1.32, 3.96, 0.044], hasOffPeak: true },
    ],
  },
  {
    names: ['deepseek-v4-flash', 'deepseek/deepseek-v4-flash', 'deepseek/deepseek-flash'],
    vendor: 'deepseek',
    rows: [{ from: '2026-09-10', price: [0.3, 1.2, 0.006], hasOffPeak: true }],
  },
]

/** What is known of a model beside its rates, where LiteLLM is silent or wrong. */
export interface Fact {
  /** Factor of fast mode, and the first day (UTC) on which it was over. */
  readonly fast?: number
  readonly fastUntil?: string
  readonly us?: number
  /** One-hour cache writes at twice the input price, whatever the row says. */
  readonly fixesLongCache?: boolean
}

/** Anthropic: fast mode page (end dates) and data residency page (US-only inference). */
export const FACTS: Readonly<Record<string, Fact>> = {
  'claude-opus-4-6': { fast: 6, us: 1.1 },
  'claude-opus-4-7': { fast: 6, fastUntil: '2026-07-24', us: 1.1 },
  'claude-opus-4-8': { fast: 2, fastUntil: '2026-11-30', us: 1.1 },
  'claude-opus-5': { fast: 2, us: 1.1 },
  'claude-opus-5-5': { fast: 2, us: 1.1 },
  'claude-fable-5-2': { fast: 2, us: 1.1 },
  'claude-sonnet-4-6': { us: 1.1 },
  'claude-sonnet-5': { us: 1.1 },
  'claude-sonnet-5-5': { us: 1.1 },
  'claude-haiku-5-5': { us: 1.1 },
  'claude-fable-5': { us: 1.1 },
  'claude-fable-5-1': { us: 1.1 },
  // LiteLLM has 6 USD per million for both, more than 20 times and less than half of what the rule gives.
  'claude-3-haiku': { fixesLongCache: true },
  'claude-3-opus': { fixesLongCache: true },
}

/** Providers of whom a price of 0 is true: models of one's own machine, and what a vendor gives away. Elsewhere it stands for "not known". */
export const FREE_PROVIDERS: ReadonlySet<string> = new Set([
  'codestral',
  'gemini',
  'lemonade',
  'ollama',
  'opencode',
  'publicai',
  'zai',
])

/** Anthropic's undated names, where LiteLLM lists only the dated model they stand for (its model overview). */
export const SAME_MODEL: Readonly<Record<string, string>> = {
  'claude-sonnet-4': 'claude-sonnet-4-20250514',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
  'claude-opus-4': 'claude-opus-4-20250514',
  'claude-opus-4-0': 'claude-opus-4-20250514',
  'claude-3-7-sonnet': 'claude-3-7-sonnet-20250219',
  'claude-3-haiku': 'claude-3-haiku-20240307',
  'claude-3-opus': 'claude-3-opus-20240229',
}

let byName: Map<string, DatedModel> | undefined

/** All models with a history. */
export const datedModels = (): readonly DatedModel[] => [...ANTHROPIC(), ...OPENAI(), ...GEMINI(), ...DEEPSEEK()]

/** The history of the row of this name. */
export const datedModel = (name: string): DatedModel | undefined => {
  byName ??= new Map(datedModels().flatMap(model => model.names.map(own => [own, model] as const)))
  return byName.get(name)
}
