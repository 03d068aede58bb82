/** The few small files of the status line: read without waiting, whatever lies there, and written to only in our own folder. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type LimitReading, limitLine } from '../../core/limit.ts'
import { makeFolder } from '../../host/folder.ts'

/** A named pipe in the place of a file must not keep us waiting. */
const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants

const withFile = <T>(path: string, flags: number, use: (fd: number, size: number) => T): T | undefined => {
  const fd = openSync(path, flags, 0o600)
  try {
    const stat = fstatSync(fd)
    return stat.isFile() ? use(fd, stat.size) : undefined
  } finally {
    closeSync(fd)
  }
}

/** The last `most` bytes of a file; undefined where there is none to be read. */
export const readEnd = (path: string, most: number): string | undefined => {
  try {
    return withFile(path, O_RDONLY | O_NONBLOCK, (fd, size) => {
      const bytes = Buffer.alloc(Math.min(size, most))
      const length = readSync(fd, bytes, 0, bytes.length, Math.max(0, size - most))
      return bytes.toString('utf8', 0, length)
    })
  } catch {
    return undefined // absent and unreadable are alike
  }
}

/** Adds readings to the journal in one write. `end` is how the journal ended: a line that a crash cut off must not swallow ours. */
export const appendToJournal = (path: string, readings: readonly LimitReading[], end: string): boolean => {
  const text = (end === '' || end.endsWith('\n') ? '' : '\n') + readings.map(limitLine).join('')
  const append = () => {
    withFile(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, fd => writeSync(fd, text))
    return true
  }
  try {
    return append()
  } catch {
    try {
      makeFolder(dirname(path))
      return append()
    } catch {
      return false // a folder that cannot be written to: nothing is remembered
    }
  }
}

/** Folders above which no repository is looked for. */
const DEPTH = 40
const HEAD_BYTES = 4096

/** The branch that is checked out in a folder or above it, as git's own files say; no git is run. */
export const branchOf = (folder: string): string | undefined => {
  let at = resolve(folder)
  for (let depth = 0; depth < DEPTH; depth++) {
    const link = /^gitdir: (.+)/.exec(readEnd(join(at, '.git'), HEAD_BYTES) ?? '')?.[1]
    const head = readEnd(join(link === undefined ? join(at, '.git') : resolve(at, link.trim()), 'HEAD'), HEAD_BYTES)
    if (head !== undefined) return /^ref: refs\/heads\/(.+)/.exec(head)?.[1]?.trim() ?? head.trim().slice(0, 8)
    const above = dirname(at)
    if (above === at) return undefined
    at = above
  }
  return undefined
}

/** Keeps the line that was last shown, for when nothing newer comes in time; whole or not at all, for another may just be reading it. */
export const keepLine = (path: string, line: string): void => {
  // What is fresh is known by its time.
  if (keptLine(path) === line) return
  const draft = `${path}.${process.pid}`
  const write = (): void => {
    writeFileSync(draft, line, { mode: 0o600 })
    renameSync(draft, path)
  }
  try {
    write()
  } catch {
    try {
      makeFolder(dirname(path))
      write()
    } catch {
      // a folder that cannot be written to: a late line is made of the figures alone
    }
  }
}

/** The line that was shown a moment ago; undefined where there is none. */
export const keptLine = (path: string): string | undefined => {
  try {
    const age = Date.now() - statSync(path).mtimeMs
    return age >= 0 && age < FRESH_MS ? readEnd(path, LINE_BYTES) || undefined : undefined
  } catch {
    return undefined // never shown
  }
}

/** A line that was not shown for longer says what was then. */
const FRESH_MS = 60_000
const LINE_BYTES = 4096
