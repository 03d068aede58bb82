/** The lines in which two texts differ, with two lines of context: what a person is asked to agree to. */

export interface DiffLine {
  /** `@` is a heading that says where the next lines are. */
  readonly mark: '+' | '-' | ' ' | '@'
  readonly text: string
}

const CONTEXT = 2

/** Above this many pairs of lines what differs is shown as a whole: removed, then added. */
const MOST_PAIRS = 4_000_000

const linesOf = (text: string): string[] => {
  const lines = text.split(/\r\n|\n|\r/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

const sharedStart = (a: readonly string[], b: readonly string[]): number => {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return i
  return end
}

/** Lengths of the longest common subsequences of the ends of both, row by row. */
const commonLengths = (a: readonly string[], b: readonly string[]): Uint32Array[] => {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!)
  return rows
}

const compare = (a: readonly string[], b: readonly string[]): DiffLine[] => {
  const removed = (text: string): DiffLine => ({ mark: '-', text })
  const added = (text: string): DiffLine => ({ mark: '+', text })
  if (a.length * b.length > MOST_PAIRS) return [...a.map(removed), ...b.map(added)]
  const rows = commonLengths(a, b)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i]! })
      i++
      j++
    } else if (j >= b.length || (i < a.length && rows[i + 1]![j]! >= rows[i]![j + 1]!)) lines.push(removed(a[i++]!))
    else lines.push(added(b[j++]!))
  }
  return lines
}

/** From one text to the other; empty where no line differs. */
export const diff = (before: string, after: string): DiffLine[] => {
  const a = linesOf(before)
  const b = linesOf(after)
  const start = sharedStart(a, b)
  const end = sharedStart(a.slice(start).reverse(), b.slice(start).reverse())
  const same = (lines: readonly string[]): DiffLine[] => lines.map(text => ({ mark: ' ' as const, text }))
  return hunks([
    ...same(a.slice(0, start)),
    ...compare(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ])
}

/** Drops what is far from any change, and puts a heading over each part that stays. */
const hunks = (lines: readonly DiffLine[]): DiffLine[] => {
  const isNear = lines.map(() => false)
  lines.forEach(({ mark }, i) => {
    if (mark !== ' ') isNear.fill(true, Math.max(0, i - CONTEXT), i + CONTEXT + 1)
  })
  const all: DiffLine[] = []
  let oldLine = 1
  let newLine = 1
  lines.forEach((line, i) => {
    if (isNear[i]) {
      if (!isNear[i - 1]) all.push({ mark: '@', text: headingOf(lines, isNear, i, oldLine, newLine) })
      all.push(line)
    }
    if (line.mark !== '+') oldLine++
    if (line.mark !== '-') newLine++
  })
  return all
}

const headingOf = (
  lines: readonly DiffLine[],
  isNear: readonly boolean[],
  from: number,
  oldLine: number,
  newLine: number,
): string => {
  const gap = isNear.indexOf(false, from)
  const part = lines.slice(from, gap < 0 ? undefined : gap)
  const side = (line: number, other: DiffLine['mark']): string => {
    const count = part.filter(({ mark }) => mark !== other).length
    return `${count === 0 ? line - 1 : line}${count === 1 ? '' : `,${count}`}`
  }
  return `@@ -${side(oldLine, '+')} +${side(newLine, '-')} @@`
}
