/** Texts and nested objects that look like usage records: only the real one counts, wherever the others stand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanLogs } from '../../support/scan.ts'
import { type Json, jsonl, progressLine, response, userLine } from '../../support/transcript.ts'

const record = response({ id: 'decoy', request: 'decoy', input: 1e6, output: 1e6 })
const usage = { input_tokens: 1e6, output_tokens: 1e6, cache_read_input_tokens: 1e6, cache_creation_input_tokens: 1e6 }
const real: Json = response({ id: 'm1', input: 11, output: 22, creation: 33, read: 44 })
const wanted = { input: 11, output: 22, cacheCreation: 33, cacheRead: 44, reasoning: 0, longCache: 0 }

const looksLikeOne: readonly unknown[] = [
  record,
  { message: record.message },
  { type: 'assistant', message: { id: 'decoy', usage } },
  { usage, stop_reason: 'end_turn', id: 'decoy', model: 'decoy' },
  { content: [{ type: 'text', text: 'x' }], stop_reason: 'tool_use', stop_sequence: null, usage },
  { a: [1], stop_reason: 'x', usage },
  [[[{ a: [] }], { stop_reason: null, usage }], { stop_reason: 'x' }],
  JSON.stringify(record),
  `${JSON.stringify(record)}\n${JSON.stringify(record)}`,
  JSON.stringify(JSON.stringify(record)),
  '],"stop_reason":"end_turn","usage":{"output_tokens":1000000}}',
  '}],"stop_reason":',
  '"}]}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1000000,"output_tokens":1000000}},"type":"assistant"}',
  '}{"type":"assistant","message":{"usage":{"output_tokens":1000000}}}',
  '\\"}],\\"stop_reason\\":\\',
  '\\',
  '"',
  '{"type":"assistant"',
]

const decoys = looksLikeOne.map(decoy => [JSON.stringify(decoy).slice(0, 60), decoy] as const)

describe.each(decoys)('what looks like a record, %s', (_name, decoy) => {
  const text = typeof decoy === 'string' ? decoy : JSON.stringify(decoy)
  const placed: readonly [string, Json][] = [
    [
      'a tool argument',
      response({ ...plain, content: [{ type: 'tool_use', id: 't', name: 'Write', input: { content: decoy } }] }),
    ],
    [
      'tool arguments as a whole',
      response({ ...plain, content: [{ type: 'tool_use', id: 't', name: 'X', input: decoy }] }),
    ],
    ['a text', response({ ...plain, content: [{ type: 'text', text }] })],
    ['thinking', response({ ...plain, content: [{ type: 'thinking', thinking: text, signature: text }] })],
    ['content that is a string', response({ ...plain, content: text })],
    ['content that is the thing itself', response({ ...plain, content: decoy })],
    ['a key', response({ ...plain, content: [{ type: 'tool_use', id: 't', name: 'X', input: { [text]: 1 } }] })],
    ['an unknown member of the message', response({ ...plain, message: { context: decoy } })],
    ['an unknown member of the usage', response({ ...plain, usage: { extra: decoy } })],
    ['an unknown member of the line', response({ ...plain, line: { attribution: decoy } })],
  ]

  it.each(placed)('in %s of a response', (_where, line) => {
    for (const detail of ['counts', 'calls'] as const) {
      const { tokens, entries, codes } = scanLogs(jsonl(line), detail)
      expect([tokens, entries.length, entries[0]?.messageId, codes]).toEqual([wanted, 1, 'm1', []])
    }
  })

  it('at the front of a response, and behind it', () => {
    for (const line of [
      { attribution: decoy, ...real },
      { ...real, zzz: decoy },
    ]) {
      expect(scanLogs(jsonl(line)).tokens).toEqual(wanted)
    }
  })

  it('in lines that are no response', () => {
    const lines = [
      userLine(text),
      userLine([{ type: 'text', text }]),
      userLine([{ type: 'tool_result', tool_use_id: 't', content: text }]),
      userLine([{ type: 'tool_result', tool_use_id: 't', content: [decoy] }], { toolUseResult: decoy }),
      { toolUseResult: decoy, ...userLine('x') },
      {
        message: { role: 'user', content: [decoy] },
        toolUseResult: { usage, content: [decoy] },
        type: 'user',
        sessionId: 's1',
      },
      { type: 'attachment', attachment: decoy, sessionId: 's1' },
      { type: 'system', subtype: 'local_command', content: text, level: 'info' },
      { type: 'queue-operation', operation: 'enqueue', content: text },
      { type: 'api-request-blob', hash: 'h', message: decoy },
      { message: decoy, type: 'api-request-blob' },
      { type: 'file-history-snapshot', snapshot: decoy },
      { type: 'summary', summary: text.slice(0, 100), leafUuid: 'x' },
      { type: 'last-prompt', lastPrompt: text },
      progressLine({}, { data: { type: 'bash_progress', output: text, fullOutput: decoy } }),
    ]
    const { tokens, entries, codes } = scanLogs(jsonl(...lines, real, ...lines))
    expect([tokens, entries.length, codes]).toEqual([wanted, 1, []])
  })
})

const plain = { id: 'm1', input: 11, output: 22, creation: 33, read: 44 }

/** All the ways to put members in another order, for lines as small as these. */
const reordered = (of: object) =>
  fc.shuffledSubarray(Object.entries(of), { minLength: Object.keys(of).length }).map(Object.fromEntries)

describe('the order of keys', () => {
  it('does not matter, on any level', () => {
    const message = typeof real.message === 'object' && real.message !== null ? real.message : {}
    const orders = fc.tuple(reordered(real), reordered(message)).map(([line, inner]) => {
      return Object.fromEntries(
        Object.entries({ ...line }).map(([key, value]) => [key, key === 'message' ? inner : value]),
      )
    })
    fc.assert(
      fc.property(orders, line => {
        const { entries } = scanLogs(jsonl(line))
        expect(entries).toEqual(scanLogs(jsonl(real)).entries)
      }),
    )
  })

  it('with type last, a user line is still one', () => {
    const { type, ...rest } = userLine([{ type: 'text', text: 'x' }], { toolUseResult: record, usage })
    expect(scanLogs(jsonl({ ...rest, type })).entries).toEqual([])
  })

  it('content of any shape, decoys among it, leaves the counts alone', () => {
    const leaf = fc.oneof(fc.constantFrom(...looksLikeOne), fc.string(), fc.integer(), fc.constant(null), fc.boolean())
    const key = fc.oneof(
      fc.constantFrom('usage', 'stop_reason', 'content', 'message', 'id', 'type', 'model', 'output_tokens'),
      fc.string(),
    )
    const content = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(fc.array(content, { maxLength: 5 }), content, reordered(real), (blocks, other, order) => {
        const line = {
          ...order,
          message: { ...(response({ ...plain, content: blocks }).message as object) },
          attribution: other,
        }
        expect(scanLogs(jsonl(line, userLine(blocks, { toolUseResult: other }))).tokens).toEqual(wanted)
      }),
      { numRuns: 300 },
    )
  })
})
