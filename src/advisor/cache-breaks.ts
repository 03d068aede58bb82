/**
 * Changes that had the cache written again: another model, something near the beginning of the prompt. Low: going back to a model that was just in
 * use; of changed beginnings all but the first of a thread.
 */

import type { ThreadPart } from '../receipt/part.ts'
import type { RewriteReason } from '../receipt/types.ts'
import type { Rule, RuleCase } from './define.ts'

const breaks = (
  part: ThreadPart,
  wanted: RewriteReason,
  isSure: (call: number, nth: number) => boolean,
): RuleCase[] => {
  let nth = 0
  return part.thread.reasons.flatMap((reason, call): RuleCase[] => {
    if (reason !== wanted) return []
    const isFree = isSure(call, nth++)
    if (!part.meant[call]) return []
    const high = part.thread.callShares.rewrite[call]!
    return [{ part, call, count: 1, cost: high, low: isFree ? high : 0, high }]
  })
}

const goesBack = ({ thread: { calls } }: ThreadPart, call: number): boolean =>
  calls.slice(0, call).some(({ entry }) => entry.model === calls[call]!.entry.model)

export const cacheBreaks: Rule = {
  codes: ['model-switches', 'prefix-changes'],
  find: ({ parts }) => [
    {
      code: 'model-switches',
      assumption: 'never-needed',
      verify: 'tokusage why --by session,model',
      cases: parts.flatMap(part => breaks(part, 'model-switch', call => goesBack(part, call))),
    },
    {
      code: 'prefix-changes',
      assumption: 'never-needed',
      verify: 'tokusage why --by version,cause',
      cases: parts.flatMap(part => breaks(part, 'prefix-changed', (_, nth) => nth > 0)),
    },
  ],
}
