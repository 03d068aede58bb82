/** The README is true: its table is printed, its commands run, its recipes answer, its flags exist and none is left out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { optionTable } from '../../src/config/table.ts'
import { hasProgram, root, run, shell } from '../support/run.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** Blocks of code in a language. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

const commands = blocks('sh')
  .flatMap(block => block.split('\n'))
  .filter(line => line.startsWith('tokusage'))
const [plain, recipes] = [
  commands.filter(line => !line.includes('| jq')),
  commands.filter(line => line.includes('| jq')),
]

/** Every `tokusage` of a line runs on the sample, days in UTC. */
const onSample = (line: string) =>
  shell(line.replace(/\btokusage\b(?! schema)/g, 'tokusage --demo --offline -z UTC').replace(/ +#.*$/, ''))

test('its table is what the program prints in 80 columns', () => {
  const { stdout } = run(['--demo', '--offline', '-z', 'UTC'], { env: { COLUMNS: '80' } })
  expect(blocks('text')[0]).toBe(`$ npx tokusage --demo\n${stdout}`)
})

test('its other table begins as the program prints it', () => {
  const { stdout } = run(['why', '--demo', '--offline', '-z', 'UTC'], { env: { COLUMNS: '80' } })
  const shown = blocks('text')[1] ?? ''
  expect(shown.split('\n').length).toBeGreaterThan(20)
  expect(`$ npx tokusage why --demo\n${stdout}`.startsWith(shown)).toBe(true)
})

describe('its commands run', () => {
  test('there are some', () => {
    expect([plain.length, recipes.length]).toEqual([25, 7])
  })

  test.each(plain)('%s', line => {
    const { status, stdout, stderr } = onSample(line)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').length).toBeGreaterThan(3)
  })
})

test('every option is in it, and every option in it exists', () => {
  const known = optionTable.flatMap(row => [`--${row.flag}`, `--no-${row.flag}`])
  const named = [...readme.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag)
  const foreign = ['--help', '--home', '--peer'] // help is commander's own, the others are of the bench
  expect([...new Set(named)].filter(flag => !known.includes(flag) && !foreign.includes(flag))).toEqual([])
  const shown = optionTable
    .filter(row => !row.isHidden)
    .map(row => (row.isNegative ? `--no-${row.flag}` : `--${row.flag}`))
  expect(shown.filter(flag => !named.includes(flag))).toEqual([])
})

const canFilter = hasProgram('jq')
if (!canFilter) process.stderr.write('jq is not installed: the recipes of the README are NOT tested.\n')

/** What a recipe prints, with jq's own program. */
const answer = (beginning: string): string => {
  const line = recipes.find(recipe => recipe.includes(beginning))
  const { status, stdout, stderr } = onSample(line ?? `echo 'no recipe has ${beginning}'`)
  expect([status, stderr]).toEqual([0, ''])
  return stdout.trim()
}

/** The costs of the days as their rows have them, for the sums below. */
const costs = (): Map<string, number> => {
  const { stdout } = run(['daily', '--json', '--demo', '--offline', '-z', 'UTC'])
  const rows: { date: string; totalCost: number }[] = JSON.parse(stdout).daily
  return new Map(rows.map(row => [row.date, row.totalCost]))
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

describe.skipIf(!canFilter)('its recipes, with real jq', () => {
  test('the last seven days', () => {
    const days = costs()
    const expected = sum(['2026-11-16', '2026-11-19', '2026-11-20'].map(day => days.get(day) ?? Number.NaN))
    expect(Number(answer('daily --last 7'))).toBeCloseTo(expected, 9)
  })

  test('the models in use', () => {
    expect(answer('modelsUsed').split('\n')).toEqual([
      'claude-haiku-5-5',
      'claude-opus-5-5',
      'claude-sonnet-4-6',
      'claude-sonnet-5-5',
    ])
  })

  test('the dearest session', () => {
    expect(answer('first(.session[])')).toBe('Review the booking before it ships: $1.87')
  })

  test('days and costs', () => {
    expect(answer('@csv').split('\n')).toEqual([...costs()].map(([day, usd]) => `"${day}",${usd}`))
  })

  test('totals by project add up to the whole', () => {
    const projects: Record<string, number> = JSON.parse(answer('.projects'))
    expect(Object.keys(projects)).toHaveLength(3)
    expect(sum(Object.values(projects))).toBeCloseTo(sum(costs().values()), 9)
  })

  test('days above a dollar', () => {
    expect(answer('select(.totalCost > 1)').split('\n')).toEqual([
      '2026-11-05',
      '2026-11-13',
      '2026-11-19',
      '2026-11-20',
    ])
  })

  test('minutes left in the running block', () => {
    expect(answer('remainingMinutes')).toBe('80')
  })

  // What scripts written for ccusage ask for: keys of version 18, then of version 20.
  test.each([
    ["tokusage daily --json | jq -r '.daily[0].date'", '2026-10-30'],
    ["tokusage claude session --json | jq '.sessions | length'", '9'],
    ["tokusage blocks --json | jq -r '.blocks[] | select(.isActive) | .startTime'", '2026-11-20T13:00:00.000Z'],
    ["tokusage daily --json | jq -r '.daily[-1].period'", '2026-11-20'],
    ["tokusage session --json | jq -r '.session[0].metadata.lastActivity[:10]'", '2026-11-19'],
    ["tokusage daily --json | jq '[.daily[].modelBreakdowns[].outputTokens] | add == 94769'", 'true'],
    ["tokusage daily --jq '.totals.inputTokens'", '377'],
  ])('%s', (line, expected) => {
    const { status, stdout } = onSample(line)
    expect([status, stdout.trim()]).toEqual([0, expected])
  })
})
