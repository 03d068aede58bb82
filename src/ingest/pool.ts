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
  const before: number[] = []
  let total = 0
  for (const source of sources) {
    before.push(total)
    total += source.size
  }
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

/** Collects the sources of all agents, and reads them with as many threads as they are worth. */
export class Pool {
  readonly sources: LogSource[] = []
  private readonly helpers: Helper[] = []
  private bytes = 0

  constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
    private readonly request: ScanRequest,
  ) {}

  /** Threads start while more sources are being found: that takes them as long as finding a thousand files. */
  add(source: LogSource): void {
    this.sources.push(source)
    this.bytes += source.size
    const worth = Math.min(this.host.threads - 1, Math.floor(this.bytes / WORTH_A_THREAD), this.sources.length - 1)
    if (this.helpers.length < worth) this.helpers.push(startHelper())
  }

  async read(): Promise<PoolResult> {
    const { host, agents, sources, helpers } = this
    const { detail, onProgress } = this.request
    if (helpers.length === 0) return scan(host, agents, sources, detail, watched(localQueue(), sources, onProgress))
    const counter = new SharedArrayBuffer(4)
    const largestFirst = [...sources].sort((a, b) => b.size - a.size)
    for (const { worker } of helpers)
      worker.postMessage({ sources: largestFirst, detail, counter } satisfies WorkerTask)
    const own = scan(host, agents, largestFirst, detail, watched(sharedQueue(counter), largestFirst, onProgress))
    return (await Promise.all(helpers.map(helper => helper.answer))).reduce(combine, own)
  }
}

interface Helper {
  readonly worker: Worker
  readonly answer: Promise<WorkerAnswer>
}

/** Garbage is short-lived here: room for it spares the collector half its work. */
const YOUNG_MB = 64

const startHelper = (): Helper => {
  const worker = new Worker(new URL('./scan-worker.cjs', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const answer = new Promise<WorkerAnswer>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', resolve)
  })
  return { worker, answer }
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
