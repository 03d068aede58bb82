/** What a run leaves alone: the home, which it only reads, and the network, which it needs for unknown prices only. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response } from '../support/transcript.ts'

const commands = [
  'daily',
  'weekly --breakdown',
  'monthly --json',
  'session --format csv',
  'session 5e77',
  'blocks --active',
  'blocks --recent -t max',
  'doctor',
  'audit 2026-11-13',
  'schema daily',
  'daily --debug',
]

/** Everything in a home but our own data: names, kinds, times of change, and contents by their hash. */
const stateOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => !/^\.local(\/share(\/tokusage.*)?)?$/.test(path))
    .sort()
    .map(path => {
      const stat = lstatSync(join(folder, path))
      const content = stat.isFile()
        ? createHash('sha256')
            .update(readFileSync(join(folder, path)))
            .digest('hex')
        : ''
      return `${path} ${stat.mode} ${stat.mtimeMs} ${stat.ino} ${content}`
    })

/** Runs a command with every way to the network closed; the ways that it tried. */
const networkOf = (args: readonly string[], home: string): string[] => {
  const log = join(temporaryHome(), 'network.txt')
  const { status } = run(args, {
    home,
    cwd: home,
    node: ['--require', join(root, 'test/support/no-network.cjs')],
    env: { NETWORK_LOG: log },
  })
  expect([args, status]).toEqual([args, 0])
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
}

const sampleHome = (): string => {
  const home = temporaryHome()
  cpSync(join(root, 'fixtures/demo'), home, { recursive: true })
  return home
}

describe('the home', () => {
  test('is the same after every command as before', () => {
    const home = sampleHome()
    const before = stateOf(home)
    expect(before.length).toBeGreaterThan(13)
    for (const command of commands) {
      expect([command, run(command.split(' '), { home, cwd: home }).status]).toEqual([command, 0])
      expect([command, stateOf(home)]).toEqual([command, before])
    }
    expect(readdirSync(join(home, '.local/share'))).toEqual(['tokusage'])
  })
})

describe('the network', () => {
  const unknown = () => temporaryHome({ '.claude/projects/p/s1.jsonl': jsonl(response({ model: 'no-such-model-9' })) })

  test('is not touched where every price is known', () => {
    const home = sampleHome()
    for (const command of commands) expect([command, networkOf(command.split(' '), home)]).toEqual([command, []])
  })

  test('is not touched with --offline, whatever is unknown', () => {
    const home = unknown()
    expect(networkOf(['daily', '--offline'], home)).toEqual([])
    expect(stateOf(home).some(line => line.includes('prices.json'))).toBe(false)
  })

  test('is asked for a model without a price, and once an hour at most', () => {
    const home = unknown()
    expect(networkOf(['daily'], home)).toEqual(['connect'])
    expect(networkOf(['daily'], home)).toEqual([])
  })

  test('is asked with --refresh-prices', () => {
    expect(networkOf(['daily', '--refresh-prices'], sampleHome())).toEqual(['connect'])
    expect(run(['daily', '--refresh-prices', '--offline']).status).toBe(2)
  })
})
