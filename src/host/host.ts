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
  /** A whole small text file; undefined when it is not there or cannot be read. */
  readText(path: string): string | undefined
  /** Writes whole and atomically (temporary file, rename), folders 0700, file 0600; throws on failure. */
  writeText(path: string, text: string): void
  /** One GET with a limit in ms; throws on failure. Called only where the user asked for the network. */
  get(url: string, limitMs: number): Promise<HttpAnswer>
  /** Path of a file that ships with the package (`rates.json`, `demo`, …). */
  asset(name: string): string
}
