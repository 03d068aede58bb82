import type { LimitReading } from '../core/limit.ts'
import { type Account, addSums, type LocalSum, noSum } from '../core/limits.ts'
import { money } from '../core/money.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'

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

const MINUTE = 60_000

/** Some servers say 299 for five hours. */
export const isAbout = (minutes: number | undefined, wanted: number): boolean =>
  minutes !== undefined && Math.abs(minutes - wanted) <= 1

/** Epoch ms of the last reset that a server announced for windows of about this length, and that has passed; else `-Infinity`. */
export const lastReset = (
  readings: readonly LimitReading[],
  { account, minutes, now }: { readonly account: string; readonly minutes: number; readonly now: number },
): number =>
  readings.reduce(
    (last, reading) =>
      reading.resetsAt !== undefined &&
      reading.resetsAt <= now &&
      reading.resetsAt > last &&
      isAbout(reading.minutes, minutes) &&
      accountKey(reading) === account
        ? reading.resetsAt
        : last,
    Number.NEGATIVE_INFINITY,
  )

/** A window's length as one that is over is cut: those of 299 minutes are of five hours. */
export const lengthOf = (minutes: number): number => {
  const hours = Math.round(minutes / 60)
  return (hours > 0 && isAbout(minutes, hours * 60) ? hours * 60 : minutes) * MINUTE
}
