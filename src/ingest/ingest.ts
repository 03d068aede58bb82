/** From disk to priced entries: discover, scan, dedupe, price. Knows no report and no surface. */
import type { Agent, Detail, RootLook, Sidecar } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, LogSource, SessionNote, UsageEntry } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { openPrices, type PriceOptions, type Prices } from '../pricing/prices.ts'
import type { MergeCounts } from './dedupe.ts'
import { gather, type ScanCounts } from './gather.ts'
import { Pool } from './pool.ts'
import { projectsOf } from './projects.ts'

/** Where an agent was looked for. */
export interface AgentLook {
  readonly agent: Agent
  readonly roots: readonly RootLook[]
  readonly files: number
}

export interface Coverage {
  readonly looks: readonly AgentLook[]
  readonly counts: ScanCounts
  readonly responses: number
  readonly merged: MergeCounts
}

export interface IngestRequest extends PriceOptions {
  readonly detail: Detail
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
  const looks: AgentLook[] = []
  const sources: LogSource[] = []
  const pool = new Pool(host, agents, { ...request, isResumable: false })
  for (const agent of agents) {
    const before = sources.length
    const roots = agent.discover(host, diagnostics, source => {
      sources.push(source)
      pool.add({ source })
    })
    looks.push({ agent, roots, files: sources.length - before })
  }
  const threads = await pool.read()
  const { rows, notes, inherited, merged, counts } = gather(threads, diagnostics)
  if (request.needsProjects) {
    const projectOf = projectsOf(host, rows, notes)
    for (const row of rows) row.project = projectOf(row)
  }
  const { isWanted, comparesTotals } = request
  const needsAll = !isWanted || (comparesTotals && notes.some(({ kind }) => kind === 'total'))
  const wanted = needsAll ? rows : rows.filter(isWanted)
  const prices = openPrices(host, request)
  // Single calls are few, and shown with everything that is known of them.
  const handedOut = request.detail === 'counts' ? wanted : wanted.map(row => row.copy())
  return {
    entries: await prices.price(handedOut, diagnostics),
    notes,
    inherited,
    diagnostics,
    prices,
    coverage: { looks, counts, responses: rows.length, merged },
    sidecars: session => sidecarsOf(host, sources, session),
  }
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
