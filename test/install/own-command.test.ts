import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownCommand, wordsOf } from '../../src/install/own-command.ts'
import { posix } from '../../src/install/quote.ts'

describe('a command is ours', () => {
  const isOurs = ownCommand('statusline', '/work/dist/cli.cjs')
  test.each([
    '/usr/bin/node /usr/lib/node_modules/tokusage/dist/cli.cjs statusline',
    "'/a b/node' '/a b/tokusage/dist/cli.cjs' statusline --theme=light",
    '"/a b/node" "/a b/tokusage/dist/cli.cjs" statusline "--format={model} | {today}"',
    '/usr/bin/node /work/dist/cli.cjs statusline',
    'tokusage statusline',
    '/usr/local/bin/tokusage statusline --no-emoji',
    'node C:/Users/me/AppData/Roaming/npm/node_modules/tokusage/dist/cli.cjs statusline',
    '"C:\\Program Files\\nodejs\\node.exe" "C:\\npm\\tokusage\\dist\\cli.cjs" statusline',
  ])('%s', line => {
    expect(isOurs(line)).toBe(true)
  })
})

describe('a command is not ours', () => {
  const isOurs = ownCommand('statusline', '/work/dist/cli.cjs')
  test.each([
    '',
    'npx ccusage@latest statusline',
    'node /other/dist/cli.cjs statusline',
    'tokusage guard --session=10',
    'node /work/dist/cli.cjs guard',
    'echo tokusage statusline',
    'tokusage statusline | sed s/x/y/',
    'tokusage statusline; date',
    'tokusage statusline $(date)',
    'cat | tokusage statusline',
    'bash -c "tokusage statusline"',
    'mytokusage statusline',
    "tokusage 'statusline",
    'toString statusline',
  ])('%s', line => {
    expect(isOurs(line)).toBe(false)
  })
})

test('any words are read back as they were quoted', () => {
  const word = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(' ', "'", '"', '\\', '$', '\n', 'a', '#', '%') }),
  )
  fc.assert(
    fc.property(fc.array(word), words => {
      expect(wordsOf(words.map(posix).join(' '))).toEqual(words)
    }),
  )
})

test('what a person reads is quoted only where it must be', () => {
  expect(['/usr/bin/node', '--theme=light', '--window=80%', 'a b', "it's", '', '~/x', '$HOME'].map(posix)).toEqual([
    '/usr/bin/node',
    '--theme=light',
    '--window=80%',
    "'a b'",
    "'it'\\''s'",
    "''",
    "'~/x'",
    "'$HOME'",
  ])
})
