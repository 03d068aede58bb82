/** Entries survive the way between threads unchanged, whatever they hold. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeEntries } from '../../src/ingest/columns.ts'
import { anyEntry } from '../support/any-entry.ts'
import { encodeEntries } from '../support/columns.ts'

const clean = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

it('any entries come back as they were', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 20 }), list => {
      const back = decodeEntries(structuredClone(encodeEntries(list)))
      expect(back.map(clean)).toEqual(list.map(clean))
    }),
    { numRuns: 300 },
  )
})

it('what is absent stays absent, and what is empty stays empty', () => {
  const [entry] = fc.sample(anyEntry, 1)
  const bare = { ...entry!, session: undefined, cwd: '', loggedUsd: undefined, tools: [] }
  const free = { ...entry!, session: '', cwd: undefined, loggedUsd: 0, tools: [''] }
  const back = decodeEntries(encodeEntries([bare, free]))
  expect(back.map(e => [e.session, e.cwd, e.loggedUsd, e.tools])).toEqual([
    [undefined, '', undefined, []],
    ['', undefined, 0, ['']],
  ])
})

it('nothing is nothing', () => {
  expect(decodeEntries(encodeEntries([]))).toEqual([])
})
