/**
 * Entries as columns: one array of numbers and one table of strings. Threads hand their entries over this way, because copying
 * objects between them costs ten times as much.
 */
import type { UsageEntry } from '../core/entry.ts'
import { tokenCounts } from '../core/tokens.ts'

export interface EntryColumns {
  readonly count: number
  /** `NUMBERS` numbers per entry; texts that tend to repeat are places in `texts`, -1 for absent. */
  readonly numbers: Float64Array<ArrayBuffer>
  /** JSON arrays: one string crosses threads faster than many. */
  readonly texts: string
  /** Message id and request id of each entry, null for absent. */
  readonly ids: string
}

const NUMBERS = 26
const TEXTS_FROM = 13

/** Gives each text a place; neighbours mostly share theirs, so the last one of each column is tried first. */
class TextTable {
  readonly list: string[] = []
  private readonly places = new Map<string, number>()
  private readonly lastTexts: (string | undefined)[] = []
  private readonly lastPlaces: number[] = []

  place(column: number, text: string | undefined): number {
    if (text === undefined) return -1
    if (text === this.lastTexts[column]) return this.lastPlaces[column]!
    let place = this.places.get(text)
    if (place === undefined) {
      place = this.list.push(text) - 1
      this.places.set(text, place)
    }
    this.lastTexts[column] = text
    this.lastPlaces[column] = place
    return place
  }
}

const bits = (e: UsageEntry): number => (e.isSidechain ? 1 : 0) + (e.isFinal ? 2 : 0) + (e.isPartial ? 4 : 0)

/** Takes entries one by one into columns. */
export class ColumnWriter {
  private readonly table = new TextTable()
  private readonly ids: (string | null)[] = []
  private numbers = new Float64Array(NUMBERS * 4096)
  private count = 0

  add(e: UsageEntry): void {
    const n = this.count++ * NUMBERS
    if (n === this.numbers.length) this.grow()
    const { numbers, table } = this
    const t = e.tokens
    numbers[n] = e.at
    numbers[n + 1] = e.doneAt
    numbers[n + 2] = e.sourceAt
    numbers[n + 3] = bits(e)
    numbers[n + 4] = e.webSearches
    numbers[n + 5] = e.loggedUsd ?? -1
    numbers[n + 6] = e.visibleLength
    numbers[n + 7] = t.input
    numbers[n + 8] = t.output
    numbers[n + 9] = t.cacheCreation
    numbers[n + 10] = t.cacheRead
    numbers[n + 11] = t.reasoning
    numbers[n + 12] = t.longCache
    numbers[n + 13] = table.place(0, e.agent)
    numbers[n + 14] = table.place(1, e.session)
    numbers[n + 15] = table.place(2, e.project)
    numbers[n + 16] = table.place(3, e.cwd)
    numbers[n + 17] = table.place(4, e.branch)
    numbers[n + 18] = table.place(5, e.version)
    numbers[n + 19] = table.place(6, e.model)
    numbers[n + 20] = table.place(7, e.subagent)
    numbers[n + 21] = table.place(8, e.speed)
    numbers[n + 22] = table.place(9, e.tier)
    numbers[n + 23] = table.place(10, e.geo)
    numbers[n + 24] = table.place(11, e.tools.length === 0 ? undefined : JSON.stringify(e.tools))
    numbers[n + 25] = table.place(12, e.folder)
    this.ids.push(e.messageId ?? null, e.requestId ?? null)
  }

  columns(): EntryColumns {
    const { count, table, ids } = this
    const numbers = this.numbers.slice(0, count * NUMBERS)
    return { count, numbers, texts: JSON.stringify(table.list), ids: JSON.stringify(ids) }
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 2)
    larger.set(this.numbers)
    this.numbers = larger
  }
}

const listOf = (json: string): unknown[] => {
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) ? list : []
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const noTools: readonly string[] = []

/**
 * A count as the engine's small integer where it fits. Read from an array of doubles it would be a double, and one such entry
 * makes the engine convert all entries that hold small integers.
 */
const whole = (value: number): number => (value === (value | 0) ? value | 0 : value)

export const decodeEntries = ({ count, numbers, texts, ids: idList }: EntryColumns): UsageEntry[] => {
  const table = listOf(texts).map(asText)
  const ids = listOf(idList)
  const entries: UsageEntry[] = []
  for (let i = 0, n = 0; i < count; i++, n += NUMBERS) {
    const flags = numbers[n + 3]!
    const usd = numbers[n + 5]!
    const tools = table[numbers[n + TEXTS_FROM + 11]!]
    // The members stand in the order in which agents and `merge` write them: one shape for all entries.
    entries.push({
      agent: table[numbers[n + TEXTS_FROM]!] ?? '',
      at: numbers[n]!,
      doneAt: numbers[n + 1]!,
      session: table[numbers[n + TEXTS_FROM + 1]!],
      project: table[numbers[n + TEXTS_FROM + 2]!],
      folder: table[numbers[n + TEXTS_FROM + 12]!],
      cwd: table[numbers[n + TEXTS_FROM + 3]!],
      branch: table[numbers[n + TEXTS_FROM + 4]!],
      version: table[numbers[n + TEXTS_FROM + 5]!],
      model: table[numbers[n + TEXTS_FROM + 6]!],
      tokens: tokenCounts(
        whole(numbers[n + 7]!),
        whole(numbers[n + 8]!),
        whole(numbers[n + 9]!),
        whole(numbers[n + 10]!),
        whole(numbers[n + 11]!),
        whole(numbers[n + 12]!),
      ),
      messageId: asText(ids[i * 2]),
      requestId: asText(ids[i * 2 + 1]),
      isSidechain: (flags & 1) !== 0,
      subagent: table[numbers[n + TEXTS_FROM + 7]!],
      speed: table[numbers[n + TEXTS_FROM + 8]!],
      tier: table[numbers[n + TEXTS_FROM + 9]!],
      geo: table[numbers[n + TEXTS_FROM + 10]!],
      webSearches: whole(numbers[n + 4]!),
      loggedUsd: usd < 0 ? undefined : usd,
      isFinal: (flags & 2) !== 0,
      isPartial: (flags & 4) !== 0,
      visibleLength: whole(numbers[n + 6]!),
      tools: tools === undefined ? noTools : listOf(tools).map(String),
      sourceAt: numbers[n + 2]!,
    })
  }
  return entries
}
