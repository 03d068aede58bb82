/** A home that grows, cut at any byte: after every step the answer by way of the index equals that of the logs alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IngestRequest } from '../../src/ingest/ingest.ts'
import { answerOf, IndexHome } from '../support/index-home.ts'
import { root } from '../support/recorded.ts'
import { jsonl, response } from '../support/transcript.ts'
import { transcripts } from '../support/transcripts.ts'

type Logs = Readonly<Record<string, Buffer>>

/** For each step, how far each log has come, 0 to 1000; logs take them in turn. */
const growth = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 })

const expectSame = async (home: IndexHome, request: Partial<IngestRequest> = {}): Promise<void> => {
  const plain = answerOf(await home.run({ ...request, index: false }))
  expect(answerOf(await home.run(request))).toEqual(plain)
}

/** Lets logs grow step by step and compares after each; at last they are whole, and read once more with nothing new. */
const growAndCompare = async (logs: Logs, steps: readonly (readonly number[])[], isTimed: boolean): Promise<void> => {
  const home = new IndexHome(false)
  const done = new Map<string, number>()
  const names = Object.keys(logs)
  try {
    for (const step of [...steps, [1000]]) {
      for (const [n, name] of names.entries()) {
        const bytes = logs[name]!
        const from = done.get(name) ?? 0
        const to = Math.max(from, Math.floor((bytes.length * step[n % step.length]!) / 1000))
        if (to === from) continue
        home.append(name, bytes.subarray(from, to), isTimed)
        if (!isTimed) home.stamp(name, 1_790_000_000)
        done.set(name, to)
      }
      await expectSame(home)
    }
    home.opened.length = 0
    const warm = answerOf(await home.run())
    expect(home.opened).toEqual([])
    expect(warm).toEqual(answerOf(await home.run({ index: false })))
  } finally {
    home.remove()
  }
}

describe('random transcripts', () => {
  it('give the same after every step, whatever their times', async () => {
    await fc.assert(
      fc.asyncProperty(transcripts, growth, fc.boolean(), async ({ files }, steps, isTimed) => {
        const logs = Object.entries(files).map(([path, lines]) => [
          path.replace('/logs/', 'p/'),
          Buffer.from(jsonl(...lines)),
        ])
        await growAndCompare(Object.fromEntries(logs), steps, isTimed)
      }),
      { numRuns: 60 },
    )
  }, 120_000)
})

const logsUnder = (folder: string): Logs => {
  const projects = join(folder, 'home/.claude/projects')
  const found = readdirSync(projects, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name))
  return Object.fromEntries(found.map(path => [relative(projects, path), readFileSync(path)]))
}

const homes = [
  ...readdirSync(join(root, 'fixtures/recorded'))
    .filter(version => version.startsWith('claude@'))
    .flatMap(version =>
      readdirSync(join(root, 'fixtures/recorded', version)).map(name => `recorded/${version}/${name}`),
    ),
  ...readdirSync(join(root, 'fixtures/real/claude')).map(name => `real/claude/${name}`),
]

describe('logs of real agents', () => {
  const realGrowth = fc.array(fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 6 })
  it.each(homes)(
    '%s, grown in random steps',
    async name => {
      const logs = logsUnder(join(root, 'fixtures', name))
      expect(Object.values(logs).some(bytes => bytes.length > 0)).toBe(true)
      const rising = realGrowth.map(steps => steps.map(step => step.map(Number)).sort((a, b) => a[0]! - b[0]!))
      await fc.assert(
        fc.asyncProperty(rising, steps => growAndCompare(logs, steps, true)),
        { numRuns: 4 },
      )
    },
    60_000,
  )
})

const line = (id: string, output: number, more: Parameters<typeof response>[0] = {}): string =>
  jsonl(response({ id, request: `r${id}`, output, ...more }))

describe('a log that is not what it was', () => {
  const first = line('m1', 20)

  it('of the same size and another time is read anew, though it begins with the same bytes', async () => {
    const home = new IndexHome()
    const long = (output: number) => line('m0', 5, { content: 'x'.repeat(900) }) + line('m2', output)
    home.write('p/s1.jsonl', long(41))
    await home.run()
    home.write('p/s1.jsonl', long(93))
    await expectSame(home)
  })

  it('that was written over in the middle, and is longer, is read anew', async () => {
    const home = new IndexHome()
    const head = line('m0', 5, { content: 'x'.repeat(900) })
    home.write('p/s1.jsonl', head + line('m2', 41))
    await home.run()
    home.write('p/s1.jsonl', head + line('m2', 9000) + line('m3', 7))
    await expectSame(home)
  })

  it('of the same time and another size is read on', async () => {
    const home = new IndexHome()
    home.write('p/s1.jsonl', first)
    home.stamp('p/s1.jsonl', 1_790_000_000)
    await home.run()
    home.append('p/s1.jsonl', line('m2', 30), false)
    home.stamp('p/s1.jsonl', 1_790_000_000)
    await expectSame(home)
    expect((await home.run()).entries).toHaveLength(2)
  })

  it('whose torn line was replaced by another', async () => {
    const home = new IndexHome()
    home.write('p/s1.jsonl', first + line('m2', 30).slice(0, -1))
    await expectSame(home)
    home.write('p/s1.jsonl', first + line('m3', 31) + line('m4', 32))
    await home.run()
    expect((await home.run({ history: false })).entries).toHaveLength(3)
  })
})

it('a fork is told from its original by what each does later, though both were read before', async () => {
  const home = new IndexHome()
  const shared = (session: string) => line('m1', 20, { session, at: '2026-11-02T09:00:00.000Z' })
  home.write('p/s1.jsonl', shared('s1'))
  home.write('p/s2.jsonl', shared('s2'))
  await expectSame(home)
  home.append('p/s1.jsonl', line('m2', 9, { session: 's1', at: '2026-11-02T09:10:00.000Z' }))
  await expectSame(home)
  home.append('p/s2.jsonl', line('m3', 9, { session: 's2', at: '2026-11-02T09:05:00.000Z' }))
  await expectSame(home)
})
