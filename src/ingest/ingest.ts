/** From disk to priced entries: discover, scan, dedupe, price. Knows no report and no surface. */
import type { Detail, Sidecar } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import type { DaySum } from '../core/day-sum.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { openPrices, type PriceOptions, type Prices } from '../pricing/prices.ts'
import type { MergeCounts } from './dedupe.ts'
import { type AgentLook, discover, type ProfileRoots, scopeTest } from './discover.ts'
import { type Gathered, gather, type ScanCounts } from './gather.ts'
import { IndexedReading } from './indexed.ts'
import { type ItemReading, type ItemWish, readItems, rowTest } from './items.ts'
import { noPast, readPast } from './past.ts'
import { Pool } from './pool.ts'
import { projectsOf } from './projects.ts'
import { type KeptSums, keptSums, type SumRequest, sumUp } from './sums.ts'
import { viewOf } from './view.ts'

export interface Coverage {
  readonly looks: readonly AgentLook[]
  readonly counts: ScanCounts
  readonly responses: number
  readonly merged: MergeCounts
}

export interface IngestRequest extends PriceOptions {
  readonly detail: Detail
  /** Whether what was read before is used and what is read now is stored. */
  readonly index: boolean
  /** Whether entries count that no log holds any more. */
  readonly history: boolean
  /** Whether titles may be stored. */
  readonly titles: boolean
  /** Further roots of agents, by account. */
  readonly profileRoots?: ProfileRoots | undefined
  /** Entries before this instant (epoch ms) are not asked for; undefined: all are. */
  readonly from?: number | undefined
  /** Which entries are asked for; the others are neither priced nor handed out. Undefined: all. */
  readonly isWanted?: ((entry: UsageEntry) => boolean) | undefined
  /** Asked for where sums by day are enough: then no entries are handed out, and most are not even loaded. */
  readonly sums?: SumRequest | undefined
  /** Whether sessions are asked for whole of which an entry is wanted. */
  readonly wholeSessions?: boolean | undefined
  /** Whether agents' own totals are held against the entries of whole sessions: then all entries are handed out where there are any. */
  readonly comparesTotals: boolean
  /** Whether anybody asks which project an entry belongs to. */
  readonly needsProjects: boolean
  /** Told now and then how many of how many bytes are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

export interface Ingested {
  /** In no particular order. */
  readonly entries: readonly PricedEntry[]
  /** In place of entries, where sums were asked for and could be given. */
  readonly sums: readonly DaySum[] | undefined
  readonly notes: readonly SessionNote[]
  /** What sessions hold as copies; their entries count where they were first written. */
  readonly inherited: readonly InheritedEntry[]
  /** Those of `entries` that no log holds any more. */
  readonly historical: ReadonlySet<UsageEntry>
  readonly diagnostics: Diagnostics
  readonly coverage: Coverage
  /** The logs that are there. */
  readonly sources: readonly LogSource[]
  /** The price table that was used. */
  readonly prices: Prices
  /** Facts about the sub-agents of a session, by sub-agent id; read when asked for. */
  sidecars(session: string): ReadonlyMap<string, Sidecar>
  /** The pieces of context of these sessions, from the logs that are there. */
  items(wish: ItemWish): Promise<ItemReading>
}

/** Reads everything that the registered agents left on this machine. */
export const ingest = async (host: Host, request: IngestRequest): Promise<Ingested> => {
  const diagnostics = new Diagnostics()
  const { looks, sources, gathered, kept } = await read(host, request, diagnostics)
  const { rows, merged, counts, responses, historical, hasTotals } = gathered
  if (request.needsProjects) {
    const projectOf = projectsOf(host, rows, gathered.notes())
    for (const row of rows) row.project = projectOf(row)
  }
  const { isWanted, comparesTotals } = request
  const prices = openPrices(host, request)
  /** Getters stay getters: few reports ask for notes. */
  const ingested = (found: Pick<Ingested, 'entries' | 'sums' | 'historical'>): Ingested => ({
    ...found,
    get notes() {
      return gathered.notes()
    },
    get inherited() {
      return gathered.inherited()
    },
    diagnostics,
    prices,
    sources,
    coverage: { looks, counts, responses, merged },
    sidecars: session => sidecarsOf(host, sources, session),
    items: wish => readItems(host, sources, gathered.holders(rowTest(wish)), request),
  })
  if (request.sums && kept) {
    const sums = await sumUp(host, gathered, kept, request.sums, prices, diagnostics)
    return ingested({ entries: [], sums, historical: new Set() })
  }
  const needsAll = !isWanted || (comparesTotals && hasTotals)
  const wanted = needsAll ? rows : request.wholeSessions ? ofWholeSessions(rows, isWanted) : rows.filter(isWanted)
  const asked = isWanted ? historical.filter(isWanted) : historical
  if (asked.length > 0) diagnostics.add('history', {}, asked.length)
  // Single calls are few, and shown with everything that is known of them.
  const handedOut = request.detail === 'counts' ? wanted : wanted.map(row => row.copy())
  const entries = await prices.price(handedOut, diagnostics)
  return ingested({ entries, sums: undefined, historical: new Set(asked) })
}

const ofWholeSessions = <T extends UsageEntry>(rows: readonly T[], isWanted: (entry: UsageEntry) => boolean): T[] => {
  const asked = new Map<string, Set<string | undefined>>()
  for (const row of rows) {
    if (!isWanted(row)) continue
    const sessions = asked.get(row.agent)
    if (sessions) sessions.add(row.session)
    else asked.set(row.agent, new Set([row.session]))
  }
  return rows.filter(row => asked.get(row.agent)?.has(row.session) === true)
}

interface Read {
  readonly looks: readonly AgentLook[]
  readonly sources: readonly LogSource[]
  readonly gathered: Gathered
  /** Where sums were asked for and rows were left out because of them. */
  readonly kept: KeptSums | undefined
}

/** Looks for all logs, and reads what of them has to be read. */
const read = async (host: Host, request: IngestRequest, diagnostics: Diagnostics): Promise<Read> => {
  const usesIndex = request.index && request.detail === 'counts'
  const needsAll = request.comparesTotals || request.needsProjects || !request.history
  const kept = usesIndex && request.sums ? keptSums(host, request.sums, request.offline) : undefined
  const indexed = usesIndex
    ? IndexedReading.open(host, agents, diagnostics, {
        titles: request.titles,
        from: needsAll ? undefined : request.from,
        needsNotes: request.comparesTotals || request.needsProjects,
        isSummed: kept && (file => kept.byShard.has(file)),
      })
    : undefined
  const pool = new Pool(host, agents, { ...request, isResumable: indexed !== undefined })
  const sources: LogSource[] = []
  const looks = discover(host, agents, request.profileRoots ?? {}, diagnostics, (source, facts) => {
    sources.push(source)
    const job = indexed ? indexed.look(source, facts) : { source }
    if (job) pool.add(job)
  })
  const threads = await pool.read()
  if (!indexed) {
    const live = threads.map(({ table }) => table)
    const wantsPast = request.index && request.history && !usesIndex
    const past = wantsPast ? readPast(host, sources, scopeTest(looks), live, diagnostics) : noPast
    return { looks, sources, gathered: gather(threads, diagnostics, past), kept: undefined }
  }
  const known = await indexed.finish(threads, scopeTest(looks))
  if (known) return { looks, sources, gathered: viewOf(known, request, diagnostics), kept }
  const again = new Pool(host, agents, { ...request, isResumable: false })
  for (const source of sources) again.add({ source })
  return { looks, sources, gathered: gather(await again.read(), diagnostics), kept: undefined }
}

const sidecarsOf = (host: Host, sources: readonly LogSource[], session: string): Map<string, Sidecar> => {
  const found = new Map<string, Sidecar>()
  for (const source of sources) {
    if (source.subagent === undefined || source.session !== session) continue
    const sidecar = agents.find(agent => agent.id === source.agent)?.sidecar?.(host, source)
    if (sidecar) found.set(source.subagent, sidecar)
  }
  return found
}
