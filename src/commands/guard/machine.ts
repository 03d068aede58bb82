/** What the guard does to the machine beside reading: a parameter, so that a test can listen. */
import { isTerminal, standard } from '../../host/output.ts'
import { startRefresh } from '../statusline/refresh.ts'
import { StandardInput } from './input.ts'

export interface GuardMachine {
  /** What was piped in; undefined for a terminal, for nothing, and for a pipe that stays silent for `limitMs` from the first call on. */
  readInput(limitMs: number): Promise<string | undefined>
  /** Whether what is read is not all yet. */
  isInputOpen(): boolean
  print(text: string): void
  printError(text: string): void
  /** Since the process began, ms. */
  elapsedMs(): number
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Has the figures brought up to date in the background, unless somebody is at it, or `isDone` by then. */
  refresh(folder: string, key: string, isDone: () => boolean): Promise<void>
  /** Tells the desktop, and the terminal where there is one; nobody waits. */
  notify(title: string, text: string): Promise<void>
  /** Sends in the background. */
  postInBackground(url: string, body: string): Promise<void>
  /** Sends and waits; why it failed. */
  post(url: string, body: string): Promise<string | undefined>
}

const input = new StandardInput()

export const realMachine: GuardMachine = {
  readInput: limitMs => input.read(limitMs),
  isInputOpen: () => input.isOpen,
  print: text => standard.write(1, text),
  printError: text => standard.write(2, text),
  elapsedMs: () => performance.now(),
  environment: process.env,
  async refresh(folder, key, isDone) {
    const [, program] = process.argv
    if (program !== undefined) await startRefresh({ folder, key, data: [], program, isDone })
  },
  async notify(title, text) {
    const { notify, terminalNotice } = await import('../../host/notify.ts')
    if (isTerminal(2)) standard.write(2, terminalNotice(`${title}: ${text}`))
    notify(process.platform, title, text)
  },
  postInBackground: async (url, body) => (await import('../../host/post.ts')).postInBackground(url, body),
  post: async (url, body) => (await import('../../host/post.ts')).post(url, body),
}
