/** What every agent must do, held against every one of its fixtures. A new agent gets these for nothing. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ember } from '../fixtures/agents/ember/agent.ts'
import { type Agent, lineReader } from '../src/agents/define.ts'
import { agents } from '../src/agents/index.ts'
import { Diagnostics } from '../src/core/diagnostic.ts'
import type { LogSource, UsageEntry } from '../src/core/entry.ts'
import { discovered } from './support/discover.ts'
import { coldEntries, LogFold, mergedEntries, resumedEntries, saved } from './support/fold-log.ts'
import { makeHost } from './support/host.ts'
import { scanAll, sumTokens } from './support/scan.ts'
import { temporaryHome } from './support/temporary.ts'

const fixtures = join(import.meta.dirname, '../fixtures/agents')

const casesOf = (agent: Agent): string[] =>
  existsSync(join(fixtures, agent.id))
    ? readdirSync(join(fixtures, agent.id)).filter(name => existsSync(join(fixtures, agent.id, name, 'home')))
    : []

const read = async (agent: Agent, home: string) => {
  const host = makeHost({ home })
  const odd = new Diagnostics()
  const { sources } = discovered(agent, host, odd)
  const { entries, merged, notes, diagnostics } = await scanAll(host, sources, 'calls', [agent])
  odd.addAll(diagnostics)
  const codes: Record<string, number> = {}
  for (const { code, count } of odd.list()) codes[code] = (codes[code] ?? 0) + count
  return { sources, entries, merged, notes, codes }
}

/** Written in every text of the fixtures that is nobody's business. */
const SECRET = 'xyzzy'

const bytesOf = (source: LogSource): Buffer => readFileSync(source.path)

/** The logs of a home that are read line by line. */
const logsOf = async (agent: Agent, home: string): Promise<LogSource[]> =>
  (await read(agent, home)).sources.filter(({ kind = 'lines' }) => kind === 'lines')

const resumes = (agent: Agent, source: LogSource, lengths: Iterable<number>): void => {
  const bytes = bytesOf(source)
  const cold = coldEntries(agent, source, bytes)
  for (const length of lengths) {
    expect(resumedEntries(agent, source, bytes, length, false), `stopped at byte ${length}`).toEqual(cold)
  }
}

const upTo = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => i)

describe.each([...agents, ember].map(agent => [agent.id, agent] as const))('%s', (_id, agent) => {
  it('has fixtures, and texts in them that must not get out', async () => {
    expect(casesOf(agent).length).toBeGreaterThan(0)
    const homes = casesOf(agent).map(name => read(agent, join(fixtures, agent.id, name, 'home')))
    const texts = (await Promise.all(homes)).flatMap(({ sources }) => sources.map(source => bytesOf(source).toString()))
    expect(texts.some(text => text.includes(SECRET))).toBe(true)
  })

  it('finds nothing on an empty machine', async () => {
    expect(await read(agent, temporaryHome())).toMatchObject({ sources: [], entries: [], notes: [], codes: {} })
  })

  describe.each(casesOf(agent))('%s', name => {
    const home = join(fixtures, agent.id, name, 'home')
    const expected = JSON.parse(readFileSync(join(fixtures, agent.id, name, 'expected.json'), 'utf8'))

    it('gives the totals that a person worked out', async () => {
      const { entries, codes, merged } = await read(agent, home)
      const { input, output, cacheCreation, cacheRead, longCache } = sumTokens(entries)
      expect({ input, output, cacheCreation, cacheRead, longCache }).toEqual(expected.tokens)
      expect([entries.length, codes]).toEqual([expected.entries, expected.diagnostics])
      expect([...new Set(entries.map(entry => entry.session))].sort()).toEqual(expected.sessions)
      expect([merged.copies, merged.sidechains]).toEqual([expected.copies ?? 0, expected.sidechains ?? 0])
    })

    it('counts in whole numbers from 0 on, subsets within their wholes', async () => {
      for (const { tokens, webSearches, at } of (await read(agent, home)).entries) {
        for (const count of [...Object.values(tokens), webSearches, at])
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
        expect(tokens.reasoning).toBeLessThanOrEqual(tokens.output)
        expect(tokens.longCache).toBeLessThanOrEqual(tokens.cacheCreation)
      }
    })

    it('reads the same twice', async () => {
      expect(await read(agent, home)).toEqual(await read(agent, home))
    })

    it('knows its entries by the same ids wherever the home lies', async () => {
      const moved = temporaryHome()
      cpSync(home, moved, { recursive: true })
      const ids = async (at: string) =>
        (await read(agent, at)).entries.map(entry => [entry.agent, entry.messageId, entry.requestId, entry.session])
      expect(await ids(moved)).toEqual(await ids(home))
    })

    it('carries no text but titles of at most 200 characters', async () => {
      const { entries, notes } = await read(agent, home)
      expect(JSON.stringify([entries, notes])).not.toContain(SECRET)
      for (const note of notes) expect(note.text?.length ?? 0).toBeLessThanOrEqual(200)
    })

    it('read in runs of lines gives what it gives line by line', async () => {
      for (const source of await logsOf(agent, home)) {
        const bytes = bytesOf(source)
        const runs = new LogFold(agent, source).runs(bytes).finish().entries
        expect(mergedEntries(runs)).toEqual(coldEntries(agent, source, bytes))
      }
    })

    it('stopped at any byte and resumed gives what a cold reading gives', async () => {
      for (const source of await logsOf(agent, home)) resumes(agent, source, upTo(bytesOf(source).length))
    })

    it('and so it does when a report was made in between', async () => {
      for (const source of await logsOf(agent, home)) {
        const bytes = bytesOf(source)
        const cold = coldEntries(agent, source, bytes)
        for (const length of upTo(bytes.length).filter(n => bytes[n - 1] === 10)) {
          expect(resumedEntries(agent, source, bytes, length, true), `stopped at byte ${length}`).toEqual(cold)
        }
      }
    })

    it('read in blocks of any size, into anybody’s memory, gives the same', async () => {
      // A line that fills a block is left by its beginning, so when the log began may go unseen.
      const settled = (entries: readonly UsageEntry[]) =>
        mergedEntries(entries).map(entry => ({ ...entry, sourceAt: 0 }))
      for (const source of await logsOf(agent, home)) {
        const bytes = bytesOf(source)
        const whole = settled(new LogFold(agent, source).lines(bytes).finish().entries)
        for (const block of [64, 100, 257, 4096, 1 << 20]) {
          const fold = new LogFold(agent, source).lines(bytes, state => state, block).finish()
          expect(settled(fold.entries), `in blocks of ${block}`).toEqual(whole)
        }
      }
    })

    it('with its state written down and read again after every line gives the same', async () => {
      for (const source of await logsOf(agent, home)) {
        const bytes = bytesOf(source)
        const fold = new LogFold(agent, source).lines(bytes, saved).finish()
        expect(mergedEntries(fold.entries)).toEqual(coldEntries(agent, source, bytes))
      }
    })
  })
})

describe('the law of resuming', () => {
  it.each(['model', 'input', 'output'])('catches an agent that does not keep its %s', async lost => {
    const [source] = await logsOf(ember, join(fixtures, 'ember/chats/home'))
    const lines = lineReader({
      ...ember.lines!,
      start(of: LogSource) {
        const state: unknown = ember.lines!.start(of, 'counts', makeHost())
        const hidden = typeof state === 'object' && state !== null ? state : {}
        // A member that JSON does not see works until the state is written down.
        return Object.defineProperty(hidden, lost, {
          enumerable: false,
          writable: true,
          value: Reflect.get(hidden, lost),
        })
      },
    })
    const broken = { ...ember, lines }
    expect(() => resumes(broken, source!, upTo(bytesOf(source!).length))).toThrow(/stopped at byte/)
  })
})
