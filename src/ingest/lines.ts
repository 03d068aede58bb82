/**
 * Cuts a log into lines without ever holding more of it than one block, or one line where a line is longer than that. Bytes in,
 * bytes out: whether a line is worth a string is the agent's business.
 */
import type { ByteReader } from '../host/host.ts'

/** Called for each line: `bytes[start, end)`, blanks and line breaks trimmed, a newline byte at or behind `end`. */
export type OnLine = (
  bytes: Buffer,
  start: number,
  end: number,
  isGlued: boolean,
  number: number,
  isTorn: boolean,
) => void

export interface LineReading {
  readonly lines: number
  /** Bytes read. */
  readonly bytes: number
  /** Bytes from the start of the file to behind the last newline: where reading may go on later. */
  readonly position: number
}

/** Two objects without a break between them; inside a string the quote would be escaped. */
const GLUE = Buffer.from('}{"')

const NEWLINE = 10
const OVERLAP = GLUE.length - 1

/** Longer lines are left out and said so; 512 MiB is what fits in a string on the oldest Node supported. */
const LONGEST_LINE = 512 * 1024 * 1024

/** The size of a block: large enough that few lines are longer, small enough for the processor's cache. */
export const BLOCK_SIZE = 1 << 20

export interface LineHandlers {
  readonly onLine: OnLine
  /** Takes all whole lines of a block at once, in place of `onLine`: how many there were. `before` lines came before. */
  readonly onRun?: ((bytes: Buffer, from: number, to: number, before: number) => number) | undefined
  /** Whether a line that fills the whole block can be dropped by its beginning. */
  readonly skips: (bytes: Buffer, start: number, end: number) => boolean
  readonly onTooLong: (number: number) => void
  /** Memory for a line of `size` bytes and a newline. */
  readonly blockFor: (size: number) => Buffer
  /** Called once all whole lines were handed out, before a last one that lacks its end: how many lines there were. */
  readonly onSettled?: ((lines: number) => void) | undefined
  /** Where in the file to begin, behind a line break; and how many lines came before. */
  readonly from?: number | undefined
  readonly before?: number | undefined
}

/** Reads a file to its end. Throws what the reader throws. */
export const readLines = (reader: ByteReader, buffer: Buffer, handlers: LineHandlers): LineReading =>
  new LineCutter(reader, buffer, handlers).run()

class LineCutter {
  private readonly capacity: number
  private lines = 0
  /** File offset of the first byte in the buffer. */
  private base = 0
  private filled = 0
  private sawGlue = false
  /** How far the file was read. */
  private reached = 0

  constructor(
    private readonly reader: ByteReader,
    private readonly buffer: Buffer,
    private readonly handlers: LineHandlers,
  ) {
    this.capacity = buffer.length - 1
    this.base = handlers.from ?? 0
    this.reached = this.base
    this.lines = handlers.before ?? 0
  }

  run(): LineReading {
    for (;;) {
      const read = this.reader.read(this.buffer, this.filled, this.capacity - this.filled, this.base + this.filled)
      if (read === 0) break
      this.filled += read
      this.reached = this.base + this.filled
      this.buffer[this.filled] = NEWLINE
      const rest = this.cut()
      if (rest === 0 && this.filled === this.capacity) {
        if (!this.longLine()) return { lines: this.lines, bytes: this.reached, position: this.base }
      } else this.keep(rest)
    }
    const position = this.base
    this.handlers.onSettled?.(this.lines)
    if (this.filled > 0) this.emit(this.buffer, 0, this.filled, this.mayBeGlued(0, this.filled), true)
    return { lines: this.lines, bytes: this.reached, position }
  }

  /** Hands out all whole lines in the buffer; where the rest begins. */
  private cut(): number {
    const { buffer, filled } = this
    if (this.handlers.onRun) {
      const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1
      if (end > 0) this.lines += this.handlers.onRun(buffer, 0, end, this.lines)
      return end
    }
    let start = 0
    let glue = buffer.indexOf(GLUE)
    for (;;) {
      const newline = buffer.indexOf(NEWLINE, start)
      if (newline < 0 || newline >= filled) return start
      const isGlued = glue >= 0 && glue < newline
      if (isGlued) glue = buffer.indexOf(GLUE, newline)
      this.emit(buffer, start, newline, isGlued, false)
      start = newline + 1
    }
  }

  private keep(from: number): void {
    if (from === 0) return
    this.buffer.copyWithin(0, from, this.filled)
    this.base += from
    this.filled -= from
    this.buffer[this.filled] = NEWLINE
  }

  private mayBeGlued(start: number, end: number): boolean {
    const glue = this.buffer.indexOf(GLUE, start)
    return glue >= 0 && glue < end
  }

  private emit(bytes: Buffer, start: number, end: number, isGlued: boolean, isTorn: boolean): void {
    this.lines++
    while (end > start && bytes[end - 1]! <= 32) end--
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3
    while (start < end && bytes[start]! <= 32) start++
    if (start < end) this.handlers.onLine(bytes, start, end, isGlued, this.lines, isTorn)
  }

  /** A line that fills the whole buffer. False at the end of the file. */
  private longLine(): boolean {
    const start = this.base
    const isSkipped = this.handlers.skips(this.buffer, 0, this.filled)
    const end = this.nextNewline(start + this.filled)
    const length = (end ?? this.base + this.filled) - start
    if (end === undefined) this.handlers.onSettled?.(this.lines)
    if (isSkipped && !this.sawGlue) this.lines++
    else if (length > LONGEST_LINE) this.handlers.onTooLong(++this.lines)
    else {
      const line = this.handlers.blockFor(length)
      this.fill(line, length, start)
      line[length] = NEWLINE
      this.emit(line, 0, length, true, end === undefined)
    }
    this.filled = 0
    if (end === undefined) {
      this.base = start
      return false
    }
    this.base = end + 1
    return true
  }

  /** Reads until there are `length` bytes or the file ends. */
  private fill(into: Buffer, length: number, position: number): number {
    let got = 0
    while (got < length) {
      const read = this.reader.read(into, got, length - got, position + got)
      if (read === 0) break
      got += read
    }
    return got
  }

  /** File offset of the next newline from `position` on; undefined at the end, with `base` set to it. */
  private nextNewline(position: number): number | undefined {
    this.sawGlue = this.mayBeGlued(0, this.filled)
    for (;;) {
      // The two bytes before are read again: a mark of glue may lie across the border.
      const read = this.fill(this.buffer, this.capacity, position - OVERLAP)
      this.base = position - OVERLAP
      this.filled = read
      this.reached = this.base + read
      const newline = this.buffer.subarray(0, read).indexOf(NEWLINE, OVERLAP)
      this.sawGlue ||= this.mayBeGlued(0, newline < 0 ? read : newline)
      if (newline >= 0) return this.base + newline
      if (read <= OVERLAP) return undefined
      position += read - OVERLAP
    }
  }
}
