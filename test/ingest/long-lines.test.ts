/** Lines longer than a block: pasted files, pictures, whole logs inside a tool's result. They count, and memory stays small. */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { memoryUsage } from 'node:process'
import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/host/host.ts'
import { makeHost } from '../support/host.ts'
import { scanLogs, scanSources, sourceOf } from '../support/scan.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const MIB = 1 << 20
const long = 'x'.repeat(MIB + MIB / 4)
const text = [{ type: 'text', text: long }]
const first = response({ id: 'm1', request: 'r1', output: 1 })
const last = response({ id: 'm9', request: 'r9', output: 2 })
const big = response({ id: 'm2', request: 'r2', output: 4, content: text })
const bigUser = userLine([{ type: 'tool_result', tool_use_id: 't', content: long }], { toolUseResult: first })

describe('a line longer than a block', () => {
  it.each([
    ['of a response', jsonl(big), 4],
    ['of a response, last and without a newline', jsonl(big).trimEnd(), 4],
    ['of a user', jsonl(bigUser), 0],
    ['of a user, with its type last', jsonl({ message: bigUser.message, toolUseResult: first, type: 'user' }), 0],
    ['of a user, with a response glued to it', `${JSON.stringify(bigUser)}${jsonl(big)}`, 4],
    ['of a response, with a user glued to it', `${JSON.stringify(big)}${jsonl(bigUser)}`, 4],
    [
      'of two responses',
      `${JSON.stringify(big)}${jsonl(response({ id: 'm3', request: 'r3', output: 8, content: text }))}`,
      12,
    ],
    [
      'of a kind without usage',
      jsonl({ type: 'api-request-blob', hash: 'h', message: { content: text, usage: { output_tokens: 5 } } }),
      0,
    ],
    [
      'with its usage at the front',
      jsonl({ ...big, message: { usage: { output_tokens: 4 }, id: 'm2', content: text } }),
      4,
    ],
    ['with line feeds and CRLF around', `\r\n${JSON.stringify(big)}\r\n`, 4],
  ])('%s', (_name, middle, output) => {
    const before = jsonl(first)
    const after = middle.endsWith('\n') ? jsonl(last) : ''
    const { tokens, codes, counts } = scanLogs(before + middle + after)
    expect([tokens.output, codes]).toEqual([1 + output + (after === '' ? 0 : 2), []])
    expect(counts.bytes).toBe(Buffer.byteLength(before + middle + after))
  })

  it('is read alike by a reader that hands out little at a time', () => {
    const log = jsonl(first, big, bigUser, last)
    const whole = scanLogs(log)
    expect(scanLogs(log, 'calls', 4099)).toEqual(whole)
    expect(whole.tokens.output).toBe(7)
  })

  it('cut off by a crash is said', () => {
    const { codes, tokens } = scanLogs(jsonl(first) + JSON.stringify(big).slice(0, -40))
    expect([codes, tokens.output]).toEqual([['torn-line'], 1])
  })
})

/** Writes `head`, 100 MiB of filler and `tail` as one line between two small responses; tokens and the most memory taken, in MiB. */
const readHuge = (head: string, tail: string) => {
  const path = join(temporaryHome(), 's1.jsonl')
  const file = openSync(path, 'w')
  writeSync(file, jsonl(first) + head)
  const filler = Buffer.alloc(MIB, 'x')
  for (let i = 0; i < 100; i++) writeSync(file, filler)
  writeSync(file, `${tail}\n${jsonl(last)}`)
  closeSync(file)
  const inUse = () => memoryUsage().external + memoryUsage().heapUsed
  const before = inUse()
  let most = before
  const plain = makeHost()
  const host: Host = {
    ...plain,
    open(name) {
      const fd = openSync(name, 'r')
      return {
        read(buffer, offset, length, position) {
          most = Math.max(most, inUse())
          return readSync(fd, buffer, offset, length, position)
        },
        close: () => closeSync(fd),
      }
    },
  }
  const { size } = statSync(path)
  const { tokens, codes, counts } = scanSources(host, [sourceOf(path, size)])
  return { output: tokens.output, codes, isWhole: counts.bytes === size, megabytes: (most - before) / MIB }
}

const halves = (line: object): [string, string] => {
  const [head, tail] = JSON.stringify(line).split('FILLER')
  return [head!, tail!]
}

describe('a line of 100 MiB', () => {
  it('of a response counts, and takes its own size and little more', () => {
    const { megabytes, ...read } = readHuge(
      ...halves(response({ id: 'm2', request: 'r2', output: 4, content: 'FILLER' })),
    )
    expect(read).toEqual({ output: 7, codes: [], isWhole: true })
    expect(megabytes).toBeLessThan(140)
  }, 30_000)

  it('of a user takes no more than a block', () => {
    const { megabytes, ...read } = readHuge(...halves(userLine('FILLER')))
    expect(read).toEqual({ output: 3, codes: [], isWhole: true })
    expect(megabytes).toBeLessThan(20)
  }, 30_000)
})
