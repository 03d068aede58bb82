/** The body of a reading thread: reads what it can take of each batch, and sends back what it found when it is asked to. */
import { parentPort } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import type { UsageEntry } from '../core/entry.ts'
import { nodeHost } from '../host/node.ts'
import { ColumnWriter } from './columns.ts'
import { type Batch, taken, type WorkerAnswer, type WorkerMessage } from './pool.ts'
import { Scanner } from './scan.ts'

let writer = new ColumnWriter()
let scanner: Scanner | undefined

const send = (answer: WorkerAnswer, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(answer, transfer)

const readBatch = (batch: Batch): void => {
  scanner?.readAll(taken(batch))
  const columns = writer.columns()
  writer = new ColumnWriter()
  send(columns, [columns.numbers.buffer])
}

const answer = (): void => {
  if (scanner) send(scanner.result())
  parentPort?.close()
}

const collector = { add: (entry: UsageEntry): void => writer.add(entry) }

parentPort?.on('message', (message: WorkerMessage) => {
  if (message === 'answer') answer()
  else if ('detail' in message) scanner = new Scanner(nodeHost(), agents, message.detail, collector)
  else readBatch(message)
})
