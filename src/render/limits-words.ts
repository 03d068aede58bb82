/** Words and figures of limits: spans, moments, points, what local logs hold. */
import { type Account, type LocalSum, MICRO } from '../core/limits.ts'
import { usdOf } from '../core/money.ts'
import { atLeast, clean, counted, duration, short, usd } from './format.ts'
import type { View } from './view.ts'

const HOUR = 60
const DAY = 1440

/** A window's length in minutes as words; without one it is a limit on spending. */
export const spanText = (exact: number | undefined): string => {
  if (exact === undefined) return 'Spending'
  const hours = Math.round(exact / HOUR)
  // Some servers say 299 for five hours.
  const minutes = Math.abs(exact - hours * HOUR) <= 1 && hours > 0 ? hours * HOUR : exact
  if (minutes % DAY === 0) return counted(minutes / DAY, 'day', 'days')
  if (minutes % HOUR === 0) return counted(minutes / HOUR, 'hour', 'hours')
  return counted(minutes, 'minute', 'minutes')
}

export const accountName = ({ agent, profile }: Account, view: View): string =>
  clean(view.agentName(agent)) + (profile === undefined ? '' : ` (${clean(profile)})`)

/** The time of a moment today, else with its day. */
export const momentText = (at: number, now: number, view: View): string => {
  const { day, time } = view.clock(at)
  return day === view.clock(now).day ? time.slice(0, 5) : `${day.slice(5)} ${time.slice(0, 5)}`
}

export const inText = (ms: number): string => `in ${duration(ms)}`
export const agoText = (ms: number): string => (ms < 60_000 ? 'just now' : `${duration(ms)} ago`)

/** Points with a decimal; what is there but rounds to nothing is `<0.1`. */
export const pointsNumber = (points: number): string =>
  points > 0 && points < 0.05 ? '<0.1' : points.toFixed(1).replace(/\.0$/, '')

export const pointsText = (points: number): string => `${pointsNumber(points)} ${points === 1 ? 'point' : 'points'}`

export const microNumber = (points: number): string =>
  points > 0 && points < 0.05 * MICRO ? '<0.1' : (points / MICRO).toFixed(1)

/** `$1.20`, a lower bound where some tokens have no price; a dash where none has. */
export const localCost = ({ cost, tokens, unpricedTokens }: LocalSum): string =>
  unpricedTokens > 0 && unpricedTokens === tokens && usdOf(cost) === 0 ? '–' : usd(cost, atLeast(unpricedTokens > 0))

/** `1.2M tokens, $3.40`. */
export const localText = (local: LocalSum, view: View): string =>
  `${short(local.tokens)} tokens${view.noCost ? '' : `, ${localCost(local)}`}`
