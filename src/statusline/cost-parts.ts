/** What the session and the day cost, and how fast money goes. */
import type { StatusBurn, StatusSum } from '../core/status.ts'
import { isOtherDay } from './due.ts'
import { type Facts, STALE_MS } from './facts.ts'
import { bare, labelled, type Part, type Piece, piece, type Tone } from './piece.ts'
import { entryOf } from './snapshot.ts'
import { ago, atLeastUsd, short, usd } from './words.ts'

/** What is known of a sum: unknown prices and counts make it a lower bound, as in the reports, or leave only tokens to tell. */
const sumText = ({ usd: known, tokens, unpricedTokens, isLowerBound = false }: StatusSum, noCost: boolean): string => {
  if (noCost || (unpricedTokens > 0 && known === 0)) return `${isLowerBound ? '≥ ' : ''}${short(tokens)} tokens`
  return unpricedTokens > 0 || isLowerBound ? atLeastUsd(known) : usd(known)
}

const sessionText = ({ input, snapshot, look }: Facts): string | undefined => {
  const logged = entryOf(snapshot?.sessions, input?.session)
  const own = logged && sumText(logged, look.noCost)
  if (look.noCost) return own
  const said = input?.costUsd === undefined ? undefined : usd(input.costUsd)
  switch (look.costSource) {
    case 'auto':
      return said ?? own
    case 'cc':
      return said
    case 'both':
      return said === undefined && own === undefined ? undefined : `(${said ?? 'N/A'} cc / ${own ?? 'N/A'} tokusage)`
    default:
      return own
  }
}

export const sessionPart = (facts: Facts): Part | undefined => {
  const text = sessionText(facts)
  return text === undefined ? undefined : [labelled(piece(text), piece(' session', 'dim')), bare(piece(text))]
}

/** Never yesterday's figure: where only that is known, `…`. */
export const todayPart = (facts: Facts): Part | undefined => {
  const { snapshot, now, look } = facts
  if (!snapshot) return undefined
  const age = now - snapshot.at
  const isOther = isOtherDay(snapshot, now)
  const figure = piece(isOther ? '…' : sumText(snapshot.today, look.noCost))
  const since = piece(!isOther && Math.abs(age) > STALE_MS ? ago(Math.abs(age)) : '', 'dim')
  const word = piece(' today', 'dim')
  const spoken = bare(figure, word, since)
  // Beside the session's cost, the place says which it is.
  const isSecond = !isOther && sessionText(facts) !== undefined
  return [labelled(figure, word, since), spoken, ...(isSecond ? [bare(figure, since)] : [])]
}

/** The last quarter of an hour against the time before it. */
const RECENT_BARS = 3
const CHANGE = 1.25

const trendOf = ({ bars }: StatusBurn): string => {
  const begun = bars.findIndex(bar => bar > 0)
  const before = begun < 0 ? [] : bars.slice(begun, -RECENT_BARS)
  if (before.length === 0) return ''
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const recent = mean(bars.slice(-RECENT_BARS))
  const earlier = mean(before)
  return recent > earlier * CHANGE ? ' ↗' : recent * CHANGE < earlier ? ' ↘' : ' →'
}

/** ccusage's levels, in tokens of input and output a minute. */
const LEVELS = [
  [2000, 'good', '🟢', 'Normal'],
  [5000, 'medium', '⚠️', 'Moderate'],
  [Number.POSITIVE_INFINITY, 'bad', '🚨', 'High'],
] as const

const levelOfBurn = (tokensPerMinute: number) => LEVELS.find(([most]) => tokensPerMinute < most) ?? LEVELS[2]

const visualOf = (burn: StatusBurn, { look }: Facts, tone: Tone): Piece[] => {
  const [, , picture, word] = levelOfBurn(burn.tokensPerMinuteForIndicator)
  const hasPicture = look.visualBurnRate === 'emoji' || look.visualBurnRate === 'emoji-text'
  const hasWord = look.visualBurnRate === 'text' || look.visualBurnRate === 'emoji-text'
  return [piece(hasPicture && look.emoji ? ` ${picture}` : ''), piece(hasWord ? ` (${word})` : '', tone)]
}

/** Old figures say nothing about how fast it goes now. */
export const burnPart = (facts: Facts): Part | undefined => {
  const { snapshot, now, look } = facts
  if (!snapshot || Math.abs(now - snapshot.at) > STALE_MS) return undefined
  const { burn } = snapshot
  const rate = look.noCost ? burn.tokensPerMinute : burn.usdPerHour
  if (rate <= 0) return undefined
  const [, tone] = levelOfBurn(burn.tokensPerMinuteForIndicator)
  const text = piece(look.noCost ? `${short(rate)} tokens/min` : `${usd(rate)}/hr`, tone)
  const trend = piece(trendOf(burn))
  return [labelled(text, trend, ...visualOf(burn, facts, tone)), bare(text, trend), bare(text)]
}
