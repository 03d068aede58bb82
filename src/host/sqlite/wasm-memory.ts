/** The memory of the WebAssembly SQLite, as bytes and as numbers; pointers are plain numbers. */
const PAGE = 65_536
/** What the module was linked with. */
const LIMITS = { initial: 128, maximum: 32_768 }

export class WasmMemory {
  readonly memory = new WebAssembly.Memory(LIMITS)
  /** Anew whenever memory grows: the old one is then empty. Never kept over a call into SQLite. */
  bytes = Buffer.from(this.memory.buffer)

  /** As SQLite asks for it: at least `size` bytes, 1 if there are so many. */
  grow(size: number): number {
    const wanted = Math.max(size >>> 0, this.bytes.length * 1.2)
    const pages = Math.min(Math.ceil(wanted / PAGE), LIMITS.maximum) - this.bytes.length / PAGE
    try {
      this.memory.grow(pages)
    } catch {
      return 0 // no more memory: SQLite says so itself
    }
    this.bytes = Buffer.from(this.memory.buffer)
    return this.bytes.length >= size >>> 0 ? 1 : 0
  }

  readNumber(pointer: number): number {
    return this.bytes.readUInt32LE(pointer)
  }

  writeNumber(pointer: number, value: number): void {
    this.bytes.writeInt32LE(value | 0, pointer)
  }

  text(pointer: number, length: number): string {
    return this.bytes.toString('utf8', pointer, pointer + length)
  }

  /** Text that ends with a zero byte. */
  terminated(pointer: number): string {
    return this.text(pointer, this.bytes.indexOf(0, pointer) - pointer)
  }
}
