/**
 * As much as the width takes: first the least wanted parts get shorter, then all, then parts are left out from the least wanted end. No part is
 * ever cut.
 */
import type { Arrangement } from './arrange.ts'
import type { Form, Part, PartName, Parts, Piece } from './piece.ts'
import { widthOf } from './width.ts'

/** Columns that pieces take. */
export const columnsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + widthOf(text), 0)

/** Shortenings in their order: which part, and to which of its forms. */
const stepsOf = (parts: readonly (readonly [PartName, Part])[]): (readonly [index: number, level: number])[] => {
  const steps: (readonly [number, number])[] = []
  const levels = parts.reduce((most, [, part]) => Math.max(most, part.length), 0)
  for (let level = 1; level < levels; level++)
    for (let i = parts.length - 1; i >= 0; i--) if ((parts[i]?.[1].length ?? 0) > level) steps.push([i, level])
  return steps
}

/** The smallest number from 0 to `most` of which `isEnough`; what is enough stays enough. Undefined: not even `most`. */
const least = (most: number, isEnough: (n: number) => boolean): number | undefined => {
  if (!isEnough(most)) return undefined
  let low = 0
  for (let high = most; low < high; ) {
    const middle = (low + high) >> 1
    if (isEnough(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const lastForm = (part: Part): Form => part.at(-1) ?? part[0]

/** Undefined width: there is room for all. Empty where not even one part fits. */
export const fitParts = (parts: Parts, arrangement: Arrangement, width: number | undefined): readonly Piece[] => {
  const all = [...parts]
  const place = (forms: readonly (readonly [PartName, Form])[]) => arrangement.place(new Map(forms))
  const full = place(all.map(([name, part]) => [name, part[0]]))
  if (width === undefined || columnsOf(full) <= width) return full
  const isFitting = (pieces: readonly Piece[]): boolean => columnsOf(pieces) <= width
  // How many have to go, then how short the others have to be: each try costs, and this runs cold.
  const gone = least(all.length - 1, n =>
    isFitting(place(all.slice(0, all.length - n).map(([name, part]) => [name, lastForm(part)]))),
  )
  if (gone === undefined) return placeNarrowest(all, arrangement, width)
  const kept = all.slice(0, all.length - gone)
  const steps = stepsOf(kept)
  const shortened = (n: number) => {
    const levels = kept.map(() => 0)
    for (const [index, level] of steps.slice(0, n)) levels[index] = level
    return place(kept.map(([name, part], i) => [name, part[levels[i] ?? 0] ?? lastForm(part)]))
  }
  return shortened(least(steps.length, n => isFitting(shortened(n))) ?? steps.length)
}

/** The most wanted part alone is too wide: others may not be. */
const placeNarrowest = (
  all: readonly (readonly [PartName, Part])[],
  arrangement: Arrangement,
  width: number,
): readonly Piece[] => {
  const kept = new Map<PartName, Form>()
  for (const [name, part] of all) {
    kept.set(name, lastForm(part))
    if (columnsOf(arrangement.place(kept)) > width) kept.delete(name)
  }
  return arrangement.place(kept)
}
