/** The index under real processes: many at once, killed at any moment, on a disk that is full. No entry once shown is ever missing. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root, run } from '../support/run.ts'
import { inParallel, start } from '../support/spawn.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const DAILY = ['daily', '--json', '--offline']

/** How often processes are killed; raise it to look closer. */
const ROUNDS = Number(process.env.TOKUSAGE_CRASH_ROUNDS ?? 40)

/** A home that grows, and the sum of all that was ever in its logs. */
class GrowingHome {
  readonly home = temporaryHome()
  readonly data = join(this.home, 'data')
  readonly index = join(this.data, 'index-1')
  entries = 0
  output = 0
  private readonly logs: string[] = []

  get env() {
    return { TOKUSAGE_HOME: this.data }
  }

  get parts() {
    return { home: this.home, env: this.env }
  }

  private path(log: string): string {
    return join(this.home, '.claude/projects/p', log)
  }

  begin(log: string): void {
    this.logs.push(log)
    this.grow(log, 1)
  }

  grow(log = this.logs[Math.floor(Math.random() * this.logs.length)]!, count = 3): void {
    mkdirSync(dirname(this.path(log)), { recursive: true })
    const lines = Array.from({ length: count }, () => {
      const n = ++this.entries
      const output = 1 + (n % 97)
      this.output += output
      const at = new Date(Date.UTC(2026, 7 + (n % 4), 1 + (n % 27))).toISOString()
      return response({ id: `m${n}`, request: `r${n}`, session: log, output, at })
    })
    appendFileSync(this.path(log), jsonl(...lines))
  }

  /** The oldest log goes, as agents delete theirs. */
  dropOldest(): void {
    const log = this.logs.shift()
    if (log !== undefined) rmSync(this.path(log))
  }

  get totals() {
    return { entries: this.entries, outputTokens: this.output }
  }

  get damaged(): string[] {
    return existsSync(this.index) ? readdirSync(this.index).filter(name => name.startsWith('damaged-')) : []
  }

  /** What a run that was not disturbed prints. */
  get printed() {
    const { status, stdout, stderr } = run(DAILY, this.parts)
    expect([status, stderr]).toEqual([0, ''])
    return totalsIn(stdout)
  }
}

const totalsIn = (stdout: string): { entries: number; outputTokens: number } => {
  const { entries, outputTokens } = JSON.parse(stdout).totals
  return { entries, outputTokens }
}

const homeWithLogs = (count: number): GrowingHome => {
  const home = new GrowingHome()
  for (let n = 0; n < count; n++) home.begin(`s${n}.jsonl`)
  return home
}

/** The index says what the logs say, and has nothing else that is odd. */
const expectSound = (home: GrowingHome): void => {
  expect(home.printed).toEqual(home.totals)
  const live = run([...DAILY, '--no-history'], home.parts)
  expect(live.stdout).toBe(run([...DAILY, '--no-index'], home.parts).stdout)
  expect(home.damaged).toEqual([])
}

describe('twenty processes at once', () => {
  const twenty = async (home: GrowingHome, while_: () => void = () => {}): Promise<void> => {
    const least = home.totals
    const started = Array.from({ length: 20 }, () => start(DAILY, home.parts))
    while_()
    for (const { status, stdout, stderr } of await Promise.all(started.map(one => one.done))) {
      expect([status, stderr]).toEqual([0, ''])
      expect(totalsIn(stdout).entries).toBeGreaterThanOrEqual(least.entries)
      expect(totalsIn(stdout).entries).toBeLessThanOrEqual(home.entries)
      if (least.entries === home.entries) expect(totalsIn(stdout)).toEqual(home.totals)
    }
  }

  it('on a home that nobody has read, and again when it has grown', async () => {
    const home = homeWithLogs(30)
    await twenty(home)
    expectSound(home)
    for (let n = 0; n < 10; n++) home.grow()
    await twenty(home)
    expectSound(home)
  })

  it('on a home that grows meanwhile, with logs gone before', async () => {
    const home = homeWithLogs(10)
    expect(home.printed).toEqual(home.totals)
    home.dropOldest()
    await twenty(home, () => {
      for (let n = 0; n < 20; n++) home.grow()
    })
    expectSound(home)
  })

  it('with a lock that somebody keeps deleting', async () => {
    const home = homeWithLogs(10)
    expect(home.printed).toEqual(home.totals)
    home.dropOldest()
    for (let n = 0; n < 20; n++) home.grow()
    const timer = setInterval(() => rmSync(join(home.index, 'lock'), { force: true }), 1)
    await twenty(home)
    clearInterval(timer)
    expectSound(home)
  })
})

it(`${ROUNDS} rounds of processes killed at random: nothing is lost, no answer is wrong`, async () => {
  const home = homeWithLogs(6)
  const counted = { rounds: 0, killed: 0, finished: 0, losses: 0, wrong: 0 }
  let tookMs = 300
  for (; counted.rounds < ROUNDS; counted.rounds++) {
    home.grow()
    const least = home.entries
    const started = Array.from({ length: 3 }, () => start(DAILY, home.parts))
    const begunAt = performance.now()
    const timers = started.map(({ child }) => setTimeout(() => child.kill('SIGKILL'), Math.random() * tookMs))
    const growing = new Promise<void>(resolve => {
      setTimeout(() => resolve(home.grow()), (Math.random() * tookMs) / 2)
    })
    const runs = await Promise.all(started.map(one => one.done))
    for (const timer of timers) clearTimeout(timer)
    await growing
    const finished = runs.filter(({ status }) => status !== null)
    counted.finished += finished.length
    counted.killed += runs.length - finished.length
    // As many should get through as get killed late, wherever this runs.
    tookMs = finished.length > 0 ? Math.max(50, performance.now() - begunAt) : tookMs * 1.3
    for (const { status, stdout } of finished) {
      const { entries } = totalsIn(stdout)
      if (status !== 0 || entries < least || entries > home.entries) counted.wrong++
    }
    const printed = home.printed
    if (printed.entries < home.entries) counted.losses++
    expect([counted.rounds, printed]).toEqual([counted.rounds, home.totals])
    // All of it was shown by now, so the agent may delete what it wants.
    home.dropOldest()
    home.begin(`t${counted.rounds}.jsonl`)
  }
  process.stdout.write(`${JSON.stringify(counted)}\n`)
  expect(counted).toMatchObject({ losses: 0, wrong: 0 })
  expect(counted.killed).toBeGreaterThan(ROUNDS)
  expect(counted.finished).toBeGreaterThan(0)
  expectSound(home)
}, 600_000)

describe('a disk', () => {
  it('that cannot be written: the answer is right and says so', () => {
    const home = homeWithLogs(3)
    writeFileSync(home.data, '')
    const { status, stdout } = run(DAILY, home.parts)
    expect([status, totalsIn(stdout)]).toEqual([0, home.totals])
    expect(JSON.parse(stdout).diagnostics.map((d: { code: string }) => d.code)).toEqual(['index-not-saved'])
  })

  const mount = (folder: string): boolean => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder], { stdio: 'ignore' })
      return true
    } catch {
      return false // not allowed here: crash.test.ts does it with a disk that says so
    }
  }

  it('that is full', context => {
    const home = homeWithLogs(3)
    mkdirSync(home.data)
    if (!mount(home.data)) context.skip()
    onTestFinished(() => void execFileSync('umount', [home.data]))
    expect(home.printed).toEqual(home.totals)
    let isFull = false
    for (let n = 0; n < 40 && !isFull; n++) {
      for (let more = 0; more < 20; more++) home.grow()
      const { stdout } = run(DAILY, home.parts)
      expect(totalsIn(stdout)).toEqual(home.totals)
      isFull = JSON.parse(stdout).diagnostics.some((d: { code: string }) => d.code === 'index-not-saved')
    }
    expect(isFull).toBe(true)
    expect(run([...DAILY, '--no-index'], home.parts).stdout).toContain(`"outputTokens": ${home.output}`)
    expect(home.damaged).toEqual([])
  })
})

/** Every folder named `home` under the fixtures, and the sample. */
const homesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(e => {
    if (!e.isDirectory()) return []
    return e.name === 'home' ? [join(folder, 'home')] : homesIn(join(folder, e.name))
  })

const fixtures = join(root, 'fixtures')
const homes = [...['agents', 'recorded', 'real'].flatMap(kind => homesIn(join(fixtures, kind))), join(fixtures, 'demo')]

const commands = ['daily', 'weekly', 'monthly', 'session', 'blocks', 'doctor'] as const

/** Each home with one command, or with all of them where somebody has the time. */
const isAsked = (home: number, command: number): boolean =>
  process.env.TOKUSAGE_EVERY_HOME === '1' || home % commands.length === command

/** Doctor says whether the history is kept; all else must not depend on it. */
const withoutHistoryFacts = (stdout: string): string => stdout.replace(/^ *"(?:inHistory|reason)": .*\n/gm, '')

describe('with an index that is new, with one that is there, and without one', () => {
  it('there are homes', () => {
    expect(homes.length).toBeGreaterThan(20)
  })

  it.each(commands)(
    '%s prints the same bytes',
    async command => {
      const folder = temporaryHome()
      const asked = homes.filter((_home, i) => isAsked(i, commands.indexOf(command)))
      await inParallel(asked, 2, async home => {
        const env = { TOKUSAGE_HOME: join(folder, String(homes.indexOf(home))) }
        const node = ['--require', join(root, 'test/support/fixed-clock.cjs')]
        const of = async (...more: string[]) => {
          const args = [command, '--json', '--offline', '-z', 'UTC', ...more]
          const { status, stdout, stderr } = await start(args, { home, env, node }).done
          return { home, status, stdout: command === 'doctor' ? withoutHistoryFacts(stdout) : stdout, stderr }
        }
        const plain = await of('--no-index')
        expect([plain.status, existsSync(join(env.TOKUSAGE_HOME, 'index-1'))]).toEqual([0, false])
        expect(await of()).toEqual(plain)
        expect(await of()).toEqual(plain)
      })
    },
    600_000,
  )
})
