/** What is put into the files of shells, tried in those that are here; `node` is a stand-in that prints how it was called. */
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { promptLine, prompts } from '../../src/install/prompts.ts'
import { hasProgram } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'

/** Spaces, quotes and what each of the programs gives a meaning to. */
const ODD = `a b'c "d" #e %f \\g $h (i) :)`

const texts = fc
  .array(fc.constantFrom('', 'PS1="$ "', 'set -g mouse on', '[git_branch]', '# x'), { maxLength: 5 })
  .chain(lines => fc.constantFrom('\n', '\r\n').map(ending => lines.join(ending)))

describe.each(prompts)('%s', prompt => {
  const setting = promptLine(prompt, 'file', ['/node', '/x/cli.cjs', 'statusline'])

  test('any file comes back, byte for byte', () => {
    fc.assert(
      fc.property(texts, text => {
        const after = setting.install(text).after!
        expect(after).toContain('/node /x/cli.cjs statusline --shell')
        expect(setting.install(after).after).toBe(after)
        expect(setting.uninstall(after, [text]).after).toBe(text)
      }),
    )
  })

  test('a file of ours alone goes, and one that was empty stays', () => {
    expect(setting.uninstall(setting.install(undefined).after!, []).after).toBeUndefined()
    expect(
      setting.uninstall(setting.install(undefined).after!, [setting.install(undefined).after!]).after,
    ).toBeUndefined()
    expect(setting.uninstall(setting.install('').after!, ['']).after).toBe('')
    expect(setting.uninstall('', []).after).toBe('')
  })

  test('columns that the user named win', () => {
    const { after } = promptLine(prompt, 'file', ['/node', '/x/cli.cjs', 'statusline', '--width=33']).install('')
    expect(after).toContain('--width=33 --shell')
    expect(after).not.toContain('--width ')
  })
})

describe('starship', () => {
  const setting = promptLine('starship', '/x/starship.toml', ['/node', '/x/cli.cjs', 'statusline'])

  test('a table of the same name of the user is not touched', () => {
    for (const table of ['[custom.tokusage]', '  [ custom . "tokusage" ]'])
      expect(() => setting.install(`add_newline = false\n${table}\ncommand = 'x'\n`)).toThrow(UserError)
  })

  test('a format that would not show it is told of', () => {
    const notes = (text: string) => setting.install(text).notes?.length
    expect(notes("format = '$directory$character'\n")).toBe(1)
    for (const shows of ["'$all'", `'$directory\${custom.tokusage}'`, "'$custom$character'"])
      expect(notes(`format = ${shows}\n`)).toBe(0)
    expect(notes('[git_branch]\nformat = "x"\n')).toBe(0)
    expect(notes('')).toBe(0)
  })

  test('any path is a text of TOML', () => {
    const { after } = promptLine('starship', 'f', [`/${ODD}/node`, 'statusline']).install('')
    const line = /^command = (".*")$/m.exec(after!)![1]!
    expect(JSON.parse(line)).toContain(
      `'/a b'\\''c "d" #e %f \\g $h (i) :)/node' statusline --shell starship --width 60 <`,
    )
  })
})

/** A home with an executable of that odd name, which says how it was called and whether anything waits to be read. */
const homeWith = (file: string, prompt: (typeof prompts)[number], before: string) => {
  const home = temporaryHome({ [`${ODD}/x`]: '' })
  const node = join(home, ODD, 'node')
  writeFileSync(node, '#!/bin/sh\nread -r line\nprintf "<%s>" "$@"\nprintf "%s" "$line"\n')
  chmodSync(node, 0o755)
  const setting = promptLine(prompt, file, [node, '/x y/cli.cjs', 'statusline', '--format={model} $x #y'])
  writeFileSync(join(home, file), setting.install(before).after!)
  return home
}

const calledAs = (shell: string, width: number) =>
  `</x y/cli.cjs><statusline><--format={model} $x #y><--shell><${shell}><--width><${width}>`

const execute = (program: string, args: readonly string[], home: string, input = '') =>
  spawnSync(program, args, {
    cwd: home,
    env: { HOME: home, PATH: process.env.PATH ?? '', TERM: 'xterm', COLUMNS: '100', LANG: 'C.UTF-8' },
    encoding: 'utf8',
    input,
    timeout: 20_000,
  })

test.skipIf(!hasProgram('bash'))('bash shows it above the prompt of the user, and $? stays', () => {
  const home = homeWith('.bashrc', 'bash', "PS1='mine> '\nPROMPT_COMMAND='asked=$?;'\n")
  const script = `COLUMNS=100
    source ~/.bashrc; source ~/.bashrc
    false; eval "$PROMPT_COMMAND"; eval "$PROMPT_COMMAND"
    printf '%s|' "\${PS1@P}" "$asked" "$PROMPT_COMMAND"`
  const { stdout } = execute('bash', ['--norc', '-ic', script], home)
  expect(stdout).toBe(`${calledAs('bash', 100)}\nmine> |0|asked=$?;\n__tokusage_prompt|`)
})

test.skipIf(!hasProgram('bash'))('bash that is no conversation is left alone', () => {
  const home = homeWith('.bashrc', 'bash', 'PS1=x\n')
  const script = `source ~/.bashrc; echo "$PS1 \${PROMPT_COMMAND-}"`
  const { stdout, stderr } = execute('bash', ['--norc', '-uec', script], home)
  expect([stdout, stderr]).toEqual(['x \n', ''])
})

test.skipIf(!hasProgram('zsh'))('zsh shows it at the right, beside what is there', () => {
  const home = homeWith('.zshrc', 'zsh', "RPROMPT='mine'\n")
  const script = 'COLUMNS=100; for f in $precmd_functions $precmd_functions; do $f; done; print -P -- "$RPROMPT"'
  const { stdout } = execute('zsh', ['-ic', script], home)
  expect(stdout).toContain(`mine ${calledAs('zsh', 50)}`)
})

test.skipIf(!hasProgram('fish'))('fish shows it at the right, after what is there, which finds $status', () => {
  const home = homeWith('config.fish', 'fish', '')
  const own = 'function fish_right_prompt; echo mine $status; end'
  const start = 'set COLUMNS 100; source ~/config.fish; emit fish_prompt; emit fish_prompt'
  const fish = (script: string) => execute('fish', ['--interactive', '--no-config', '-c', script], home).stdout
  expect(fish(`${own}; ${start}; false; fish_right_prompt`)).toBe(`mine 1 ${calledAs('fish', 50)}\n`)
  expect(fish(`${start}; fish_right_prompt`)).toBe(`${calledAs('fish', 50)}\n`)
})

test.skipIf(spawnSync('tmux', ['-V']).error !== undefined)(
  'tmux shows it in its status line, once however often the file is read',
  async () => {
    const home = homeWith('.tmux.conf', 'tmux', "set -g status-right 'mine'\nset -g status-interval 0\n")
    const tmux = (name: string, ...args: readonly string[]) =>
      execute('tmux', ['-S', join(home, name), ...args], home).stdout
    const inner = (...args: readonly string[]) => tmux('inner', ...args)
    try {
      inner('-f', join(home, '.tmux.conf'), 'new-session', '-d', 'sleep 60')
      inner('source-file', join(home, '.tmux.conf'))
      expect(inner('show', '-gv', 'status-right')).toBe('mine #{E:@tokusage}\n')
      expect(inner('show', '-gv', 'status-interval')).toBe('15\n')
      // A terminal of 300 columns, in which it is looked at.
      tmux('outer', '-f', '/dev/null', 'new-session', '-d', '-x', '300', '-y', '5', `tmux -S ${home}/inner attach`)
      const shown = () => tmux('outer', 'capture-pane', '-p')
      for (let tries = 0; tries < 80 && !shown().includes('<--width>'); tries++)
        await new Promise(resolve => setTimeout(resolve, 100))
      expect(shown()).toContain(`mine ${calledAs('tmux', 150)}`)
    } finally {
      tmux('outer', 'kill-server')
      inner('kill-server')
    }
  },
  30_000,
)
