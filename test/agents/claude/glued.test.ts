/** Several objects on one line, as real logs hold them (formats/claude-code.md §4.6). */
import { expect, it } from 'vitest'
import { scanLogs } from '../../support/scan.ts'
import { response, userLine } from '../../support/transcript.ts'

const named = {
  first: response({ id: 'm1', request: 'r1', output: 1 }),
  second: response({ id: 'm2', request: 'r2', output: 2 }),
  third: response({ id: 'm3', request: 'r3', output: 4 }),
  user: userLine('and then'),
  decoy: userLine('x', { toolUseResult: response({ output: 4096 }) }),
  title: { type: 'ai-title', aiTitle: 'Fix it', sessionId: 's1' },
  late: { message: { role: 'user', content: 'x' }, type: 'user', uuid: 'p2' },
  odd: { type: 'mode', mode: 'default' },
}

const line = (names: readonly (keyof typeof named)[]) => names.map(name => JSON.stringify(named[name])).join('')

it.each([
  { of: ['first', 'second'], output: 3 },
  { of: ['user', 'first'], output: 1 },
  { of: ['first', 'user'], output: 1 },
  { of: ['decoy', 'first'], output: 1 },
  { of: ['first', 'decoy', 'second'], output: 3 },
  { of: ['title', 'first'], output: 1 },
  { of: ['odd', 'first', 'title'], output: 1 },
  { of: ['late', 'second', 'late', 'third'], output: 6 },
  { of: ['first', 'second', 'third'], output: 7 },
  { of: ['user', 'user', 'third'], output: 4 },
  { of: ['user', 'decoy', 'odd'], output: 0 },
] as const)('$of', ({ of, output }) => {
  for (const log of [`${line(of)}\n`, line(of), `${line(of)}\r\n${line(['user'])}\n`]) {
    const { tokens, codes } = scanLogs(log)
    expect([tokens.output, codes]).toEqual([output, []])
  }
})

it('a response behind a broken object is found, and the break is said', () => {
  const { entries, codes } = scanLogs(`${line(['first']).slice(0, -2)}${line(['second'])}\n${line(['third'])}\n`)
  expect([entries.map(entry => entry.messageId), codes]).toEqual([['m2', 'm3'], ['bad-line']])
})

it('a response before a broken object counts, and the break is said', () => {
  const { entries, codes } = scanLogs(`${line(['first'])}${line(['second']).slice(0, -2)}\n${line(['third'])}\n`)
  expect([entries.map(entry => entry.messageId), codes]).toEqual([['m1', 'm3'], ['bad-line']])
})

it('blanks between two responses change nothing', () => {
  for (const blank of [' ', '\t', '  ', '\r']) {
    const log = `${JSON.stringify(named.first)}${blank}${JSON.stringify(named.second)}\n`
    expect(scanLogs(log).tokens.output, JSON.stringify(blank)).toBe(3)
  }
})

it('a user line that a crash cut off loses nothing of the record written behind it', () => {
  const torn = '{"parentUuid":null,"type":"user","message":{"role":"user","content":"and then'
  const { entries, codes } = scanLogs(`${torn}${line(['first'])}\n${line(['second'])}\n`)
  expect([entries.map(entry => entry.messageId), codes]).toEqual([['m1', 'm2'], ['bad-line']])
})

it('blanks and NULs between a user line and a response change nothing', () => {
  const user = '{"parentUuid":null,"type":"user","message":{"role":"user","content":"x"}}'
  for (const between of ['', ' ', '\0', '\t \0'])
    expect(scanLogs(`${user}\n${user}${between}${line(['first'])}\n`).entries.length, JSON.stringify(between)).toBe(1)
})
