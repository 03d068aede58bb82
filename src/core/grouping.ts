/** By what a receipt can be grouped: by facts of a call, by facts of an item, or by cause. */
export const callGroupings = [
  'model',
  'project',
  'branch',
  'session',
  'turn',
  'agent',
  'subagent',
  'hour',
  'day',
  'version',
] as const
export const itemGroupings = ['activity', 'tool', 'file', 'command', 'mcp'] as const
export const groupings = [...itemGroupings, ...callGroupings, 'cause'] as const

export type CallGrouping = (typeof callGroupings)[number]
export type ItemGrouping = (typeof itemGroupings)[number]
export type Grouping = (typeof groupings)[number]

export const isCallGrouping = (by: Grouping): by is CallGrouping => callGroupings.some(name => name === by)
