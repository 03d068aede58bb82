/**
 * Fetches LiteLLM's published price file and keeps what it changes in the user's cache folder. The only file in this
 * room that opens a socket; it is called when the user asks for it, or for a model that the bundled table lacks.
 */
import type { Host } from '../host/host.ts'
import { type CompactRow, type CompactTable, compactPrices, isObject } from './compact.ts'
import { isCompactTable } from './table.ts'

/** The published file: repository BerriAI/litellm, branch main. */
export const PRICE_FILE = 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json'

const LIMIT_MS = 2000

export interface PriceCache {
  /** Epoch ms of the last answer that was used, 0 if there was none. */
  readonly refreshedAt: number
  /** Epoch ms of the last try. */
  readonly attemptedAt: number
  /** Rows that differ from the bundled table; empty when no answer was ever used. */
  readonly table: CompactTable
}

const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && /^(?:[\\/]|[a-z]:[\\/])/i.test(path) ? path.replace(/[\\/]+$/, '') : undefined

const cacheFolder = (host: Host): string => {
  const own = absolute(host.env('TOKUSAGE_HOME'))
  if (own !== undefined) return `${own}/cache`
  if (host.platform === 'win32')
    return `${absolute(host.env('LOCALAPPDATA')) ?? host.home('AppData', 'Local')}/tokusage/cache`
  if (host.platform === 'darwin') return host.home('Library', 'Caches', 'tokusage')
  return `${absolute(host.env('XDG_CACHE_HOME')) ?? host.home('.cache')}/tokusage`
}

/** Where refreshed prices are kept. */
export const cachePath = (host: Host): string => `${cacheFolder(host)}/prices.json`

/** Text to a value; undefined when it is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller reports it: as a bad cache, or as a bad answer
  }
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** The cached prices; undefined when there are none, `'bad'` when the file is not what this module writes. */
export const readCache = (host: Host): PriceCache | 'bad' | undefined => {
  const text = host.readText(cachePath(host))
  if (text === undefined) return undefined
  const value = parseJson(text)
  if (!isObject(value)) return 'bad'
  const { refreshedAt, attemptedAt, table } = value
  return isTime(refreshedAt) && isTime(attemptedAt) && isCompactTable(table)
    ? { refreshedAt, attemptedAt, table }
    : 'bad'
}

const sameRow = (a: CompactRow, providers: readonly string[], bundled: CompactTable, name: string): boolean => {
  const b = Object.hasOwn(bundled.rows, name) ? bundled.rows[name] : undefined
  if (!b || providers[a[0]] !== bundled.providers[b[0]]) return false
  return JSON.stringify(a.slice(1)) === JSON.stringify(b.slice(1))
}

/** Only what is new: the bundled rows are at hand anyway, and a small file costs the next start nothing. */
const differing = (fetched: CompactTable, bundled: CompactTable): CompactTable => ({
  ...fetched,
  rows: Object.fromEntries(
    Object.entries(fetched.rows).filter(([name, row]) => !sameRow(row, fetched.providers, bundled, name)),
  ),
})

const fetchTable = async (host: Host): Promise<CompactTable> => {
  const { status, body } = await host.get(PRICE_FILE, LIMIT_MS)
  if (status !== 200) throw new Error(`status ${status}`)
  const date = new Date(host.now()).toISOString()
  const table = compactPrices(parseJson(body), { date, source: PRICE_FILE })
  if (Object.keys(table.rows).length === 0) throw new Error('no prices in the answer')
  return table
}

export interface RefreshOutcome {
  readonly cache: PriceCache
  /** Why there are no new prices, or why they could not be kept; undefined when all went well. */
  readonly failure: string | undefined
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Fetches, compacts and keeps. Never throws; after a failure the older prices stay and the try is noted. */
export const refresh = async (
  host: Host,
  bundled: CompactTable,
  old: PriceCache | undefined,
): Promise<RefreshOutcome> => {
  const attemptedAt = host.now()
  let cache: PriceCache = {
    refreshedAt: old?.refreshedAt ?? 0,
    attemptedAt,
    table: old?.table ?? { date: '', source: '', providers: [], rows: {} },
  }
  let failure: string | undefined
  try {
    cache = { refreshedAt: attemptedAt, attemptedAt, table: differing(await fetchTable(host), bundled) }
  } catch (error) {
    failure = reasonOf(error)
  }
  try {
    host.writeText(cachePath(host), JSON.stringify(cache))
  } catch (error) {
    failure ??= reasonOf(error)
  }
  return { cache, failure }
}
