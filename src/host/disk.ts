/** Writing on the real disk: whole files under their final name or none, for the user alone. */
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { makeFolder } from './folder.ts'
import type { Disk } from './host.ts'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const writeAll = (path: string, bytes: Uint8Array, flag: 'w' | 'wx'): void => {
  const fd = openSync(path, flag, 0o600)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export const disk: Disk = {
  pid: process.pid,
  read(path) {
    try {
      return readFileSync(path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
      throw error
    }
  },
  list(folder) {
    try {
      return readdirSync(folder)
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
      throw error
    }
  },
  makeFolder,
  write: (path, bytes) => writeAll(path, bytes, 'w'),
  append: (path, bytes) => appendFileSync(path, bytes, { mode: 0o600 }),
  create(path, bytes) {
    try {
      writeAll(path, bytes, 'wx')
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  },
  link(from, to) {
    try {
      linkSync(from, to)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  },
  rename: renameSync,
  remove: path => rmSync(path, { force: true }),
  touch(path) {
    const now = new Date()
    utimesSync(path, now, now)
  },
  isAlive(pid) {
    try {
      process.kill(pid, 0)
      return true
    } catch (error) {
      return codeOf(error) === 'EPERM' // it lives, and is somebody else's
    }
  },
  sleep: ms => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
}
