/** Bytes as they are decoded: grows, and refuses to grow beyond a limit. */
import { fail } from './bits.ts'

export class Output {
  private bytes: Uint8Array
  length = 0

  constructor(
    expected: number,
    private readonly most: number,
  ) {
    this.bytes = new Uint8Array(Math.min(expected, most))
  }

  literals(from: Uint8Array): void {
    this.reserve(from.length)
    this.bytes.set(from, this.length)
    this.length += from.length
  }

  fill(byte: number, count: number): void {
    this.reserve(count)
    this.bytes.fill(byte, this.length, this.length + count)
    this.length += count
  }

  /** Repeats `count` bytes that begin `offset` before the end, which may be among them. */
  copy(offset: number, count: number): void {
    if (offset < 1 || offset > this.length) fail('offset too far')
    this.reserve(count)
    const { bytes, length } = this
    if (offset >= count) bytes.copyWithin(length, length - offset, length - offset + count)
    else for (let i = 0; i < count; i++) bytes[length + i] = bytes[length + i - offset]!
    this.length += count
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed > this.most) fail('too large')
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.min(this.most, Math.max(needed, this.bytes.length * 2)))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}
