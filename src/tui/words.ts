/** The monitor's words for money, windows and times. */
import { weekday } from '../core/calendar.ts'
import type { LiveSum } from '../core/live.ts'
import { atLeast, count, duration, shortUsd } from '../render/format.ts'
import type { Look } from './look.ts'

const DAY_MINUTES = 24 * 60
const WEEK_MS = 7 * DAY_MINUTES * 60_000
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `$4.21`, `≥ $4.21` where some of it has no price, `unpriced` where all of it has none. */
export const costOf = ({ usd, unpricedTokens }: Pick<LiveSum, 'usd' | 'unpricedTokens'>): string =>
  usd === 0 && unpricedTokens > 0 ? 'unpriced' : shortUsd(usd, atLeast(unpricedTokens > 0))

/** `5 h`, `week`, `30 d`: the length of a window. */
export const windowName = (minutes: number): string => {
  if (minutes === 7 * DAY_MINUTES) return 'week'
  if (minutes % DAY_MINUTES === 0) return `${count(minutes / DAY_MINUTES)} d`
  return minutes % 60 === 0 ? `${count(minutes / 60)} h` : `${count(minutes)} min`
}

/** `15:20`, `Thu 15:20` on another day of the week around `now`, else `11-26 15:20`. */
export const momentOf = (at: number, now: number, { clock }: Look): string => {
  const { day, time } = clock(at)
  const minute = time.slice(0, 5)
  if (minute === '' || day === clock(now).day) return minute
  const lead = Math.abs(at - now) < WEEK_MS ? weekdays[weekday(day)] : day.slice(-5)
  return `${lead ?? ''} ${minute}`
}

/** `12s ago`. What lies ahead, as clocks may differ, is now. */
export const agoOf = (at: number, now: number): string => `${duration(now - at)} ago`
