/**
 * Turns that an expensive model answered although they were light: few calls, short answers, nothing written. The same tokens at a lighter model's prices (high);
 * low: only threads with nothing but light turns (a switch in between would have the cache written again), and the lighter model needs half as many tokens more.
 */
import { costPartsTotal } from '../core/cost-parts.ts'
import type { ThreadPart } from '../receipt/part.ts'
import type { Turn } from '../receipt/types.ts'
import type { AdviceContext, Found, Rule, RuleCase } from './define.ts'

const MOST_CALLS = 3
const MOST_OUTPUT = 600
const MORE_TOKENS = 1.5

const isLight = ({ thread }: ThreadPart, { firstCall, endCall }: Turn): boolean => {
  if (endCall - firstCall > MOST_CALLS) return false
  const output = thread.calls.slice(firstCall, endCall).reduce((sum, { entry }) => sum + entry.tokens.output, 0)
  const writes = thread.items.some(
    ({ activity, outputCall }) => activity === 'writing' && outputCall >= firstCall && outputCall < endCall,
  )
  return output <= MOST_OUTPUT && !writes
}

const repriced = (
  part: ThreadPart,
  { firstCall, endCall }: Turn,
  isWhole: boolean,
  lighter: AdviceContext['lighter'],
): (RuleCase & { readonly model: string }) | undefined => {
  let cost = 0
  let after = 0
  let model = ''
  for (let k = firstCall; k < endCall; k++) {
    if (!part.meant[k]) continue
    const { entry, parts } = part.thread.calls[k]!
    const other = lighter(entry)
    if (!other) return undefined
    model = other.model
    cost += costPartsTotal(parts)
    after += costPartsTotal(other.parts)
  }
  if (after >= cost) return undefined
  const low = isWhole ? Math.max(0, cost - MORE_TOKENS * after) : 0
  return { part, call: firstCall, count: endCall - firstCall, cost, low, high: cost - after, model }
}

export const lightTurns: Rule = {
  codes: ['light-turns'],
  find: ({ parts, lighter }): Found[] => {
    const cases = parts.flatMap(part => {
      const light = part.thread.turns.filter(turn => isLight(part, turn))
      const isWhole = light.length === part.thread.turns.length
      return light.flatMap(turn => repriced(part, turn, isWhole, lighter) ?? [])
    })
    const [dearest] = [...cases].sort((a, b) => b.high - a.high)
    return [
      {
        code: 'light-turns',
        ...(dearest ? { args: { model: dearest.model } } : {}),
        assumption: 'same-tokens',
        verify: 'tokusage why --by model,turn',
        cases,
      },
    ]
  },
}
