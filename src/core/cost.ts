/** What one entry cost. */
export interface Cost {
  /** Picodollars (see `money.ts`). */
  readonly pico: number
  /** `logged` by the agent, `calculated` from a price row, or `missing`: no price is known, `pico` is 0. */
  readonly basis: 'logged' | 'calculated' | 'missing'
  /** What the estimated tokens would cost on top, picodollars; never inside `pico`. */
  readonly estimatePico: number
}

export type CostMode = 'auto' | 'calculate' | 'display'
