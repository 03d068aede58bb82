/** FSE tables of zstd: how they are described and built. RFC 8878 §4.1. */
import { type BackwardBits, ForwardBits, fail } from './bits.ts'

export interface FseTable {
  readonly log: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
}

/** Where one symbol after the other comes from. */
export class FseState {
  private state: number

  constructor(
    private readonly table: FseTable,
    private readonly stream: BackwardBits,
  ) {
    this.state = stream.read(table.log)
  }

  get symbol(): number {
    return this.table.symbols[this.state]!
  }

  next(): void {
    this.state = this.table.bases[this.state]! + this.stream.read(this.table.bits[this.state]!)
  }
}

/** Probabilities, -1 for "less than one". */
export const buildFse = (counts: readonly number[], log: number): FseTable => {
  const size = 1 << log
  const symbols = new Uint8Array(size)
  let high = size - 1
  for (const [symbol, count] of counts.entries()) if (count === -1) symbols[high--] = symbol
  spread(counts, symbols, high)
  const bits = new Uint8Array(size)
  const bases = new Uint16Array(size)
  const next = counts.map(count => (count === -1 ? 1 : count))
  for (let i = 0; i < size; i++) {
    const x = next[symbols[i]!]!
    next[symbols[i]!] = x + 1
    bits[i] = log - (31 - Math.clz32(x))
    bases[i] = (x << bits[i]!) - size
  }
  return { log, symbols, bits, bases }
}

const spread = (counts: readonly number[], symbols: Uint8Array, high: number): void => {
  const size = symbols.length
  const step = (size >> 1) + (size >> 3) + 3
  let position = 0
  for (const [symbol, count] of counts.entries()) {
    for (let i = 0; i < count; i++) {
      symbols[position] = symbol
      do position = (position + step) & (size - 1)
      while (position > high)
    }
  }
  if (position !== 0) fail('bad probabilities')
}

/** A table of one symbol that takes no bits. */
export const constantFse = (symbol: number): FseTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
})

/** Reads a table's description at `start`; `end` is behind it. */
export const readFse = (
  bytes: Uint8Array,
  start: number,
  limit: number,
  mostLog: number,
): { readonly table: FseTable; readonly end: number } => {
  const stream = new ForwardBits(bytes, start, limit)
  const log = stream.read(4) + 5
  if (log > mostLog) fail('table too large')
  const counts: number[] = []
  let remaining = (1 << log) + 1
  while (remaining > 1 && counts.length < 256) {
    const count = readCount(stream, remaining) - 1
    remaining -= Math.abs(count)
    counts.push(count)
    if (count === 0) addZeros(stream, counts)
  }
  if (remaining !== 1 || stream.nextByte > limit) fail('bad probabilities')
  return { table: buildFse(counts, log), end: stream.nextByte }
}

/** A value from 0 to `remaining`, the smaller ones in a bit less. */
const readCount = (stream: ForwardBits, remaining: number): number => {
  const width = 32 - Math.clz32(remaining)
  const short = (1 << width) - 1 - remaining
  const low = stream.peek(width - 1)
  if (low < short) return stream.read(width - 1)
  const value = stream.read(width)
  return value >= 1 << (width - 1) ? value - short : value
}

/** Behind a zero stand two bits that count further zeros, again while they are 3. */
const addZeros = (stream: ForwardBits, counts: number[]): void => {
  for (let more = 3; more === 3; ) {
    more = stream.read(2)
    for (let i = 0; i < more; i++) counts.push(0)
  }
}
