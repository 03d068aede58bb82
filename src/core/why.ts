/** What `why` and its kin answer, before it is drawn. Names are as they are to be shown: under `--private` there are no others. */
import type { Diagnostic } from './diagnostic.ts'
import type { Grouping } from './grouping.ts'
import type { ItemSection } from './item.ts'
import type { Money } from './money.ts'
import type { ModelShare } from './report.ts'
import type { UsageSummary } from './summary.ts'

/** A sum of money by cause: `cost` is the others added up. */
export interface CauseCosts {
  readonly cost: Money
  /** New context, in the call that first carried it. */
  readonly enter: Money
  /** Context sent again, at the price of a cache read. */
  readonly carry: Money
  /** What sending it again cost above that price. */
  readonly rewrite: Money
  readonly output: Money
  /** Web searches, and costs of responses without tokens. */
  readonly extras: Money
}

export interface WhyRow extends CauseCosts {
  /** Undefined for what has no such thing. */
  readonly key: string | undefined
  /** What a person calls it, where that is not the key. */
  readonly name: string | undefined
  /** Billed, over all calls. */
  readonly tokens: number
  readonly rows: readonly WhyRow[]
}

/** What an item is, for a sentence. */
export interface ItemName {
  readonly kind: string
  readonly tool: string | undefined
  /** A path (inside the project: from there on), a command, a server. */
  readonly target: string | undefined
  /** A prompt's first words. */
  readonly title: string | undefined
  readonly section: ItemSection | undefined
  readonly isError: boolean
}

export interface WhyItem extends CauseCosts {
  readonly what: ItemName
  readonly activity: string
  /** When it entered, or in the answer that was never sent again. */
  readonly tokens: number
  /** Epoch ms of the first call that carried it; undefined where none did. */
  readonly at: number | undefined
  /** Calls that carried it again. */
  readonly carriedCalls: number
  readonly session: string | undefined
  readonly project: string | undefined
}

export interface WhySession {
  readonly key: string | undefined
  readonly name: string | undefined
  readonly agent: string
  readonly project: string | undefined
  readonly cost: Money
  readonly calls: number
  /** Tokens of the largest prompt. */
  readonly peakContext: number
  /** Where most of it went. */
  readonly activity: { readonly key: string; readonly cost: Money }
  readonly cause: { readonly key: string; readonly cost: Money }
}

export interface WhyMiss {
  readonly reason: string
  readonly calls: number
  readonly cost: Money
}

/** What a call carries on average. */
export interface WhyContext {
  readonly calls: number
  /** Prompt tokens of all calls. */
  readonly promptTokens: number
  /** Of them, what a thread began with: system prompt, tools, memory files. */
  readonly baseTokens: number
  readonly baseCost: Money
}

/** How threads were worked out: from the requests themselves, from sizes, or not at all; by cost. */
export interface WhyBasis {
  readonly exact: Money
  readonly inferred: Money
  readonly none: Money
}

export interface WhyRange {
  /** `YYYY-MM-DD`, both inclusive; undefined is open. */
  readonly since: string | undefined
  readonly until: string | undefined
}

/** Days of the week in rows, hours or weeks in columns. */
export interface HeatMap {
  readonly kind: 'hour' | 'day'
  /** `00` to `23`, or the first days of the weeks. */
  readonly columns: readonly string[]
  readonly rows: readonly {
    /** 0 is Sunday. */
    readonly weekday: number
    /** Undefined outside the range. */
    readonly cells: readonly (Money | undefined)[]
    readonly cost: Money
  }[]
  /** The largest amounts of up to four shades; empty where nothing was spent. */
  readonly steps: readonly Money[]
}

export interface WhyReport extends WhyRange {
  readonly kind: 'why'
  /** One or two groupings; empty for the overview, whose rows are activities. */
  readonly by: readonly Grouping[]
  readonly rows: readonly WhyRow[]
  readonly causes: readonly WhyRow[]
  readonly items: readonly WhyItem[]
  readonly sessions: readonly WhySession[]
  readonly misses: readonly WhyMiss[]
  readonly context: WhyContext
  readonly basis: WhyBasis
  /** By hour or by day alone. */
  readonly heat: HeatMap | undefined
  /** The same as those of the report by day. */
  readonly totals: UsageSummary
  readonly models: readonly ModelShare[]
  readonly agents: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

/** An item of a turn in the bill of a session. */
export interface BillItem extends WhyItem {
  /** The sub-agent that this call started. */
  readonly spawned: BillThread | undefined
}

/** One call: its context and what it cost. */
export interface BillCall {
  readonly at: number
  readonly model: string | undefined
  /** Prompt tokens. */
  readonly context: number
  readonly cost: Money
  readonly reason: string | undefined
}

export interface BillTurn extends CauseCosts {
  /** From 1. */
  readonly number: number
  readonly title: string | undefined
  readonly at: number
  readonly calls: readonly BillCall[]
  /** Threads that its calls started. */
  readonly subagents: readonly BillThread[]
  /** What entered or was answered in this turn, most expensive first; what it cost later is in it. Only of the turn asked for. */
  readonly items: readonly BillItem[]
}

export interface BillThread extends CauseCosts {
  /** Undefined for the main one. */
  readonly subagent: string | undefined
  /** The kind of sub-agent, where it is known. */
  readonly type: string | undefined
  readonly basis: 'exact' | 'inferred' | 'none'
  readonly turns: readonly BillTurn[]
}

export interface SessionBill {
  readonly kind: 'bill'
  readonly agent: string
  readonly session: string | undefined
  readonly title: string | undefined
  readonly project: string | undefined
  readonly branch: string | undefined
  readonly totals: UsageSummary
  readonly models: readonly ModelShare[]
  readonly costs: CauseCosts
  readonly main: readonly BillThread[]
  /** The turn of the first thread whose items are listed. */
  readonly turn: number | undefined
  readonly misses: readonly WhyMiss[]
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}

export const effectKinds = ['volume', 'mix', 'context', 'output', 'cache', 'price', 'extras'] as const
export type EffectKind = (typeof effectKinds)[number]

/** One side of a comparison. */
export interface CompareSide extends WhyRange {
  /** A version or a model, where those are compared. */
  readonly name: string | undefined
  readonly cost: Money
  readonly calls: number
  readonly promptTokens: number
  readonly outputTokens: number
  /** Prompt tokens that were read from the cache. */
  readonly readTokens: number
}

export interface CompareRow {
  readonly key: string | undefined
  readonly name: string | undefined
  readonly before: Money
  readonly after: Money
}

export interface CompareReport {
  readonly kind: 'compare'
  readonly of: 'range' | 'version' | 'model'
  readonly before: CompareSide
  readonly after: CompareSide
  /** They add up to the difference of the costs, to the picodollar. */
  readonly effects: readonly { readonly kind: EffectKind; readonly cost: Money }[]
  readonly by: Grouping
  /** What moved most, first. */
  readonly rows: readonly CompareRow[]
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}
