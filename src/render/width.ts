/** Text in terminal columns: wide characters count two, combining marks none. Callers pass cleaned text without escapes. */
import widthOfText from 'fast-string-width'

const ASCII = /^[ -~]*$/

/** Columns that a text takes. */
export const widthOf = (text: string): number => (ASCII.test(text) ? text.length : widthOfText(text))

export const pad = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
  const space = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

let segmenter: Intl.Segmenter | undefined

const graphemes = (text: string): string[] => {
  if (ASCII.test(text)) return [...text]
  // Made only when text beyond ASCII has to be cut: it costs several ms.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), s => s.segment)
}

/** The text if it fits, else as many whole graphemes as fit before an ellipsis. For text only, never for numbers. */
export const fitText = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text
  if (columns < 1) return ''
  let kept = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    used += widthOf(grapheme)
    if (used > columns - 1) break
    kept += grapheme
  }
  return `${kept.trimEnd()}…`
}

/** Puts pieces on as few lines as possible, joined by `separator`; a piece that is too long for a line is cut, unless all are to stay whole. */
export const pack = (pieces: readonly string[], separator: string, columns: number, areWhole = false): string[] => {
  const lines: string[] = []
  let line = ''
  for (const piece of pieces) {
    const part = areWhole ? piece : fitText(piece, columns)
    const joined = line === '' ? part : line + separator + part
    if (line === '' || widthOf(joined) <= columns) {
      line = joined
      continue
    }
    // The comma belongs to the line it ends, if there is room.
    const end = separator.trimEnd()
    lines.push(widthOf(line + end) <= columns ? line + end : line)
    line = part
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Breaks a text at spaces, and nowhere else: a path has to be copied, however long it is. */
export const wrapWhole = (text: string, columns: number | undefined): string[] =>
  columns === undefined || widthOf(text) <= columns ? [text] : pack(text.split(' '), ' ', Math.max(1, columns), true)

/** Breaks a sentence at spaces; later lines are indented. Undefined width: one line. */
export const wrap = (text: string, columns: number | undefined, indent = ''): string[] => {
  if (columns === undefined || widthOf(text) <= columns) return [text]
  const lead = /^ */.exec(text)?.[0] ?? ''
  const lines = pack(text.trim().split(' '), ' ', Math.max(1, columns - Math.max(lead.length, indent.length)))
  return lines.map((line, i) => (i === 0 ? lead : indent) + line)
}
