/** Logs that go, shrink, move or cannot be read: what was known of them stays, is told, and is never counted twice. */
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/host/host.ts'
import type { Ingested } from '../../src/ingest/ingest.ts'
import { answerOf, codesOf, entriesOf, IndexHome } from '../support/index-home.ts'
import { jsonl, type ResponseParts, response } from '../support/transcript.ts'

/** A response that shares its figures with no other. */
const line = (id: number, more: ResponseParts = {}): string =>
  jsonl(
    response({
      id: `m${id}`,
      request: `r${id}`,
      output: 100 + id,
      at: new Date(Date.UTC(2026, 9, 1 + id)).toISOString(),
      ...more,
    }),
  )

const title = (session: string, text: string): string =>
  `${JSON.stringify({ type: 'custom-title', customTitle: text, sessionId: session })}\n`

const log = (...ids: readonly number[]): string => ids.map(id => line(id)).join('')

const outputsOf = (ingested: Ingested): number[] =>
  ingested.entries.map(({ entry }) => entry.tokens.output).sort((a, b) => a - b)

const historyOf = (ingested: Ingested): number => codesOf(ingested).history ?? 0

/** Outputs and how many of them are history; the same again with nothing changed, and without history the same as the logs alone. */
const seen = async (home: IndexHome, host: Host = home.host()): Promise<readonly [number[], number]> => {
  const found = await home.run({}, host)
  const again = await home.run({}, host)
  expect(answerOf(again)).toEqual(answerOf(found))
  const live = await home.run({ history: false }, host)
  const plain = await home.run({ index: false }, host)
  expect(entriesOf(live)).toEqual(entriesOf(plain))
  expect(live.notes).toEqual(plain.notes)
  expect(live.diagnostics.list()).toEqual(plain.diagnostics.list())
  return [outputsOf(found), historyOf(found)]
}

const homeWith = async (logs: Readonly<Record<string, string>>): Promise<IndexHome> => {
  const home = new IndexHome()
  for (const [path, text] of Object.entries(logs)) home.write(path, text)
  await home.run()
  return home
}

describe('a log that is gone', () => {
  it('leaves its entries, which are told', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2), 'p/s2.jsonl': log(3) })
    rmSync(home.path('p/s1.jsonl'))
    expect(await seen(home)).toEqual([[101, 102, 103], 2])
  })

  it('leaves a response that another log has a copy of as one that is there', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2), 'p/s2.jsonl': line(2, { session: 's2' }) + log(3) })
    rmSync(home.path('p/s1.jsonl'))
    expect(await seen(home)).toEqual([[101, 102, 103], 1])
  })

  it('may be the last of all, with its root', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2) })
    rmSync(join(home.home, '.claude'), { recursive: true })
    expect(await seen(home)).toEqual([[101, 102], 2])
  })

  it('and comes back is there again', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2), 'p/s2.jsonl': line(2, { session: 's2' }) + log(3) })
    const before = answerOf(await home.run())
    renameSync(join(home.home, '.claude'), join(home.folder, 'unmounted'))
    expect(await seen(home)).toEqual([[101, 102, 103], 3])
    renameSync(join(home.folder, 'unmounted'), join(home.home, '.claude'))
    home.opened.length = 0
    expect(answerOf(await home.run())).toEqual(before)
    expect(home.opened).toEqual([])
  })

  it('leaves its session’s title', async () => {
    const home = await homeWith({ 'p/s1.jsonl': title('s1', 'Rebuild the dam') + log(1) })
    rmSync(home.path('p/s1.jsonl'))
    expect((await home.run()).notes).toMatchObject([{ session: 's1', kind: 'custom', text: 'Rebuild the dam' }])
  })

  it('is left out of totals that the agents gave, where history is', async () => {
    const total = { type: 'cost-state', sessionId: 's1', startTime: 5, totalCostUSD: 9, modelUsage: {} }
    const home = await homeWith({ 'p/s1.jsonl': `${JSON.stringify(total)}\n${log(1)}`, 'p/s2.jsonl': log(2) })
    rmSync(home.path('p/s1.jsonl'))
    expect((await home.run({ history: false })).notes).toEqual([])
    expect((await home.run()).notes).toHaveLength(1)
  })
})

describe('a log that holds less than it did never shrinks what was known (A33)', () => {
  const whole = title('s1', 'Rebuild the dam') + log(1, 2, 3)

  it.each([
    ['emptied', '', 3],
    ['cut behind a line', title('s1', 'Rebuild the dam') + log(1), 2],
    ['cut in a line', (title('s1', 'Rebuild the dam') + log(1, 2)).slice(0, -40), 2],
    ['replaced by another', log(7, 8, 9, 10), 3],
    ['rewritten without its beginning', log(3), 2],
  ])('%s', async (_how, text, kept) => {
    const home = await homeWith({ 'p/s1.jsonl': whole })
    home.write('p/s1.jsonl', text)
    const [outputs, history] = await seen(home)
    expect(outputs).toEqual(expect.arrayContaining([101, 102, 103]))
    expect(history).toBe(kept)
    expect((await home.run()).notes).toMatchObject([{ text: 'Rebuild the dam' }])
  })

  it('rewritten with smaller outputs', async () => {
    const home = await homeWith({ 'p/s1.jsonl': whole })
    home.write('p/s1.jsonl', line(1, { output: 3 }) + line(2, { output: 500 }) + log(3))
    const [outputs] = await seen(home)
    expect(outputs).toEqual([101, 103, 500])
  })

  it('and grows to what it was has no history any more', async () => {
    const home = await homeWith({ 'p/s1.jsonl': whole })
    home.write('p/s1.jsonl', whole.slice(0, -150))
    await seen(home)
    home.append('p/s1.jsonl', whole.slice(-150))
    expect(await seen(home)).toEqual([[101, 102, 103], 0])
    expect(answerOf(await home.run())).toEqual(answerOf(await home.run({ index: false })))
  })

  it('nor are entries without ids counted twice by that', async () => {
    const nameless = [1, 2, 3].map(id => line(id, { id: undefined, request: undefined, line: { uuid: undefined } }))
    const home = await homeWith({ 'p/s1.jsonl': nameless.join('') })
    home.write('p/s1.jsonl', nameless[0]!)
    expect(await seen(home)).toEqual([[101, 102, 103], 2])
    home.append('p/s1.jsonl', nameless.slice(1).join(''))
    expect(await seen(home)).toEqual([[101, 102, 103], 0])
  })

  it('nor calls of a gateway that gives all of them one id', async () => {
    const call = (input: number, output: number) => line(1, { request: undefined, input, output })
    const home = await homeWith({ 'p/s1.jsonl': call(5, 10) + call(6, 12) })
    home.write('p/s1.jsonl', call(6, 12))
    expect((await seen(home))[0]).toEqual([10, 12])
  })
})

describe('a log that cannot be read', () => {
  const refusing = (home: IndexHome, name: string): Host => {
    const host = home.host()
    return {
      ...host,
      open(path) {
        if (path === home.path(name)) throw Object.assign(new Error('no'), { code: 'EACCES' })
        return host.open(path)
      },
    }
  }

  it('keeps its entries, which are not history, and is told of', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2), 'p/s2.jsonl': log(3) })
    home.append('p/s1.jsonl', log(4))
    const host = refusing(home, 'p/s1.jsonl')
    for (const _again of [1, 2]) {
      const found = await home.run({}, host)
      expect([outputsOf(found), codesOf(found)]).toEqual([[101, 102, 103], { unreadable: 1 }])
    }
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 0])
  })

  it('and is new is told of each time', async () => {
    const home = await homeWith({ 'p/s2.jsonl': log(3) })
    home.write('p/s1.jsonl', log(1))
    const host = refusing(home, 'p/s1.jsonl')
    for (const _again of [1, 2]) {
      const found = await home.run({}, host)
      expect([outputsOf(found), codesOf(found)]).toEqual([[103], { unreadable: 1 }])
      expect(found.coverage.counts).toEqual((await home.run({ index: false }, host)).coverage.counts)
    }
  })

  it.skipIf(process.getuid?.() === 0)('for its mode', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2) })
    home.append('p/s1.jsonl', log(4))
    chmodSync(home.path('p/s1.jsonl'), 0)
    expect(outputsOf(await home.run())).toEqual([101, 102])
  })
})

describe('a log that lies elsewhere is counted once', () => {
  const long = log(1, 2, 3, 4)
  const nameless = [1, 2].map(id => line(id, { id: undefined, request: undefined, line: { uuid: undefined } })).join('')

  const move = (home: IndexHome, from: string, to: string): void => {
    mkdirSync(dirname(home.path(to)), { recursive: true })
    renameSync(home.path(from), home.path(to))
  }

  it.each([
    ['renamed', 'p/s9.jsonl', ''],
    ['moved to another project', 'q/s1.jsonl', ''],
    ['moved and grown', 'q/s1.jsonl', log(5)],
  ])('%s', async (_how, to, more) => {
    for (const text of [long, log(1), nameless, '']) {
      const home = await homeWith({ 'p/s1.jsonl': text, 'p/s2.jsonl': log(8) })
      move(home, 'p/s1.jsonl', to)
      if (more !== '') home.append(to, more)
      expect((await seen(home))[1]).toBe(0)
      expect(answerOf(await home.run())).toEqual(answerOf(await home.run({ index: false })))
    }
  })

  it('moved out of the way of another', async () => {
    for (const text of [long, nameless]) {
      const home = await homeWith({ 'p/s1.jsonl': text })
      move(home, 'p/s1.jsonl', 'p/s1.1.jsonl')
      home.write('p/s1.jsonl', log(8))
      await seen(home)
      expect(entriesOf(await home.run())).toEqual(entriesOf(await home.run({ index: false })))
    }
  })

  it('linked', async () => {
    const home = await homeWith({ 'p/s1.jsonl': long })
    symlinkSync(home.path('p/s1.jsonl'), home.path('p/a-link.jsonl'))
    symlinkSync(home.path('p'), home.path('a-linked-project'))
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 0])
    rmSync(home.path('p/s1.jsonl'))
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 4])
  })

  it('copied to a second root', async () => {
    const home = await homeWith({ 'p/s1.jsonl': long })
    const second = join(home.home, '.config/claude/projects/p/s1.jsonl')
    mkdirSync(dirname(second), { recursive: true })
    copyFileSync(home.path('p/s1.jsonl'), second)
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 0])
    expect(answerOf(await home.run())).toEqual(answerOf(await home.run({ index: false })))
    rmSync(home.path('p/s1.jsonl'))
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 0])
    rmSync(second)
    expect(await seen(home)).toEqual([[101, 102, 103, 104], 4])
  })
})

describe('another home with the same data folder', () => {
  it('sees nothing of the first, nor does the first forget', async () => {
    const home = await homeWith({ 'p/s1.jsonl': title('s1', 'Rebuild the dam') + log(1, 2), 'p/s3.jsonl': log(6) })
    rmSync(home.path('p/s3.jsonl'))
    const other = home.host({ home: join(home.folder, 'other') })
    const file = join(home.folder, 'other/.claude/projects/p/s2.jsonl')
    mkdirSync(dirname(file), { recursive: true })
    copyFileSync(home.path('p/s1.jsonl'), file)
    for (const _again of [1, 2]) {
      expect(answerOf(await home.run({}, other))).toEqual(answerOf(await home.run({ index: false }, other)))
      expect(await seen(home)).toEqual([[101, 102, 106], 1])
    }
    rmSync(file)
    expect(await seen(home, other)).toEqual([[101, 102], 2])
    expect(await seen(home)).toEqual([[101, 102, 106], 1])
  })

  it('nor does another folder named by the agent’s variable', async () => {
    const home = await homeWith({ 'p/s1.jsonl': log(1, 2) })
    const folder = join(home.folder, 'work')
    mkdirSync(join(folder, 'projects/p'), { recursive: true })
    const other = home.host({ env: { CLAUDE_CONFIG_DIR: folder } })
    expect(await seen(home, other)).toEqual([[], 0])
    copyFileSync(home.path('p/s1.jsonl'), join(folder, 'projects/p/s1.jsonl'))
    rmSync(home.path('p/s1.jsonl'))
    expect(await seen(home, other)).toEqual([[101, 102], 0])
    expect((await seen(home))[0]).toEqual([101, 102])
  })
})

describe('since a day', () => {
  it('a response counts on the day of its original, in another month, with another home’s copies beside', async () => {
    const at = (day: string) => ({ at: `2026-${day}T09:00:00.000Z` })
    const home = await homeWith({
      'p/s1.jsonl': line(1, at('09-30')) + line(3, at('11-02')),
      'p/s2.jsonl': line(1, { ...at('10-02'), session: 's2' }),
    })
    const other = join(home.folder, 'other/.claude/projects/p/s9.jsonl')
    mkdirSync(dirname(other), { recursive: true })
    copyFileSync(home.path('p/s2.jsonl'), other)
    await home.run({}, home.host({ home: join(home.folder, 'other') }))
    const from = Date.UTC(2026, 9, 1)
    const request = { comparesTotals: false, needsProjects: false, from, isWanted: (e: { at: number }) => e.at >= from }
    for (const _again of [1, 2]) expect(outputsOf(await home.run(request))).toEqual([103])
  })
})

describe('titles', () => {
  const text = 'xyzzy-of-a-title'
  const prompt = `${JSON.stringify({
    type: 'user',
    sessionId: 's1',
    timestamp: '2026-10-02T09:00:00.000Z',
    message: { role: 'user', content: `${text} and ${'more '.repeat(60)}plugh` },
  })}\n`

  it('are stored unless nobody wants them, and go when that is so', async () => {
    const home = await homeWith({ 'p/s1.jsonl': prompt + title('s1', text) + log(1) })
    expect(home.stored()).toContain(text)
    expect(home.stored()).not.toContain('plugh')
    const entries = entriesOf(await home.run({ titles: false }))
    expect(home.stored()).not.toContain(text)
    expect(entries).toEqual(entriesOf(await home.run({ index: false })))
    home.append('p/s1.jsonl', log(2))
    await home.run({ titles: false })
    expect(home.stored()).not.toContain(text)
  })

  it('are found again when they are wanted again', async () => {
    const home = new IndexHome()
    home.write('p/s1.jsonl', prompt + title('s1', text) + log(1))
    await home.run({ titles: false })
    expect(home.stored()).not.toContain(text)
    expect(answerOf(await home.run())).toEqual(answerOf(await home.run({ index: false })))
  })

  it('of logs that are gone go too', async () => {
    const home = await homeWith({ 'p/s1.jsonl': title('s1', text) + log(1), 'p/s2.jsonl': log(2) })
    home.write('p/s2.jsonl', title('s2', text) + log(2))
    home.write('p/s2.jsonl', log(9))
    rmSync(home.path('p/s1.jsonl'))
    await home.run()
    await home.run({ titles: false })
    expect(home.stored()).not.toContain(text)
  })
})

it('what is stored is for the user alone', async () => {
  const home = await homeWith({ 'p/s1.jsonl': log(1) })
  expect(statSync(home.data).mode & 0o777).toBe(0o700)
  expect(statSync(home.index).mode & 0o777).toBe(0o700)
  for (const name of home.files(''))
    expect([name, statSync(join(home.index, name)).mode & 0o777]).toEqual([name, 0o600])
})
