/** The quick reader of plain lines against commander, which knows the same options. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readInvocation } from '../../src/config/commander.ts'
import { commandNames } from '../../src/config/commands.ts'
import { readPlain } from '../../src/config/invocation.ts'
import { rowsOf } from '../../src/config/table.ts'

const value = fc.constantFrom('a', '', '-home-app', 'x=y', '3')

const line = fc.constantFrom(...commandNames).chain(command => {
  const option = fc
    .constantFrom(...rowsOf(command))
    .chain(row =>
      row.type === 'boolean'
        ? fc.constantFrom(`--${row.flag}`, `--no-${row.flag}`)
        : value.map(text => `--${row.flag}=${text}`),
    )
  const operands = fc.constantFrom<string[]>([], ['--', command === 'session' || command === 'audit' ? '4f2a' : ''])
  const ends = command === 'audit' ? fc.constant(['--', 'today']) : command === 'session' ? operands : fc.constant([])
  return fc.tuple(fc.constant(command), fc.array(option, { maxLength: 6 }), ends)
})

it('reads every plain line as commander does', () => {
  fc.assert(
    fc.property(line, ([command, options, operands]) => {
      expect(readPlain(command, [...options, ...operands])).toEqual(readInvocation(command, [...options, ...operands]))
    }),
    { numRuns: 400 },
  )
})

it('leaves what is not plain to commander', () => {
  expect(readPlain('daily', ['--active'])).toBeUndefined()
  expect(readPlain('daily', ['--json=yes'])).toBeUndefined()
  expect(readPlain('daily', ['--since'])).toBeUndefined()
  expect(readPlain('daily', ['-j'])).toBeUndefined()
  expect(readPlain('daily', ['--no-since'])).toBeUndefined()
})
