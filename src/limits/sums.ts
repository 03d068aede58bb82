/** What local logs hold of a stretch of time, and accounts as keys. */
import type { Account, LocalSum } from '../core/limits.ts'
import { addMoney, money, noMoney } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'

export const noSum: LocalSum = { entries: 0, tokens: 0, cost: noMoney, unpricedTokens: 0 }

export const addSums = (a: LocalSum, b: LocalSum): LocalSum => ({
  entries: a.entries + b.entries,
  tokens: a.tokens + b.tokens,
  cost: addMoney(a.cost, b.cost),
  unpricedTokens: a.unpricedTokens + b.unpricedTokens,
})

export const sumOfEntry = ({ entry, cost }: PricedEntry): LocalSum => {
  const tokens = totalTokens(entry.tokens)
  return { entries: 1, tokens, cost: money(0, cost.pico), unpricedTokens: cost.basis === 'missing' ? tokens : 0 }
}

export const sumOfEntries = (entries: readonly PricedEntry[]): LocalSum =>
  entries.reduce((sum, one) => addSums(sum, sumOfEntry(one)), noSum)

/** Tells an account from the others. */
export const accountKey = ({
  agent,
  profile,
}: {
  readonly agent: string
  readonly profile?: string | undefined
}): string => `${agent}\n${profile ?? ''}`

export const accountOf = ({
  agent,
  profile,
}: {
  readonly agent: string
  readonly profile?: string | undefined
}): Account => ({
  agent,
  profile,
})

/** Entries by account, each account's by time. */
export const byAccount = (entries: readonly PricedEntry[]): ReadonlyMap<string, readonly PricedEntry[]> => {
  const groups = new Map<string, PricedEntry[]>()
  for (const one of [...entries].sort((a, b) => a.entry.at - b.entry.at)) {
    const own = groups.get(accountKey(one.entry))
    if (own) own.push(one)
    else groups.set(accountKey(one.entry), [one])
  }
  return groups
}

/** Those after `from` and up to `to`, of entries by time. */
export const between = (entries: readonly PricedEntry[], from: number, to: number): readonly PricedEntry[] =>
  entries.slice(placeAfter(entries, from), placeAfter(entries, to))

/** The place of the first entry after an instant. */
const placeAfter = (entries: readonly PricedEntry[], at: number): number => {
  let from = 0
  let to = entries.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (entries[middle]!.entry.at <= at) from = middle + 1
    else to = middle
  }
  return from
}
