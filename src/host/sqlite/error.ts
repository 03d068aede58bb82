/** What goes wrong with a database, with the short name that diagnostics show. */

/** SQLite's primary result codes, from 1 on. */
const NAMES =
  'ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB'.split(
    ' ',
  )

export class DatabaseError extends Error {
  constructor(
    /** `SQLITE_CORRUPT`, `SQLITE_NOTADB`, …, or `EBUSY` for one that its owner never stopped writing. */
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'DatabaseError'
  }
}

/** `resultCode` may be an extended one. */
export const databaseError = (resultCode: number, message: string): DatabaseError =>
  new DatabaseError(`SQLITE_${NAMES[(resultCode & 0xff) - 1] ?? resultCode}`, message)
