/** The door of a reading thread: the program itself, so that its compiled code is made ready once for all threads. */
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { withProgram } from './code-cache.ts'

void withProgram(join(__dirname, 'main.cjs'), undefined, require, async program => {
  if (parentPort) await program.work(parentPort)
})
