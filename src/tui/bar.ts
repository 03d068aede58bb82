/** Bars and curves of frames, in whole cells: they stay calm while figures tick. */
import { type Line, type Span, text } from './line.ts'
import { type Tone, toneOfShare } from './paint.ts'

const FULL = '█'
const REST = '░'
const MARK = '│'

/** Cells that a share fills: some for anything above nothing, all only from 1 on. */
const filledCells = (share: number, columns: number): number => {
  if (!(share > 0)) return 0
  if (share >= 1) return columns
  return Math.min(columns - 1, Math.max(1, Math.round(share * columns)))
}

/**
 * A share as a bar; `mark` (0 to 1) is a second share shown in it as a stroke. Undefined share: the bar is empty.
 */
export const meter = (share: number | undefined, columns: number, mark?: number): Line => {
  if (columns < 1) return []
  const filled = filledCells(share ?? 0, columns)
  const tone = toneOfShare(share ?? 0)
  const cells: Span[] = [...text(FULL.repeat(filled), tone), ...text(REST.repeat(columns - filled), 'dim')]
  if (mark === undefined || !(mark >= 0 && mark <= 1)) return cells
  return withMark(cells, Math.min(columns - 1, Math.floor(mark * columns)))
}

const withMark = (cells: readonly Span[], place: number): Line => {
  let from = 0
  return cells.flatMap(cell => {
    const at = place - from
    from += cell.text.length
    if (at < 0 || at >= cell.text.length) return cell
    return [...text(cell.text.slice(0, at), cell.tone), ...text(MARK), ...text(cell.text.slice(at + 1), cell.tone)]
  })
}

const STEPS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', FULL]

/** Values as columns of a chart, each `wide` cells; the greatest value reaches the top, and what is not nothing is seen. */
export const chart = (values: readonly number[], rows: number, wide: number, tone: Tone): Line[] => {
  const known = values.map(value => (Number.isFinite(value) ? value : 0))
  const peak = known.reduce((most, value) => Math.max(most, value), 0)
  const heights = known.map(value => (value > 0 ? Math.max(1, Math.round((value / peak) * rows * 8)) : 0))
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8
    const cells = heights.map(height => {
      // The ground is drawn where there was nothing, so that a quiet hour still reads as an hour.
      const step = below === 0 && height === 0 ? '▁' : STEPS[Math.min(8, Math.max(0, height - below))]!
      return { step: step.repeat(wide), isGround: height === 0 && below === 0 }
    })
    return runs(cells, tone)
  })
}

/** Neighbours of one tone become one piece. */
const runs = (cells: readonly { readonly step: string; readonly isGround: boolean }[], tone: Tone): Line => {
  const line: { text: string; tone: Tone }[] = []
  for (const { step, isGround } of cells) {
    const own = isGround ? 'dim' : tone
    const last = line.at(-1)
    if (last && last.tone === own) last.text += step
    else line.push({ text: step, tone: own })
  }
  return line
}
