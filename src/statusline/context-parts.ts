/** How full the context is, what the next turn on it costs, and for how long its cache lives. */
import { ratesOf } from './due.ts'
import type { Facts } from './facts.ts'
import { bare, labelled, levelOf, type Part, type Piece, piece } from './piece.ts'
import { clock, count, fineUsd, percent } from './words.ts'

/** Warm until a time that has passed is cold. Undefined: nobody said. */
const warmth = ({ input, now }: Facts): boolean | undefined => {
  if (!input?.cache) return undefined
  const { isWarm, untilAt } = input.cache
  return isWarm && (untilAt === undefined || untilAt > now)
}

/**
 * What sending the context once more costs: read from the cache, or written to it anew. Answer and new prompt come on top. Where nobody said how
 * the cache stands, the price of reading is the least it can be.
 */
const nextPieces = (facts: Facts): readonly Piece[] => {
  const rates = ratesOf(facts.snapshot, facts.input?.modelId)
  const tokens = facts.input?.context?.tokens
  if (!rates || tokens === undefined || facts.look.noCost) return []
  const warm = warmth(facts)
  const written = (facts.input?.cache?.isLong ? rates.longCache : undefined) ?? rates.cacheCreation ?? rates.input
  const rate = warm === false ? written : (rates.cacheRead ?? rates.input)
  const cost = rate * tokens
  return cost > 0 ? [piece('next ', 'dim'), piece(`${warm === undefined ? '≥' : '≈'} ${fineUsd(cost)}`)] : []
}

export const nextPart = (facts: Facts): Part | undefined => {
  const pieces = nextPieces(facts)
  return pieces.length === 0 ? undefined : [labelled(...pieces), bare(...pieces)]
}

export const contextPart = (facts: Facts): Part | undefined => {
  const context = facts.input?.context
  const size = context?.size ?? ratesOf(facts.snapshot, facts.input?.modelId)?.maxInput
  const tokens = context?.tokens
  const share = tokens !== undefined && size !== undefined && size > 0 ? (tokens / size) * 100 : context?.percent
  const { contextLow, contextMedium } = facts.look
  const level = share === undefined ? 'plain' : levelOf(share, contextLow, contextMedium)
  const text = share === undefined ? '' : percent(share)
  if (tokens === undefined) return share === undefined ? undefined : [labelled(piece(text, level))]
  const figures = piece(share === undefined ? count(tokens) : `${count(tokens)} (${text})`, level)
  const next = nextPieces(facts)
  const brief = bare(piece('ctx ', 'dim'), piece(text || count(tokens), level))
  return next.length === 0
    ? [labelled(figures), brief]
    : [labelled(figures, piece(' '), ...next), labelled(figures), brief]
}

export const cachePart = (facts: Facts): Part | undefined => {
  const warm = warmth(facts)
  if (warm === undefined) return undefined
  const until = facts.input?.cache?.untilAt
  const state = piece(warm ? 'warm' : 'cold', warm ? 'good' : 'dim')
  if (!warm || until === undefined) return [labelled(state)]
  return [labelled(state, piece(` until ${clock(until)}`, 'dim')), bare(piece('cache ', 'dim'), state)]
}
