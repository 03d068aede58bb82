/** Words of the receipt: causes, activities, reasons, items. */
import type { Grouping } from '../core/grouping.ts'
import { type Money, usdOf } from '../core/money.ts'
import type { ItemName, WhyRow } from '../core/why.ts'
import { clean, modelName } from './format.ts'
import type { View } from './view.ts'

const causes: Readonly<Record<string, string>> = {
  enter: 'new context, sent the first time',
  carry: 'sent again, read from the cache',
  rewrite: 'sent again, not in the cache',
  output: 'answers, thinking included',
  base: 'system prompt, tools, memory',
  extras: 'web searches and the like',
}

export const causeText = (key: string): string => causes[key] ?? ''

const activities: Readonly<Record<string, string>> = {
  reading: 'reading files',
  writing: 'writing code',
  commands: 'running commands',
  tests: 'tests and builds',
  git: 'git',
  searching: 'searching code',
  web: 'web',
  planning: 'planning',
  delegation: 'sub-agents',
  mcp: 'MCP servers',
  conversation: 'conversation',
  thinking: 'thinking',
  base: 'system prompt, tools, memory',
  compaction: 'compaction',
  unlogged: 'not in the log',
  'other-tools': 'other tools',
}

export const activityText = (key: string): string => activities[key] ?? key

const reasons: Readonly<Record<string, string>> = {
  idle: 'the pause was longer than the cache lives',
  'model-switch': 'another model',
  compaction: 'the context was compacted',
  resume: 'the session was resumed',
  'prefix-changed': 'something near the beginning changed',
  tail: 'the end of the prompt before was not cached',
  unknown: 'the log does not say why',
}

export const reasonText = (reason: string): string => reasons[reason] ?? reason

const nouns: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  attachment: 'attachment',
  text: 'answer',
  thinking: 'thinking',
  summary: 'summary of a compaction',
  base: 'system prompt, tools, memory',
  unlogged: 'not in the log',
  system: 'system prompt',
}

const sections: Readonly<Record<string, string>> = {
  prompt: 'system prompt',
  tool: 'tool definition',
  memory: 'memory file',
  skills: 'skills',
  agents: 'sub-agents',
  reminder: 'reminder',
}

const MOST_PATH = 40

/** Of a long path the end says most. */
const tail = (path: string): string => {
  if (path.length <= MOST_PATH || !path.includes('/')) return path
  const parts = path.split('/')
  let end = parts.pop() ?? ''
  for (let part = parts.pop(); part !== undefined && end.length + part.length < MOST_PATH - 2; part = parts.pop())
    end = `${part}/${end}`
  return `…/${end}`
}

/** An item in a few words: `Read src/app.ts`, `prompt "add a test"`. */
export const itemText = ({ kind, tool, target, title, section, isError }: ItemName): string => {
  const about = target === undefined ? [] : [tail(clean(target))]
  if (kind === 'tool-call' || kind === 'tool-result') {
    const name = clean(tool ?? 'tool')
    const words = [name, ...about.filter(text => text !== name)]
    return [...words, ...(kind === 'tool-call' ? ['(call)'] : isError ? ['(failed)'] : [])].join(' ')
  }
  const noun = kind === 'system' ? (sections[section ?? ''] ?? 'system prompt') : (nouns[kind] ?? kind)
  const named = kind === 'system' && tool !== undefined ? [clean(tool)] : about
  return [noun, ...named, ...(title === undefined ? [] : [`"${clean(title)}"`])].join(' ')
}

const titles: Readonly<Record<Grouping, string>> = {
  activity: 'Activity',
  tool: 'Tool',
  file: 'File',
  command: 'Command',
  mcp: 'MCP server',
  model: 'Model',
  project: 'Project',
  branch: 'Branch',
  session: 'Session',
  turn: 'Turn',
  agent: 'Agent',
  subagent: 'Sub-agent',
  hour: 'Hour',
  day: 'Day',
  version: 'Version',
  cause: 'Cause',
}

export const groupingTitle = (by: Grouping): string => titles[by]

/** What stands where a grouping has nothing to say. */
const none: Readonly<Partial<Record<Grouping, string>>> = {
  tool: 'no tool',
  file: 'no file',
  command: 'no command',
  mcp: 'no MCP server',
  subagent: 'main thread',
  model: 'unknown',
}

/** The name of a row on a screen. */
export const rowName = (row: Pick<WhyRow, 'key' | 'name'>, by: Grouping, view: View): string => {
  const { key, name } = row
  if (key === undefined) return none[by] ?? `no ${titles[by].toLowerCase()}`
  if (by === 'activity') return activityText(key)
  if (by === 'model') return modelName(key)
  if (by === 'agent') return view.agentName(key)
  if (by === 'hour') return `${key}:00`
  return clean(name ?? key)
}

/** `$0.0071` below ten cents, where cents would say too little. */
export const fineUsd = (m: Money): string => {
  const value = usdOf(m)
  const size = Math.abs(value)
  if (size === 0) return '$0'
  if (size < 0.0001) return '<$0.0001'
  const text = size < 0.0995 ? size.toPrecision(2) : size.toFixed(2)
  return `${value < 0 ? '-' : ''}$${Number(text) >= 1000 ? Math.round(size).toLocaleString('en-US') : text}`
}

export const shareOf = (part: Money, whole: Money): number => {
  const all = usdOf(whole)
  return all === 0 ? 0 : usdOf(part) / all
}
