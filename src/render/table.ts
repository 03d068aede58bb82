/**
 * Draws a table of any length: our own thirty lines and not cli-table3, because that takes 0.7 s for 1,000 rows and 9 s
 * for 5,000 (STACK.md), cannot wrap a list or abbreviate a number, and one routine for short and long tables is simpler.
 */
import { GAP, layout, listItems, type PlacedColumn } from './layout.ts'
import type { Theme, Tone } from './theme.ts'
import { fitText, pack, pad, widthOf, wrap } from './width.ts'

export interface Cell {
  readonly full: string
  /** A shorter form that loses precision, never digits. */
  readonly short?: string | undefined
  /** Cells of a `list` column. */
  readonly items?: readonly string[] | undefined
  /** Cells of a `bar` column, 0 to 1. */
  readonly share?: number | undefined
  readonly tone?: Tone | undefined
}

export interface Column {
  /** Broken at its spaces when the column is narrower. */
  readonly title: string
  readonly align: 'left' | 'right'
  /** `number` and `label` are whole or in their short form; `text` may be cut; `list` is wrapped; `bar` is optional. */
  readonly kind: 'label' | 'number' | 'text' | 'list' | 'bar'
  /** The least width of a `text` or `list`. */
  readonly least?: number | undefined
  /** What a `text` should have before others grow; one that has more than its own gives way to one that has less. */
  readonly fair?: number | undefined
  /** When to leave the column out, lowest first; undefined: never. */
  readonly drop?: number | undefined
}

export type Row =
  | { readonly kind: 'cells'; readonly cells: readonly Cell[]; readonly tone?: Tone | undefined }
  /** A line across the table. */
  | { readonly kind: 'line'; readonly text: string; readonly tone?: Tone | undefined }

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Drawn under a rule of their own. */
  readonly footer: readonly Row[]
}

const BAR_STEPS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of up to `columns` characters in eighths; a share above 0 always shows. */
export const bar = (share: number, columns: number): string => {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8)
  const shown = share > 0 ? Math.max(1, eighths) : 0
  return '█'.repeat(Math.floor(shown / 8)) + BAR_STEPS[shown % 8]
}

const linesOf = (cell: Cell, { column, width, isShort }: PlacedColumn): string[] => {
  switch (column.kind) {
    case 'list':
      // Rather no comma than a cut name.
      return pack(
        listItems(cell).map((item, i) => (widthOf(item) <= width ? item : fitText(cell.items?.[i] ?? item, width))),
        ' ',
        width,
      )
    case 'text':
      return [fitText(cell.full, width)]
    case 'bar':
      return [bar(cell.share ?? 0, width)]
    default:
      return [(isShort ? cell.short : undefined) ?? cell.full]
  }
}

interface Piece {
  readonly text: string
  readonly tone: Tone | undefined
}

const joinLine = (pieces: readonly Piece[], placed: readonly PlacedColumn[], paint: Theme): string => {
  const last = pieces.findLastIndex(p => p.text !== '')
  return pieces
    .slice(0, last + 1)
    .map(({ text, tone }, i) => {
      const { column, width } = placed[i]!
      return paint(i === last && column.align === 'left' ? text : pad(text, width, column.align), tone)
    })
    .join(' '.repeat(GAP))
}

const drawRow = (row: Row, placed: readonly PlacedColumn[], width: number | undefined, paint: Theme): string[] => {
  if (row.kind === 'line') return wrap(row.text, width, '  ').map(line => paint(line, row.tone))
  const cells = placed.map(p => row.cells[p.index] ?? { full: '' })
  const lines = cells.map((cell, i) => linesOf(cell, placed[i]!))
  const height = Math.max(1, ...lines.map(l => l.length))
  return Array.from({ length: height }, (_, y) =>
    joinLine(
      cells.map((cell, x) => ({ text: lines[x]![y] ?? '', tone: cell.tone ?? row.tone })),
      placed,
      paint,
    ),
  )
}

const drawHeader = (placed: readonly PlacedColumn[], paint: Theme): string[] => {
  const titles = placed.map(p => pack(p.column.title.split(' '), ' ', p.width))
  const height = Math.max(1, ...titles.map(t => t.length))
  return Array.from({ length: height }, (_, y) =>
    joinLine(
      titles.map(t => ({ text: t[y - (height - t.length)] ?? '', tone: 'strong' })),
      placed,
      paint,
    ),
  )
}

export interface DrawOptions extends Table {
  /** Undefined: as wide as the content. */
  readonly width: number | undefined
  readonly theme: Theme
}

/** The table as lines. */
export const drawTable = ({ columns, rows, footer, width, theme: paint }: DrawOptions): string[] => {
  const placed = layout(columns, [...rows, ...footer], width)
  const total = placed.reduce((sum, p) => sum + p.width, Math.max(0, placed.length - 1) * GAP)
  const rule = paint('─'.repeat(total), 'dim')
  const draw = (row: Row): string[] => drawRow(row, placed, width, paint)
  const body = [...drawHeader(placed, paint), rule, ...rows.flatMap(draw)]
  return footer.length === 0 ? body : [...body, rule, ...footer.flatMap(draw)]
}
