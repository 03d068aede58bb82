/** The commands of the receipt on a home of their own: sums against `daily`, names that must not come out, findings that are remembered. */
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adviceOf, runAdvise } from '../../src/commands/advise.ts'
import { billOf, runBill } from '../../src/commands/bill.ts'
import { lastDays } from '../../src/commands/receipt-facts.ts'
import { runWhy, whyOf } from '../../src/commands/why.ts'
import type { CommandName } from '../../src/config/commands.ts'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve.ts'
import { UserError } from '../../src/core/errors.ts'
import { groupings } from '../../src/core/grouping.ts'
import { addMoney, type Money, money, noMoney, usdOf } from '../../src/core/money.ts'
import type { BillThread } from '../../src/core/why.ts'
import { standard } from '../../src/host/output.ts'
import { read, reportOf } from '../../src/load.ts'
import { readReceipt } from '../../src/load-receipt.ts'
import { readFindings } from '../../src/store/findings.ts'
import { type HostParts, makeHost } from '../support/host.ts'
import { root } from '../support/run.ts'
import { temporaryHome } from '../support/temporary.ts'
import { jsonl, response, userLine } from '../support/transcript.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 19, 9, minute)).toISOString()
const words = 'hush '.repeat(4000)
const line = { cwd: '/home/dev/hush-project', gitBranch: 'hush-branch', timestamp: '' }

/** A turn of one call to a tool, its result and the answer. */
const turn = (n: number, tool: string, input: object) => [
  userLine(`hush prompt ${n}`, { ...line, uuid: `p${n}`, timestamp: at(n) }),
  response({
    id: `a${n}`,
    request: `ra${n}`,
    at: at(n + 1),
    creation: 9000,
    read: n * 900,
    content: [{ type: 'tool_use', id: `t${n}`, name: tool, input }],
    line: { ...line, timestamp: at(n + 1), uuid: `ua${n}` },
  }),
  userLine([{ type: 'tool_result', tool_use_id: `t${n}`, content: words }], {
    ...line,
    uuid: `r${n}`,
    timestamp: at(n + 2),
  }),
  response({
    id: `b${n}`,
    request: `rb${n}`,
    at: at(n + 3),
    creation: 5000,
    read: n * 900 + 9000,
    line: { ...line, timestamp: at(n + 3), uuid: `ub${n}` },
  }),
]

const secret = jsonl(
  ...turn(0, 'Read', { file_path: '/home/dev/hush-project/src/hush-file.ts' }),
  ...turn(10, 'Bash', { command: './hush-command --all' }),
  ...turn(20, 'mcp__hush-server__hush_tool', { q: 1 }),
  ...turn(30, 'hush_own_tool', { q: 1 }),
  ...turn(40, 'Read', { file_path: '/home/dev/hush-project/src/hush-file.ts' }),
  '{"type":"assistant","hush',
)

const secretHost = (parts: HostParts = {}) => {
  const home = temporaryHome({ '.claude/projects/-home-dev-hush-project/s1.jsonl': secret })
  return makeHost({ home, cwd: home, now: Date.UTC(2026, 10, 20, 12), ...parts })
}

const demo = (parts: HostParts = {}) =>
  makeHost({ home: join(root, 'fixtures/demo'), now: Date.UTC(2026, 10, 20, 16, 40), ...parts })

type Flags = Parameters<typeof resolveOptions>[2]

const optionsOf = (host: ReturnType<typeof demo>, command: CommandName, flags: Flags = {}): Promise<Options> =>
  resolveOptions(host, command, { offline: true, timezone: 'UTC', index: false, color: false, ...flags })

afterEach(() => void vi.restoreAllMocks())

const printed = async (run: () => Promise<number>): Promise<string> => {
  let text = ''
  vi.spyOn(standard, 'write').mockImplementation((_, part) => {
    text += part
  })
  expect(await run()).toBe(0)
  vi.restoreAllMocks()
  return text
}

const sum = (rows: readonly { readonly cost: Money }[]): Money =>
  rows.reduce((total, { cost }) => addMoney(total, cost), noMoney)

describe('the total is that of daily, to the picodollar', () => {
  const ranges: readonly Flags[] = [
    {},
    { since: '2026-11-13', until: '2026-11-19' },
    { since: '2026-11-20' },
    { model: ['haiku'] },
    { project: ['harbor'], since: '2026-11-01' },
    { since: '2026-01-01' },
    { mode: 'display' },
    { timezone: 'Asia/Kolkata', since: '2026-11-13', until: '2026-11-13' },
  ]

  test.each(ranges.map(flags => [JSON.stringify(flags), flags] as const))('%s', async (_, flags) => {
    const host = demo()
    const options = lastDays(await optionsOf(host, 'why', flags), host, 7)
    const daily = reportOf(await read(host, options), 'daily')
    const receipt = await readReceipt(host, options)
    for (const by of groupings) {
      const report = whyOf({ ...receipt, loaded: { ...receipt.loaded, options: { ...options, by: [by] } } })
      expect([by, report.totals]).toEqual([by, daily.totals])
      expect([by, sum(report.rows)]).toEqual([by, daily.totals.cost])
      expect([by, sum(report.causes)]).toEqual([by, daily.totals.cost])
    }
    expect(sum([]).pico).toBe(0)
  })

  test('and is not nothing', async () => {
    const host = demo()
    const report = whyOf(await readReceipt(host, lastDays(await optionsOf(host, 'why'), host, 7)))
    expect(usdOf(report.totals.cost)).toBeGreaterThan(1)
    expect([report.since, report.until]).toEqual(['2026-11-14', '2026-11-20'])
    expect(report.items.length).toBe(10)
    expect(report.sessions.length).toBeGreaterThan(1)
  })

  test('a line of CSV for every row and activity', async () => {
    const host = demo()
    const options = await optionsOf(host, 'why', { by: ['project,activity'], format: 'csv' })
    const text = await printed(() => runWhy(host, options))
    const [header = '', ...lines] = text.trimEnd().split('\r\n')
    expect(header).toBe('project,activity,totalCost,enter,carry,rewrite,output,extras,tokens')
    const total = whyOf(await readReceipt(host, lastDays(options, host, 7))).totals.cost
    expect(lines.reduce((all, row) => all + Number(row.split(',')[2]), 0)).toBeCloseTo(usdOf(total), 9)
  })
})

describe('--private', () => {
  const formats = ['table', 'json', 'csv', 'md'] as const

  test('without it everything is named', async () => {
    const host = secretHost()
    const text = await printed(async () => runWhy(host, await optionsOf(host, 'why', { format: 'json' })))
    for (const name of ['hush-project', 'hush-file.ts', 'hush prompt']) expect(text).toContain(name)
  })

  test.each(groupings.flatMap(by => formats.map(format => [by, format] as const)))(
    'why --by %s as %s',
    async (by, format) => {
      const host = secretHost()
      const options = await optionsOf(host, 'why', { by: [by], format, private: true })
      const text = await printed(() => runWhy(host, options))
      expect(text).not.toMatch(/hush/i)
      expect(text.length).toBeGreaterThan(100)
    },
  )

  test.each(formats)('why as %s', async format => {
    const host = secretHost()
    const text = await printed(async () => runWhy(host, await optionsOf(host, 'why', { format, private: true })))
    expect(text).not.toMatch(/hush/i)
  })

  test.each(['table', 'json'] as const)('the bill, a comparison and advice as %s', async format => {
    const host = secretHost()
    const shown = { format, private: true }
    const bill = await optionsOf(host, 'session', { ...shown, id: 's1', receipt: true, turn: '1' })
    const texts = [
      await printed(() => runBill(host, bill)),
      await printed(async () =>
        runWhy(host, await optionsOf(host, 'why', { ...shown, compare: 'before', by: ['file'] })),
      ),
      await printed(async () => runAdvise(host, await optionsOf(host, 'advise', { ...shown, minSaving: '0.000001' }))),
    ]
    for (const text of texts) expect(text).not.toMatch(/hush/i)
    expect(texts[0]).toContain('session-1')
    expect(texts[2]).toContain('project-1')
  })

  test('the same names in every answer', async () => {
    const host = secretHost()
    const names = async (by: string) => {
      const text = await printed(async () =>
        runWhy(host, await optionsOf(host, 'why', { by: [by], format: 'json', private: true })),
      )
      const rows: { key: string | null }[] = JSON.parse(text).why
      return rows.map(row => row.key)
    }
    expect(await names('file')).toContain('file-1')
    expect(await names('project')).toEqual(['project-1'])
    expect(await names('tool')).toContain('tool-1')
  })
})

describe('the bill of a session', () => {
  const sumOf = (thread: BillThread): Money =>
    thread.turns
      .flatMap(turn => turn.subagents)
      .map(sumOf)
      .reduce(addMoney, thread.cost)

  test.each(['5e77', '3f2a', '8c3e'])('%s adds up, sub-agents and all', async id => {
    const host = demo()
    const bill = billOf(
      await readReceipt(host, await optionsOf(host, 'session', { id, receipt: true }), { session: id }),
      id,
    )
    expect(bill.main.map(sumOf).reduce(addMoney, noMoney)).toEqual(bill.totals.cost)
    expect(bill.costs.cost).toEqual(bill.totals.cost)
    for (const thread of bill.main) expect(sum(thread.turns)).toEqual(thread.cost)
  })

  test('has its sub-agents in the turn that ran them', async () => {
    const host = demo()
    const bill = billOf(
      await readReceipt(host, await optionsOf(host, 'session', { id: '5e77' }), { session: '5e77' }),
      '5e77',
    )
    expect(bill.main).toHaveLength(1)
    expect(bill.main[0]?.turns.flatMap(turn => turn.subagents.map(own => own.subagent))).toEqual(['a1f03c', 'b27d94'])
  })

  test('lists the items of one turn', async () => {
    const host = secretHost()
    const options = await optionsOf(host, 'session', { id: 's1', turn: '2' })
    const bill = billOf(await readReceipt(host, options, { session: 's1' }), 's1')
    expect(bill.main[0]?.turns.map(turn => turn.title)).toEqual([0, 10, 20, 30, 40].map(n => `hush prompt ${n}`))
    expect(bill.main[0]?.turns.map(turn => turn.items.length > 0)).toEqual([false, true, false, false, false])
    expect(bill.main[0]?.turns[1]?.items.map(item => item.what.target)).toContain('hush-command')
  })

  test.each([
    [{ receipt: true }, /Give its id/],
    [{ receipt: true, id: 's1', turn: '9' }, /has no turn 9/],
    [{ receipt: true, id: 'zz' }, /No session begins with 'zz'/],
    [{ receipt: true, id: 's1', cost: false }, /is about cost/],
    [{ receipt: true, id: 's1', format: 'csv' }, /no csv of it/],
  ])('%j is a mistake', async (flags, message) => {
    const host = secretHost()
    const options = await optionsOf(host, 'session', flags)
    await expect(runBill(host, options)).rejects.toThrow(UserError)
    await expect(runBill(host, options)).rejects.toThrow(message)
  })
})

describe('advice', () => {
  const adviseAt = async (host: ReturnType<typeof demo>, flags: Flags = {}) =>
    adviceOf(host, await readReceipt(host, lastDays(await optionsOf(host, 'advise', flags), host, 30)), true)

  test('says when the cost of a finding has moved', async () => {
    const host = secretHost()
    const first = await adviseAt(host, { minSaving: '0.0001' })
    expect(first.findings.length).toBeGreaterThan(0)
    expect(first.findings.map(finding => finding.trend)).toEqual(first.findings.map(() => undefined))
    expect(readFindings(host).size).toBeGreaterThan(0)
    const sameDay = await adviseAt(host, { minSaving: '0.0001' })
    expect(sameDay.findings[0]?.trend).toBeUndefined()
    const later = await adviseAt({ ...host, now: () => Date.UTC(2026, 10, 28) }, { minSaving: '0.0001' })
    const [finding] = later.findings
    expect(finding?.trend?.since).toBe('2026-11-20')
    expect(finding?.trend?.before).toBeCloseTo(finding?.trend?.now ?? 0, 3)
  })

  test('leaves out what saves less than asked for', async () => {
    const host = demo()
    const all = await adviseAt(host, { minSaving: '0.001' })
    const few = await adviseAt(host, { minSaving: '0.45' })
    expect(few.findings.length).toBeLessThan(all.findings.length)
    expect(few.omitted - all.omitted).toBe(all.findings.length - few.findings.length)
    for (const { saving } of few.findings) expect(usdOf(saving.high)).toBeGreaterThanOrEqual(0.45)
  })

  test('is not remembered where only a part was asked for', async () => {
    const host = secretHost()
    await printed(async () => runAdvise(host, await optionsOf(host, 'advise', { since: '2026-11-01', index: true })))
    expect(readFindings(host).size).toBe(0)
    await printed(async () => runAdvise(host, await optionsOf(host, 'advise', { index: true })))
    expect(readFindings(host).size).toBeGreaterThan(0)
  })

  test('a damaged memory of it costs nothing but the comparison', () => {
    const host = secretHost()
    const text = {
      ...host,
      readText: (path: string) => (path.endsWith('findings.json') ? '{"a":[[1,' : host.readText(path)),
    }
    expect(readFindings(text)).toEqual(new Map())
  })
})

describe('an empty home', () => {
  test.each(['why', 'advise'] as const)('%s says where was looked, and the JSON has its shape', async command => {
    const home = temporaryHome()
    const host = makeHost({ home, cwd: home })
    const run = command === 'why' ? runWhy : runAdvise
    expect(await printed(async () => run(host, await optionsOf(host, command)))).toContain(join(home, '.claude'))
    const json = JSON.parse(await printed(async () => run(host, await optionsOf(host, command, { format: 'json' }))))
    expect(json[command]).toEqual([])
    expect(json.schemaVersion).toBe(1)
  })
})

test('a sum of picodollars stays exact', () => {
  expect(sum([{ cost: money(0, 9e14) }, { cost: money(0, 2e14) }])).toEqual({ kilo: 1, pico: 1e14 })
})
