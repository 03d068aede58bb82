/** Asks a person, on standard error so that the answer of a command stays clean. */
import { createInterface } from 'node:readline'
import { isatty } from 'node:tty'
import { isTerminal } from '../host/output.ts'

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => isTerminal(2) && isatty(0)

/** True for `y` and `yes`; the end of the input and Ctrl-C are no. */
export const confirm = (question: string): Promise<boolean> =>
  new Promise(resolve => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    lines.on('close', () => resolve(false))
    lines.question(question, answer => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      lines.close()
    })
  })
