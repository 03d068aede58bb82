/** A file read again while the same text still stood in the context. Low: of the very same size; high: nearly. No edit in between. */
import type { ThreadPart } from '../receipt/part.ts'
import { fileOf, isRead, type Rule, type RuleCase, sentCost, sizeOf } from './define.ts'

const NEARLY = 0.1

const again = (part: ThreadPart): RuleCase[] => {
  const { items } = part.thread
  const known = new Map<string, number[]>()
  return items.flatMap((item, index): RuleCase[] => {
    const file = fileOf(item)
    if (file === undefined) return []
    if (item.activity === 'writing') known.delete(file)
    if (!isRead(item) || item.firstCall < 0) return []
    const before = known.get(file) ?? []
    known.set(file, [...before, index])
    const size = sizeOf(item)
    const standing = before.filter(one => items[one]!.lastCall >= item.firstCall)
    const difference = Math.min(...standing.map(one => Math.abs(sizeOf(items[one]!) - size)))
    if (!(difference <= size * NEARLY)) return []
    const cost = sentCost(part, index)
    return cost > 0
      ? [{ part, call: item.firstCall, item: index, count: 1, cost, low: difference === 0 ? cost : 0, high: cost }]
      : []
  })
}

export const repeatedReads: Rule = {
  codes: ['repeated-reads'],
  find: ({ parts }) => [
    {
      code: 'repeated-reads',
      assumption: 'never-needed',
      verify: 'tokusage why --by file',
      cases: parts.flatMap(again),
    },
  ],
}
