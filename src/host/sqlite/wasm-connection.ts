/** Driver 2: the WebAssembly SQLite on the file itself. It needs nothing beside the file and leaves nothing; marks.ts tells what its answers are worth. */
import type { Row } from '../host.ts'
import { type Connection, columnsOf, FIRST_LOOK, PREPARATION } from './connection.ts'
import { DatabaseError, databaseError } from './error.ts'
import { forgetSqlite, loadSqlite, type Sqlite } from './wasm.ts'
import { VFS_NAME } from './wasm-vfs.ts'

type Bound = string | number | null
type Value = Row[string]

const OK = 0
const NO_MEMORY = 7
const MISUSE = 21
const ROW = 100
const DONE = 101

const OPEN_READ_ONLY = 1
/** Has SQLite copy a text that it is given. */
const TRANSIENT = -1
const INTEGER = 1
const FLOAT = 2
const TEXT = 3
const BLOB = 4

/** Exclusive: without it SQLite would want shared memory for a database in WAL mode. */
const ALONE = 'PRAGMA locking_mode=EXCLUSIVE'

/** Throws on what is no database. */
export const openWasm = (path: string): Connection => {
  const connection = new WasmConnection(loadSqlite())
  try {
    connection.open(path)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

class WasmConnection implements Connection {
  private database = 0
  private readonly statements = new Set<number>()

  constructor(private readonly sqlite: Sqlite) {}

  open(path: string): void {
    const { c } = this.sqlite
    const code = this.withText(path, name =>
      this.withText(VFS_NAME, vfs =>
        this.withPointer(result => {
          const opened = this.call(() => c.sqlite3_open_v2(name, result, OPEN_READ_ONLY, vfs))
          this.database = this.sqlite.memory.readNumber(result)
          return opened
        }),
      ),
    )
    if (code !== OK) throw this.error(code)
    for (const sql of [ALONE, ...PREPARATION, FIRST_LOOK]) this.execute(sql)
  }

  *rows(sql: string, ...values: readonly Bound[]): Generator<Row> {
    const { c } = this.sqlite
    const statement = this.prepare(sql)
    try {
      values.forEach((value, i) => {
        this.bind(statement, i + 1, value)
      })
      const names = this.names(statement)
      for (;;) {
        const code = this.call(() => c.sqlite3_step(statement))
        if (code === DONE) return
        if (code !== ROW) throw this.error(code)
        yield this.row(statement, names)
      }
    } finally {
      if (this.statements.delete(statement)) c.sqlite3_finalize(statement)
    }
  }

  columns(table: string): string[] {
    return columnsOf(this, table)
  }

  close(): void {
    const { c } = this.sqlite
    this.call(() => {
      for (const statement of this.statements) c.sqlite3_finalize(statement)
      this.statements.clear()
      return c.sqlite3_close_v2(this.database)
    })
    this.database = 0
  }

  private execute(sql: string): void {
    for (const _ of this.rows(sql));
  }

  private prepare(sql: string): number {
    const { c, memory } = this.sqlite
    return this.withText(sql, text =>
      this.withPointer(result => {
        const code = this.call(() => c.sqlite3_prepare_v2(this.database, text, -1, result, 0))
        if (code !== OK) throw this.error(code)
        const statement = memory.readNumber(result)
        if (statement === 0) throw databaseError(MISUSE, 'an empty query')
        this.statements.add(statement)
        return statement
      }),
    )
  }

  private bind(statement: number, index: number, value: Bound): void {
    const { c } = this.sqlite
    const code =
      typeof value === 'string'
        ? this.withText(value, (text, size) => c.sqlite3_bind_text(statement, index, text, size, TRANSIENT))
        : value === null
          ? c.sqlite3_bind_null(statement, index)
          : Number.isSafeInteger(value)
            ? c.sqlite3_bind_int64(statement, index, BigInt(value))
            : c.sqlite3_bind_double(statement, index, value)
    if (code !== OK) throw this.error(code)
  }

  private names(statement: number): string[] {
    const { c, memory } = this.sqlite
    return Array.from({ length: c.sqlite3_column_count(statement) }, (_, i) =>
      memory.terminated(c.sqlite3_column_name(statement, i)),
    )
  }

  private row(statement: number, names: readonly string[]): Row {
    // An object without prototype is several times slower to fill; only this one name needs it.
    const row: Record<string, Value> = names.includes('__proto__') ? Object.create(null) : {}
    for (let i = 0; i < names.length; i++) row[names[i]!] = this.value(statement, i)
    return row
  }

  private value(statement: number, column: number): Value {
    const { c, memory } = this.sqlite
    switch (c.sqlite3_column_type(statement, column)) {
      case INTEGER: {
        const value = c.sqlite3_column_double(statement, column)
        return Number.isSafeInteger(value) ? value : c.sqlite3_column_int64(statement, column)
      }
      case FLOAT:
        return c.sqlite3_column_double(statement, column)
      case TEXT: {
        const pointer = c.sqlite3_column_text(statement, column)
        const length = c.sqlite3_column_bytes(statement, column)
        if (pointer === 0) throw this.error(NO_MEMORY)
        return memory.text(pointer, length)
      }
      case BLOB: {
        const pointer = c.sqlite3_column_blob(statement, column)
        return Uint8Array.from(memory.bytes.subarray(pointer, pointer + c.sqlite3_column_bytes(statement, column)))
      }
      default:
        return null
    }
  }

  /** A call that may fail inside SQLite, as on a file made to break it. */
  private call(work: () => number): number {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error
      forgetSqlite()
      throw new DatabaseError('SQLITE_INTERNAL', error.message)
    }
  }

  private error(code: number): DatabaseError {
    const { c, memory } = this.sqlite
    return databaseError(
      code,
      this.database === 0 ? 'out of memory' : memory.terminated(c.sqlite3_errmsg(this.database)),
    )
  }

  private withText<T>(text: string, work: (pointer: number, size: number) => T): T {
    const { c, memory } = this.sqlite
    const size = Buffer.byteLength(text)
    const pointer = this.allocate(size + 1)
    memory.bytes.write(text, pointer)
    memory.bytes[pointer + size] = 0
    try {
      return work(pointer, size)
    } finally {
      c.free(pointer)
    }
  }

  private withPointer<T>(work: (pointer: number) => T): T {
    const pointer = this.allocate(4)
    try {
      return work(pointer)
    } finally {
      this.sqlite.c.free(pointer)
    }
  }

  private allocate(size: number): number {
    const pointer = this.sqlite.c.malloc(size)
    if (pointer === 0) throw databaseError(NO_MEMORY, 'out of memory')
    return pointer
  }
}
