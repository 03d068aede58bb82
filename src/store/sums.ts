/**
 * Sums by day, kept beside the shards they were made of: a shard never changes, so its sums hold as long as the prices do. The only priced file
 * of the store; its name says with which prices, zone and mode. It is a convenience: what is wrong with it is computed anew.
 */
import { join } from 'node:path'
import type { DaySum } from '../core/day-sum.ts'
import { hashOf } from '../core/entry-table.ts'
import { tokenSum } from '../core/tokens.ts'
import type { Host } from '../host/host.ts'
import { pack, unpack } from './container.ts'
import { indexFolder } from './folder.ts'

/** Sums of every shard, by the name of its file. */
export type SumsByShard = ReadonlyMap<string, readonly DaySum[]>

/** One for each combination of prices, zone and mode that is in use. */
const MOST_FILES = 4

const NAME = /^sums-/

const pathOf = (host: Host, stamp: string): string => join(indexFolder(host), `sums-${hashOf(stamp).toString(36)}`)

/** What is kept for this stamp; empty where that is nothing. */
export const readSums = (host: Host, stamp: string): SumsByShard => {
  const none = new Map<string, readonly DaySum[]>()
  try {
    const bytes = host.disk.read(pathOf(host, stamp))
    const file = bytes && unpack(bytes)
    if (file === undefined || typeof file === 'string') return none
    const { stamp: own, texts, shards } = file.facts as Kept
    if (own !== stamp) return none
    return new Map(Object.entries(shards).map(([name, rows]) => [name, rows.map(row => sumOf(row, texts))]))
  } catch {
    return none // not to be read: nothing is lost but time
  }
}

/** Keeps sums for the next run. */
export const saveSums = (host: Host, stamp: string, sums: SumsByShard): void => {
  const { disk } = host
  const path = pathOf(host, stamp)
  const draft = `${path}.${disk.pid}`
  try {
    const texts: string[] = []
    const shards = Object.fromEntries([...sums].map(([name, own]) => [name, own.map(sum => rowOf(sum, texts))]))
    disk.write(draft, pack({ stamp, texts, shards } satisfies Kept, {}))
    disk.rename(draft, path)
    sweep(host, path)
  } catch {
    disk.remove(draft) // a folder that cannot be written to is said elsewhere
  }
}

const sweep = (host: Host, own: string): void => {
  const folder = indexFolder(host)
  const others = host.disk
    .list(folder)
    .filter(name => NAME.test(name))
    .map(name => join(folder, name))
    .filter(path => path !== own)
    .map(path => ({ path, at: host.stat(path)?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at)
  for (const { path } of others.slice(MOST_FILES - 1)) host.disk.remove(path)
}

/** Drops all sums: some are of what was forgotten. */
export const dropSums = (host: Host): void => {
  const folder = indexFolder(host)
  for (const name of host.disk.list(folder)) if (NAME.test(name)) host.disk.remove(join(folder, name))
}

interface Kept {
  readonly stamp: string
  readonly texts: readonly string[]
  readonly shards: Readonly<Record<string, readonly Row[]>>
}

/** A sum as JSON writes it shortest: texts by their places, 0 for absent; no infinities. */
type Row = readonly (number | null)[]

const rowOf = ({ day, agent, model, profile, summary: s, unpriced, historical }: DaySum, texts: string[]): Row => {
  const place = (text: string | undefined): number => {
    if (text === undefined) return 0
    const known = texts.indexOf(text)
    return known >= 0 ? known + 1 : texts.push(text)
  }
  const { tokens: t } = s
  return [
    place(day),
    place(agent),
    place(model),
    place(profile),
    unpriced,
    historical,
    s.entries,
    t.input,
    t.output,
    t.cacheCreation,
    t.cacheRead,
    t.reasoning,
    t.longCache,
    s.cost.kilo,
    s.cost.pico,
    s.unpricedTokens,
    s.partialOutputs,
    s.inexactEntries,
    s.uncertainEntries,
    s.estimatedTokens,
    s.estimatedCost.kilo,
    s.estimatedCost.pico,
    s.webSearches,
    s.entries === 0 ? null : s.firstAt,
    s.entries === 0 ? null : s.lastAt,
  ]
}

const sumOf = (row: Row, texts: readonly string[]): DaySum => {
  const n = (i: number): number => row[i] ?? 0
  const text = (i: number): string | undefined => (n(i) === 0 ? undefined : texts[n(i) - 1])
  return {
    day: text(0) ?? '',
    agent: text(1) ?? '',
    model: text(2),
    profile: text(3),
    unpriced: n(4),
    historical: n(5),
    summary: {
      entries: n(6),
      tokens: tokenSum(n(7), n(8), n(9), n(10), n(11), n(12)),
      cost: { kilo: n(13), pico: n(14) },
      unpricedTokens: n(15),
      partialOutputs: n(16),
      inexactEntries: n(17),
      uncertainEntries: n(18),
      estimatedTokens: n(19),
      estimatedCost: { kilo: n(20), pico: n(21) },
      webSearches: n(22),
      firstAt: row[23] ?? Number.POSITIVE_INFINITY,
      lastAt: row[24] ?? Number.NEGATIVE_INFINITY,
    },
  }
}
