/** The receipt's use case, shared by every surface: options in, priced calls and their receipt out. */
import type { Options } from './config/options.ts'
import { type Calendar, calendar } from './core/calendar.ts'
import type { UsageEntry } from './core/entry.ts'
import { EntryRow } from './core/entry-row.ts'
import type { PricedEntry } from './core/summary.ts'
import type { Host } from './host/host.ts'
import type { ItemWish } from './ingest/items.ts'
import { entriesOf, type Loaded, type Progress, read } from './load.ts'
import { receipt } from './receipt/receipt.ts'
import type { PricedCall, Receipt } from './receipt/types.ts'
import { entryFilter } from './report/filter.ts'

export interface LoadedReceipt {
  readonly loaded: Loaded
  /** Of whole sessions: those with a call that the options' range and filters let through. */
  readonly receipt: Receipt
  /** Whether the options' range and filters let a call through; for `group`, `totalOf` and whatever else adds up. */
  readonly isInRange: (call: PricedCall) => boolean
  readonly calendar: Calendar
}

export interface ReceiptRequest {
  readonly onProgress?: Progress | undefined
  /** The id of a session or its beginning: its receipt alone. */
  readonly session?: string | undefined
}

/** Reads what the options ask for, and makes its receipt. The money in range is what `daily` says. */
export const readReceipt = async (
  host: Host,
  options: Options,
  request: ReceiptRequest = {},
): Promise<LoadedReceipt> => {
  const { onProgress, session } = request
  const zone = calendar(options.timeZone)
  const passes = entryFilter(options, zone) ?? (() => true)
  const isAsked = (entry: UsageEntry): boolean =>
    session === undefined ? passes(entry) : entry.session?.startsWith(session) === true
  // Models are known by their last name only once entries are priced.
  const mayPass = entryFilter({ ...options, models: [] }, zone) ?? (() => true)
  // Most entries are older: a comparison of numbers spares them the calendar.
  const from = options.since === undefined ? Number.NEGATIVE_INFINITY : zone.startOfDay(options.since)
  const isOfSession = session === undefined ? (entry: UsageEntry) => !(entry.at < from) && mayPass(entry) : isAsked
  const loaded = await read(host, options, { onProgress, isOfSession })
  const calls = wholeSessions(entriesOf(loaded), isAsked).map(one => pricedCall(loaded, one))
  const { items, asides } = await loaded.ingested.items(wishOf(calls))
  return {
    loaded,
    receipt: receipt({ calls, items, asides }),
    isInRange: ({ entry }) => passes(entry),
    calendar: zone,
  }
}

const wishOf = (calls: readonly PricedCall[]): ItemWish => ({
  sessions: new Set(calls.flatMap(({ entry }) => entry.session ?? [])),
  messageIds: new Set(calls.flatMap(({ entry }) => entry.messageId ?? [])),
})

const sessionKey = ({ agent, session }: UsageEntry): string => `${agent}\n${session ?? ''}`

/** The entries of all sessions that one of them asks for. */
const wholeSessions = (
  entries: readonly PricedEntry[],
  isAsked: (entry: UsageEntry) => boolean,
): readonly PricedEntry[] => {
  const asked = new Set<string>()
  for (const { entry } of entries) if (isAsked(entry)) asked.add(sessionKey(entry))
  return entries.filter(({ entry }) => asked.has(sessionKey(entry)))
}

/** The receipt asks an entry for its members over and over: it gets one of its own. */
const pricedCall = ({ ingested, options }: Loaded, { entry }: PricedEntry): PricedCall => ({
  entry: entry instanceof EntryRow ? entry.copy() : entry,
  parts: ingested.prices.parts(entry, options.mode),
})
