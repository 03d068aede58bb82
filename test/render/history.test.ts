import { describe, expect, test } from 'vitest'
import type { HistoryPart, HistoryReport, HistoryRow } from '../../src/core/history.ts'
import { forgetEnd, forgetQuestion, renderForget, renderHistory } from '../../src/render/history.ts'
import { widthOf } from '../../src/render/width.ts'
import { badLines, summary, view } from './sample.ts'

const part = (sessions: number, parts: Parameters<typeof summary>[0]): HistoryPart => ({
  sessions,
  summary: { ...summary(parts), firstAt: Date.UTC(2026, 0, 2), lastAt: Date.UTC(2026, 2, 3) },
})

const nothing = part(0, { entries: 0 })

const row = (parts: Partial<HistoryRow> = {}): HistoryRow => ({
  agent: 'ember',
  logs: 12,
  goneLogs: 3,
  all: part(40, { entries: 1_234, input: 5_000_000, usd: 81.2 }),
  only: part(9, { entries: 310, input: 1_000_000, usd: 20.1 }),
  ...parts,
})

const report = (parts: Partial<HistoryReport> = {}): HistoryReport => ({
  rows: [row()],
  totals: row(),
  index: { path: '/home/dev/.local/share/tokusage/index-1', bytes: 1_234_567, damaged: 0, isOn: true },
  diagnostics: [],
  timeZone: 'UTC',
  ...parts,
})

const forget = (entries: number, logs: number) => ({
  rows: [],
  totals: part(entries === 0 ? 0 : 2, { entries }),
  logs,
  isDone: true,
  diagnostics: [],
  timeZone: 'UTC',
})

describe('what is known', () => {
  test('stands over what no log holds any more', () => {
    const lines = renderHistory(report(), view()).split('\n')
    expect(lines.find(line => line.startsWith('  logs gone'))).toMatch(/ 3 +9 +310 .* \$20\.10$/)
    expect(lines.at(-2)).toBe(
      "No log holds 310 responses ($20.10) any more: only the history does. 'tokusage history --forget' removes what is gone.",
    )
    expect(lines.at(-1)).toContain('/home/dev/.local/share/tokusage/index-1 (1.2 MB)')
  })

  test('has no second line where all logs are there', () => {
    const all = row({ goneLogs: 0, only: nothing })
    const text = renderHistory(report({ rows: [all], totals: all }), view())
    expect(text).not.toMatch(/logs gone|--forget/)
  })

  test('without cost there is no money', () => {
    expect(renderHistory(report(), view({ noCost: true }))).not.toContain('$')
  })

  test('says what is odd: an index that is off, damaged files, lines', () => {
    const { index } = report()
    expect(renderHistory(report({ index: { ...index, isOn: false } }), view())).toContain('The index is off')
    expect(renderHistory(report({ index: { ...index, damaged: 2 } }), view())).toContain(
      '2 damaged files were put aside',
    )
    expect(renderHistory(report({ diagnostics: badLines }), view())).toContain('3 lines could not be read')
  })

  test.each([60, 80, 120])('fits %d columns', width => {
    for (const line of renderHistory(report(), view({ width })).split('\n'))
      expect([line, widthOf(line) <= width]).toEqual([line, true])
  })
})

describe('what goes', () => {
  test('is named as what it is', () => {
    expect(forgetQuestion(forget(12, 2))).toBe('Remove 12 responses of 2 sessions and 2 deleted logs for good? [y/N] ')
    expect(forgetEnd(forget(0, 1))).toBe('Removed 1 deleted log from the history.')
    expect(forgetEnd(forget(0, 0))).toMatch(/^Nothing to forget/)
    expect(forgetEnd({ ...forget(3, 0), isDone: false })).toBe('Nothing was removed.')
  })

  test.each([60, 80, 120])('fits %d columns', width => {
    const goes = { ...forget(310, 3), rows: [{ agent: 'ember', ...row().only }] }
    for (const line of renderForget(goes, view({ width })).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width)
  })
})
