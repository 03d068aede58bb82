/** Numbers and times in all the shapes that logs hold (peers/ccusage.md W10), and usage objects with parts missing. */
import { describe, expect, it } from 'vitest'
import { scanLogs } from '../../support/scan.ts'
import { jsonl, type ResponseParts, response } from '../../support/transcript.ts'

const good = response({ id: 'm2', request: 'r2', output: 7, at: '2026-11-02T10:00:00.000Z' })
const read = (parts: ResponseParts) => scanLogs(jsonl(response(parts), good))
const raw = (name: string, value: string) =>
  scanLogs(
    `${JSON.stringify(response({ output: 20 })).replace(new RegExp(`("${name}":)[^,}]+`), `$1${value}`)}\n${JSON.stringify(good)}\n`,
  )

describe('counts', () => {
  it.each(['7', '7.0', '7e0', '70e-1', '0.7E1', '"7"', '"7.0"', '" 7 "', '7.000'])('%s is seven', value => {
    const { tokens, codes } = raw('cache_read_input_tokens', value)
    expect([tokens.cacheRead, codes]).toEqual([7, []])
  })

  it.each([
    '-1',
    '-7.0',
    '"-7"',
    '7.5',
    '1e300',
    '9007199254740993',
    '1e16',
    '"NaN"',
    '"Infinity"',
    '"seven"',
    '""',
    'true',
  ])('%s is no count: it is left out and said, the others count', value => {
    const { tokens, codes, entries } = raw('cache_read_input_tokens', value)
    expect([tokens.cacheRead, entries.length, codes]).toEqual([0, 2, ['bad-number']])
  })

  it('the largest whole number that a double holds is still one', () => {
    expect(raw('cache_read_input_tokens', '9007199254740991').tokens.cacheRead).toBe(2 ** 53 - 1)
  })

  it.each(['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'])(
    'a negative %s is said',
    name => {
      const { codes, entries, diagnostics } = raw(name, '-3')
      expect([entries.map(entry => entry.messageId), codes]).toEqual([['m1', 'm2'], ['bad-number']])
      expect(diagnostics[0]?.args).toEqual({ path: '/logs/s1.jsonl', lines: '1' })
    },
  )

  it('absurd counts in the split of cache writes are said', () => {
    const { codes, entries } = read({
      usage: { cache_creation: { ephemeral_5m_input_tokens: -1, ephemeral_1h_input_tokens: 4 } },
    })
    expect([entries.length, entries[0]?.tokens.cacheCreation, codes]).toEqual([2, 4, ['bad-number']])
  })
})

describe('a usage with parts missing', () => {
  it('an empty one counts nothing and is said', () => {
    const { entries, codes } = scanLogs(jsonl(response({ message: { usage: {} } }), good))
    expect([entries.map(entry => entry.messageId), codes]).toEqual([['m2'], ['unknown-record']])
  })

  it.each([
    ['a text', '12'],
    ['a list', [12]],
    ['a number', 12],
    ['true', true],
  ])('%s instead of it counts nothing', (_name, usage) => {
    expect(scanLogs(jsonl(response({ message: { usage } }), good)).entries.map(entry => entry.messageId)).toEqual([
      'm2',
    ])
  })

  it('output alone is enough', () => {
    const { tokens } = scanLogs(jsonl(response({ message: { usage: { output_tokens: 31 } } })))
    expect(tokens).toEqual({ input: 0, output: 31, cacheCreation: 0, cacheRead: 0, reasoning: 0, longCache: 0 })
  })

  // Flat total, split into 5 minutes and 1 hour; what comes of it: all writes, and those for an hour.
  it.each([
    ['no split: all for five minutes', 100, undefined, undefined, 100, 0],
    ['split {0,0} with a flat total (W6)', 100, 0, 0, 100, 0],
    ['flat 0 with a split (2.1.152)', 0, 30, 70, 100, 70],
    ['no flat count, but a split', undefined, 30, 70, 100, 70],
    ['both agree', 100, 40, 60, 100, 60],
    ['split smaller than flat: the rest for five minutes (W6)', 100, 0, 40, 100, 40],
    ['split larger than flat', 50, 40, 60, 100, 60],
    ['only an hour', 90, undefined, 90, 90, 90],
    ['nothing', 0, 0, 0, 0, 0],
  ])('cache writes, %s', (_name, flat, short, long, all, hour) => {
    const split =
      short === undefined && long === undefined
        ? undefined
        : { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long }
    const { tokens } = scanLogs(jsonl(response({ creation: flat, usage: { cache_creation: split } })))
    expect([tokens.cacheCreation, tokens.longCache]).toEqual([all, hour])
  })

  it('thinking is a part of output, wherever it says more', () => {
    const of = (thinking: number) =>
      scanLogs(jsonl(response({ output: 20, usage: { output_tokens_details: { thinking_tokens: thinking } } }))).tokens
    expect([of(15).output, of(15).reasoning]).toEqual([20, 15])
    expect(of(99).reasoning).toBe(20)
  })

  it('what changes the price is kept; what is standard is not', () => {
    const [entry] = scanLogs(
      jsonl(
        response({
          usage: {
            speed: 'fast',
            service_tier: 'batch',
            inference_geo: 'us',
            server_tool_use: { web_search_requests: 3, web_fetch_requests: 5 },
          },
        }),
      ),
    ).entries
    expect([entry?.speed, entry?.tier, entry?.geo, entry?.webSearches]).toEqual(['fast', 'batch', 'us', 3])
    for (const geo of ['not_available', 'global', '']) {
      const plain = scanLogs(
        jsonl(response({ usage: { speed: 'standard', service_tier: 'standard', inference_geo: geo } })),
      ).entries[0]
      expect([plain?.speed, plain?.tier, plain?.geo, plain?.webSearches]).toEqual([undefined, undefined, undefined, 0])
    }
  })
})

describe('logged cost', () => {
  it.each([
    [0.5, 0.5],
    [1e-7, 1e-7],
    [2, 2],
    [null, undefined],
    [-1, undefined],
    ['much', undefined],
    [undefined, undefined],
  ])('costUSD %s', (given, wanted) => {
    const { entries, tokens } = scanLogs(jsonl(response({ line: { costUSD: given } })))
    expect([entries[0]?.loggedUsd, tokens.output]).toEqual([wanted, 20])
  })

  it('0 is what copies carry: never more than the real one', () => {
    expect(scanLogs(jsonl(response({ line: { costUSD: 0 } }))).entries[0]?.loggedUsd ?? 0).toBe(0)
  })

  it('the agent pays for a line without tokens too (W8)', () => {
    const line = response({ input: 0, output: 0, line: { costUSD: 0.5 } })
    expect(scanLogs(jsonl(line)).entries[0]?.loggedUsd).toBe(0.5)
  })
})

describe('times', () => {
  const at = Date.UTC(2026, 10, 2, 9, 0, 4)
  it.each([
    ['2026-11-02T09:00:04.100Z', at + 100],
    ['2026-11-02T09:00:04Z', at],
    ['2026-11-02T09:00:04.1Z', at + 100],
    ['2026-11-02T09:00:04.123456Z', at + 123],
    ['2026-11-02T09:00:04.123456789Z', at + 123],
    ['2026-11-02T09:00:04,100Z', at + 100],
    ['2026-11-02 09:00:04.100Z', at + 100],
    ['2026-11-02 09:00:04', at],
    ['2026-11-02T09:00Z', at - 4000],
    ['2026-11-02T14:30:04.100+05:30', at + 100],
    ['2026-11-02T14:30:04+0530', at],
    ['2026-11-01T23:00:04.000-10', at],
    ['2026-11-02t09:00:04.100z', at + 100],
    [' 2026-11-02T09:00:04Z ', at],
    [at, at],
    [at / 1000, at],
    [at / 1000 + 0.25, at + 250],
    [String(at), at],
    ['2026-11-02T09:00:60.000Z', at + 55_000],
    ['2024-02-29T00:00:00.000Z', Date.UTC(2024, 1, 29)],
  ])('%s', (given, wanted) => {
    const { entries, codes } = scanLogs(jsonl(response({ at: given })))
    expect([entries[0]?.at, codes]).toEqual([wanted, []])
  })

  it.each([
    '2026-02-30T09:00:04.100Z',
    '2025-02-29T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-11-02T25:00:00.000Z',
    '2026-11-02T09:61:04.000Z',
    '2026-11-00T09:00:04.100Z',
    'yesterday',
    '',
    '2026-11-02',
    null,
    undefined,
    true,
    {},
    [],
    -5,
    12,
    '2026-11-02T09:00:04.10xZ',
  ])('%s is no time: the response belongs to no day, is left out and said', given => {
    const { entries, codes } = scanLogs(jsonl(response({ at: given }), good))
    expect([entries.map(entry => entry.messageId), codes]).toEqual([['m2'], ['no-timestamp']])
  })
})
