/** Receipts of every recorded and every real home of this agent: all invariants, and the same whether a log was read at once or in two halves. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import claude from '../../src/agents/claude/index.ts'
import { costPartsTotal } from '../../src/core/cost-parts.ts'
import { receipt } from '../../src/receipt/receipt.ts'
import { root, scenariosIn, shared } from '../support/recorded.ts'
import { picoOf, readHome } from './homes.ts'
import { faultsOf } from './invariants.ts'

const real = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map(name => join(folder, name, 'home')) : []
const recorded = (folder: string): string[] => scenariosIn(folder).map(name => join(folder, name, 'home'))

const inside = [...real(join(root, 'fixtures/real/claude')), ...recorded(join(root, 'fixtures/recorded'))]
const beside = [
  ...real(join(shared, 'real/claude')),
  ...recorded(join(shared, 'recorded')),
  ...recorded(join(shared, 'honest')),
]

const check = (home: string): void => {
  const input = readHome(claude, home)
  expect(faultsOf(input, receipt(input))).toEqual([])
  expect(input.calls.filter(({ entry, parts }) => costPartsTotal(parts) !== picoOf(entry))).toEqual([])
  const halves = readHome(claude, home, 'items', true)
  expect(halves.items).toEqual(input.items)
  expect(receipt(halves)).toEqual(receipt(input))
  const counted = readHome(claude, home, 'calls')
  expect(counted.items).toEqual([])
  expect(counted.calls.map(({ entry }) => entry.tokens)).toEqual(input.calls.map(({ entry }) => entry.tokens))
}

describe('homes in the repository', () => {
  it('are there', () => expect(inside.length).toBeGreaterThan(0))
  it.each(inside)('%s', check)
})

const isHere = beside.length > 0
describe.skipIf(!isHere)(`homes beside the repository${isHere ? '' : ' (skipped: not on this machine)'}`, () => {
  it.each(beside)('%s', check, 60_000)
})
