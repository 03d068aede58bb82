/** The store's file format: what goes in comes out, and nothing else is ever taken for it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FORMAT, type Numbers, pack, unpack } from '../../src/store/container.ts'

const opened = (file: Buffer) => {
  const found = unpack(file)
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** -0 comes back as 0. */
const plain = (values: Numbers): number[] => Array.from(values, value => (value === 0 ? 0 : value))

const whole = fc.oneof(
  fc.nat(300),
  fc.nat(70_000),
  fc.nat(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 32, 2 ** 32 - 1, 2 ** 60, 255, 256, 65_535, 65_536),
)
const anyNumber = fc.oneof(
  whole,
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const floats = fc
  .oneof(
    fc.array(anyNumber),
    fc.array(whole),
    fc.tuple(anyNumber, fc.nat(20)).map(([value, count]) => Array.from({ length: count }, () => value)),
    fc.tuple(whole, fc.array(fc.nat(200))).map(([base, list]) => list.map(value => base + value)),
  )
  .map(list => Float64Array.from(list))
const column = fc.oneof(
  floats,
  fc.array(fc.nat(0xffffffff)).map(list => Uint32Array.from(list)),
  fc.uint8Array().map(bytes => Buffer.from(bytes)),
)
const columns = fc.dictionary(fc.string(), column, { maxKeys: 6, noNullPrototype: true })

const sample = pack(
  { texts: ['', 'häuser'], merged: { copies: 3 } },
  {
    a: Float64Array.of(1, 2, Number.NaN),
    b: Uint32Array.of(7, 7),
    c: Buffer.from('states'),
    d: Float64Array.of(1, 300),
  },
)

describe('pack and unpack', () => {
  it('give back any facts and columns', () => {
    fc.assert(
      fc.property(fc.jsonValue(), columns, (facts, list) => {
        const file = opened(pack(facts, list))
        expect(JSON.stringify(file.facts)).toBe(JSON.stringify(facts))
        for (const [name, values] of Object.entries(list)) {
          expect(file.size(name)).toBe(values.length)
          if (Buffer.isBuffer(values)) expect(file.bytes(name).equals(values)).toBe(true)
          else {
            const into =
              values instanceof Float64Array ? new Float64Array(values.length) : new Uint32Array(values.length)
            expect(file.read(name, into)).toBe(true)
            expect(plain(into)).toEqual(plain(values))
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  it('read a column into a place of a longer one, from bytes that lie anywhere in memory', () => {
    const bytes = pack(null, { wide: Float64Array.of(0.5, 1e300), narrow: Uint32Array.of(5, 70_000) })
    const moved = Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3)
    const into = new Float64Array(5)
    opened(moved).read('wide', into, 2)
    expect([...into]).toEqual([0, 0, 0.5, 1e300, 0])
    opened(moved).read('narrow', into, 0)
    expect([...into]).toEqual([5, 70_000, 0.5, 1e300, 0])
  })

  it('have nothing under a name that was not given', () => {
    const file = opened(sample)
    expect([file.size('z'), file.bytes('z').length, file.read('z', new Float64Array(1))]).toEqual([0, 0, false])
  })

  it('keep small numbers in small files', () => {
    const million = Float64Array.from({ length: 1e5 }, (_, i) => 1.79e12 + (i % 200))
    expect(pack(null, { million }).length).toBeLessThan(101_000)
    expect(pack(null, { same: new Float64Array(1e5).fill(0.25) }).length).toBeLessThan(200)
  })
})

describe('what is not what was written', () => {
  it('is damaged when any bit of it is flipped', () => {
    expect(typeof unpack(sample)).toBe('object')
    for (let at = 0; at < sample.length; at++) {
      for (const bit of [1, 16, 128]) {
        const other = Buffer.from(sample)
        other[at]! ^= bit
        expect([at, bit, unpack(other)]).toEqual([at, bit, 'damaged'])
      }
    }
  })

  it('is damaged when it is cut anywhere, or goes on', () => {
    for (let end = 0; end < sample.length; end++)
      expect([end, unpack(sample.subarray(0, end))]).toEqual([end, 'damaged'])
    expect(unpack(Buffer.concat([sample, Buffer.alloc(1)]))).toBe('damaged')
  })

  it('is damaged when it is something else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => unpack(Buffer.from(bytes)) === 'damaged'))
  })
})

it('a file of a newer format is newer, and of an older one is read', () => {
  const withFormat = (format: number): Buffer => pack(null, { a: Uint32Array.of(1) }, format)
  expect(unpack(withFormat(FORMAT + 1))).toBe('newer')
  expect(typeof unpack(withFormat(FORMAT))).toBe('object')
  const broken = withFormat(FORMAT + 1)
  broken[broken.length - 1]! ^= 1
  expect(unpack(broken)).toBe('damaged')
})
