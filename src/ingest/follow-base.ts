/**
 * What is known when following begins: the responses of the last days, by way of the index; from the index alone, month by month so that memory
 * stays small, the ids and sizes of everything before; and where reading of the largest logs may go on.
 */
import type { Agent } from '../agents/define.ts'
import type { Diagnostics } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import { EntryRow, noCosts } from '../core/entry-row.ts'
import type { Checkpoint, Head } from '../core/reading.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { MERGED, monthNumbers, ONLY, STANDS } from '../store/rows.ts'
import { keyOf, type StoredSource } from '../store/sources.ts'
import { Store, StoreFault } from '../store/store.ts'
import { type AgentLook, scopeTest } from './discover.ts'

export interface PastRequest {
  /** Epoch ms: the beginning of what is followed. */
  readonly from: number
  readonly history: boolean
  readonly looks: readonly AgentLook[]
}

/** Rows of the index that stand for a response, of all months before the one that holds `from`, the oldest first; without cost. */
export function* olderMonths(host: Host, request: PastRequest, diagnostics: Diagnostics): Iterable<PricedEntry[]> {
  const store = new Store(host, diagnostics)
  try {
    const manifest = store.manifest()
    const month = monthNumbers()(request.from)
    const isInScope = scopeTest(request.looks)
    const isForeign = manifest.sources.map(source => !isInScope(source))
    const shards = manifest.shards.filter(shard => shard.month < month).sort((a, b) => a.month - b.month)
    for (const shard of shards) {
      const { table, marks, sources } = store.rows(shard)
      const costs = noCosts(table)
      const rows: EntryRow[] = []
      for (let row = 0; row < table.size; row++) {
        const mark = marks[row]!
        if ((mark & MERGED) !== 0 || (!request.history && (mark & ONLY) !== 0)) continue
        if ((mark & STANDS) !== 0 || isForeign[sources[row]!] !== true) rows.push(new EntryRow(table, costs, row))
      }
      yield rows
    }
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    // Damaged, or of a newer version: the past is then what is followed, and no more.
  }
}

/** Logs from this size on, and databases, are not read whole where the index knows how to go on. */
const LARGE_BYTES = 50 * 1024 * 1024

/** Where to go on with a log, and what tells whether it is still the same. */
export interface Standstill {
  readonly checkpoint: Checkpoint
  readonly inode: number
  readonly head: Head | undefined
  readonly end: number | undefined
}

/**
 * What the index knew of large logs when following began, by `keyOf`. `sources` are the logs as they were found before the index was brought up to
 * date: of one that was written to since, it may be ahead of what is known here.
 */
export const storedStandstills = (
  host: Host,
  agents: readonly Agent[],
  sources: readonly LogSource[],
  diagnostics: Diagnostics,
): Map<string, Standstill> => {
  const found = new Map<string, Standstill>()
  const wanted = new Map(sources.filter(isLarge).map(source => [keyOf(source), source]))
  if (wanted.size === 0) return found
  const versions = new Map(agents.map(({ id, version }) => [id, version]))
  const store = new Store(host, diagnostics)
  try {
    const manifest = store.manifest()
    const states = store.states(manifest)
    for (const known of manifest.sources) {
      const source = wanted.get(keyOf(known))
      if (!source || known.version !== versions.get(known.agent) || !isCurrent(known, source)) continue
      const { position, lines, stateAt, stateSize, inode, head, end } = known
      const state = states.toString('utf8', stateAt, stateAt + stateSize)
      found.set(keyOf(known), { checkpoint: { position, lines, state }, inode, head, end })
    }
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    // They are read whole then.
  }
  return found
}

const isLarge = ({ kind, size }: LogSource): boolean =>
  kind === 'database' || (kind !== 'document' && size >= LARGE_BYTES)

const isCurrent = (known: StoredSource, { size, mtimeMs, inode, profile }: LogSource): boolean =>
  profile === undefined &&
  known.stateSize > 0 &&
  known.size === size &&
  known.mtimeMs === mtimeMs &&
  known.inode === inode
