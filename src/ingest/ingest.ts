/** From disk to priced entries: discover, scan, dedupe, price. Knows no report and no surface. */
import type { Agent, Detail, RootLook, Sidecar } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import { Diagnostics } from '../core/diagnostic.ts'
import type { InheritedEntry, LogSource, SessionNote } from '../core/entry.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { openPrices, type PriceOptions, type Prices } from '../pricing/prices.ts'
import type { MergeCounts } from './dedupe.ts'
import { Pool } from './pool.ts'
import { resolveProjects } from './projects.ts'
import type { ScanCounts } from './scan.ts'

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
  const pool = new Pool(host, agents, request)
  for (const agent of agents) {
    const before = pool.sources.length
    const roots = agent.discover(host, diagnostics, source => pool.add(source))
    looks.push({ agent, roots, files: pool.sources.length - before })
  }
  const { deduper, counts, ...scanned } = await pool.read()
  diagnostics.addAll(scanned.diagnostics)
  const { entries, merged, inherited } = deduper.resolve()
  const notes = [...scanned.notes]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ note }) => note)
  const prices = openPrices(host, request)
  resolveProjects(host, entries, notes)
  return {
    entries: await prices.price(entries, diagnostics),
    notes,
    inherited,
    diagnostics,
    prices,
    coverage: { looks, counts, responses: entries.length, merged },
    sidecars: session => sidecarsOf(host, pool.sources, session),
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
