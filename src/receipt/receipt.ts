/**
 * The receipt of whole sessions: every token and every picodollar of every call on the item that caused it (spec/RECEIPT.md). Pure: the same
 * entries and items give the same receipt, however they were read.
 */
import { activityOf } from './activity.ts'
import { runningShares } from './apportion.ts'
import { type Calibration, calibrate, type Growth, growthsOf, standardCalibration } from './calibrate.ts'
import { Context } from './context.ts'
import { Ledger } from './ledger.ts'
import { reasonOf } from './reason.ts'
import { type Membership, membershipOf, type Thread, threadsOf } from './threads.ts'
import type { Receipt, ReceiptInput, ReceiptItem, RewriteReason, ThreadReceipt, Turn } from './types.ts'

/** Shares out what these calls cost. Money is in whole picodollars; all parts of a thread add up to its calls' cost exactly. */
export const receipt = (input: ReceiptInput): Receipt => {
  const threads = threadsOf(input)
  const memberships = threads.map(membershipOf)
  const growths = threads.map((thread, n) => growthsOf(thread, memberships[n]!))
  const ofAgent = agentCalibrations(threads, growths)
  const spawned = spawnersOf(input)
  return {
    threads: threads.map((thread, n) => {
      const by = calibrate(growths[n]!, ofAgent.get(thread.agent) ?? standardCalibration)
      return new ThreadSharing(thread, memberships[n]!, by).receipt(
        thread.subagent === undefined ? undefined : spawned.get(`${thread.session}\n${thread.subagent}`),
      )
    }),
  }
}

/** What all threads of an agent say together, for those that say too little by themselves. */
const agentCalibrations = (threads: readonly Thread[], growths: readonly Growth[][]): Map<string, Calibration> => {
  const byAgent = new Map<string, Growth[]>()
  for (const [n, { agent }] of threads.entries()) {
    const all = byAgent.get(agent) ?? []
    byAgent.set(agent, all)
    for (const growth of growths[n]!) all.push(growth)
  }
  return new Map([...byAgent].map(([agent, all]) => [agent, calibrate(all, standardCalibration)]))
}

/** Call ids by session and sub-agent. */
const spawnersOf = ({ items }: ReceiptInput): Map<string, string> => {
  const found = new Map<string, string>()
  for (const { spawned, session, callId } of items)
    if (spawned !== undefined && callId !== undefined) found.set(`${session}\n${spawned}`, callId)
  return found
}

/** Whose requests the API itself carries out, for a price per request. */
const SEARCH = /web_?search/i

class ThreadSharing {
  private readonly context: Context
  private readonly ledger: Ledger
  private readonly reasons: (RewriteReason | undefined)[] = []
  private readonly turns: {
    index: number
    title: string | undefined
    at: number
    firstCall: number
    endCall: number
  }[] = []
  /** By item: whole picodollars, and the call it is a part of the answer of. */
  private readonly output: number[] = []
  private readonly extras: number[] = []
  private readonly outputCall: number[] = []
  private readonly entered: number[] = []

  constructor(
    private readonly thread: Thread,
    private readonly membership: Membership,
    private readonly by: Calibration,
  ) {
    const { calls } = thread
    const hasCache = calls.some(({ entry: { tokens } }) => tokens.cacheRead + tokens.cacheCreation > 0)
    // At most two items of a call's own: what nothing explains of its prompt, and of its answer.
    this.ledger = new Ledger(calls.length, thread.items.length + 2 * calls.length + 1, hasCache)
    this.context = new Context(thread, membership, by, item => this.ledger.settle(item, this.context.tokens[item]!))
  }

  receipt(spawnedBy: string | undefined): ThreadReceipt {
    const { calls, agent, session, subagent } = this.thread
    for (let k = 0; k < calls.length; k++) this.call(k)
    const carried = this.ledger.close(this.context)
    const { book, shares } = this.ledger
    const { kinds, output } = this.context
    return {
      agent,
      session,
      subagent,
      basis: this.context.isExact ? 'exact' : this.thread.items.length > 0 ? 'inferred' : 'none',
      spawnedBy,
      calls,
      callShares: shares,
      reasons: this.reasons,
      turns: this.closedTurns(),
      items: kinds.map((_, item) => this.item(item, carried[item]!)),
      ledger: { ...book, outputTokens: Float64Array.from(kinds, (_, item) => output[item] ?? 0) },
      ratio: this.by.ratio,
    }
  }

  private call(k: number): void {
    const { entry, parts } = this.thread.calls[k]!
    const isCompacted = this.membership.inputs[k]!.some(item => this.context.kinds[item] === 'summary')
    const entered = this.context.call(k)
    for (const item of entered) this.entered[item] = this.context.tokens[item]!
    this.startTurn(k, entered)
    this.ledger.charge(entry, parts, this.context, entered)
    this.reasons[k] = this.ledger.shares.rewrite[k] === 0 ? undefined : this.reason(k, isCompacted)
    this.answer(k)
  }

  private reason(k: number, isCompacted: boolean): RewriteReason {
    const { calls } = this.thread
    const base = this.context.baseTotal
    const isNewTurn = this.turns.at(-1)?.firstCall === k
    const unread = this.ledger.unread[k]!
    return reasonOf({
      before: calls[Math.max(0, k - 1)]!.entry,
      entry: calls[k]!.entry,
      unread,
      isCompacted,
      isNewTurn,
      base,
    })
  }

  private startTurn(k: number, entered: readonly number[]): void {
    const prompt = entered.map(item => this.context.contexts[item]).find(item => item?.kind === 'prompt')
    if (k > 0 && !prompt) return
    this.turns.push({
      index: this.turns.length,
      title: prompt?.title,
      at: prompt?.at ?? this.thread.calls[k]!.entry.at,
      firstCall: k,
      endCall: this.thread.calls.length,
    })
  }

  private closedTurns(): Turn[] {
    for (const [n, turn] of this.turns.entries()) turn.endCall = this.turns[n + 1]?.firstCall ?? turn.endCall
    return this.turns
  }

  /** Charges an answer to its blocks. */
  private answer(k: number): void {
    const { entry, parts } = this.thread.calls[k]!
    const { shares } = this.ledger
    const { context } = this
    const blocks = [...this.membership.answers[k]!]
    shares.output[k] = parts.output
    shares.extras[k]! += parts.extras
    const searches = blocks.filter(item => SEARCH.test(context.contexts[item]?.tool ?? ''))
    const needsOwn = context.hidden > 0 || blocks.length === 0 || (shares.extras[k]! > 0 && searches.length === 0)
    if (needsOwn && (parts.output > 0 || shares.extras[k]! > 0 || context.hidden > 0)) {
      const isThought = context.hidden > 0 && (blocks.length > 0 || entry.tokens.reasoning > 0)
      const own = context.synthetic(isThought ? 'thinking' : 'unlogged')
      context.output[own] = context.hidden
      blocks.push(own)
    }
    for (const item of blocks) this.outputCall[item] = k
    this.pay(this.output, shares.output[k]!, blocks)
    this.pay(this.extras, shares.extras[k]!, searches.length > 0 ? searches : blocks.slice(-1))
  }

  private pay(by: number[], total: number, items: readonly number[]): void {
    if (total === 0) return
    const into = new Float64Array(items.length)
    runningShares(
      total,
      items.map(item => this.context.output[item] ?? 0),
      into,
    )
    for (const [i, item] of items.entries()) by[item] = (by[item] ?? 0) + into[i]!
  }

  private item(item: number, carry: number): ReceiptItem {
    const { kinds, contexts, output } = this.context
    const { ledger } = this
    const kind = kinds[item]!
    const context = contexts[item]
    return {
      kind,
      activity: activityOf(kind, context),
      context,
      firstCall: ledger.firstCall[item]!,
      lastCall: ledger.lastCall[item]!,
      outputCall: this.outputCall[item] ?? -1,
      tokens: this.entered[item] ?? output[item] ?? 0,
      billedTokens: ledger.billed[item]! + (output[item] ?? 0),
      enter: ledger.enter[item]!,
      carry,
      rewrite: ledger.rewrite[item]!,
      output: this.output[item] ?? 0,
      extras: this.extras[item] ?? 0,
    }
  }
}
