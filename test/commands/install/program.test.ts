import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandWords, refusePassing } from '../../../src/commands/install/program.ts'
import { posix } from '../../../src/install/quote.ts'
import { type HostParts, makeHost } from '../../support/host.ts'
import { temporaryHome } from '../../support/temporary.ts'

const lineOf = (parts: HostParts, node: string, script: string, typed = 'statusline --install'): string =>
  commandWords(makeHost(parts), { node, script, words: typed.split(' ') }, 'statusline', ['other'])
    .map(posix)
    .join(' ')

describe('on Windows, where Bash or PowerShell reads it', () => {
  const script = 'C:\\Users\\me\\npm\\node_modules\\tokusage\\dist\\cli.cjs'
  const slashed = 'C:/Users/me/npm/node_modules/tokusage/dist/cli.cjs'
  test.each([
    ['C:\\node\\node.exe', 'C:\\x', `C:/node/node.exe ${slashed} statusline`],
    ['C:\\Program Files\\nodejs\\node.exe', 'C:\\x;c:\\program files\\nodejs\\', `node ${slashed} statusline`],
    ['C:\\Program Files\\nodejs\\node.exe', 'C:\\x;', `'C:/Program Files/nodejs/node.exe' ${slashed} statusline`],
  ])('%s, with the path %s: %s', (node, path, line) => {
    expect(lineOf({ platform: 'win32', env: { Path: path } }, node, script)).toBe(line)
  })
})

test('Homebrew: the link that outlives versions, if it leads to this Node', () => {
  const home = temporaryHome({ 'Cellar/node/22.1.0/bin/node': '', 'Cellar/node/24.0.0/bin/node': '', 'opt/x': '' })
  const node = join(home, 'Cellar/node/22.1.0/bin/node')
  expect(lineOf({}, node, '/s/cli.cjs')).toBe(`${node} /s/cli.cjs statusline`)
  mkdirSync(join(home, 'opt/old'))
  symlinkSync('../Cellar/node/24.0.0', join(home, 'opt/node'))
  expect(lineOf({}, node, '/s/cli.cjs')).toBe(`${node} /s/cli.cjs statusline`)
  expect(lineOf({}, node.replace('22.1.0', '24.0.0'), '/s/cli.cjs')).toBe(
    `${join(home, 'opt/node/bin/node')} /s/cli.cjs statusline`,
  )
})

test('an agent named before the verb is a filter; what a shell would read is quoted', () => {
  expect(lineOf({}, '/n', '/s/cli.cjs', 'other statusline --install zsh --format {model}')).toBe(
    "/n /s/cli.cjs statusline --agent=other '--format={model}'",
  )
})

test.each([
  ['/home/me/.npm/_npx/1a2b/node_modules/tokusage/dist/cli.cjs', true],
  ['C:\\cache\\_npx\\1a2b\\node_modules\\tokusage\\dist\\cli.cjs', true],
  ['/home/me/.cache/pnpm/dlx-77/node_modules/tokusage/dist/cli.cjs', true],
  ['/tmp/bunx-0-tokusage/node_modules/tokusage/dist/cli.cjs', true],
  ['/usr/lib/node_modules/tokusage/dist/cli.cjs', false],
  ['/home/my_npx/tokusage/dist/cli.cjs', false],
])('%s is swept: %s', (script, isSwept) => {
  const act = () => refusePassing({ node: '/n', script, words: [] })
  if (isSwept) expect(act).toThrow('npm i -g tokusage')
  else expect(act).not.toThrow()
})
