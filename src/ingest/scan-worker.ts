/** The body of a reading thread: takes sources from the shared queue and sends back what it found, as columns. */
import { parentPort, workerData } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import { nodeHost } from '../host/node.ts'
import { encodeEntries } from './columns.ts'
import { sharedQueue, type WorkerAnswer, type WorkerTask } from './pool.ts'
import { scan } from './scan.ts'

const { sources, detail, counter }: WorkerTask = workerData
const { deduper, ...rest } = scan(nodeHost(), agents, sources, detail, sharedQueue(counter))
const columns = encodeEntries([...deduper.rows()])
const answer: WorkerAnswer = { columns, ...rest }
parentPort?.postMessage(answer, [columns.numbers.buffer as ArrayBuffer])
