/** A curve on one line: the size of the context at each call. */
const STEPS = '▁▂▃▄▅▆▇█'

/** At most `columns` characters; of calls that share one, the largest counts. */
export const sparkline = (values: readonly number[], columns: number, peak = Math.max(0, ...values)): string => {
  const places = Math.min(values.length, Math.max(1, columns))
  return Array.from({ length: places }, (_, n) => {
    const from = Math.floor((n * values.length) / places)
    const to = Math.max(from + 1, Math.floor(((n + 1) * values.length) / places))
    const value = values.slice(from, to).reduce((most, one) => Math.max(most, one), 0)
    const step = peak > 0 ? Math.ceil((value / peak) * STEPS.length) - 1 : 0
    return STEPS[Math.min(STEPS.length - 1, Math.max(0, step))]
  }).join('')
}
