import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { historyOf, type Reader, runHistory } from '../../src/commands/history.ts'
import type { RawFlags } from '../../src/config/layers.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import { usdOf } from '../../src/core/money.ts'
import type { Host } from '../../src/host/host.ts'
import { read, reportOf } from '../../src/load.ts'
import { reportSchemas } from '../../src/render/json-schema.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, type ResponseParts, response } from '../support/transcript.ts'

/** A response with ids of its own: 10 × 5 + 20 × 25 = 550 millionths of a dollar. */
const reply = (id: string, parts: ResponseParts = {}) => response({ id, request: `r-${id}`, ...parts })

const path = (session: string) =>
  `.claude/projects/-home-dev-${session === 'bb-fork' ? 'shop' : 'app'}/${session}.jsonl`

const september = { at: '2026-09-10T09:00:00.000Z' }
const title = { type: 'ai-title', aiTitle: 'Sharpen the chisels', sessionId: 'aa-old' }

const logs = {
  [path('aa-old')]: jsonl(
    reply('m1', { session: 'aa-old', ...september }),
    reply('m2', { session: 'aa-old', ...september }),
    title,
  ),
  // A fork: it begins with a copy of m1 and goes on.
  [path('bb-fork')]: jsonl(
    reply('m1', { session: 'bb-fork', ...september }),
    reply('m3', { session: 'bb-fork', at: '2026-10-02T09:00:00.000Z', cwd: '/home/dev/shop' }),
  ),
  [path('cc-new')]: jsonl(reply('m4', { session: 'cc-new', at: '2026-11-02T09:00:00.000Z' })),
}

class Home {
  readonly folder: string
  readonly host: Host

  constructor(files: Readonly<Record<string, string>> = logs) {
    this.folder = temporaryHome(files)
    this.host = makeHost({ home: this.folder, cwd: this.folder })
  }

  optionsOf(flags: RawFlags = {}) {
    return resolveOptions(
      this.host,
      'history',
      { offline: true, timezone: 'UTC', ...flags },
      { agentIds: ['claude', 'codex'], focus: undefined },
    )
  }

  async load(flags: RawFlags = {}) {
    return read(this.host, await this.optionsOf(flags))
  }

  async history(flags: RawFlags = {}) {
    return historyOf(this.host, await this.load(flags))
  }

  /** Responses of all days, and those of them that only the history knows. */
  async counts(flags: RawFlags = {}) {
    const { totals } = await this.history(flags)
    return [totals.all.summary.entries, totals.only.summary.entries]
  }

  delete(...sessions: readonly string[]): void {
    for (const session of sessions) rmSync(join(this.folder, path(session)))
  }

  /** Reads once, then loses the logs of these sessions, and reads again. */
  async readAndLose(...sessions: readonly string[]): Promise<void> {
    await this.load()
    this.delete(...sessions)
    await this.load()
  }

  /** All bytes of the index. */
  stored(): string {
    const index = join(this.folder, '.local/share/tokusage/index-1')
    return readdirSync(index)
      .map(name => readFileSync(join(index, name), 'latin1'))
      .join('')
  }

  async run(flags: RawFlags, ask?: Reader['ask'], host = this.host): Promise<{ out: string; code: number }> {
    const out: string[] = []
    const code = await runHistory(host, await this.optionsOf(flags), { print: text => out.push(text), ask })
    return { out: out.join(''), code }
  }
}

const yes = { forget: true, yes: true }

/** What goes when only aa-old was deleted. */
const one = '1 response of 1 session and 1 deleted log'

describe('what is known', () => {
  test('by agent, with nothing from the history as long as the logs are there', async () => {
    const { rows, totals, index } = await new Home().history()
    expect(rows).toMatchObject([{ agent: 'claude', logs: 3, goneLogs: 0, all: { sessions: 3 }, only: { sessions: 0 } }])
    expect([totals.all.summary.entries, totals.only.summary.entries]).toEqual([4, 0])
    expect([totals.all.summary.firstAt, totals.all.summary.lastAt]).toEqual([
      Date.UTC(2026, 8, 10, 9),
      Date.UTC(2026, 10, 2, 9),
    ])
    expect(index.isOn).toBe(true)
    expect(index.bytes).toBeGreaterThan(500)
  })

  test('and what no log holds any more: its responses, sessions, range and cost', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const { rows, totals } = await home.history()
    // The fork still holds m1.
    expect(rows).toMatchObject([{ logs: 2, goneLogs: 1, all: { sessions: 3 }, only: { sessions: 1 } }])
    expect(totals.only.summary).toMatchObject({ entries: 1, firstAt: Date.UTC(2026, 8, 10, 9) })
    expect(Math.round(usdOf(totals.only.summary.cost) * 1e6)).toBe(550)
  })

  test('of the days, projects and agents asked for', async () => {
    const home = new Home()
    await home.readAndLose('aa-old', 'bb-fork')
    expect(await home.counts()).toEqual([4, 3])
    expect(await home.counts({ until: '2026-09-30' })).toEqual([2, 2])
    expect(await home.counts({ since: '2026-10-01' })).toEqual([2, 1])
    expect(await home.counts({ project: ['app'] })).toEqual([3, 2])
    expect(await home.counts({ agent: ['codex'] })).toEqual([0, 0])
  })

  test('where history is left out of reports, it is shown here all the same', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    expect((await home.run({ history: false, json: true })).out).toContain('"goneLogs": 1')
  })

  test('with the index off it says so, and writes nothing', async () => {
    const home = new Home()
    const { out } = await home.run({ index: false })
    expect(out).toContain('The index is off')
    expect(() => statSync(join(home.folder, '.local'))).toThrow('ENOENT')
  })
})

describe('reports', () => {
  const told = async (home: Home, flags: RawFlags, kind: 'daily' | 'session' | 'blocks') =>
    reportOf(await home.load(flags), kind)
      .diagnostics.filter(({ code }) => code === 'history')
      .map(({ count }) => count)

  test('say how many of the responses that they show come from the history', async () => {
    const home = new Home()
    expect(await told(home, {}, 'daily')).toEqual([])
    await home.readAndLose('aa-old', 'bb-fork')
    for (const kind of ['daily', 'session', 'blocks'] as const) {
      expect([kind, await told(home, {}, kind)]).toEqual([kind, [3]])
      expect([kind, await told(home, { since: '2026-10-01' }, kind)]).toEqual([kind, [1]])
      expect([kind, await told(home, { since: '2026-11-01' }, kind)]).toEqual([kind, []])
    }
  })
})

describe('--forget', () => {
  test('removes what no log holds any more, and nothing else', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const { out, code } = await home.run(yes)
    expect([out.split('\n').at(-1), code]).toEqual([`Removed ${one} from the history.`, 0])
    const { rows, totals } = await home.history()
    expect(rows).toMatchObject([{ logs: 2, goneLogs: 0, only: { sessions: 0 } }])
    expect(totals.all.summary.entries).toBe(3)
  })

  test('leaves an index that answers as the logs alone do', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    await home.run(yes)
    const figures = async (flags: RawFlags) => {
      const loaded = await home.load(flags)
      const { rows, totals } = reportOf(loaded, 'session')
      const { merged, responses } = loaded.ingested.coverage
      return { rows, totals, merged, responses }
    }
    expect(await figures({})).toEqual(await figures({ index: false }))
  })

  test('a response in several logs goes with all its rows once the last of them is gone', async () => {
    const home = new Home()
    await home.readAndLose('aa-old', 'bb-fork')
    expect(await home.counts()).toEqual([4, 3])
    await home.run(yes)
    expect(await home.counts()).toEqual([1, 0])
    expect((await home.load()).ingested.coverage.merged).toEqual({ blocks: 0, copies: 0, sidechains: 0 })
  })

  test('a deleted log goes also where other logs have all its responses', async () => {
    const home = new Home({ ...logs, [path('dd-copy')]: logs[path('aa-old')]! })
    await home.readAndLose('dd-copy')
    expect(await home.counts()).toEqual([4, 0])
    expect((await home.run(yes)).out).toBe('Removed 1 deleted log from the history.')
    expect((await home.history()).rows).toMatchObject([{ logs: 3, goneLogs: 0 }])
    expect(await home.counts()).toEqual([4, 0])
  })

  test.each<[string, RawFlags, number[]]>([
    ['days', { until: '2026-09-30' }, [2, 1]],
    ['days', { since: '2026-10-01' }, [3, 2]],
    ['a project', { project: ['shop'] }, [3, 2]],
    ['an agent without any', { agent: ['codex'] }, [4, 3]],
  ])('narrowed by %s: %o', async (_, flags, left) => {
    const home = new Home()
    await home.readAndLose('aa-old', 'bb-fork')
    await home.run({ ...yes, ...flags })
    expect(await home.counts()).toEqual(left)
  })

  test('takes titles along, and leaves no copy of the state before', async () => {
    const home = new Home()
    await home.readAndLose('aa-old', 'bb-fork')
    expect(home.stored()).toContain('Sharpen the chisels')
    expect(home.stored()).toContain('bb-fork')
    await home.run(yes)
    expect(home.stored()).not.toMatch(/Sharpen the chisels|aa-old|bb-fork/)
    expect(home.stored()).toContain('cc-new')
  })

  test('leaves no sums of it', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const index = join(home.folder, '.local/share/tokusage/index-1')
    await read(home.host, await home.optionsOf(), { kinds: ['daily'] })
    writeFileSync(join(index, 'sums-1'), 'of what was')
    await home.run(yes)
    expect(readdirSync(index).filter(name => name.startsWith('sums-'))).toEqual([])
  })

  test.each<[string, RawFlags]>([
    ['all of it', {}],
    ['a part of it', { until: '2026-09-30' }],
  ])('a log that comes back is read again after %s was forgotten', async (_, flags) => {
    const home = new Home()
    await home.readAndLose('bb-fork', 'aa-old')
    await home.run({ ...yes, ...flags })
    writeFileSync(join(home.folder, path('bb-fork')), logs[path('bb-fork')]!)
    writeFileSync(join(home.folder, path('aa-old')), logs[path('aa-old')]!)
    expect(await home.counts()).toEqual([4, 0])
  })

  test('asks first; without a yes nothing happens', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const asked: string[] = []
    const answer =
      (value: boolean): Reader['ask'] =>
      async question => {
        asked.push(question)
        return value
      }
    expect((await home.run({ forget: true }, answer(false))).out).toMatch(/Nothing was removed\.$/)
    expect(await home.counts()).toEqual([4, 1])
    expect((await home.run({ forget: true }, answer(true))).out).toContain(`Removed ${one}`)
    expect(await home.counts()).toEqual([3, 0])
    expect(asked).toEqual([`Remove ${one} for good? [y/N] `, `Remove ${one} for good? [y/N] `])
  })

  test('with nobody to ask it needs --yes', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const failure = home.run({ forget: true })
    await expect(failure).rejects.toThrow(UserError)
    await expect(failure).rejects.toThrow(`This would remove ${one} for good. Add --yes to do it.`)
    expect(await home.counts()).toEqual([4, 1])
  })

  test('with nothing to forget it says so and asks nobody', async () => {
    const { out, code } = await new Home().run({ forget: true })
    expect([out, code]).toEqual(['Nothing to forget: logs hold all that is known of this selection.', 0])
  })

  test('needs the index', async () => {
    await expect(new Home().run({ ...yes, index: false })).rejects.toThrow('Add --index.')
    await expect(new Home().run({ ...yes, demo: true })).rejects.toThrow('Leave out --demo.')
  })

  test('where the disk is full, nothing is removed, and that is said', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const full = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    const host = { ...home.host, disk: { ...home.host.disk, write: full, create: full } }
    await expect(home.run(yes, undefined, host)).rejects.toThrow(
      'The index could not be written (ENOSPC). Nothing was removed.',
    )
    expect(await home.counts()).toEqual([4, 1])
  })

  test.each([
    ['tries anew where another process was quicker', 1, [3, 0]],
    ['gives up where that goes on and on, and says so', 99, [4, 1]],
  ])('%s', async (_, times, left) => {
    const home = new Home()
    await home.readAndLose('aa-old')
    let lost = 0
    const { disk } = home.host
    const link = (from: string, to: string): boolean => lost++ >= times && disk.link(from, to)
    const run = home.run(yes, undefined, { ...home.host, disk: { ...disk, link } })
    if (times === 1) await run
    else await expect(run).rejects.toThrow('Nothing was removed. Try again later.')
    expect(lost).toBeGreaterThan(1)
    expect(await home.counts()).toEqual(left)
  })

  test("leaves alone what another home's logs held", async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const data = join(home.folder, '.local/share/tokusage')
    const other = new Home({ [path('dd')]: jsonl(reply('m9', { session: 'dd' })) })
    await other.run(yes, undefined, makeHost({ home: other.folder, env: { TOKUSAGE_HOME: data } }))
    expect(await home.counts()).toEqual([4, 1])
  })
})

describe('JSON', () => {
  const issues = (kind: 'history' | 'history-forget', text: string) =>
    reportSchemas[kind].safeParse(JSON.parse(text)).error?.issues ?? []

  test('keeps its schema and its shape, full and empty', async () => {
    const full = new Home()
    await full.readAndLose('aa-old')
    const empty = new Home({})
    for (const flags of [{ json: true }, { json: true, cost: false }]) {
      const texts = [(await full.run(flags)).out, (await empty.run(flags)).out]
      expect(texts.flatMap(text => issues('history', text))).toEqual([])
      expect(Object.keys(JSON.parse(texts[0]!))).toEqual(Object.keys(JSON.parse(texts[1]!)))
    }
    for (const home of [empty, full]) {
      const { out } = await home.run({ ...yes, json: true })
      expect(issues('history-forget', out)).toEqual([])
      expect(JSON.parse(out).forgotten).toBe(home === full)
    }
  })

  test('has the figures of the screen', async () => {
    const home = new Home()
    await home.readAndLose('aa-old')
    const parsed = reportSchemas.history.parse(JSON.parse((await home.run({ json: true })).out))
    expect(parsed).toMatchObject({
      history: [
        { agent: 'claude', name: 'Claude Code', logs: 2, goneLogs: 1, entries: 4, historyOnly: { entries: 1 } },
      ],
      totals: { entries: 4, totalCost: 0.0022, historyOnly: { sessions: 1, totalCost: 0.00055 } },
      index: { on: true, damagedFiles: 0 },
    })
  })
})
