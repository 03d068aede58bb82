/**
 * What the agent hands over on standard input. Nobody may keep the line waiting: a pipe or socket that stays open and silent is given up. Reading
 * at once (`readSync`) is free but may block for ever; in the thread pool it comes back in time, but then the process cannot end while the read
 * is pending. So pipes and sockets (what Claude Code uses) go through Node's stream, at 4 ms.
 */
import { fstatSync, readSync } from 'node:fs'

export interface Handed {
  readonly value: unknown
  readonly isLate: boolean
}

/** What Claude Code says is 2 kB. */
const MOST_BYTES = 1 << 20

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // not all of it yet, or no JSON: as good as nothing
  }
}

const readFile = (): unknown => {
  const bytes = Buffer.alloc(MOST_BYTES)
  let length = 0
  for (;;) {
    const read = readSync(0, bytes, length, MOST_BYTES - length, null)
    if (read === 0) return parsed(bytes.subarray(0, length))
    length += read
  }
}

const CLOSING_BRACE = 0x7d

const readStream = (limitMs: number): Promise<Handed> =>
  new Promise(resolve => {
    const { stdin } = process
    let bytes: Buffer = Buffer.alloc(0)
    const end = (value: unknown, isLate = false): void => {
      clearTimeout(timer)
      stdin.removeAllListeners()
      stdin.on('error', () => {}) // of a stream that nobody reads any more
      stdin.destroy()
      resolve({ value, isLate })
    }
    const timer = setTimeout(() => end(undefined, true), limitMs)
    stdin.on('data', (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      if (bytes.length > MOST_BYTES) end(undefined)
      // Who writes need not close.
      const last = bytes.findLastIndex(byte => byte > 0x20)
      const value = bytes[last] === CLOSING_BRACE ? parsed(bytes) : undefined
      if (value !== undefined) end(value)
    })
    stdin.on('end', () => end(undefined))
    stdin.on('error', () => end(undefined))
  })

/** What was handed over: undefined for a terminal, `/dev/null` and what is no JSON; late where it did not come within `limitMs`. */
export const readInputJson = async (limitMs: number): Promise<Handed> => {
  const nothing = { value: undefined, isLate: false }
  try {
    const stat = fstatSync(0)
    if (stat.isFile()) return { value: readFile(), isLate: false }
    return stat.isFIFO() || stat.isSocket() ? await readStream(limitMs) : nothing
  } catch {
    return nothing // closed, or not to be read
  }
}
