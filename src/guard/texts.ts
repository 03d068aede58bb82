/** What the guard says, in words: one line for a warning, a few for a block, with the figures and the way on. */
import type { Gauge, Verdict } from './limits.ts'
import type { Step } from './step.ts'

/** What switches the guard off: a variable, or the same typed as a prompt. */
export const OFF = 'TOKUSAGE_GUARD=off'
export const ON = 'TOKUSAGE_GUARD=on'

const HOUR = 60
const DAY = 24 * HOUR

/** `$1,234.56`, rounded as the reports and the status line round it: one amount reads alike everywhere. */
export const usdText = (usd: number): string => {
  if (usd > 0 && usd < 0.01) return '<$0.01'
  // Sums of binary fractions lie a hair beside the half cent.
  const cents = Math.round(Math.round(usd * 1e9) / 1e7)
  const [whole = '0', rest = '00'] = (cents / 100).toFixed(2).split('.')
  return `$${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${rest}`
}

/** Cut off, so that what is below its limit never reads as if it were there. */
export const percentText = (percent: number): string => `${Math.floor(percent)} %`

/** `412k`, `1.2M`. */
export const tokensText = (tokens: number): string => {
  if (tokens < 1000) return `${Math.round(tokens)}`
  return tokens < 999_500 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1e6).toFixed(1)}M`
}

/** `2 d 3 h`, `1 h 5 min`, `4 min`. */
export const durationText = (ms: number): string => {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  if (minutes < HOUR) return `${minutes} min`
  if (minutes < DAY) return `${Math.floor(minutes / HOUR)} h${minutes % HOUR ? ` ${minutes % HOUR} min` : ''}`
  const hours = Math.floor((minutes % DAY) / HOUR)
  return `${Math.floor(minutes / DAY)} d${hours ? ` ${hours} h` : ''}`
}

/** Text of a log, without anything that moves a cursor. */
export const harmless = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '')

export const windowName = (minutes: number | undefined): string => {
  if (minutes === undefined) return 'window'
  if (minutes % (7 * DAY) === 0) return minutes === 7 * DAY ? 'weekly window' : `${minutes / (7 * DAY)}-week window`
  if (minutes % DAY === 0) return `${minutes / DAY}-day window`
  return minutes % HOUR === 0 ? `${minutes / HOUR}-hour window` : `${minutes}-minute window`
}

const nameOf = ({ kind, minutes }: Gauge): string => {
  if (kind === 'session') return 'this session'
  if (kind === 'day') return 'today'
  return kind === 'range' ? 'these days' : `the ${windowName(minutes)}`
}

/** `$8.12 of $10.00`. */
export const useText = ({ unit, used, limit }: Gauge): string => {
  const text = unit === 'usd' ? usdText : percentText
  return `${used === undefined ? '?' : text(used)} of ${text(limit)}`
}

const withoutPrice = ({ unpricedTokens }: Gauge): string =>
  unpricedTokens > 0 ? `, and ${tokensText(unpricedTokens)} tokens without a known price` : ''

const resetText = ({ resetsAt }: Gauge, now: number): string =>
  resetsAt === undefined ? '' : ` It resets in ${durationText(resetsAt - now)}.`

/** `this session: $8.12 of $10.00 (81 %).` */
const stateText = ({ gauge, percent = 0 }: Verdict, now: number, name = nameOf(gauge)): string => {
  const share = gauge.unit === 'usd' ? ` (${percentText(percent)})` : ' that you allow'
  return `${name}: ${useText(gauge)}${share}${withoutPrice(gauge)}.${resetText(gauge, now)}`
}

const stepText = (step: Step): string => {
  if (step.kind === 'context') {
    const each = `Each call reads ${tokensText(step.context)} tokens of context again, about ${usdText(step.usd)}`
    return `${each}: /compact shortens it, /clear starts afresh.`
  }
  return `/model ${harmless(step.model)} costs ${Math.round(step.share * 100)} % less for the same work.`
}

/** One line per limit, then what saves most. */
export const warningText = (verdicts: readonly Verdict[], step: Step | undefined, now: number): string =>
  [...verdicts.map(verdict => `tokusage: ${stateText(verdict, now)}`), ...(step ? [stepText(step)] : [])].join(' ')

/** A warning for whoever is in no session: with the name that the limit has there. */
export const namedWarning = (verdict: Verdict, name: string, now: number): string =>
  `tokusage: ${stateText(verdict, now, harmless(name))}`

const wayOn = ({ kind, limit }: Gauge): string => {
  if (kind === 'session') return `/clear begins a session of its own, or raise --session ${limit}`
  return kind === 'day' ? `raise --day ${limit}` : `wait, or raise --${kind === 'window' ? 'window' : 'max'} ${limit}`
}

/** Why nothing goes on, and how it can. */
export const blockText = (verdicts: readonly Verdict[], step: Step | undefined, now: number): string => {
  const ways = new Set(verdicts.map(({ gauge }) => wayOn(gauge)))
  return [
    ...verdicts.map(verdict => `tokusage: limit reached, ${stateText(verdict, now)}`),
    ...(step ? [stepText(step)] : []),
    `To go on: ${[...ways].join('; ')} in the hook's command (tokusage guard --install changes it).`,
    `For this session only: send ${OFF} as a prompt, or set it before the start.`,
  ].join('\n')
}

/** `isKept`: whether the change could be written down. */
export const switchText = (isOn: boolean, isKept: boolean): string => {
  if (isOn)
    return isKept
      ? 'tokusage: the guard is on again for this session.'
      : 'tokusage: the guard stays off for this session: its data folder cannot be written to.'
  return isKept
    ? `tokusage: the guard is off for this session; ${ON} puts it back on.`
    : `tokusage: the guard is still on: its data folder cannot be written to, so this was not kept. To switch it off, set the variable ${OFF} and start the agent anew.`
}

/** Of a session in which nothing has a price. */
export const unpricedText = (tokens: number): string =>
  `tokusage: no model of this session has a known price (${tokensText(tokens)} tokens), so its cost cannot be guarded. A price can be fetched with 'tokusage --refresh-prices', or given in the config file (pricingOverrides).`

export const noReadingsText =
  "tokusage: guard --window goes by the percentages that the server gives, and none is known yet. 'tokusage statusline --install' lets them be remembered."
