/** What Droid's settings of a session say of its usage: totals since it began, own calls only, cached tokens apart from input. */
import { type TokenCounts, tokenCounts, totalTokens } from '../../core/tokens.ts'
import { Figures, type JsonObject, objectOf, textOf } from '../json.ts'

export interface Usage {
  readonly tokens: TokenCounts
  readonly credits: number | undefined
  /** Whether a figure could not be read. */
  readonly isBad: boolean
  readonly hasCount: boolean
  readonly size: number
}

/** Credits are weighted tokens: a session can have many. */
const MOST_CREDITS = Number.MAX_SAFE_INTEGER

/** `inclusiveTokenUsage` holds the sub-agents' too, which have settings of their own. */
export const usageIn = (settings: JsonObject | undefined): Usage | undefined => {
  const usage = objectOf(settings?.tokenUsage)
  if (!usage) return undefined
  const figures = new Figures()
  const output = figures.count(usage.outputTokens)
  const input = figures.count(usage.inputTokens)
  const cacheCreation = figures.count(usage.cacheCreationTokens)
  const cacheRead = figures.count(usage.cacheReadTokens)
  const { hasCount } = figures
  // Droid's own estimate, part of the output.
  const thinking = Math.min(figures.count(usage.thinkingTokens), output)
  const tokens = tokenCounts(input, output, cacheCreation, cacheRead, thinking, 0)
  const credits = figures.amount(usage.factoryCredits, MOST_CREDITS)
  return { tokens, credits, isBad: figures.isBad, hasCount, size: totalTokens(tokens) }
}

/**
 * `custom:<name>-[<provider>]-<n>` is a model of the user's own; the number tells entries of one name apart. `auto` is a router, which the
 * settings name the choice of.
 */
export const modelIn = (settings: JsonObject, own: unknown): string | undefined => {
  const model = textOf(own) ?? textOf(settings.model)
  if (model === 'auto') return textOf(objectOf(settings.effectiveFactoryRouterModel)?.modelId) ?? model
  return model?.startsWith('custom:')
    ? model
        .slice('custom:'.length)
        .replace(/-\d+$/, '')
        .replace(/[-\s]*\[[^\]]*\]$/, '')
    : model
}

/** Shares a whole number out by weights; the parts add up to it. */
export const shareOut = (total: number, weights: readonly number[]): number[] => {
  const sum = weights.reduce((a, b) => a + b, 0)
  let weighed = 0
  let given = 0
  return weights.map((weight, i) => {
    weighed += weight
    const upTo = i === weights.length - 1 ? total : Math.min(total, Math.round(total * (weighed / sum)))
    const part = upTo - given
    given = upTo
    return part
  })
}
