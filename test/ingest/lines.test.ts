/** Cutting logs into lines: the block's size, short reads and the length of a line never change what comes out. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ByteReader } from '../../src/host/host.ts'
import { BLOCK_SIZE, readLines } from '../../src/ingest/lines.ts'
import { memoryReader } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'

/** Memory for `size` bytes and a newline. */
const allocate = (size: number): Buffer => Buffer.alloc(size + 1, '?')

interface Cut {
  readonly text: string
  readonly number: number
  readonly isTorn: boolean
}

const cut = (
  reader: ByteReader,
  block = BLOCK_SIZE,
  skips: (bytes: Buffer, start: number, end: number) => boolean = () => false,
) => {
  const lines: Cut[] = []
  const glued: string[] = []
  const tooLong: number[] = []
  const reading = readLines(reader, allocate(block), {
    blockFor: allocate,
    onLine(bytes, start, end, isGlued, number, isTorn) {
      expect(bytes.indexOf(10, end)).toBeGreaterThanOrEqual(end)
      const text = bytes.toString('latin1', start, end)
      lines.push({ text, number, isTorn })
      if (isGlued) glued.push(text)
    },
    skips,
    onTooLong: number => tooLong.push(number),
  })
  return { lines, glued, tooLong, reading }
}

/** The same, written in the plainest way. */
const plainly = (bytes: Buffer): Cut[] => {
  const parts = bytes.toString('latin1').split('\n')
  return parts.flatMap((part, i) => {
    const text = part.replace(/^\u00ef\u00bb\u00bf/, '').replace(/^[\0- ]+|[\0- ]+$/g, '')
    return text === '' ? [] : [{ text, number: i + 1, isTorn: i === parts.length - 1 }]
  })
}

const piece = fc.oneof(
  fc.constantFrom('\n', '\r\n', '\n\n', ' ', '\0', '}{"', '}', '{"a":1}', '"', '\u00ef\u00bb\u00bf'),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
  fc.integer({ min: 60, max: 300 }).map(n => 'x'.repeat(n)),
)
const logs = fc.array(piece, { maxLength: 30 }).map(parts => Buffer.from(parts.join(''), 'latin1'))

describe('lines', () => {
  it('are those of a plain split, for any bytes, block and reader', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 4, max: 200 }), fc.integer({ min: 1, max: 70 }), (bytes, block, most) => {
        const wanted = plainly(bytes)
        expect(cut(memoryReader(bytes)).lines).toEqual(wanted)
        expect(cut(memoryReader(bytes), block).lines).toEqual(wanted)
        expect(cut(memoryReader(bytes, most), block).lines).toEqual(wanted)
      }),
      { numRuns: 400 },
    )
  })

  it('count, with the bytes read and where to go on, the same for any block', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 4, max: 200 }), (bytes, block) => {
        const { reading } = cut(memoryReader(bytes), block)
        const position = bytes.lastIndexOf(10) + 1
        const lines = bytes.toString('latin1').split('\n').length - (position === bytes.length ? 1 : 0)
        expect(reading).toEqual({ lines, bytes: bytes.length, position })
      }),
      { numRuns: 400 },
    )
  })

  it('hold the same at every place where a block can end', () => {
    const bytes = Buffer.from(`${'a'.repeat(37)}\r\n{"x":1}{"y":2}\n\n${'b'.repeat(90)}\n${'c'.repeat(64)}\nlast`)
    const wanted = plainly(bytes)
    for (let block = 4; block < bytes.length + 4; block++) {
      for (const most of [1, 2, 3, 7, 64, 1000])
        expect(cut(memoryReader(bytes, most), block).lines, `${block}, ${most}`).toEqual(wanted)
    }
  })
})

describe('two objects on one line', () => {
  const glued = `{"a":"${'x'.repeat(50)}"}{"b":2}`

  it('are said to be possible wherever the block ends', () => {
    const bytes = Buffer.from(`{"first":1}\n${glued}\n{"last":1}\n`)
    for (let block = 4; block < bytes.length + 4; block++)
      expect(cut(memoryReader(bytes), block).glued, String(block)).toContain(glued)
  })

  it('are read though the first could be skipped, wherever the block ends', () => {
    const lines = `{"u":"${'x'.repeat(97)}"}\n{"u":"${'y'.repeat(70)}"}{"b":2}\n{"last":1}\n`
    const bytes = Buffer.from(lines)
    const skips = (b: Buffer, start: number) => b.toString('latin1', start, start + 4) === '{"u"'
    for (let block = 8; block < 90; block++) {
      const { lines: found } = cut(memoryReader(bytes), block, skips)
      expect(
        found.filter(line => line.text.includes('}{"b"')).map(line => line.number),
        `block ${block}`,
      ).toEqual([2])
      expect(found.at(-1)).toEqual({ text: '{"last":1}', number: 3, isTorn: false })
    }
  })
})

describe('a line longer than the block', () => {
  it('is not even gathered when its beginning says that it can be left out', () => {
    const bytes = Buffer.from(`skip ${'x'.repeat(500)}\nkeep ${'y'.repeat(500)}\nend\n`)
    const { lines, reading } = cut(
      memoryReader(bytes),
      64,
      (b, start) => b.toString('latin1', start, start + 4) === 'skip',
    )
    expect(lines.map(line => [line.number, line.text.length])).toEqual([
      [2, 505],
      [3, 3],
    ])
    expect(reading).toEqual({ lines: 3, bytes: bytes.length, position: bytes.length })
  })

  it('counts as torn when it is the last and has no newline', () => {
    const { lines } = cut(memoryReader(Buffer.from(`a\n${'y'.repeat(500)}`)), 64)
    expect(lines.map(line => [line.text.length, line.isTorn])).toEqual([
      [1, false],
      [500, true],
    ])
  })

  it('is left out and said where it is longer than a string can be', () => {
    const megabyte = Buffer.alloc(1 << 20, 'x')
    const length = 513 * megabyte.length
    const endless: ByteReader = {
      read(buffer, offset, wanted, position) {
        if (position >= length + 4) return 0
        if (position >= length) {
          const tail = Buffer.from('\nok\n').subarray(position - length, position - length + wanted)
          buffer.set(tail, offset)
          return tail.length
        }
        const n = Math.min(wanted, length - position, megabyte.length)
        buffer.set(n === megabyte.length ? megabyte : megabyte.subarray(0, n), offset)
        return n
      },
      close() {},
    }
    const { lines, tooLong } = cut(endless)
    expect([lines.map(line => line.text), tooLong]).toEqual([['ok'], [1]])
  }, 20_000)
})

it('a reader that fails is not swallowed', () => {
  const failing: ByteReader = {
    read() {
      throw new Error('disk')
    },
    close() {},
  }
  expect(() => cut(failing)).toThrow('disk')
})

it('a real file gives what it holds', () => {
  const path = join(temporaryHome(), 'log')
  const out = openSync(path, 'w')
  for (let i = 0; i < 40_000; i++) writeSync(out, `{"line":${i},"pad":"${'z'.repeat(i % 97)}"}\n`)
  closeSync(out)
  const fd = openSync(path, 'r')
  const { lines } = cut({ read: (b, o, l, p) => readSync(fd, b, o, l, p), close() {} })
  closeSync(fd)
  expect(lines).toHaveLength(40_000)
  expect(lines[39_999]?.text).toMatch(/^\{"line":39999,/)
}, 20_000)
