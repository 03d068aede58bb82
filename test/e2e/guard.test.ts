/** The guard as a process: as the agent calls it, and as a script does. */
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { statusKey } from '../../src/statusline/key.ts'
import { environment, program, type Run, run, shell } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const LOG = '.claude/projects/-home-dev-app/s1.jsonl'

/** One response, just now, of 12 USD. */
const home = (): string =>
  temporaryHome({ [LOG]: jsonl(response({ input: 0, output: 480_000, at: new Date().toISOString() })) })

const hookOf = (own: string, event: string): string =>
  JSON.stringify({ hook_event_name: event, session_id: 's1', transcript_path: join(own, LOG), cwd: own, prompt: 'go' })

/**
 * Off the network, and without the refresh that would outlive the test: another process holds its lock. The first runs compile the program, which
 * may take longer than a hook waits.
 */
const call = (own: string, input: string, ...flags: readonly string[]): Run => {
  const env = environment({ home: own, env: { TOKUSAGE_HOME: temporaryHome(lock) } })
  const once = (...words: readonly string[]): Run => {
    const args = [program, 'guard', '--offline', ...words]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8', env })
    return { status, stdout, stderr }
  }
  once('--session', '1000000')
  once('--session', '1000000')
  return once(...flags)
}

const OLD = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } })"

const lock = { [`status/${statusKey([], { TZ: process.env.TZ })}.lock`]: `${process.pid}` }

describe('a hook', () => {
  it.each([
    ['UserPromptSubmit', { decision: 'block' }],
    ['PreToolUse', { continue: false, hookSpecificOutput: { permissionDecision: 'deny' } }],
    ['Stop', { systemMessage: expect.stringContaining('$12.00 of $10.00') }],
  ])('%s is answered at the limit', (event, answer) => {
    const own = home()
    const { status, stdout, stderr } = call(own, hookOf(own, event), '--session', '10')
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject(answer)
  })

  it('is not answered below it, and broken JSON never', () => {
    const own = home()
    for (const [input, limit] of [
      [hookOf(own, 'PreToolUse'), '100'],
      ['{"hook_event_name":', '1'],
    ] as const)
      expect(call(own, input, '--session', limit)).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})

describe('a mistake in the line', () => {
  const line = 'tokusage guard --session abc'
  const late = `(sleep 0.4; echo '{"hook_event_name":"UserPromptSubmit"}')`

  it.each([
    ['a hook that is there', `echo '{"hook_event_name":"UserPromptSubmit"}' | ${line}`, 1],
    ['a hook that comes late', `${late} | ${line}`, 1],
    ['a pipe at its end', `true | ${line}`, 2],
    ['a pipe of other words', `echo some list | ${line}`, 2],
    ['nothing', `${line} </dev/null`, 2],
    ['a closed input', `${line} <&-`, 2],
    ['a file', `${line} <README.md`, 2],
  ])('with %s on stdin', (_what, command, status) => {
    const { stderr, ...rest } = shell(command, { home: home() })
    expect(rest).toMatchObject({ status, stdout: '' })
    expect(stderr).toContain("Invalid value for --session 'abc'")
  })

  it('is 1 where a pipe is open, for a hook may still come', async () => {
    const child = spawn(process.execPath, [program, 'guard', '--session', 'abc'], {
      env: environment({ home: home() }),
      stdio: ['pipe', 'ignore', 'ignore'], // nobody ever writes to it or ends it
    })
    const status = await new Promise(resolve => child.on('exit', resolve))
    child.stdin.destroy()
    expect(status).toBe(1)
  })

  it('of its set-up is 2, whatever is on stdin', () => {
    const own = home()
    expect(shell(`${late} | tokusage guard --install --yes --max 20`, { home: own })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('leave out --max'),
    })
  })
})

it('an old Node blocks nobody', () => {
  const old = join(temporaryHome({ 'old.cjs': OLD }), 'old.cjs')
  const status = (...args: readonly string[]) => run(args, { node: ['--require', old] })
  expect(status('guard', '--session', '10')).toMatchObject({ status: 1, stderr: expect.stringContaining('Node 20') })
  expect(status('daily')).toMatchObject({ status: 2, stderr: expect.stringContaining('Node 20') })
})

it('a config of the repository does not reach a hook', () => {
  const own = home()
  const theirs = temporaryHome({ 'tokusage.json': '{"commands": {"guard": {"session": 0.01}}, "bogus": 1}' })
  const input = hookOf(own, 'UserPromptSubmit')
  const line = `tokusage guard --offline --session 100 --debug <<'END'\n${input}\nEND`
  const { status, stdout, stderr } = shell(line, {
    home: own,
    cwd: theirs,
    env: { TOKUSAGE_HOME: temporaryHome(lock) },
  })
  expect([status, stdout]).toEqual([0, ''])
  expect(stderr).toContain("tokusage.json is the project's, and not read")
})

describe('a script', () => {
  it('is told by the exit code', () => {
    const own = home()
    const guard = (max: string) => run(['guard', '--since', 'today', '--max', max, '--offline'], { home: own })
    expect(guard('20')).toMatchObject({ status: 0, stdout: expect.stringMatching(/\$12\.00 of \$20\.00 {2}60 %/) })
    expect(guard('12').status).toBe(1)
    expect(run(['guard'], { home: own })).toMatchObject({ status: 2, stdout: '' })
  })

  it('is not kept waiting by its own stdin: closed, empty, or open and silent', async () => {
    const own = home()
    const line = 'tokusage guard --day 20 --offline'
    for (const end of ['<&-', '</dev/null', '< <(true)'])
      expect(shell(`${line} ${end}`, { home: own })).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('today'),
      })
    const child = spawn(process.execPath, [program, 'guard', '--day', '20', '--offline'], {
      env: environment({ home: own }),
      stdio: ['pipe', 'pipe', 'ignore'], // nobody ever writes to it or ends it
    })
    const status = await new Promise(resolve => child.on('exit', resolve))
    child.stdin.destroy()
    expect(status).toBe(0)
  })
})

describe('a webhook', () => {
  const server = async (answer: number) => {
    const bodies: string[] = []
    const own = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => {
        body += chunk
      })
      request.on('end', () => {
        bodies.push(body)
        response.writeHead(answer).end()
      })
    })
    await new Promise<void>(resolve => own.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void own.close())
    const address = own.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return { url: `http://127.0.0.1:${port}/hook`, bodies }
  }

  const started = (own: string, ...flags: readonly string[]): Promise<Run> =>
    new Promise(resolve => {
      const child = spawn(process.execPath, [program, 'guard', '--offline', ...flags], {
        env: environment({ home: own, env: { TOKUSAGE_HOME: temporaryHome(lock) } }),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const texts = { stdout: '', stderr: '' }
      child.stdout.on('data', chunk => {
        texts.stdout += chunk
      })
      child.stderr.on('data', chunk => {
        texts.stderr += chunk
      })
      child.on('close', status => resolve({ status, ...texts }))
    })

  it('is told, and its failure is said', async () => {
    const [good, bad] = [await server(200), await server(500)]
    expect(await started(home(), '--max', '10', '--webhook', good.url)).toMatchObject({ status: 1, stderr: '' })
    expect(good.bodies.map(body => JSON.parse(body))).toMatchObject([{ kind: 'range', usedUsd: 12, limitUsd: 10 }])
    const failed = await started(home(), '--max', '10', '--webhook', bad.url)
    expect([failed.status, failed.stderr]).toEqual([
      1,
      'The webhook was not told of all days: the server answered 500\n',
    ])
  })

  it('of a hook is told after the answer', async () => {
    const { url, bodies } = await server(200)
    const own = home()
    expect(call(own, hookOf(own, 'Stop'), '--session', '10', '--webhook', url).status).toBe(0)
    for (let i = 0; i < 100 && bodies.length === 0; i++) await new Promise(resolve => setTimeout(resolve, 50))
    expect(bodies.map(body => JSON.parse(body))).toMatchObject([{ kind: 'session', percent: 120, threshold: 100 }])
  })
})
