/** The library as a user imports it: the README's example runs as it stands, and says what the command says. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { writeBigHome } from '../support/big-home.ts'
import { environment, root, run } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'

const library = pathToFileURL(join(root, 'dist/index.js')).href
const home = join(root, 'fixtures/real/claude/vibetracker/home')

/** What a module that imports the library prints. */
const printed = (code: string, env: Record<string, string>, from = home): string[] => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', code.replaceAll("'tokusage'", `'${library}'`)],
    { env: environment({ home: from, env }), encoding: 'utf8' },
  )
  expect([status, stderr]).toEqual([0, ''])
  return stdout.trim().split('\n')
}

const example = /## Library\n\n```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''

const ownData = () => ({ TOKUSAGE_HOME: temporaryHome() })

const totalsOf = (env: Record<string, string>): { entries: number; totalCost: number } =>
  JSON.parse(run(['daily', '--json', '--offline'], { home, env }).stdout).totals

it('the example in the README adds up to what the command says', () => {
  const env = ownData()
  const { entries, totalCost } = totalsOf(env)
  expect(entries).toBe(31)
  const [responses, total, ...rows] = printed(example, env)
  expect([responses, total]).toEqual([`${entries} responses`, `$${totalCost.toFixed(2)}`])
  const costs = rows.map(row => Number(row.split(' ')[1]))
  expect(costs.length).toBeGreaterThan(3)
  expect(costs.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(totalCost, 9)
})

it('two groupings nest, and misses are a part of the rewrites', () => {
  const code = `import { receipt } from 'tokusage'
    const why = await receipt({ offline: true, index: false })
    const rows = why.by('model', 'cause')
    console.log(JSON.stringify([why.usd, rows, why.misses]))`
  const [usd, rows, misses] = JSON.parse(printed(code, ownData())[0] ?? '')
  const sum = (list: { usd: number }[]): number => list.reduce((total, row) => total + row.usd, 0)
  expect(usd).toBeCloseTo(totalsOf(ownData()).totalCost, 9)
  expect(sum(rows)).toBeCloseTo(usd, 9)
  for (const row of rows) expect(sum(row.rows)).toBeCloseTo(row.usd, 9)
  const rewritten = rows.reduce((total: number, row: { rewrite: number }) => total + row.rewrite, 0)
  expect(sum(misses)).toBeCloseTo(rewritten, 9)
})

it('a session that is not there is said as by the command', () => {
  const code = `import { load } from 'tokusage'
    const usage = await load({ offline: true })
    try { usage.session('no such session') } catch (error) { console.log(error.message) }`
  expect(printed(code, ownData())[0]).toContain("No session begins with 'no such session'")
})

it('two threads and one give the same receipt, stored or not', () => {
  const big = temporaryHome()
  writeBigHome(big, 60)
  const env = { ...ownData(), TOKUSAGE_THREADS: '2' }
  const factsOf = (options: string): string =>
    printed(
      `import { receipt } from 'tokusage'
      const why = await receipt({ offline: true, ${options} })
      const threads = why.receipt.threads.map(({ session, basis, items, turns, callShares }) =>
        [session, basis, items.map(({ kind, tokens, enter, carry, output }) => [kind, tokens, enter, carry, output]), turns])
      console.log(JSON.stringify([why.usd, why.by('activity', 'tool'), threads]))`,
      env,
      big,
    )[0] ?? ''
  const one = factsOf('index: false, singleThread: true')
  const [usd, rows, threads] = JSON.parse(one)
  expect(usd).toBeGreaterThan(1)
  expect(rows.map(({ key }: { key: string }) => key)).toContain('conversation')
  expect(threads.some(([, basis]: string[]) => basis === 'inferred')).toBe(true)
  expect(factsOf('index: false') === one).toBe(true)
  expect(factsOf('index: true') === one).toBe(true)
  expect(factsOf('index: true') === one).toBe(true)
})
