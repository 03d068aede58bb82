/** What the line is made of: parts such as the session's cost, each in forms from the fullest to the shortest, each form in coloured pieces. */

export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'good' | 'medium' | 'bad'

export interface Piece {
  readonly text: string
  readonly tone: Tone
}

export interface Form {
  readonly pieces: readonly Piece[]
  /** Whether a picture or a word goes before it, where there is one. Short forms speak for themselves. */
  readonly isLabelled: boolean
}

/** From the fullest to the shortest; at least one. */
export type Part = readonly [Form, ...Form[]]

/** The parts, the most wanted first: that is also the order in which the default line shows them, as far as it does. */
export const partNames = [
  'model',
  'session',
  'today',
  '5h',
  'week',
  'spend',
  'burn',
  'context',
  'cache',
  'next',
  'block',
  'project',
  'branch',
] as const
export type PartName = (typeof partNames)[number]

export type Parts = ReadonlyMap<PartName, Part>

export const piece = (text: string, tone: Tone = 'plain'): Piece => ({ text, tone })

const form = (pieces: readonly Piece[], isLabelled: boolean): Form => ({
  pieces: pieces.filter(({ text }) => text !== ''),
  isLabelled,
})

export const labelled = (...pieces: readonly Piece[]): Form => form(pieces, true)
export const bare = (...pieces: readonly Piece[]): Form => form(pieces, false)

/** How a share of a limit reads: the higher the worse. */
export const levelOf = (percent: number, low: number, medium: number): Tone =>
  percent < low ? 'good' : percent < medium ? 'medium' : 'bad'
