/**
 * Outputs that were never replaced by their final count. Before 2.1.97 a line could keep the figure of the stream's start (1–8
 * tokens) for good; from 2.1.30 to 2.1.55 every line did; later only the lines of an interrupted answer do
 * (formats/OBSERVED.md, "output_tokens: partial or final").
 */

/** The largest figure a stream was seen to start with, with room. */
const HIGHEST_PLACEHOLDER = 10

/** Whether an output (tokens) is small enough to ask further. */
export const couldBePlaceholder = (output: number): boolean => output <= HIGHEST_PLACEHOLDER

/** Prose has about four bytes to a token; fewer tokens than that cannot hold what is visible. */
export const BYTES_PER_TOKEN = 4

/** `2.1.97` as 2_001_097; 0 when it is no version. */
export const versionNumber = (version: string | undefined): number => {
  const m = version === undefined ? null : /^(\d+)\.(\d+)\.(\d+)/.exec(version)
  return m ? Number(m[1]) * 1_000_000 + Number(m[2]) * 1000 + Number(m[3]) : 0
}

let lastVersion: string | undefined
let lastNumber = 0

/** True for an unfinished line's output (tokens) that is too small for its visible length (bytes), or whose version never wrote better. */
export const mayBePlaceholder = (version: string | undefined, output: number, visibleLength: number): boolean => {
  if (!couldBePlaceholder(output)) return false
  if (version !== lastVersion) {
    lastVersion = version
    lastNumber = versionNumber(version)
  }
  if (lastNumber >= 2_001_030 && lastNumber < 2_001_075) return true
  return visibleLength > output * BYTES_PER_TOKEN
}
