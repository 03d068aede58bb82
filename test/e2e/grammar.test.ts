/** `alias ccusage=tokusage`: what users of ccusage 18 and 20 type means the same here, and what cannot be meant is told with a remedy. */
import { describe, expect, test } from 'vitest'
import { run } from '../support/run.ts'

const demo = (line: string) => run([...line.split(' '), '--demo', '--offline', '-z', 'UTC'])

/** The JSON that a line prints. */
const json = (line: string) => {
  const { status, stdout, stderr } = demo(line)
  expect([line, status, stderr]).toEqual([line, 0, ''])
  return JSON.parse(stdout)
}

describe('ways to ask for the same', () => {
  test.each([
    ['daily --json', '--json'],
    ['daily --json', '-j'],
    ['daily --json', '-jO'],
    ['daily --json', '--json daily'],
    ['daily --json', '--json=true daily'],
    ['daily --json', 'daily --all --json'],
    ['daily --json', 'daily --json --locale en-CA'],
    ['daily --json', 'daily --json --no-offline --mode auto'],
    ['daily --json', 'daily --json --since 20261001 --until=20261130'],
    ['daily --json', 'daily --json --no-json --json'],
    ['claude daily --json', 'claude:daily --json'],
    ['claude daily --json', 'claude --json'],
    ['claude daily --json', '--json claude'],
    ['session --json', 'session -j --order desc'],
    ['session 5e77 --json', 'session --id 5e77c3d9-8b04-47a5-a0f2-1d9c6e4b2f05 --json'],
    ['session 5e77 --json', 'session -i 5e77 --json'],
    ['blocks --json', 'claude blocks --json'],
    ['blocks --json', 'claude:blocks --json -n 5'],
    ['daily --json --project harbor-api', 'daily --json -p=harbor-api'],
    ['daily --json --project harbor-api', 'daily --json --project -home-dev-code-harbor-api'],
    ['weekly --json --start-of-week sunday', 'weekly --json -w sunday'],
    ['monthly --json', 'monthly --json -o asc -b'],
  ])('%s = %s', (plain, other) => {
    expect(json(other)).toEqual(json(plain))
  })

  test.each(['daily --json=false', 'daily --no-json', 'daily -j=false', 'daily --json --json=no'])(
    '%s is no JSON',
    line => {
      const { status, stdout } = demo(line)
      expect([status, stdout.startsWith('{')]).toEqual([0, false])
      expect(stdout).toContain('2026-11-20')
    },
  )
})

describe('keys of both generations of ccusage', () => {
  test('rows by day, week and month carry their old and their new name', () => {
    expect(json('daily --json').daily[0]).toMatchObject({ date: '2026-10-30', period: '2026-10-30', agent: 'all' })
    expect(json('weekly --json').weekly[0]).toMatchObject({ week: '2026-10-26', period: '2026-10-26' })
    expect(json('monthly --json').monthly[0]).toMatchObject({ month: '2026-10', period: '2026-10' })
    expect(json('claude daily --json').daily[0]).toMatchObject({ agent: 'claude', modelsUsed: ['claude-sonnet-4-6'] })
  })

  test('sessions are `session` for all agents and `sessions` for one', () => {
    const [unified] = json('session --json').session
    const [focused] = json('claude session --json').sessions
    expect(unified).toMatchObject({
      sessionId: unified.period,
      projectPath: '-home-dev-code-harbor-api',
      metadata: { lastActivity: unified.lastActivity },
    })
    expect(focused).toEqual(unified)
  })

  test('weeks begin on Monday, or on the day asked for', () => {
    expect(json('weekly --json').weekly.at(-1).week).toBe('2026-11-16')
    expect(json('weekly --json -w sunday').weekly.at(-1).week).toBe('2026-11-15')
  })

  test('--no-cost leaves no amount of money anywhere', () => {
    for (const line of ['daily', 'session', 'blocks', 'session 5e77', 'daily --by-agent --instances'])
      expect(JSON.stringify(json(`${line} --json --no-cost`))).not.toMatch(/"[A-Za-z]*(?:cost|USD|PerHour)[A-Za-z]*":/i)
  })

  test('--instances has rows by folder name', () => {
    expect(Object.keys(json('daily --instances --json').projects)).toEqual([
      '-home-dev-code-field-notes',
      '-home-dev-code-garden-app',
      '-home-dev-code-harbor-api',
    ])
  })
})

describe('mistakes', () => {
  test.each([
    ['dayly', "Unknown command 'dayly'. Did you mean 'daily'?"],
    ['daily --jsn', "Unknown option '--jsn'. Did you mean '--json'?"],
    ['daily --sinc today', "Unknown option '--sinc'. Did you mean '--since'?"],
    ['--daily', 'Report flags like --daily are not supported. Use "tokusage daily" instead.'],
    ['daily --since', 'Missing value for --since'],
    ['daily --since 20260229', "Invalid value for --since '20260229'"],
    ['daily --since 2026-01-31 --until 2026-01-01', 'is later than'],
    ['daily --mode guess', "Invalid cost mode 'guess'"],
    ['daily --order up', "Invalid sort order 'up'"],
    ['daily --timezone Mars/Olympus', "Invalid value for --timezone 'Mars/Olympus'"],
    ['daily --last 0', "Invalid value for --last '0'"],
    ['daily --last 3 --since today', 'cannot be combined'],
    ['blocks --token-limit lots', "'lots'"],
    ['session zzzz', "No session begins with 'zzzz'"],
    ['codexx daily', "Unknown command 'codexx'"],
    ['daily extra', "Expected option, got 'extra'"],
  ])('%s', (line, message) => {
    const { status, stdout, stderr } = run(line.split(' '))
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('are told as JSON on standard error when JSON was asked for', () => {
    const { status, stdout, stderr } = run(['daily', '--json', '--sinc', 'today'])
    expect([status, stdout]).toEqual([2, ''])
    expect(JSON.parse(stderr).error).toContain("'--sinc'")
  })

  test('help and version win over them', () => {
    expect(run(['daily', '--nonsense', '--help'])).toMatchObject({ status: 0, stderr: '' })
    expect(run(['--nonsense', '--version'])).toMatchObject({ status: 0, stderr: '' })
    expect(run(['-v']).stdout).toMatch(/^tokusage \d+\.\d+\.\d+\n$/)
  })
})
