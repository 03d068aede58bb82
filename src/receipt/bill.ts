/** The itemised bill of one session: threads, turns, calls, and the items of a turn. */
import { money } from '../core/money.ts'
import { promptTokens } from '../core/tokens.ts'
import type { BillItem, BillThread, BillTurn, CauseCosts, SessionBill } from '../core/why.ts'
import { type CallTest, rewritesOf } from './group.ts'
import { turnOf } from './keys.ts'
import { partsOf, sumOfShares, type ThreadPart } from './part.ts'
import { addCosts, causeCosts, type Facts, noCosts, RowNames, whyItem } from './rows.ts'
import { type Receipt, shareKinds, type ThreadReceipt } from './types.ts'

export interface BillOptions {
  readonly facts: Facts
  readonly isMeant: CallTest
  /** From 1: of the first thread, the turn whose items are listed. */
  readonly turn: number | undefined
}

export type BillPart = Pick<SessionBill, 'main' | 'costs' | 'misses' | 'turn'>

export const billPart = (receipt: Receipt, options: BillOptions): BillPart => {
  const parts = partsOf(receipt, options.isMeant)
  const bill = new Billing(parts, new RowNames(receipt, options.facts), options)
  return {
    main: bill.threads(),
    costs: parts.map(allCosts).reduce(addCosts, noCosts),
    misses: rewritesOf(receipt, options.isMeant),
    turn: options.turn,
  }
}

const callCosts = ({ thread: { callShares }, meant }: ThreadPart, from: number, to: number): CauseCosts => {
  const sums = { enter: 0, carry: 0, rewrite: 0, output: 0, extras: 0 }
  for (let k = from; k < to; k++) if (meant[k]) for (const share of shareKinds) sums[share] += callShares[share][k]!
  return causeCosts(sums)
}

const allCosts = (part: ThreadPart): CauseCosts => callCosts(part, 0, part.meant.length)

/** The turn that ran at an instant. */
const turnAt = ({ turns }: ThreadReceipt, at: number): number =>
  Math.max(
    0,
    turns.findLastIndex(turn => turn.at <= at),
  )

class Billing {
  /** By the call (of the log) that started them. */
  private readonly spawned = new Map<string, ThreadPart[]>()
  /** Those whose log does not say so: by the turn of the main thread in which they began. */
  private readonly byTime: (readonly [turn: number, part: ThreadPart])[] = []
  private readonly tops: readonly ThreadPart[]

  constructor(
    parts: readonly ThreadPart[],
    private readonly names: RowNames,
    private readonly options: BillOptions,
  ) {
    const callIds = new Set(parts.flatMap(({ thread }) => thread.items.flatMap(item => item.context?.callId ?? [])))
    const main = parts.find(({ thread }) => thread.subagent === undefined)?.thread
    this.tops = parts.filter(part => {
      const { spawnedBy, subagent, calls } = part.thread
      if (spawnedBy === undefined || !callIds.has(spawnedBy)) {
        if (main === undefined || subagent === undefined) return true
        this.byTime.push([turnAt(main, calls[0]!.entry.at), part])
        return false
      }
      this.spawned.set(spawnedBy, [...(this.spawned.get(spawnedBy) ?? []), part])
      return false
    })
  }

  /** The main thread first, then what nothing ties to a call. */
  threads(): BillThread[] {
    return [...this.tops]
      .sort((a, b) => Number(a.thread.subagent !== undefined) - Number(b.thread.subagent !== undefined))
      .map((part, n) => this.thread(part, n === 0))
  }

  private thread(part: ThreadPart, isFirst: boolean): BillThread {
    const { thread } = part
    const { names } = this.options.facts
    const started = this.startedIn(thread, isFirst)
    return {
      subagent: thread.subagent === undefined ? undefined : names.of('subagent', thread.subagent),
      type: thread.subagent === undefined ? undefined : this.names.typeOf(thread.subagent),
      basis: thread.basis,
      ...allCosts(part),
      turns: thread.turns
        .filter(({ index, firstCall, endCall }) => part.callsIn(firstCall, endCall) > 0 || started.has(index))
        .map(turn => this.turn(part, turn, started, isFirst && turn.index + 1 === this.options.turn)),
    }
  }

  /** Sub-agents by the turn that started them. */
  private startedIn(thread: ThreadReceipt, isFirst: boolean): Map<number, ThreadPart[]> {
    const found = new Map<number, ThreadPart[]>()
    if (isFirst) for (const [turn, part] of this.byTime) found.set(turn, [...(found.get(turn) ?? []), part])
    const seen = new Set<string>()
    for (const item of thread.items) {
      const callId = item.context?.callId
      const own = callId === undefined || seen.has(callId) ? undefined : this.spawned.get(callId)
      if (!own || callId === undefined) continue
      seen.add(callId)
      const index = turnOf(thread, Math.max(0, item.outputCall >= 0 ? item.outputCall : item.firstCall))
      found.set(index, [...(found.get(index) ?? []), ...own])
    }
    return found
  }

  private turn(
    part: ThreadPart,
    { index, title, at, firstCall, endCall }: ThreadReceipt['turns'][number],
    started: ReadonlyMap<number, readonly ThreadPart[]>,
    hasItems: boolean,
  ): BillTurn {
    const { calls, callShares, reasons } = part.thread
    const { names } = this.options.facts
    const costOf = (k: number): number => shareKinds.reduce((sum, share) => sum + callShares[share][k]!, 0)
    return {
      number: index + 1,
      title: names.title(title),
      at,
      ...callCosts(part, firstCall, endCall),
      calls: calls.slice(firstCall, endCall).flatMap(({ entry }, n) =>
        part.meant[firstCall + n]
          ? [
              {
                at: entry.at,
                model: entry.model === undefined ? undefined : names.of('model', entry.model),
                context: promptTokens(entry.tokens),
                cost: money(0, costOf(firstCall + n)),
                reason: reasons[firstCall + n],
              },
            ]
          : [],
      ),
      subagents: (started.get(index) ?? []).map(own => this.thread(own, false)),
      items: hasItems ? this.items(part, firstCall, endCall) : [],
    }
  }

  /** What entered in these calls or was answered in them. */
  private items(part: ThreadPart, from: number, to: number): BillItem[] {
    const { items } = part.thread
    const isIn = (call: number): boolean => call >= from && call < to
    const own = [...part.itemCosts].filter(([index]) => {
      const { outputCall, firstCall } = items[index]!
      return isIn(outputCall >= 0 ? outputCall : firstCall)
    })
    return own
      .sort(([, a], [, b]) => sumOfShares(b) - sumOfShares(a))
      .map(([index, costs]) => {
        const { context } = items[index]!
        const callId = context?.kind === 'tool-call' ? context.callId : undefined
        const [spawned] = callId === undefined ? [] : (this.spawned.get(callId) ?? [])
        return {
          ...whyItem(part, index, costs, this.options.facts),
          spawned: spawned && this.thread(spawned, false),
        }
      })
  }
}
