/** Items are kept beside the index: a second receipt opens no log, and whatever happens to the files, it says the same. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RawFlags, resolveOptions } from '../../src/config/resolve.ts'
import { forgetEntries } from '../../src/ingest/forget.ts'
import { read } from '../../src/load.ts'
import { readReceipt } from '../../src/load-receipt.ts'
import { group } from '../../src/receipt/group.ts'
import { IndexHome } from '../support/index-home.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const at = (minute: number, month = 9): string => new Date(Date.UTC(2026, month, 5, 10, minute)).toISOString()

const logOf = (session: string, words: string, month?: number): string => {
  const prompt = (text: string, minute: number) =>
    userLine(text, { sessionId: session, timestamp: at(minute, month), uuid: `${session}-p${minute}` })
  const answer = (minute: number) =>
    response({ id: `${session}-${minute}`, request: `${session}-r${minute}`, session, at: at(minute, month) })
  return jsonl(prompt(words, 0), answer(1), prompt(`${words} again`, 2), answer(3))
}

const why = async (home: IndexHome, flags: RawFlags = {}) => {
  const host = home.host()
  home.opened.length = 0
  const options = await resolveOptions(host, 'daily', { offline: true, ...flags })
  const { receipt, calendar } = await readReceipt(host, options)
  return {
    opened: [...home.opened],
    rows: group(receipt, calendar, 'activity'),
    titles: receipt.threads.flatMap(({ turns }) => turns.map(({ title }) => title)),
    bases: receipt.threads.map(({ basis }) => basis),
  }
}

const filled = (): IndexHome => {
  const home = new IndexHome()
  home.write('p/s1.jsonl', logOf('s1', 'Sharpen the chisels'))
  home.write('p/s2.jsonl', logOf('s2', 'Oil the plane', 8))
  return home
}

const filesOf = (home: IndexHome): string[] =>
  existsSync(home.index) ? readdirSync(home.index).filter(name => name.startsWith('items-')) : []

const titles = ['Oil the plane', 'Oil the plane again', 'Sharpen the chisels', 'Sharpen the chisels again']

it('a second receipt opens no log', async () => {
  const home = filled()
  const first = await why(home)
  expect(first.titles).toEqual(titles)
  expect(first.bases).toEqual(['inferred', 'inferred'])
  expect(first.opened.length).toBeGreaterThan(0)
  expect(await why(home)).toEqual({ ...first, opened: [] })
  expect(filesOf(home).length).toBe(2)
})

it('without the index nothing is stored, and all is the same', async () => {
  const home = filled()
  const direct = await why(home, { index: false })
  expect(existsSync(home.data)).toBe(false)
  const stored = await why(home)
  expect([stored.rows, stored.titles]).toEqual([direct.rows, direct.titles])
})

it('a log that has grown is read again, and no other', async () => {
  const home = filled()
  await why(home)
  home.append('p/s1.jsonl', jsonl(response({ id: 's1-3', request: 's1-r3', session: 's1', output: 9, at: at(4) })))
  const grown = await why(home)
  expect(new Set(grown.opened)).toEqual(new Set([home.path('p/s1.jsonl')]))
  const direct = await why(home, { index: false })
  expect([grown.rows, grown.titles]).toEqual([direct.rows, direct.titles])
  expect((await why(home)).opened).toEqual([])
})

it('only files of the months in question are opened', async () => {
  const home = filled()
  await why(home)
  const [older] = filesOf(home).sort()
  writeFileSync(join(home.index, older!), 'scribble')
  expect((await why(home, { since: '2026-10-01' })).opened).toEqual([])
  expect((await why(home)).opened).toEqual([home.path('p/s2.jsonl')])
})

describe('damage', () => {
  it.each([
    [
      'a flipped byte',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 4 : byte))),
    ],
    ['a file cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('%s: the logs are read anew, and the file is whole again', async (_, damage) => {
    const home = filled()
    const { rows } = await why(home)
    for (const name of filesOf(home)) {
      const path = join(home.index, name)
      writeFileSync(path, damage(readFileSync(path)))
    }
    const mended = await why(home)
    expect([mended.opened.length, mended.rows]).toEqual([2, rows])
    expect((await why(home)).opened).toEqual([])
  })
})

describe('titles', () => {
  it('are not stored where they are not wanted, nor shown', async () => {
    const home = filled()
    expect((await why(home, { titles: false })).titles).toEqual([undefined, undefined, undefined, undefined])
    expect(home.stored()).not.toContain('chisels')
    expect((await why(home)).titles).toEqual(titles)
  })

  it('that are stored go once they are not wanted any more', async () => {
    const home = filled()
    await why(home)
    expect(home.stored()).toContain('chisels')
    const without = await why(home, { titles: false })
    expect(without.titles).toEqual([undefined, undefined, undefined, undefined])
    expect(home.stored()).not.toContain('chisels')
    expect(home.stored()).not.toContain('plane')
  })
})

it('what is forgotten of the history is forgotten here too', async () => {
  const home = filled()
  await why(home)
  rmSync(home.path('p/s1.jsonl'))
  const host = home.host()
  const { ingested } = await read(host, await resolveOptions(host, 'daily', { offline: true }))
  expect(home.stored()).toContain('chisels again')
  const { entries, coverage } = ingested
  expect(forgetEntries(host, { entries, looks: coverage.looks, sweeps: () => true })).toBe(true)
  expect(home.stored()).not.toContain('chisels')
  expect((await why(home)).titles).toEqual(titles.slice(0, 2))
})
