/** Whole numbers in proportion to weights, with an exact sum. */

/** So few units are handed out one by one sooner than all remainders are sorted. */
const FEW = 8

/**
 * Shares `total` (a whole number ≥ 0) out over `weights` (≥ 0) by largest remainder: `into[i]` for each weight. All weights zero: the
 * last one takes it. Equal remainders: the earlier one first.
 */
export const largestRemainder = (total: number, weights: readonly number[], into: number[]): void => {
  const n = weights.length
  into.length = n
  if (n === 1) {
    into[0] = total
    return
  }
  let sum = 0
  for (let i = 0; i < n; i++) sum += weights[i]!
  if (n === 0) return
  if (!(sum > 0)) {
    into.fill(0)
    into[n - 1] = total
    return
  }
  let rest = total
  const remainders: number[] = []
  for (let i = 0; i < n; i++) {
    const exact = (weights[i]! / sum) * total
    const whole = Math.min(rest, Math.floor(exact))
    into[i] = whole
    remainders.push(exact - whole)
    rest -= whole
  }
  if (rest === 0) return
  if (rest < FEW) {
    for (; rest > 0; rest--) {
      let most = 0
      for (let i = 1; i < n; i++) if (remainders[i]! > remainders[most]!) most = i
      into[most]!++
      remainders[most] = -1
    }
    return
  }
  const order = [...remainders.keys()].sort((a, b) => remainders[b]! - remainders[a]! || a - b)
  for (let i = 0; rest > 0; i = (i + 1) % n, rest--) into[order[i]!]!++
}

/**
 * As `largestRemainder`, for long lists of amounts of money: each share is the difference of two rounded running sums, so it is at most
 * one unit off, and no sorting is needed.
 */
export const runningShares = (total: number, weights: ArrayLike<number>, into: Float64Array): void => {
  let sum = 0
  let last = -1
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!
    if (weight > 0) last = i
    sum += weight
  }
  if (into.length === 0) return
  if (last < 0) {
    into[0] = total
    return
  }
  let before = 0
  let running = 0
  for (let i = 0; i <= last; i++) {
    running += weights[i]!
    const behind = i === last ? total : Math.min(total, Math.max(before, Math.round((running / sum) * total)))
    into[i] = behind - before
    before = behind
  }
}
