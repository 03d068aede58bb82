/** The body of a reading thread: waits for its task, takes sources from the shared queue and sends back what it found. */
import { parentPort } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import { nodeHost } from '../host/node.ts'
import { encodeEntries } from './columns.ts'
import { sharedQueue, type WorkerAnswer, type WorkerTask } from './pool.ts'
import { scan } from './scan.ts'

parentPort?.once('message', ({ sources, detail, counter }: WorkerTask) => {
  const { deduper, ...rest } = scan(nodeHost(), agents, sources, detail, sharedQueue(counter))
  const columns = encodeEntries([...deduper.rows()])
  parentPort?.postMessage({ columns, ...rest } satisfies WorkerAnswer, [columns.numbers.buffer as ArrayBuffer])
})
