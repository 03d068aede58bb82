/**
 * Sorts entries and items into threads, and within a thread says for each item which call it was first sent with. What the model wrote is
 * known by the id of its response; everything else entered with the next call that the log shows.
 */
import type { ContextItem } from '../core/item.ts'
import { ItemRow } from '../core/item-row.ts'
import type { PricedCall, ReceiptInput } from './types.ts'

/** A thread before its tokens are shared out. */
export interface Thread {
  readonly agent: string
  readonly session: string | undefined
  readonly subagent: string | undefined
  readonly calls: PricedCall[]
  items: ContextItem[]
}

/** By call: the items of its answer, and those that were first sent with it (its predecessor's answer apart). */
export interface Membership {
  readonly answers: readonly number[][]
  readonly inputs: readonly number[][]
}

const keyOf = (
  agent: string,
  session: string | undefined,
  subagent: string | undefined,
  chain: string | undefined,
): string => `${agent}\n${session ?? ''}\n${subagent ?? ''}\n${chain ?? ''}`

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Entries come in any order; those of one instant are told apart by their ids. */
const byTime = (a: PricedCall, b: PricedCall): number =>
  a.entry.at - b.entry.at ||
  a.entry.doneAt - b.entry.doneAt ||
  compare(a.entry.messageId ?? '', b.entry.messageId ?? '') ||
  compare(a.entry.requestId ?? '', b.entry.requestId ?? '')

/** Threads that have calls, by their first call. Items that no call of their session could have sent are left out. */
export const threadsOf = ({ calls, items, asides }: ReceiptInput): Thread[] => {
  const threads = new Map<string, Thread>()
  const chains = chainsOf(items)
  const ids = new Set(calls.map(({ entry }) => entry.messageId))
  for (const call of calls) {
    const { agent, session, subagent, messageId } = call.entry
    const key = isAside(messageId, ids, asides)
      ? `${keyOf(agent, session, subagent, undefined)}\n${messageId}`
      : keyOf(agent, session, subagent, messageId === undefined ? undefined : chains.get(messageId))
    const thread = threads.get(key)
    if (thread) thread.calls.push(call)
    else threads.set(key, { agent, session, subagent, calls: [call], items: [] })
  }
  let key = ''
  let last: ContextItem | undefined
  for (const item of items) {
    if (!last || !isSameThread(item, last)) key = keyOf(item.agent, item.session, item.subagent, item.thread)
    last = item
    threads.get(key)?.items.push(item)
  }
  adopt(threads, items)
  const found = [...threads.values()]
  for (const thread of found) {
    thread.calls.sort(byTime)
    thread.items = withTargets(ordered(withoutCopies(thread.items)))
  }
  return found.sort((a, b) => byTime(a.calls[0]!, b.calls[0]!))
}

/**
 * A response belongs to the session that wrote it, its lines may only be left in a copy (a fork whose original was deleted): a thread without
 * any items takes those of the session that holds its answers. The copy keeps them, for they are its context too.
 */
const adopt = (threads: ReadonlyMap<string, Thread>, items: readonly ContextItem[]): void => {
  const bare = [...threads.values()].filter(thread => thread.items.length === 0)
  if (bare.length === 0) return
  const holders = new Map<string, string>()
  const held = new Map<string, ContextItem[]>()
  for (const item of items) {
    const key = keyOf(item.agent, item.session, item.subagent, item.thread)
    if (item.messageId !== undefined && !holders.has(item.messageId)) holders.set(item.messageId, key)
    const list = held.get(key)
    if (list) list.push(item)
    else held.set(key, [item])
  }
  for (const thread of bare) {
    const votes = new Map<string, number>()
    for (const { entry } of thread.calls) {
      const key = entry.messageId === undefined ? undefined : holders.get(entry.messageId)
      if (key !== undefined) votes.set(key, (votes.get(key) ?? 0) + 1)
    }
    const [most] = [...votes].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))
    if (most) thread.items = [...(held.get(most[0]) ?? [])]
  }
}

const isSameThread = (a: ContextItem, b: ContextItem): boolean =>
  a.session === b.session && a.subagent === b.subagent && a.thread === b.thread && a.agent === b.agent

/** Calls made while another was answered (an advisor's) have an id that begins with the other's; their prompt is one of its own. */
const isAside = (
  id: string | undefined,
  ids: ReadonlySet<string | undefined>,
  asides: ReceiptInput['asides'],
): boolean => {
  if (id === undefined) return false
  const other = asides?.get(id)
  if (other !== undefined && ids.has(other)) return true
  const colon = id.indexOf(':')
  return colon > 0 && ids.has(id.slice(0, colon))
}

/** Which chain a response stands in, where sub-agents are only told apart by who follows whom. */
const chainsOf = (items: readonly ContextItem[]): Map<string, string> => {
  const chains = new Map<string, string>()
  for (const item of items) {
    const { thread } = item
    if (thread !== undefined && item.messageId !== undefined) chains.set(item.messageId, thread)
  }
  return chains
}

/** A result is about what its call was about, also where its own line does not say so. */
const withTargets = (items: ContextItem[]): ContextItem[] => {
  if (!items.some(item => item.kind === 'tool-result' && item.target === undefined)) return items
  const calls = new Map<string, ContextItem>()
  for (const item of items) if (item.kind === 'tool-call' && item.callId !== undefined) calls.set(item.callId, item)
  return items.map(item => {
    if (item.kind !== 'tool-result' || item.callId === undefined || item.target !== undefined) return item
    const { target, tool } = calls.get(item.callId) ?? {}
    const own = item instanceof ItemRow ? item.copy() : item
    return target === undefined ? item : { ...own, target, tool: item.tool ?? tool }
  })
}

const withoutCopies = (items: readonly ContextItem[]): ContextItem[] => {
  const seen = new Set<string | number>()
  return items.filter(item => {
    // Rows of one reading; their ids are made of the very hashes.
    const id = item instanceof ItemRow ? item.idHash || undefined : item.id
    if (id === undefined) return true
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}

/** Within a log times may jump back a little (attachments are dated before their prompt); more means several logs. */
const LONGEST_JUMP_MS = 60_000

const ordered = (items: ContextItem[]): ContextItem[] => {
  let latest = Number.NEGATIVE_INFINITY
  for (const { at } of items) {
    if (at < latest - LONGEST_JUMP_MS) return items.sort((a, b) => a.at - b.at)
    if (at > latest) latest = at
  }
  return items
}

export const membershipOf = ({ calls, items }: Thread): Membership => {
  const answers: number[][] = calls.map(() => [])
  const inputs: number[][] = calls.map(() => [])
  const byId = new Map<string, number>()
  for (const [index, { entry }] of calls.entries()) if (entry.messageId !== undefined) byId.set(entry.messageId, index)
  const hasAnswer = new Uint8Array(calls.length)
  const callOf = Int32Array.from(items, ({ messageId }) => (messageId === undefined ? -1 : (byId.get(messageId) ?? -1)))
  for (const call of callOf) if (call >= 0) hasAnswer[call] = 1
  /** The call that an input met now is first sent with. */
  let next = 0
  for (let index = 0; index < items.length; index++) {
    const call = callOf[index]!
    if (call >= 0) {
      answers[call]!.push(index)
      next = Math.max(next, call + 1)
      continue
    }
    const { at } = items[index]!
    while (next < calls.length && hasAnswer[next] === 0 && calls[next]!.entry.at < at) next++
    inputs[next]?.push(index)
  }
  return { answers, inputs }
}
