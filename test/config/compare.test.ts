import { describe, expect, it } from 'vitest'
import { comparisonOf } from '../../src/config/compare.ts'
import { UsageError } from '../../src/config/usage-error.ts'

/** A Friday. */
const today = '2026-11-20'
const open = { since: undefined, until: undefined }
const of = (text: string, range: { since: string | undefined; until: string | undefined } = open) =>
  comparisonOf(text, range, today, 1)

describe('without a value', () => {
  it('this week is held against the same days of the last', () => {
    expect(of('before')).toEqual({
      of: 'range',
      before: { since: '2026-11-09', until: '2026-11-13' },
      after: { since: '2026-11-16', until: '2026-11-20' },
    })
  })

  it('a range against as many days before, or a week before', () => {
    const range = { since: '2026-11-01', until: '2026-11-14' }
    expect(of('before', range)).toMatchObject({ before: { since: '2026-10-18', until: '2026-10-31' }, after: range })
    const day = { since: today, until: today }
    expect(of('before', day)).toMatchObject({ before: { since: '2026-11-13', until: '2026-11-13' }, after: day })
  })

  it('ends a range that goes on at today', () => {
    const range = { since: '2026-11-16', until: '2026-11-22' }
    expect(of('before', range)).toMatchObject({ after: { since: '2026-11-16', until: today } })
  })
})

it.each([
  ['2026-11-01..2026-11-07', { since: '2026-11-01', until: '2026-11-07' }, { since: '2026-11-16', until: today }],
  ['yesterday,today', { since: '2026-11-19', until: '2026-11-19' }, { since: today, until: today }],
  ['2w..8d,7d..today', { since: '2026-11-06', until: '2026-11-12' }, { since: '2026-11-13', until: today }],
  ['2026-09,2026-10', { since: '2026-09-01', until: '2026-09-30' }, { since: '2026-10-01', until: '2026-10-31' }],
])('%s', (text, before, after) => {
  expect(of(text)).toEqual({ of: 'range', before, after })
})

it.each([
  ['version:2.1.0..2.1.5', 'version', '2.1.0', '2.1.5'],
  ['model:opus..sonnet-4.5', 'model', 'opus', 'sonnet-4.5'],
])('%s', (text, kind, before, after) => {
  expect(of(text)).toEqual({ of: kind, before, after })
})

it.each(['version:2.1.0', 'colour:red..blue', 'soon', '2026-11-07..2026-11-01', 'a,b,c', 'today..today..today', '..'])(
  '%j cannot be meant',
  text => {
    expect(() => of(text)).toThrow(UsageError)
  },
)
