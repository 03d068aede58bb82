/**
 * Entries as columns: one array of numbers and one table of strings. Threads hand their entries over this way, because copying
 * objects between them costs ten times as much.
 */
import type { UsageEntry } from '../core/entry.ts'

export interface EntryColumns {
  readonly count: number
  /** `FIELDS` numbers per entry; texts are places in `strings`, -1 for absent. */
  readonly numbers: Float64Array
  /** A JSON array: one string crosses threads faster than many. */
  readonly strings: string
}

const FIELDS = 27

class StringTable {
  readonly list: string[] = []
  private readonly places = new Map<string, number>()

  place(text: string | undefined): number {
    if (text === undefined) return -1
    const known = this.places.get(text)
    if (known !== undefined) return known
    this.places.set(text, this.list.length)
    return this.list.push(text) - 1
  }
}

const bits = (e: UsageEntry): number => (e.isSidechain ? 1 : 0) + (e.isFinal ? 2 : 0) + (e.isPartial ? 4 : 0)

export const encodeEntries = (entries: readonly UsageEntry[]): EntryColumns => {
  const table = new StringTable()
  const numbers = new Float64Array(entries.length * FIELDS)
  let n = 0
  const text = (value: string | undefined): void => {
    numbers[n++] = table.place(value)
  }
  for (const e of entries) {
    const t = e.tokens
    for (const value of [e.at, e.doneAt, e.sourceAt, bits(e), e.webSearches, e.loggedUsd ?? -1, e.visibleLength])
      numbers[n++] = value
    for (const value of [t.input, t.output, t.cacheCreation, t.cacheRead, t.reasoning, t.longCache])
      numbers[n++] = value
    text(e.agent)
    text(e.session)
    text(e.project)
    text(e.cwd)
    text(e.branch)
    text(e.version)
    text(e.model)
    text(e.messageId)
    text(e.requestId)
    text(e.subagent)
    text(e.speed)
    text(e.tier)
    text(e.geo)
    text(e.tools.length === 0 ? undefined : JSON.stringify(e.tools))
  }
  return { count: entries.length, numbers, strings: JSON.stringify(table.list) }
}

const listOf = (json: string): string[] => {
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) ? list.map(String) : []
}

export const decodeEntries = ({ count, numbers, strings }: EntryColumns): UsageEntry[] => {
  const table = listOf(strings)
  const entries: UsageEntry[] = []
  for (let i = 0; i < count; i++) {
    const n = i * FIELDS
    const text = (column: number): string | undefined => table[numbers[n + column]!]
    const flags = numbers[n + 3]!
    const usd = numbers[n + 5]!
    const tools = text(26)
    entries.push({
      at: numbers[n]!,
      doneAt: numbers[n + 1]!,
      sourceAt: numbers[n + 2]!,
      isSidechain: (flags & 1) !== 0,
      isFinal: (flags & 2) !== 0,
      isPartial: (flags & 4) !== 0,
      webSearches: numbers[n + 4]!,
      loggedUsd: usd < 0 ? undefined : usd,
      visibleLength: numbers[n + 6]!,
      tokens: {
        input: numbers[n + 7]!,
        output: numbers[n + 8]!,
        cacheCreation: numbers[n + 9]!,
        cacheRead: numbers[n + 10]!,
        reasoning: numbers[n + 11]!,
        longCache: numbers[n + 12]!,
      },
      agent: text(13) ?? '',
      session: text(14),
      project: text(15),
      cwd: text(16),
      branch: text(17),
      version: text(18),
      model: text(19),
      messageId: text(20),
      requestId: text(21),
      subagent: text(22),
      speed: text(23),
      tier: text(24),
      geo: text(25),
      tools: tools === undefined ? [] : listOf(tools),
    })
  }
  return entries
}
