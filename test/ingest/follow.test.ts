/** Following gives at every moment what reading everything would give. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agents } from '../../src/agents/index.ts'
import type { PricedEntry } from '../../src/core/summary.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import type { Host } from '../../src/host/host.ts'
import { Follower, type FollowRequest } from '../../src/ingest/follow.ts'
import { IndexHome } from '../support/index-home.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/agents')
const DAY_MS = 86_400_000
const YEARS_MS = 20 * 365 * DAY_MS

const request: FollowRequest = {
  keptMs: YEARS_MS,
  index: true,
  history: true,
  titles: true,
  offline: true,
  refreshPrices: false,
  modelAliases: {},
  priceOverrides: {},
  mode: 'calculate',
}

const sumsOf = (entries: readonly PricedEntry[]): Record<string, readonly number[]> => {
  const sums = new Map<string, number[]>()
  for (const { entry, cost } of entries) {
    const key = [entry.agent, entry.session, entry.model, entry.subagent].join(' ')
    const { input, output, cacheCreation, cacheRead } = entry.tokens
    const own = [1, input, output, cacheCreation, cacheRead, cost.pico, entry.at]
    sums.set(
      key,
      own.map((n, i) => n + (sums.get(key)?.[i] ?? 0)),
    )
  }
  return Object.fromEntries([...sums].sort())
}

const isNamed = ({ entry }: PricedEntry): boolean => totalTokens(entry.tokens) > 0

/** A home whose logs grow, with a clock that goes on by seconds. */
class GrowingHome extends IndexHome {
  now = Date.UTC(2026, 10, 20, 12)

  growingHost(): Host {
    return { ...this.host(), now: () => this.now }
  }

  grow(path: string, bytes: Buffer): void {
    this.now += 1000
    const whole = join(this.home, path)
    mkdirSync(dirname(whole), { recursive: true })
    appendFileSync(whole, bytes)
    utimesSync(whole, this.now / 1000, this.now / 1000)
  }

  log(name: string, text: string): void {
    this.grow(join('.claude/projects/-home-dev-app', name), Buffer.from(text))
  }

  async follow(parts: Partial<FollowRequest> = {}): Promise<Follower> {
    return Follower.open(this.growingHost(), { ...request, ...parts })
  }

  /** What a report says that runs now, as reports have run before. */
  async reported() {
    const host = this.growingHost()
    const env = (name: string) => (name === 'TOKUSAGE_HOME' ? join(this.folder, 'reports') : host.env(name))
    return (await this.run({ needsProjects: true }, { ...host, env })).entries
  }
}

interface Step {
  readonly path: string
  readonly bytes: Buffer
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => statSync(join(folder, name)).isFile())

/** The files of a home in pieces: logs of lines may be cut anywhere, everything else comes whole. */
const stepsOf = (folder: string, cuts: readonly number[]): Step[] => {
  let n = 0
  const cut = (most: number): number => Math.floor((cuts[n++ % cuts.length] ?? 0.5) * most)
  const queues = filesOf(folder).map(path => {
    const bytes = readFileSync(join(folder, path))
    if (!path.endsWith('.jsonl') || bytes.length === 0) return [{ path, bytes }]
    const first = cut(bytes.length)
    const second = first + cut(bytes.length - first)
    return [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
      .filter(piece => piece.length > 0)
      .map(piece => ({ path, bytes: piece }))
  })
  const steps: Step[] = []
  for (;;) {
    const open = queues.filter(queue => queue.length > 0)
    if (open.length === 0) return steps
    const next = open[cut(open.length)]?.shift()
    if (next) steps.push(next)
  }
}

const cases = agents.flatMap(({ id }) =>
  readdirSync(join(fixtures, id))
    .filter(name => existsSync(join(fixtures, id, name, 'home')))
    .map(name => [`${id}/${name}`, join(fixtures, id, name, 'home')] as const),
)

describe('a home that grows', () => {
  test.each(cases)('is followed: %s', async (_name, folder) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 8 }),
        fc.nat(),
        async (cuts, begin) => {
          const home = new GrowingHome(false)
          try {
            const steps = stepsOf(folder, cuts)
            const before = begin % (steps.length + 1)
            for (const { path, bytes } of steps.slice(0, before)) home.grow(path, bytes)
            const follower = await home.follow()
            expect(sumsOf(follower.entries.filter(isNamed))).toEqual(sumsOf((await home.reported()).filter(isNamed)))
            for (const { path, bytes } of steps.slice(before)) {
              home.grow(path, bytes)
              home.now += 40_000
              await follower.poll()
              expect(sumsOf(follower.entries.filter(isNamed))).toEqual(sumsOf((await home.reported()).filter(isNamed)))
            }
          } finally {
            home.remove()
          }
        },
      ),
      { numRuns: 6 },
    )
  })
})

const line = (id: string, at: number, parts: object = {}): string =>
  jsonl(response({ id, request: `r-${id}`, at: new Date(at).toISOString(), ...parts }))

describe('a session', () => {
  test('counts a growing response once, and knows its tools', async () => {
    const home = new GrowingHome()
    home.log('s1.jsonl', line('m1', home.now, { output: 5, stop: null }))
    const follower = await home.follow()
    home.log(
      's1.jsonl',
      line('m1', home.now, { output: 90, content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }] }),
    )
    expect(await follower.poll()).toBe(true)
    expect(follower.entries.map(({ entry }) => entry.tokens.output)).toEqual([90])
    expect(follower.entries.map(({ entry }) => follower.toolsOf(entry))).toEqual([['Bash']])
    expect(await follower.poll()).toBe(false)
  })

  test('is read on from where it stopped', async () => {
    const home = new GrowingHome()
    home.log('s1.jsonl', `${'x'.repeat(2_000_000)}\n${line('m1', home.now)}`)
    const host = home.growingHost()
    let bytes = 0
    const follower = await Follower.open(
      {
        ...host,
        open: path => {
          const reader = host.open(path)
          const read: typeof reader.read = (...args) => {
            const got = reader.read(...args)
            bytes += got
            return got
          }
          return { ...reader, read }
        },
      },
      request,
    )
    home.log('s1.jsonl', line('m2', home.now))
    await follower.poll()
    bytes = 0
    home.log('s1.jsonl', line('m3', home.now))
    await follower.poll()
    expect(follower.entries).toHaveLength(3)
    expect(bytes).toBeLessThan(20_000)
  })

  test('has its first prompt as a title before it has a response, and its project', async () => {
    const home = new GrowingHome()
    const follower = await home.follow()
    home.log(
      's1.jsonl',
      jsonl(userLine('Mend the gate', { sessionId: 's1', timestamp: new Date(home.now).toISOString() })),
    )
    home.now += 31_000
    await follower.poll()
    home.log('s1.jsonl', line('m1', home.now, { session: 's1', cwd: '/home/dev/gate' }))
    await follower.poll()
    expect(follower.notes().map(({ text }) => text)).toEqual(['Mend the gate'])
    expect(follower.entries.map(({ entry }) => entry.project)).toEqual(['/home/dev/gate'])
  })

  test('of a folder that is watched is found at once, and its sub-agents', async () => {
    const home = new GrowingHome()
    home.log('s1.jsonl', line('m1', home.now))
    const follower = await home.follow({ lookMs: 1e9 })
    home.log('s2.jsonl', line('m2', home.now, { session: 's2' }))
    await follower.poll()
    expect(follower.entries).toHaveLength(2)
    home.log(
      's2/subagents/agent-a1.jsonl',
      line('m3', home.now, { session: 's2', sidechain: true, line: { agentId: 'a1' } }),
    )
    await follower.poll()
    expect(follower.entries).toHaveLength(3)
    expect(follower.sources).toBe(3)
  })

  test('that is written anew keeps what it said before', async () => {
    const home = new GrowingHome()
    home.log('s1.jsonl', line('m1', home.now) + line('m2', home.now))
    const follower = await home.follow()
    home.log('s1.jsonl', line('m3', home.now))
    await follower.poll()
    home.now += 1000
    const path = home.path('-home-dev-app/s1.jsonl')
    writeFileSync(path, line('m3', home.now) + line('m4', home.now))
    utimesSync(path, home.now / 1000, home.now / 1000)
    await follower.poll()
    expect(follower.entries).toHaveLength(4)
  })
})

describe('what is too old', () => {
  const keptMs = 8 * DAY_MS

  test.each([true, false])('leaves, and copies of it do not come back (index: %s)', async index => {
    const home = new GrowingHome()
    const old = home.now - 60 * DAY_MS
    home.log('s1.jsonl', line('m1', old) + line('m2', home.now - 7.9 * DAY_MS))
    const follower = await home.follow({ keptMs, index })
    expect(follower.entries).toHaveLength(1)
    // A fork with new times: of what was old at the beginning, and of what has become so.
    home.now += DAY_MS / 4
    home.log('s2.jsonl', line('m1', home.now, { session: 's2' }) + line('m5', home.now, { session: 's2' }))
    await follower.poll()
    home.log('s3.jsonl', line('m2', home.now, { session: 's3' }))
    home.now += 40_000
    await follower.poll()
    expect(follower.entries.map(({ entry }) => entry.tokens.output)).toEqual([20])
    expect(follower.entries[0]?.entry.session).toBe('s2')
  })

  test('is handed out once, the oldest first', async () => {
    const home = new GrowingHome()
    const ages = [100, 70, 12, 9, 1]
    home.log('s1.jsonl', ages.map(days => line(`m${days}`, home.now - days * DAY_MS)).join(''))
    const follower = await home.follow({ keptMs })
    const days = [...follower.past()].flat().map(({ entry }) => Math.round((home.now - entry.at) / DAY_MS))
    expect(days).toEqual([100, 70, 12, 9])
  })

  test('does not fill the memory', async () => {
    const home = new GrowingHome()
    const follower = await home.follow({ keptMs: 3_600_000 })
    for (let n = 0; n < 120; n++) {
      home.now += 120_000
      home.log('s1.jsonl', line(`m${n}`, home.now))
      await follower.poll()
      expect(follower.entries.length).toBeLessThanOrEqual(31)
    }
    expect(follower.entries.length).toBeGreaterThan(25)
  })
})
