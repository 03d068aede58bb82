/** Calls of tools that failed: the call, its result, and carrying both. Low: only what failed the same way before; high: all of them. */
import { type ItemCosts, sumOfShares, type ThreadPart } from '../receipt/part.ts'
import { noItemCosts, type Rule, type RuleCase, sentCost } from './define.ts'

/** Fewer failures are part of the work. */
const LEAST_FAILURES = 3

const failures = (part: ThreadPart): RuleCase[] => {
  const { items } = part.thread
  const callOf = new Map(
    items.flatMap(({ kind, context }, index) =>
      kind === 'tool-call' && context?.callId !== undefined ? [[context.callId, index] as const] : [],
    ),
  )
  const seen = new Set<string>()
  return items.flatMap((item, index): RuleCase[] => {
    const { context, kind, firstCall } = item
    if (kind !== 'tool-result' || !context?.isError || firstCall < 0) return []
    const key = `${context.tool} ${context.target?.name}`
    const isRetry = seen.has(key)
    seen.add(key)
    const call = callOf.get(context.callId ?? '')
    const asked: ItemCosts = (call === undefined ? undefined : part.itemCosts.get(call)) ?? noItemCosts
    const cost = sentCost(part, index) + sumOfShares(asked)
    return cost > 0 ? [{ part, call: firstCall, item: index, count: 1, cost, low: isRetry ? cost : 0, high: cost }] : []
  })
}

export const failingTools: Rule = {
  codes: ['failing-tools'],
  find: ({ parts }) => {
    const cases = parts.flatMap(failures)
    return [
      {
        code: 'failing-tools',
        assumption: 'never-needed',
        verify: 'tokusage why --by command,cause',
        cases: cases.length < LEAST_FAILURES ? [] : cases,
      },
    ]
  },
}
