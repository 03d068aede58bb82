/** How a number was formed: the parts of one response's cost, and a day or session made of such responses. */
import type { Cost } from './cost.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { UsageEntry } from './entry.ts'
import type { Money } from './money.ts'
import type { Rates } from './pricing.ts'
import type { ModelShare } from './report.ts'
import type { UsageSummary } from './summary.ts'
import type { TokenCounts } from './tokens.ts'

/** So many units at one rate. `units` are tokens, or web searches. */
export interface CostPart {
  readonly kind: keyof Rates | 'webSearch'
  readonly units: number
  readonly usdPerUnit: number
  /** Units times rate, for show: it is `cost.pico` that is summed. */
  readonly usd: number
  /** False where the price row is silent on this kind and a rule stands in: the input price, or the vendor's multiple of it. */
  readonly isListed: boolean
}

export interface CostFactor {
  readonly kind: 'fast' | 'us'
  /** 1 where the model has no price of its own for this kind of request. */
  readonly factor: number
}

/** Where a response's rates came from. */
export interface PriceOrigin {
  /** The price row's name. */
  readonly name: string
  /**
   * `table` ships with the package, `refreshed` was fetched later, `dated` is kept by hand because the price changed over
   * time, `override` is the user's own, whatever it was laid over.
   */
  readonly kind: 'table' | 'refreshed' | 'dated' | 'override'
  /** The publisher of the table; undefined for prices that stand in no table. */
  readonly source: string | undefined
  /** `YYYY-MM-DD` on which the price was published, or checked by hand; undefined for the user's own. */
  readonly date: string | undefined
  /** Epoch ms of the stretch with this price, from inclusive, to exclusive; undefined where it is open. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** True where the vendor charges less at this hour. */
  readonly isOffPeak: boolean
}

/**
 * Why a response cost what it did: `parts` added up, times the `factors`, plus the `extras`, rounded to whole picodollars,
 * is `cost.pico`. All three are empty where the cost was logged, or is zero, or missing.
 */
export interface CostExplanation {
  readonly cost: Cost
  /** What the agent wrote, where that is the cost; 0 where it should be but nothing was written. */
  readonly loggedUsd: number | undefined
  readonly parts: readonly CostPart[]
  readonly factors: readonly CostFactor[]
  readonly extras: readonly CostPart[]
  /** Undefined where no price row was needed, or none is known. */
  readonly price: PriceOrigin | undefined
  /** The long-context tier that the prompt reached: longer than so many tokens. */
  readonly above: number | undefined
  /** The service tier that the log names; not priced: the standard rates stand in. */
  readonly service: { readonly name: string; readonly isPriced: boolean } | undefined
}

/** One response and why it cost what it did. */
export interface AuditEntry {
  readonly entry: UsageEntry
  readonly explanation: CostExplanation
  /** Tokens that the log left out, worked out from sizes; in no other number. */
  readonly estimatedTokens: number
}

/** All responses of one model whose costs were formed alike: the units of each rate added up. */
export interface AuditGroup extends Omit<CostExplanation, 'cost' | 'loggedUsd'> {
  readonly model: string | undefined
  readonly basis: Cost['basis']
  readonly entries: number
  readonly tokens: TokenCounts
  /** Worked out exactly from the units, then rounded once. */
  readonly cost: Money
}

export interface AuditReport {
  readonly kind: 'day' | 'session'
  /** The day, or the whole id of the session. */
  readonly what: string
  /** Epoch ms: the bounds of the day (`to` is when the next begins), or the session's first and last response. */
  readonly from: number | undefined
  readonly to: number | undefined
  /** Of sessions: whose it is, what it was about, where. */
  readonly session:
    | { readonly agent: string; readonly title: string | undefined; readonly project: string | undefined }
    | undefined
  /** In order of time; `--limit` cuts them, but no sum. */
  readonly entries: readonly AuditEntry[]
  /** Dearest first. */
  readonly groups: readonly AuditGroup[]
  /** The groups' costs added up exactly, then rounded once. */
  readonly groupsCost: Money
  /** The groups' costs added up before any rounding, less the sum of the rounded responses. Picodollars, may be a fraction. */
  readonly differencePico: number
  readonly totals: UsageSummary
  readonly models: readonly ModelShare[]
  readonly lines: LineCounts
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

/** How log lines became responses, over all logs: lines are merged before any day or session is chosen. */
export interface LineCounts {
  readonly files: number
  readonly lines: number
  readonly responses: number
  readonly merged: { readonly blocks: number; readonly copies: number; readonly sidechains: number }
  /** Copies that the audited session holds of other sessions' responses; they count there. */
  readonly inherited: number
}
