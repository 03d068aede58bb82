/** From disk to priced entries: discover, scan, dedupe, price. Knows no report and no surface. */
import type { Agent, Detail, RootLook, Sidecar } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { openPrices, type PriceOptions, type Prices } from '../pricing/prices.ts'
import type { StoredSource } from '../store/sources.ts'
import type { MergeCounts } from './dedupe.ts'
import { type Gathered, gather, type ScanCounts } from './gather.ts'
import { IndexedReading } from './indexed.ts'
import { Pool } from './pool.ts'
import { projectsOf } from './projects.ts'
import { viewOf } from './view.ts'

/** Where an agent was looked for. */
export interface AgentLook {
  readonly agent: Agent
  readonly roots: readonly RootLook[]
  readonly files: number
  /** Epoch ms when the log was written to that was left alone longest; undefined without logs. */
  readonly oldestAt: number | undefined
}

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
  /** Entries before this instant (epoch ms) are not asked for; undefined: all are. */
  readonly from?: number | undefined
  /** Which entries are asked for; the others are neither priced nor handed out. Undefined: all. */
  readonly isWanted?: ((entry: UsageEntry) => boolean) | undefined
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
  readonly notes: readonly SessionNote[]
  /** What sessions hold as copies; their entries count where they were first written. */
  readonly inherited: readonly InheritedEntry[]
  /** Those of `entries` that no log holds any more. */
  readonly historical: ReadonlySet<UsageEntry>
  readonly diagnostics: Diagnostics
  readonly coverage: Coverage
  /** The price table that was used. */
  readonly prices: Prices
  /** Facts about the sub-agents of a session, by sub-agent id; read when asked for. */
  sidecars(session: string): ReadonlyMap<string, Sidecar>
}

/** Reads everything that the registered agents left on this machine. */
export const ingest = async (host: Host, request: IngestRequest): Promise<Ingested> => {
  const diagnostics = new Diagnostics()
  const { looks, sources, gathered } = await read(host, request, diagnostics)
  const { rows, merged, counts, responses, historical, hasTotals } = gathered
  if (request.needsProjects) {
    const projectOf = projectsOf(host, rows, gathered.notes())
    for (const row of rows) row.project = projectOf(row)
  }
  const { isWanted, comparesTotals } = request
  const needsAll = !isWanted || (comparesTotals && hasTotals)
  const wanted = needsAll ? rows : rows.filter(isWanted)
  const asked = isWanted ? historical.filter(isWanted) : historical
  if (asked.length > 0) diagnostics.add('history', {}, asked.length)
  const prices = openPrices(host, request)
  // Single calls are few, and shown with everything that is known of them.
  const handedOut = request.detail === 'counts' ? wanted : wanted.map(row => row.copy())
  return {
    entries: await prices.price(handedOut, diagnostics),
    get notes() {
      return gathered.notes()
    },
    get inherited() {
      return gathered.inherited()
    },
    historical: new Set(asked),
    diagnostics,
    prices,
    coverage: { looks, counts, responses, merged },
    sidecars: session => sidecarsOf(host, sources, session),
  }
}

interface Read {
  readonly looks: readonly AgentLook[]
  readonly sources: readonly LogSource[]
  readonly gathered: Gathered
}

/** Looks for all logs, and reads what of them has to be read. */
const read = async (host: Host, request: IngestRequest, diagnostics: Diagnostics): Promise<Read> => {
  const usesIndex = request.index && request.detail === 'counts'
  const needsAll = request.comparesTotals || request.needsProjects || !request.history
  const indexed = usesIndex
    ? IndexedReading.open(host, agents, diagnostics, {
        titles: request.titles,
        from: needsAll ? undefined : request.from,
      })
    : undefined
  const pool = new Pool(host, agents, { ...request, isResumable: indexed !== undefined })
  const looks: AgentLook[] = []
  const sources: LogSource[] = []
  for (const agent of agents) {
    const before = sources.length
    const facts = { version: agent.version, scope: scopeOf(host, agent) }
    const roots = agent.discover(host, diagnostics, source => {
      sources.push(source)
      const job = indexed ? indexed.look(source, facts) : { source }
      if (job) pool.add(job)
    })
    const own = sources.slice(before)
    const oldestAt = own.reduce((least, { mtimeMs }) => Math.min(least, mtimeMs), Number.POSITIVE_INFINITY)
    looks.push({ agent, roots, files: own.length, oldestAt: own.length > 0 ? oldestAt : undefined })
  }
  const threads = await pool.read()
  if (!indexed) return { looks, sources, gathered: gather(threads, diagnostics) }
  const known = indexed.finish(threads, scopeTest(host, looks))
  if (known) return { looks, sources, gathered: viewOf(known, request, diagnostics) }
  const again = new Pool(host, agents, { ...request, isResumable: false })
  for (const source of sources) again.add({ source })
  return { looks, sources, gathered: gather(await again.read(), diagnostics) }
}

/** Under which circumstances an agent's logs are looked for. */
const scopeOf = (host: Host, agent: Agent): string => `${host.home()} ${host.env(agent.rootVariable) ?? ''}`

/** Whether a stored log would have been found now: it was found under these circumstances, or lies where was looked. */
const scopeTest = (host: Host, looks: readonly AgentLook[]): ((source: StoredSource) => boolean) => {
  const scopes = new Map(looks.map(({ agent }) => [agent.id, scopeOf(host, agent)]))
  const roots = looks.flatMap(({ agent, roots: own }) => own.map(({ path }) => ({ agent: agent.id, path })))
  return ({ agent, path, scope }) =>
    scopes.get(agent) === scope ||
    roots.some(
      root => root.agent === agent && path.startsWith(root.path) && /^[\\/]/.test(path.slice(root.path.length)),
    )
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
