import { expect, it } from 'vitest'
import type { Report } from '../../src/core/report.ts'
import { reportCsv } from '../../src/render/csv.ts'
import { byProject, bySession, daily, inBlocks, mixed, nothing, session, sessions, share, view } from './sample.ts'

const lines = (text: string): string[] => text.split('\r\n')

it('writes one line per row with plain numbers, and ends each with CRLF', () => {
  expect(lines(reportCsv(daily, view()))).toEqual([
    'date,models,inputTokens,outputTokens,cacheCreationTokens,cacheReadTokens,totalTokens,totalCost,entries,unpricedTokens,partialOutputCount,inexactEntries',
    '2026-03-01,claude-opus-4-6; claude-haiku-4-5-20251001,13345,100765,486789,12745678,13346577,23.57,52,0,0,0',
    '2026-03-02,claude-opus-4-6,655,11235,43211,654322,709423,4.1,9,0,0,0',
    '2026-03-03,claude-sonnet-4-5; acme/model-x,96000,289345,470000,40600000,41455345,47.33,93,12345,2,2',
    '',
  ])
})

it('breaks down by model, agent and project without counting anything twice', () => {
  expect(lines(reportCsv(daily, view({ breakdown: true }))).slice(1, 4)).toEqual([
    '2026-03-01,claude-opus-4-6,12345,98765,456789,12345678,12913577,23.45,40,0,0,0',
    '2026-03-01,claude-haiku-4-5-20251001,1000,2000,30000,400000,433000,0.12,12,0,0,0',
    '2026-03-02,claude-opus-4-6,655,11235,43211,654322,709423,4.1,9,0,0,0',
  ])
  expect(
    lines(reportCsv(mixed, view({ byAgent: true })))
      .slice(0, 3)
      .map(l => l.split(',').slice(0, 3).join()),
  ).toEqual(['date,agent,models', '2026-03-01,ember,claude-opus-4-6', '2026-03-01,slate,gpt-5.4'])
  expect(lines(reportCsv(byProject, view()))[1]).toMatch(/^2026-03-01,shop,\/home\/dev\/shop,claude-opus-4-6,1000,200,/)
})

it('keeps its header when empty', () => {
  const pairs: readonly (readonly [Report, Report])[] = [
    [daily, nothing.daily],
    [bySession, nothing.session],
    [inBlocks, nothing.blocks],
  ]
  const views = [{}, { breakdown: true, byAgent: true, includeEstimates: true }, { noCost: true, titles: false }].map(
    view,
  )
  for (const [some, none] of pairs)
    for (const v of views) expect(reportCsv(none, v)).toBe(`${lines(reportCsv(some, v))[0]}\r\n`)
})

it('leaves gaps and money out where they do not belong', () => {
  expect(lines(reportCsv(inBlocks, view()))).toHaveLength(4)
  expect(reportCsv(daily, view({ noCost: true, includeEstimates: true }))).not.toMatch(/cost|23\.57/i)
})

it.each([
  ['=cmd()', "'=cmd()"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\t=x', "'=x"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=a,"b"', '"\'=a,""b"""'],
  ['two\nlines', 'two lines'],
  ['\u001b[2Jred', 'red'],
  ['日本語', '日本語'],
])('writes the title %j as %s', (title, expected) => {
  const text = reportCsv(sessions([session({ title, models: [share('m')] })]), view())
  expect(lines(text)[1]).toContain(`s1,ember,${expected},,`)
})
