/**
 * Reads the few members that matter out of lines of JSON, without making strings or objects of the rest. The walking is done in
 * WebAssembly (walker.as.ts), because a tuned loop in JavaScript takes three times as long (README.md has the figures).
 */
import { textAt } from './json-bytes.ts'
import { walkerWasm } from './walker-wasm.ts'

/** What `walk` answers for a line that is cut off or no JSON, and for one whose first field holds none of the words. */
export const BROKEN = -1
export const OTHER = -2

/** What `next` answers at the end, and for a plain record; anything else is a line to look at more closely. */
export const NO_LINE = 0
export const A_RECORD = 1

/** Places of the memory map in walker.as.ts. */
const ENDS = 256
const CHANGED = 512
const LINE = 516
const KEYS = 1024
const KEY_SIZE = 48
const BLOCK = 32768
const WORDS = 15
const MOST_TEXTS = 16

/** The walker reads sixteen bytes at a time, so as many must lie behind the last line. */
const SLACK = 64
const PAGE = 65536

export interface SkimTable {
  /**
   * Dotted paths of the wanted members; a field is known by its place here. The first is the record's type. The next are the
   * `texts`, strings that tend to repeat from line to line.
   */
  readonly paths: readonly string[]
  /** How many of the paths behind the first are texts; at most 15. */
  readonly texts: number
  /** The types that matter: a record of another one is left as soon as its type is read. The first is the most frequent. */
  readonly words: readonly string[]
  /** The field without which a record of the first type does not matter. */
  readonly needed: string
}

interface Walker {
  addKey(length: number, parent: number, field: number, children: number): void
  walk(p: number): number
  need(field: number): void
  next(from: number, to: number, wantsOthers: number): number
}

let compiled: WebAssembly.Module | undefined

const instantiate = (memory: WebAssembly.Memory): Walker => {
  compiled ??= new WebAssembly.Module(Buffer.from(walkerWasm, 'base64'))
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  return exports as unknown as Walker
}

/** A block of memory for lines, and what was found in the line walked last. */
export class Skimmer {
  /** Lines are read into this; its last byte is room for a newline. */
  readonly block: Buffer
  /** Where each field stands in the block, quotes included; `ends` is 0 for a field that is not there. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** From the `{` at `p` to behind its `}`, BROKEN or OTHER. A newline must stand at or behind the line's end. */
  readonly walk: (p: number) => number
  /**
   * Goes through the lines of the block from `from` to `to`, behind a newline, and stops at the next one that matters: A_RECORD,
   * which was walked, or one that has to be looked at more closely; NO_LINE at the end. With `wantsOthers` 1 records of other types
   * are such lines, too.
   */
  readonly next: (from: number, to: number, wantsOthers: number) => number
  /** Of the line that `next` stopped at: its start and its end, where the line break stands; and how many lines it has seen. */
  readonly line: Int32Array
  private readonly changed: Int32Array
  private readonly texts: (string | undefined)[] = []

  /** `size` bytes of block, at least. */
  constructor(
    private readonly table: SkimTable,
    size = 1 << 20,
  ) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((BLOCK + size + 1 + SLACK) / PAGE) })
    const walker = instantiate(memory)
    this.block = Buffer.from(memory.buffer, BLOCK, size + 1)
    this.starts = new Int32Array(memory.buffer, 0, 64)
    this.ends = new Int32Array(memory.buffer, ENDS, 64)
    this.changed = new Int32Array(memory.buffer, CHANGED, 1)
    this.walk = walker.walk
    this.next = walker.next
    this.line = new Int32Array(memory.buffer, LINE, 3)
    walker.need(table.paths.indexOf(table.needed))
    addKeys(table, walker, Buffer.from(memory.buffer, KEYS, KEY_SIZE * 64))
  }

  /** Another one for the same members, for lines that do not fit or that must not disturb this one's. */
  sibling(size: number): Skimmer {
    return new Skimmer(this.table, size)
  }

  has(field: number): boolean {
    return this.ends[field] !== 0
  }

  /** The string in a text field; undefined when it is absent, empty or no string. The same object as long as it does not change. */
  text(field: number): string | undefined {
    const end = this.ends[field]!
    const start = this.starts[field]!
    if (end === 0 || this.block[start] !== 34) return undefined
    const bit = 1 << field
    if ((this.changed[0]! & bit) !== 0) {
      this.changed[0]! &= ~bit
      this.texts[field] = textAt(this.block, start, end) || undefined
    }
    return this.texts[field]
  }
}

interface Key {
  readonly name: string
  readonly parent: number
  readonly field: number
  readonly children: number
}

const addKeys = ({ paths, words, texts }: SkimTable, walker: Walker, memory: Buffer): void => {
  if (texts >= MOST_TEXTS) throw new Error(`${texts} texts are more than the walker remembers`)
  const parents = new Map([['', 0]])
  for (const path of paths) {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('.')))
    if (!parents.has(above)) parents.set(above, parents.size)
  }
  const keys: Key[] = paths.map((path, field) => {
    const dot = path.lastIndexOf('.')
    const parent = parents.get(path.slice(0, Math.max(0, dot))) ?? 0
    return { name: path.slice(dot + 1), parent, field, children: parents.get(path) ?? 0 }
  })
  keys.push(...words.map((name, place) => ({ name, parent: WORDS, field: place, children: 0 })))
  keys.sort((a, b) => a.parent - b.parent || a.name.length - b.name.length)
  for (const [n, { name, parent, field, children }] of keys.entries()) {
    memory.write(name, n * KEY_SIZE + 16, 'latin1')
    walker.addKey(name.length, parent, field, children)
  }
}
