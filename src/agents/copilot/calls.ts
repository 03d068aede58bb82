/**
 * One model call as Copilot's logs have it, and the id by which the same call is known in all of them: the event log, the session
 * store, OpenTelemetry files and VS Code's own logs hold the same calls, the store without any id of the API. What they share
 * is the session and the counts of the whole prompt and of the answer, so these make the id.
 */
import { entryOf, type OwnedEntry, type UsageEntry } from '../../core/entry.ts'
import { type TokenCounts, tokenCounts } from '../../core/tokens.ts'
import type { Sink } from '../define.ts'
import { Figures, textOf } from '../json.ts'

export const AGENT_ID = 'copilot'

/** Nano AI units in an AI unit, Copilot's credit. */
const NANO = 1e9

const MOST_UNITS = 1e9

/** One for all: equal message ids are one call, however its prompt was split up in one log and in another. */
const SAME_CALL = 'call'

/** How often calls of equal size were seen in a session, and the API's id of the last of them. */
export type Seen = Record<string, readonly [times: number, apiId: string]>

/** The figures of one call, as found. */
export interface CallRecord {
  readonly prompt: unknown
  readonly output: unknown
  readonly cacheRead: unknown
  readonly cacheCreation: unknown
  readonly reasoning: unknown
  readonly nanoUnits?: unknown
  readonly usd?: unknown
}

export interface CallFacts extends Partial<UsageEntry> {
  readonly at: number
  readonly session: string | undefined
}

/** The four classes from a prompt that includes what was read from and written to the cache. */
const tokensOf = (figures: Figures, record: CallRecord): TokenCounts => {
  const prompt = figures.count(record.prompt)
  const output = figures.count(record.output)
  const cacheRead = figures.count(record.cacheRead)
  const cacheCreation = figures.count(record.cacheCreation)
  const input = Math.max(0, prompt - cacheRead - cacheCreation)
  return tokenCounts(input, output, cacheCreation, cacheRead, Math.min(figures.count(record.reasoning), output), 0)
}

/** Tokens of a record; odd figures are a diagnostic and count as none. */
export const readTokens = (record: CallRecord, sink: Sink): { tokens: TokenCounts; credits: number | undefined } => {
  const figures = new Figures()
  const tokens = tokensOf(figures, record)
  const units = figures.amount(record.nanoUnits, MOST_UNITS * NANO)
  if (figures.isBad) sink.diagnostic('bad-number')
  return { tokens, credits: units === undefined || units === 0 ? undefined : units / NANO }
}

/** The entry of a call, under the id that it has in every log. Calls of equal size in one session are told apart by their number. */
export const callEntry = (
  seen: Seen,
  record: CallRecord,
  facts: CallFacts,
  sink: Sink,
  apiId?: string | undefined,
): OwnedEntry => {
  const { tokens, credits } = readTokens(record, sink)
  const size = `${facts.session ?? ''}:${tokens.input + tokens.cacheRead + tokens.cacheCreation}:${tokens.output}`
  const [times, last] = seen[size] ?? [0, '']
  const number = apiId !== undefined && apiId === last ? times : times + 1
  seen[size] = [number, apiId ?? '']
  const messageId = number === 1 ? size : `${size}#${number}`
  const quality = record.cacheRead === undefined || record.cacheRead === null ? { quality: noCaches } : {}
  return entryOf({ ...quality, agent: AGENT_ID, tokens, credits, messageId, requestId: SAME_CALL, ...facts })
}

const noCaches: UsageEntry['quality'] = { cacheRead: 'none', cacheCreation: 'none' }

/** `copilot/claude-sonnet-4.5`, as VS Code names it, is `claude-sonnet-4.5`. */
export const modelOf = (...names: readonly unknown[]): string | undefined => {
  for (const name of names) {
    const text = textOf(name)
    if (text !== undefined) return text.replace(/^copilot\//, '')
  }
  return undefined
}
