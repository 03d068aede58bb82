/** Shares a response's output tokens out over the blocks of its answer. */
import type { UsageEntry } from '../core/entry.ts'
import type { ContextItem } from '../core/item.ts'
import { largestRemainder } from './apportion.ts'
import { type Calibration, estimateOf } from './calibrate.ts'

export interface AnswerShares {
  /** Of the tokens that were billed, by block. */
  readonly output: readonly number[]
  /** What each block takes in later prompts: as billed, but for the answer's own framing. */
  readonly context: readonly number[]
  /** Billed, and in no block that the log shows: thinking. */
  readonly hidden: number
}

/** An output so many times as large as what is visible of it holds thinking. */
const CLEARLY_MORE = 2.5
const CLEARLY_MORE_TOKENS = 60

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Thinking has the tokens that the log says, else what the other blocks leave; its visible text is at best an extract. */
export const answerShares = (entry: UsageEntry, blocks: readonly ContextItem[], by: Calibration): AnswerShares => {
  const { output: total, reasoning } = entry.tokens
  const isThinking = blocks.map(block => block.kind === 'thinking')
  const seen = blocks.map((block, i) => (isThinking[i] ? 0 : estimateOf(block.size) * by.ratio))
  const visible = sum(seen)
  const hasThinking = isThinking.includes(true)
  const isAllThinking = hasThinking && visible === 0
  const rest = Math.max(0, Math.round(total - visible - by.framing))
  const isMore = total > visible * CLEARLY_MORE + CLEARLY_MORE_TOKENS
  const thought = isAllThinking ? total : reasoning > 0 ? Math.min(reasoning, total) : hasThinking || isMore ? rest : 0
  const hidden = hasThinking ? 0 : blocks.length === 0 ? total : thought
  const spoken = total - (hasThinking ? thought : hidden)
  const output = merged(thought, hasThinking, spoken, isThinking, seen, blocks)
  if (entry.isPartial)
    return { output, context: seen.map((tokens, i) => (isThinking[i] ? output[i]! : Math.round(tokens))), hidden }
  const framing = Math.min(Math.max(0, Math.round(spoken - visible)), Math.ceil(by.framing), spoken)
  return { output, context: merged(thought, hasThinking, spoken - framing, isThinking, seen, blocks), hidden }
}

const merged = (
  thought: number,
  hasThinking: boolean,
  spoken: number,
  isThinking: readonly boolean[],
  seen: readonly number[],
  blocks: readonly ContextItem[],
): number[] => {
  const thinking: number[] = []
  const others: number[] = []
  const thinkingWeights = blocks.map((block, i) => (isThinking[i] ? 1 + estimateOf(block.size) : 0))
  largestRemainder(hasThinking ? thought : 0, thinkingWeights, thinking)
  // Blocks without size still came out of the model: an even share where none has any.
  const weights = sum(seen) > 0 ? seen : isThinking.map(is => (is ? 0 : 1))
  if (sum(weights) > 0) largestRemainder(spoken, weights, others)
  return blocks.map((_, i) => thinking[i]! + (others[i] ?? 0))
}
