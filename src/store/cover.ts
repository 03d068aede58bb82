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
  const request = n.requestId[i]!
  if (id !== 0 && request !== 0) return `${id} ${request} ${n.flags[i]! & SIDECHAIN}`
  const inputSide = `${n.input[i]} ${n.cacheCreation[i]} ${n.cacheRead[i]}`
  // Without a request's id, a gateway may have reused the message's for other calls.
  if (id !== 0) return `${id} - ${n.flags[i]! & SIDECHAIN} ${inputSide}`
  return `${n.at[i]} ${inputSide} ${texts[places.agent[i]!]} ${texts[places.model[i]!]}`
}

const outputOf = ({ table, row }: RowRef): number => table.numbers.output[row]!

const byOutput = (a: RowRef, b: RowRef): number => outputOf(a) - outputOf(b)

/**
 * The rows of `old` that `fresh` does not cover: what it lacks, or knows less output of. Each row covers one; rows that `isCorrected` names
 * are covered by less, too.
 */
export const uncovered = <R extends RowRef>(
  old: readonly R[],
  fresh: readonly RowRef[],
  isCorrected: (ref: R) => boolean = () => false,
): R[] => {
  const known = new Map<string, number[]>()
  for (const ref of [...fresh].sort(byOutput)) {
    const identity = identityOf(ref)
    const outputs = known.get(identity)
    if (outputs) outputs.push(outputOf(ref))
    else known.set(identity, [outputOf(ref)])
  }
  return [...old].sort(byOutput).filter(ref => {
    const outputs = known.get(identityOf(ref))
    const least = isCorrected(ref) ? 0 : outputOf(ref)
    const at = outputs?.findIndex(output => output >= least) ?? -1
    if (at >= 0) outputs?.splice(at, 1)
    return at < 0
  })
}
