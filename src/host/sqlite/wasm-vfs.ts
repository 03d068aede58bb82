/**
 * The file system that the WebAssembly SQLite sees: it opens a database and its write-ahead log for reading, and nothing else. Locks do
 * nothing, writes are refused, and without shared memory (version 1) SQLite makes its index of the log for itself.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { pointersTo, type Typed } from './wasm-functions.ts'
import type { WasmMemory } from './wasm-memory.ts'

export const VFS_NAME = 'tokusage'

const OK = 0
const READONLY = 8
const NOT_FOUND = 12
const CANNOT_OPEN = 14
const IO_ERROR_READ = 266
const IO_ERROR_SHORT_READ = 522
const IO_ERROR_FILE_SIZE = 1802

const OPENS_MAIN = 0x100
const OPENS_LOG = 0x80000
const IS_READ_ONLY = 1
const LONGEST_PATH = 8192

/** `struct sqlite3_file`: a pointer to its methods, and nothing of ours. */
const FILE_SIZE = 4

interface Parts {
  readonly memory: WasmMemory
  readonly table: WebAssembly.Table
  malloc(size: number): number
}

/** Makes the file system; the pointer to its `struct sqlite3_vfs`. */
export const makeVfs = ({ memory, table, malloc }: Parts): number => {
  const struct = (numbers: readonly number[]): number => {
    const pointer = malloc(numbers.length * 4)
    numbers.forEach((value, i) => {
      memory.writeNumber(pointer + i * 4, value)
    })
    return pointer
  }
  const files = new Files(memory)
  const fileMethods = struct([1, ...pointersTo(methodsOfFiles(files, memory), table)])
  const [xOpen, xDelete, xAccess, xFullPathname, ...others] = pointersTo(
    methodsOfVfs(files, memory, fileMethods),
    table,
  )
  const name = malloc(VFS_NAME.length + 1)
  memory.bytes.write(`${VFS_NAME}\0`, name)
  const noLoading = [0, 0, 0, 0]
  const methods = [xOpen!, xDelete!, xAccess!, xFullPathname!, ...noLoading, ...others]
  return struct([1, FILE_SIZE, LONGEST_PATH, 0, name, 0, ...methods])
}

/** Open files by the pointer that SQLite knows them by. */
class Files {
  /** The descriptor; undefined for a log that is not there, which reads like an empty one. */
  private readonly open = new Map<number, number | undefined>()

  constructor(private readonly memory: WasmMemory) {}

  add(file: number, path: string, mayBeAbsent: boolean): void {
    this.open.set(file, mayBeAbsent && !existsSync(path) ? undefined : openSync(path, 'r'))
  }

  close(file: number): void {
    const descriptor = this.open.get(file)
    this.open.delete(file)
    if (descriptor !== undefined) closeSync(descriptor)
  }

  size(file: number): number {
    const descriptor = this.open.get(file)
    return descriptor === undefined ? 0 : fstatSync(descriptor).size
  }

  /** Fills what the file does not reach with zeros; whether it reached all. */
  read(file: number, pointer: number, length: number, position: number): boolean {
    const descriptor = this.open.get(file)
    const { bytes } = this.memory
    let got = 0
    while (descriptor !== undefined && got < length) {
      const count = readSync(descriptor, bytes, pointer + got, length - got, position + got)
      if (count === 0) break
      got += count
    }
    bytes.fill(0, pointer + got, pointer + length)
    return got === length
  }
}

/** An exception must not pass through SQLite: it becomes `failure`, and SQLite's own message. */
const guarded = (failure: number, work: () => number): number => {
  try {
    return work()
  } catch {
    return failure
  }
}

const refuse = (): number => READONLY
const agree = (): number => OK

/** In the order of `struct sqlite3_io_methods`, version 1. */
const methodsOfFiles = (files: Files, memory: WasmMemory): Typed[] => {
  const close = (file: number): number =>
    guarded(OK, () => {
      files.close(file)
      return OK
    })
  const read = (file: number, pointer: number, length: number, position: bigint): number =>
    guarded(IO_ERROR_READ, () => (files.read(file, pointer, length, Number(position)) ? OK : IO_ERROR_SHORT_READ))
  const fileSize = (file: number, result: number): number =>
    guarded(IO_ERROR_FILE_SIZE, () => {
      memory.bytes.writeBigInt64LE(BigInt(files.size(file)), result)
      return OK
    })
  const isReserved = (_file: number, result: number): number => {
    memory.writeNumber(result, 0)
    return OK
  }
  return [
    ['ii', close],
    ['iiiij', read],
    ['iiiij', refuse], // xWrite
    ['iij', refuse], // xTruncate
    ['iii', agree], // xSync
    ['iii', fileSize],
    ['iii', agree], // xLock
    ['iii', agree], // xUnlock
    ['iii', isReserved],
    ['iiii', () => NOT_FOUND], // xFileControl
    ['ii', () => 0], // xSectorSize: the default
    ['ii', () => 0], // xDeviceCharacteristics: none
  ]
}

const MS_PER_DAY = 86_400_000
const JULIAN_DAY_OF_1970 = 2_440_587.5

/** In the order of `struct sqlite3_vfs`, version 1, without those that load extensions. */
const methodsOfVfs = (files: Files, memory: WasmMemory, fileMethods: number): Typed[] => {
  const open = (_vfs: number, name: number, file: number, flags: number, outFlags: number): number =>
    guarded(CANNOT_OPEN, () => {
      memory.writeNumber(file, 0) // without methods it counts as not open
      if (name === 0 || (flags & (OPENS_MAIN | OPENS_LOG)) === 0) return CANNOT_OPEN
      files.add(file, memory.terminated(name), (flags & OPENS_LOG) !== 0)
      memory.writeNumber(file, fileMethods)
      if (outFlags !== 0) memory.writeNumber(outFlags, IS_READ_ONLY | (flags & (OPENS_MAIN | OPENS_LOG)))
      return OK
    })
  /** Journals are looked for in marks.ts: to SQLite there are none, it could not roll them back. */
  const access = (_vfs: number, name: number, _flags: number, result: number): number =>
    guarded(OK, () => {
      const path = memory.terminated(name)
      memory.writeNumber(result, path.endsWith('-wal') && existsSync(path) ? 1 : 0)
      return OK
    })
  const fullPathname = (_vfs: number, name: number, size: number, result: number): number => {
    const end = memory.bytes.indexOf(0, name) + 1
    if (end - name > size) return CANNOT_OPEN
    memory.bytes.copyWithin(result, name, end)
    return OK
  }
  const currentTime = (_vfs: number, result: number): number => {
    memory.bytes.writeDoubleLE(Date.now() / MS_PER_DAY + JULIAN_DAY_OF_1970, result)
    return OK
  }
  return [
    ['iiiiii', open],
    ['iiii', agree], // xDelete: of a log beside an empty file; it stays, and is not read
    ['iiiii', access],
    ['iiiii', fullPathname],
    ['iiii', () => 0], // xRandomness: nothing is written that would have to be random
    ['iii', () => 0], // xSleep
    ['iii', currentTime],
    ['iiii', () => 0], // xGetLastError
  ]
}
