/**
 * As much as the width takes: first the least wanted parts get shorter, then all, then parts are left out from the least wanted end. No part is
 * ever cut.
 */
import type { Arrangement } from './arrange.ts'
import type { Form, Part, PartName, Parts, Piece } from './piece.ts'
import { widthOf } from './width.ts'

/** Columns that pieces take. */
export const columnsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + widthOf(text), 0)

/** A part with how short it is: 0 is its fullest form. */
type Choice = readonly [PartName, Part, number]

const formOf = ([, part, level]: Choice): Form => part[Math.min(level, part.length - 1)] ?? part[0]

const place = (choices: readonly Choice[], arrangement: Arrangement): readonly Piece[] =>
  arrangement.place(new Map(choices.map(choice => [choice[0], formOf(choice)])))

/** The fullest way in which all of these fit. */
const squeeze = (
  parts: readonly (readonly [PartName, Part])[],
  arrangement: Arrangement,
  width: number,
): readonly Piece[] | undefined => {
  const choices: Choice[] = parts.map(([name, part]) => [name, part, 0])
  const tried = place(choices, arrangement)
  if (columnsOf(tried) <= width) return tried
  const levels = Math.max(...parts.map(([, part]) => part.length))
  for (let level = 1; level < levels; level++)
    for (let i = parts.length - 1; i >= 0; i--) {
      const [name, part] = parts[i]!
      if (part.length <= level) continue
      choices[i] = [name, part, level]
      const pieces = place(choices, arrangement)
      if (columnsOf(pieces) <= width) return pieces
    }
  return undefined
}

/** Undefined width: there is room for all. Empty where not even one part fits. */
export const fitParts = (parts: Parts, arrangement: Arrangement, width: number | undefined): readonly Piece[] => {
  const all = [...parts]
  if (width === undefined)
    return place(
      all.map(([name, part]) => [name, part, 0]),
      arrangement,
    )
  for (let n = all.length; n > 0; n--) {
    const pieces = squeeze(all.slice(0, n), arrangement, width)
    if (pieces) return pieces
  }
  // The most wanted one alone is too wide: others may not be.
  const kept: Choice[] = []
  for (const [name, part] of all) {
    const choice: Choice = [name, part, part.length - 1]
    if (columnsOf(place([...kept, choice], arrangement)) <= width) kept.push(choice)
  }
  return place(kept, arrangement)
}
