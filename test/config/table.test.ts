import { describe, expect, it } from 'vitest'
import { commandNames } from '../../src/config/commands.ts'
import { variableOf } from '../../src/config/environment.ts'
import { negativeKeyOf, optionTable, rowsOf, shortOf } from '../../src/config/table.ts'

it('no flag, variable or config key means two things', () => {
  const keys = optionTable.flatMap(row => [row.key, negativeKeyOf(row) ?? []].flat())
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(keys.map(variableOf)).size).toBe(keys.length)
})

describe.each(commandNames)('%s', command => {
  it('has no short name twice', () => {
    const shorts = rowsOf(command).flatMap(row => shortOf(row, command) ?? [])
    expect(new Set(shorts).size).toBe(shorts.length)
    expect(shorts).not.toContain('h')
    expect(shorts).not.toContain('v')
  })
})

it('writes names the way each place does', () => {
  const row = optionTable.find(r => r.key === 'startOfWeek')
  expect(row?.flag).toBe('start-of-week')
  expect(variableOf('startOfWeek')).toBe('TOKUSAGE_START_OF_WEEK')
  expect(optionTable.flatMap(r => negativeKeyOf(r) ?? [])).toEqual([
    'noTitles',
    'noColor',
    'noCost',
    'noOffline',
    'noEmoji',
    'noCache',
    'noIndex',
    'noHistory',
  ])
})
