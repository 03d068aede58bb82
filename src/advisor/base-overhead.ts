/**
 * What every call carries before any work: servers whose tools were never called, memory files. Only where the log holds the requests; of memory files a
 * fifth (low) to a half (high) is taken to be dispensable.
 */
import type { ThreadPart } from '../receipt/part.ts'
import type { ReceiptItem } from '../receipt/types.ts'
import { type Found, type Rule, type RuleCase, sentCost } from './define.ts'

/** Shorter memory is not worth the work. */
const LEAST_MEMORY = 2000

const serverOf = ({ context }: ReceiptItem): string | undefined =>
  context?.target?.kind === 'mcp' ? context.target.name : undefined

/** One case per thread: all items of it that `isMeant` lets through. */
const casesOf = (
  parts: readonly ThreadPart[],
  isMeant: (item: ReceiptItem) => boolean,
  savedOf: (cost: number) => readonly [low: number, high: number],
): RuleCase[] =>
  parts.flatMap((part): RuleCase[] => {
    const own = part.thread.items.flatMap((item, index) => (isMeant(item) ? [index] : []))
    const cost = own.reduce((sum, index) => sum + sentCost(part, index), 0)
    const [low, high] = savedOf(cost)
    const first = own[0]
    return cost > 0 && first !== undefined
      ? [{ part, call: part.spans[0]![0], item: first, count: part.callsIn(), cost, low, high }]
      : []
  })

const unusedServers = (parts: readonly ThreadPart[]): Found[] => {
  const offered = new Set<string>()
  const used = new Set<string>()
  for (const { thread } of parts)
    for (const item of thread.items) {
      const server = serverOf(item)
      if (server !== undefined) (item.kind === 'system' ? offered : used).add(server)
    }
  return [...offered]
    .filter(server => !used.has(server))
    .map(server => ({
      code: 'unused-mcp',
      target: server,
      args: { server },
      assumption: 'never-needed',
      verify: 'tokusage why --by mcp',
      cases: casesOf(
        parts,
        item => item.kind === 'system' && serverOf(item) === server,
        cost => [cost, cost],
      ),
    }))
}

const isMemory = ({ context, tokens }: ReceiptItem): boolean => context?.section === 'memory' && tokens >= LEAST_MEMORY

export const baseOverhead: Rule = {
  codes: ['unused-mcp', 'memory-files'],
  find: ({ parts }) => [
    ...unusedServers(parts),
    {
      code: 'memory-files',
      assumption: 'less-of-it',
      verify: 'tokusage why --by cause',
      cases: casesOf(parts, isMemory, cost => [cost / 5, cost / 2]),
    },
  ],
}
