import type { UsageSummary } from './summary.ts'

/** The entries of one local day, agent, model and account, added up. Days, weeks and months are sums of these. */
export interface DaySum {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly agent: string
  readonly model: string | undefined
  readonly profile: string | undefined
  readonly summary: UsageSummary
  /** Entries whose price is unknown. */
  readonly unpriced: number
  /** Entries that no log holds any more. */
  readonly historical: number
}
