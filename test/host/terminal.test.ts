/** The real terminal, on a pseudo-terminal of its own: whatever ends the program, screen, cursor and modes are given back. */
import { spawn, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import type { NodeTerminal } from '../../src/host/terminal.ts'
import type { Terminal } from '../../src/tui/screen.ts'
import { temporaryHome } from '../support/temporary.ts'

// The two rooms do not know each other; this is where they must agree.
const _fits = (terminal: NodeTerminal): Terminal => terminal

const TAKE = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const GIVE_BACK = '\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l'

/** Says what it sees, on a line each, until `q`, the end, or what `how` does to it. */
const program = (how: string): string => `
import { NodeTerminal } from ${JSON.stringify(join(import.meta.dirname, '../../src/host/terminal.ts'))}
const terminal = new NodeTerminal()
const say = text => terminal.write('<' + text + '>\\r\\n')
const over = new Promise(resolve => terminal.enter({
  onKey: key => {
    say('key ' + JSON.stringify(key))
    if (key.text === 'q') resolve('quit')
    if (key.ctrl && key.name === 'z') terminal.suspend()
  },
  onResize: () => say('size ' + terminal.size().columns + 'x' + terminal.size().rows),
  onEnd: () => resolve('end'),
}))
const alive = setInterval(() => {}, 1000) // as the monitor's own timers do
say('ready')
${how}
const how = await over
clearInterval(alive)
terminal.leave()
terminal.leave()
console.log('left by ' + how)
`

/** The path of the program, as Node takes it. */
const built = (how: string): string => {
  const home = temporaryHome({ 'main.ts': program(how) })
  const file = join(home, 'main.mjs')
  buildSync({ entryPoints: [join(home, 'main.ts')], outfile: file, bundle: true, platform: 'node', format: 'esm' })
  return file
}

const isLinux = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined

interface Outcome {
  /** Everything that the terminal was sent. */
  readonly screen: string
  /** What it was sent after the screen was given back. */
  readonly after: string
}

/** Runs it under a shell on a pseudo-terminal; what is typed for a text is typed when that is seen. */
const play = async (how: string, typed: Readonly<Record<string, string>> = {}, shell?: string): Promise<Outcome> => {
  const file = built(how)
  const run = `"${process.execPath}" "${file}"`
  const line = shell?.replace('PROGRAM', run) ?? `ulimit -c 0; stty rows 30 cols 100; ${run}; echo "status $?"; stty -a`
  const child = spawn('script', ['-qec', `bash -c '${line}'`, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', HOME: dirname(file) },
  })
  const waiting = new Map(Object.entries(typed))
  let screen = ''
  child.stdout.on('data', chunk => {
    screen += chunk
    for (const [seen, keys] of waiting)
      if (screen.includes(seen)) {
        waiting.delete(seen)
        child.stdin.write(keys)
      }
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await new Promise(resolve => child.on('close', resolve))
  clearTimeout(timer)
  return { screen, after: screen.slice(screen.lastIndexOf(GIVE_BACK)) }
}

const expectRestored = ({ screen, after }: Outcome): void => {
  expect(screen).toContain(TAKE)
  expect(screen.split(TAKE).length).toBe(screen.split(GIVE_BACK).length)
  expect(after).toMatch(/(?:^| )icanon\b/m)
  expect(after).toMatch(/(?:^| )echo\b/m)
  expect(after).toMatch(/(?:^| )isig\b/m)
}

describe.skipIf(!isLinux)('the terminal is given back', () => {
  it.concurrent('by q', async () => {
    const outcome = await play('', { '<ready>': 'q' })
    expectRestored(outcome)
    expect(outcome.after).toContain('left by quit')
    expect(outcome.after).toContain('status 0')
  })

  it.concurrent.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ])('by %s, of which the process then dies', async (signal, status) => {
    const outcome = await play(`setTimeout(() => process.kill(process.pid, '${signal}'), 50)`)
    expectRestored(outcome)
    expect(outcome.after).toContain(`status ${status}`)
  })

  it.concurrent('by SIGINT, as by q', async () => {
    const outcome = await play(`setTimeout(() => process.kill(process.pid, 'SIGINT'), 50)`)
    expectRestored(outcome)
    expect(outcome.after).toContain('left by end')
  })

  it.concurrent.each([
    ['an exception', `setTimeout(() => { throw new Error('broken') }, 50)`],
    ['a promise nobody looks after', `setTimeout(() => void Promise.reject(new Error('broken')), 50)`],
  ])('by %s, before it is printed', async (_, how) => {
    const outcome = await play(how)
    expectRestored(outcome)
    expect(outcome.after).toContain('Error: broken')
    expect(outcome.after).toContain('status 1')
  })

  it.concurrent('by process.exit', async () => {
    const outcome = await play('setTimeout(() => process.exit(3), 50)')
    expectRestored(outcome)
    expect(outcome.after).toContain('status 3')
  })

  it.concurrent('while the job is stopped by Ctrl-Z, and taken again by fg', async () => {
    const shell = 'set -m; PROGRAM; echo "stopped $?"; stty -a | grep -o " icanon"; fg; echo "status $?"; stty -a'
    const outcome = await play('', { '<ready>': '\x1a', '<size': 'q' }, shell)
    expectRestored(outcome)
    expect(outcome.screen.split(TAKE).length).toBe(3)
    expect(outcome.screen).toMatch(/stopped 148[\s\S]* icanon[\s\S]*<size/)
    expect(outcome.after).toContain('status 0')
  })

  it.concurrent('while the job is stopped: what is drawn then is not written, also when it goes on', async () => {
    const shell = 'set -m; PROGRAM; echo "stopped $?"; sleep 0.5; fg; echo "status $?"; stty -a'
    const how = `setInterval(() => say('frame'), 10).unref()`
    const outcome = await play(how, { '<ready>': '\x1a', '<size': 'q' }, shell)
    expectRestored(outcome)
    const [, own = '', ...rest] = outcome.screen.split(TAKE)
    const meanwhile = own.slice(own.indexOf(GIVE_BACK))
    expect(meanwhile).toContain('stopped 148')
    expect(meanwhile).not.toContain('<frame>')
    expect(rest).toHaveLength(1)
    expect(outcome.after).not.toContain('<frame>')
  })

  it.concurrent('for a moment where nobody could let a stopped job go on', async () => {
    // Without job control the process group is an orphan, and is not stopped.
    const shell = 'PROGRAM; echo "status $?"; stty -a'
    const outcome = await play('', { '<ready>': '\x1a', '<size': 'q' }, shell)
    expectRestored(outcome)
    expect(outcome.after).toContain('left by quit')
  })
})

describe.skipIf(!isLinux)('the terminal', () => {
  it.concurrent('tells its size, and when it is another one', async () => {
    const how = `
import { spawnSync } from 'node:child_process'
say(terminal.size().columns)
setTimeout(() => spawnSync('stty', ['rows', '40', 'cols', '90'], { stdio: 'inherit' }), 50)`
    const { screen } = await play(how, { '<size 90x40>': 'q' })
    expect(screen).toMatch(/<100>[\s\S]*<size 90x40>[\s\S]*left by quit/)
  })

  it.concurrent('tells keys by their names, or by what they type', async () => {
    const typed = {
      '<ready>': 'aG/?',
      '"text":"?"': '\x1b[A\x1b[6~\x1b[H\t\x1b[Z',
      backtab: '\r\x7f é日\x1bx\x1b',
      escape: '\x03q',
    }
    const { screen } = await play('', typed)
    const keys = [...screen.matchAll(/<key (.*?)>\r/g)].map(([, json]): unknown => JSON.parse(json ?? ''))
    const key = (name: string, text = '', ctrl = false) => ({ name, ctrl, text })
    expect(keys).toEqual([
      key('a', 'a'),
      key('g', 'G'),
      key('', '/'),
      key('', '?'),
      key('up'),
      key('pagedown'),
      key('home'),
      key('tab'),
      key('backtab'),
      key('return'),
      key('backspace'),
      key('space', ' '),
      key('', 'é'),
      key('', '日'),
      key('escape'),
      key('c', '', true),
      key('q', 'q'),
    ])
  })
})

describe('where there is no terminal', () => {
  it('keys are not waited for, and the process ends', () => {
    const file = built("setTimeout(() => process.kill(process.pid, 'SIGINT'), 50)")
    const { stdout, status } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 10_000 })
    expect(stdout).toBe(`${TAKE}<ready>\r\n${GIVE_BACK}left by end\n`)
    expect(status).toBe(0)
  })

  it('one that goes away is the end, and no fault', async () => {
    const child = spawn(process.execPath, [built("setInterval(() => say('on'), 5).unref()")], { timeout: 10_000 })
    let errors = ''
    child.stderr.on('data', chunk => {
      errors += chunk
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const status = await new Promise(resolve => child.on('close', resolve))
    expect([status, errors]).toEqual([0, ''])
  })
})
