/** Items as columns: what goes in comes out, but for ids, which become their hashes. */
import { describe, expect, it } from 'vitest'
import { hashOf, idName } from '../../src/core/entry-table.ts'
import { type ContextItem, noText } from '../../src/core/item.ts'
import { ItemRow } from '../../src/core/item-row.ts'
import { type ItemTable, ItemWriter } from '../../src/core/item-table.ts'

const plain: ContextItem = { agent: 'ember', at: 5, kind: 'prompt', size: noText }

const full: ContextItem = {
  agent: 'ember',
  session: 's1',
  subagent: 'a1',
  at: 1_790_000_000_123,
  kind: 'tool-result',
  messageId: 'm1',
  callId: 'c1',
  tool: 'Read',
  target: { kind: 'file', name: 'src/big.ts' },
  size: { prose: 1, code: 2, json: 3, cjk: 4, imageTokens: 5, tokens: 0 },
  isError: true,
  id: 'line:0',
  thread: 't1',
  section: 'reminder',
  key: 'tool:Read',
  isExact: true,
  title: 'Sharpen the chisels',
  spawned: 'a2',
}

const tableOf = (...items: ContextItem[]): ItemTable => {
  const writer = new ItemWriter()
  for (const item of items) writer.add(item)
  return writer.table()
}

const name = (id: string | undefined): string | undefined => (id === undefined ? undefined : idName(hashOf(id)))

/** All members of an item, ids as names of their hashes. */
const factsOf = (item: ContextItem, isHashed: boolean) => {
  const id = isHashed ? (text: string | undefined) => text : name
  const { prose, code, json, cjk, imageTokens, tokens } = item.size
  return {
    of: [item.agent, item.session, item.subagent, item.at, item.kind, item.tool, item.target, item.isError],
    ids: [item.messageId, item.callId, item.id, item.thread].map(id),
    size: [prose, code, json, cjk, imageTokens, tokens],
    base: [item.section, item.key, item.isExact, item.title, item.spawned],
  }
}

const rowsOf = (table: ItemTable) => Array.from({ length: table.size }, (_, i) => factsOf(new ItemRow(table, i), true))

it('every member comes back, and what is absent stays absent', () => {
  const success = { ...plain, isError: false, size: { ...noText, tokens: 7 } }
  expect(rowsOf(tableOf(full, plain, success))).toEqual([full, plain, success].map(item => factsOf(item, false)))
})

it('grows beyond its first columns', () => {
  const items = Array.from({ length: 3000 }, (_, at) => ({ ...plain, at, session: `s${at % 7}` }))
  expect(rowsOf(tableOf(...items))).toEqual(items.map(item => factsOf(item, false)))
})

describe('rows of other tables', () => {
  const other = { ...full, session: 's2', target: { kind: 'command', name: 'git status' } as const }

  it('are taken over with texts of their own', () => {
    const writer = new ItemWriter()
    writer.add(plain)
    writer.addRows(tableOf(full, other, plain), 1, 2)
    expect(rowsOf(writer.table())).toEqual([plain, other, plain].map(item => factsOf(item, false)))
  })

  it('leave their titles behind where none are wanted', () => {
    const writer = new ItemWriter()
    writer.addRows(tableOf(full), 0, 1, false)
    const table = writer.table()
    expect(new ItemRow(table, 0).title).toBeUndefined()
    expect(table.texts).not.toContain(full.title)
    expect(table.texts).toContain(full.tool)
  })
})

it('names of hashes are the hashes to the base 36', () => {
  const hashes = [1, 35, 36, 1295, 36 ** 6 - 1, 36 ** 6, 2 ** 53 - 1, ...['a', 'msg_01', 'é'].map(hashOf)]
  expect(hashes.map(idName)).toEqual(hashes.map(hash => `#${hash.toString(36)}`))
  expect(idName(0)).toBeUndefined()
})
