/**
 * Decodes zstd (RFC 8878) without dictionaries, for agents that compress what they log: Node can only since 22.15. Checksums are not checked.
 * Loaded by those that need it.
 */
import { fail, ZstdError } from './bits.ts'
import { type BlockState, MOST_IN_BLOCK, readBlock } from './block.ts'
import { Output } from './output.ts'

const FRAME = 0xfd2fb528

/** Frames that hold nothing: 0x184D2A50 to 0x184D2A5F. */
const SKIPPABLE = 0x184d2a5

/** No text that an agent logs at once is larger. */
const MOST = 256 * 1024 * 1024

/** Whether these are the first bytes of a zstd frame. */
export const isZstd = (bytes: Uint8Array): boolean => bytes.length >= 4 && wordAt(bytes, 0) === FRAME

/** The decoded bytes of all frames; undefined where they are damaged. */
export const unzstd = (bytes: Uint8Array): Uint8Array | undefined => {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof ZstdError) return undefined
    throw error
  }
}

const wordAt = (b: Uint8Array, at: number): number =>
  ((b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24)) >>> 0

const decode = (bytes: Uint8Array): Uint8Array => {
  const out = new Output(bytes.length * 4, MOST)
  let p = 0
  while (p < bytes.length) {
    const magic = wordAt(bytes, p)
    if (magic >>> 4 === SKIPPABLE) p += 8 + wordAt(bytes, p + 4)
    else if (magic === FRAME) p = readFrame(bytes, p + 4, out)
    else fail('no frame')
  }
  if (p > bytes.length) fail('cut off')
  return out.done()
}

/** The position behind the frame. */
const readFrame = (bytes: Uint8Array, start: number, out: Output): number => {
  const flags = bytes[start] ?? fail('cut off')
  const isSingle = (flags & 32) !== 0
  if ((flags & 8) !== 0) fail('reserved bit')
  const dictionary = [0, 1, 2, 4][flags & 3]!
  const size = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6]!
  let p = start + 1 + (isSingle ? 0 : 1)
  for (let i = 0; i < dictionary; i++) if (bytes[p + i] !== 0) fail('needs a dictionary')
  p += dictionary + size
  const state: BlockState = { repeats: [1, 4, 8] }
  for (let isLast = false; !isLast; ) {
    if (p + 3 > bytes.length) fail('cut off')
    const head = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16)
    isLast = (head & 1) === 1
    p = readOne(bytes, p + 3, (head >> 1) & 3, head >> 3, state, out)
  }
  return p + ((flags & 4) !== 0 ? 4 : 0)
}

const readOne = (bytes: Uint8Array, p: number, type: number, size: number, state: BlockState, out: Output): number => {
  const end = p + (type === 1 ? 1 : size)
  if (size > MOST_IN_BLOCK || end > bytes.length) fail('cut off')
  if (type === 0) out.literals(bytes.subarray(p, end))
  else if (type === 1) out.fill(bytes[p]!, size)
  else if (type === 2) readBlock(bytes, p, end, state, out)
  else fail('reserved block')
  return end
}
