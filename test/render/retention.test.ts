import { describe, expect, test } from 'vitest'
import type { RetentionFact } from '../../src/core/retention.ts'
import { announcementText, retentionFacts } from '../../src/render/retention.ts'

const fact = (parts: Partial<RetentionFact> = {}): RetentionFact => ({
  agent: 'Ember',
  days: 30,
  isDefault: true,
  path: '/home/dev/.ember/settings.json',
  setting: 'keepDays',
  deletesAt: Date.UTC(2026, 2, 31),
  isSoon: false,
  missing: undefined,
  unread: 0,
  ...parts,
})

const textOf = (parts: Partial<RetentionFact>): string =>
  retentionFacts(fact(parts), at => ({ day: new Date(at).toISOString().slice(0, 10), time: '' }))
    .map(([label, text]) => `${label}: ${text}`)
    .join('\n')

describe('doctor', () => {
  test('says that the history has everything', () => {
    expect(textOf({})).toBe(
      'Ember: deletes its logs after 30 days (its default)\n: The history has what they say, and reports keep it. To keep the logs, raise keepDays in /home/dev/.ember/settings.json',
    )
  })

  test('says when the oldest logs go, if that is soon', () => {
    expect(textOf({ isSoon: true })).toContain('The oldest are due by 2026-03-31. The history has')
    expect(textOf({})).not.toContain('due')
  })

  test('says why the history lacks them, and what helps', () => {
    expect(textOf({ missing: 'off' })).toMatch(
      /does not have them: the index is off\..* without --no-index; .*raise keepDays/,
    )
    expect(textOf({ missing: 'EROFS' })).toMatch(/does not have them all: the index could not be written \(EROFS\)\./)
    expect(textOf({ unread: 2 })).toContain('2 logs could not be read')
  })

  test('names the setting that was set', () => {
    expect(textOf({ isDefault: false, days: 1 })).toContain('after 1 day (keepDays in /home/dev/.ember/settings.json)')
  })
})

describe('the line under a report', () => {
  test('names all agents that are in a hurry', () => {
    expect(announcementText([fact(), fact({ agent: 'Flint', days: 7 })])).toMatch(
      /^Ember \(30d\) and Flint \(7d\) delete their logs; /,
    )
  })

  test('is one line in 80 columns', () => {
    for (const missing of [undefined, 'off'])
      expect(announcementText([fact({ agent: 'Claude Code', missing })])?.length).toBeLessThanOrEqual(80)
  })

  test('is left out where there is time', () => {
    expect(announcementText([])).toBeUndefined()
    expect(announcementText([fact({ days: 31, isSoon: true })])).toBeUndefined()
    expect(announcementText([fact({ days: 31, missing: 'off' })])).toBeUndefined()
  })
})
