/** The bundled tables and small ones of a test's own, opened. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CompactTable, compactPrices } from '../../src/pricing/compact.ts'
import type { PriceTables } from '../../src/pricing/lookup.ts'
import { isCompactTable, openTable, type PriceTable } from '../../src/pricing/table.ts'

const root = join(import.meta.dirname, '../..')

export const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'))

export const bundled = (name: 'rates.json' | 'rates-core.json'): CompactTable => {
  const value = readJson(`src/pricing/${name}`)
  if (!isCompactTable(value)) throw new Error(`${name} is no table`)
  return value
}

/** `tableOf({ 'my-model': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } })`. */
export const tableOf = (litellm: unknown, date = '2026-11-10', isRefreshed = false): PriceTable =>
  openTable(compactPrices(litellm, { date, source: 'test' }), isRefreshed)

export const tablesOf = (parts: Partial<PriceTables> = {}): PriceTables => ({
  tables: [openTable(bundled('rates.json'))],
  aliases: {},
  overrides: {},
  ...parts,
})
