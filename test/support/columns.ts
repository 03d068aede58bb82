/** A list of entries as columns. */
import type { UsageEntry } from '../../src/core/entry.ts'
import { ColumnWriter, type EntryColumns } from '../../src/ingest/columns.ts'

export const encodeEntries = (entries: readonly UsageEntry[]): EntryColumns => {
  const writer = new ColumnWriter()
  for (const entry of entries) writer.add(entry)
  return writer.columns()
}
