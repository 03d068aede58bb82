/** The body of a reading thread: reads what it can take of each batch, and sends back what it found when it is asked to. */
import { parentPort } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import { nodeHost } from '../host/node.ts'
import { encodeEntries } from './columns.ts'
import { taken, type WorkerAnswer, type WorkerMessage } from './pool.ts'
import { Scanner } from './scan.ts'

let scanner: Scanner | undefined

const answer = (): void => {
  if (!scanner) return
  const { deduper, ...rest } = scanner.result()
  const columns = encodeEntries([...deduper.rows()])
  parentPort?.postMessage({ columns, ...rest } satisfies WorkerAnswer, [columns.numbers.buffer as ArrayBuffer])
  parentPort?.close()
}

parentPort?.on('message', (message: WorkerMessage) => {
  if (message === 'answer') answer()
  else if ('detail' in message) scanner = new Scanner(nodeHost(), agents, message.detail)
  else scanner?.readAll(taken(message))
})
