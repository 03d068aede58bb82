/** Reads a list of sources on several threads. They take files from one shared counter, the largest first. */
import { Worker } from 'node:worker_threads'
import type { Agent, Detail } from '../agents/define.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { LogSource } from '../core/entry.ts'
import type { Host } from '../host/host.ts'
import { decodeEntries, type EntryColumns } from './columns.ts'
import type { Deduper } from './dedupe.ts'
import { localQueue, type Queue, type ScanCounts, type SourceNote, scan } from './scan.ts'

/** A second thread takes about 30 ms to start: not worth it for less than this. */
const WORTH_A_THREAD = 24 * 1024 * 1024

/** What a worker thread is given, and what it answers. */
export interface WorkerTask {
  readonly sources: readonly LogSource[]
  readonly detail: Detail
  readonly counter: SharedArrayBuffer
}

export interface WorkerAnswer {
  readonly columns: EntryColumns
  readonly notes: readonly SourceNote[]
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ScanCounts
}

/** A queue that all threads with the same counter share. */
export const sharedQueue = (counter: SharedArrayBuffer): Queue => {
  const view = new Int32Array(counter)
  return { next: () => Atomics.add(view, 0, 1) }
}

export interface ScanRequest {
  readonly detail: Detail
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Tells how far the queue is, by bytes, each time a source is taken on this thread. */
const watched = (queue: Queue, sources: readonly LogSource[], onProgress: ScanRequest['onProgress']): Queue => {
  if (!onProgress) return queue
  let total = 0
  const before = sources.map(source => (total += source.size) - source.size)
  return {
    next() {
      const place = queue.next()
      onProgress(before[place] ?? total, total)
      return place
    },
  }
}

/** What all threads found together, merged but for what `Deduper.resolve` does. */
export interface PoolResult {
  readonly deduper: Deduper
  readonly notes: readonly SourceNote[]
  readonly diagnostics: readonly Diagnostic[]
  readonly counts: ScanCounts
}

/** Reads all sources. */
export const scanAll = async (
  host: Host,
  agents: readonly Agent[],
  sources: readonly LogSource[],
  { detail, onProgress }: ScanRequest,
): Promise<PoolResult> => {
  const bytes = sources.reduce((sum, source) => sum + source.size, 0)
  const helpers = Math.min(host.threads - 1, Math.floor(bytes / WORTH_A_THREAD), sources.length - 1)
  if (helpers <= 0) return scan(host, agents, sources, detail, watched(localQueue(), sources, onProgress))
  const counter = new SharedArrayBuffer(4)
  const largestFirst = [...sources].sort((a, b) => b.size - a.size)
  const workers = Array.from({ length: helpers }, () => startWorker({ sources: largestFirst, detail, counter }))
  const queue = watched(sharedQueue(counter), largestFirst, onProgress)
  const own = scan(host, agents, largestFirst, detail, queue)
  return (await Promise.all(workers)).reduce(combine, own)
}

/** Takes a thread's answer into what is there; the collector is the same one, filled further. */
const combine = (all: PoolResult, { columns, notes, diagnostics, counts }: WorkerAnswer): PoolResult => {
  for (const entry of decodeEntries(columns)) all.deduper.add(entry)
  all.deduper.countMerged(counts.merged)
  return {
    deduper: all.deduper,
    notes: [...all.notes, ...notes],
    diagnostics: [...all.diagnostics, ...diagnostics],
    counts: {
      files: all.counts.files + counts.files,
      lines: all.counts.lines + counts.lines,
      bytes: all.counts.bytes + counts.bytes,
      merged: all.counts.merged + counts.merged,
    },
  }
}

const startWorker = (task: WorkerTask): Promise<WorkerAnswer> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./scan-worker.js', import.meta.url), { workerData: task })
    worker.once('error', reject)
    worker.once('message', resolve)
  })
