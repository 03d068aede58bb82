/** The guard as a process: as the agent calls it, and as a script does. */
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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

const lock = { 'status/default.lock': `${process.pid}` }

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
