/** Opens databases for reading without locking, changing or leaving anything: README.md says which driver reads which. */
import { realpathSync } from 'node:fs'
import type { Database } from '../host.ts'
import type { Connection } from './connection.ts'
import { DatabaseError } from './error.ts'
import { isStill, marksOf } from './marks.ts'
import { openNative } from './native.ts'

/** Pauses between readings that were disturbed: half a second in all. */
const PAUSES_MS = [5, 10, 20, 40, 80, 120, 120, 120]

/** See `Host.withDatabase`. */
export const withDatabase = async <T>(path: string, read: (database: Database) => T): Promise<T> => {
  const file = realpathSync(path) // SQLite keeps -wal beside the file itself, not beside a link to it
  const connection = openNative(file)
  return connection ? readAndClose(connection, read) : readUndisturbed(file, read)
}

const readAndClose = <T>(connection: Connection, read: (database: Database) => T): T => {
  try {
    return read(connection)
  } finally {
    connection.close()
  }
}

/** With driver 2, again and again until nobody wrote meanwhile. What a disturbed reading found or threw is forgotten. */
export const readUndisturbed = async <T>(file: string, read: (database: Database) => T): Promise<T> => {
  const { openWasm } = await import('./wasm-connection.ts')
  for (const pause of [...PAUSES_MS, undefined]) {
    const before = marksOf(file)
    const answer = before.hasJournal ? undefined : attempt(() => readAndClose(openWasm(file), read))
    if (answer && isStill(before, marksOf(file))) return answer()
    if (pause !== undefined) await new Promise(resolve => setTimeout(resolve, pause))
  }
  throw new DatabaseError('EBUSY', `${file} was written to all the time, or a transaction was left unfinished`)
}

/** What `work` came to, to be taken or thrown later. */
const attempt = <T>(work: () => T): (() => T) => {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}
