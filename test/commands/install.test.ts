import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Run } from '../../src/commands/install/program.ts'
import { type Reader, runInstall } from '../../src/commands/install.ts'
import { readCommandLine } from '../../src/config/argv.ts'
import { readPlain } from '../../src/config/invocation.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import type { HostParts } from '../support/host.ts'
import { makeHost } from '../support/host.ts'
import { temporaryHome } from '../support/temporary.ts'

type What = 'statusline' | 'guard'

const SETTINGS = '.claude/settings.json'
const COMMAND = '/usr/bin/node /opt/tokusage/dist/cli.cjs statusline'

interface Parts extends HostParts {
  /** True: says yes; false: says no; undefined: is not there. */
  readonly answer?: boolean | undefined
  readonly run?: Partial<Run>
}

/** A user at a home, who types `line`. */
class User {
  readonly home: string
  readonly parts: Parts
  readonly said: string[] = []

  constructor(files: Readonly<Record<string, string>> = {}, parts: Parts = { answer: true }) {
    this.home = temporaryHome(files)
    this.parts = parts
  }

  async types(line: string): Promise<string> {
    const words = line.split(' ')
    const plain = readCommandLine(words, [])
    expect(plain.error).toBeUndefined()
    const what: What = plain.command === 'guard' ? 'guard' : 'statusline'
    const env = Object.entries(this.parts.env ?? {}).map(([name, value]) => [name, value.replaceAll('~', this.home)])
    const host = makeHost({ home: this.home, ...this.parts, env: Object.fromEntries(env) })
    const options = await resolveOptions(host, what, readPlain(what, plain.argv.slice(1))!.flags, {
      agentIds: [],
      focus: undefined,
    })
    const printed: string[] = []
    const { answer } = this.parts
    const reader: Reader = {
      print: text => void printed.push(text),
      ask: answer === undefined ? undefined : question => this.answers(question, answer),
    }
    const run = { node: '/usr/bin/node', script: '/opt/tokusage/dist/cli.cjs', words, ...this.parts.run }
    expect(await runInstall(host, what, options, reader, run)).toBe(0)
    return printed.join('\n')
  }

  async answers(question: string, answer: boolean): Promise<boolean> {
    this.said.push(question)
    return answer
  }

  read(path = SETTINGS): string {
    return readFileSync(join(this.home, path), 'utf8')
  }

  get commands(): readonly string[] {
    const { statusLine, hooks = {} } = JSON.parse(this.read())
    const all: { hooks: { command: string }[] }[] = Object.values(hooks).flatMap(groups => groups as never)
    return [statusLine?.command, ...all.flatMap(group => group.hooks.map(hook => hook.command))].filter(Boolean)
  }
}

describe('the status line', () => {
  test('goes into the settings of the agent, after a question, and out again', async () => {
    const text = '{\n  // which model\n  "model": "opus"\n}\n'
    const user = new User({ [SETTINGS]: text })
    const path = join(user.home, SETTINGS)
    const told = await user.types('statusline --install')
    expect(user.said).toEqual([`Write ${path}? [y/N] `])
    expect(told).toContain(
      `${path}\n@@ -1,4 +1,10 @@\n {\n   // which model\n-  "model": "opus"\n+  "model": "opus",\n+  "statusLine": {`,
    )
    expect(told).toContain('Claude Code picks it up by itself.')
    expect(told).toContain('To undo it: tokusage statusline --uninstall')
    expect(told).toContain(`The file as it was: ${path}.tokusage-backup-2026-11-20`)
    expect(user.read()).toContain(`"command": "${COMMAND}"`)
    expect(user.read(`${SETTINGS}.tokusage-backup-2026-11-20`)).toBe(text)
    await user.types('statusline --uninstall')
    expect(user.read()).toBe(text)
  })

  test('is made and removed with its file where there was none', async () => {
    const user = new User()
    expect(await user.types('statusline --install')).toContain('settings.json (a new file)')
    expect(user.commands).toEqual([COMMAND])
    expect(await user.types('statusline --uninstall')).toContain('(the file goes)')
    expect(readdirSync(join(user.home, '.claude'))).toEqual([])
    expect(await user.types('statusline --uninstall')).toContain('is not in Claude Code')
  })

  test("somebody else's is shown, asked about, and put back", async () => {
    const text = '{\r\n\t"statusLine": {"type": "command", "command": "npx\\u0020other"}\r\n}'
    const user = new User({ [SETTINGS]: text })
    expect(await user.types('statusline --install')).toContain("not tokusage's: npx other")
    expect(user.said).toEqual(['Replace that status line? [y/N] '])
    writeFileSync(join(user.home, SETTINGS), user.read().replace('\r\n}', ',\r\n\t"model": "opus"\r\n}'))
    expect(await user.types('statusline --uninstall')).toContain(
      'puts back the status line that was there before: npx other',
    )
    expect(user.read()).toBe(text.replace('\r\n}', ',\r\n\t"model": "opus"\r\n}'))
  })

  test('is there already: nothing is written, nobody is asked', async () => {
    const user = new User()
    await user.types('statusline --install')
    user.said.length = 0
    expect(await user.types('statusline --install')).toMatch(/is in Claude Code already .*Nothing was changed/)
    expect(user.said).toEqual([])
    expect(readdirSync(join(user.home, '.claude'))).toEqual(['settings.json'])
  })

  test('keeps the flags that were typed, as they are needed where it runs', async () => {
    const user = new User({ 'my.json': '{}' })
    await user.types('statusline -y --no-emoji --install agent --theme light --config ./my.json --shell bash')
    const [command] = user.commands
    expect(command).toBe(`${COMMAND} --no-emoji --theme=light --config=${join(user.home, 'my.json')}`)
  })

  test('a no changes nothing', async () => {
    const user = new User({ [SETTINGS]: '{}' }, { answer: false })
    expect(await user.types('statusline --install')).toContain('Nothing was changed.')
    expect(user.read()).toBe('{}')
    expect(readdirSync(join(user.home, '.claude'))).toEqual(['settings.json'])
  })

  test('where nobody can be asked, --yes is needed, and enough', async () => {
    const user = new User({ [SETTINGS]: '{}' }, {})
    await expect(user.types('statusline --install')).rejects.toThrow(UserError)
    await expect(user.types('statusline --install')).rejects.toThrow('Add --yes')
    expect(user.read()).toBe('{}')
    await user.types('statusline --install --yes')
    expect(user.commands).toEqual([COMMAND])
  })

  test('control characters of the file do not reach the terminal', async () => {
    const user = new User({ [SETTINGS]: '{\n  "a": 1 // \u001b]0;x\u0007 \u202e \u009b31m\n}' })
    expect(await user.types('statusline --install')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  test('a link is told of, and stays', async () => {
    const user = new User({ 'dotfiles/claude.json': '{}', '.claude/x': '' })
    symlinkSync('../dotfiles/claude.json', join(user.home, SETTINGS))
    expect(await user.types('statusline --install')).toMatch(/\(a link to .*dotfiles\/claude\.json\)/)
    expect(lstatSync(join(user.home, SETTINGS)).isSymbolicLink()).toBe(true)
    expect(user.read('dotfiles/claude.json')).toContain(COMMAND)
  })

  test.each([
    ['/else', 'else/settings.json'],
    ['/one,/two', 'one/settings.json'],
    ['/a,b', 'a,b/settings.json'],
    [' , ', SETTINGS],
  ])('CLAUDE_CONFIG_DIR %s: %s', async (folders, path) => {
    const files = { 'a,b/x': '', '.claude/x': '' }
    const user = new User(files, { answer: true, env: { CLAUDE_CONFIG_DIR: folders.replaceAll('/', '~/') } })
    await user.types('statusline --install')
    expect(user.read(path)).toContain(COMMAND)
  })
})

describe('nothing is written when', () => {
  const refused = async (
    line: string,
    words: string | RegExp,
    files: Record<string, string> = {},
    parts: Parts = {},
  ) => {
    const user = new User(files, { answer: true, ...parts })
    await expect(user.types(line)).rejects.toThrow(words)
    await expect(user.types(line)).rejects.toBeInstanceOf(UserError)
    expect(user.said).toEqual([])
    for (const [path, text] of Object.entries(files)) expect(user.read(path)).toBe(text)
    expect(readdirSync(user.home, { recursive: true }).some(name => String(name).includes('backup'))).toBe(false)
  }

  test('the settings are no JSON', () =>
    refused('statusline --install', /settings\.json:2:3: not valid JSON/, { [SETTINGS]: '{"a": 1\n  "b": 2}' }))
  test('the program lies in a cache of npx', () =>
    refused(
      'statusline --install',
      /npm i -g tokusage/,
      {},
      {
        run: { script: '/home/me/.npm/_npx/ab12/node_modules/tokusage/dist/cli.cjs' },
      },
    ))
  test('both are asked for', () => refused('statusline --install --uninstall', /opposites/))
  test('the place is none', () => refused('statusline --install nushell', /Expected bash, zsh, fish, starship or tmux/))
  test('the guard is to go into a shell', () => refused('guard --install bash --day 5', /guard is a hook/))
  test('the guard has no limit', () => refused('guard --install', /needs a limit/))
  test('the home is the sample', () => refused('statusline --install --demo', /Leave out --demo/))

  test('the file is read-only', async () => {
    const user = new User({ [SETTINGS]: '{}' })
    chmodSync(join(user.home, SETTINGS), 0o400)
    await expect(user.types('statusline --install')).rejects.toThrow(/is read-only/)
    expect(user.read()).toBe('{}')
  })

  test('the file changes while the question is open', async () => {
    const user = new User({ [SETTINGS]: '{}' })
    const path = join(user.home, SETTINGS)
    user.said.push = () => {
      writeFileSync(path, '{"theirs": 1}')
      return 0
    }
    await expect(user.types('statusline --install')).rejects.toThrow('Run it again')
    expect(user.read()).toBe('{"theirs": 1}')
  })
})

describe('the guard', () => {
  test('goes into the hooks with its limits, beside the status line, and each goes alone', async () => {
    const text =
      '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "say done" }] }\n    ]\n  }\n}\n'
    const user = new User({ [SETTINGS]: text })
    await user.types('statusline --install')
    expect(await user.types('guard --install --session 10 --window 80% --notify')).toContain(
      'tokusage guard --uninstall',
    )
    const guard = '/usr/bin/node /opt/tokusage/dist/cli.cjs guard --session=10 --window=80% --notify'
    expect(user.commands).toEqual([COMMAND, 'say done', guard, guard, guard])
    await user.types('guard --install --day 50')
    expect(user.commands.filter(line => line.endsWith('guard --day=50'))).toHaveLength(3)
    await user.types('statusline --uninstall')
    expect(user.commands).toHaveLength(4)
    await user.types('guard --uninstall')
    expect(user.read()).toBe(text)
  })

  test('limits of the config file are limits', async () => {
    const user = new User({ '.config/tokusage/tokusage.json': '{"commands": {"guard": {"day": 50}}}' })
    await user.types('guard --install')
    expect(user.commands).toHaveLength(3)
  })

  test('limits of a project’s file are none', async () => {
    const user = new User({ 'tokusage.json': '{"commands": {"guard": {"day": 50}}}' })
    await expect(user.types('guard --install')).rejects.toThrow(
      `limit of your own: tokusage guard --install --session 10 --day 50 --window 80%. Those in ${join(user.home, 'tokusage.json')} are the project's.`,
    )
  })

  test.each([
    '--max 20',
    '--since today',
    '--until=2026-11-20',
    '--month',
    '--november',
    '--project app',
    '--agent claude',
    '--model opus',
    '--profile default',
  ])('with %s would be a hook in which that does nothing, and is refused', async flag => {
    const user = new User({ [SETTINGS]: '{}' })
    const [name] = flag.split(/[ =]/)
    await expect(user.types(`guard --install --session 10 ${flag}`)).rejects.toThrow(`leave out ${name}.`)
    expect(user.read()).toBe('{}')
  })

  test('takes days that the config says for reports', async () => {
    const user = new User({ '.config/tokusage/tokusage.json': '{"defaults": {"since": "7d", "project": "app"}}' })
    await user.types('guard --install --session 10')
    expect(user.commands).toHaveLength(3)
  })
})

describe('a prompt', () => {
  test.each([
    ['bash', {}, '.bashrc'],
    ['zsh', {}, '.zshrc'],
    ['zsh', { ZDOTDIR: '~/z' }, 'z/.zshrc'],
    ['fish', {}, '.config/fish/conf.d/tokusage.fish'],
    ['fish', { XDG_CONFIG_HOME: '~/x' }, 'x/fish/conf.d/tokusage.fish'],
    ['starship', {}, '.config/starship.toml'],
    ['starship', { STARSHIP_CONFIG: '~/s.toml' }, 's.toml'],
    ['tmux', {}, '.tmux.conf'],
    ['tmux', { XDG_CONFIG_HOME: '~/t' }, 't/tmux/tmux.conf'],
  ] as const)('%s %o: %s', async (where, variables, path) => {
    const user = new User({ 't/tmux/tmux.conf': '' }, { answer: true, env: variables })
    const told = await user.types(`statusline --install ${where}`)
    expect(told).toContain(`To undo it: tokusage statusline --uninstall ${where}`)
    expect(user.read(path)).toContain(`${COMMAND} --shell ${where}`)
    expect(await user.types(`statusline --install ${where}`)).toContain('already')
    await user.types(`statusline --uninstall ${where}`)
    if (path === 't/tmux/tmux.conf') expect(user.read(path)).toBe('')
    else expect(existsSync(join(user.home, path))).toBe(false)
  })

  test('what is in the file stays', async () => {
    const user = new User({ '.bashrc': 'alias l=ls' })
    await user.types('statusline --install bash')
    expect(user.read('.bashrc')).toMatch(/^alias l=ls\n# >>> tokusage >>>\n[\s\S]*# <<< tokusage <<<$/)
    writeFileSync(join(user.home, '.bashrc'), `${user.read('.bashrc')}\nalias m=more\n`)
    await user.types('statusline --uninstall bash')
    expect(user.read('.bashrc')).toBe('alias l=ls\nalias m=more\n')
  })
})
