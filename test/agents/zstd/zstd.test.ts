/** The zstd decoder against frames that `zstd` 1.5 made (`zstd -<level>`), and against Node's own where there is one. */
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isZstd, unzstd } from '../../../src/agents/zstd/index.ts'

const decoded = (base64: string): string | undefined => {
  const bytes = unzstd(Buffer.from(base64, 'base64'))
  return bytes && Buffer.from(bytes).toString('utf8')
}

/** The text of each frame is made again here, not kept beside it. */
const numbers = Array.from({ length: 400 }, (_, i) => (i * i * 7919) % 1009).join(' ')

const frames: Readonly<Record<string, readonly [base64: string, text: string]>> = {
  tiny: ['KLUv/QRYKQAAeHl6enkfKYIO', 'xyzzy'],
  nothing: ['KLUv/SQAAQAAmenYUQ==', ''],
  'one byte, many times': ['KLUv/QRYTQAAEHh4AQCD0wMsROA9xQ==', 'x'.repeat(5000)],
  text: [
    'KLUv/QRYRRUAmmBQCgmw6yREsnmWyUWiAKEAoADD2AE1kczpdFwaR3RSj5iD6sI9rFsyRL/hQpvNBlwkvulQuuVDNzWWHnfMLUHT3aWJtsQcxskZ4g6KG7FUzYivccENnKk4wXxjVy+7BWiQW+a2oW0OxsXbhsvQIF0gLpuJ5psbvMaPMkVdZcvUYfJMv+IXsRC/4zAyiZarGTRMfJyFZCv7Kh6L4WwxuWomiq00aVNqO7nViT1CvupBum6m2hDX5Z6TzWKy+uh2sraIe3HrBnIDGoqTXJNtZJ7dka/kiq18rotw9o6K42bUIs9crImxUSYfdpp6hCbIZpyI28QTXayXc4QddVfsqZlCH3UDGdrJOsV8rKnsOlpChuHCuXpXZSCZ6K7OUX4jw9SNm1cXzUN6gq6SSbpQA3Gb4qbyO5qGLpID6BM6OlPVPdugbsgVfjLT3CbyiBxyE2a4GSqeUsvYQLRYXMBJZuPdyr2p5iouJUPVQrfRNuERtRl9nWfqAHuoX2wVx1zWa+yw+oID1b2a0qn31AI3BZ+hyX6Mq/zK25jtRZrDKffdZLe1z9gCdonH2HF2Sc9NymfX0Fd2wy65VV2wSTr0vg5mk829bsd79+azuWojPu0yM8OGu4FsCo+jpXTBXKIr6iEucROXs0d4la71AlmmRztJBqPhagYU3WgeuYdiglhaj10RszaVHMBBZGFtvY1sKX5Vg9UtPmWX7mgdIzN4nBxlU9yqY2K4WHrfzcc+NwNvqbggLmujeY/YNTI7l+Irusw+q2szja6iSTNb29gUtNlDskxMqKFumJvWg7fcXVNTxRYzG8/RJPfUZnG7msI26cN7eGtLZ2kncs6VGWK2u6PmIq+Q4eiqbVFPyTF9jJ/EVjykW2U7CgQEAjZ8mCDFkIm3fvRjb6bFKU++',
    numbers,
  ],
  'text, as tight as can be': [
    'KLUv/QRoFRUA2mF0Cgmw6yREsnmWyUWkAKQAogDD2AE1kczpdFwaR3RSj5iD6sI9rFsyRL/hQpvNBlwkvulQuuVDNzWWHqXJO+aWoOnu0kRbYg7j5AxxB8WNWKpmxNe44AbOVJxgvrGrl90CNMgtc9vQNgfj4m3DZWiQLhCXzUTzzQ1e40eZoq6yZeoweaZf8YtYiN9xGJlEy9UMGiY+zkKylX0Vj8VwtphcNRPFVpq0KbWd3OrEHiFf9SBdN1NtCNflnpPNYrL66Haytoh7cesGcgMaipNck21knt2Rr+SKrXyui3D2jorjZtQiz1ysibFRJh92mnqEJshmnIjbxBNdrJdzhB11V+ypmUIfdQMZ2sk6xXysqew6WkKG4cK5eldlIJnors5RfiPD1I2bVxfNQ3qCrpJJulADcYs7aIqbyu9oGrpIDqBP6OhMVfdsg7ohV/jJTHObyCNyyE2Y4WaoeEoBy9hAtFhcwElm493KJdnqppqruJQMVQvdRtuER9Rm9HWeqQPsoX6xVRxzWa+xw+oLDlT3akqn3lML3BR8hib7Ma7yK29jthdpDqfcd5Pd1j5jC9glHmPH2SU9NymfXUNf2Q275FZ1wSbp0Ps6mE0297od792bz+aqjfi0y8wMG+4Gsik8jpbSBXOJrqiHuMRNXM4e4VW61gtkmR7tJBmMhqsZFN1oHrmHYoJYWo9dEbM2lRzAQWRhbb2NbCl+VYPVLT5ll+5oHSMzeJwcZdPEhLhVx8RwsfS+m499bgbeUnFBXNZG8x6xa2R2LsVXdJl9VtdmGl1Fk2a2trEpaLOHZJmYUEPdMDetB2+5u6amii1mNp6jSe6pzeJ2NYVt0of38NaWztJO5JwrM8Rsd0fNRV4hw9FV26KekmP6GD+JrXhIt8p2FADFKU++',
    numbers,
  ],
  repetitions: ['KLUv/QRIxQAAgHsicm9sZSI6InVzZXIifQoBAFpl+rkE+/VSgA==', '{"role":"user"}\n'.repeat(300)],
  'several blocks': [
    'KLUv/QRIVBUA2mF0Cgmw6yREsnmWyUWkAKQAogDD2AE1kczpdFwaR3RSj5iD6sI9rFsyRL/hQpvNBlwkvulQuuVDNzWWHqXJO+aWoOnu0kRbYg7j5AxxB8WNWKpmxNe44AbOVJxgvrGrl90CNMgtc9vQNgfj4m3DZWiQLhCXzUTzzQ1e40eZoq6yZeoweaZf8YtYiN9xGJlEy9UMGiY+zkKylX0Vj8VwtphcNRPFVpq0KbWd3OrEHiFf9SBdN1NtCNflnpPNYrL66Haytoh7cesGcgMaipNck21knt2Rr+SKrXyui3D2jorjZtQiz1ysibFRJh92mnqEJshmnIjbxBNdrJdzhB11V+ypmUIfdQMZ2sk6xXysqew6WkKG4cK5eldlIJnors5RfiPD1I2bVxfNQ3qCrpJJulADcYs7aIqbyu9oGrpIDqBP6OhMVfdsg7ohV/jJTHObyCNyyE2Y4WaoeEoBy9hAtFhcwElm493KJdnqppqruJQMVQvdRtuER9Rm9HWeqQPsoX6xVRxzWa+xw+oLDlT3akqn3lML3BR8hib7Ma7yK29jthdpDqfcd5Pd1j5jC9glHmPH2SU9NymfXUNf2Q275FZ1wSbp0Ps6mE0297od792bz+aqjfi0y8wMG+4Gsik8jpbSBXOJrqiHuMRNXM4e4VW61gtkmR7tJBmMhqsZFN1oHrmHYoJYWo9dEbM2lRzAQWRhbb2NbCl+VYPVLT5ll+5oHSMzeJwcZdPEhLhVx8RwsfS+m499bgbeUnFBXNZG8x6xa2R2LsVXdJl9VtdmGl1Fk2a2trEpaLOHZJmYUEPdMDetB2+5u6amii1mNp6jSe6pzeJ2NYVt0of38NaWztJO5JwrM8Rsd0fNRV4hw9FV26KekmP6GD+JrXhIt8p2FAEAHYLng5hnKk0AAAg5AQCUXR0IASvbkaI=',
    numbers.repeat(120),
  ],
}

describe('unzstd', () => {
  it.each(Object.entries(frames))('%s', (_name, [base64, text]) => {
    expect(decoded(base64)).toBe(text)
  })

  it('goes on behind a frame, and leaves out those that hold nothing', () => {
    const frame = Buffer.from(frames.tiny![0], 'base64')
    const skipped = Buffer.from('502a4d1803000000aabbcc', 'hex')
    expect(Buffer.from(unzstd(Buffer.concat([frame, skipped, frame]))!).toString()).toBe('xyzzyxyzzy')
  })

  it('gives nothing for what is damaged, wherever it is cut', () => {
    const frame = Buffer.from(frames.text![0], 'base64')
    expect(unzstd(Buffer.from('no frame at all'))).toBeUndefined()
    for (let length = 1; length < frame.length - 4; length++)
      expect(unzstd(frame.subarray(0, length)), `of ${length} bytes`).toBeUndefined()
  })

  it('neither throws nor hangs, whatever is in it', () => {
    const frame = Buffer.from(frames.text![0], 'base64')
    for (let i = 4; i < frame.length; i++) {
      for (const flip of [1, 0x80, 0xff]) {
        const broken = Buffer.from(frame)
        broken[i]! ^= flip
        expect(() => unzstd(broken)).not.toThrow()
      }
    }
  })

  it('knows a frame by its beginning', () => {
    expect([
      isZstd(Buffer.from(frames.tiny![0], 'base64')),
      isZstd(Buffer.from('{"a":1}')),
      isZstd(Buffer.alloc(0)),
    ]).toEqual([true, false, false])
  })

  const compress: unknown = Reflect.get(zlib, 'zstdCompressSync')
  it.skipIf(typeof compress !== 'function')('gives back what Node compressed', () => {
    if (typeof compress !== 'function') return
    let seed = 7
    for (let round = 0; round < 60; round++) {
      const length = round * round * 31
      const data = Buffer.alloc(length)
      for (let i = 0; i < length; i++) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
        data[i] =
          round % 3 === 0 ? seed >>> 24 : round % 3 === 1 ? 97 + ((seed >>> 24) % 7) : (data[i - 1 - (seed % 50)] ?? 65)
      }
      expect(Buffer.compare(Buffer.from(unzstd(compress(data))!), data)).toBe(0)
    }
  })
})
