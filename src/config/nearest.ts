/** Which word was probably meant: fewest inserted, dropped, changed or swapped letters. */

/** Edits between two words; a swap of neighbours counts as one (optimal string alignment). */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(change, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

/** The candidate that `word` is a slip of or a beginning of; undefined when none is near enough to be helpful. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const typed = word.toLowerCase()
  const limit = typed.length < 4 ? 1 : typed.length < 8 ? 2 : 3
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const name = candidate.toLowerCase()
    const isBeginning = typed.length > 2 && name.startsWith(typed)
    const distance = isBeginning ? 0.5 : editDistance(typed, name)
    if (distance <= limit && distance < name.length && (!best || distance < best.distance))
      best = { candidate, distance }
  }
  return best?.candidate
}

/** ` Did you mean 'x'?`, or nothing. */
export const suggestion = (word: string, candidates: Iterable<string>, prefix = ''): string => {
  const near = nearest(word, candidates)
  return near === undefined ? '' : ` Did you mean '${prefix}${near}'?`
}
