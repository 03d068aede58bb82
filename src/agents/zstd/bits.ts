/** Bits of a zstd block: forward for the descriptions of tables, backward for what they decode. RFC 8878 §4. */

export class ZstdError extends Error {}

export const fail = (what: string): never => {
  throw new ZstdError(what)
}

/** Reads from the first bit on. */
export class ForwardBits {
  private position: number

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    private readonly end: number,
  ) {
    this.position = start * 8
  }

  peek(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) {
      const p = this.position + i
      if (p >> 3 < this.end) value |= ((this.bytes[p >> 3]! >> (p & 7)) & 1) << i
    }
    return value
  }

  read(count: number): number {
    const value = this.peek(count)
    this.position += count
    return value
  }

  /** The first byte that nothing was read of. */
  get nextByte(): number {
    return (this.position + 7) >> 3
  }
}

/** Reads from the last bit on; the highest bit set of the last byte is a mark behind which the stream begins. */
export class BackwardBits {
  /** Bits left; negative when more was read than there was. */
  left: number

  constructor(
    private readonly bytes: Uint8Array,
    private readonly start: number,
    end: number,
  ) {
    const last = end > start ? bytes[end - 1]! : 0
    if (last === 0) fail('no end mark')
    this.left = (end - start - 1) * 8 + 31 - Math.clz32(last)
  }

  /** Beyond the beginning, bits are 0. At most 32 at once. */
  read(count: number): number {
    this.left -= count
    return this.at(this.left, count)
  }

  /** The next `count` bits, not taken. */
  peek(count: number): number {
    return this.at(this.left - count, count)
  }

  private at(position: number, count: number): number {
    if (count === 0) return 0
    if (position < 0) {
      const have = count + position
      return have <= 0 ? 0 : this.at(0, have) * 2 ** -position
    }
    let value = 0
    let got = 0
    let byte = this.start + (position >> 3)
    let offset = position & 7
    while (got < count) {
      const take = Math.min(8 - offset, count - got)
      value += ((this.bytes[byte]! >> offset) & ((1 << take) - 1)) * 2 ** got
      got += take
      byte++
      offset = 0
    }
    return value
  }
}
