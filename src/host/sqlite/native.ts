/**
 * Driver 1: the SQLite inside Node (22.15 and newer), for databases in WAL mode that an agent may have open. Its shared lock lets every
 * writer go on. `readonly_shm` keeps it from writing read marks into `-shm` or making one; `readOnly` alone does not.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Row } from '../host.ts'
import { type Connection, columnsOf, FIRST_LOOK, PREPARATION } from './connection.ts'
import { databaseError } from './error.ts'

type Bound = string | number | null

interface NativeStatement {
  iterate(...values: readonly Bound[]): Iterable<Row>
  setReadBigInts(isOn: boolean): void
}

interface NativeDatabase {
  exec(sql: string): void
  prepare(sql: string): NativeStatement
  close(): void
}

interface Sqlite {
  readonly DatabaseSync: new (path: URL, options: { readonly readOnly: true }) => NativeDatabase
}

const isSqlite = (module: object | undefined): module is Sqlite =>
  module !== undefined && 'DatabaseSync' in module && typeof module.DatabaseSync === 'function'

/** Node 22 warns that its SQLite is experimental: nothing that a user could do about it. Other warnings pass. */
const withoutWarning = <T>(load: () => T): T => {
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!/^SQLite is an experimental/.test(String(warning))) Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

const loadSqlite = (): Sqlite | undefined => {
  const module = withoutWarning(() => process.getBuiltinModule?.('node:sqlite'))
  return isSqlite(module) ? module : undefined
}

/** Whether this Node has a SQLite of its own. */
export const hasNative = (): boolean => loadSqlite() !== undefined

/** Bytes 18 and 19 of the file say how it is written and read: 2 is by a write-ahead log. */
const isInWalMode = (path: string): boolean => {
  const header = Buffer.alloc(20)
  const fd = openSync(path, 'r')
  try {
    return readSync(fd, header, 0, 20, 0) === 20 && header[18] === 2 && header[19] === 2
  } finally {
    closeSync(fd)
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** Opens a database where that leaves no trace; undefined where it would, or where Node cannot: driver 2 can, or says what is wrong. */
export const openNative = (path: string): Connection | undefined => {
  if (!isInWalMode(path) || !isThere(`${path}-wal`) || !isThere(`${path}-shm`)) return undefined
  const sqlite = loadSqlite()
  if (!sqlite) return undefined
  const url = pathToFileURL(path)
  url.search = 'readonly_shm=1'
  let database: NativeDatabase | undefined
  try {
    database = new sqlite.DatabaseSync(url, { readOnly: true })
    database.exec([...PREPARATION, FIRST_LOOK].join(';'))
    return new NativeConnection(database)
  } catch {
    database?.close() // Why it failed does not matter: driver 2 is asked next.
    return undefined
  }
}

class NativeConnection implements Connection {
  constructor(private readonly database: NativeDatabase) {}

  *rows(sql: string, ...values: readonly Bound[]): Generator<Row> {
    let given = 0
    try {
      for (const row of this.database.prepare(sql).iterate(...values)) {
        given++
        yield row
      }
    } catch (error) {
      if (!hasCode(error, 'ERR_OUT_OF_RANGE')) throw asDatabaseError(error)
      yield* this.rowsWithBigInts(sql, values, given)
    }
  }

  /** Integers as bigints take half as long again, so they are read so only from the row on that needs it. */
  private *rowsWithBigInts(sql: string, values: readonly Bound[], skipped: number): Generator<Row> {
    const statement = this.database.prepare(sql)
    statement.setReadBigInts(true)
    try {
      for (const row of statement.iterate(...values)) if (skipped-- <= 0) yield withNumbers(row)
    } catch (error) {
      throw asDatabaseError(error)
    }
  }

  columns(table: string): string[] {
    return columnsOf(this, table)
  }

  close(): void {
    this.database.close()
  }
}

const isSafe = (value: bigint): boolean => value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER

const withNumbers = (row: Row): Row => {
  const copy: Record<string, Row[string]> = Object.create(null)
  for (const [name, value] of Object.entries(row))
    copy[name] = typeof value === 'bigint' && isSafe(value) ? Number(value) : value
  return copy
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const asDatabaseError = (error: unknown): unknown =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? databaseError(error.errcode, error.message)
    : error
