/** How full the context is, what the next turn on it costs, and for how long its cache lives. */
import { ratesFor } from '../core/status.ts'
import { ratesOf } from './due.ts'
import type { Facts } from './facts.ts'
import { bare, labelled, levelOf, type Part, type Piece, piece } from './piece.ts'
import { atLeastUsd, clock, count, fineUsd, percent } from './words.ts'

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
  const model = ratesOf(facts.snapshot, facts.input?.modelId)
  const tokens = facts.input?.context?.tokens
  if (!model || tokens === undefined || facts.look.noCost) return []
  const rates = ratesFor(model, tokens, facts.input?.isFast === true)
  const warm = warmth(facts)
  const written = (facts.input?.cache?.isLong ? rates.longCache : undefined) ?? rates.cacheCreation ?? rates.input
  const rate = warm === false ? written : (rates.cacheRead ?? rates.input)
  const cost = rate * tokens
  return cost > 0 ? [piece('next ', 'dim'), piece(warm === undefined ? atLeastUsd(cost) : `≈ ${fineUsd(cost)}`)] : []
}

export const nextPart = (facts: Facts): Part | undefined => {
  const pieces = nextPieces(facts)
  return pieces.length === 0 ? undefined : [labelled(...pieces), bare(...pieces)]
}

/** A number alone is not known for a context: the picture stays, and the word gets shorter. A template has its own words. */
const formsOf = (pieces: readonly Piece[], { look }: Facts): Part =>
  look.emoji || look.template !== undefined
    ? [labelled(...pieces)]
    : [labelled(...pieces), bare(piece('ctx ', 'dim'), ...pieces)]

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
  const inFull = next.length === 0 ? [figures] : [figures, piece(' '), ...next]
  return [
    ...formsOf(inFull, facts),
    ...(next.length === 0 ? [] : formsOf([figures], facts)),
    ...(text === '' ? [] : formsOf([piece(text, level)], facts)),
  ]
}

export const cachePart = (facts: Facts): Part | undefined => {
  const warm = warmth(facts)
  if (warm === undefined) return undefined
  const until = facts.input?.cache?.untilAt
  const state = piece(warm ? 'warm' : 'cold', warm ? 'good' : 'dim')
  if (!warm || until === undefined) return [labelled(state)]
  const time = `until ${clock(until, facts.snapshot?.zone)}`
  return [labelled(state, piece(` ${time}`, 'dim')), labelled(piece(time, 'good')), labelled(state)]
}
