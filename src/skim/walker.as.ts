/**
 * AssemblyScript, compiled to walker-wasm.ts by `npm run wasm`: walks one JSON object in the block and notes where the wanted
 * members stand. Strings, which are most of the bytes, are skipped sixteen bytes at a time. `skim.ts` is the only caller and
 * says what the functions mean.
 */

// Memory: results, keys, runs of keys, last texts, then the block.
const STARTS: usize = 0 // 64 places
const ENDS: usize = 256
const CHANGED: usize = 512 // one bit per text field
const LINE_START: usize = 516 // of the line that `next` stopped at
const LINE_END: usize = 520
const LINES: usize = 524 // lines seen by `next`
const KEYS: usize = 1024 // 64 keys of 48 bytes: length, field, children, parent, then the name
const KEY_SIZE: usize = 48
const RUNS: usize = 8192 // 16 parents × 40 lengths × 2 bytes: the first key, and how many there are
const LAST: usize = 16384 // 16 texts of 256 bytes: length, then the bytes
const LAST_SIZE: usize = 256
const LAST_BYTES: i32 = 240
export const BLOCK: usize = 32768

const BROKEN: i32 = -1
const OTHER: i32 = -2
/** Parent of the words that the first field may hold. */
const WORDS: i32 = 15
/** Fields below this are texts whose last value is remembered. */
const TEXTS: i32 = 16

/** What `next` answers. */
const DONE: i32 = 0
const RECORD: i32 = 1
const LINE: i32 = 2

let keyCount: i32 = 0
/** The field without which a record says nothing. */
let needed: usize = 0

const QUOTES = i8x16.splat(34)
const BACKSLASHES = i8x16.splat(92)
const NEWLINES = i8x16.splat(10)

/** Adds a key whose name was put at KEYS + n * KEY_SIZE + 16 before. Keys of one parent and length come one after the other. */
export function addKey(length: i32, parent: i32, field: i32, children: i32): void {
  const at = KEYS + <usize>keyCount * KEY_SIZE
  store<i32>(at, length)
  store<i32>(at, field, 4)
  store<i32>(at, children, 8)
  store<i32>(at, parent, 12)
  const run = RUNS + (<usize>parent * 40 + <usize>length) * 2
  if (load<u8>(run, 1) == 0) store<u8>(run, <u8>keyCount)
  store<u8>(run, load<u8>(run, 1) + 1, 1)
  keyCount++
}

@inline
function sameBytes(a: usize, b: usize, length: i32): bool {
  let i: usize = 0
  const n = <usize>length
  if (n >= 8) {
    for (; i + 8 <= n; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
    return load<u64>(a + n - 8) == load<u64>(b + n - 8)
  }
  for (; i < n; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

/** The key entry with this parent and name, 0 when it is not wanted. */
function find(parent: i32, name: usize, length: i32): usize {
  if (length >= 32) return 0
  const run = RUNS + (<usize>parent * 40 + <usize>length) * 2
  const count = <i32>load<u8>(run, 1)
  let key = KEYS + <usize>load<u8>(run) * KEY_SIZE
  for (let i = 0; i < count; i++) {
    if (sameBytes(name, key + 16, length)) return key
    key += KEY_SIZE
  }
  return 0
}

/** From behind the opening quote to behind the closing one. */
function skipString(p: usize): usize {
  while (true) {
    const v = v128.load(p)
    const hits = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, QUOTES), i8x16.eq(v, BACKSLASHES)), i8x16.eq(v, NEWLINES)))
    if (hits == 0) {
      p += 16
      continue
    }
    p += <usize>ctz<i32>(hits)
    const c = load<u8>(p)
    if (c == 34) return p + 1
    if (c == 10 || load<u8>(p + 1) == 10) return 0
    p += 2
  }
}

@inline
function skipSpace(p: usize): usize {
  let c = load<u8>(p)
  while (c == 32 || c == 9 || c == 13) c = load<u8>(++p)
  return p
}

function skipValue(p: usize): usize {
  let c = load<u8>(p)
  if (c == 34) return skipString(p + 1)
  if (c != 123 && c != 91) {
    const start = p
    while (c > 32 && c != 44 && c != 125 && c != 93) c = load<u8>(++p)
    return p == start ? 0 : p
  }
  let depth = 0
  while (true) {
    c = load<u8>(p++)
    if (c == 34) {
      p = skipString(p)
      if (p == 0) return 0
    } else if (c == 123 || c == 91) depth++
    else if (c == 125 || c == 93) {
      if (--depth == 0) return p
    } else if (c == 10) return 0
  }
}

/** Whether the text differs from the one seen last in this field; remembers it. */
@inline
function noteText(field: i32, start: usize, end: usize): void {
  const length = <i32>(end - start)
  const last = LAST + <usize>field * LAST_SIZE
  if (length <= LAST_BYTES) {
    if (load<i32>(last) == length && sameBytes(start, last + 8, length)) return
    memory.copy(last + 8, start, length)
    store<i32>(last, length)
  } else store<i32>(last, -1)
  store<i32>(CHANGED, load<i32>(CHANGED) | (1 << field))
}

let isOther: bool = false
/** Which of the words the type was. */
let word: i32 = 0

/** Walks the object at `p`, whose keys are those of `parent`; 0 where it is broken or of another type. */
function walkObject(p: usize, parent: i32): usize {
  p++
  while (true) {
    let c = load<u8>(p)
    if (c == 44 || c == 32 || c == 9 || c == 13) {
      p++
      continue
    }
    if (c == 125) return p + 1
    if (c != 34) return 0
    const name = p + 1
    p = skipString(name)
    if (p == 0) return 0
    const key = find(parent, name, <i32>(p - name - 1))
    if (load<u8>(p) != 58) p = skipSpace(p)
    if (load<u8>(p) != 58) return 0
    p++
    c = load<u8>(p)
    if (c == 32 || c == 9 || c == 13) {
      p = skipSpace(p)
      c = load<u8>(p)
    }
    const start = p
    if (key == 0) {
      p = skipValue(p)
      if (p == 0) return 0
      continue
    }
    const field = load<i32>(key, 4)
    const child = load<i32>(key, 8)
    if (child != 0 && load<i32>(ENDS + ((<usize>field) << 2)) != 0) forget(child)
    p = child != 0 && c == 123 ? walkObject(p, child) : skipValue(p)
    if (p == 0) return 0
    store<i32>(STARTS + ((<usize>field) << 2), <i32>(start - BLOCK))
    store<i32>(ENDS + ((<usize>field) << 2), <i32>(p - BLOCK))
    if (field == 0) {
      const known = c == 34 ? find(WORDS, start + 1, <i32>(p - start - 2)) : 0
      if (c == 34 && known == 0) {
        isOther = true
        return 0
      }
      word = known == 0 ? 0 : load<i32>(known, 4)
    } else if (c == 34 && field < TEXTS) noteText(field, start, p)
  }
}

/** A member that comes twice counts as it comes last: what the first one held is forgotten. */
function forget(parent: i32): void {
  for (let i = 0; i < keyCount; i++) {
    const key = KEYS + <usize>i * KEY_SIZE
    if (load<i32>(key, 12) != parent) continue
    const field = <usize>load<i32>(key, 4)
    store<i32>(STARTS + (field << 2), 0)
    store<i32>(ENDS + (field << 2), 0)
    const child = load<i32>(key, 8)
    if (child != 0) forget(child)
  }
}

@inline
function walkFrom(p: usize): usize {
  memory.fill(STARTS, 0, 512)
  isOther = false
  word = 0
  return walkObject(p, 0)
}

/** From the `{` at `p` in the block to behind its `}`; BROKEN or OTHER. */
export function walk(p: i32): i32 {
  const end = walkFrom(BLOCK + <usize>p)
  return end != 0 ? <i32>(end - BLOCK) : isOther ? OTHER : BROKEN
}

export function need(field: i32): void {
  needed = ENDS + ((<usize>field) << 2)
}

function newlineFrom(p: usize): usize {
  while (true) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(p), NEWLINES))
    if (hits != 0) return p + <usize>ctz<i32>(hits)
    p += 16
  }
}

const OPENINGS = i8x16.splat(123)

/**
 * The next newline, or 0 where another record may begin before it: `{"` behind a closing brace, or at the name that records begin
 * with (a line that was cut off by a crash goes on with the next record). In a string the quote would be escaped.
 */
function plainEndFrom(p: usize): usize {
  while (true) {
    const v = v128.load(p)
    const opened = v128.and(i8x16.eq(v, OPENINGS), i8x16.eq(v128.load(p, 1), QUOTES))
    const hits = i8x16.bitmask(v128.or(opened, i8x16.eq(v, NEWLINES)))
    if (hits == 0) {
      p += 16
      continue
    }
    p += <usize>ctz<i32>(hits)
    if (load<u8>(p) == 10) return p
    if (load<u64>(p + 2) == RECORD_NAME) return 0
    let before = p - 1
    while (load<u8>(before) <= 32) before--
    if (load<u8>(before) == 125) return 0
    p++
  }
}

/** `parentUu`, the beginning of the name that transcript records begin with. */
const RECORD_NAME: u64 = 0x7555746e65726170

function stop(kind: i32, start: usize, end: usize): i32 {
  store<i32>(LINE_START, <i32>(start - BLOCK))
  store<i32>(LINE_END, <i32>(end - BLOCK))
  return kind
}

/** `{"type":"` and the first letter of a record that is read by its beginning. */
@inline
function startsAsNote(p: usize): bool {
  if (load<u64>(p) != 0x3a2265707974227b || load<u8>(p + 8) != 34) return false
  const c = load<u8>(p + 9)
  return c == 97 || c == 99 || c == 115 || c == 119
}

/**
 * Goes through the lines from `from` to `to` and stops at the next one that matters: RECORD, one plain record of the first word
 * that holds the needed field, or LINE, one that has to be looked at more closely. DONE at the end. With `wantsOthers`, records of
 * other types are lines to look at.
 */
export function next(from: i32, to: i32, wantsOthers: i32): i32 {
  let p = BLOCK + <usize>from
  const end = BLOCK + <usize>to
  while (p < end) {
    store<i32>(LINES, load<i32>(LINES) + 1)
    let c = load<u8>(p)
    while (c <= 32 && c != 10) c = load<u8>(++p)
    if (c == 0xef && load<u8>(p, 1) == 0xbb && load<u8>(p, 2) == 0xbf) {
      p += 3
      c = load<u8>(p)
      while (c <= 32 && c != 10) c = load<u8>(++p)
    }
    if (c == 10) {
      p++
      continue
    }
    const start = p
    if (c != 123 || startsAsNote(p)) return stop(LINE, start, newlineFrom(p))
    p = walkFrom(p)
    if (p != 0) {
      while (load<u8>(p) <= 32 && load<u8>(p) != 10) p++
      if (load<u8>(p) != 10 || word != 0) return stop(LINE, start, newlineFrom(p))
      if (load<i32>(needed) != 0) return stop(RECORD, start, p)
      p++
      continue
    }
    if (!isOther || wantsOthers != 0) return stop(LINE, start, newlineFrom(start))
    p = plainEndFrom(BLOCK + <usize>load<i32>(ENDS))
    if (p == 0) return stop(LINE, start, newlineFrom(start))
    let last = p - 1
    while (load<u8>(last) <= 32) last--
    if (load<u8>(last) != 125) return stop(LINE, start, p)
    p++
  }
  return DONE
}
