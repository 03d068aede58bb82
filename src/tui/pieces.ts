/** A line of facts where some are wanted more than others: what does not fit is shortened, then left out, the least wanted first. */
import { joinLines, type Line, text, widthOfLine } from './line.ts'

export interface Piece {
  readonly line: Line
  /** A shorter form. */
  readonly short?: Line | undefined
  /** How much it is wanted: 0 the most. It is shown in the order given, whatever its rank. */
  readonly rank: number
}

export const DOT = text(' · ', 'dim')

/** A piece is shortened before those are left out that are wanted nearly as much. */
const SHORTENED_EARLIER = 2.5

/** How soon a piece gives way. */
const urgency = ({ rank, short }: Piece): number => (short === undefined ? rank : rank + SHORTENED_EARLIER)

const firstToYield = (pieces: readonly Piece[]): Piece | undefined =>
  pieces.reduce<Piece | undefined>(
    (worst, piece) => (worst && urgency(worst) >= urgency(piece) ? worst : piece),
    undefined,
  )

/** As many as fit, joined. */
export const fitPieces = (given: readonly Piece[], columns: number, separator: Line = DOT): Line => {
  let pieces = given.filter(piece => piece.line.length > 0)
  const joined = (): Line =>
    joinLines(
      pieces.map(piece => piece.line),
      separator,
    )
  while (pieces.length > 0 && widthOfLine(joined()) > columns) {
    const worst = firstToYield(pieces)
    pieces = pieces.flatMap(piece => {
      if (piece !== worst) return piece
      return piece.short === undefined ? [] : { line: piece.short, rank: piece.rank }
    })
  }
  return joined()
}
