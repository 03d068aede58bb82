/** Windows as the server counts them. A reading is a lower bound until its window resets, and says nothing from then on; nothing is guessed. */
import { type LimitReading, latestReadings } from '../core/limit.ts'
import type { Gauge } from './limits.ts'

export interface WindowRequest {
  /** Epoch ms. */
  readonly now: number
  /** Percent of a window that may be used. */
  readonly limit: number
  /** Whether an agent's windows are asked for. */
  readonly isAsked: (reading: LimitReading) => boolean
}

const MINUTE = 60_000

const endOf = ({ at, minutes = 0, resetsAt }: LimitReading): number => resetsAt ?? at + minutes * MINUTE

/** The running windows of which the server said something, shortest first. Limits with a name of their own (of one model) are left out. */
export const windowGauges = (readings: Iterable<LimitReading>, { now, limit, isAsked }: WindowRequest): Gauge[] => {
  const main = [...readings].filter(
    reading => reading.minutes !== undefined && reading.limit === undefined && isAsked(reading),
  )
  return latestReadings(main)
    .filter(reading => endOf(reading) > now)
    .sort((a, b) => (a.minutes ?? 0) - (b.minutes ?? 0) || (a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : 0))
    .map(reading => gaugeOf(reading, limit))
}

/** Servers round the reset a little differently each time: a quarter of an hour apart is another window. */
const QUARTER = 15 * MINUTE

const gaugeOf = (reading: LimitReading, limit: number): Gauge => ({
  kind: 'window',
  unit: 'percent',
  scope: [reading.agent, reading.profile ?? '', reading.minutes, Math.round(endOf(reading) / QUARTER)].join(' '),
  used: reading.usedPercent,
  limit,
  unpricedTokens: 0,
  agent: reading.agent,
  minutes: reading.minutes,
  resetsAt: endOf(reading),
})
