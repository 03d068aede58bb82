/**
 * The cheapest next step: what would save most over the next turns, by the facts there are. A large context is read again at every call; another
 * model costs less for the same tokens, but has to take in the whole context first.
 */
import { ratesFor, type TieredRates } from '../core/status.ts'

export type StepRates = TieredRates

export interface StepFacts {
  /** Prompt tokens of the last response on the main thread. */
  readonly context: number
  readonly model: string
  readonly rates: StepRates
  /** Mean cost of the last responses on the main thread, USD. */
  readonly callUsd: number
  /** Whether the session runs in fast mode. */
  readonly isFast?: boolean | undefined
  /** Models that the user used lately, by id. */
  readonly models: Readonly<Record<string, StepRates>>
}

export type Step =
  /** `usd`: what one call pays for reading the context again. */
  | { readonly kind: 'context'; readonly context: number; readonly usd: number }
  /** `share`: what it costs less, 0 to 1. */
  | { readonly kind: 'model'; readonly model: string; readonly share: number }

/** What a new session begins with (system prompt, tools): no command takes that away. */
const BASE_TOKENS = 20_000
/** A context this small is not worth a word. */
const LEAST_CONTEXT = 40_000
/** Steps are compared over so many calls. */
const CALLS = 20
/** Another model must cost so much less to be worth the change, and the cold start. */
const LEAST_SHARE = 0.25

/** Undefined where there is nothing to gain, or nothing is known. */
export const nextStep = (facts: StepFacts | undefined): Step | undefined => {
  if (!facts) return undefined
  const context = contextStep(facts)
  const model = modelStep(facts)
  if (!context || !model) return context?.step ?? model?.step
  return model.usd > context.usd ? model.step : context.step
}

interface Weighed {
  readonly step: Step
  /** What it saves over the next calls. */
  readonly usd: number
}

const contextStep = (facts: StepFacts): Weighed | undefined => {
  const { context, rates, isFast = false } = facts
  if (context < LEAST_CONTEXT) return undefined
  // A long prompt may be dearer by the token, so what a short one costs is not a part of it.
  const readUsd = (tokens: number): number => {
    const { cacheRead, input } = ratesFor(rates, tokens, isFast)
    return tokens * (cacheRead ?? input)
  }
  const each = readUsd(context)
  const usd = (each - readUsd(BASE_TOKENS)) * CALLS
  return usd > 0 ? { step: { kind: 'context', context, usd: each }, usd } : undefined
}

/** `claude` of `claude-opus-4-6`: models of another family are not for the same agent. */
const familyOf = (model: string): string => /^[a-z]+/i.exec(model)?.[0].toLowerCase() ?? model

const modelStep = (facts: StepFacts): Weighed | undefined => {
  const { model, models, callUsd, context, isFast = false } = facts
  const rates = ratesFor(facts.rates, context, isFast)
  const others = Object.entries(models)
    .filter(([name]) => name !== model && familyOf(name) === familyOf(model))
    .map(([name, listed]) => {
      const own = ratesFor(listed, context, isFast)
      return { name, own, share: 1 - own.output / rates.output }
    })
    .filter(({ share }) => share >= LEAST_SHARE && share < 1)
    .sort((a, b) => a.share - b.share)
  const [next] = others
  if (!next) return undefined
  const coldUsd = context * (next.own.cacheCreation ?? next.own.input)
  const usd = callUsd * next.share * CALLS - coldUsd
  return usd > 0 ? { step: { kind: 'model', model: next.name, share: next.share }, usd } : undefined
}
