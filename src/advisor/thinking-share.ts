/** Thinking that is most of what was paid for answers. A fifth (low) to a half (high) of it is taken to be dispensable. */
import { type ItemCosts, promptCost, type ThreadPart } from '../receipt/part.ts'
import type { Rule, RuleCase } from './define.ts'

/** Of what answers cost. */
const LEAST_SHARE = 0.4

const sumIn = (part: ThreadPart, isMeant: (index: number) => boolean, of: (costs: ItemCosts) => number): number =>
  [...part.itemCosts].reduce((sum, [index, costs]) => sum + (isMeant(index) ? of(costs) : 0), 0)

export const thinkingShare: Rule = {
  codes: ['thinking-share'],
  find: ({ parts }) => {
    const isThought = (part: ThreadPart) => (index: number) => part.thread.items[index]!.activity === 'thinking'
    const ofAnswers = parts.reduce(
      (sum, part) =>
        sum +
        sumIn(
          part,
          () => true,
          costs => costs.output,
        ),
      0,
    )
    const ofThinking = parts.reduce((sum, part) => sum + sumIn(part, isThought(part), costs => costs.output), 0)
    const share = ofAnswers > 0 ? ofThinking / ofAnswers : 0
    const cases = parts.flatMap((part): RuleCase[] => {
      const cost = sumIn(part, isThought(part), costs => costs.output + promptCost(costs))
      return cost > 0
        ? [{ part, call: part.spans[0]![0], count: part.callsIn(), cost, low: cost / 5, high: cost / 2 }]
        : []
    })
    return [
      {
        code: 'thinking-share',
        args: { percent: Math.round(share * 100) },
        assumption: 'less-of-it',
        verify: 'tokusage why --by activity,model',
        cases: share < LEAST_SHARE ? [] : cases,
      },
    ]
  },
}
