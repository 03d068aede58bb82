/** Entries survive the way into columns and back unchanged, whatever they hold. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UsageEntry } from '../../src/core/entry.ts'
import { EntryRow, noCosts } from '../../src/core/entry-row.ts'
import { concat, type EntryTable, EntryWriter, entryAt, hashOf, idName } from '../../src/core/entry-table.ts'
import { anyEntry } from '../support/any-entry.ts'

const tableOf = (entries: readonly UsageEntry[], hasDetails = true): EntryTable => {
  const writer = new EntryWriter(hasDetails)
  for (const entry of entries) writer.add(entry)
  return writer.table()
}

const all = (table: EntryTable): UsageEntry[] => Array.from({ length: table.size }, (_, i) => entryAt(table, i))

const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('any entries', () => {
  it('come back as they were, also from another thread', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 20 }), list => {
        expect(all(structuredClone(tableOf(list))).map(clean)).toEqual(list.map(clean))
      }),
      { numRuns: 300 },
    )
  })

  it('of several tables come back as one', () => {
    const lists = fc.array(fc.array(anyEntry, { maxLength: 8 }), { maxLength: 4 })
    fc.assert(
      fc.property(lists, parts => {
        const whole = concat(parts.map(part => tableOf(part)))
        expect(all(whole).map(clean)).toEqual(parts.flat().map(clean))
      }),
    )
  })

  it('read through a row are what they are as copies', () => {
    fc.assert(
      fc.property(anyEntry, fc.boolean(), (entry, hasDetails) => {
        const table = tableOf([entry], hasDetails)
        const row = new EntryRow(table, noCosts(table), 0)
        const copy = row.copy()
        for (const [name, value] of Object.entries(copy)) {
          if (name !== 'tokens') expect(Reflect.get(row, name), name).toEqual(value)
        }
        for (const [name, value] of Object.entries(copy.tokens)) expect(Reflect.get(row.tokens, name)).toBe(value)
      }),
    )
  })
})

it('what is absent stays absent, and what is empty stays empty', () => {
  const [entry] = fc.sample(anyEntry, 1)
  const bare = { ...entry!, session: undefined, cwd: '', loggedUsd: undefined, tools: [] }
  const free = { ...entry!, session: '', cwd: undefined, loggedUsd: 0, tools: [''] }
  expect(all(tableOf([bare, free])).map(e => [e.session, e.cwd, e.loggedUsd, e.tools])).toEqual([
    [undefined, '', undefined, []],
    ['', undefined, 0, ['']],
  ])
})

it('nothing is nothing', () => {
  expect(all(tableOf([]))).toEqual([])
})

it('without details ids are known by their hashes, equal ones by equal names', () => {
  const [entry] = fc.sample(anyEntry, 1)
  const of = (messageId: string | undefined) => all(tableOf([{ ...entry!, messageId }], false))[0]!.messageId
  expect(of('msg_1')).toBe(idName(hashOf('msg_1')))
  expect(of('msg_1')).not.toBe(of('msg_2'))
  expect(of(undefined)).toBeUndefined()
})

it('hashes of similar ids differ', () => {
  const ids = Array.from({ length: 200_000 }, (_, i) => `msg_01${i.toString(36)}`)
  expect(new Set(ids.map(hashOf)).size).toBe(ids.length)
})
