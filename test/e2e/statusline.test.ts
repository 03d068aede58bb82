/** The status line as an agent or a shell runs it: one line, exit 0, whatever it is handed and wherever it cannot write. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { statusKey } from '../../src/statusline/key.ts'
import { isStatusKey } from '../../src/store/status.ts'
import { snapshot, stdin } from '../statusline/facts.ts'
import { environment, program, type RunParts } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

interface Parts extends RunParts {
  readonly home: string
  readonly input?: string | undefined
}

const data = (home: string): string => join(home, '.local/share/tokusage')
/** Of this run's zone. */
const key = statusKey([], { TZ: process.env.TZ })
const snapshotPath = (home: string): string => join(data(home), `status/${key}.json`)
const lockPath = (home: string): string => join(data(home), `status/${key}.lock`)
const journalPath = (home: string): string => join(data(home), 'limits.jsonl')

const { version } = JSON.parse(readFileSync(join(program, '../../package.json'), 'utf8'))
const fresh = (): string => {
  const now = Date.now()
  return JSON.stringify(snapshot({ version, at: now, dayStartAt: now - 1e6, dayEndAt: now + 1e8 }))
}

/** A home whose figures are of now: nothing is refreshed. */
const home = (files: Readonly<Record<string, string>> = {}): string =>
  temporaryHome({ [`.local/share/tokusage/status/${key}.json`]: fresh(), ...files })

const told = (used = 42, minutes = 130, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(
    stdin({
      rate_limits: {
        five_hour: { used_percentage: used, resets_at: Math.floor(Date.now() / 1000) + minutes * 60 + 30 },
      },
      prompt_cache: null,
      ...more,
    }),
  )

const line = (args: readonly string[], { input = '', ...parts }: Parts) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'statusline', ...args], {
    env: environment({ ...parts, env: { NO_COLOR: '1', ...parts.env } }),
    cwd: parts.cwd ?? parts.home,
    input,
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^[^\n]*\n$/)
  return stdout.trimEnd()
}

const full =
  '🤖 Some 4 (high) | 💰 $0.32 session / $4.10 today / 5h 42% ↻ 2h 10m | 🔥 $1.20/hr ↗ | 🧠 25,000 (13%) next ≥ $0.0075'

const until = async (isDone: () => boolean, limitMs = 30_000): Promise<boolean> => {
  for (const end = Date.now() + limitMs; Date.now() < end; ) {
    if (isDone()) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}

describe('the line', () => {
  test('is made of what the agent says and of the last figures', () => {
    const own = home()
    expect(line([], { home: own, input: told() })).toBe(full)
    expect(line(['--format', '{model}: {session}'], { home: own, input: told() })).toBe('Some 4 (high): $0.32 session')
    expect(line(['-B', 'text', '--width=60', '--no-emoji'], { home: own, input: told() })).toBe(
      'Some 4 | $0.32 / $4.10 / 5h 42% (2h 10m left) | $1.20/hr',
    )
    expect(line([], { home: own, input: told(), env: { COLUMNS: '20' } })).toBe('Some 4 | $0.32')
    expect(existsSync(lockPath(own))).toBe(false)
  })

  test('is that of a prompt without input, from a file, a pipe or nothing', () => {
    const own = home({ 'input.json': told() })
    const prompt = '💰 $4.10 today | 🔥 $1.20/hr ↗'
    expect(line([], { home: own })).toBe(prompt)
    for (const input of ['{"session_id":', 'null', '[1]', 'x', '{}}'])
      expect(line([], { home: own, input })).toBe(prompt)
    const shell = (command: string) =>
      spawnSync('sh', ['-c', command], {
        env: environment({ home: own, env: { NO_COLOR: '1', NODE: process.execPath, LINE: program } }),
        cwd: own,
        encoding: 'utf8',
      }).stdout
    expect(shell('"$NODE" "$LINE" statusline < /dev/null')).toBe(`${prompt}\n`)
    expect(shell('"$NODE" "$LINE" statusline <&-')).toBe(`${prompt}\n`)
    expect(shell('"$NODE" "$LINE" statusline < input.json')).toBe(`${full}\n`)
    expect(shell('cat input.json | "$NODE" "$LINE" statusline')).toBe(`${full}\n`)
  })

  test.each([
    [['--bogus'], "tokusage: Unknown option '--bogus'."],
    [['--theme', 'x'], "tokusage: Invalid value for --theme 'x'. Expected default, light, soft or mono."],
    [
      ['--context-low-threshold', '80', '--context-medium-threshold', '50'],
      'tokusage: Context low threshold (80) must be less than medium threshold (50)',
    ],
    [['--format', '{x}'], expect.stringMatching(/^tokusage: unknown part \{x\}, known: model/)],
    [['extra'], "tokusage: Expected option, got 'extra'"],
  ])('%j says what is wrong', (args, expected) => expect(line(args, { home: home() })).toEqual(expected))

  test('accepts all flags of ccusage', () => {
    const own = home()
    const flags = ['--visual-burn-rate emoji', '--cost-source ccusage', '--cache', '--no-cache', '--refresh-interval 5']
    for (const flag of [...flags, '--context-low-threshold 20', '--context-medium-threshold 90', '-d'])
      expect(
        spawnSync(process.execPath, [program, 'statusline', ...flag.split(' ')], {
          env: environment({ home: own }),
          encoding: 'utf8',
        }).stdout,
      ).toContain('$4.10')
  })

  test('colours are on though nobody is looking', () => {
    const own = home()
    expect(line(['--color'], { home: own })).toContain('\x1b[')
    expect(line([], { home: own, env: { NO_COLOR: '' } })).toContain('\x1b[')
    expect(line([], { home: own, env: { NO_COLOR: '', TERM: 'dumb' } })).not.toContain('\x1b[')
    expect(line(['--no-color'], { home: own, env: { NO_COLOR: '' } })).not.toContain('\x1b[')
  })

  test('the branch is read from git’s own files', () => {
    const own = home({
      'app/.git/HEAD': 'ref: refs/heads/fix/a\u001b[31m\n',
      'app/src/a.ts': '',
      'tree/.git': 'gitdir: ../app/.git\n',
    })
    const branch = (cwd: string) => line(['--format={branch}'], { home: own, cwd: join(own, cwd) })
    expect(branch('app/src')).toBe('fix/a')
    expect(branch('tree')).toBe('fix/a')
  })
})

describe('nobody keeps it waiting', () => {
  const silent = (stdio: 'pipe' | 'fifo', own: string) =>
    new Promise<{ ms: number; code: number | null; out: string }>(resolve => {
      const start = Date.now()
      const env = environment({ home: own, env: { NO_COLOR: '1', NODE: process.execPath, LINE: program } })
      const child =
        stdio === 'pipe'
          ? spawn(process.execPath, [program, 'statusline'], { env })
          : spawn('sh', ['-c', 'mkfifo "$HOME/p"; exec 3<>"$HOME/p"; exec "$NODE" "$LINE" statusline <&3'], { env })
      let out = ''
      child.stdout.on('data', chunk => (out += chunk))
      child.on('close', code => resolve({ ms: Date.now() - start, code, out }))
    })

  test.each(['pipe', 'fifo'] as const)('not a %s that stays open and silent', async kind => {
    const { ms, code, out } = await silent(kind, home())
    expect({ code, out }).toEqual({ code: 0, out: '💰 $4.10 today | 🔥 $1.20/hr ↗\n' })
    // 150 ms on a machine at rest; this is about hanging.
    expect(ms).toBeLessThan(3000)
  })

  test('nor one that stays open after the input', async () => {
    const child = spawn(process.execPath, [program, 'statusline'], {
      env: environment({ home: home(), env: { NO_COLOR: '1' } }),
    })
    child.stdin.on('error', () => {})
    child.stdin.write(told())
    let out = ''
    child.stdout.on('data', chunk => (out += chunk))
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
    expect(out).toBe(`${full}\n`)
  })

  test('nor a named pipe in the place of a file', () => {
    const own = home()
    rmSync(snapshotPath(own))
    for (const path of [snapshotPath(own), journalPath(own)])
      expect(spawnSync('sh', ['-c', 'mkfifo "$0"', path]).status).toBe(0)
    writeFileSync(lockPath(own), String(process.pid))
    expect(line([], { home: own, input: told() })).toMatch(/^🤖 Some 4 \(high\) \| 💰 \$0\.32 session/)
  })
})

describe('limits', () => {
  test('are kept once, for the user alone, and shared by all sessions', () => {
    const own = home()
    for (let i = 0; i < 3; i++) line([], { home: own, input: told() })
    line([], { home: own, input: told(40, 130, { session_id: 's3' }) })
    const read = () => readFileSync(journalPath(own), 'utf8').trimEnd().split('\n')
    expect(read()).toHaveLength(1)
    expect(line(['--format={5h}'], { home: own, input: told(45, 130, { session_id: 's2' }) })).toBe('5h 45% ↻ 2h 10m')
    expect(read()).toHaveLength(2)
    expect(line(['--format={5h}'], { home: own, input: told() })).toBe('5h 45% ↻ 2h 10m')
    expect(line(['--format={5h}'], { home: own })).toBe('5h 45% ↻ 2h 10m')
  })

  test('fall where a session is told less than before: points were taken back', () => {
    const own = home()
    expect(line(['--format={5h}'], { home: own, input: told(97) })).toBe('5h 97% ↻ 2h 10m')
    expect(line(['--format={5h}'], { home: own, input: told(19) })).toBe('5h 19% ↻ 2h 10m')
    expect(line(['--format={5h}'], { home: own })).toBe('5h 19% ↻ 2h 10m')
  })

  test('are those of the account whose folder it is', () => {
    const own = home()
    const other = { CLAUDE_CONFIG_DIR: join(own, 'other') }
    line([], { home: own, input: told(97) })
    const bare = JSON.stringify({ session_id: 'b', model: { display_name: 'B' } })
    expect(line(['--format={model} {5h}'], { home: own, input: bare, env: other })).toBe('B')
    expect(line(['--format={model} {5h}'], { home: own, input: bare })).toBe('B 5h 97% ↻ 2h 10m')
  })

  test('a line that a crash cut off swallows none', () => {
    const own = home({ '.local/share/tokusage/limits.jsonl': '[1795342293547,"cla' })
    line([], { home: own, input: told() })
    expect(line(['--format={5h}'], { home: own })).toBe('5h 42% ↻ 2h 10m')
  })
})

describe('harm', () => {
  const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

  test('names from outside make no files', () => {
    const own = home()
    const before = filesIn(own)
    for (const session_id of ['../../evil', '/tmp/../../evil', '__proto__', 'a\u0000b', 'x'.repeat(5000)])
      line([], {
        home: own,
        input: told(42, 130, { session_id, transcript_path: '../../evil', cwd: '/nonexistent/../..' }),
      })
    const status = '.local/share/tokusage/status'
    const ours = ['lines', 'told'].flatMap(folder => {
      const names = readdirSync(join(own, status, folder))
      for (const name of names) expect(name).toMatch(/^[a-z0-9]+$/)
      return [`${status}/${folder}`, ...names.map(name => `${status}/${folder}/${name}`)]
    })
    ours.push('.local/share/tokusage/limits.jsonl')
    expect(filesIn(own)).toEqual([...before, ...ours].sort())
  })

  test('a data folder that cannot be used costs nothing but the figures', () => {
    const own = home()
    for (const folder of ['/proc/nothing', '/dev/null', join(own, 'file')]) {
      writeFileSync(join(own, 'file'), '')
      expect(line([], { home: own, input: told(), env: { TOKUSAGE_HOME: folder } })).toMatch(
        /\$0\.32 session \/ 5h 42%/,
      )
    }
    const closed = join(own, 'closed')
    mkdirSync(closed)
    chmodSync(closed, 0o500)
    expect(line([], { home: own, input: told(), env: { TOKUSAGE_HOME: join(closed, 'data') } })).toContain('$0.32')
  })

  test.each(['', 'x', '{"status":1}', '\u0000', '[]'])('figures that are %j are none', text => {
    const own = home({ [`.local/share/tokusage/status/${key}.json`]: text })
    writeFileSync(lockPath(own), String(process.pid))
    expect(line([], { home: own, input: told() })).toMatch(/^🤖 Some 4 \(high\) \| 💰 \$0\.32 session \/ 5h 42%/)
  })
})

describe('the refresh in the background', () => {
  const logged = () =>
    temporaryHome({
      '.claude/projects/-home-dev-app/s1.jsonl': jsonl(response({ at: new Date().toISOString() })),
    })
  /** Until the one that was started has written all it writes, its compiled code last: the home will be gone. */
  const settled = async (own: string): Promise<boolean> => {
    const namesIn = (folder: string) =>
      existsSync(join(data(own), folder)) ? readdirSync(join(data(own), folder)) : []
    const isDone = await until(() => !namesIn('status').some(name => name.includes('.lock')))
    await until(() => namesIn('code').some(name => !name.endsWith('.tmp')), 5000)
    return isDone
  }

  test('brings the figures, and the next line has them', async () => {
    const own = logged()
    expect(line([], { home: own })).toBe('tokusage: reading logs …')
    expect(await until(() => existsSync(snapshotPath(own)))).toBe(true)
    expect(await settled(own)).toBe(true)
    expect(line([], { home: own })).toMatch(/^💰 (≥ |<)?\$?[\d.,]+[KM]?( tokens)? today/)
    // Of now, so nothing is started.
    expect(existsSync(lockPath(own))).toBe(false)
  })

  test('is told the flags that change the figures, under a name of its own', async () => {
    const own = logged()
    line(['--timezone', 'Asia/Kolkata', '--no-emoji'], { home: own })
    const names = () => readdirSync(join(data(own), 'status')).filter(name => /^[^.]+\.json$/.test(name))
    expect(await until(() => names().length > 0)).toBe(true)
    await settled(own)
    const [name = ''] = names()
    expect(isStatusKey(name.slice(0, -5))).toBe(true)
    expect(name).not.toBe(`${key}.json`)
    expect(JSON.parse(readFileSync(join(data(own), 'status', name), 'utf8'))).toMatchObject({
      timeZone: 'Asia/Kolkata',
    })
  })

  test('leaves word where the settings cannot be understood', async () => {
    const own = logged()
    const mars = ['--timezone', 'Mars', '--no-emoji']
    expect(line(mars, { home: own })).toBe('tokusage: reading logs …')
    const names = () => readdirSync(join(data(own), 'status')).filter(name => name.endsWith('.json'))
    expect(await until(() => existsSync(join(data(own), 'status')) && names().length > 0)).toBe(true)
    expect(line(mars, { home: own })).toMatch(/^tokusage: Invalid value for --timezone 'Mars'\. Expected an IANA/)
    await until(() => !readdirSync(join(data(own), 'status')).some(name => name.includes('.lock')))
  })

  test('is not started while another runs, and taken over from one that died', async () => {
    const own = logged()
    mkdirSync(join(data(own), 'status'), { recursive: true })
    writeFileSync(lockPath(own), String(process.pid))
    line([], { home: own })
    expect(readFileSync(lockPath(own), 'utf8')).toBe(String(process.pid))
    const dead = String(spawnSync(process.execPath, ['-e', '0']).pid)
    writeFileSync(lockPath(own), dead)
    line([], { home: own })
    // Perhaps it is about to be born.
    expect(readFileSync(lockPath(own), 'utf8')).toBe(dead)
    const before = new Date(Date.now() - 6000)
    utimesSync(lockPath(own), before, before)
    line([], { home: own })
    expect(await until(() => existsSync(snapshotPath(own)))).toBe(true)
    await settled(own)
    expect(readdirSync(join(data(own), 'status')).filter(name => name.includes('.lock'))).toEqual([])
  })

  test('is one, however many ask at once', async () => {
    const own = logged()
    const asked = Array.from(
      { length: 8 },
      () =>
        new Promise<string>(resolve => {
          const child = spawn(process.execPath, [program, 'statusline', '--debug'], { env: environment({ home: own }) })
          child.stdin.end()
          let said = ''
          child.stderr.on('data', chunk => (said += chunk))
          child.on('close', () => resolve(said))
        }),
    )
    const said = await Promise.all(asked)
    expect(said.filter(text => text.includes('refresh started'))).toHaveLength(1)
    expect(said.filter(text => text.includes('refresh not started'))).toHaveLength(7)
    expect(await until(() => existsSync(snapshotPath(own)))).toBe(true)
    await settled(own)
  })
})

describe('an agent that says nothing in time', () => {
  const late = (own: string): Promise<string> =>
    new Promise(resolve => {
      const env = environment({ home: own, env: { NO_COLOR: '1' } })
      const child = spawn(process.execPath, [program, 'statusline'], { env, cwd: own })
      let text = ''
      child.stdout.on('data', chunk => (text += chunk))
      child.on('close', () => resolve(text))
      child.stdin.on('error', () => {})
      child.stdin.write('{"session_id":')
    })

  test('is shown the line that was last shown there, or what is known without it', async () => {
    const own = home()
    expect(await late(own)).toBe('💰 $4.10 today | 🔥 $1.20/hr ↗\n')
    expect(line([], { home: own, input: told() })).toBe(full)
    expect(await late(own)).toBe(`${full}\n`)
    for (const name of readdirSync(join(data(own), 'status/lines'))) expect(name).toMatch(/^[a-z0-9]+$/)
  })
})
