/** Forgetting: what of the wanted can go is told first, and then done to the index as it is by then. */
import { Diagnostics } from '../core/diagnostic.ts'
import { EntryRow } from '../core/entry-row.ts'
import type { PricedEntry } from '../core/summary.ts'
import type { Host } from '../host/host.ts'
import { type ForgetPlan, type ForgetRequest, forget, planForget, valuesOf } from '../store/forget.ts'
import { forgetSessions } from '../store/limits.ts'
import { dropStatus } from '../store/status.ts'
import { Store } from '../store/store.ts'
import { dropSums } from '../store/sums.ts'
import { dedupe } from './dedupe.ts'
import { type AgentLook, scopeTest } from './discover.ts'

export interface ForgetWish {
  /** What is to be forgotten as far as no log holds it, as `ingest` gave it out. */
  readonly entries: readonly PricedEntry[]
  /** Where was looked when they were read. */
  readonly looks: readonly AgentLook[]
  /** Whether deleted logs of an agent that have no rows are forgotten too. */
  readonly sweeps: (agent: string) => boolean
}

/** How long another process that is just writing is waited for. */
const LOCK_MS = 5000

/** How often it is tried anew because others write all the time. */
const MOST_TRIES = 4

const planOn = (store: Store, wish: ForgetWish): readonly [ForgetRequest, ForgetPlan] => {
  const manifest = store.manifest()
  const request: ForgetRequest = {
    manifest,
    shards: manifest.shards.map(shard => ({ shard, stored: store.rows(shard) })),
    rows: wish.entries.flatMap(({ entry }) => (entry instanceof EntryRow ? [entry] : [])),
    isOurs: scopeTest(wish.looks),
    sweeps: wish.sweeps,
  }
  return [request, planForget(request)]
}

/** What goes: entries that no log holds, and how many deleted logs of which nothing is left then. */
export interface Forgettable {
  readonly entries: readonly PricedEntry[]
  readonly logs: number
}

/** What can go: what a log still holds, or another home's log held, stays. Throws a StoreFault. */
export const forgettable = (host: Host, wish: ForgetWish): Forgettable => {
  const [, { responses, emptied }] = planOn(new Store(host, new Diagnostics()), wish)
  const found = new Set(responses.map(({ table, row }) => valuesOf(table, row)))
  const isFound = ({ entry }: PricedEntry): boolean =>
    entry instanceof EntryRow && found.has(valuesOf(entry.table, entry.row))
  return { entries: wish.entries.filter(isFound), logs: emptied.size }
}

/**
 * Removes them for good. False when others write all the time. Throws a StoreFault, and what the disk throws.
 */
export const forgetEntries = (host: Host, wish: ForgetWish): boolean => {
  const store = new Store(host, new Diagnostics())
  const unlock = store.lock(LOCK_MS)
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const [request, plan] = planOn(store, wish)
      const { manifest } = request
      const next = forget(request, plan, { notes: store.notes(manifest), states: store.states(manifest) }, dedupe)
      if (!store.save(manifest, next)) continue
      dropSums(host)
      dropStatus(host)
      forgetSessions(host)
      return true
    }
    return false
  } finally {
    unlock?.()
  }
}
