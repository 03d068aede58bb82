/** Files that a sub-agent read although they stood in the context that started it. Low: of the very same size; high: all. */
import type { ThreadPart } from '../receipt/part.ts'
import { type AdviceContext, fileOf, isRead, type Rule, type RuleCase, sentCost, sizeOf } from './define.ts'

/** Sizes of the files that a thread had read by a call. */
const knownTo = ({ thread }: ThreadPart, callId: string): Map<string, number[]> => {
  const start = thread.items.find(({ context }) => context?.callId === callId)
  const call = start ? Math.max(start.outputCall, start.firstCall) : -1
  const known = new Map<string, number[]>()
  for (const item of thread.items) {
    const file = fileOf(item)
    if (file === undefined || !isRead(item) || item.firstCall < 0 || item.firstCall > call) continue
    known.set(file, [...(known.get(file) ?? []), sizeOf(item)])
  }
  return known
}

const rereads = (part: ThreadPart, known: ReadonlyMap<string, readonly number[]>): RuleCase[] =>
  part.thread.items.flatMap((item, index): RuleCase[] => {
    const sizes = isRead(item) ? known.get(fileOf(item) ?? '') : undefined
    if (!sizes) return []
    const cost = sentCost(part, index)
    const low = sizes.includes(sizeOf(item)) ? cost : 0
    return cost > 0 ? [{ part, call: Math.max(0, item.firstCall), item: index, count: 1, cost, low, high: cost }] : []
  })

const casesOf = ({ parts }: AdviceContext): RuleCase[] => {
  const holders = new Map<string, ThreadPart>()
  for (const part of parts)
    for (const { context, kind } of part.thread.items)
      if (kind === 'tool-call' && context?.callId !== undefined) holders.set(context.callId, part)
  return parts.flatMap(part => {
    const { spawnedBy } = part.thread
    const holder = spawnedBy === undefined ? undefined : holders.get(spawnedBy)
    return holder && spawnedBy !== undefined ? rereads(part, knownTo(holder, spawnedBy)) : []
  })
}

export const subagentRereads: Rule = {
  codes: ['subagent-rereads'],
  find: context => [
    {
      code: 'subagent-rereads',
      assumption: 'never-needed',
      verify: 'tokusage why --by subagent,file',
      cases: casesOf(context),
    },
  ],
}
