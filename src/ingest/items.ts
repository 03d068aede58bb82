/** Pieces of context, for the receipt: from the logs that hold what is asked for, and from no others. */
import { agents } from '../agents/index.ts'
import type { LogSource } from '../core/entry.ts'
import { type EntryTable, hashOf, idName } from '../core/entry-table.ts'
import type { ContextItem } from '../core/item.ts'
import { ItemRow } from '../core/item-row.ts'
import type { ThreadReading } from '../core/reading.ts'
import type { Host } from '../host/host.ts'
import { type FreshItems, ItemStore, type ItemStretch } from '../store/items.ts'
import { keyOf } from '../store/sources.ts'
import type { RowTest } from './gather.ts'
import { Pool } from './pool.ts'

/** What was found of the context of some sessions. */
export interface ItemReading {
  /** Those of one log in the order of the log. */
  readonly items: readonly ContextItem[]
  /** Of calls made while another was answered: that other's id by theirs. */
  readonly asides: ReadonlyMap<string, string>
}

/** Entries by their sessions, and by their ids: their lines may only be left in a copy of their session. */
export interface ItemWish {
  readonly sessions: ReadonlySet<string>
  /** Ids as `idName` has them, or as the log has them. */
  readonly messageIds: ReadonlySet<string>
}

/** A test for rows that belong to what is wished for. */
export const rowTest = ({ sessions, messageIds }: ItemWish): RowTest => {
  const ids = new Set([...messageIds].map(hashOfName))
  return ({ texts, places, numbers }: EntryTable) => {
    const isSession = texts.map(text => sessions.has(text))
    return row => isSession[places.session[row]!] === true || ids.has(numbers.messageId[row]!)
  }
}

const hashOfName = (id: string): number => (/^#[\da-z]{1,11}$/.test(id) ? Number.parseInt(id.slice(1), 36) : hashOf(id))

export interface ItemRequest {
  /** Whether what was read before is used and what is read now is stored. */
  readonly index: boolean
  /** Whether the first words of prompts are wanted, and may be stored. */
  readonly titles: boolean
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Reads the items of those `sources`, all that there are, whose keys are in `wanted`, with the time (epoch ms) of the last entry in each. */
export const readItems = async (
  host: Host,
  sources: readonly LogSource[],
  wanted: ReadonlyMap<string, number>,
  { index, titles, onProgress }: ItemRequest,
): Promise<ItemReading> => {
  const store = index ? new ItemStore(host, titles) : undefined
  const pool = new Pool(host, agents, { detail: 'items', isResumable: false, isForItems: true, onProgress })
  const stretches: (ItemStretch & { readonly key: string })[] = []
  for (const source of sources) {
    const key = keyOf(source)
    const lastAt = wanted.get(key)
    if (lastAt === undefined) continue
    const known = store?.find(source, versionOf(source), lastAt)
    if (known) stretches.push({ ...known, key })
    else pool.add({ source })
  }
  const fresh = (await pool.read()).flatMap(reading => freshItems(reading, wanted))
  store?.save(fresh, isAmong(sources))
  const read = fresh.map(items => ({ ...items, key: keyOf(items.source) }))
  return readingOf(
    [...stretches, ...read].sort((a, b) => compare(a.key, b.key)),
    titles,
  )
}

const versionOf = ({ agent }: LogSource): number => agents.find(({ id }) => id === agent)?.version ?? 0

const isAmong = (sources: readonly LogSource[]): ((key: string) => boolean) => {
  let keys: Set<string> | undefined
  return key => {
    keys ??= new Set(sources.map(keyOf))
    return keys.has(key)
  }
}

/** What a thread read, log by log; what failed says nothing for the next time. */
const freshItems = ({ items: table, readings }: ThreadReading, wanted: ReadonlyMap<string, number>): FreshItems[] =>
  table === undefined
    ? []
    : readings.flatMap(({ source, firstItem, items, asides, failure }) =>
        failure === undefined
          ? [
              {
                table,
                source,
                first: firstItem,
                count: items,
                asides,
                version: versionOf(source),
                lastAt: wanted.get(keyOf(source)) ?? 0,
              },
            ]
          : [],
      )

const readingOf = (stretches: readonly ItemStretch[], titles: boolean): ItemReading => {
  const items: ContextItem[] = []
  const asides = new Map<string, string>()
  for (const { table, first, count, asides: pairs } of stretches) {
    if (!titles) table.places.title.fill(0)
    for (let i = first; i < first + count; i++) items.push(new ItemRow(table, i))
    for (let i = 0; i < pairs.length; i += 2) asides.set(idName(pairs[i]!) ?? '', idName(pairs[i + 1]!) ?? '')
  }
  return { items, asides }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
