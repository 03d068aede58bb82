/** The keys of rows: of calls and of items. */
import type { Calendar } from '../core/calendar.ts'
import type { CallGrouping, ItemGrouping } from '../core/grouping.ts'
import type { ItemTarget } from '../core/item.ts'
import type { ReceiptItem, ThreadReceipt } from './types.ts'

export {
  type CallGrouping,
  type Grouping,
  groupings,
  type ItemGrouping,
  isCallGrouping,
} from '../core/grouping.ts'

/** The key of a call's row; undefined where the log does not say. Hours are `YYYY-MM-DD HH`, turns `<session> <sub-agent> <number>`. */
export const callKey = (
  by: CallGrouping,
  thread: ThreadReceipt,
  call: number,
  calendar: Calendar,
): string | undefined => {
  const { entry } = thread.calls[call]!
  switch (by) {
    case 'model':
      return entry.model
    case 'project':
      return entry.project
    case 'branch':
      return entry.branch
    case 'session':
      return entry.session
    case 'agent':
      return entry.agent
    case 'subagent':
      return entry.subagent
    case 'version':
      return entry.version
    case 'day':
      return calendar.dayOf(entry.at)
    case 'hour': {
      const { day, time } = calendar.clock(entry.at)
      return `${day} ${time.slice(0, 2)}`
    }
    case 'turn':
      return turnKey(thread, turnOf(thread, call))
  }
}

export const turnKey = (thread: ThreadReceipt, index: number): string =>
  [thread.session ?? '', ...(thread.subagent === undefined ? [] : [thread.subagent]), index].join(' ')

/** The index of the turn that a call belongs to. */
export const turnOf = ({ turns }: ThreadReceipt, call: number): number => {
  let low = 0
  for (let high = turns.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1
    if (turns[middle]!.firstCall <= call) low = middle
    else high = middle - 1
  }
  return low
}

const targetOf = (item: ReceiptItem, kind: ItemTarget['kind']): string | undefined => {
  const target = item.context?.target
  return target?.kind === kind ? target.name : undefined
}

/** The key of an item's row; undefined for what has nothing of that kind to do with it. */
export const itemKey = (by: ItemGrouping, item: ReceiptItem): string | undefined => {
  switch (by) {
    case 'activity':
      return item.activity
    case 'tool':
      return item.context?.tool
    case 'file':
      return targetOf(item, 'file')
    case 'command':
      return targetOf(item, 'command')
    case 'mcp':
      return targetOf(item, 'mcp')
  }
}
