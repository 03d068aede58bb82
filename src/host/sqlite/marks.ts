/**
 * Driver 2 takes no lock, so what it read counts only if nothing moved under it. Marks are what moves: taken before and after a reading, they say
 * whether it was of one moment. Where `-shm` shows what other processes do, they may go on appending to the write-ahead log meanwhile.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs'

export interface Marks {
  /** A transaction that is under way, or that was broken off and must be rolled back by its owner. */
  readonly hasJournal: boolean
  /** Which file it is. */
  readonly inode: string
  /** What changes with the database file and its log. */
  readonly files: string
  /** What `-shm` says of a database in WAL mode; undefined where there is none. */
  readonly index: IndexMarks | undefined
}

interface IndexMarks {
  /** Changes when the log is begun anew. */
  readonly salt: string
  /** Frames in the log. */
  readonly frames: number
  /** Frames that were, or are about to be, copied into the database file. */
  readonly copied: number
}

/** Bytes of a file from `position` on; fewer, or none, where it ends or is not there. */
const bytesAt = (path: string, position: number, length: number): Buffer => {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(fd, bytes, 0, length, position))
  } finally {
    closeSync(fd)
  }
}

const statMarks = (path: string): string => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : ''
}

/** The first 48 bytes stand there twice. Bytes 120 to 127 are left out: Windows does not let anyone read what is locked. */
const indexMarks = (path: string): IndexMarks | undefined => {
  const head = bytesAt(path, 0, 100)
  const tail = bytesAt(path, 128, 4)
  if (head.length < 100 || tail.length < 4) return undefined
  return {
    salt: head.toString('hex', 32, 40),
    frames: Math.min(head.readUInt32LE(16), head.readUInt32LE(48 + 16)),
    copied: Math.max(head.readUInt32LE(96), tail.readUInt32LE(0)),
  }
}

/** Throws where there is no database file. */
export const marksOf = (path: string): Marks => {
  const stat = statSync(path)
  const header = bytesAt(path, 0, 28)
  const wal = `${path}-wal`
  return {
    hasJournal: (bytesAt(`${path}-journal`, 0, 1)[0] ?? 0) !== 0,
    inode: `${stat.dev} ${stat.ino}`,
    // Bytes 24 to 27 are the change counter; the log's first 32 bytes change when it is begun anew.
    files: [statMarks(path), header.toString('hex', 24), statMarks(wal), bytesAt(wal, 0, 32).toString('hex')].join(),
    index: header[18] === 2 && header[19] === 2 ? indexMarks(`${path}-shm`) : undefined,
  }
}

/** Whether what was read between the two is of one moment. */
export const isStill = (before: Marks, after: Marks): boolean => {
  if (before.hasJournal || after.hasJournal || before.inode !== after.inode) return false
  if (!before.index || !after.index) return !before.index && !after.index && before.files === after.files
  return before.index.salt === after.index.salt && after.index.copied <= before.index.frames
}
