/** Results of tools that are large and were sent again and again. Low: cut to 4,000 tokens; high: to 1,000. */
import { type Rule, type RuleCase, sentCost } from './define.ts'

const LEAST_TOKENS = 5000
const LEAST_CALLS = 5
const [GENEROUS, SHORT] = [4000, 1000]

export const hugeResults: Rule = {
  codes: ['huge-results'],
  find: ({ parts }) => [
    {
      code: 'huge-results',
      args: { tokens: SHORT },
      assumption: 'beginning-suffices',
      verify: 'tokusage why --by tool',
      cases: parts.flatMap(part =>
        part.thread.items.flatMap((item, index): RuleCase[] => {
          const { kind, tokens, firstCall, lastCall } = item
          const calls = firstCall < 0 ? 0 : part.callsIn(firstCall + 1, lastCall + 1)
          if (kind !== 'tool-result' || tokens < LEAST_TOKENS || calls < LEAST_CALLS) return []
          const cost = sentCost(part, index)
          const cut = (left: number): number => cost * (1 - left / tokens)
          return [{ part, call: firstCall, item: index, count: calls, cost, low: cut(GENEROUS), high: cut(SHORT) }]
        }),
      ),
    },
  ],
}
