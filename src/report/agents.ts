/** What each agent used, and how exact that is. */
import { type AgentUsage, type TokenClass, tokenClasses } from '../core/agents.ts'
import type { DataQuality, UsageEntry } from '../core/entry.ts'
import { type PricedEntry, Summing } from '../core/summary.ts'
import { isUsage } from './fold.ts'

type Counts = Record<DataQuality, number>

class AgentSum {
  private readonly sessions = new Set<string | undefined>()
  private readonly sum = new Summing()
  private readonly counts: Record<TokenClass, Counts> = {
    input: noCounts(),
    output: noCounts(),
    cacheCreation: noCounts(),
    cacheRead: noCounts(),
  }

  add(priced: PricedEntry): void {
    this.sum.add(priced)
    this.sessions.add(priced.entry.session)
    for (const of of tokenClasses) this.counts[of][qualityIn(priced.entry, of)]++
  }

  done(): AgentUsage {
    return { sessions: this.sessions.size, summary: this.sum.done(), quality: this.counts }
  }
}

const noCounts = (): Counts => ({ measured: 0, partial: 0, estimated: 0, none: 0 })

const qualityIn = ({ quality, isPartial }: UsageEntry, of: TokenClass): DataQuality =>
  quality?.[of] ?? (isPartial && of === 'output' ? 'partial' : 'measured')

/** By agent; one without usage is not in it. */
export const agentUsage = (entries: readonly PricedEntry[]): ReadonlyMap<string, AgentUsage> => {
  const sums = new Map<string, AgentSum>()
  for (const priced of entries) {
    if (!isUsage(priced)) continue
    const { agent } = priced.entry
    const sum = sums.get(agent) ?? new AgentSum()
    sums.set(agent, sum)
    sum.add(priced)
  }
  return new Map([...sums].map(([agent, sum]) => [agent, sum.done()]))
}

export const noUsage: AgentUsage = new AgentSum().done()
