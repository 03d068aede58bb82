/**
 * Items as columns, as entries are (entry-table.ts): 270,000 objects of 20 members are slow to make and slower to hand from thread to
 * thread. Ids are kept as the hashes that entries without details have, so that an answer's items and its entry tie in any case.
 */
import { columns, hashOf } from './entry-table.ts'
import type { ContextItem, ItemKind, ItemSection, ItemTarget } from './item.ts'

/** Columns of doubles: epoch ms, and hashes of ids, 0 where there is none. */
export const ITEM_DOUBLES = ['at', 'messageId', 'callId', 'id', 'thread'] as const

/** Columns of whole numbers: `TextSize`, `tokens` one higher and 0 where absent; flags. */
export const ITEM_COUNTS = ['prose', 'code', 'json', 'cjk', 'imageTokens', 'tokens', 'flags'] as const

/** Columns of places in `texts`; 0 stands for absent. */
export const ITEM_TEXTS = ['agent', 'session', 'subagent', 'tool', 'target', 'key', 'title', 'spawned'] as const

export type ItemDouble = (typeof ITEM_DOUBLES)[number]
export type ItemCount = (typeof ITEM_COUNTS)[number]
export type ItemText = (typeof ITEM_TEXTS)[number]

export interface ItemTable {
  readonly size: number
  readonly doubles: Readonly<Record<ItemDouble, Float64Array>>
  readonly counts: Readonly<Record<ItemCount, Uint32Array>>
  readonly places: Readonly<Record<ItemText, Uint32Array>>
  /** The first one is never pointed at. A target's text is its kind and its name with a newline between. */
  readonly texts: readonly string[]
}

export const KINDS = [
  'system',
  'prompt',
  'attachment',
  'text',
  'thinking',
  'tool-call',
  'tool-result',
  'summary',
] as const satisfies readonly ItemKind[]

export const SECTIONS = [
  undefined,
  'prompt',
  'tool',
  'memory',
  'skills',
  'agents',
  'reminder',
] as const satisfies readonly (ItemSection | undefined)[]

/** `flags`: four bits of kind, four of section, then these. */
const SECTION = 16
export const ERROR = 256
export const SUCCESS = 512
export const EXACT = 1024

const SMALLEST = 1024

const hashOrNone = (id: string | undefined): number => (id === undefined ? 0 : hashOf(id))

/** Takes items one by one into columns. */
export class ItemWriter {
  size = 0
  private capacity = SMALLEST
  private doubles = columns(ITEM_DOUBLES, () => new Float64Array(SMALLEST))
  private counts = columns(ITEM_COUNTS, () => new Uint32Array(SMALLEST))
  private places = columns(ITEM_TEXTS, () => new Uint32Array(SMALLEST))
  private readonly texts: string[] = ['']
  private readonly known = new Map<string, number>()
  private readonly lastTexts: (string | undefined)[] = []
  private readonly lastPlaces: number[] = []
  private lastTarget: ItemTarget | undefined
  private lastTargetPlace = 0
  private lastMessage: string | undefined
  private lastMessageHash = 0

  add(item: ContextItem): void {
    if (this.size === this.capacity) this.grow()
    const i = this.size++
    const { doubles: d, counts: c, places: p } = this
    const { size } = item
    d.at[i] = item.at
    d.messageId[i] = this.messageHash(item.messageId)
    d.callId[i] = hashOrNone(item.callId)
    d.id[i] = hashOrNone(item.id)
    d.thread[i] = hashOrNone(item.thread)
    c.prose[i] = size.prose
    c.code[i] = size.code
    c.json[i] = size.json
    c.cjk[i] = size.cjk
    c.imageTokens[i] = size.imageTokens
    c.tokens[i] = size.tokens === undefined ? 0 : Math.round(size.tokens) + 1
    c.flags[i] = flagsOf(item)
    p.agent[i] = this.place(0, item.agent)
    p.session[i] = this.place(1, item.session)
    p.subagent[i] = this.place(2, item.subagent)
    p.tool[i] = this.place(3, item.tool)
    p.target[i] = this.targetPlace(item.target)
    p.key[i] = this.place(4, item.key)
    p.title[i] = this.place(5, item.title)
    p.spawned[i] = this.place(6, item.spawned)
  }

  private messageHash(id: string | undefined): number {
    if (id !== this.lastMessage) {
      this.lastMessage = id
      this.lastMessageHash = hashOrNone(id)
    }
    return this.lastMessageHash
  }

  /** A call and its result have the same object. */
  private targetPlace(target: ItemTarget | undefined): number {
    if (target === undefined) return 0
    if (target !== this.lastTarget) {
      this.lastTarget = target
      this.lastTargetPlace = this.placeOf(`${target.kind}\n${target.name}`)
    }
    return this.lastTargetPlace
  }

  /** Neighbours mostly share their texts, so the last one of each column is tried first. */
  private place(column: number, text: string | undefined): number {
    if (text === undefined) return 0
    if (text !== this.lastTexts[column]) {
      this.lastTexts[column] = text
      this.lastPlaces[column] = this.placeOf(text)
    }
    return this.lastPlaces[column]!
  }

  private placeOf(text: string): number {
    const known = this.known.get(text)
    if (known !== undefined) return known
    const place = this.texts.push(text) - 1
    this.known.set(text, place)
    return place
  }

  /** Takes in rows of another table, with their titles or without. */
  addRows(from: ItemTable, first: number, count: number, titles = true): void {
    while (this.size + count > this.capacity) this.grow()
    const at = this.size
    const end = first + count
    for (const name of ITEM_DOUBLES) this.doubles[name].set(from.doubles[name].subarray(first, end), at)
    for (const name of ITEM_COUNTS) this.counts[name].set(from.counts[name].subarray(first, end), at)
    const moved = new Int32Array(from.texts.length).fill(-1)
    for (const name of ITEM_TEXTS) {
      if (name === 'title' && !titles) continue
      const own = from.places[name]
      const into = this.places[name]
      for (let i = 0; i < count; i++) {
        const place = own[first + i]!
        if (place !== 0 && moved[place] === -1) moved[place] = this.placeOf(from.texts[place]!)
        into[at + i] = place === 0 ? 0 : moved[place]!
      }
    }
    this.size += count
  }

  private grow(): void {
    this.capacity += this.capacity >> 1
    this.doubles = columns(ITEM_DOUBLES, name => enlarged(this.doubles[name], new Float64Array(this.capacity)))
    this.counts = columns(ITEM_COUNTS, name => enlarged(this.counts[name], new Uint32Array(this.capacity)))
    this.places = columns(ITEM_TEXTS, name => enlarged(this.places[name], new Uint32Array(this.capacity)))
  }

  /** What was taken in so far; what comes later is not in it. */
  table(): ItemTable {
    const { size, texts } = this
    return {
      size,
      doubles: columns(ITEM_DOUBLES, name => this.doubles[name].slice(0, size)),
      counts: columns(ITEM_COUNTS, name => this.counts[name].slice(0, size)),
      places: columns(ITEM_TEXTS, name => this.places[name].slice(0, size)),
      texts,
    }
  }
}

const enlarged = <T extends Float64Array | Uint32Array>(old: T, larger: T): T => {
  larger.set(old)
  return larger
}

const flagsOf = ({ kind, section, isError, isExact }: ContextItem): number =>
  KINDS.indexOf(kind) +
  SECTIONS.indexOf(section) * SECTION +
  (isError === undefined ? 0 : isError ? ERROR : SUCCESS) +
  (isExact === true ? EXACT : 0)

/** All columns of a table, to be handed over with it. */
export const itemColumns = ({ doubles, counts, places }: ItemTable): (Float64Array | Uint32Array)[] => [
  ...ITEM_DOUBLES.map(name => doubles[name]),
  ...ITEM_COUNTS.map(name => counts[name]),
  ...ITEM_TEXTS.map(name => places[name]),
]
