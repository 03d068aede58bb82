/** One row of a table of items, read through as an item: of 270,000 most members are never asked for. */
import { idName } from './entry-table.ts'
import type { ContextItem, ItemKind, ItemSection, ItemTarget, TextSize } from './item.ts'
import { ERROR, EXACT, type ItemTable, type ItemText, KINDS, SECTIONS, SUCCESS } from './item-table.ts'

const TARGETS: readonly ItemTarget['kind'][] = ['file', 'command', 'mcp', 'subagent', 'url', 'query']

/** Targets by their text: rows that share one share the object. */
const targets = new Map<string, ItemTarget>()

const targetOf = (text: string): ItemTarget => {
  const known = targets.get(text)
  if (known) return known
  const end = text.indexOf('\n')
  const target = { kind: TARGETS.find(kind => kind === text.slice(0, end)) ?? 'query', name: text.slice(end + 1) }
  targets.set(text, target)
  return target
}

let lastHash = 0
let lastName: string | undefined

/** Neighbours mostly belong to one response. */
const nameOf = (hash: number): string | undefined => {
  if (hash === lastHash) return lastName
  lastHash = hash
  lastName = idName(hash)
  return lastName
}

/** Members are read from the columns: do not spread it. */
export class ItemRow implements ContextItem, TextSize {
  constructor(
    readonly table: ItemTable,
    readonly row: number,
  ) {}

  get agent(): string {
    return this.text('agent') ?? ''
  }
  get session(): string | undefined {
    return this.text('session')
  }
  get subagent(): string | undefined {
    return this.text('subagent')
  }
  get at(): number {
    return this.table.doubles.at[this.row]!
  }
  get kind(): ItemKind {
    return KINDS[this.flags & 15] ?? 'text'
  }
  get messageId(): string | undefined {
    return nameOf(this.table.doubles.messageId[this.row]!)
  }
  get callId(): string | undefined {
    return idName(this.table.doubles.callId[this.row]!)
  }
  get tool(): string | undefined {
    return this.text('tool')
  }
  get target(): ItemTarget | undefined {
    const text = this.text('target')
    return text === undefined ? undefined : targetOf(text)
  }
  get size(): TextSize {
    return this
  }
  get isError(): boolean | undefined {
    return (this.flags & ERROR) !== 0 ? true : (this.flags & SUCCESS) !== 0 ? false : undefined
  }
  get id(): string | undefined {
    return idName(this.idHash)
  }
  /** The hash of `id`, 0 where there is none. */
  get idHash(): number {
    return this.table.doubles.id[this.row]!
  }
  get thread(): string | undefined {
    return nameOf(this.table.doubles.thread[this.row]!)
  }
  get section(): ItemSection | undefined {
    return SECTIONS[(this.flags >> 4) & 15]
  }
  get key(): string | undefined {
    return this.text('key')
  }
  get isExact(): boolean | undefined {
    return (this.flags & EXACT) !== 0 ? true : undefined
  }
  get title(): string | undefined {
    return this.text('title')
  }
  get spawned(): string | undefined {
    return this.text('spawned')
  }

  get prose(): number {
    return this.table.counts.prose[this.row]!
  }
  get code(): number {
    return this.table.counts.code[this.row]!
  }
  get json(): number {
    return this.table.counts.json[this.row]!
  }
  get cjk(): number {
    return this.table.counts.cjk[this.row]!
  }
  get imageTokens(): number {
    return this.table.counts.imageTokens[this.row]!
  }
  get tokens(): number | undefined {
    const tokens = this.table.counts.tokens[this.row]!
    return tokens === 0 ? undefined : tokens - 1
  }

  /** An item with members of its own. */
  copy(): ContextItem {
    const { agent, session, subagent, at, kind, messageId, callId, tool, target, isError, id, thread } = this
    const { section, key, isExact, title, spawned, prose, code, json, cjk, imageTokens, tokens } = this
    return {
      ...{ agent, session, subagent, at, kind, messageId, callId, tool, target, isError, id, thread },
      ...{ section, key, isExact, title, spawned, size: { prose, code, json, cjk, imageTokens, tokens } },
    }
  }

  private get flags(): number {
    return this.table.counts.flags[this.row]!
  }

  private text(column: ItemText): string | undefined {
    const place = this.table.places[column][this.row]!
    return place === 0 ? undefined : this.table.texts[place]
  }
}
