/** Advice about spending, as data; `render/finding.ts` has the words. */
import type { Diagnostic } from './diagnostic.ts'
import type { Money } from './money.ts'
import type { ItemName, WhyRange } from './why.ts'

export const findingCodes = [
  'long-sessions',
  'repeated-reads',
  'huge-results',
  'idle-gaps',
  'model-switches',
  'prefix-changes',
  'subagent-rereads',
  'unused-mcp',
  'memory-files',
  'failing-tools',
  'light-turns',
  'thinking-share',
] as const

export type FindingCode = (typeof findingCodes)[number]

/** What has to hold for the saving to be real. */
export type Assumption =
  | 'nothing-before-needed' // nothing from before the cut was needed again
  | 'never-needed' // the items were of no use
  | 'beginning-suffices' // the first tokens of each result would have done
  | 'kept-warm' // a small request every lifetime of the cache, or an answer in time
  | 'same-tokens' // another model would have used as many tokens and calls
  | 'less-of-it' // part of it could be done without

/** One case of it. */
export interface Evidence {
  readonly session: string | undefined
  readonly project: string | undefined
  /** Epoch ms. */
  readonly at: number
  readonly what: ItemName | undefined
  /** Of calls, turns or results: which is meant goes by the code. */
  readonly count: number
  readonly cost: Money
}

/** How a finding's cost has moved: USD a week, then and now. */
export interface Trend {
  /** `YYYY-MM-DD`. */
  readonly since: string
  readonly before: number
  readonly now: number
}

export interface Finding {
  /** The same in every run: the code, and what it is about where there are several. */
  readonly id: string
  readonly code: FindingCode
  readonly args: Readonly<Record<string, string | number>>
  /** What the items in question cost: no saving is larger. */
  readonly cost: Money
  readonly saving: { readonly low: Money; readonly high: Money }
  readonly assumption: Assumption
  /** The dearest cases, most expensive first. */
  readonly evidence: readonly Evidence[]
  /** A command that shows it, and will show whether it helped. */
  readonly verify: string
  readonly trend: Trend | undefined
}

export interface AdviceReport extends WhyRange {
  readonly kind: 'advice'
  readonly findings: readonly Finding[]
  /** What all calls in range cost. */
  readonly cost: Money
  readonly calls: number
  /** USD: what saves less is left out, and how many that are. */
  readonly threshold: number
  readonly omitted: number
  readonly diagnostics: readonly Diagnostic[]
  readonly timeZone: string
}
