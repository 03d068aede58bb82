/**
 * Reads a line in the plain form that `argv.ts` makes: `--x`, `--no-x`, `--x=value`, and operands behind `--`. Commander knows
 * the same options, but takes 15 ms to load; it serves help, and tells what is wrong with a line that is not plain.
 */
import type { CommandName } from './commands.ts'
import type { RawFlags } from './layers.ts'
import { type OptionRow, rowsOf } from './table.ts'

export interface Invocation {
  readonly operand: string | undefined
  readonly flags: RawFlags
}

type Flags = Record<string, string | boolean | readonly string[]>

/** Undefined for anything that does not fit the command's options: commander has the words for that. */
export const readPlain = (command: CommandName, argv: readonly string[]): Invocation | undefined => {
  const rows = new Map(rowsOf(command).map(row => [row.flag, row]))
  const end = argv.indexOf('--')
  const flags: Flags = {}
  for (const token of end < 0 ? argv : argv.slice(0, end)) if (!take(token, rows, flags)) return undefined
  return { operand: end < 0 ? undefined : argv[end + 1], flags }
}

const take = (token: string, rows: ReadonlyMap<string, OptionRow>, flags: Flags): boolean => {
  if (!token.startsWith('--')) return false
  const equals = token.indexOf('=')
  const name = token.slice(2, equals < 0 ? undefined : equals)
  if (equals >= 0) return takeValue(rows.get(name), token.slice(equals + 1), flags)
  const row = rows.get(name) ?? (name.startsWith('no-') ? rows.get(name.slice(3)) : undefined)
  if (row?.type !== 'boolean') return false
  flags[row.key] = row.flag === name
  return true
}

const takeValue = (row: OptionRow | undefined, value: string, flags: Flags): boolean => {
  if (!row || row.type === 'boolean') return false
  const before = flags[row.key]
  flags[row.key] = row.type === 'list' ? [...(Array.isArray(before) ? before : []), value] : value
  return true
}
