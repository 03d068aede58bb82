/** Lines as pieces of text in a tone: they are measured, cut and put side by side before any colour is on them. */
import { fitText, widthOf } from '../render/width.ts'
import type { Paint, Tone } from './paint.ts'

export interface Span {
  readonly text: string
  readonly tone?: Tone | undefined
}

export type Line = readonly Span[]

/** One piece; callers pass cleaned text. */
export const text = (shown: string, tone?: Tone): Line => (shown === '' ? [] : [{ text: shown, tone }])

export const space = (columns: number): Line => text(' '.repeat(Math.max(0, columns)))

export const widthOfLine = (line: Line): number => line.reduce((sum, span) => sum + widthOf(span.text), 0)

/** As much of a line as fits, with an ellipsis where it was cut. */
export const cutLine = (line: Line, columns: number): Line => {
  if (widthOfLine(line) <= columns) return line
  const kept: Span[] = []
  let left = columns
  for (const span of line) {
    const size = widthOf(span.text)
    // One cell stays for the ellipsis, since something is bound to be cut.
    if (size < left) {
      kept.push(span)
      left -= size
      continue
    }
    kept.push({ ...span, text: size === left ? fitText(`${span.text}…`, left) : fitText(span.text, left) })
    break
  }
  return kept
}

export const padLine = (line: Line, columns: number, align: 'left' | 'right' = 'left'): Line => {
  const blank = space(columns - widthOfLine(line))
  return align === 'left' ? [...line, ...blank] : [...blank, ...line]
}

/** Lines joined by a separator; empty ones count for nothing. */
export const joinLines = (lines: readonly Line[], separator: Line): Line =>
  lines.filter(line => line.length > 0).flatMap((line, n) => (n === 0 ? line : [...separator, ...line]))

/** One block to the right of another. */
export const beside = (left: readonly Line[], right: readonly Line[], leftColumns: number, gap: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, n) => {
    const other = right[n] ?? []
    const own = left[n] ?? []
    return other.length === 0 ? own : [...padLine(cutLine(own, leftColumns), leftColumns + gap), ...other]
  })

/** The line as it is written, no wider than `columns` and without blanks at its end. */
export const paintLine = (line: Line, columns: number, paint: Paint): string => {
  const cut = [...cutLine(line, columns)]
  while (cut.length > 0 && cut.at(-1)?.text.trimEnd() === '') cut.pop()
  const last = cut.length - 1
  return cut.map(({ text, tone }, n) => paint(n === last ? text.trimEnd() : text, tone)).join('')
}
