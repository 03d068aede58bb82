/** Rows of entries as the store keeps them: with the log they come from, and what became of them. */
import { columns, type EntryTable, NUMBERS, TEXTS } from '../core/entry-table.ts'
import { type Container, pack } from './container.ts'

/** Found behind the last whole line: read again when the log has grown. */
export const TAIL = 1
/** Its log does not hold it any more. */
export const KEPT = 2
/** One of several rows of a response, for which another row stands. */
export const MERGED = 4
/** Stands for merged rows; belongs to no log. */
export const STANDS = 8
/** Known from the history alone: no log that is there holds it. */
export const ONLY = 16

/** Whether no log that is there holds a row. */
export const isOnly = (source: number, mark: number, isGone: (source: number) => boolean): boolean =>
  (mark & KEPT) !== 0 || isGone(source)

/** The source of a row that stands for others. */
export const NO_SOURCE = 0xffffffff

export interface StoredRows {
  readonly table: EntryTable
  /** Number of the source. */
  readonly sources: Uint32Array
  readonly marks: Uint8Array
}

/** Rows of several tables in one list, by table and place. */
export class RowList {
  size = 0
  tables = new Uint16Array(1024)
  rows = new Uint32Array(1024)
  sources = new Uint32Array(1024)
  marks = new Uint8Array(1024)

  add(table: number, row: number, source: number, mark: number): void {
    if (this.size === this.rows.length) this.grow()
    const i = this.size++
    this.tables[i] = table
    this.rows[i] = row
    this.sources[i] = source
    this.marks[i] = mark
  }

  private grow(): void {
    const enlarged = <T extends Uint8Array | Uint16Array | Uint32Array>(old: T, larger: T): T => {
      larger.set(old)
      return larger
    }
    const length = this.rows.length * 2
    this.tables = enlarged(this.tables, new Uint16Array(length))
    this.rows = enlarged(this.rows, new Uint32Array(length))
    this.sources = enlarged(this.sources, new Uint32Array(length))
    this.marks = enlarged(this.marks, new Uint8Array(length))
  }
}

const DAY = 86_400_000

/** Numbers of UTC months, `year * 12 + month`; each day is asked for once. */
export const monthNumbers = (): ((at: number) => number) => {
  const known = new Map<number, number>()
  return at => {
    const day = Math.floor(at / DAY)
    const month = known.get(day)
    if (month !== undefined) return month
    const date = new Date(day * DAY)
    const number = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear() * 12 + date.getUTCMonth()
    known.set(day, number)
    return number
  }
}

/** `2026-11` of a month's number. */
export const monthName = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`

/** The bytes of a shard: the rows of `list` at the places `picked`, which may come from many tables. */
export const packRows = (tables: readonly EntryTable[], list: RowList, picked: readonly number[]): Buffer => {
  const texts: string[] = ['']
  const known = new Map<string, number>()
  const moved = tables.map(table => new Uint32Array(table.texts.length))
  const numbers = columns(NUMBERS, () => new Float64Array(picked.length))
  const places = columns(TEXTS, () => new Uint32Array(picked.length))
  const sources = new Uint32Array(picked.length)
  const marks = new Uint32Array(picked.length)
  const owners = Uint16Array.from(picked, i => list.tables[i]!)
  const rows = Uint32Array.from(picked, i => list.rows[i]!)
  for (const name of NUMBERS)
    gatherNumbers(
      tables.map(table => table.numbers[name]),
      owners,
      rows,
      numbers[name],
    )
  const placeFor = (table: number, place: number): number => {
    const text = tables[table]!.texts[place]!
    const found = known.get(text) ?? texts.push(text) - 1
    known.set(text, found)
    moved[table]![place] = found
    return found
  }
  for (const name of TEXTS) {
    const own = tables.map(table => table.places[name])
    const into = places[name]
    for (let k = 0; k < rows.length; k++) {
      const table = owners[k]!
      const place = own[table]![rows[k]!]!
      if (place !== 0) into[k] = moved[table]![place] || placeFor(table, place)
    }
  }
  for (let k = 0; k < picked.length; k++) {
    sources[k] = list.sources[picked[k]!]!
    marks[k] = list.marks[picked[k]!]!
  }
  return pack({ texts }, { ...numbers, ...prefixed(places), sources, marks })
}

const gatherNumbers = (
  own: readonly Float64Array[],
  owners: Uint16Array,
  rows: Uint32Array,
  into: Float64Array,
): void => {
  for (let k = 0; k < rows.length; k++) into[k] = own[owners[k]!]![rows[k]!]!
}

/** Text columns have names of their own: `messageId` could be either. */
const prefixed = <V>(places: Readonly<Record<string, V>>): Record<string, V> =>
  Object.fromEntries(Object.entries(places).map(([name, column]) => [`text ${name}`, column]))

/** The rows of a shard. */
export const unpackRows = (file: Container): StoredRows => {
  const size = file.size('at')
  const numbers = columns(NUMBERS, () => new Float64Array(size))
  const places = columns(TEXTS, () => new Uint32Array(size))
  for (const name of NUMBERS) file.read(name, numbers[name])
  for (const name of TEXTS) file.read(`text ${name}`, places[name])
  const sources = new Uint32Array(size)
  const marks = new Uint32Array(size)
  file.read('sources', sources)
  file.read('marks', marks)
  return {
    table: { size, numbers, places, texts: textsOf(file.facts), details: undefined },
    sources,
    marks: Uint8Array.from(marks),
  }
}

const textsOf = (facts: unknown): string[] => {
  const texts: unknown = typeof facts === 'object' && facts !== null && 'texts' in facts ? facts.texts : []
  return Array.isArray(texts) ? texts : []
}
