/** The body of a reading thread: reads what it can take of each batch, and sends back what it found when it is asked to. */
import { parentPort } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import { nodeHost } from '../host/node.ts'
import { ColumnWriter } from './columns.ts'
import { taken, type WorkerAnswer, type WorkerMessage } from './pool.ts'
import { Scanner } from './scan.ts'

const writer = new ColumnWriter()
let scanner: Scanner | undefined

const answer = (): void => {
  if (!scanner) return
  const columns = writer.columns()
  parentPort?.postMessage({ columns, ...scanner.result() } satisfies WorkerAnswer, [
    columns.numbers.buffer as ArrayBuffer,
  ])
  parentPort?.close()
}

parentPort?.on('message', (message: WorkerMessage) => {
  if (message === 'answer') answer()
  else if ('detail' in message) scanner = new Scanner(nodeHost(), agents, message.detail, writer)
  else scanner?.readAll(taken(message))
})
