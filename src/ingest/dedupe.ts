/**
 * One API response is logged as several lines, copied into resumed and forked sessions, and replayed by sub-agents. All of them
 * are merged into one entry (formats/claude-code.md §4), over every file, root and agent; the order of reading changes nothing.
 */
import type { InheritedEntry, UsageEntry } from '../core/entry.ts'
import { totalTokens } from '../core/tokens.ts'

/** How many lines were merged away, by reason. */
export interface MergeCounts {
  /** Further lines of a response in its own session: content blocks and streaming snapshots. */
  readonly blocks: number
  /** Copies that resumed and forked sessions brought along. */
  readonly copies: number
  /** Replays in a sub-agent's log, and what `progress` lines repeat. */
  readonly sidechains: number
}

export interface Deduped {
  /** In order of time; ties by identity. */
  readonly entries: readonly UsageEntry[]
  readonly merged: MergeCounts
  readonly inherited: readonly InheritedEntry[]
}

const sameInputSide = (a: UsageEntry, b: UsageEntry): boolean =>
  a.tokens.input === b.tokens.input &&
  a.tokens.cacheRead === b.tokens.cacheRead &&
  a.tokens.cacheCreation === b.tokens.cacheCreation

/** Whether two lines of one message id are certainly one line of thought: same request, same session, same thread. */
const isSameRow = (a: UsageEntry, b: UsageEntry): boolean =>
  a.requestId === b.requestId &&
  a.session === b.session &&
  a.isSidechain === b.isSidechain &&
  (a.requestId !== undefined || sameInputSide(a, b))

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Negative when `a`'s counts win over `b`'s: the largest output, then the main thread, then the latest, then what the agent called final. */
const byFullness = (a: UsageEntry, b: UsageEntry): number =>
  b.tokens.output - a.tokens.output ||
  Number(a.isSidechain) - Number(b.isSidechain) ||
  b.doneAt - a.doneAt ||
  Number(b.isFinal) - Number(a.isFinal) ||
  totalTokens(b.tokens) - totalTokens(a.tokens) ||
  b.visibleLength - a.visibleLength ||
  compare(a.model ?? '', b.model ?? '') ||
  compare(b.tokens.longCache, a.tokens.longCache) ||
  compare(a.speed ?? '', b.speed ?? '') ||
  compare(a.tier ?? '', b.tier ?? '') ||
  compare(b.webSearches, a.webSearches)

/** Negative when `a` is the original of `b`: the earliest line, then the log that began first, then the main thread. */
const byOrigin = (a: UsageEntry, b: UsageEntry): number =>
  a.at - b.at ||
  a.sourceAt - b.sourceAt ||
  Number(a.isSidechain) - Number(b.isSidechain) ||
  compare(a.session ?? '', b.session ?? '') ||
  compare(a.cwd ?? '', b.cwd ?? '') ||
  compare(a.subagent ?? '', b.subagent ?? '') ||
  compare(a.project ?? '', b.project ?? '') ||
  compare(a.branch ?? '', b.branch ?? '')

/** A price of 0 is what copies carry; any line's real one stands for all. */
const loggedUsd = (winner: UsageEntry, other: UsageEntry): number | undefined =>
  winner.loggedUsd ? winner.loggedUsd : other.loggedUsd || winner.loggedUsd

const union = (a: readonly string[], b: readonly string[]): readonly string[] => {
  if (b.length === 0 || a === b) return a
  if (a.length === 0) return b
  const missing = b.filter(tool => !a.includes(tool))
  return missing.length === 0 ? a : [...a, ...missing]
}

/** One entry from two of the same response, in either order. */
export const merge = (a: UsageEntry, b: UsageEntry): UsageEntry => {
  const [counts, rest] = byFullness(a, b) <= 0 ? [a, b] : [b, a]
  const origin = byOrigin(a, b) <= 0 ? a : b
  return {
    agent: origin.agent,
    at: origin.at,
    doneAt: counts.doneAt,
    session: origin.session,
    project: origin.project,
    cwd: origin.cwd,
    branch: origin.branch,
    version: origin.version,
    model: counts.model,
    tokens: counts.tokens,
    messageId: counts.messageId,
    requestId: counts.requestId ?? rest.requestId,
    isSidechain: origin.isSidechain,
    subagent: origin.subagent,
    speed: counts.speed,
    tier: counts.tier,
    geo: counts.geo,
    webSearches: counts.webSearches,
    loggedUsd: loggedUsd(counts, rest),
    isFinal: counts.isFinal,
    isPartial: counts.isPartial,
    visibleLength: counts.visibleLength,
    tools: union(a.tools, b.tools),
    sourceAt: Math.min(a.sourceAt, b.sourceAt),
  }
}

/** Takes lines in any order; may itself be filled with what other collectors `rows` gave out. */
export class Deduper {
  private readonly byMessage = new Map<string, UsageEntry | UsageEntry[]>()
  private readonly anonymous: UsageEntry[] = []
  private blocks = 0

  /** Lines merged into a row of their own so far. */
  get merged(): number {
    return this.blocks
  }

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

  /** Merges what belongs together across sessions. `blocks` are lines already merged elsewhere. */
  resolve(blocks = 0): Deduped {
    const entries: UsageEntry[] = [...this.anonymous]
    const inherited: InheritedEntry[] = []
    let copies = 0
    let sidechains = 0
    for (const group of this.byMessage.values()) {
      if (!Array.isArray(group)) {
        entries.push(group)
        continue
      }
      for (const rows of responses(group)) {
        const whole = rows.reduce(merge)
        entries.push(whole)
        const others = new Set(rows.map(row => row.session))
        others.delete(whole.session)
        for (const session of others) if (session !== undefined) inherited.push({ agent: whole.agent, session, messageId: whole.messageId })
        copies += others.size
        sidechains += rows.length - 1 - others.size
      }
    }
    entries.sort(inTime)
    return { entries, merged: { blocks: blocks + this.blocks, copies, sidechains }, inherited }
  }
}

const inTime = (a: UsageEntry, b: UsageEntry): number =>
  a.at - b.at || compare(a.messageId ?? '', b.messageId ?? '') || compare(a.requestId ?? '', b.requestId ?? '') || byFullness(a, b)

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

const partition = <T>(list: readonly T[], test: (value: T) => boolean): [T[], T[]] => [
  list.filter(test),
  list.filter(value => !test(value)),
]

const hasInputSide = (lines: readonly UsageEntry[], row: UsageEntry): boolean => lines.some(line => sameInputSide(line, row))

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
