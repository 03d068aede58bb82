/** Huffman coded literals of zstd. RFC 8878 §4.2. */
import { BackwardBits, fail } from './bits.ts'
import { FseState, readFse } from './fse.ts'

export interface HuffmanTable {
  readonly log: number
  readonly symbols: Uint8Array
  readonly lengths: Uint8Array
}

const MOST_BITS = 11

/** Reads a tree's description at `start`. */
export const readHuffman = (
  bytes: Uint8Array,
  start: number,
  limit: number,
): { readonly table: HuffmanTable; readonly end: number } => {
  const head = bytes[start]!
  if (head >= 128) {
    const count = head - 127
    const end = start + 1 + ((count + 1) >> 1)
    if (end > limit) fail('short tree')
    const weights = Array.from({ length: count }, (_, i) => {
      const byte = bytes[start + 1 + (i >> 1)]!
      return i % 2 === 0 ? byte >> 4 : byte & 15
    })
    return { table: buildHuffman(weights), end }
  }
  const end = start + 1 + head
  if (end > limit || head === 0) fail('short tree')
  return { table: buildHuffman(readWeights(bytes, start + 1, end)), end }
}

/** Weights coded by two states in turn, until the bits run out. */
const readWeights = (bytes: Uint8Array, start: number, end: number): number[] => {
  const { table, end: behind } = readFse(bytes, start, end, 6)
  const stream = new BackwardBits(bytes, behind, end)
  let [own, other] = [new FseState(table, stream), new FseState(table, stream)]
  const weights: number[] = []
  while (weights.length < 255) {
    weights.push(own.symbol)
    own.next()
    if (stream.left < 0) {
      weights.push(other.symbol)
      return weights
    }
    ;[own, other] = [other, own]
  }
  return fail('too many weights')
}

/** The last symbol's weight is what is missing to a power of two. */
const buildHuffman = (given: readonly number[]): HuffmanTable => {
  const sum = given.reduce((total, weight) => total + (weight === 0 ? 0 : 1 << (weight - 1)), 0)
  const log = 32 - Math.clz32(sum)
  const missing = (1 << log) - sum
  if (sum === 0 || log > MOST_BITS || (missing & (missing - 1)) !== 0) fail('bad tree')
  const weights = [...given, 32 - Math.clz32(missing)]
  const symbols = new Uint8Array(1 << log)
  const lengths = new Uint8Array(1 << log)
  let position = 0
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue
      const behind = position + (1 << (weight - 1))
      symbols.fill(symbol, position, behind)
      lengths.fill(log + 1 - weight, position, behind)
      position = behind
    }
  }
  return { log, symbols, lengths }
}

/** Decodes one stream into all of `out`. */
export const decodeHuffman = (
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
): void => {
  const stream = new BackwardBits(bytes, start, end)
  for (let i = 0; i < out.length; i++) {
    const code = stream.peek(table.log)
    out[i] = table.symbols[code]!
    stream.left -= table.lengths[code]!
  }
  if (stream.left !== 0) fail('literals do not end where they should')
}
