import { describe, expect, it } from 'vitest'
import type { CommandName } from '../../src/config/commands.ts'
import { commandNames } from '../../src/config/commands.ts'
import type { Options } from '../../src/config/options.ts'
import { UserError } from '../../src/core/errors.ts'
import { type Doors, main } from '../../src/program.ts'
import type { HostParts } from '../support/host.ts'
import { hostWith } from './host-with.ts'

interface Call {
  readonly command: string
  readonly what?: string | undefined
  readonly options?: Options
}

interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly calls: readonly Call[]
}

interface Setup {
  readonly fails?: unknown
  readonly answers?: number
  readonly isHook?: boolean
  readonly mayBeHook?: boolean
  readonly env?: HostParts['env']
  readonly files?: Readonly<Record<string, string>>
}

/** Runs the program with commands that only note how they were called. */
const run = async (line: string | readonly string[], setup: Setup = {}): Promise<Answer> => {
  const [out, err, calls]: [string[], string[], Call[]] = [[], [], []]
  const note = async (call: Call): Promise<number> => {
    calls.push(call)
    if (setup.fails !== undefined) throw setup.fails
    return setup.answers ?? 0
  }
  const rooms: Doors = {
    agentIds: async () => ['ember', 'flint'],
    host: async () => hostWith(setup.files ?? {}, { env: setup.env ?? {} }),
    report: (_, command, options) => note({ command, options }),
    agents: (_, what, options) => note({ command: 'agents', what, options }),
    doctor: (_, options) => note({ command: 'doctor', options }),
    why: (_, options) => note({ command: 'why', options }),
    advise: (_, options) => note({ command: 'advise', options }),
    bill: (_, options) => note({ command: 'bill', options }),
    statusline: (_, options) => note({ command: 'statusline', options }),
    live: (_, options) => note({ command: 'live', options }),
    limits: (_, options) => note({ command: 'limits', options }),
    guard: (_, options) => note({ command: 'guard', options }),
    isHook: async () => setup.isHook === true,
    mayBeHook: async () => setup.mayBeHook === true,
    noteMistake: async (_, words, message) =>
      void calls.push({ command: 'mistake', what: `${words.at(-1)} ${message}` }),
    install: (_, what, options) => note({ command: `install ${what}`, options }),
    history: (_, options) => note({ command: 'history', options }),
    paths: (_, options) => note({ command: 'paths', options }),
    audit: (_, what, options) => note({ command: 'audit', what, options }),
    schema: (_, which) => note({ command: 'schema', what: which }),
  }
  const machine = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  }
  const code = await main(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, machine, rooms)
  return { code, out: out.join(''), err: err.join(''), calls }
}

const optionsOf = async (line: string): Promise<Options | undefined> => {
  const answer = await run(line)
  expect(answer.err).toBe('')
  return answer.calls[0]?.options
}

describe('which command runs', () => {
  it.each<[string, Call]>([
    ['', { command: 'daily' }],
    ['weekly', { command: 'weekly' }],
    ['ember:monthly', { command: 'monthly' }],
    ['blocks -a', { command: 'blocks' }],
    ['agents', { command: 'agents', what: undefined }],
    ['agents ember', { command: 'agents', what: 'ember' }],
    ['ember agents', { command: 'agents', what: undefined }],
    ['doctor', { command: 'doctor' }],
    ['history', { command: 'history' }],
    ['statusline --refresh now', { command: 'statusline' }],
    ['live --snapshot', { command: 'live' }],
    ['blocks --live', { command: 'live' }],
    ['limits --why', { command: 'limits' }],
    ['guard --session 10', { command: 'guard' }],
    ['guard --install', { command: 'install guard' }],
    ['statusline --uninstall zsh', { command: 'install statusline' }],
    ['ember:history', { command: 'history' }],
    ['paths', { command: 'paths' }],
    // The clock of the test host stands on Friday 2026-11-20.
    ['audit today', { command: 'audit', what: '2026-11-20' }],
    ['audit thursday', { command: 'audit', what: '2026-11-19' }],
    ['audit 2026-11', { command: 'audit', what: '2026-11' }],
    ['audit 3f2a', { command: 'audit', what: '3f2a' }],
    ['schema', { command: 'schema', what: undefined }],
    ['schema config', { command: 'schema', what: 'config' }],
  ])('%s', async (line, call) => {
    const answer = await run(line)
    expect(answer.calls).toEqual([expect.objectContaining(call)])
    expect(answer).toMatchObject({ code: 0, err: '' })
  })

  it('its exit code is that of the program', async () =>
    expect(await run('daily', { answers: 1 })).toMatchObject({ code: 1 }))

  it('the options reach it', async () => {
    expect(await optionsOf('ember daily -jb --project -home-u-app --since yesterday')).toMatchObject({
      agents: ['ember'],
      format: 'json',
      breakdown: true,
      projects: ['-home-u-app'],
      since: '2026-11-19',
    })
    expect(await optionsOf('--since 7d --json --since today --json=false')).toMatchObject({
      since: '2026-11-20',
      format: 'table',
    })
    expect(await optionsOf('-p a -p b,c --model m')).toMatchObject({ projects: ['a', 'b', 'c'], models: ['m'] })
    expect(await optionsOf('session abc')).toMatchObject({ id: 'abc' })
    expect(await optionsOf('session -i abc')).toMatchObject({ id: 'abc' })
    expect(await optionsOf('--no-color --no-titles --no-cost')).toMatchObject({
      color: false,
      titles: false,
      noCost: true,
    })
  })
})

/** Flags of ccusage 18 and 20 (`peers/ccusage.md` 1.2), with a value where they take one. */
const shared = [
  '-s 2026-01-01', '--since 20260101', '-u 2026-01-02', '--until=20260102', '-j', '--json', '-m auto', '--mode calculate',
  '--mode display', '-d', '--debug', '--debug-samples 3', '-o asc', '--order desc', '-b', '--breakdown', '-O', '--offline',
  '--no-offline', '--color', '--no-color', '-z UTC', '--timezone local', '-q .', '--jq .', '--compact', '--single-thread',
  '--no-cost', '--all', '-l en-CA', '--locale de-DE',
] // biome-ignore format: a list of words
const sectioned = ['--sections daily,monthly', '--by-agent']
const perProject = ['-i', '--instances']
const anyReport = [
  '-p app',
  '--project app',
  '--project-aliases a=b',
  '-w sunday',
  '--start-of-week monday',
  '--last 3',
]
const blocks = [
  '-a',
  '--active',
  '-r',
  '--recent',
  '-t 500000',
  '-t max',
  '--token-limit max',
  '-n 5',
  '--session-length 2.5',
]
const accepted: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  daily: [...shared, ...sectioned, ...perProject, ...anyReport],
  weekly: [...shared, ...sectioned, ...perProject, ...anyReport],
  monthly: [...shared, ...sectioned, ...perProject, ...anyReport],
  session: [...shared, ...sectioned, ...anyReport, '-i abc', '--id abc'],
  blocks: [...shared, ...anyReport, ...blocks],
}

describe.each(Object.entries(accepted))("ccusage's flags on %s", (command, flags) => {
  it.each(flags)('%s', async flag => {
    for (const line of [
      `${command} ${flag}`,
      `${flag} ${command}`,
      `ember ${command} ${flag}`,
      `ember:${command} ${flag}`,
    ]) {
      const answer = await run(line)
      expect(answer.err).toBe('')
      expect(answer.calls.map(call => call.command)).toEqual([command])
    }
  })
})

it('a mistake in the settings of the status line is left where it looks', async () => {
  const { code, calls } = await run('statusline --refresh default --timezone Mars')
  expect([code, calls]).toEqual([
    2,
    [{ command: 'mistake', what: expect.stringContaining("--timezone=Mars Invalid value for --timezone 'Mars'") }],
  ])
})

it('a mistake in the line of a hook blocks nobody', async () => {
  const asHook = await run('guard --bogus', { mayBeHook: true })
  expect([asHook.code, asHook.err.startsWith('error: ')]).toEqual([1, true])
  expect((await run('guard --bogus')).code).toBe(2)
  expect((await run('daily --bogus', { mayBeHook: true })).code).toBe(2)
  for (const line of ['guard --install --bogus', 'guard --session abc --uninstall'])
    expect((await run(line, { mayBeHook: true })).code).toBe(2)
})

it('a hook reads no config of the project; a plain run reads it, and nobody who asks for days or sets up is asked for stdin', async () => {
  const files = { '/work/tokusage.json': '{"defaults": {"timezone": "Asia/Tokyo"}}' }
  const zoneOf = async (line: string, isHook: boolean) =>
    (await run(line, { isHook, files })).calls[0]?.options?.timeZone
  expect(await zoneOf('guard --session 10', true)).toBe('UTC')
  expect(await zoneOf('guard --max 10 --day 5', true)).toBe('UTC')
  expect(await zoneOf('guard --session 10', false)).toBe('Asia/Tokyo')
  for (const line of ['guard --max 10', 'guard --install', 'daily']) expect(await zoneOf(line, true)).toBe('Asia/Tokyo')
})

describe('help and version', () => {
  it.each([...commandNames, 'schema'])(
    'the help of %s fits 80 columns and shows examples and the network',
    async command => {
      const { out, code } = await run(`${command} --help`)
      expect(code).toBe(0)
      expect(out).toContain(`Usage: tokusage ${command}`)
      expect(out).toContain('Examples:')
      expect(out.replaceAll('\n', ' ')).toContain("only with --refresh-prices, or when a model's price is unknown")
      expect(out.split('\n').filter(row => row.length > 80)).toEqual([])
    },
  )

  it('the help of the program is short, and stands for unknown paths too', async () => {
    const { out } = await run('--help')
    for (const command of commandNames) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    expect(out.split('\n').filter(row => row.length > 80)).toEqual([])
    expect(out.split('\n').length).toBeLessThan(66)
    expect((await run('bogus -h')).out).toBe(out)
    expect((await run('-h --bogus')).out).toBe(out)
    expect((await run('ember daily -h')).out).toBe((await run('daily -h')).out)
  })

  it('the examples of the help are accepted', async () => {
    const helps = await Promise.all(['', ...commandNames].map(command => run(`${command} --help`)))
    const lines = helps.flatMap(help => [
      ...help.out.matchAll(/^ {2}tokusage(.*?)(?: {2,}\S.*| [a-z]+ project, the .*)?$/gm),
    ])
    expect(lines.length).toBeGreaterThan(15)
    for (const [, line] of lines) expect((await run(line ?? '')).err).toBe('')
  })

  it.each(['-v', '-V', '--version', '--help -v', 'daily --bogus --version', 'bogus -V'])(
    '%s prints the version',
    async line => {
      const answer = await run(line)
      expect(answer.out).toMatch(/^tokusage \S+\n$/)
      expect(answer).toMatchObject({ code: 0, err: '', calls: [] })
    },
  )
})

describe('failures', () => {
  it("the user's: one line, where the help is, exit 2", async () => {
    expect(await run('dialy')).toMatchObject({
      code: 2,
      out: '',
      err: "error: Unknown command 'dialy'. Did you mean 'daily'?\nRun 'tokusage --help' for usage.\n",
      calls: [],
    })
    expect(await run('--mode x')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: Invalid cost mode 'x'/),
    })
    expect(await run('session abc --id abd')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: Two sessions are named, 'abc' and 'abd'\./),
    })
    expect(await run('daily', { fails: new UserError('No such thing. Try another.') })).toMatchObject({
      code: 2,
      err: 'error: No such thing. Try another.\n',
    })
  })

  it('with --json: an object, on stderr only', async () => {
    const { code, out, err } = await run('--json --bogus')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(JSON.parse(err)).toEqual({ error: "Unknown option '--bogus'." })
  })

  it('a closed pipe is success', async () => {
    expect(await run('daily', { fails: Object.assign(new Error('x'), { code: 'EPIPE' }) })).toMatchObject({
      code: 0,
      err: '',
    })
  })

  it('ours: the stack, where to report it, exit 1', async () => {
    const { code, err } = await run('daily', { fails: new RangeError('deep inside') })
    expect(code).toBe(1)
    expect(err).toMatch(/^RangeError: deep inside\n +at /)
    expect(err).toMatch(/\nThis is a fault of tokusage\. Please report it .*\n$/)
  })
})
