/**
 * Of several sessions that hold a response, the original shows in what each did on its own (see the merging in `ingest`). New rows may change
 * that for rows that were merged long ago.
 */
import type { RowRef } from './cover.ts'
import { MERGED, STANDS, type StoredRows } from './rows.ts'

type Beginnings = Map<string, number>

const note = (beginnings: Beginnings, session: string, at: number): void => {
  const known = beginnings.get(session)
  if (known === undefined || at < known) beginnings.set(session, at)
}

/** Sessions of which rows were merged with others. */
const mergedSessions = (shards: readonly StoredRows[]): Set<string> => {
  const sessions = new Set<string>()
  for (const { table, marks } of shards)
    for (let row = 0; row < table.size; row++)
      if ((marks[row]! & MERGED) !== 0) sessions.add(table.texts[table.places.session[row]!]!)
  return sessions
}

/** Whether a session with merged rows begins at another time once rows were `dropped` and `fresh` ones came. May say so too often. */
export const movesBeginnings = (
  shards: readonly StoredRows[],
  dropped: readonly Uint8Array[],
  fresh: readonly (RowRef & { readonly isMerged: boolean })[],
): boolean => {
  const sessions = mergedSessions(shards)
  if (sessions.size === 0) return false
  const before: Beginnings = new Map()
  const after: Beginnings = new Map()
  for (const [shard, { table, marks }] of shards.entries()) {
    const isAsked = table.texts.map(text => sessions.has(text))
    for (let row = 0; row < table.size; row++) {
      const place = table.places.session[row]!
      if (!isAsked[place] || (marks[row]! & (MERGED | STANDS)) !== 0 || table.numbers.messageId[row] === 0) continue
      note(before, table.texts[place]!, table.numbers.at[row]!)
      if (dropped[shard]![row] === 0) note(after, table.texts[place]!, table.numbers.at[row]!)
    }
  }
  for (const { table, row, isMerged } of fresh) {
    const session = table.texts[table.places.session[row]!]!
    if (!sessions.has(session) || table.numbers.messageId[row] === 0) continue
    if (isMerged) return true
    note(after, session, table.numbers.at[row]!)
  }
  return [...sessions].some(session => before.get(session) !== after.get(session))
}
