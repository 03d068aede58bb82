/** Exit codes: 0 for an answer, even an empty one; 1 under `--strict` when the data are odd; 2 for the user's mistake. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { environment, program, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const log = '.claude/projects/-home-dev-app/s1.jsonl'
const reports = ['daily', 'weekly', 'monthly', 'session', 'blocks'] as const

describe('without data', () => {
  test.each(reports)('%s says where it looked and how to point elsewhere', command => {
    const home = temporaryHome()
    const { status, stdout, stderr } = run([command, '--offline'], { home })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(join(home, '.claude'))
    expect(stdout).toContain('CLAUDE_CONFIG_DIR')
    expect(stdout).toContain('--demo')
  })

  test.each(reports)('%s --json keeps its shape', command => {
    const { status, stdout } = run([command, '--json', '--offline'], { home: temporaryHome() })
    const answer = JSON.parse(stdout)
    expect([status, answer[command], answer.diagnostics]).toEqual([0, [], []])
    expect(answer.totals).toMatchObject({ inputTokens: 0, totalTokens: 0, totalCost: 0, unpricedModels: [] })
    expect(stdout).not.toMatch(/-0\b/)
  })

  test('a filter that leaves nothing is told apart from an empty home', () => {
    const home = temporaryHome({ [log]: jsonl(response()) })
    const { status, stdout } = run(['daily', '--offline', '--project', 'elsewhere'], { home })
    expect([status, stdout.includes('Looked in')]).toEqual([0, false])
  })

  test('a home that is a stale path, a file or not readable', () => {
    const home = temporaryHome({ '.claude': 'a file' })
    expect(run(['daily', '--offline'], { home })).toMatchObject({ status: 0, stderr: '' })
    const stale = run(['daily', '--offline', '--json'], { home, env: { CLAUDE_CONFIG_DIR: join(home, 'gone') } })
    expect(JSON.parse(stale.stdout).diagnostics.map((d: { code: string }) => d.code)).toEqual(['missing-root'])
    const empty = run(['daily', '--offline', '--json'], { home, env: { CLAUDE_CONFIG_DIR: '' } })
    expect([empty.status, JSON.parse(empty.stdout).daily]).toEqual([0, []])
  })
})

describe('--strict', () => {
  test('is 0 where nothing is odd', () => {
    const home = temporaryHome({ [log]: jsonl(response()) })
    for (const command of [...reports, 'doctor'])
      expect([command, run([command, '--strict', '--offline'], { home }).status]).toEqual([command, 0])
  })

  test.each([
    [
      'a broken line',
      jsonl(response(), '{"type":"assistant",'.padEnd(40, 'x'), response({ id: 'm2', request: 'r2' })),
      'bad-line',
    ],
    ['a model without a price', jsonl(response({ model: 'no-such-model-9' })), 'unpriced-model'],
    ['a negative count', jsonl(response({ output: -4 })), 'bad-number'],
    ['no time', jsonl(response({ at: undefined })), 'no-timestamp'],
  ])('is 1 with %s, and the report is there all the same', (_, text, code) => {
    const home = temporaryHome({ [log]: text })
    for (const command of [...reports, 'doctor'] as const) {
      const strict = run([command, '--strict', '--offline', '--json'], { home })
      expect([command, strict.status]).toEqual([command, 1])
      expect(JSON.parse(strict.stdout).diagnostics.map((d: { code: string }) => d.code)).toContain(code)
      expect(run([command, '--offline', '--json'], { home })).toMatchObject({ status: 0, stdout: strict.stdout })
    }
  })
})

describe('config files', () => {
  const withConfig = (text: string, args: readonly string[] = ['daily', '--offline']) => {
    const home = temporaryHome({ [log]: jsonl(response()), '.config/tokusage/tokusage.json': text })
    return run(args, { home, cwd: home })
  }

  test.each([
    ['no JSON', '{ "defaults": { "json": tru } }', /tokusage\.json:1:\d+: not valid JSON/],
    ['an unknown key', '{ "defaults": { "jsn": true } }', /defaults.*unknown key 'jsn'.*json/],
    ['a wrong type', '{ "defaults": { "limit": "many" } }', /defaults\.limit: expected/],
  ])('%s is one clear line and exit code 2', (_, text, message) => {
    const { status, stdout, stderr } = withConfig(text)
    expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1])
    expect(stderr).toMatch(message)
  })

  test('comments and trailing commas are welcome, flags win over the file', () => {
    const text = '{ // mine\n "defaults": { "json": true, "breakdown": true, }, }'
    expect(JSON.parse(withConfig(text).stdout).daily).toHaveLength(1)
    expect(withConfig(text, ['daily', '--offline', '--no-json']).stdout).not.toMatch(/^\{/)
  })

  test('a file that --config names and that is not there', () => {
    const { status, stderr } = run(['daily', '--config', 'gone.json'])
    expect(status).toBe(2)
    expect(stderr).toContain("'gone.json'")
  })

  test('the one of ccusage is read where ccusage has it', () => {
    const home = temporaryHome({
      [log]: jsonl(response()),
      '.claude/ccusage.json': '{"commands":{"daily":{"json":true}}}',
    })
    mkdirSync(join(home, 'work'))
    expect(JSON.parse(run(['daily', '--offline'], { home, cwd: join(home, 'work') }).stdout).daily).toHaveLength(1)
  })
})

test.skipIf(process.platform === 'win32')('a working folder that is gone stops nothing', () => {
  const own = temporaryHome()
  const script = `mkdir gone && cd gone && rmdir ../gone && "$NODE" "$PROGRAM" daily --offline --json && echo '{}' | "$NODE" "$PROGRAM" statusline`
  const { status, stdout } = spawnSync('sh', ['-c', script], {
    cwd: own,
    env: environment({ home: own, env: { NODE: process.execPath, PROGRAM: program } }),
    encoding: 'utf8',
  })
  expect([status, stdout.startsWith('{'), stdout.includes('ENOENT')]).toEqual([0, true, false])
})
