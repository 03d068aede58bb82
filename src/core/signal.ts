/** What logs say beside usage: limits as the server gave them, errors and retries. Read on demand, apart from entries. */
import type { LimitReading } from './limit.ts'

/** A request that went wrong. */
export interface Trouble {
  readonly agent: string
  /** Epoch ms. */
  readonly at: number
  readonly session?: string | undefined
  /** `error`: it failed for good; `retry`: it was tried again; `limit`: refused because a limit was reached. */
  readonly kind: 'error' | 'retry' | 'limit'
  /** HTTP status, where the log has it. */
  readonly status?: number | undefined
}

/** Takes what a reader of signals finds. */
export interface SignalSink {
  limit(reading: LimitReading): void
  trouble(trouble: Trouble): void
}
