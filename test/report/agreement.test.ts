/** All reports of the same entries agree, whatever the grouping and whatever the order of the entries. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendar } from '../../src/core/calendar.ts'
import { addMoney, money, noMoney } from '../../src/core/money.ts'
import type { ModelShare, PeriodKind } from '../../src/core/report.ts'
import { add, emptySummary, type PricedEntry, type UsageSummary } from '../../src/core/summary.ts'
import { totalTokens } from '../../src/core/tokens.ts'
import { blocksReport } from '../../src/report/blocks.ts'
import { periodReport } from '../../src/report/periods.ts'
import { sessionDetail, sessionReport } from '../../src/report/sessions.ts'
import { entries, shuffled } from './random.ts'

const common = { calendar: calendar('America/New_York'), projectNames: {}, diagnostics: [] }
const now = Date.UTC(2026, 2, 20)

const periods = (list: readonly PricedEntry[], kind: PeriodKind, byProject = false) =>
  periodReport(list, { ...common, kind, startOfWeek: 1, byProject })
const sessions = (list: readonly PricedEntry[]) => sessionReport(list, [], { ...common, titles: true })
const blocks = (list: readonly PricedEntry[], blockHours = 5) =>
  blocksReport(list, { ...common, now, blockHours, active: false, recent: false })

const all = (list: readonly PricedEntry[]) => [
  periods(list, 'daily'),
  periods(list, 'weekly'),
  periods(list, 'monthly'),
  periods(list, 'daily', true),
  sessions(list),
  blocks(list),
  blocks(list, 0.4),
  blocks(list, 1.5),
]

const sum = (parts: readonly { readonly summary: UsageSummary }[]) =>
  parts.reduce((total, part) => add(total, part.summary), emptySummary)

describe('reports of random entries', () => {
  it('have totals that are the entries added up one by one', () => {
    fc.assert(
      fc.property(entries, list => {
        const { totals } = periods(list, 'daily')
        expect(totals.cost).toEqual(list.map(p => money(0, p.cost.pico)).reduce(addMoney, noMoney))
        expect(totalTokens(totals.tokens)).toBe(list.reduce((n, p) => n + totalTokens(p.entry.tokens), 0))
        expect(totals.unpricedTokens).toBe(
          list.reduce((n, p) => n + (p.cost.basis === 'missing' ? totalTokens(p.entry.tokens) : 0), 0),
        )
      }),
    )
  })

  it('have the same totals, models and agents in every grouping', () => {
    fc.assert(
      fc.property(entries, list => {
        const [first, ...others] = all(list)
        for (const { totals, models, agents } of others) {
          expect({ totals, models, agents }).toEqual({
            totals: first?.totals,
            models: first?.models,
            agents: first?.agents,
          })
        }
      }),
    )
  })

  it('have rows that add up to the totals, and shares that add up to the row', () => {
    const isWhole = (summary: UsageSummary, models: readonly ModelShare[]) => expect(sum(models)).toEqual(summary)
    fc.assert(
      fc.property(entries, list => {
        for (const report of all(list)) {
          expect(sum(report.rows)).toEqual(report.totals)
          isWhole(report.totals, report.models)
          for (const row of report.rows) isWhole(row.summary, row.models)
          if (!('byProject' in report)) continue
          for (const row of report.rows) expect(sum(row.agents)).toEqual(row.summary)
          for (const agent of report.rows.flatMap(r => r.agents)) isWhole(agent.summary, agent.models)
        }
      }),
    )
  })

  it('split by project add up to the day', () => {
    fc.assert(
      fc.property(entries, list => {
        const split = periods(list, 'daily', true).rows
        for (const day of periods(list, 'daily').rows) {
          expect(sum(split.filter(r => r.period === day.period))).toEqual(day.summary)
        }
      }),
    )
  })

  it('have sessions that are the sum of their threads and as many calls as entries', () => {
    fc.assert(
      fc.property(entries, list => {
        for (const row of sessions(list).rows) {
          const detail = sessionDetail(list, [], new Map(), row, { ...common, titles: true })
          expect(detail.row).toEqual(row)
          expect(detail.calls.length).toBe(row.summary.entries)
          expect(sum(detail.threads)).toEqual(row.summary)
          const subagents = detail.threads.filter(t => t.subagent !== undefined)
          expect(sum(subagents)).toEqual(row.subagents)
          expect(subagents.length).toBe(row.subagentCount)
        }
      }),
    )
  })

  it('do not depend on the order of the entries', () => {
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(all(other)).toEqual(all(list))
      }),
    )
  })
})

describe('blocks of random entries', () => {
  const hours = fc.constantFrom(0.25, 0.4, 1, 1.5, 5, 24)

  it('and the gaps between them cover the time of an agent without overlap', () => {
    fc.assert(
      fc.property(entries, hours, (list, blockHours) => {
        const { rows } = blocks(list, blockHours)
        for (const agent of ['ember', 'flint']) {
          const own = rows.filter(r => r.agent === agent)
          own.forEach((row, i) => {
            expect(row.endAt).toBeGreaterThan(row.startAt)
            if (i > 0) expect(row.startAt).toBe(own[i - 1]?.endAt)
            expect(row.isGap && own[i - 1]?.isGap).toBe(false)
          })
          expect([own[0]?.isGap, own.at(-1)?.isGap]).not.toContain(true)
        }
      }),
    )
  })

  it('hold their entries', () => {
    fc.assert(
      fc.property(entries, hours, (list, blockHours) => {
        for (const row of blocks(list, blockHours).rows.filter(r => !r.isGap)) {
          expect(row.summary.firstAt).toBeGreaterThanOrEqual(row.startAt)
          expect(row.summary.lastAt).toBeLessThanOrEqual(row.endAt)
        }
      }),
    )
  })
})
