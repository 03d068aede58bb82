/** Logs as disks, crashes and other programs leave them: what can be read is read, the rest is counted. */
import { describe, expect, it } from 'vitest'
import { scanLogs } from '../../support/scan.ts'
import { jsonl, response, userLine } from '../../support/transcript.ts'

const first = response({ id: 'm1', request: 'r1', output: 100 })
const second = response({ id: 'm2', request: 'r2', output: 7, at: '2026-11-02T09:01:00.000Z' })
const text = (line: unknown) => JSON.stringify(line)
const outputs = (log: string | Buffer) => scanLogs(log).entries.map(entry => entry.tokens.output)

describe('line breaks and what stands around a line', () => {
  it.each([
    ['LF', `${text(first)}\n${text(second)}\n`],
    ['CRLF', `${text(first)}\r\n${text(second)}\r\n`],
    ['CRLF, none at the end', `${text(first)}\r\n${text(second)}`],
    ['blank lines and blanks', `\n\n  ${text(first)} \t\r\n\r\n   \n\t${text(second)}\n\n`],
    ['a byte order mark', `\ufeff${text(first)}\n${text(second)}\n`],
    ['a byte order mark on every line', `\ufeff${text(first)}\r\n\ufeff${text(second)}\r\n`],
    ['NULs before and behind lines', `\0\0\0${text(first)}\0\0\n\0${text(second)}\n\0\0\0\0`],
    ['a line of NULs', `${text(first)}\n${'\0'.repeat(5000)}\n${text(second)}\n`],
    [
      'blanks inside objects',
      `${JSON.stringify(first, null, 1).replace(/\n/g, ' ')}\n${text(second).replace(/:/, ' : ')}\n`,
    ],
    ['tabs inside objects', `${JSON.stringify(first, null, '\t').replace(/\n/g, '\t')}\n${text(second)}\n`],
  ])('%s', (_name, log) => {
    const { entries, codes } = scanLogs(log)
    expect(entries.map(entry => entry.tokens.output)).toEqual([100, 7])
    expect(codes).toEqual([])
  })

  it('a whole last line counts without its newline', () => {
    const { entries, codes } = scanLogs(`${text(first)}\n${text(second)}`)
    expect([entries.length, codes]).toEqual([2, []])
  })

  it('an empty file, one newline and a lone byte order mark are nothing, and not odd', () => {
    for (const log of ['', '\n', '\ufeff', '\r\n\r\n', '   ']) {
      const { entries, codes } = scanLogs(log)
      expect([entries.length, codes], JSON.stringify(log)).toEqual([0, []])
    }
  })
})

describe('torn and broken lines', () => {
  it('a last line cut at any byte is left for later and said, the line before it counts', () => {
    const whole = Buffer.from(text(second))
    for (let cut = 1; cut < whole.length; cut++) {
      const { entries, codes } = scanLogs(Buffer.concat([Buffer.from(`${text(first)}\n`), whole.subarray(0, cut)]))
      expect([cut, entries.map(entry => entry.messageId), codes]).toEqual([cut, ['m1'], ['torn-line']])
    }
  })

  it('a line cut at any byte in the middle of a log costs nothing but itself', () => {
    const whole = Buffer.from(text(first))
    for (let cut = 1; cut < whole.length; cut++) {
      const log = Buffer.concat([whole.subarray(0, cut), Buffer.from(`\n${text(second)}\n`)])
      const { entries, codes } = scanLogs(log)
      expect([cut, entries.map(entry => entry.messageId), codes]).toEqual([cut, ['m2'], ['bad-line']])
    }
  })

  it('a torn prompt is said too', () => {
    const log = `${text(first)}\n${text(userLine('a long story')).slice(0, -5)}`
    expect(scanLogs(log).codes).toEqual(['torn-line'])
  })

  it.each([
    'hello',
    '42',
    '[1,2]',
    '"text"',
    '}',
    '{',
    '{"type":"assistant",}}',
    "{'type':'assistant'}",
    '{"type" "assistant"}',
  ])('a line that says %s is counted as bad and named', bad => {
    const { diagnostics, entries } = scanLogs(`${text(first)}\n${bad}\n${text(second)}\n${bad}\n`)
    expect(diagnostics).toEqual([{ code: 'bad-line', args: { path: '/logs/s1.jsonl', lines: '2, 4' }, count: 2 }])
    expect(entries).toHaveLength(2)
  })

  it('a log that starts in the middle of a line, as after a rotation', () => {
    const { entries, codes } = scanLogs(`${text(first).slice(300)}\n${text(second)}\n`)
    expect([entries.map(entry => entry.messageId), codes]).toEqual([['m2'], ['bad-line']])
  })

  it('a broken escape inside the iterations of a usage does not end the run', () => {
    const broken = text(
      response({ id: 'm3', usage: { iterations: [{ type: 'advisor_message', model: 'QQ' }] } }),
    ).replace('QQ', '\\q')
    const log = `${text(first)}\n${broken}\n${text(second)}\n`
    expect(scanLogs(log).entries.map(entry => entry.messageId)).toEqual(expect.arrayContaining(['m1', 'm2']))
  })
})

describe('texts that are no proper text', () => {
  const placed: readonly [string, object][] = [
    ['content', { content: [{ type: 'text', text: 'SURROGATE' }] }],
    ['a tool argument', { content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'SURROGATE' } }] }],
    ['cwd', { cwd: '/home/SURROGATE' }],
    ['the model', { model: 'claude-SURROGATE' }],
    ['the branch', { line: { gitBranch: 'SURROGATE' } }],
    ['an unknown member', { line: { slug: 'SURROGATE' } }],
  ]

  it.each(placed)('a lone surrogate in %s', (_where, parts) => {
    for (const half of ['\\ud83d', '\\ude00', '\\ud83d\\ud83d', 'x\\uD83Dx']) {
      const odd = text(response({ id: 'm3', request: 'r3', output: 31, ...parts })).replaceAll('SURROGATE', half)
      const { codes, tokens } = scanLogs(`${text(first)}\n${odd}\n${text(second)}\n`, 'calls')
      expect([half, tokens.output, codes]).toEqual([half, 138, []])
    }
  })

  it('a lone surrogate in a title keeps the title', () => {
    const title = '{"type":"ai-title","aiTitle":"Fix \\ud83d it","sessionId":"s1"}'
    const { notes, codes } = scanLogs(`${title}\n${text(first)}\n`)
    expect([notes[0]?.text, codes]).toEqual(['Fix \ud83d it', []])
  })

  it.each(placed)('bytes that are no UTF-8 in %s', (_where, parts) => {
    const [head, tail] = text(response({ id: 'm3', request: 'r3', output: 31, ...parts })).split('SURROGATE')
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0xbd], [0xf0, 0x9f], [0x80, 0x80]]) {
      const odd = [`${text(first)}\n`, head!, Buffer.from(bytes), tail!, `\n${text(second)}\n`].map(part =>
        Buffer.from(part),
      )
      const { codes, tokens } = scanLogs(Buffer.concat(odd), 'calls')
      expect([tokens.output, codes]).toEqual([138, []])
    }
  })

  it('escapes, emoji and every plane of letters in a folder come out as they are', () => {
    const cwd = '/home/"dev"\\ü漢字😀\u0001\u2028'
    expect(scanLogs(jsonl(response({ cwd }))).entries[0]?.cwd).toBe(cwd)
  })
})

describe('duplicate keys', () => {
  const twice = (line: unknown, key: string, other: string) =>
    text(line).replace(`"${key}":`, `"${key}":${other},"${key}":`)

  it.each([
    ['a count', twice(first, 'output_tokens', '55')],
    ['the usage', twice(first, 'usage', '{"output_tokens":5000,"cache_read_input_tokens":9}')],
    ['the message', twice(first, 'message', '{"id":"m9","usage":{"output_tokens":5000}}')],
    ['the id', twice(first, 'id', '"m9"')],
    ['the time', twice(first, 'timestamp', '"2020-01-01T00:00:00.000Z"')],
    ['the session', twice(first, 'sessionId', '"s9"')],
    ['the content', twice(first, 'content', '[{"type":"text","text":"x"}]')],
    ['a count that was null', twice(first, 'output_tokens', 'null')],
    ['a usage that was null', twice(first, 'usage', 'null')],
  ])('the last one wins: %s', (_name, line) => {
    const [entry, ...others] = scanLogs(`${line}\n`).entries
    expect(others).toEqual([])
    expect({ ...entry, sourceAt: 0 }).toEqual({ ...scanLogs(jsonl(first)).entries[0], sourceAt: 0 })
  })

  it('a later message without usage takes the earlier one away', () => {
    expect(outputs(`${text(first).slice(0, -1)},"message":{"role":"assistant"}}\n`)).toEqual([])
  })
})

describe('null', () => {
  const members = [
    'parentUuid',
    'isSidechain',
    'requestId',
    'uuid',
    'cwd',
    'sessionId',
    'version',
    'gitBranch',
    'costUSD',
    'agentId',
    'session_id',
  ]
  it.each(members)('as %s is as if it were not there', name => {
    const given = response({ output: 100, line: { [name]: null } })
    const absent = response({ output: 100, line: { [name]: undefined } })
    const read = scanLogs(jsonl(given, second))
    expect(read.entries).toEqual(scanLogs(jsonl(absent, second)).entries)
    expect([read.tokens.output, read.codes]).toEqual([107, []])
  })

  it.each([
    'id',
    'model',
    'role',
    'type',
    'content',
    'stop_reason',
    'stop_sequence',
    'container',
    'context_management',
  ])('as message.%s is as if it were not there', name => {
    const given = response({ output: 100, message: { [name]: null } })
    const absent = response({ output: 100, message: { [name]: undefined } })
    const read = scanLogs(jsonl(given, second))
    expect(read.entries).toEqual(scanLogs(jsonl(absent, second)).entries)
    expect([read.tokens.output, read.codes]).toEqual([107, []])
  })

  it.each([
    'cache_creation',
    'server_tool_use',
    'service_tier',
    'speed',
    'inference_geo',
    'iterations',
    'output_tokens_details',
    'cache_creation_input_tokens',
    'cache_read_input_tokens',
    'input_tokens',
    'unknown',
  ])('as usage.%s is as if it were not there', name => {
    const given = response({ output: 100, usage: { [name]: null } })
    const absent = response({ output: 100, usage: { [name]: undefined } })
    const read = scanLogs(jsonl(given, second))
    expect(read.entries).toEqual(scanLogs(jsonl(absent, second)).entries)
    expect([read.tokens.output, read.codes]).toEqual([107, []])
  })

  it('inside a tool call changes nothing (ccusage drops such lines)', () => {
    const input = {
      id: null,
      model: null,
      version: null,
      cwd: null,
      requestId: null,
      speed: null,
      usage: null,
      message: null,
    }
    const line = response({ output: 100, content: [{ type: 'tool_use', id: 't1', name: 'Set', input }] })
    expect(scanLogs(jsonl(line)).tokens.output).toBe(100)
  })

  it('as usage, message or a record leaves nothing to count, and the neighbours alone', () => {
    const lines = [response({ message: { usage: null } }), { ...first, message: null }, 'null', { type: null }, {}]
    const { entries } = scanLogs(jsonl(...lines, second))
    expect(entries.map(entry => entry.messageId)).toEqual(['m2'])
  })

  it('as type leaves it to the message to say what the line is', () => {
    expect(outputs(jsonl(response({ output: 100, line: { type: null } })))).toEqual([100])
    expect(outputs(jsonl(response({ output: 100, line: { type: undefined } })))).toEqual([100])
  })
})
