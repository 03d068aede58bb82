/** What work an item belongs to. Tools of all agents are known by the words in their names. */
import type { ContextItem } from '../core/item.ts'
import type { ReceiptKind } from './types.ts'

export type Activity =
  | 'reading'
  | 'writing'
  | 'commands'
  | 'tests'
  | 'git'
  | 'searching'
  | 'web'
  | 'planning'
  | 'delegation'
  | 'mcp'
  | 'conversation'
  | 'thinking'
  | 'base'
  | 'compaction'
  | 'unlogged'
  | 'other-tools'

const byKind: Readonly<Partial<Record<ReceiptKind, Activity>>> = {
  base: 'base',
  system: 'base',
  unlogged: 'unlogged',
  summary: 'compaction',
  thinking: 'thinking',
  prompt: 'conversation',
  attachment: 'conversation',
  text: 'conversation',
}

/** In order: the first that matches. Names are compared without case and separators. */
const byTool: readonly (readonly [RegExp, Activity])[] = [
  [/^mcp|readmcpresource/, 'mcp'],
  [/websearch|webfetch|fetch|browser|urlread|googlewebsearch/, 'web'],
  [/toolsearch|todo|plan|task(?:create|update|list|get)|question|askuser|thought/, 'planning'],
  [/^task|agent|delegate|workflow|subagent|skill/, 'delegation'],
  [/edit|write|patch|replace|insert|create|notebook|applydiff|move|delete/, 'writing'],
  [/grep|glob|search|find|^ls$|list|codebase/, 'searching'],
  [/read|view|open|cat|fileinfo/, 'reading'],
  [/bash|shell|exec|command|terminal|process|stdin|kill|output/, 'commands'],
]

const tests =
  /^(?:vitest|jest|pytest|tox|mocha|ava|playwright|tsc|eslint|biome|ruff|mypy|make|cmake|ninja|gradle|gradlew|mvn|bazel|ctest|phpunit|rspec)\b|\b(?:test|tests|build|check|lint|clippy|typecheck|vitest|jest|pytest|tsc|compile)$/

const commands = new Map<string, Activity>()

const ofCommand = (head: string): Activity => {
  const known = commands.get(head) ?? activityOfCommand(head)
  commands.set(head, known)
  return known
}

const activityOfCommand = (head: string): Activity => {
  if (/^(?:git|gh|jj|hg|svn)\b/.test(head)) return 'git'
  if (tests.test(head)) return 'tests'
  if (/^(?:grep|rg|ag|find|fd|ls|tree)\b/.test(head)) return 'searching'
  return /^(?:curl|wget)\b/.test(head) ? 'web' : 'commands'
}

const known = new Map<string, Activity>()

const ofTool = (tool: string): Activity => {
  const found = known.get(tool)
  if (found) return found
  const name = tool.toLowerCase().replace(/[^a-z]/g, '')
  const activity = byTool.find(([words]) => words.test(name))?.[1] ?? 'other-tools'
  known.set(tool, activity)
  return activity
}

export const activityOf = (kind: ReceiptKind, item: ContextItem | undefined): Activity => {
  if (kind === 'system' && item?.target?.kind === 'mcp') return 'mcp'
  const plain = byKind[kind]
  if (plain) return plain
  const target = item?.target
  if (target?.kind === 'mcp') return 'mcp'
  if (target?.kind === 'command') return ofCommand(target.name)
  return ofTool(item?.tool ?? '')
}
