/**
 * Usage as Google's API counts it, and as the CLIs built on Gemini's code log it for other vendors too: the prompt includes what was
 * read from the cache. Whether thoughts stand beside or inside the output is told from the declared total, record by record.
 */
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import { Figures, type JsonObject } from '../json.ts'

/** Where a log keeps each figure. `tool` are prompt tokens of built-in tools' results. */
export interface UsageNames {
  readonly prompt: string
  readonly output: string
  readonly cached: string
  readonly thoughts: string
  readonly tool: string
  readonly total: string
  /** Whether thoughts are inside the output where no total tells. */
  readonly hasThoughtsInside: boolean
}

export interface CountedUsage {
  /** Undefined where all figures are 0: a request that was cut off before it was answered. */
  readonly tokens: TokenCounts | undefined
  readonly isBad: boolean
}

/** Disjoint counts from one record's usage. */
export const countedUsage = (usage: JsonObject, names: UsageNames): CountedUsage => {
  const figures = new Figures()
  const prompt = figures.count(usage[names.prompt])
  const output = figures.count(usage[names.output])
  const cached = figures.count(usage[names.cached])
  const thoughts = figures.count(usage[names.thoughts])
  const tool = figures.count(usage[names.tool])
  const total = figures.count(usage[names.total])
  const { isBad } = figures
  if (prompt + output + cached + thoughts + tool === 0) {
    return { tokens: total === 0 ? undefined : tokenCounts(total, 0, 0, 0, 0, 0), isBad }
  }
  const beside = besideThe(prompt + output, thoughts, tool, total, names.hasThoughtsInside)
  const cacheRead = Math.min(cached, prompt)
  const generated = output + (beside.hasThoughts ? thoughts : 0)
  const input = prompt - cacheRead + (beside.hasTool ? tool : 0)
  return { tokens: tokenCounts(input, generated, 0, cacheRead, Math.min(thoughts, generated), 0), isBad }
}

/** Which of thoughts and tool prompt come on top of `base`, the prompt and the output, if they are to add up to the total. */
const besideThe = (
  base: number,
  thoughts: number,
  tool: number,
  total: number,
  hasThoughtsInside: boolean,
): { readonly hasThoughts: boolean; readonly hasTool: boolean } => {
  const usual = { hasThoughts: !hasThoughtsInside, hasTool: true }
  if (total === 0) return usual
  const ways = [
    usual,
    { hasThoughts: hasThoughtsInside, hasTool: true },
    { hasThoughts: !hasThoughtsInside, hasTool: false },
    { hasThoughts: hasThoughtsInside, hasTool: false },
  ]
  const adds = (way: typeof usual): boolean =>
    base + (way.hasThoughts ? thoughts : 0) + (way.hasTool ? tool : 0) === total
  return ways.find(adds) ?? usual
}
