/**
 * Sessions that went on when the subject had changed: what later calls paid for what came before a turn. High: nothing of it was needed again; low:
 * files that were touched again later would have been read again.
 */
import type { ThreadPart } from '../receipt/part.ts'
import { fileOf, type Rule, type RuleCase } from './define.ts'

/** Fewer calls behind the cut are not worth a new session. */
const LEAST_CALLS = 10

const cutAfter = (part: ThreadPart, turn: number): RuleCase | undefined => {
  const { thread } = part
  const from = thread.turns[turn]!.endCall
  if (part.callsIn(from) < LEAST_CALLS) return undefined
  const later = new Set(thread.items.filter(item => item.firstCall >= from).flatMap(item => fileOf(item) ?? []))
  const costs = part.promptCosts(from)
  let high = 0
  let kept = 0
  for (const [index, item] of thread.items.entries()) {
    if (item.activity === 'base' || item.firstCall < 0 || item.firstCall >= from) continue
    high += costs[index]!
    const file = fileOf(item)
    if (file !== undefined && later.has(file)) kept += costs[index]!
  }
  return { part, call: from, count: turn + 1, cost: high, low: high - kept, high }
}

/** Of more turns, so many are tried, at equal distances: each takes a walk through the whole thread. */
const MOST_CUTS = 32

const bestCut = (part: ThreadPart): RuleCase[] => {
  const turns = part.thread.turns.length - 1
  const step = Math.max(1, turns / MOST_CUTS)
  const tried = Array.from({ length: Math.min(turns, MOST_CUTS) }, (_, n) => Math.floor(n * step))
  const cuts = tried.flatMap(turn => cutAfter(part, turn) ?? [])
  const [best] = cuts.sort((a, b) => b.high - a.high)
  return best ? [best] : []
}

export const longSessions: Rule = {
  codes: ['long-sessions'],
  find: ({ parts }) => [
    {
      code: 'long-sessions',
      assumption: 'nothing-before-needed',
      verify: 'tokusage why --by session,cause',
      cases: parts.filter(({ thread }) => thread.subagent === undefined).flatMap(bestCut),
    },
  ],
}
