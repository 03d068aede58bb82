/** Reads sources on several threads, which take them from shared batches. */
import { Worker } from 'node:worker_threads'
import type { Agent, Detail } from '../agents/define.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { LogSource, UsageEntry } from '../core/entry.ts'
import type { Host } from '../host/host.ts'
import { decodeEntries, type EntryColumns } from './columns.ts'
import type { Deduper } from './dedupe.ts'
import { type ScanCounts, type ScanResult, type SourceNote, scan } from './scan.ts'

/** A second thread takes about 30 ms to start: not worth it for less than this. */
const WORTH_A_THREAD = 24 * 1024 * 1024

/** Files from here on are read first: one taken last would leave the other threads with nothing to do. */
const LARGE_FILE = 8 * 1024 * 1024

/** New batches come in once so many bytes were found. */
const BATCH_BYTES = 128 * 1024 * 1024

/** Sources that were found together, the largest first. All threads that read them share the counter. */
export interface Batch {
  readonly sources: readonly LogSource[]
  readonly counter: SharedArrayBuffer
}

/** What a worker thread is told: what to do, then batch after batch, then to answer. */
export type WorkerMessage = { readonly detail: Detail } | Batch | 'answer'

/** What a thread found in one batch, and at last what it found beside entries. */
export type WorkerAnswer = EntryColumns | ScanResult

/** The sources of a batch that no other thread has taken. */
export function* taken({ sources, counter }: Batch): Iterable<LogSource> {
  const view = new Int32Array(counter)
  for (let i = Atomics.add(view, 0, 1); i < sources.length; i = Atomics.add(view, 0, 1)) yield sources[i]!
}

export interface ScanRequest {
  readonly detail: Detail
  /** Told how many of how many bytes all threads have read or begun to read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
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
  private readonly batches: Batch[] = []
  private bytes = 0
  /** What is not in a batch yet. */
  private waiting: LogSource[] = []
  private waitingBytes = 0
  private readonly large: LogSource[] = []

  constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
    private readonly request: ScanRequest,
  ) {}

  /** Helpers start, and start reading, while more sources are being found: looking through a thousand folders takes time. */
  add(source: LogSource): void {
    this.sources.push(source)
    if (source.size >= LARGE_FILE) this.large.push(source)
    else this.waiting.push(source)
    this.bytes += source.size
    if (source.size < LARGE_FILE) this.waitingBytes += source.size
    const worth = Math.min(this.host.threads - 1, Math.floor(this.bytes / WORTH_A_THREAD), this.sources.length - 1)
    if (this.helpers.length < worth) this.helpers.push(startHelper(this.request.detail, this.batches))
    if (this.helpers.length > 0 && this.waitingBytes >= BATCH_BYTES) this.closeBatch()
  }

  async read(): Promise<PoolResult> {
    const { host, agents, request, helpers } = this
    this.closeBatch()
    this.waiting = this.large
    this.closeBatch()
    for (const { worker } of helpers) worker.postMessage('answer' satisfies WorkerMessage)
    const own = scan(host, agents, this.remaining(), request.detail)
    return (await Promise.all(helpers.map(helper => helper.answer))).reduce(combine, own)
  }

  private closeBatch(): void {
    const batch: Batch = { sources: this.waiting.sort((a, b) => b.size - a.size), counter: new SharedArrayBuffer(4) }
    this.waiting = []
    this.waitingBytes = 0
    this.batches.push(batch)
    for (const { worker } of this.helpers) worker.postMessage(batch satisfies WorkerMessage)
  }

  /** Helpers go through the batches from the first one on; this thread comes from the other end, where the large files are. */
  private *remaining(): Iterable<LogSource> {
    let done = 0
    for (const batch of [...this.batches].reverse()) {
      for (const source of taken(batch)) {
        this.request.onProgress?.(done, this.bytes)
        yield source
        // Where helpers read along, as much again is done elsewhere.
        done = Math.min(this.bytes, done + source.size * (this.helpers.length + 1))
      }
    }
  }
}

interface Helper {
  readonly worker: Worker
  readonly answer: Promise<HelperResult>
}

interface HelperResult extends ScanResult {
  readonly entries: readonly UsageEntry[]
}

/** Garbage is short-lived here: room for it spares the collector half its work. */
const YOUNG_MB = 64

const startHelper = (detail: Detail, batches: readonly Batch[]): Helper => {
  const worker = new Worker(new URL('./scan-worker.cjs', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  for (const message of [{ detail }, ...batches]) worker.postMessage(message satisfies WorkerMessage)
  const entries: UsageEntry[] = []
  const answer = new Promise<HelperResult>((resolve, reject) => {
    worker.once('error', reject)
    worker.on('message', (message: WorkerAnswer) => {
      if ('counts' in message) resolve({ ...message, entries })
      else for (const entry of decodeEntries(message)) entries.push(entry)
    })
  })
  return { worker, answer }
}

/** Takes a thread's answer into what is there; the collector is the same one, filled further. */
const combine = (all: PoolResult, { entries, notes, diagnostics, counts }: HelperResult): PoolResult => {
  for (const entry of entries) all.deduper.add(entry)
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
