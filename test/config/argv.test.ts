import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../src/config/argv.ts'
import { commandNames } from '../../src/config/commands.ts'
import { rowsOf } from '../../src/config/table.ts'

const agents = ['ember', 'flint']
const read = (line: string) => readCommandLine(line.split(' ').filter(Boolean), agents)

describe('the plain form', () => {
  it.each([
    ['', 'daily'],
    ['daily', 'daily'],
    ['-j', 'daily --json'],
    ['--json weekly', 'weekly --json'],
    ['weekly -jO', 'weekly --json --offline'],
    ['-jOb', 'daily --json --offline --breakdown'],
    ['-jo desc', 'daily --json --order=desc'],
    ['-odesc', 'daily --order=desc'],
    ['-p=shop', 'daily --project=shop'],
    ['--project -home-u-app', 'daily --project=-home-u-app'],
    ['-p -home-u-app --json', 'daily --project=-home-u-app --json'],
    ['--project=--wsl-u-app', 'daily --project=--wsl-u-app'],
    ['--limit -5', 'daily --limit=-5'],
    ['--json=false', 'daily --no-json'],
    ['--json=TRUE', 'daily --json'],
    ['--no-json', 'daily --no-json'],
    ['--no-cost=false', 'daily --cost'],
    ['-j=0', 'daily --no-json'],
    ['--since 7d --since=today', 'daily --since=7d --since=today'],
    ['--jq .totals=1', 'daily --jq=.totals=1'],
    ['session abc', 'session -- abc'],
    ['why --compare', 'why --compare=before'],
    ['why --compare --json', 'why --compare=before --json'],
    ['why --compare 7d..today -j', 'why --compare=7d..today --json'],
    ['session -- -abc', 'session -- -abc'],
    ['audit today --json', 'audit --json -- today'],
    ['daily -i', 'daily --instances'],
    ['-i daily', 'daily --instances'],
    ['session -i abc', 'session --id=abc'],
    ['-i abc session', 'session --id=abc'],
    ['blocks -a', 'blocks --active'],
    ['-a blocks', 'blocks --active'],
    ['-p daily', 'daily --project=daily'],
    ['-a ember', 'daily --agent=ember'],
    ['--project daily weekly', 'weekly --project=daily'],
    ['today -b', 'daily --since=today --until=today --breakdown'],
    ['month', 'daily --month'],
    ['schema config', 'schema -- config'],
  ])('of "%s" is "%s"', (line, plain) => {
    const result = read(line)
    expect(result.error).toBeUndefined()
    expect(result.argv.join(' ')).toBe(plain)
  })
})

describe('agents', () => {
  it.each([
    ['ember', 'daily'],
    ['ember weekly', 'weekly'],
    ['ember:weekly', 'weekly'],
    ['--json ember monthly', 'monthly --json'],
    ['ember -i', 'daily --instances'],
    ['ember session -i x', 'session --id=x'],
    ['ember today', 'daily --since=today --until=today'],
  ])('%s', (line, plain) => {
    const result = read(line)
    expect(result).toMatchObject({ agent: 'ember', error: undefined })
    expect(result.argv.join(' ')).toBe(plain)
  })

  it('are no commands when they are not known', () =>
    expect(readCommandLine(['ember'])).toMatchObject({ agent: undefined, unknownCommand: 'ember' }))
})

describe('mistakes', () => {
  it.each([
    ['dialy', "Unknown command 'dialy'. Did you mean 'daily'?"],
    ['flnt', "Unknown command 'flnt'. Did you mean 'flint'?"],
    ['zzz', "Unknown command 'zzz'."],
    ['ember bloks', "Unknown command 'ember bloks'. Did you mean 'blocks'?"],
    ['--breakdwon', "Unknown option '--breakdwon'. Did you mean '--breakdown'?"],
    ['--no-colr', "Unknown option '--no-colr'. Did you mean '--no-color'?"],
    ['--bogus=1 value', "Unknown option '--bogus'."],
    ['--no-since', "Unknown option '--no-since'. Did you mean '--since'?"],
    ['-k', "Unknown option '-k'."],
    ['-jk', "Unknown option '-k'."],
    ['daily --active', "Unknown daily option '--active'. It belongs to: blocks."],
    ['weekly --id x', "Unknown weekly option '--id'. It belongs to: session."],
    ['--since', 'Missing value for --since'],
    ['--since --until 7d', 'Missing value for --since'],
    ['-p -j', 'Missing value for -p'],
    ['--since=', 'Missing value for --since'],
    ['--project --wsl-u', 'Missing value for --project. If it begins with dashes, write --project=--wsl-u'],
    ['session -i', 'Missing value for -i'],
    ['--json=banana', "Invalid value for --json 'banana'. Expected true or false."],
    ['daily extra', "Expected option, got 'extra'"],
    ['session a b', "Expected option, got 'b'"],
    ['--weekly', 'Report flags like --weekly are not supported. Use "tokusage weekly" instead.'],
    ['audit', "Missing what to audit: a day or a session, for example 'tokusage audit today'."],
    ['constructor', "Unknown command 'constructor'."],
  ])('%s: %s', (line, message) => expect(read(line).error).toBe(message))

  it('leave help, version and JSON to be seen', () => {
    expect(read('--bogus -h')).toMatchObject({ help: true, version: false })
    expect(read('--bogus --help -V')).toMatchObject({ help: true, version: true })
    expect(read('bogus -v')).toMatchObject({ version: true })
    expect(read('--json --bogus')).toMatchObject({ wantsJson: true })
    expect(read('--json --json=false --bogus')).toMatchObject({ wantsJson: false })
    expect(read('--format csv --bogus')).toMatchObject({ wantsJson: false })
    expect(read('help weekly')).toMatchObject({ help: true, command: 'weekly', isNamed: true })
    expect(read('--help')).toMatchObject({ help: true, isNamed: false })
  })
})

it('an option may stand before or after any command', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...commandNames),
      fc.array(fc.constantFrom('-j', '-O', '--since=7d', '--until', '-z=UTC', '--no-color'), { maxLength: 4 }),
      (command, options) => {
        const takes = rowsOf(command).map(row => row.flag)
        const isTaken = (option: string) =>
          (option !== '-j' || takes.includes('json')) && (!/since|until/.test(option) || takes.includes('since'))
        const flags = options.filter(isTaken).flatMap(option => (option === '--until' ? [option, 'today'] : [option]))
        const operand = command === 'audit' ? ['today'] : []
        const before = readCommandLine([...flags, command, ...operand])
        expect(before).toEqual(readCommandLine([command, ...operand, ...flags]))
        expect(before.error).toBeUndefined()
        expect(before.command).toBe(command)
      },
    ),
  ))

it('never throws, whatever is typed', () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('-', '--', '-i', '-p', '--id', 'session', 'ember'))),
      tokens => {
        expect(commandNames.concat()).toContain(
          readCommandLine(
            tokens.filter(t => t !== 'schema'),
            agents,
          ).command,
        )
      },
    ),
  ))
