/** The library's two questions: what was used, and why. Options are those of the commands; what is left out is as a command without flags has it. */
import { agents } from './agents/index.ts'
import type { Options } from './config/options.ts'
import { resolveOptions } from './config/resolve.ts'
import { usdOf } from './core/money.ts'
import type { Report, ReportKind, SessionDetail } from './core/report.ts'
import type { Host } from './host/host.ts'
import { nodeHost } from './host/node.ts'
import { read, reportOf, sessionOf } from './load.ts'
import { readReceipt } from './load-receipt.ts'
import { group, type ReceiptRow, rewritesOf, totalOf } from './receipt/group.ts'
import type { Grouping } from './receipt/keys.ts'
import type { Receipt } from './receipt/types.ts'

/** Any of the commands' options; `host` stands for the machine, which is this one if left out. */
export type LibraryOptions = Partial<Options> & { readonly host?: Host | undefined }

/** Everything that was used on this machine, read once; any number of reports can be made of it. */
export interface Usage {
  /** As the command of that name shows it. */
  report(kind: ReportKind): Report
  /** One session, call by call, by its id or the beginning of it. Throws when there is none, or more than one. */
  session(id: string): SessionDetail
}

/** A share of the money, as `tokusage why` has it in a row. USD; the shares add up to `usd`, and rows to their total. */
export interface WhyRow {
  /** Undefined for what has no such thing (the file of an answer, the branch where none is logged). */
  readonly key: string | undefined
  readonly usd: number
  /** In the first call that carried it. */
  readonly enter: number
  /** In later calls, as cache reads. */
  readonly carry: number
  /** In later calls, above the price of a cache read. */
  readonly rewrite: number
  /** As a part of an answer. */
  readonly output: number
  /** Web searches and the like. */
  readonly extras: number
  /** Billed, over all calls. */
  readonly tokens: number
  /** By the second grouping; empty where there is none. */
  readonly rows: readonly WhyRow[]
}

/** Where the money went. */
export interface Why {
  /** USD, exactly what `load(…).report('daily')` has in total for the same options. */
  readonly usd: number
  /** Rows by one or two groupings, the dearest first. */
  by(first: Grouping, second?: Grouping): WhyRow[]
  /** What cache misses cost above the price of a read, by reason: USD. */
  readonly misses: readonly { readonly reason: string; readonly calls: number; readonly usd: number }[]
  /** Every thread of the sessions in question, whole: its calls, turns and items. */
  readonly receipt: Receipt
}

const settled = async ({ host = nodeHost(), ...own }: LibraryOptions): Promise<readonly [Host, Options]> => {
  const usual = await resolveOptions(host, 'daily', {}, { agentIds: agents.map(agent => agent.id) })
  return [host, { ...usual, ...own }]
}

/** Reads and prices what the agents on this machine have logged. */
export const load = async (options: LibraryOptions = {}): Promise<Usage> => {
  const [host, all] = await settled(options)
  const loaded = await read(host, all, { detail: 'counts' })
  return { report: kind => reportOf(loaded, kind), session: id => sessionOf(loaded, id) }
}

/** Reads, prices, and shares out every picodollar over what caused it. */
export const receipt = async (options: LibraryOptions = {}): Promise<Why> => {
  const [host, all] = await settled(options)
  const { receipt: whole, calendar, isInRange } = await readReceipt(host, all)
  return {
    usd: usdOf(totalOf(whole, isInRange)),
    by: (first, second) => group(whole, calendar, first, second, isInRange).map(whyRow),
    misses: rewritesOf(whole, isInRange).map(({ cost, ...miss }) => ({ ...miss, usd: usdOf(cost) })),
    receipt: whole,
  }
}

const whyRow = ({ key, cost, enter, carry, rewrite, output, extras, tokens, rows }: ReceiptRow): WhyRow => ({
  key,
  usd: usdOf(cost),
  enter: usdOf(enter),
  carry: usdOf(carry),
  rewrite: usdOf(rewrite),
  output: usdOf(output),
  extras: usdOf(extras),
  tokens,
  rows: rows.map(whyRow),
})
