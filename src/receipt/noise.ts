/** How far estimates may be off before something that the log does not show must be behind it. */

/** A leftover of a first prompt up to this part of what is known of the base is a matter of sizes, not of something unknown. */
export const BASE_NOISE = 0.08
/** Without the requests a base is at least this part of the first prompt. */
export const SMALLEST_BASE = 0.05
/** New items that got less than this part of their estimate were not sent in full; below it, something old has left. */
export const LEAST_PART = 0.6
/** How far the sizes of new items may be off, as a part of their estimate: little for few tokens, more for many. */
const SMALL = 200
const SMALL_NOISE = 0.1
const LARGE = 1000
const LARGE_NOISE = 0.3

/** How much the tokens of new items may differ from their estimate before something else must be behind it. */
export const noiseOf = (estimate: number): number => {
  const place = Math.min(1, Math.max(0, (estimate - SMALL) / (LARGE - SMALL)))
  return estimate * (SMALL_NOISE + place * (LARGE_NOISE - SMALL_NOISE))
}
