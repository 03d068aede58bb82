/** What the guard does to the machine beside reading: a parameter, so that a test can listen. */
import { fstatSync, readFileSync } from 'node:fs'
import { isTerminal, standard } from '../../host/output.ts'
import { startRefresh } from '../statusline/refresh.ts'

export interface GuardMachine {
  /** What was piped in; undefined for a terminal, for nothing, and for a pipe that stays silent for `limitMs`. */
  readInput(limitMs: number): Promise<string | undefined>
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

/** More is no hook's: a tool's input may hold a whole file, but not this much. */
const MOST_BYTES = 64 << 20

const kindOfInput = (): 'file' | 'stream' | 'none' => {
  try {
    const stat = fstatSync(0)
    if (stat.isFile()) return stat.size <= MOST_BYTES ? 'file' : 'none'
    return stat.isFIFO() || stat.isSocket() ? 'stream' : 'none'
  } catch {
    return 'none' // closed by whoever started us
  }
}

/** A pipe may stay open for ever without a word (CI), and reading it at once would wait as long: so a clock runs along. */
const readStream = (limitMs: number): Promise<string | undefined> =>
  new Promise(resolve => {
    const { stdin } = process
    const chunks: Buffer[] = []
    let size = 0
    const finish = (): void => {
      clearTimeout(timer)
      stdin.removeAllListeners()
      stdin.on('error', () => undefined)
      stdin.destroy()
      resolve(size > 0 ? Buffer.concat(chunks).toString('utf8') : undefined)
    }
    const timer = setTimeout(finish, limitMs)
    stdin.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size > MOST_BYTES) finish()
    })
    stdin.on('end', finish)
    stdin.on('error', finish)
  })

const readInput = async (limitMs: number): Promise<string | undefined> => {
  const kind = kindOfInput()
  if (kind === 'none') return undefined
  return kind === 'file' ? readFileSync(0, 'utf8') : readStream(limitMs)
}

export const realMachine: GuardMachine = {
  readInput,
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
