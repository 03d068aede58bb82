/**
 * The store's file format: a head of JSON, then columns of numbers, each in the narrowest type that holds it, so that loading is a copy.
 * Bytes 0–3 a magic number, 4–7 the checksum of all that follows, 8–11 the length of the head, 12–15 the version of the format.
 */
import zlib from 'node:zlib'

/** Raise when older code could misread what newer code writes. */
export const FORMAT = 1

const MAGIC = 0x58494b54 // "TKIX"
const HEAD = 16
/** What the checksum covers begins here, in every version of the format. */
const CHECKED = 8

type Kind = 'same' | 'u8' | 'u16' | 'u32' | 'f64' | 'raw'

interface Column {
  readonly name: string
  readonly kind: Kind
  /** Added to every value; the value itself where all are the same. JSON knows no NaN, so that is null. */
  readonly base: number | null
  /** Offset in the data. */
  readonly at: number
  readonly size: number
}

interface Head {
  readonly facts: unknown
  readonly columns: readonly Column[]
}

export type Numbers = Float64Array | Uint32Array

/** What was read from a file of ours. */
export interface Container {
  readonly facts: unknown
  /** A column as numbers, copied `into` from place `from` on. False where the file has no such column. */
  read(name: string, into: Numbers, from?: number): boolean
  /** Length of a column; 0 where there is none. */
  size(name: string): number
  /** A column that went in as bytes; empty where there is none. Only as long as the file's bytes are. */
  bytes(name: string): Buffer
}

/** CRC-32; zlib has it from Node 20.15 on. */
const checksum = (bytes: Uint8Array): number => {
  if (typeof zlib.crc32 === 'function') return zlib.crc32(bytes)
  let sum = -1
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ ((sum & 1) * 0xedb88320)
  }
  return ~sum >>> 0
}

/** Facts that JSON can hold, and columns, as the bytes of a file. */
export const pack = (facts: unknown, columns: Readonly<Record<string, Numbers | Buffer>>, format = FORMAT): Buffer => {
  let at = 0
  const parts: { readonly column: Column; readonly bytes: Uint8Array }[] = []
  for (const [name, values] of Object.entries(columns)) {
    const { kind, base, bytes } = Buffer.isBuffer(values)
      ? { kind: 'raw' as const, base: 0, bytes: values }
      : narrowed(values)
    parts.push({ column: { name, kind, base, at, size: values.length }, bytes })
    at += Math.ceil(bytes.length / 8) * 8
  }
  const head = Buffer.from(JSON.stringify({ facts, columns: parts.map(part => part.column) } satisfies Head))
  const data = Math.ceil((HEAD + head.length) / 8) * 8
  const file = Buffer.alloc(data + at)
  head.copy(file, HEAD)
  for (const { column, bytes } of parts) file.set(bytes, data + column.at)
  file.writeUInt32LE(MAGIC, 0)
  file.writeUInt32LE(head.length, 8)
  file.writeUInt32LE(format, 12)
  file.writeUInt32LE(checksum(file.subarray(CHECKED)), 4)
  return file
}

const bytesOf = (array: Float64Array | Uint32Array | Uint16Array | Uint8Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

const narrowed = (values: Numbers): { kind: Kind; base: number | null; bytes: Uint8Array } => {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  let isWhole = true
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < least) least = value
    if (value > most) most = value
    if (!Number.isInteger(value)) isWhole = false
  }
  const first = values.length === 0 ? 0 : values[0]!
  // JSON knows no infinities, and null stands for NaN there.
  const isSame = isWhole
    ? least === most
    : Math.abs(first) !== Number.POSITIVE_INFINITY && values.every(value => Object.is(value, first))
  if (values.length === 0 || isSame)
    return { kind: 'same', base: Number.isFinite(first) ? first : null, bytes: new Uint8Array(0) }
  const range = most - least
  if (!isWhole || range > 0xffffffff) return { kind: 'f64', base: 0, bytes: bytesOf(Float64Array.from(values)) }
  const kind = range > 0xffff ? 'u32' : range > 0xff ? 'u16' : 'u8'
  const array = new { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array }[kind](values.length)
  for (let i = 0; i < values.length; i++) array[i] = values[i]! - least
  return { kind, base: least, bytes: bytesOf(array) }
}

/** `damaged`: not what was written. `newer`: written by a version of tokusage that knows more than this one. */
export type Fault = 'damaged' | 'newer'

/** Opens the bytes of a file that `pack` made. */
export const unpack = (file: Buffer): Container | Fault => {
  if (file.length < HEAD || file.readUInt32LE(0) !== MAGIC) return 'damaged'
  if (checksum(file.subarray(CHECKED)) !== file.readUInt32LE(4)) return 'damaged'
  if (file.readUInt32LE(12) > FORMAT) return 'newer'
  const length = file.readUInt32LE(8)
  // What the checksum confirms was written by `pack`.
  const { facts, columns }: Head = JSON.parse(file.toString('utf8', HEAD, HEAD + length))
  const data = Math.ceil((HEAD + length) / 8) * 8
  const known = new Map(columns.map(column => [column.name, column]))
  return {
    facts,
    size: name => known.get(name)?.size ?? 0,
    bytes(name) {
      const column = known.get(name)
      return column ? file.subarray(data + column.at, data + column.at + column.size) : Buffer.alloc(0)
    },
    read(name, into, from = 0) {
      const column = known.get(name)
      if (!column) return false
      copyColumn(column, file, data + column.at, into, from)
      return true
    },
  }
}

const copyColumn = ({ kind, base, size }: Column, file: Buffer, at: number, into: Numbers, from: number): void => {
  if (kind === 'raw') return
  if (kind === 'same') {
    into.fill(base ?? Number.NaN, from, from + size)
    return
  }
  into.set(view(kind, file, at, size), from)
  const added = base ?? 0
  if (added !== 0) for (let i = from; i < from + size; i++) into[i]! += added
}

const view = (kind: Exclude<Kind, 'same' | 'raw'>, file: Buffer, at: number, size: number) => {
  const width = { u8: 1, u16: 2, u32: 4, f64: 8 }[kind]
  // A file's bytes may lie anywhere in memory; wide numbers must not.
  const start = file.byteOffset + at
  const bytes = start % width === 0 ? file : Buffer.from(file.subarray(at, at + size * width))
  const offset = bytes === file ? start : bytes.byteOffset
  if (kind === 'u8') return new Uint8Array(bytes.buffer, offset, size)
  if (kind === 'u16') return new Uint16Array(bytes.buffer, offset, size)
  return kind === 'u32' ? new Uint32Array(bytes.buffer, offset, size) : new Float64Array(bytes.buffer, offset, size)
}
