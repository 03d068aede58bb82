/** The receipt of whole homes, by the way that commands take: over every range as much money as `daily` says. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agents } from '../src/agents/index.ts'
import type { Options } from '../src/config/options.ts'
import { type RawFlags, resolveOptions } from '../src/config/resolve.ts'
import { hashOf } from '../src/core/entry-table.ts'
import { addMoney, type Money, noMoney } from '../src/core/money.ts'
import type { Host } from '../src/host/host.ts'
import { read, reportOf } from '../src/load.ts'
import { type LoadedReceipt, readReceipt } from '../src/load-receipt.ts'
import { group, type ReceiptRow, totalOf } from '../src/receipt/group.ts'
import { type Grouping, groupings } from '../src/receipt/keys.ts'
import { threadCost } from '../src/receipt/replay.ts'
import { shareKinds } from '../src/receipt/types.ts'
import { makeHost } from './support/host.ts'
import { IndexHome } from './support/index-home.ts'
import { root, shared } from './support/recorded.ts'
import { temporaryHome } from './support/temporary.ts'
import { jsonl, response, userLine } from './support/transcript.ts'

const homesUnder = (folder: string, depth = 3): string[] => {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { withFileTypes: true }).flatMap(e => (e.isDirectory() ? [e.name] : []))
  if (names.includes('home')) return [join(folder, 'home')]
  return depth === 0 ? [] : names.sort().flatMap(name => homesUnder(join(folder, name), depth - 1))
}

const inside = ['agents', 'real', 'recorded', 'honest', 'demo'].flatMap(name =>
  homesUnder(join(root, 'fixtures', name)),
)
const beside = ['real', 'recorded', 'honest'].flatMap(name => homesUnder(join(shared, name)))

const hostOf = (home: string, data = temporaryHome()): Host => makeHost({ home, env: { TOKUSAGE_HOME: data } })

const optionsOf = (host: Host, flags: RawFlags = {}): Promise<Options> =>
  resolveOptions(host, 'daily', { since: '2000-01-01', offline: true, ...flags })

const costOfDays = async (host: Host, options: Options): Promise<{ days: readonly string[]; cost: Money }> => {
  const report = reportOf(await read(host, options), 'daily')
  const days = 'rows' in report ? report.rows.flatMap(row => ('period' in row ? [row.period] : [])) : []
  return { days, cost: report.totals.cost }
}

/** Of each thread one line: short enough to be read where two differ. */
const linesOf = ({ receipt }: LoadedReceipt): string[] =>
  receipt.threads.map(({ session, subagent, basis, calls, items, turns, spawnedBy }) => {
    const costs = items.map(item => [
      item.kind,
      item.tokens,
      item.billedTokens,
      ...shareKinds.map(share => item[share]),
    ])
    const facts = [costs, calls.map(({ entry, parts }) => [entry.at, parts]), turns, spawnedBy]
    return [session, subagent, basis, calls.length, items.length, hashOf(JSON.stringify(facts))].join(' ')
  })

const sumOf = (rows: readonly ReceiptRow[]): Money => rows.reduce((sum, row) => addMoney(sum, row.cost), noMoney)

const pairs: readonly (readonly [Grouping, Grouping?])[] = [
  ...groupings.map(by => [by] as const),
  ['project', 'activity'],
  ['activity', 'day'],
  ['tool', 'cause'],
]

/** Every grouping adds up to what the calls in range cost. */
const expectConserved = ({ receipt, calendar, isInRange }: LoadedReceipt, cost: Money): void => {
  expect(totalOf(receipt, isInRange)).toEqual(cost)
  for (const [by, then] of pairs) {
    const rows = group(receipt, calendar, by, then, isInRange)
    expect([by, then, sumOf(rows)]).toEqual([by, then, cost])
    if (then) expect(rows.map(row => sumOf(row.rows))).toEqual(rows.map(row => row.cost))
  }
}

const check = async (home: string): Promise<void> => {
  const host = hostOf(home)
  const options = await optionsOf(host, { index: false })
  const { days, cost } = await costOfDays(host, options)
  const direct = await readReceipt(host, options)
  expectConserved(direct, cost)
  // The first reading by way of the index reads everything, the second nothing.
  for (let n = 0; n < 2; n++) {
    const stored = await readReceipt(host, await optionsOf(host))
    expect(linesOf(stored)).toEqual(linesOf(direct))
  }
  const middle = days[Math.floor(days.length / 2)]
  if (middle === undefined) return
  const ofDay = { ...options, since: middle, until: middle }
  expectConserved(await readReceipt(host, ofDay), (await costOfDays(host, ofDay)).cost)
}

it('the content of logs is read: every agent has a thread that was worked out from it', async () => {
  const found = new Set<string>()
  for (const home of inside) {
    const host = hostOf(home)
    const { receipt } = await readReceipt(host, await optionsOf(host, { index: false }))
    for (const { agent, basis } of receipt.threads) if (basis !== 'none') found.add(agent)
  }
  expect([...found].sort()).toEqual(agents.map(({ id }) => id).sort())
}, 60_000)

it('one session alone, whole, whatever the range', async () => {
  const host = hostOf(join(root, 'fixtures/real/claude/vibetracker/home'))
  const options = await optionsOf(host, { index: false })
  const all = await readReceipt(host, options)
  const { session } = all.receipt.threads[0]!
  const alone = await readReceipt(host, { ...options, since: '2099-01-01' }, { session: session!.slice(0, 8) })
  const factsOf = ({ receipt }: LoadedReceipt) =>
    receipt.threads.flatMap(thread =>
      thread.session === session ? [[thread.basis, thread.calls.length, thread.items.length, threadCost(thread)]] : [],
    )
  expect(alone.receipt.threads.every(thread => thread.session === session)).toBe(true)
  expect(factsOf(alone)).toEqual(factsOf(all))
  expect(factsOf(alone).length).toBeGreaterThan(0)
})

it('calls whose logs are gone cost what they did, and nobody knows why', async () => {
  const home = new IndexHome()
  const words = (session: string) => userLine('Sharpen the chisels', { sessionId: session })
  for (const session of ['s1', 's2'])
    home.write(`p/${session}.jsonl`, jsonl(words(session), response({ id: session, request: session, session })))
  const host = home.host()
  const options = await optionsOf(host)
  const before = await readReceipt(host, options)
  expect(before.receipt.threads.map(({ basis }) => basis)).toEqual(['inferred', 'inferred'])
  rmSync(home.path('p/s1.jsonl'))
  const after = await readReceipt(host, options)
  expect(after.receipt.threads.map(({ session, basis }) => [session, basis])).toEqual([
    ['s1', 'none'],
    ['s2', 'inferred'],
  ])
  expectConserved(after, (await costOfDays(host, options)).cost)
  expect(totalOf(after.receipt)).toEqual(totalOf(before.receipt))
  const [ofGone] = group({ threads: after.receipt.threads.slice(0, 1) }, after.calendar, 'activity')
  expect(ofGone?.key).toBe('unlogged')
})

it('calls made while another was answered are found by their ids, also where only hashes are known', async () => {
  const home = new IndexHome()
  const iterations = [
    { type: 'message', input_tokens: 10, output_tokens: 20 },
    { type: 'advisor_message', model: 'claude-opus-4-6', input_tokens: 5000, output_tokens: 90 },
  ]
  home.write('p/s1.jsonl', jsonl(userLine(), response({ id: 'm1', usage: { iterations } })))
  const host = home.host()
  for (const index of [false, true, true]) {
    const { receipt } = await readReceipt(host, await optionsOf(host, { index }))
    const inputs = receipt.threads.map(({ calls }) => calls.map(({ entry }) => entry.tokens.input))
    expect(inputs.sort()).toEqual([[10], [5000]])
  }
})

describe('homes in the repository', () => {
  it('are there', () => expect(inside.length).toBeGreaterThan(50))
  it.each(inside)('%s', check, 30_000)
})

const isHere = beside.length > 0
describe.skipIf(!isHere)(`homes beside the repository${isHere ? '' : ' (skipped: not on this machine)'}`, () => {
  it.each(beside)('%s', check, 60_000)
})
