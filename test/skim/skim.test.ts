/** The walker against JSON.parse, on any JSON; and that the compiled walker is the one in the source. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileWalker } from '../../src/skim/compile.ts'
import { BROKEN, OTHER, Skimmer, type SkimTable } from '../../src/skim/skim.ts'
import { walkerWasm } from '../../src/skim/walker-wasm.ts'

const paths = [
  'type',
  'id',
  'message.model',
  'message',
  'message.usage',
  'message.usage.input_tokens',
  'at',
  'message.usage.cache.x',
]
const table: SkimTable = { paths, texts: 2, words: ['assistant', 'progress'], needed: 'message.usage' }

const put = (skimmer: Skimmer, text: string, at = 0): void => {
  const length = skimmer.block.write(text, at)
  skimmer.block[at + length] = 10
}

/** What the walker found, as values; a broken text is left out. */
const found = (skimmer: Skimmer): Record<string, unknown> =>
  Object.fromEntries(
    paths.flatMap((path, field) => {
      if (!skimmer.has(field)) return []
      return [[path, JSON.parse(skimmer.block.toString('utf8', skimmer.starts[field], skimmer.ends[field]))]]
    }),
  )

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same by JSON.parse: a path is followed through objects only. */
const wanted = (record: unknown): Record<string, unknown> =>
  Object.fromEntries(
    paths.flatMap(path => {
      let value: unknown = record
      for (const name of path.split('.')) {
        if (!isObject(value) || !Object.hasOwn(value, name)) return []
        value = value[name]
      }
      return [[path, value]]
    }),
  )

const key = fc.oneof(
  fc.constantFrom('id', 'at', 'model', 'usage', 'message', 'input_tokens', 'cache', 'x'),
  fc.string({ unit: 'binary' }),
)
const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const json = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
})).object

/** JSON with white space where it may stand. */
const loose = (value: unknown, space: string): string => JSON.stringify(value, null, space).replaceAll('\n', '')

describe('the walker', () => {
  const skimmer = new Skimmer(table)

  it('finds what JSON.parse finds, whatever stands around it', () => {
    fc.assert(
      fc.property(json, fc.constantFrom('', ' ', '\t'), fc.nat(40), (record, space, at) => {
        const line = loose({ type: 'assistant', ...record }, space)
        const object = { type: 'assistant', ...record }
        put(skimmer, line, at)
        expect(skimmer.walk(at)).toBe(at + Buffer.byteLength(line))
        expect(found(skimmer)).toEqual(wanted(JSON.parse(JSON.stringify(object))))
      }),
      { numRuns: 1000 },
    )
  })

  it('calls every beginning of a record broken', () => {
    fc.assert(
      fc.property(json, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (record, share) => {
        const bytes = Buffer.from(JSON.stringify({ type: 'assistant', ...record }))
        const cut = 1 + Math.floor((bytes.length - 1) * share)
        skimmer.block.set(bytes.subarray(0, cut))
        skimmer.block[cut] = 10
        expect(skimmer.walk(0)).toBe(BROKEN)
      }),
    )
  })

  it('takes the last of two members of one name, whole', () => {
    put(skimmer, '{"type":"assistant","message":{"model":"a","usage":{"input_tokens":1}},"message":{"model":"b"}}')
    skimmer.walk(0)
    expect(found(skimmer)).toEqual({ type: 'assistant', message: { model: 'b' }, 'message.model': 'b' })
    put(skimmer, '{"type":"assistant","message":{"model":"a","usage":{"input_tokens":1}},"message":null}')
    skimmer.walk(0)
    expect(found(skimmer)).toEqual({ type: 'assistant', message: null })
  })

  it('leaves a record of another type where its type stands', () => {
    put(skimmer, '{"id":"1","type":"user","message":{"model":"m"}')
    expect(skimmer.walk(0)).toBe(OTHER)
    expect(skimmer.has(paths.indexOf('message'))).toBe(false)
  })

  it('hands out a text again as long as it stays the same', () => {
    const id = paths.indexOf('id')
    const texts = ['a', 'a', 'b', 'a', '', 'é\\n', 'é\\n', 'x'.repeat(300), `${'x'.repeat(299)}y`].map(text => {
      put(skimmer, `{"type":"progress","id":"${text}"}`)
      skimmer.walk(0)
      return skimmer.text(id)
    })
    expect(texts).toEqual(['a', 'a', 'b', 'a', undefined, 'é\n', 'é\n', 'x'.repeat(300), `${'x'.repeat(299)}y`])
    put(skimmer, '{"type":"progress","id":7}')
    skimmer.walk(0)
    expect(skimmer.text(id)).toBeUndefined()
  })

  it('remembers a text that nobody asked for', () => {
    const id = paths.indexOf('id')
    const at = (text: string): void => {
      put(skimmer, `{"type":"progress","id":"${text}"}`)
      skimmer.walk(0)
    }
    at('first')
    expect(skimmer.text(id)).toBe('first')
    at('second')
    at('second')
    expect(skimmer.text(id)).toBe('second')
  })

  it('has room for a line of the size that was asked for', () => {
    const large = skimmer.sibling(3 << 20)
    const line = `{"type":"assistant","id":"${'y'.repeat((3 << 20) - 40)}"}`
    put(large, line)
    expect(large.walk(0)).toBe(line.length)
  })
})

describe('walker-wasm.ts', () => {
  it('is what walker.as.ts compiles to (`npm run wasm` writes it)', async () => {
    expect(Buffer.from(await compileWalker()).toString('base64')).toBe(walkerWasm)
  })
})
