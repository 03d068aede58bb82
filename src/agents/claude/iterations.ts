/**
 * Calls that a response made on its way and that its own counts leave out: `advisor_message` (billed at its own model) and
 * `compaction`. `message` iterations are already in the counts, unknown kinds are not added (formats/claude-code.md §3).
 */
import type { UsageEntry } from '../../core/entry.ts'
import { spareForParts } from './record.ts'
import { readUsage, usage } from './usage.ts'

const suffix: Readonly<Record<string, string>> = { advisor_message: 'advisor', compaction: 'compaction' }

/** Entries for the hidden calls in `json`, the text of the `iterations` array; ids are `<message id>:advisor:<n>`. */
export const hiddenCalls = (of: UsageEntry, json: string): UsageEntry[] => {
  const found: UsageEntry[] = []
  const seen = new Map<string, number>()
  for (const step of listOf(json)) {
    const type = field(step, 'type')
    const kind = typeof type === 'string' ? suffix[type] : undefined
    if (kind === undefined) continue
    // As a record of its own it is read by the same rules as any usage.
    const record = spareForParts.with(Buffer.from(JSON.stringify({ type: 'assistant', message: { usage: step } })))
    record.walk(0)
    readUsage(record)
    if (usage.isBad || !usage.hasCount) continue
    const n = seen.get(kind) ?? 0
    seen.set(kind, n + 1)
    const model = field(step, 'model')
    found.push({
      ...of,
      model: typeof model === 'string' && model !== '' ? model : of.model,
      tokens: usage.tokens(),
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
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) ? list : []
  } catch {
    return [] // well-formed but for an escape: the response itself still counts
  }
}

const field = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined
