/**
 * As much as the width takes. Words and pictures go first; where that is not enough, figures go from the least wanted end, and after the last
 * figure of a part the part itself. What room that leaves is for words again. No part is ever cut.
 */
import type { Arrangement } from './arrange.ts'
import type { Form, Part, PartName, Parts, Piece } from './piece.ts'
import { widthOf } from './width.ts'

/** Columns that pieces take. */
export const columnsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + widthOf(text), 0)

/** Forms of a part that tell the same figures, the wordiest first. */
type Variants = readonly [Form, ...Form[]]

interface Shape {
  readonly name: PartName
  /** From the most figures to the fewest. */
  readonly levels: readonly Variants[]
}

/** A form that kept all digits of the one before has lost words only. */
const figuresOf = ({ pieces }: Form): string =>
  pieces
    .map(({ text }) => text)
    .join('')
    .replace(/\D+/g, ' ')
    .trim()

const levelsOf = (part: Part): readonly Variants[] => {
  const levels: [Form, ...Form[]][] = []
  for (const form of part) {
    const last = levels.at(-1)
    if (last && figuresOf(last[0]) === figuresOf(form)) last.push(form)
    else levels.push([form])
  }
  return levels
}

/** Of a part, the level to go on with; after its last one it is gone. */
type Loss = readonly [index: number, level: number]

/** When a limit of weeks resets is known well enough: that goes before anything else. */
const SLOW: ReadonlySet<PartName> = new Set(['week', 'spend'])

/** Losses of figures in their order. The most wanted part stays. */
const lossesOf = (shapes: readonly Shape[]): readonly Loss[] => {
  const all = shapes.map(({ levels }, i) => levels.map((_, level): Loss => [i, level + 1])).reverse()
  const slow = all.flatMap(own => own.slice(0, -1).filter(([i]) => SLOW.has(shapes[i]?.name ?? 'model')))
  return [...slow, ...all.flat().slice(0, -1)]
}

/** Losses of words in their order: one of each part from the least wanted end, then a second one. */
const wordLossesOf = (kept: readonly (readonly [PartName, Variants])[]): readonly Loss[] => {
  const losses: Loss[] = []
  const most = kept.reduce((high, [, variants]) => Math.max(high, variants.length), 0)
  for (let level = 1; level < most; level++)
    for (let i = kept.length - 1; i >= 0; i--) if ((kept[i]?.[1].length ?? 0) > level) losses.push([i, level])
  return losses
}

/** The level of each part after the first `n` losses. */
const after = (losses: readonly Loss[], n: number, parts: number): readonly number[] => {
  const levels = new Array<number>(parts).fill(0)
  for (const [index, level] of losses.slice(0, n)) levels[index] = Math.max(level, levels[index] ?? 0)
  return levels
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

const lastForm = (forms: readonly [Form, ...Form[]]): Form => forms.at(-1) ?? forms[0]

/** Undefined width: there is room for all. Empty where not even one part fits. */
export const fitParts = (parts: Parts, arrangement: Arrangement, width: number | undefined): readonly Piece[] => {
  const all = [...parts]
  const place = (forms: readonly (readonly [PartName, Form])[]) => arrangement.place(new Map(forms))
  const full = place(all.map(([name, part]) => [name, part[0]]))
  if (width === undefined || columnsOf(full) <= width) return full
  const isFitting = (pieces: readonly Piece[]): boolean => columnsOf(pieces) <= width
  // How many figures have to go if no word is left, then how many words if no more figures go: each try costs, and this runs cold.
  const shapes = all.map(([name, part]): Shape => ({ name, levels: levelsOf(part) }))
  const losses = lossesOf(shapes)
  const keptAfter = (n: number): readonly (readonly [PartName, Variants])[] => {
    const levels = after(losses, n, shapes.length)
    return shapes.flatMap(({ name, levels: own }, i) => {
      const variants = own[levels[i] ?? 0]
      return variants ? [[name, variants] as const] : []
    })
  }
  const gone = least(losses.length, n =>
    isFitting(place(keptAfter(n).map(([name, variants]) => [name, lastForm(variants)]))),
  )
  if (gone === undefined) return placeNarrowest(all, arrangement, width)
  const kept = keptAfter(gone)
  const wordLosses = wordLossesOf(kept)
  const terser = (n: number) => {
    const levels = after(wordLosses, n, kept.length)
    return place(kept.map(([name, variants], i) => [name, variants[levels[i] ?? 0] ?? lastForm(variants)]))
  }
  return terser(least(wordLosses.length, n => isFitting(terser(n))) ?? wordLosses.length)
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
