/** Reads sources on several threads, which take them from shared batches. */
import { createRequire } from 'node:module'
import type { Worker } from 'node:worker_threads'
import type { Agent } from '../agents/define.ts'
import type { EntryTable } from '../core/entry-table.ts'
import type { ItemTable } from '../core/item-table.ts'
import type { ScanJob, SourceReading, ThreadReading } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import { Scanner, type ScanRequest } from './scan.ts'

/** A second thread takes about 30 ms to start: not worth it for less than this. */
const WORTH_A_THREAD = 24 * 1024 * 1024

/** Files from here on are read first: one taken last would leave the other threads with nothing to do. */
const LARGE_FILE = 8 * 1024 * 1024

/** New batches come in once so many bytes were found. */
const BATCH_BYTES = 128 * 1024 * 1024

/** Sources that were found together, the largest first. All threads that read them share the counter. */
export interface Batch {
  readonly jobs: readonly ScanJob[]
  readonly counter: SharedArrayBuffer
}

/** What a worker thread is told: what to do, then batch after batch, then to answer. */
export type WorkerMessage = ScanRequest | Batch | 'answer'

/** What a thread found: readings cross as one text, which is faster than many objects. */
export interface WorkerAnswer {
  readonly table: EntryTable
  readonly items?: ItemTable | undefined
  readonly readings: string
}

/** The jobs of a batch that no other thread has taken. */
export function* taken({ jobs, counter }: Batch): Iterable<ScanJob> {
  const view = new Int32Array(counter)
  for (let i = Atomics.add(view, 0, 1); i < jobs.length; i = Atomics.add(view, 0, 1)) yield jobs[i]!
}

export interface PoolRequest extends ScanRequest {
  /** Told how many of how many bytes all threads have read or begun to read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Reads jobs while more of them come in, with as many threads as they are worth. */
export class Pool {
  private readonly helpers: Helper[] = []
  private readonly batches: Batch[] = []
  private readonly databases: ScanJob[] = []
  private bytes = 0
  private jobs = 0
  /** What is not in a batch yet. */
  private waiting: ScanJob[] = []
  private waitingBytes = 0
  private readonly large: ScanJob[] = []

  constructor(
    private readonly host: Host,
    private readonly agents: readonly Agent[],
    private readonly request: PoolRequest,
  ) {}

  /** Helpers start, and start reading, while more sources are being found: looking through a thousand folders takes time. */
  add(job: ScanJob): void {
    if (job.source.kind === 'database') {
      this.databases.push(job)
      return
    }
    const size = sizeOf(job)
    this.jobs++
    if (size >= LARGE_FILE) this.large.push(job)
    else {
      this.waiting.push(job)
      this.waitingBytes += size
    }
    this.bytes += size
    const worth = Math.min(this.host.threads - 1, Math.floor(this.bytes / WORTH_A_THREAD), this.jobs - 1)
    if (this.helpers.length < worth) this.helpers.push(startHelper(this.request, this.batches))
    if (this.helpers.length > 0 && this.waitingBytes >= BATCH_BYTES) this.closeBatch()
  }

  async read(): Promise<readonly ThreadReading[]> {
    const { host, agents, request, helpers } = this
    if (this.jobs + this.databases.length === 0) return []
    this.closeBatch()
    this.waiting = this.large
    this.closeBatch()
    for (const { worker } of helpers) worker.postMessage('answer' satisfies WorkerMessage)
    const scanner = new Scanner(host, agents, request)
    for (const job of this.remaining()) scanner.read(job)
    for (const job of this.databases) await scanner.readDatabase(job)
    return [scanner.result(), ...(await Promise.all(helpers.map(helper => helper.answer)))]
  }

  private closeBatch(): void {
    const jobs = this.waiting.sort((a, b) => sizeOf(b) - sizeOf(a))
    const batch: Batch = { jobs, counter: new SharedArrayBuffer(4) }
    this.waiting = []
    this.waitingBytes = 0
    this.batches.push(batch)
    for (const { worker } of this.helpers) worker.postMessage(batch satisfies WorkerMessage)
  }

  /** Helpers go through the batches from the first one on; this thread comes from the other end, where the large files are. */
  private *remaining(): Iterable<ScanJob> {
    let done = 0
    for (const batch of [...this.batches].reverse()) {
      for (const job of taken(batch)) {
        this.request.onProgress?.(done, this.bytes)
        yield job
        // Where helpers read along, as much again is done elsewhere.
        done = Math.min(this.bytes, done + sizeOf(job) * (this.helpers.length + 1))
      }
    }
  }
}

/** Bytes that a job has to read. */
const sizeOf = ({ source, from }: ScanJob): number => Math.max(0, source.size - (from?.position ?? 0))

interface Helper {
  readonly worker: Worker
  readonly answer: Promise<ThreadReading>
}

/** Garbage is short-lived here: room for it spares the collector half its work. */
const YOUNG_MB = 64

/** Node's threads are loaded where they are used: most runs read little. */
const startHelper = ({ detail, isResumable, isForItems }: ScanRequest, batches: readonly Batch[]): Helper => {
  const threads: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads')
  const worker = new threads.Worker(new URL('./thread.cjs', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  for (const message of [{ detail, isResumable, isForItems }, ...batches])
    worker.postMessage(message satisfies WorkerMessage)
  const answer = new Promise<ThreadReading>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', ({ table, items, readings }: WorkerAnswer) =>
      resolve({ table, items, readings: readingsOf(readings) }),
    )
  })
  return { worker, answer }
}

const readingsOf = (json: string): readonly SourceReading[] => {
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) ? list : []
}
