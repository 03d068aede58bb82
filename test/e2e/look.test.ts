/** What a table looks like in a window of a given width, and when it has colours. */
import { describe, expect, test } from 'vitest'
import { widthOf as displayWidth } from '../../src/render/width.ts'
import { run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const sequence = '\u001b['
const demo = (line: string, env: Readonly<Record<string, string>> = {}) =>
  run([...line.split(' '), '--demo', '--offline', '-z', 'UTC'], { env }).stdout

const tables = [
  'daily',
  'daily --instances',
  'daily --breakdown',
  'daily --by-agent',
  'daily --compact',
  'weekly',
  'monthly',
  'session',
  'session --breakdown',
  'session 5e77',
  'blocks',
  'blocks --active',
  'blocks -t max',
  'why',
  'why --by project,activity',
  'why --by file --private',
  'why --by hour',
  'why --by day',
  'why --compare',
  'session 5e77 --receipt',
  'session 5e77 --receipt --turn 1',
  'advise',
  'doctor',
  'history',
  'paths',
  'audit 2026-11-13',
]

describe.each([60, 80, 100, 120])('in a window of %d columns', columns => {
  test.each(tables)('%s has no line that is wider', line => {
    const wide = demo(line, { COLUMNS: String(columns) })
      .split('\n')
      .filter(text => displayWidth(text) > columns)
      // A path is never cut: it has to be copied.
      .filter(text => !text.includes('/'))
    expect(wide).toEqual([])
  })
})

describe('numbers', () => {
  const home = () =>
    temporaryHome({
      '.claude/projects/p/s1.jsonl': jsonl(
        response({
          input: 1_234_567_890,
          output: 987_654_321,
          read: 12_345_678_901,
          model: 'claude-opus-5-5',
          session: '🚢-日本語',
        }),
      ),
    })

  test('stand whole where there is room, and piped there always is', () => {
    const { stdout } = run(['daily', '--offline'], { home: home() })
    for (const number of ['1,234,567,890', '987,654,321', '12,345,678,901', '14,567,901,112'])
      expect(stdout).toContain(number)
  })

  test.each([50, 70, 80])('are shortened to three digits and a unit, never cut, in %d columns', columns => {
    const { stdout } = run(['daily', '--offline'], { home: home(), env: { COLUMNS: String(columns) } })
    expect(stdout).not.toMatch(/\d…/)
    const total = stdout.split('\n').find(line => line.startsWith('Total'))
    expect(total).toMatch(/14,567,901,112|14\.6B/)
  })
})

describe('colour', () => {
  test.each([
    ['none when piped', {}, '', false],
    ['--color', {}, ' --color', true],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, '', true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, '', false],
    ['NO_COLOR over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, '', false],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '', FORCE_COLOR: '1' }, '', true],
    ['--no-color over FORCE_COLOR', { FORCE_COLOR: '1' }, ' --no-color', false],
    ['--color over NO_COLOR', { NO_COLOR: '1' }, ' --color', true],
  ])('%s', (_, env, flag, isColored) => {
    for (const line of ['daily', 'session', 'blocks', 'doctor'])
      expect([line, demo(`${line}${flag}`, env).includes(sequence)]).toEqual([line, isColored])
  })

  test('never in JSON, CSV or Markdown', () => {
    for (const format of ['json', 'csv', 'md'])
      expect([format, demo(`daily --format ${format} --color`, { FORCE_COLOR: '1' }).includes(sequence)]).toEqual([
        format,
        false,
      ])
  })

  test('changes no character of the text', () => {
    const plain = demo('daily --breakdown', { COLUMNS: '100' })
    const colored = demo('daily --breakdown --color', { COLUMNS: '100' })
    expect(colored.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')).toBe(plain)
  })
})

test('--quiet leaves the title and the hints out', () => {
  expect(demo('daily --quiet')).toMatch(/^\s*Date/)
})
