/**
 * Billing windows. All blocks are formed from all entries before any is left out, so that the limit `max` and the blocks
 * themselves do not depend on what is shown.
 */
import type { Calendar } from '../core/calendar.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { BlocksReport, SessionBlock } from '../core/report.ts'
import type { PricedEntry } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { burnRateOf, limitStatusOf, projectionOf } from './burn.ts'
import { compareBy, compareNames, fold, groupBy, isUsage, type Leaf, modelsOf, sumOf, totalsOf } from './fold.ts'
import { type Window, windowsOf } from './windows.ts'

export interface BlocksOptions {
  /** Epoch ms. */
  readonly now: number
  readonly blockHours: number
  /** In tokens; `max` is the fullest block that is over, of all there are. 0 or less is no limit. */
  readonly tokenLimit?: number | 'max' | undefined
  /** Only blocks that run now. */
  readonly active: boolean
  /** Only blocks that run now or started in the last three days. */
  readonly recent: boolean
  /** First and last local day on which a block may start, both inclusive. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly calendar: Calendar
  /** Default: `asc` by date, `desc` by cost or tokens. */
  readonly order?: 'asc' | 'desc' | undefined
  /** By date, gaps stand between two blocks that are shown; by cost or tokens they are left out. */
  readonly sort?: 'cost' | 'tokens' | 'date' | undefined
  /** The most recent blocks with the gaps between them, or the top ones by cost or tokens. Totals are of those shown. */
  readonly limit?: number | undefined
  readonly diagnostics: readonly Diagnostic[]
}

interface FoldedBlock {
  readonly row: SessionBlock
  readonly leaves: readonly Leaf[]
}

const HOUR = 3_600_000
const recentMs = 72 * HOUR

export const blocksReport = (entries: readonly PricedEntry[], options: BlocksOptions): BlocksReport => {
  const { now, blockHours, calendar, diagnostics } = options
  const all = blocksOf(entries, options)
  const tokenLimit = limitOf(all, options.tokenLimit)
  const wanted = all.filter(block => isWanted(block, options))
  const blocks = limited(wanted, options)
  const gaps = isByDate(options) ? gapsBetween(blocks, all) : []
  const shown = arrange([...blocks, ...gaps], options)
  return {
    kind: 'blocks',
    rows: shown.map(({ row }) => ({ ...row, limit: limitStatusOf(row.projection, tokenLimit) })),
    ...totalsOf(shown.flatMap(b => b.leaves)),
    diagnostics,
    timeZone: calendar.timeZone,
    now,
    blockHours,
    tokenLimit,
  }
}

const blocksOf = (entries: readonly PricedEntry[], { now, blockHours }: BlocksOptions): FoldedBlock[] =>
  [...groupBy(entries.filter(isUsage), p => p.entry.agent)]
    .flatMap(([agent, own]) => windowsOf(own, blockHours * HOUR).map(window => blockOf(agent, window, now)))
    .sort(compareStarts)

const blockOf = (agent: string, { startAt, endAt, entries }: Window, now: number): FoldedBlock => {
  const leaves = [...fold(entries, () => agent).values()].flat()
  const summary = sumOf(leaves)
  const isGap = entries.length === 0
  // ccusage also asks for an entry in the last five hours, which any entry of a running block is. A block that has yet
  // to start is an agent's clock running fast, not work going on.
  const isActive = !isGap && startAt <= now && now < endAt
  const burnRate = isActive ? burnRateOf(summary, now) : undefined
  const projection = burnRate && projectionOf(summary, burnRate, endAt - now)
  const lastAt = isGap ? undefined : summary.lastAt
  const models = modelsOf(leaves)
  return {
    leaves,
    row: { agent, isGap, startAt, endAt, lastAt, isActive, summary, models, burnRate, projection, limit: undefined },
  }
}

const limitOf = (blocks: readonly FoldedBlock[], wanted: number | 'max' | undefined): number | undefined => {
  const finished = blocks.filter(({ row }) => !row.isGap && !row.isActive)
  const limit =
    wanted === 'max' ? finished.reduce((most, b) => Math.max(most, totalTokens(b.row.summary.tokens)), 0) : wanted
  return limit !== undefined && limit > 0 ? limit : undefined
}

const isByDate = ({ sort }: BlocksOptions): boolean => sort === undefined || sort === 'date'

const isWanted = ({ row }: FoldedBlock, options: BlocksOptions): boolean => {
  if (row.isGap || (options.active && !row.isActive)) return false
  if (options.recent && !row.isActive && row.startAt < options.now - recentMs) return false
  const day = options.calendar.dayOf(row.startAt)
  return (options.since === undefined || day >= options.since) && (options.until === undefined || day <= options.until)
}

const limited = (blocks: readonly FoldedBlock[], { sort = 'date', limit }: BlocksOptions): FoldedBlock[] => {
  if (limit === undefined) return [...blocks]
  if (sort === 'date') return blocks.slice(Math.max(0, blocks.length - limit))
  return [...blocks].sort((a, b) => -compareSums(sort, a, b) || compareStarts(a, b)).slice(0, limit)
}

/** The gaps both of whose neighbours are shown. */
const gapsBetween = (shown: readonly FoldedBlock[], all: readonly FoldedBlock[]): FoldedBlock[] => {
  const starts = new Set(shown.map(({ row }) => `${row.agent} ${row.startAt}`))
  const ends = new Set(shown.map(({ row }) => `${row.agent} ${row.endAt}`))
  return all.filter(
    ({ row }) => row.isGap && ends.has(`${row.agent} ${row.startAt}`) && starts.has(`${row.agent} ${row.endAt}`),
  )
}

const arrange = (blocks: readonly FoldedBlock[], { sort = 'date', order }: BlocksOptions): FoldedBlock[] => {
  const sign = (order ?? (sort === 'date' ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  return [...blocks].sort(
    (a, b) => (sort === 'date' ? 0 : sign * compareSums(sort, a, b)) || sign * compareStarts(a, b),
  )
}

const compareSums = (sort: 'cost' | 'tokens', a: FoldedBlock, b: FoldedBlock): number =>
  compareBy(sort, a.row.summary, b.row.summary)

const compareStarts = ({ row: a }: FoldedBlock, { row: b }: FoldedBlock): number =>
  a.startAt - b.startAt || compareNames(a.agent, b.agent)
