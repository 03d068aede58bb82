/** Short names for any text: for files whose names must not say what they are about, and for marks that only have to differ. */

/** FNV-1a, 32 bits. */
const hash = (text: string, seed: number): number => {
  let state = seed
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return state >>> 0
}

/** At most 14 letters and figures, the same for the same text. */
export const nameFor = (text: string): string =>
  hash(text, 0x811c9dc5).toString(36) + hash(text, 0x050c5d1f).toString(36)
