/**
 * Entries as columns: arrays of numbers, and one list of texts that the text columns point into. Threads, the index and the reports
 * pass entries on this way, because 50,000 objects of 30 members cost more to make than the logs to read.
 */
import type { Quality, UsageEntry } from './entry.ts'
import { tokenCounts } from './tokens.ts'

/** Columns of numbers; NaN stands for absent in `loggedUsd` and `credits`. */
export const NUMBERS = [
  'at',
  'doneAt',
  'sourceAt',
  'input',
  'output',
  'cacheCreation',
  'cacheRead',
  'reasoning',
  'longCache',
  'webSearches',
  'visibleLength',
  'loggedUsd',
  'credits',
  'guessedInput',
  'guessedOutput',
  'guessedCreation',
  'guessedRead',
  'messageId',
  'requestId',
  'flags',
] as const

/** Columns of places in `texts`; 0 stands for absent. */
export const TEXTS = [
  'agent',
  'session',
  'project',
  'folder',
  'cwd',
  'branch',
  'version',
  'model',
  'provider',
  'subagent',
  'speed',
  'tier',
  'geo',
  'quality',
  'profile',
] as const

export type NumberColumn = (typeof NUMBERS)[number]
export type TextColumn = (typeof TEXTS)[number]

/** Bits of `flags`. */
export const SIDECHAIN = 1
export const FINAL = 2
export const PARTIAL = 4
export const GUESSED = 8

/** What only single calls are shown with: ids as the log has them, and tools. */
export interface EntryDetails {
  readonly messageIds: (string | undefined)[]
  readonly requestIds: (string | undefined)[]
  readonly tools: (readonly string[])[]
}

export interface EntryTable {
  readonly size: number
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>
  readonly places: Readonly<Record<TextColumn, Uint32Array>>
  /** The first one is never pointed at. */
  readonly texts: readonly string[]
  /** Undefined where only counts were asked for: an id is then known by its hash. */
  readonly details: EntryDetails | undefined
}

/** 53 bits of a text, never 0: what ids are told apart by. Two mixes of 32 bits each, after the finalizer of MurmurHash3. */
export const hashOf = (text: string): number => {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0) || 1
}

const SMALLEST = 1024

/** Takes entries one by one into columns. */
export class EntryWriter {
  size = 0
  private capacity = SMALLEST
  private numbers = columns(NUMBERS, () => new Float64Array(SMALLEST))
  private places = columns(TEXTS, () => new Uint32Array(SMALLEST))
  private readonly texts: string[] = ['']
  private readonly known = new Map<string, number>()
  private readonly lastTexts: (string | undefined)[] = []
  private readonly lastPlaces: number[] = []
  private readonly details: EntryDetails | undefined

  /** With `hasDetails`, ids and tools are kept as the log has them. */
  constructor(hasDetails = false) {
    this.details = hasDetails ? { messageIds: [], requestIds: [], tools: [] } : undefined
  }

  add(e: UsageEntry): void {
    if (this.size === this.capacity) this.grow()
    const i = this.size++
    this.addNumbers(i, e)
    this.addTexts(i, e)
    if (this.details) {
      this.details.messageIds.push(e.messageId)
      this.details.requestIds.push(e.requestId)
      this.details.tools.push(e.tools)
    }
  }

  private addNumbers(i: number, e: UsageEntry): void {
    const n = this.numbers
    const t = e.tokens
    n.at[i] = e.at
    n.doneAt[i] = e.doneAt
    n.sourceAt[i] = e.sourceAt
    n.input[i] = t.input
    n.output[i] = t.output
    n.cacheCreation[i] = t.cacheCreation
    n.cacheRead[i] = t.cacheRead
    n.reasoning[i] = t.reasoning
    n.longCache[i] = t.longCache
    n.webSearches[i] = e.webSearches
    n.visibleLength[i] = e.visibleLength
    n.loggedUsd[i] = e.loggedUsd ?? Number.NaN
    n.credits[i] = e.credits ?? Number.NaN
    n.messageId[i] = idOf(e.messageId)
    n.requestId[i] = idOf(e.requestId)
    let flags = (e.isSidechain ? SIDECHAIN : 0) + (e.isFinal ? FINAL : 0) + (e.isPartial ? PARTIAL : 0)
    const { estimated } = e
    if (estimated) {
      flags += GUESSED
      n.guessedInput[i] = estimated.input
      n.guessedOutput[i] = estimated.output
      n.guessedCreation[i] = estimated.cacheCreation
      n.guessedRead[i] = estimated.cacheRead
    }
    n.flags[i] = flags
  }

  private addTexts(i: number, e: UsageEntry): void {
    const p = this.places
    p.agent[i] = this.place(0, e.agent)
    p.session[i] = this.place(1, e.session)
    p.project[i] = this.place(2, e.project)
    p.folder[i] = this.place(3, e.folder)
    p.cwd[i] = this.place(4, e.cwd)
    p.branch[i] = this.place(5, e.branch)
    p.version[i] = this.place(6, e.version)
    p.model[i] = this.place(7, e.model)
    p.provider[i] = this.place(8, e.provider)
    p.subagent[i] = this.place(9, e.subagent)
    p.speed[i] = this.place(10, e.speed)
    p.tier[i] = this.place(11, e.tier)
    p.geo[i] = this.place(12, e.geo)
    p.quality[i] = e.quality === undefined ? 0 : this.place(13, JSON.stringify(e.quality))
    p.profile[i] = this.place(14, e.profile)
  }

  /** Neighbours mostly share their texts, so the last one of each column is tried first. */
  private place(column: number, text: string | undefined): number {
    if (text === undefined) return 0
    if (text === this.lastTexts[column]) return this.lastPlaces[column]!
    let place = this.known.get(text)
    if (place === undefined) {
      place = this.texts.push(text) - 1
      this.known.set(text, place)
    }
    this.lastTexts[column] = text
    this.lastPlaces[column] = place
    return place
  }

  private grow(): void {
    this.capacity *= 2
    this.numbers = columns(NUMBERS, name => enlarged(this.numbers[name], new Float64Array(this.capacity)))
    this.places = columns(TEXTS, name => enlarged(this.places[name], new Uint32Array(this.capacity)))
  }

  /** What was taken in so far; what comes later is not in it. */
  table(): EntryTable {
    const { size, texts, details } = this
    return {
      size,
      numbers: columns(NUMBERS, name => this.numbers[name].slice(0, size)),
      places: columns(TEXTS, name => this.places[name].slice(0, size)),
      texts,
      details,
    }
  }
}

/** One value for each column. */
export const columns = <K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> =>
  Object.fromEntries(names.map(name => [name, make(name)])) as Record<K, V>

const enlarged = <T extends Float64Array | Uint32Array>(old: T, larger: T): T => {
  larger.set(old)
  return larger
}

/** The hash of an id; what `idName` made of a hash is that hash again. */
const idOf = (id: string | undefined): number => {
  if (id === undefined) return 0
  return id.charCodeAt(0) === 35 && /^#[\da-z]{1,11}$/.test(id) ? Number.parseInt(id.slice(1), 36) : hashOf(id)
}

/** All pairs of digits to the base 36. */
const pairs: string[] = []

const PAIRS = 36 ** 2
const SIX_DIGITS = 36 ** 6

const sixDigits = (n: number): string =>
  pairs[Math.floor(n / PAIRS ** 2)]! + pairs[Math.floor(n / PAIRS) % PAIRS]! + pairs[n % PAIRS]!

/** What an id is called where only its hash is known: `#` and the hash to the base 36 (`toString` takes ten times as long for large numbers). */
export const idName = (hash: number): string | undefined => {
  if (hash === 0) return undefined
  if (pairs.length === 0) for (let n = 0; n < PAIRS; n++) pairs.push(n.toString(36).padStart(2, '0'))
  const high = Math.floor(hash / SIX_DIGITS)
  const digits = sixDigits(high) + sixDigits(hash - high * SIX_DIGITS)
  let zeros = 0
  while (digits.charCodeAt(zeros) === 48) zeros++
  return `#${digits.slice(zeros)}`
}

const noTools: readonly string[] = []

/** One row as an entry of its own. Where a table has no details, ids are the names of their hashes. */
export const entryAt = (table: EntryTable, i: number): UsageEntry => {
  const { numbers: n, places: p, texts, details } = table
  const text = (place: number): string | undefined => (place === 0 ? undefined : texts[place])
  const flags = n.flags[i]!
  const isGuessed = (flags & GUESSED) !== 0
  const absent = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value)
  const count = (column: NumberColumn): number => n[column][i]!
  return {
    agent: text(p.agent[i]!) ?? '',
    at: count('at'),
    doneAt: count('doneAt'),
    session: text(p.session[i]!),
    project: text(p.project[i]!),
    folder: text(p.folder[i]!),
    cwd: text(p.cwd[i]!),
    branch: text(p.branch[i]!),
    version: text(p.version[i]!),
    model: text(p.model[i]!),
    provider: text(p.provider[i]!),
    tokens: tokenCounts(
      count('input'),
      count('output'),
      count('cacheCreation'),
      count('cacheRead'),
      count('reasoning'),
      count('longCache'),
    ),
    estimated: isGuessed
      ? tokenCounts(count('guessedInput'), count('guessedOutput'), count('guessedCreation'), count('guessedRead'), 0, 0)
      : undefined,
    quality: qualityOf(text(p.quality[i]!)),
    messageId: details ? details.messageIds[i] : idName(count('messageId')),
    requestId: details ? details.requestIds[i] : idName(count('requestId')),
    isSidechain: (flags & SIDECHAIN) !== 0,
    subagent: text(p.subagent[i]!),
    speed: text(p.speed[i]!),
    tier: text(p.tier[i]!),
    geo: text(p.geo[i]!),
    webSearches: count('webSearches'),
    loggedUsd: absent(count('loggedUsd')),
    credits: absent(count('credits')),
    isFinal: (flags & FINAL) !== 0,
    isPartial: (flags & PARTIAL) !== 0,
    visibleLength: count('visibleLength'),
    tools: details?.tools[i] ?? noTools,
    sourceAt: count('sourceAt'),
    profile: text(p.profile[i]!),
  }
}

const qualities = new Map<string, Quality>()

/** `UsageEntry.quality` from a text column. */
export const qualityOf = (json: string | undefined): Quality | undefined => {
  if (json === undefined) return undefined
  const known = qualities.get(json)
  if (known) return known
  const quality: Quality = JSON.parse(json)
  qualities.set(json, quality)
  return quality
}

/** One table of several, row behind row. */
export const concat = (tables: readonly EntryTable[]): EntryTable => {
  const [only] = tables
  if (only && tables.length === 1) return only
  const size = tables.reduce((sum, table) => sum + table.size, 0)
  const texts: string[] = ['']
  const known = new Map<string, number>()
  const numbers = columns(NUMBERS, () => new Float64Array(size))
  const places = columns(TEXTS, () => new Uint32Array(size))
  const hasDetails = tables.length > 0 && tables.every(table => table.details)
  const details: EntryDetails | undefined = hasDetails ? { messageIds: [], requestIds: [], tools: [] } : undefined
  let from = 0
  for (const table of tables) {
    for (const name of NUMBERS) numbers[name].set(table.numbers[name], from)
    const moved = Uint32Array.from(table.texts, (text, i) => (i === 0 ? 0 : placeIn(texts, known, text)))
    for (const name of TEXTS) move(table.places[name], moved, places[name], from)
    if (details && table.details) {
      details.messageIds.push(...table.details.messageIds)
      details.requestIds.push(...table.details.requestIds)
      details.tools.push(...table.details.tools)
    }
    from += table.size
  }
  return { size, numbers, places, texts, details }
}

const placeIn = (texts: string[], known: Map<string, number>, text: string): number => {
  const place = known.get(text)
  if (place !== undefined) return place
  known.set(text, texts.length)
  return texts.push(text) - 1
}

const move = (own: Uint32Array, moved: Uint32Array, into: Uint32Array, from: number): void => {
  for (let i = 0; i < own.length; i++) into[from + i] = moved[own[i]!]!
}
