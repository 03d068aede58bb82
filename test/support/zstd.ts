/** Bytes as a zstd frame of raw blocks: what a test needs to have something packed, on every version of Node. RFC 8878 §3.1.1. */

const BLOCK = 100_000

export const rawZstd = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])]
  for (let at = 0; at === 0 || at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK)
    const head = Buffer.alloc(3)
    head.writeUIntLE((block.length << 3) | (at + BLOCK >= bytes.length ? 1 : 0), 0, 3)
    parts.push(head, block)
  }
  return Buffer.concat(parts)
}
