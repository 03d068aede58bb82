/** The body of a reading thread: reads what it can take of each batch, and sends back what it found when it is asked to. */
import type { MessagePort } from 'node:worker_threads'
import { agents } from '../agents/index.ts'
import { NUMBERS, TEXTS } from '../core/entry-table.ts'
import { itemColumns } from '../core/item-table.ts'
import { nodeHost } from '../host/node.ts'
import { taken, type WorkerAnswer, type WorkerMessage } from './pool.ts'
import { Scanner } from './scan.ts'

/** Works for the thread at the other end of `port` until it has answered. */
export const work = (port: MessagePort): void => {
  let scanner: Scanner | undefined
  const answer = (): void => {
    if (scanner) {
      const { table, items, readings } = scanner.result()
      const message: WorkerAnswer = { table, items, readings: JSON.stringify(readings) }
      const columns = [
        ...NUMBERS.map(name => table.numbers[name]),
        ...TEXTS.map(name => table.places[name]),
        ...(items ? itemColumns(items) : []),
      ]
      const buffers = columns.map(column => column.buffer).filter(buffer => buffer instanceof ArrayBuffer)
      port.postMessage(message, buffers)
    }
    port.close()
  }
  port.on('message', (message: WorkerMessage) => {
    if (message === 'answer') answer()
    else if ('detail' in message) scanner = new Scanner(nodeHost(), agents, message)
    else for (const job of taken(message)) scanner?.read(job)
  })
}
