/**
 * A new reading of a log replaces an old one only where it covers it: a log that was cut, half read or rewritten never shrinks what was known
 * (rule A33).
 */
import { type EntryTable, SIDECHAIN } from '../core/entry-table.ts'

/** A row of a table. */
export interface RowRef {
  readonly table: EntryTable
  readonly row: number
}

/** What a row is known by, wherever its log lies. */
const identityOf = ({ table: { numbers: n, places, texts }, row: i }: RowRef): string => {
  const id = n.messageId[i]!
  if (id !== 0) return `${id} ${n.requestId[i]} ${n.flags[i]! & SIDECHAIN}`
  const model = texts[places.model[i]!] ?? ''
  return `${n.at[i]} ${n.input[i]} ${n.cacheCreation[i]} ${n.cacheRead[i]} ${model}`
}

const outputOf = ({ table, row }: RowRef): number => table.numbers.output[row]!

/** The rows of `old` that `fresh` does not cover: what it lacks, or knows less output of. Each row covers one. */
export const uncovered = <R extends RowRef>(old: readonly R[], fresh: readonly RowRef[]): R[] => {
  const known = new Map<string, number[]>()
  for (const ref of fresh) {
    const identity = identityOf(ref)
    known.set(identity, [...(known.get(identity) ?? []), outputOf(ref)])
  }
  return old.filter(ref => {
    const outputs = known.get(identityOf(ref))
    const at = outputs?.findIndex(output => output >= outputOf(ref)) ?? -1
    if (at >= 0) outputs?.splice(at, 1)
    return at < 0
  })
}
