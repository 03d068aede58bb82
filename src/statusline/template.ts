/** `--format '{model} | {session}'`: parts in braces, and between them what goes with one part or stands between two. */
import { type PartName, partNames } from './piece.ts'
import { cleanLiteral } from './text.ts'

/** One part of a template with what belongs to it alone. */
export interface Slot {
  readonly name: PartName
  /** Stands between this and whatever is shown before it. */
  readonly separator: string
  readonly before: string
  readonly after: string
}

const isPartName = (name: string): name is PartName => partNames.some(known => known === name)

/** `) | Context: ` is what ends one part, what stands between, and what begins the next: a separator with its spaces, else the first space. */
const split = (literal: string): readonly [after: string, separator: string, before: string] => {
  const match = /\s*[|/·•–—,;]\s*|\s+/.exec(literal)
  if (!match) return ['', '', literal]
  return [literal.slice(0, match.index), match[0], literal.slice(match.index + match[0].length)]
}

/** The parts of a template; a text says what is wrong with it. */
export const readTemplate = (template: string): readonly Slot[] | string => {
  // Text, name, text, name, …, text.
  const words = cleanLiteral(template).split(/\{([^{}]*)\}/)
  const slots: Slot[] = []
  let separator = ''
  let before = words[0] ?? ''
  for (let i = 1; i < words.length; i += 2) {
    const name = (words[i] ?? '').trim()
    if (!isPartName(name)) return `unknown part {${name}}, known: ${partNames.join(', ')}`
    const literal = words[i + 1] ?? ''
    const [after, gap, next] = i + 2 < words.length ? split(literal) : [literal, '', '']
    slots.push({ name, separator, before, after })
    separator = gap
    before = next
  }
  return slots.length > 0 ? slots : `no part such as {today} in the format, known: ${partNames.join(', ')}`
}
