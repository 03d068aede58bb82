/** Blocks of zstd: literals, and sequences that copy them and what came before. RFC 8878 §3.1.1.3. */
import { BackwardBits, fail } from './bits.ts'
import { buildFse, constantFse, FseState, type FseTable, readFse } from './fse.ts'
import { decodeHuffman, type HuffmanTable, readHuffman } from './huffman.ts'
import type { Output } from './output.ts'

/** What a block may take over from the one before. */
export interface BlockState {
  huffman?: HuffmanTable
  literalLengths?: FseTable
  offsets?: FseTable
  matchLengths?: FseTable
  readonly repeats: [number, number, number]
}

export const MOST_IN_BLOCK = 128 * 1024

// biome-ignore format: tables
const literalBases = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]
// biome-ignore format: tables
const literalBits = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
// biome-ignore format: tables
const matchBases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539]
// biome-ignore format: tables
const matchBits = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]

// biome-ignore format: tables
const defaultLiteralLengths = [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1]
// biome-ignore format: tables
const defaultMatchLengths = [1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1]
// biome-ignore format: tables
const defaultOffsets = [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]

/** Decodes the compressed block `bytes[start, end)`. */
export const readBlock = (bytes: Uint8Array, start: number, end: number, state: BlockState, out: Output): void => {
  const { literals, end: behind } = readLiterals(bytes, start, end, state)
  readSequences(bytes, behind, end, literals, state, out)
}

interface Literals {
  readonly literals: Uint8Array
  readonly end: number
}

const littleEndian = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0
  for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i)
  return value
}

const readLiterals = (bytes: Uint8Array, start: number, limit: number, state: BlockState): Literals => {
  const type = bytes[start]! & 3
  const format = (bytes[start]! >> 2) & 3
  if (type >= 2) return readPacked(bytes, start, limit, state, type === 3, format)
  const head = format === 1 ? 2 : format === 3 ? 3 : 1
  const size = littleEndian(bytes, start, head) >> (head === 1 ? 3 : 4)
  const from = start + head
  const end = from + (type === 1 ? 1 : size)
  if (size > MOST_IN_BLOCK || end > limit) fail('literals too long')
  return { literals: type === 1 ? new Uint8Array(size).fill(bytes[from]!) : bytes.subarray(from, end), end }
}

const readPacked = (
  bytes: Uint8Array,
  start: number,
  limit: number,
  state: BlockState,
  isTreeless: boolean,
  format: number,
): Literals => {
  const width = format < 2 ? 10 : format === 2 ? 14 : 18
  const head = format < 2 ? 3 : format + 2
  const sizes = littleEndian(bytes, start, head)
  const size = Math.floor(sizes / 16) % 2 ** width
  const packed = Math.floor(sizes / 2 ** (4 + width)) % 2 ** width
  const end = start + head + packed
  if (size > MOST_IN_BLOCK || end > limit) fail('literals too long')
  let from = start + head
  if (!isTreeless) {
    const tree = readHuffman(bytes, from, end)
    state.huffman = tree.table
    from = tree.end
  }
  const table = state.huffman ?? fail('no tree')
  const literals = new Uint8Array(size)
  if (format === 0) decodeHuffman(table, bytes, from, end, literals)
  else decodeFour(table, bytes, from, end, literals)
  return { literals, end }
}

/** Four streams of a quarter each; three sizes stand before them. */
const decodeFour = (table: HuffmanTable, bytes: Uint8Array, start: number, end: number, out: Uint8Array): void => {
  const quarter = (out.length + 3) >> 2
  let from = start + 6
  for (let i = 0; i < 4; i++) {
    const to = i === 3 ? end : from + littleEndian(bytes, start + 2 * i, 2)
    if (to > end) fail('literals too long')
    decodeHuffman(table, bytes, from, to, out.subarray(i * quarter, i === 3 ? out.length : (i + 1) * quarter))
    from = to
  }
}

const readSequences = (
  bytes: Uint8Array,
  start: number,
  end: number,
  literals: Uint8Array,
  state: BlockState,
  out: Output,
): void => {
  const first = bytes[start]!
  const head = first < 128 ? 1 : first < 255 ? 2 : 3
  const count =
    head === 1
      ? first
      : head === 2
        ? ((first - 128) << 8) + bytes[start + 1]!
        : littleEndian(bytes, start + 1, 2) + 0x7f00
  if (count === 0) {
    out.literals(literals)
    return
  }
  const from = readTables(bytes, start + head, end, state)
  const stream = new BackwardBits(bytes, from, end)
  const lengths = new FseState(state.literalLengths ?? fail('no table'), stream)
  const offsets = new FseState(state.offsets ?? fail('no table'), stream)
  const matches = new FseState(state.matchLengths ?? fail('no table'), stream)
  let used = 0
  for (let i = 0; i < count; i++) {
    const code = offsets.symbol
    if (code > 31 || matches.symbol > 52 || lengths.symbol > 35) fail('bad code')
    const value = 2 ** code + stream.read(code)
    const match = matchBases[matches.symbol]! + stream.read(matchBits[matches.symbol]!)
    const length = literalBases[lengths.symbol]! + stream.read(literalBits[lengths.symbol]!)
    if (used + length > literals.length) fail('too few literals')
    out.literals(literals.subarray(used, used + length))
    used += length
    out.copy(offsetOf(value, length, state.repeats), match)
    if (i === count - 1) break
    lengths.next()
    matches.next()
    offsets.next()
  }
  if (stream.left !== 0) fail('sequences do not end where they should')
  out.literals(literals.subarray(used))
}

const readTables = (bytes: Uint8Array, start: number, end: number, state: BlockState): number => {
  const modes = bytes[start]!
  let p = start + 1
  const table = (mode: number, known: FseTable | undefined, standard: readonly number[], log: number, most: number) => {
    if (mode === 0) return buildFse(standard, log)
    if (mode === 1) return constantFse(bytes[p++]!)
    if (mode === 3) return known ?? fail('no table')
    const read = readFse(bytes, p, end, most)
    p = read.end
    return read.table
  }
  state.literalLengths = table(modes >> 6, state.literalLengths, defaultLiteralLengths, 6, 9)
  state.offsets = table((modes >> 4) & 3, state.offsets, defaultOffsets, 5, 8)
  state.matchLengths = table((modes >> 2) & 3, state.matchLengths, defaultMatchLengths, 6, 9)
  return p
}

/** Values up to 3 mean one of the last three offsets; without literals before, each means the one after. */
const offsetOf = (value: number, literals: number, repeats: [number, number, number]): number => {
  const [a, b, c] = repeats
  const which = value > 3 ? 4 : literals === 0 ? value + 1 : value
  if (which === 1) return a
  const offset = value > 3 ? value - 3 : which === 2 ? b : which === 3 ? c : a - 1
  repeats[2] = which === 2 ? c : b
  repeats[1] = a
  repeats[0] = offset
  return offset
}
