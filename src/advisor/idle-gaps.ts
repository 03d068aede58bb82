/** Pauses longer than the cache lives, after which the context was written again. High: the answer in time; low: a small request per lifetime. */
import { promptTokens } from '../core/tokens.ts'
import type { ThreadPart } from '../receipt/part.ts'
import { lifetimeOf } from '../receipt/reason.ts'
import type { Rule, RuleCase } from './define.ts'

const gaps = (part: ThreadPart): RuleCase[] =>
  part.thread.reasons.flatMap((reason, call): RuleCase[] => {
    if (reason !== 'idle' || call === 0 || !part.meant[call]) return []
    const before = part.thread.calls[call - 1]!.entry
    const { entry, parts } = part.thread.calls[call]!
    const high = part.thread.callShares.rewrite[call]!
    const pauseMs = entry.at - before.doneAt
    const reads = Math.floor(pauseMs / lifetimeOf(before))
    const low = Math.max(0, high - reads * promptTokens(before.tokens) * (parts.readPico ?? 0))
    return [{ part, call, count: Math.round(pauseMs / 60_000), cost: high, low, high }]
  })

export const idleGaps: Rule = {
  codes: ['idle-gaps'],
  find: ({ parts }) => [
    {
      code: 'idle-gaps',
      assumption: 'kept-warm',
      verify: 'tokusage why --by session,cause',
      cases: parts.flatMap(gaps),
    },
  ],
}
