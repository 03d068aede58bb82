/**
 * One API response is logged as several lines, copied into resumed and forked sessions, and replayed by sub-agents. All of them
 * are merged into one entry (formats/claude-code.md §4), over every file, root and agent; the order of reading changes nothing.
 */
import type { InheritedEntry, OwnedEntry, UsageEntry } from '../core/entry.ts'
import { type EntryTable, entryAt } from '../core/entry-table.ts'
import { byFullness, byOrigin, isSameRow, merge, sameInputSide } from '../core/merge.ts'

/** How many lines were merged away, by reason. */
export interface MergeCounts {
  /** Further lines of a response in its own session: content blocks and streaming snapshots. */
  readonly blocks: number
  /** Copies that resumed and forked sessions brought along. */
  readonly copies: number
  /** Replays of a session's responses in its sub-agents' logs. */
  readonly sidechains: number
}

export interface Deduped {
  /** In no particular order: every sum over them is exact. */
  readonly entries: readonly OwnedEntry[]
  readonly merged: MergeCounts
  readonly inherited: readonly InheritedEntry[]
}

/** What is left of the rows of tables when those that belong together were merged. */
export interface Resolution {
  /** For each table, for each row: 1 where it went into one of `entries`. */
  readonly isMerged: readonly Uint8Array[]
  /** What stands for the merged rows. */
  readonly entries: readonly UsageEntry[]
  readonly merged: MergeCounts
  readonly inherited: readonly InheritedEntry[]
}

/** When each session first answered something of its own, epoch ms. */
type Beginnings = ReadonlyMap<string, number>

/**
 * Merges over all tables but for the rows that `isOut` marks with 1. Most rows share their id with no other, so only those that do become
 * objects.
 */
export const dedupe = (
  tables: readonly EntryTable[],
  isOut: readonly Uint8Array[] = tables.map(table => new Uint8Array(table.size)),
): Resolution => {
  const isMerged = rowsWithCompany(tables, isOut)
  const deduper = new Deduper()
  for (const [t, table] of tables.entries()) {
    const marks = isMerged[t]!
    for (let i = 0; i < table.size; i++) if (marks[i] === 1) deduper.add(entryAt(table, i))
  }
  return { isMerged, ...deduper.resolve(() => lonelyBeginnings(tables, isMerged, isOut)) }
}

/** Marks the rows whose message id occurs more than once: open addressing over the hashes of ids. */
const rowsWithCompany = (tables: readonly EntryTable[], isOut: readonly Uint8Array[]): Uint8Array[] => {
  const marks = tables.map(table => new Uint8Array(table.size))
  const size = tables.reduce((sum, table) => sum + table.size, 0)
  let capacity = 1024
  while (capacity < size * 2) capacity *= 2
  const hashes = new Float64Array(capacity)
  const firsts = new Uint32Array(capacity)
  const owners = new Uint16Array(capacity)
  for (let t = 0; t < tables.length; t++) markTable(tables[t]!, t, isOut[t]!, marks, hashes, firsts, owners)
  return marks
}

const markTable = (
  table: EntryTable,
  t: number,
  isOut: Uint8Array,
  marks: readonly Uint8Array[],
  hashes: Float64Array,
  firsts: Uint32Array,
  owners: Uint16Array,
): void => {
  const ids = table.numbers.messageId
  const own = marks[t]!
  const last = hashes.length - 1
  for (let i = 0; i < table.size; i++) {
    const id = ids[i]!
    if (id === 0 || isOut[i] === 1) continue
    let slot = (id % 4294967296) & last
    while (hashes[slot] !== 0 && hashes[slot] !== id) slot = (slot + 1) & last
    if (hashes[slot] === 0) {
      hashes[slot] = id
      firsts[slot] = i
      owners[slot] = t
    } else {
      own[i] = 1
      marks[owners[slot]!]![firsts[slot]!] = 1
    }
  }
}

/** Of the rows that share their id with no other. */
const lonelyBeginnings = (
  tables: readonly EntryTable[],
  isMerged: readonly Uint8Array[],
  isOut: readonly Uint8Array[],
): Map<string, number> => {
  const began = new Map<string, number>()
  for (const [t, { size, numbers, places, texts }] of tables.entries()) {
    for (let i = 0; i < size; i++) {
      const place = places.session[i]!
      if (place === 0 || isOut[t]![i] === 1 || isMerged[t]![i] === 1 || numbers.messageId[i] === 0) continue
      const session = texts[place]!
      const at = numbers.at[i]!
      const known = began.get(session)
      if (known === undefined || at < known) began.set(session, at)
    }
  }
  return began
}

/** Takes lines in any order. */
export class Deduper {
  private readonly byMessage = new Map<string, UsageEntry | UsageEntry[]>()
  private readonly anonymous: UsageEntry[] = []
  private blocks = 0

  add(entry: UsageEntry): void {
    const id = entry.messageId
    if (id === undefined) {
      this.anonymous.push(entry)
      return
    }
    const known = this.byMessage.get(id)
    if (known === undefined) this.byMessage.set(id, entry)
    else if (Array.isArray(known)) this.addToGroup(known, entry)
    else if (isSameRow(known, entry)) this.byMessage.set(id, this.joined(known, entry))
    else this.byMessage.set(id, [known, entry])
  }

  private addToGroup(group: UsageEntry[], entry: UsageEntry): void {
    const i = group.findIndex(row => isSameRow(row, entry))
    if (i < 0) group.push(entry)
    else group[i] = this.joined(group[i]!, entry)
  }

  private joined(a: UsageEntry, b: UsageEntry): UsageEntry {
    this.blocks++
    return merge(a, b)
  }

  /** What was collected, not yet merged across sessions: one entry per response, session and thread. */
  *rows(): Iterable<UsageEntry> {
    for (const group of this.byMessage.values()) {
      if (Array.isArray(group)) yield* group
      else yield group
    }
    yield* this.anonymous
  }

  /** When each session first answered something that no other session has a copy of. */
  private ownBeginnings(others: () => Map<string, number>): Beginnings {
    const hasCopies = [...this.byMessage.values()].some(group => Array.isArray(group) && group.length > 1)
    if (!hasCopies) return new Map()
    const began = others()
    for (const group of this.byMessage.values()) {
      if (Array.isArray(group) || group.session === undefined) continue
      const known = began.get(group.session)
      if (known === undefined || group.at < known) began.set(group.session, group.at)
    }
    return began
  }

  /** Merges what belongs together across sessions. `others` tells when sessions began of which there is more than was taken in here. */
  resolve(others: () => Map<string, number> = () => new Map()): Deduped {
    const entries: OwnedEntry[] = [...this.anonymous]
    const inherited: InheritedEntry[] = []
    const began = this.ownBeginnings(others)
    let copies = 0
    let sidechains = 0
    for (const group of this.byMessage.values()) {
      if (!Array.isArray(group)) {
        entries.push(group)
        continue
      }
      for (const rows of responses(group)) {
        const whole = asOriginal(rows, rows.reduce(merge), began)
        entries.push(whole)
        const others = new Set(rows.map(row => row.session))
        others.delete(whole.session)
        for (const session of others)
          if (session !== undefined) inherited.push({ agent: whole.agent, session, messageId: whole.messageId })
        copies += others.size
        sidechains += rows.length - 1 - others.size
      }
    }
    return { entries, merged: { blocks: this.blocks, copies, sidechains }, inherited }
  }
}

/**
 * Splits the rows of one message id into responses. Equal request ids belong together. A sidechain's request id may differ (a
 * replay): it joins the main thread's response. Rows without a request id join the response with the same input side; a
 * gateway that reuses an id for other calls differs there.
 */
const responses = (group: readonly UsageEntry[]): UsageEntry[][] => {
  const rows = [...group].sort((a, b) => byOrigin(a, b) || byFullness(a, b))
  const found: UsageEntry[][] = []
  const requests = new Map<string, UsageEntry[]>()
  for (const row of rows) {
    if (row.requestId === undefined) continue
    const same = requests.get(row.requestId)
    if (same) same.push(row)
    else requests.set(row.requestId, [row])
  }
  const isReplay = (lines: readonly UsageEntry[]): boolean => lines.every(row => row.isSidechain)
  const [replays, mains] = partition([...requests.values()], isReplay)
  found.push(...mains)
  for (const replay of replays) join(found, replay)
  for (const row of rows) if (row.requestId === undefined) joinEqual(found, row)
  return found
}

/**
 * A fork made in the terminal begins with the very lines of its original. Which session is the original then shows in what each
 * did on its own: the one that did nothing more, else the one that went on first.
 */
const asOriginal = (rows: readonly UsageEntry[], whole: UsageEntry, began: Beginnings): UsageEntry => {
  const beginningOf = (row: UsageEntry): number => began.get(row.session ?? '') ?? Number.NEGATIVE_INFINITY
  const first = rows
    .filter(row => row.at === whole.at && row.sourceAt === whole.sourceAt && row.isSidechain === whole.isSidechain)
    .sort((a, b) => compareNumbers(beginningOf(a), beginningOf(b)) || byOrigin(a, b))[0]
  if (first === undefined || first.session === whole.session) return whole
  const { session, project, folder, cwd, branch, version, subagent, profile } = first
  return { ...whole, session, project, folder, cwd, branch, version, subagent, profile }
}

const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const partition = <T>(list: readonly T[], test: (value: T) => boolean): [T[], T[]] => [
  list.filter(test),
  list.filter(value => !test(value)),
]

const hasInputSide = (lines: readonly UsageEntry[], row: UsageEntry): boolean =>
  lines.some(line => sameInputSide(line, row))

const join = (found: UsageEntry[][], replay: UsageEntry[]): void => {
  const home = found.find(lines => hasInputSide(lines, replay[0]!)) ?? found[0]
  if (home) home.push(...replay)
  else found.push(replay)
}

const joinEqual = (found: UsageEntry[][], row: UsageEntry): void => {
  const home = found.find(lines => hasInputSide(lines, row))
  if (home) home.push(row)
  else found.push([row])
}
