/** The machine, as everything else sees it: a parameter, so that a test can be one. */

export interface DirectoryEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other'
  readonly size: number
  readonly mtimeMs: number
  readonly device: number
  readonly inode: number
}

/** An open file, read only. */
export interface ByteReader {
  /** Reads into `buffer` from `offset` on; the number of bytes read, 0 at the end. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): number
  close(): void
}

/** A row of a database, by column. */
export type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>

/** A SQLite database, opened for reading only: nothing is locked, written or left behind. */
export interface Database {
  /** The rows of a query, one after the other; throws on a faulty query or a damaged file. */
  rows(sql: string, ...values: readonly (string | number | null)[]): Iterable<Row>
  /** The columns of a table; empty when there is no such table. */
  columns(table: string): readonly string[]
}

/** Our own data folder: the only place that is written to. Everything throws on failure but what is said to be absent. */
export interface Disk {
  readonly pid: number
  /** Undefined when there is no such file. */
  read(path: string): Buffer | undefined
  /** Names in a folder; empty when there is none. */
  list(folder: string): readonly string[]
  /** With all above it, for the user alone (0700). */
  makeFolder(folder: string): void
  /** A whole file, for the user alone (0600), on the medium when this returns. */
  write(path: string, bytes: Uint8Array): void
  /** Puts bytes behind those of a file, at once and whole: several processes may. */
  append(path: string, bytes: Uint8Array): void
  /** As `write`, but false when there is such a file. */
  create(path: string, bytes: Uint8Array): boolean
  /** Gives a file a second name; false when that is taken. Of several who try, one succeeds. */
  link(from: string, to: string): boolean
  rename(from: string, to: string): void
  /** Also when it is not there. */
  remove(path: string): void
  /** Sets a file's time to now. */
  touch(path: string): void
  /** Whether a process runs. */
  isAlive(pid: number): boolean
  sleep(ms: number): void
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

export interface Host {
  readonly platform: NodeJS.Platform
  env(name: string): string | undefined
  /** A path under the user's home. */
  home(...parts: string[]): string
  /** The folder the command runs in. */
  readonly cwd: string
  /** Epoch ms. */
  now(): number
  /** The system's IANA time zone. */
  readonly timeZone: string
  /** How many threads may read at once, this one included. */
  readonly threads: number
  /** Entries of a folder; throws when it cannot be read. */
  readDirectory(path: string): DirectoryEntry[]
  /** Follows links; undefined when there is nothing. */
  stat(path: string): FileStat | undefined
  open(path: string): ByteReader
  /**
   * Hands an open database to `read`, and its answer back. What is committed in the write-ahead log is seen. `read` may run again when the
   * agent wrote meanwhile, so it must not keep what it did before. Throws on what is no database, and when the agent never paused.
   */
  withDatabase<T>(path: string, read: (database: Database) => T): Promise<T>
  /** A whole small text file; undefined when it is not there or cannot be read. */
  readText(path: string): string | undefined
  /** Writes whole and atomically (temporary file, rename), folders 0700, file 0600; throws on failure. */
  writeText(path: string, text: string): void
  readonly disk: Disk
  /** One GET with a limit in ms; throws on failure. Called only where the user asked for the network. */
  get(url: string, limitMs: number): Promise<HttpAnswer>
  /** Path of a file that ships with the package (`rates.json`, `demo`, …). */
  asset(name: string): string
}
