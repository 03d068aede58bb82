/** What was put into other programs' files is run by those programs. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { statusKey } from '../../src/statusline/key.ts'
import { environment, program, root, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'

const SETTINGS = '.claude/settings.json'

const read = (home: string, path: string) => readFileSync(join(home, path), 'utf8')

/** A data folder that cannot be: nothing is left running that would write to it when the test is over. */
const NO_DATA = { TOKUSAGE_HOME: '/proc/none' }

const execute = (
  command: string,
  args: readonly string[],
  home: string,
  { input = '', env = NO_DATA }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
) =>
  spawnSync(command, args, {
    cwd: home,
    env: { ...environment({ home, env }), TERM: 'xterm' },
    encoding: 'utf8',
    input,
    timeout: 30_000,
  })

test('the status line that was put into the settings prints a line, and goes without a trace', () => {
  const text = '{\n  // mine\n  "model": "opus",\n}\n'
  const home = temporaryHome({ [SETTINGS]: text })
  const { status, stdout, stderr } = run(['statusline', '--install', '--yes', '--no-color'], { home })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`+    "command": "${process.execPath} ${program} statusline --no-color"`)
  const [, command] = /"command": "(.*)"/.exec(read(home, SETTINGS))!
  const input = JSON.stringify({ session_id: 's1', model: { id: 'm', display_name: 'A model' } })
  const line = execute('sh', ['-c', JSON.parse(`"${command}"`)], home, { input })
  expect([line.status, line.stderr]).toEqual([0, ''])
  expect(line.stdout).toMatch(/^[^\n]*A model[^\n]*\n$/)
  expect(run(['statusline', '--uninstall', '-y'], { home }).status).toBe(0)
  expect(read(home, SETTINGS)).toBe(text)
})

test('the guard that was put into the settings lets everything pass where nothing was spent', () => {
  const home = temporaryHome()
  expect(run(['guard', '--install', '--yes', '--session', '10', '--window', '80%'], { home }).status).toBe(0)
  const { hooks } = JSON.parse(read(home, SETTINGS))
  for (const event of ['UserPromptSubmit', 'PreToolUse', 'Stop']) {
    const [{ command }] = hooks[event][0].hooks
    const input = JSON.stringify({ hook_event_name: event, session_id: 's1', transcript_path: '', cwd: home })
    expect(execute('sh', ['-c', command], home, { input })).toMatchObject({ status: 0, stdout: '' })
  }
})

test('without a terminal nothing is changed, and one line says what to do', () => {
  const home = temporaryHome({ [SETTINGS]: '{}' })
  const { status, stdout, stderr } = run(['statusline', '--install'], { home })
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: This would change .*settings\.json, .* Add --yes to do it\.\n$/)
  expect(readdirSync(join(home, '.claude'))).toEqual(['settings.json'])
})

test('faulty settings are told by line and column', () => {
  const home = temporaryHome({ [SETTINGS]: '{\n  "a": 1\n  "b": 2\n}\n' })
  const { status, stderr } = run(['statusline', '--install', '--yes'], { home })
  expect(status).toBe(2)
  expect(stderr).toContain('settings.json:3:3: not valid JSON, comma is expected.')
})

test('started by npx it is not installed', () => {
  const home = temporaryHome()
  const link = join(home, '_npx/1a2b/node_modules/tokusage')
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(root, link)
  const { status, stderr } = execute(
    process.execPath,
    ['--preserve-symlinks-main', join(link, 'dist/cli.cjs'), 'statusline', '--install', '--yes'],
    home,
  )
  expect([status, stderr]).toEqual([2, expect.stringContaining('npm i -g tokusage')])
  expect(readdirSync(home)).not.toContain('.claude')
})

test('started by the link of a package manager, the script itself is written', () => {
  const home = temporaryHome()
  mkdirSync(join(home, 'bin'))
  symlinkSync(program, join(home, 'bin/tokusage'))
  expect(execute(process.execPath, [join(home, 'bin/tokusage'), 'statusline', '--install', '-y'], home).status).toBe(0)
  expect(JSON.parse(read(home, SETTINGS)).statusLine.command).toBe(`${process.execPath} ${program} statusline`)
})

test('bash shows the line above its prompt', () => {
  const home = temporaryHome({ '.bashrc': "PS1='mine> '\n" })
  expect(run(['statusline', '--install', 'bash', '--yes'], { home }).status).toBe(0)
  expect(run(['statusline', '--refresh', statusKey([], { TZ: process.env.TZ })], { home }).status).toBe(0)
  const script = `source ~/.bashrc; eval "$PROMPT_COMMAND"; printf "%s" "\${PS1@P}"`
  const { stdout } = execute('bash', ['--norc', '-ic', script], home, { env: {} })
  expect(stdout.replaceAll(/\u0001[^\u0002]*\u0002/g, '')).toMatch(/^[^\n]*\$0\.00 today[^\n]*\nmine> $/)
  expect(run(['statusline', '--uninstall', 'bash', '--yes'], { home }).status).toBe(0)
  expect(read(home, '.bashrc')).toBe("PS1='mine> '\n")
})

test.skipIf(spawnSync('tmux', ['-V']).error !== undefined)(
  'on a terminal it asks, and takes a no and a yes',
  async () => {
    const home = temporaryHome({ [SETTINGS]: '{"model": "opus"}' })
    const socket = join(home, 'tmux')
    const tmux = (...args: readonly string[]) =>
      execute('tmux', ['-S', socket, '-f', '/dev/null', ...args], home).stdout
    const shows = async (text: string, times = 1) => {
      const count = () => tmux('capture-pane', '-p').split(text).length - 1
      for (let tries = 0; tries < 150 && count() < times; tries++)
        await new Promise(resolve => setTimeout(resolve, 100))
      expect(count()).toBe(times)
    }
    const install = `${process.execPath} ${program} statusline --install`
    try {
      tmux('new-session', '-d', '-x', '200', '-y', '30', `${install}; ${install}; sleep 60`)
      await shows('settings.json? [y/N]')
      tmux('send-keys', 'n', 'Enter')
      await shows('Nothing was changed.')
      expect(read(home, SETTINGS)).toBe('{"model": "opus"}')
      await shows('settings.json? [y/N]', 2)
      tmux('send-keys', 'y', 'Enter')
      await shows('To undo it: tokusage statusline --uninstall')
      expect(JSON.parse(read(home, SETTINGS))).toMatchObject({ model: 'opus', statusLine: { type: 'command' } })
    } finally {
      tmux('kill-server')
    }
  },
  60_000,
)
