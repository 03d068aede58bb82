/** `--demo`: every command on the sample that ships with the package, and the sample's own figures. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { plainCount } from '../support/plain-count.ts'
import { root, run } from '../support/run.ts'

const sample = join(root, 'fixtures/demo')

/** The JSON of a command on the sample, days in UTC. */
const demo = (...args: string[]) => {
  const { status, stdout, stderr } = run([...args, '--demo', '--json', '--offline', '-z', 'UTC'])
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('the sample', () => {
  test('has the totals that a plain reader of its lines finds', () => {
    expect(demo('daily').totals).toMatchObject(plainCount(sample))
  })

  test.each(['2026-10-30', '2026-11-13', '2026-11-20'])('has them on %s', day => {
    const [row] = demo('daily', '--since', day, '--until', day).daily
    expect(row).toMatchObject({ date: day, period: day, ...plainCount(sample, day) })
  })

  test('costs by the price list: 2026-11-09 is Haiku 5.5 alone', () => {
    // USD per million: input 0.10, output 0.50, cache write (5 minutes) 0.125, cache read 0.01.
    const usd = (24 * 0.1 + 1113 * 0.5 + 23_984 * 0.125 + 42_640 * 0.01) / 1e6
    const [row] = demo('daily', '--since', '2026-11-09', '--until', '2026-11-09').daily
    expect(row).toMatchObject({
      inputTokens: 24,
      outputTokens: 1113,
      cacheCreationTokens: 23_984,
      cacheReadTokens: 42_640,
    })
    expect(row.totalCost).toBeCloseTo(usd, 12)
  })

  test('costs by the price list: 2026-11-05 is Opus 5.5 with cache writes for one hour', () => {
    // USD per million: input 4, output 20, cache write (1 hour) 8, cache read 0.20.
    const usd = (51 * 4 + 9905 * 20 + 125_423 * 8 + 516_412 * 0.2) / 1e6
    const [row] = demo('daily', '--since', '2026-11-05', '--until', '2026-11-05').daily
    expect(row).toMatchObject({ cacheCreationTokens: 125_423, cacheCreation1hTokens: 125_423 })
    expect(row.totalCost).toBeCloseTo(usd, 12)
  })

  test('has a title for every session, sub-agents with a part of the cost, and usage that is in no transcript', () => {
    const { session } = demo('session')
    expect(session).toHaveLength(9)
    expect(session.filter((row: { title?: string }) => !row.title)).toEqual([])
    const of = (id: string) => session.find((row: { sessionId: string }) => row.sessionId.startsWith(id))
    expect(of('5e77').subagents.count).toBe(2)
    expect(of('4d61').title).toMatch(/^Turn the walk of Sunday/)
    expect(of('3f2a').unlogged.totalTokens).toBe(2480 + 121_400)
  })

  test('has a block that runs', () => {
    const active = demo('blocks').blocks.filter((block: { isActive: boolean }) => block.isActive)
    expect(active).toHaveLength(1)
    expect(active[0]).toMatchObject({ startTime: '2026-11-20T13:00:00.000Z', endTime: '2026-11-20T18:00:00.000Z' })
    expect(active[0].burnRate.costPerHour).toBeGreaterThan(0)
    expect(active[0].projection.totalTokens).toBeGreaterThan(active[0].totalTokens)
  })

  test('holds its own clock: today is the day of its last session', () => {
    expect(demo('today').daily.map((row: { date: string }) => row.date)).toEqual(['2026-11-20'])
    expect(demo('daily', '--last', '2').daily.map((row: { date: string }) => row.date)).toEqual([
      '2026-11-19',
      '2026-11-20',
    ])
  })
})

describe('sums agree', () => {
  const sumOf = (rows: readonly Readonly<Record<string, number>>[], key: string): number =>
    rows.reduce((sum, row) => sum + (row[key] ?? 0), 0)

  test.each(['daily', 'weekly', 'monthly', 'session', 'blocks'])('%s has the same totals as daily', command => {
    expect(demo(command).totals).toEqual(demo('daily').totals)
  })

  test.each(['daily', 'weekly', 'monthly', 'session'])('rows of %s add up to its totals', command => {
    const { [command]: rows, totals } = demo(command)
    for (const key of [
      'inputTokens',
      'outputTokens',
      'cacheCreationTokens',
      'cacheReadTokens',
      'totalTokens',
      'entries',
    ])
      expect(sumOf(rows, key)).toBe(totals[key])
    expect(sumOf(rows, 'totalCost')).toBeCloseTo(totals.totalCost, 10)
  })

  test('the calls of a session add up to its row', () => {
    const detail = demo('session', '5e77')
    expect(sumOf(detail.entries, 'totalTokens')).toBe(detail.totalTokens)
    expect(sumOf(detail.entries, 'costUSD')).toBeCloseTo(detail.totalCost, 10)
    expect(detail.threads).toHaveLength(3)
  })
})

describe('every command answers', () => {
  const commands = [
    ['daily'],
    ['weekly'],
    ['monthly'],
    ['session'],
    ['session', '5e77'],
    ['blocks'],
    ['blocks', '--active'],
    ['blocks', '--recent', '-t', 'max'],
    ['doctor'],
    ['history'],
    ['paths'],
    ['audit', '2026-11-13'],
    ['audit', '5e77'],
    ['daily', '--instances'],
    ['daily', '--breakdown'],
    ['daily', '--by-agent'],
    ['daily', '--sections', 'weekly,session'],
  ]

  test.each(commands.map(command => [command.join(' '), command] as const))('%s', (_, command) => {
    const { status, stdout, stderr } = run([...command, '--demo', '--offline'])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.trimEnd().split('\n').length).toBeGreaterThan(3)
    expect(stdout).not.toMatch(/\bundefined\b|\bNaN\b|\[object|-0\b/)
  })

  test.each(['csv', 'md'])('reports as %s', format => {
    for (const command of ['daily', 'weekly', 'monthly', 'session', 'blocks']) {
      const { status, stdout } = run([command, '--demo', '--offline', '--format', format])
      const lines = stdout.trimEnd().split('\n')
      const cells = (line: string) =>
        (format === 'csv' ? line.replace(/"[^"]*"/g, '').split(',') : line.split(' | ')).length
      const table = format === 'csv' ? lines : lines.filter(line => line.startsWith('|'))
      expect([command, status, table.length > 2]).toEqual([command, 0, true])
      expect([command, [...new Set(table.map(cells))]]).toEqual([command, [cells(table[0]!)]])
    }
  })
})
