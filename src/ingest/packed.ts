/** Compressed logs: unpacked whole into memory, which only agents do to logs that are done with. */
import { unzstd } from '../agents/zstd/index.ts'
import type { LogSource } from '../core/entry.ts'
import type { ByteReader, Host } from '../host/host.ts'

/** A compressed log that is damaged, or larger than memory should hold: `code` is what the reading's failure says. */
class PackedError extends Error {
  readonly code = 'damaged zstd'
}

/** A log to be read from the beginning. Throws what the file system throws, and an error with a `code` on damage. */
export const openLog = (host: Host, source: LogSource): ByteReader =>
  source.packed === undefined ? host.open(source.path) : readerOf(unpacked(host, source))

const unpacked = (host: Host, { path, size }: LogSource): Uint8Array => {
  const bytes = Buffer.alloc(size)
  const file = host.open(path)
  try {
    let length = 0
    for (let read = -1; read !== 0 && length < size; length += read)
      read = file.read(bytes, length, size - length, length)
    const found = unzstd(bytes.subarray(0, length))
    if (found) return found
    throw new PackedError('This log cannot be unpacked.')
  } finally {
    file.close()
  }
}

const readerOf = (bytes: Uint8Array): ByteReader => ({
  read(buffer, offset, length, position) {
    const part = bytes.subarray(position, position + length)
    buffer.set(part, offset)
    return part.length
  },
  close() {},
})
