/**
 * Standard output and error. Node's own streams bring half its network code along, 8 ms at every start, so they are only touched on a
 * terminal; files and pipes are written to directly.
 */
import { fstatSync, writeSync } from 'node:fs'

export type OutputNumber = 1 | 2

const streamOf = (fd: OutputNumber) => (fd === 1 ? process.stdout : process.stderr)

const isDevice = (fd: OutputNumber): boolean => {
  try {
    return fstatSync(fd).isCharacterDevice()
  } catch {
    return false // closed by whoever started us
  }
}

export const isTerminal = (fd: OutputNumber): boolean => isDevice(fd) && streamOf(fd).isTTY === true

/** Columns of the terminal; undefined where there is none. */
export const terminalColumns = (fd: OutputNumber): number | undefined =>
  isTerminal(fd) ? streamOf(fd).columns : undefined

/** Milliseconds to wait for a reader that is slower than we are. */
const PAUSE_MS = 2

/** Writes all of it before it returns. Throws EPIPE when the reader is gone. */
const write = (fd: OutputNumber, text: string): void => {
  if (isDevice(fd)) {
    streamOf(fd).write(text)
    return
  }
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

/** Where everything is printed to. An object, so that a test can listen. */
export const standard = { write }
