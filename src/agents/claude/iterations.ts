/**
 * Calls that a response made on its way and that its own counts leave out: `advisor_message` (billed at its own model) and
 * `compaction`. `message` iterations are already in the counts, unknown kinds are not added (formats/claude-code.md §3).
 */
import type { UsageEntry } from '../../core/entry.ts'
import { BAD_USAGE, NO_USAGE, readUsage } from './usage.ts'

const suffix: Readonly<Record<string, string>> = { advisor_message: 'advisor', compaction: 'compaction' }

/** Entries for the hidden calls in `json`, the text of the `iterations` array; ids are `<message id>:advisor:<n>`. */
export const hiddenCalls = (of: UsageEntry, json: string): UsageEntry[] => {
  if (!json.includes('advisor_message') && !json.includes('compaction')) return []
  const found: UsageEntry[] = []
  for (const [n, step] of listOf(json).entries()) {
    const type = field(step, 'type')
    const kind = typeof type === 'string' ? suffix[type] : undefined
    const bytes = Buffer.from(`${JSON.stringify(step)}\n`)
    const usage = kind === undefined ? BAD_USAGE : readUsage(bytes, 0)
    if (usage === BAD_USAGE || usage === NO_USAGE) continue
    const model = field(step, 'model')
    found.push({
      ...of,
      model: typeof model === 'string' && model !== '' ? model : of.model,
      tokens: usage.tokens,
      messageId: of.messageId === undefined ? undefined : `${of.messageId}:${kind}:${n}`,
      webSearches: usage.webSearches,
      loggedUsd: undefined,
      isFinal: true,
      isPartial: false,
      visibleLength: 0,
      tools: [],
    })
  }
  return found
}

const listOf = (json: string): readonly unknown[] => {
  const list: unknown = JSON.parse(json)
  return Array.isArray(list) ? list : []
}

const field = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined
