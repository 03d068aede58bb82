/** Roo Code: what `tokensIn` holds, by protocol and time; models and folders from what was sent along. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import roo from '../../src/agents/roo.ts'
import { temporaryHome } from '../support/temporary.ts'
import { type DirectOptions, fixtures, readDirectly } from './read-directly.ts'

const read = (options: DirectOptions) => readDirectly(roo, options)

describe('fixtures', () => {
  it.each(readdirSync(join(fixtures, 'roo')))('%s', name => {
    const { entries, codes, tokens, notes, items } = read({
      home: join(fixtures, 'roo', name, 'home'),
      detail: 'items',
    })
    const expected = JSON.parse(readFileSync(join(fixtures, 'roo', name, 'expected.json'), 'utf8'))
    expect(tokens).toMatchObject(expected.tokens)
    expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
    expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
    expect(JSON.stringify([entries, notes])).not.toContain('xyzzy')
    expect(JSON.stringify(items.map(({ target, ...item }) => item))).not.toContain('xyzzy')
  })

  it('know models, folders and the cost of a condensation', () => {
    const { entries, notes } = read({ home: join(fixtures, 'roo/protocols/home') })
    const old = entries.filter(entry => entry.session === 'task-old')
    expect(old.map(entry => [entry.model, entry.cwd])).toEqual([
      ['anthropic/claude-sonnet-4.5', '/home/dev/app'],
      ['gpt-5.2', '/home/dev/app'],
      ['gpt-5.2', '/home/dev/app'],
    ])
    const [condensed] = entries.filter(entry => entry.loggedUsd === 0.03)
    expect(condensed).toMatchObject({
      cwd: '/home/dev/other',
      tokens: { input: 0, output: 0 },
      quality: { input: 'none' },
    })
    expect(notes.map(note => note.text)).toEqual(['Fix the tests', 'Fix the tests'])
  })
})

const BEFORE = Date.UTC(2025, 9, 31)
const AFTER = Date.UTC(2025, 10, 1)

const request = (ts: number, usage: object) => ({
  ts,
  type: 'say',
  say: 'api_req_started',
  text: JSON.stringify(usage),
})

const inputs = (...messages: readonly unknown[]) => {
  const path = '.config/Cursor/User/globalStorage/rooveterinaryinc.roo-cline/tasks/t/ui_messages.json'
  return read({ home: temporaryHome({ [path]: JSON.stringify(messages) }) })
}

describe('tokensIn', () => {
  const usage = { tokensIn: 1000, tokensOut: 5, cacheReads: 700, cacheWrites: 200, cost: 0.1 }

  it.each([
    ['anthropic', BEFORE, 1000],
    ['anthropic', AFTER, 100],
    ['openai', BEFORE, 100],
    ['openai', AFTER, 100],
    [undefined, BEFORE, 1000],
  ])('of %s', (apiProtocol, at, input) => {
    const { entries } = inputs(request(at, { ...usage, ...(apiProtocol ? { apiProtocol } : {}) }))
    expect(entries[0]?.tokens).toMatchObject({ input, cacheRead: 700, cacheCreation: 200, output: 5 })
  })

  it('that is less than the cache leaves the cache out', () => {
    const { entries } = inputs(request(AFTER, { ...usage, tokensIn: 10, apiProtocol: 'anthropic' }))
    expect(entries[0]?.tokens.input).toBe(10)
  })

  it('of anything else is said', () => {
    const { entries, codes } = inputs(
      null,
      5,
      { type: 'say', say: '__proto__' },
      request(AFTER, { tokensIn: -1, tokensOut: 5 }),
      { ...request(AFTER, {}), text: null },
    )
    expect([entries.map(({ tokens }) => [tokens.input, tokens.output]), codes]).toEqual([
      [[0, 5]],
      { 'bad-number': 1, 'unknown-record': 1 },
    ])
  })
})

describe('discovery', () => {
  it('follows the setting that moves the tasks', () => {
    const home = temporaryHome({ 'roo/tasks/t/ui_messages.json': '[]' })
    const there = temporaryHome({
      '.config/Code/User/settings.json': `{\n // a comment\n "roo-cline.customStoragePath": ${JSON.stringify(join(home, 'roo'))},\n}`,
    })
    const { sources } = read({ home: there })
    expect(sources.map(source => source.session)).toEqual(['t'])
  })
})
