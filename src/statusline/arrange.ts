/** Puts parts side by side: in the default look, or as a template says. A part that is missing takes its separator with it. */
import type { Look } from './look.ts'
import { type Form, type PartName, type Piece, piece } from './piece.ts'
import type { Slot } from './template.ts'

/** The form of each part that is shown. */
export type Chosen = ReadonlyMap<PartName, Form>

export interface Arrangement {
  readonly names: ReadonlySet<PartName>
  place(chosen: Chosen): readonly Piece[]
}

interface Group {
  readonly names: readonly PartName[]
  readonly picture: string
  /** In place of the picture. */
  readonly word: string
}

const groups: readonly Group[] = [
  { names: ['model'], picture: '🤖', word: '' },
  { names: ['session', 'today', '5h', 'week', 'spend'], picture: '💰', word: '' },
  { names: ['burn'], picture: '🔥', word: 'burn' },
  { names: ['context'], picture: '🧠', word: 'context' },
  { names: ['cache'], picture: '💾', word: 'cache' },
]

const labelOf = ({ picture, word }: Group, { emoji }: Look): readonly Piece[] => {
  if (emoji) return [piece(`${picture} `)]
  return word === '' ? [] : [piece(`${word} `, 'dim')]
}

const placeGroup = (group: Group, chosen: Chosen, look: Look): readonly Piece[] => {
  const forms = group.names.flatMap(name => chosen.get(name) ?? [])
  const label = forms[0]?.isLabelled ? labelOf(group, look) : []
  return [...label, ...forms.flatMap((form, i) => (i === 0 ? form.pieces : [piece(' / ', 'dim'), ...form.pieces]))]
}

export const defaultArrangement = (look: Look): Arrangement => ({
  names: new Set(groups.flatMap(group => group.names)),
  place: chosen =>
    groups
      .map(group => placeGroup(group, chosen, look))
      .filter(pieces => pieces.length > 0)
      .flatMap((pieces, i) => (i === 0 ? pieces : [piece(' | ', 'dim'), ...pieces])),
})

export const templateArrangement = (slots: readonly Slot[]): Arrangement => ({
  names: new Set(slots.map(slot => slot.name)),
  place: chosen =>
    slots
      .filter(slot => chosen.has(slot.name))
      .flatMap(({ name, separator, before, after }, i) => [
        piece(i === 0 ? before : separator + before, 'dim'),
        ...(chosen.get(name)?.pieces ?? []),
        piece(after, 'dim'),
      ])
      .filter(({ text }) => text !== ''),
})
