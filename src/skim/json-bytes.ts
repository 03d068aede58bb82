/**
 * Finding one's way in a line of JSON without turning it into strings. All functions take the position where a token
 * starts and return the position behind it, or -1 where the bytes are no JSON.
 * The caller guarantees a newline byte (10) at or behind the end of the text: no JSON string holds one raw, so loops stop there.
 */

const QUOTE = 34
const BACKSLASH = 92
const NEWLINE = 10

const plain = new Uint8Array(256).fill(1)
plain[QUOTE] = plain[BACKSLASH] = plain[NEWLINE] = 0

/** From behind the opening quote to behind the closing one. */
export const skipString = (b: Buffer, p: number): number => {
  for (;;) {
    while (plain[b[p]!] === 1) p++
    const c = b[p++]
    if (c === QUOTE) return p
    if (c !== BACKSLASH) return -1
    if (b[p++] === NEWLINE) return -1
  }
}

/** So many bytes are looked at one by one before it pays to have the system look for a quote. */
const SHORT_STRING = 96

/** As `skipString`, for a string that is known to be whole: mostly without looking at its bytes. */
export const skipWholeString = (b: Buffer, p: number): number => {
  const near = p + SHORT_STRING
  for (; p < near; p++) {
    const c = b[p]
    if (c === QUOTE) return p + 1
    if (c === BACKSLASH) p++
    else if (c === undefined) return -1
  }
  for (let from = p; ; ) {
    const quote = b.indexOf(QUOTE, from)
    if (quote < 0) return -1
    let slash = quote
    while (slash > p && b[slash - 1] === BACKSLASH) slash--
    if (((quote - slash) & 1) === 0) return quote + 1
    from = quote + 1
  }
}

export const skipSpace = (b: Buffer, p: number): number => {
  let c = b[p]
  while (c === 32 || c === 9 || c === 13) c = b[++p]
  return p
}

/** From the first byte of any value to behind its last. Structure is followed, grammar is not checked. */
export const skipValue = (b: Buffer, p: number): number => {
  const first = b[p]
  if (first === QUOTE) return skipString(b, p + 1)
  if (first !== 123 && first !== 91) return skipScalar(b, p)
  let depth = 0
  for (;;) {
    const c = b[p++]
    if (c === QUOTE) {
      p = skipString(b, p)
      if (p < 0) return -1
    } else if (c === 123 || c === 91) depth++
    else if (c === 125 || c === 93) {
      if (--depth === 0) return p
    } else if (c === NEWLINE || c === undefined) return -1
  }
}

/** Numbers, true, false, null: everything up to a comma, a closing bracket or white space. */
const skipScalar = (b: Buffer, p: number): number => {
  const start = p
  for (;;) {
    const c = b[p]
    if (c === undefined || c === 44 || c === 125 || c === 93 || c <= 32) return p === start ? -1 : p
    p++
  }
}

/** The text of the string whose quotes stand at `start` and `end - 1`; undefined where its escapes are broken. */
export const textAt = (b: Buffer, start: number, end: number): string | undefined => {
  let p = start
  while (p < end && b[p] !== BACKSLASH) p++
  if (p === end) return b.toString('utf8', start + 1, end - 1)
  try {
    const text: unknown = JSON.parse(b.toString('utf8', start, end))
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined // a broken escape: the caller treats the field as absent
  }
}

/** True when the key whose quotes stand at `start` and `end - 1` is `name` (ASCII). */
export const keyIs = (b: Buffer, start: number, end: number, name: string): boolean => {
  if (end - start - 2 !== name.length) return false
  for (let i = 0; i < name.length; i++) if (b[start + 1 + i] !== name.charCodeAt(i)) return false
  return true
}

/** What `countAt` says of a value that is no count. */
export const BAD_COUNT = -2
export const NO_COUNT = -1

/**
 * The whole number at `start`…`end`: digits, `7.0`, `7e0` and `"7"` alike (peers/ccusage.md W10); NO_COUNT for null,
 * BAD_COUNT for anything negative, fractional, over 2^53 or no number.
 */
export const countAt = (b: Buffer, start: number, end: number): number => {
  let value = 0
  let p = start
  for (; p < end; p++) {
    const digit = b[p]! - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  if (p === end && end > start) return value <= Number.MAX_SAFE_INTEGER ? value : BAD_COUNT
  if (b[start] === 110) return NO_COUNT
  const text = b.toString('latin1', start, end).replace(/^"\s*|\s*"$/g, '')
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) && number >= 0 ? number + 0 : BAD_COUNT
}
