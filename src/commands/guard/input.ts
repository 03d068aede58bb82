/**
 * What is piped in, and whether more may come. A pipe may stay open for ever without a word (CI), and reading it at once would wait as long: so a
 * clock runs along. What was read is kept, for it is asked for more than once.
 */
import { fstatSync, readFileSync } from 'node:fs'

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

export class StandardInput {
  private readonly chunks: Buffer[] = []
  private size = 0
  /** Whether a pipe was not at its end when it was last looked at. */
  isOpen = false
  private kind: ReturnType<typeof kindOfInput> | undefined
  private since = 0

  /** All there is when it ends, or `limitMs` after it was first asked for. */
  async read(limitMs: number): Promise<string | undefined> {
    if (this.kind === undefined) this.begin(kindOfInput())
    const leftMs = this.since + limitMs - performance.now()
    if (this.isOpen && leftMs > 0) await this.listen(leftMs)
    return this.size > 0 ? Buffer.concat(this.chunks).toString('utf8') : undefined
  }

  private begin(kind: ReturnType<typeof kindOfInput>): void {
    this.kind = kind
    this.since = performance.now()
    this.isOpen = kind === 'stream'
    if (kind !== 'file') return
    try {
      this.take(readFileSync(0))
    } catch {
      // opened for writing only: it says nothing
    }
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.size += chunk.length
  }

  private listen(limitMs: number): Promise<void> {
    return new Promise(resolve => {
      const { stdin } = process
      const rest = (): void => {
        clearTimeout(timer)
        stdin.removeAllListeners()
        stdin.on('error', () => undefined) // nobody reads any more
        // A pipe that is listened to would keep the process from ending.
        stdin.pause()
        stdin.unref()
        resolve()
      }
      const end = (): void => {
        this.isOpen = false
        rest()
        stdin.destroy()
      }
      const timer = setTimeout(rest, limitMs)
      stdin.on('data', (chunk: Buffer) => {
        this.take(chunk)
        if (this.size > MOST_BYTES) end()
      })
      stdin.on('end', end)
      stdin.on('error', end)
      stdin.ref()
      stdin.resume()
    })
  }
}
