/** Rows and items of a receipt with the names they are shown under. */
import type { UsageEntry } from '../core/entry.ts'
import type { Grouping } from '../core/grouping.ts'
import { addMoney, money, noMoney } from '../core/money.ts'
import type { CauseCosts, ItemName, WhyItem, WhyRow } from '../core/why.ts'
import type { ReceiptRow } from './group.ts'
import { turnKey } from './keys.ts'
import { kindOfKey, kindOfTarget, type Names } from './names.ts'
import { type ItemCosts, sumOfShares, type ThreadPart } from './part.ts'
import type { Receipt, ReceiptItem, Shares } from './types.ts'

/** What is known of the names of a receipt beside the receipt. */
export interface Facts {
  readonly names: Names
  /** By session id. */
  readonly titles: ReadonlyMap<string, string>
  /** A project's path to the name that a person would use. */
  readonly projectName: (path: string) => string
}

export const causeCosts = (shares: Shares): CauseCosts => ({
  cost: money(0, sumOfShares(shares)),
  enter: money(0, shares.enter),
  carry: money(0, shares.carry),
  rewrite: money(0, shares.rewrite),
  output: money(0, shares.output),
  extras: money(0, shares.extras),
})

export const noCosts: CauseCosts = {
  cost: noMoney,
  enter: noMoney,
  carry: noMoney,
  rewrite: noMoney,
  output: noMoney,
  extras: noMoney,
}

export const addCosts = (a: CauseCosts, b: CauseCosts): CauseCosts => ({
  cost: addMoney(a.cost, b.cost),
  enter: addMoney(a.enter, b.enter),
  carry: addMoney(a.carry, b.carry),
  rewrite: addMoney(a.rewrite, b.rewrite),
  output: addMoney(a.output, b.output),
  extras: addMoney(a.extras, b.extras),
})

/** Names of turns and sub-agents, which only the receipt knows: by their keys. */
export class RowNames {
  private readonly turns = new Map<string, { readonly key: string; readonly title: string | undefined }>()
  private readonly subagents = new Map<string, string>()

  constructor(
    receipt: Receipt,
    private readonly facts: Facts,
  ) {
    const { names } = facts
    for (const thread of receipt.threads) {
      const session = thread.session === undefined ? '' : names.of('session', thread.session)
      const subagent = thread.subagent === undefined ? [] : [names.of('subagent', thread.subagent)]
      for (const { index, title } of thread.turns) {
        const key = [session, ...subagent, index].join(' ')
        this.turns.set(turnKey(thread, index), { key, title: names.title(title) })
      }
      for (const { context } of thread.items)
        if (context?.spawned !== undefined && context.target?.kind === 'subagent')
          this.subagents.set(context.spawned, names.of('subagent', context.target.name))
    }
  }

  typeOf = (subagent: string): string | undefined => this.subagents.get(subagent)

  /** A row's key and name as they are shown. */
  name(by: Grouping, key: string | undefined): { readonly key: string | undefined; readonly name: string | undefined } {
    return key === undefined ? { key, name: undefined } : this.named(by, key)
  }

  private named(by: Grouping, key: string): { readonly key: string; readonly name: string | undefined } {
    const { names, titles, projectName } = this.facts
    if (by === 'turn') {
      const turn = this.turns.get(key)
      return { key: turn?.key ?? key, name: turn?.title }
    }
    if (by === 'tool') return { key: names.tool(key), name: undefined }
    const kind = kindOfKey(by)
    const shown = kind === undefined ? key : names.of(kind, key)
    if (by === 'project' && !names.isPrivate) return { key, name: projectName(key) }
    if (by === 'session') return { key: shown, name: names.title(titles.get(key)) }
    return { key: shown, name: by === 'subagent' ? this.typeOf(key) : undefined }
  }

  row(row: ReceiptRow, [by, ...then]: readonly Grouping[]): WhyRow {
    const { key, cost, enter, carry, rewrite, output, extras, tokens } = row
    return {
      ...(by === undefined ? { key: undefined, name: undefined } : this.name(by, key)),
      cost,
      enter,
      carry,
      rewrite,
      output,
      extras,
      tokens,
      rows: then.length === 0 ? [] : row.rows.map(inner => this.row(inner, then)),
    }
  }
}

/** A path as it reads inside the folder that was worked in. */
const shortPath = (path: string, { cwd, project }: UsageEntry): string => {
  const folder = [cwd, project].find(one => one !== undefined && path.startsWith(`${one}/`))
  return folder === undefined ? path : path.slice(folder.length + 1)
}

/** `home` is the call that it came with. */
export const itemName = (item: ReceiptItem, home: UsageEntry, { names }: Facts): ItemName => {
  const { context, kind } = item
  const target = context?.target
  const named = target && names.of(kindOfTarget(target), target.name)
  return {
    kind,
    tool: context?.tool === undefined ? undefined : names.tool(context.tool, target),
    target: named !== undefined && target?.kind === 'file' && !names.isPrivate ? shortPath(named, home) : named,
    title: names.title(context?.title),
    section: context?.section,
    isError: context?.isError === true,
  }
}

/** An item with what it cost in the calls that count. */
export const whyItem = (part: ThreadPart, index: number, costs: ItemCosts, facts: Facts): WhyItem => {
  const { thread } = part
  const item = thread.items[index]!
  const { firstCall, lastCall, outputCall } = item
  const home = thread.calls[Math.max(0, outputCall >= 0 ? outputCall : firstCall)]!.entry
  const { names, projectName } = facts
  const project = home.project
  return {
    what: itemName(item, home, facts),
    activity: item.activity,
    ...causeCosts(costs),
    tokens: item.tokens,
    at: firstCall < 0 ? undefined : thread.calls[firstCall]!.entry.at,
    carriedCalls: firstCall < 0 ? 0 : part.callsIn(firstCall + 1, lastCall + 1),
    session: thread.session === undefined ? undefined : names.of('session', thread.session),
    project: project === undefined ? undefined : names.isPrivate ? names.of('project', project) : projectName(project),
  }
}
