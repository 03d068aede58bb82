/** The whole pipeline over every fixture home: all reports of one reading agree to the last token and picodollar. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RawFlags } from '../src/config/resolve.ts'
import { resolveOptions } from '../src/config/resolve.ts'
import { addMoney, money, noMoney } from '../src/core/money.ts'
import type { Report, ReportKind } from '../src/core/report.ts'
import { add, emptySummary, type UsageSummary } from '../src/core/summary.ts'
import { addTokens, noTokens } from '../src/core/tokens.ts'
import { type Loaded, read, reportOf } from '../src/load.ts'
import { makeHost } from './support/host.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

/** Every folder named `home` at `depth` below a folder of fixtures. */
const homesIn = (folder: string, depth: number): string[] => {
  const path = join(fixtures, folder)
  if (depth === 0) return existsSync(join(path, 'home')) ? [`${folder}/home`] : []
  return readdirSync(path, { withFileTypes: true }).flatMap(e =>
    e.isDirectory() ? homesIn(`${folder}/${e.name}`, depth - 1) : [],
  )
}

const homes = [...homesIn('agents', 2), ...homesIn('recorded', 2), ...homesIn('real', 2)]
const zones = ['UTC', 'America/New_York', 'Asia/Kolkata'] as const
const kinds: readonly ReportKind[] = ['daily', 'weekly', 'monthly', 'session', 'blocks']

const load = async (home: string, flags: RawFlags = {}, zone = 'UTC'): Promise<Loaded> => {
  const host = makeHost({ home: join(fixtures, home), zone, now: Date.UTC(2026, 11, 1) })
  const options = await resolveOptions(host, 'daily', { offline: true, index: false, ...flags }, { agentIds: [] })
  return read(host, options)
}

/** What a person would add up: the entries, one by one, but those that say of no kind of usage that there was any. */
const byHand = ({ ingested }: Loaded) => ({
  entries: ingested.entries.filter(
    ({ entry, cost }) =>
      entry.tokens.input + entry.tokens.output + entry.tokens.cacheCreation + entry.tokens.cacheRead > 0 ||
      cost.pico > 0 ||
      entry.webSearches > 0 ||
      entry.estimated !== undefined ||
      entry.quality !== undefined ||
      entry.isPartial,
  ).length,
  tokens: ingested.entries.reduce((sum, { entry }) => addTokens(sum, entry.tokens), noTokens),
  cost: ingested.entries.reduce((sum, { cost }) => addMoney(sum, money(0, cost.pico)), noMoney),
  estimatedTokens: ingested.entries.reduce((total, { estimatedTokens }) => total + estimatedTokens, 0),
})

const main = ({
  entries,
  tokens,
  cost,
  unpricedTokens,
  partialOutputs,
  inexactEntries,
  uncertainEntries,
  estimatedTokens,
  estimatedCost,
  webSearches,
  firstAt,
  lastAt,
}: UsageSummary) => ({
  entries,
  tokens,
  cost,
  unpricedTokens,
  partialOutputs,
  inexactEntries,
  uncertainEntries,
  estimatedTokens,
  estimatedCost,
  webSearches,
  firstAt,
  lastAt, // biome-ignore format: one line
})

const sum = (parts: readonly { readonly summary: UsageSummary }[]): UsageSummary =>
  parts.reduce((total, part) => add(total, part.summary), emptySummary)

it('there are homes to read, and they hold something', async () => {
  expect(homes.length).toBeGreaterThan(20)
  const loaded = await Promise.all(homes.map(home => load(home)))
  expect(loaded.filter(({ ingested }) => ingested.entries.length > 0).length).toBeGreaterThan(20)
  expect(loaded.filter(one => byHand(one).cost.pico > 0).length).toBeGreaterThan(20)
})

describe.each(homes)('%s', home => {
  describe.each(zones)('in %s', zone => {
    let loaded: Loaded
    let reports: readonly Report[]
    beforeAll(async () => {
      loaded = await load(home, {}, zone)
      reports = kinds.map(kind => reportOf(loaded, kind))
    })

    it('all reports have the totals of the entries added up by hand', () => {
      for (const { kind, totals } of reports)
        expect({ kind, ...main(totals) }).toMatchObject({ kind, ...byHand(loaded) })
    })

    it('the rows of each add up to its totals, the models and agents of each row to the row', () => {
      for (const report of reports) {
        expect(main(sum(report.rows))).toEqual(main(report.totals))
        expect(main(sum(report.models))).toEqual(main(report.totals))
        for (const row of report.rows) expect(main(sum(row.models))).toEqual(main(row.summary))
      }
      for (const report of reports) {
        if (report.kind === 'session' || report.kind === 'blocks') continue
        for (const row of report.rows) expect(main(sum(row.agents))).toEqual(main(row.summary))
      }
    })

    it('split by project, each day’s rows add up to the day', async () => {
      const split = reportOf(await load(home, { instances: true }, zone), 'daily')
      const whole = reports[0]!
      if (split.kind !== 'daily' || whole.kind !== 'daily') throw new Error('asked for days')
      expect(main(split.totals)).toEqual(main(whole.totals))
      for (const day of whole.rows) {
        const parts = split.rows.filter(row => row.period === day.period)
        expect(main(sum(parts))).toEqual(main(day.summary))
      }
      expect(new Set(split.rows.map(row => row.period))).toEqual(new Set(whole.rows.map(row => row.period)))
    })

    it('each project asked for alone has what its rows say (W7)', async () => {
      const split = reportOf(await load(home, { instances: true }, zone), 'daily')
      if (split.kind !== 'daily') throw new Error('asked for days')
      for (const path of new Set(split.rows.map(row => row.project?.path))) {
        if (path === undefined) continue
        const alone = reportOf(await load(home, { project: [path] }, zone), 'daily')
        expect(main(alone.totals)).toEqual(main(sum(split.rows.filter(row => row.project?.path === path))))
      }
    })
  })

  it('asked for one thread, or read again, gives the same', async () => {
    const reports = await reportsWith(home, {})
    expect(await reportsWith(home, {})).toEqual(reports)
    expect(await reportsWith(home, { singleThread: true })).toEqual(reports)
  })
})

const reportsWith = async (home: string, flags: RawFlags): Promise<Report[]> => {
  const loaded = await load(home, flags)
  return kinds.map(kind => reportOf(loaded, kind))
}
