/**
 * One response from several log lines: counts of the fullest, taken whole; time, session and folder of the original. The same
 * in whatever order the lines come (formats/claude-code.md §4).
 */
import type { UsageEntry } from './entry.ts'
import { totalTokens } from './tokens.ts'

/** Whether two lines were sent the same prompt, by their counts. */
export const sameInputSide = (a: UsageEntry, b: UsageEntry): boolean =>
  a.tokens.input === b.tokens.input &&
  a.tokens.cacheRead === b.tokens.cacheRead &&
  a.tokens.cacheCreation === b.tokens.cacheCreation

/** Whether two lines of one message id are certainly one line of thought: same request, same session, same thread. */
export const isSameRow = (a: UsageEntry, b: UsageEntry): boolean =>
  a.requestId === b.requestId &&
  a.session === b.session &&
  a.isSidechain === b.isSidechain &&
  (a.requestId !== undefined || sameInputSide(a, b))

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Negative when `a`'s counts win over `b`'s: the largest output, then the main thread, then the latest, then what the agent called final. */
export const byFullness = (a: UsageEntry, b: UsageEntry): number =>
  b.tokens.output - a.tokens.output ||
  Number(a.isSidechain) - Number(b.isSidechain) ||
  b.doneAt - a.doneAt ||
  Number(b.isFinal) - Number(a.isFinal) ||
  totalTokens(b.tokens) - totalTokens(a.tokens) ||
  b.visibleLength - a.visibleLength ||
  compare(a.model ?? '', b.model ?? '') ||
  compare(b.tokens.longCache, a.tokens.longCache) ||
  compare(a.speed ?? '', b.speed ?? '') ||
  compare(a.tier ?? '', b.tier ?? '') ||
  compare(a.geo ?? '', b.geo ?? '') ||
  b.webSearches - a.webSearches ||
  b.tokens.input - a.tokens.input ||
  b.tokens.cacheRead - a.tokens.cacheRead ||
  b.tokens.reasoning - a.tokens.reasoning ||
  Number(a.isPartial) - Number(b.isPartial)

/** Negative when `a` is the original of `b`: the earliest line, then the log that began first, then the main thread. */
export const byOrigin = (a: UsageEntry, b: UsageEntry): number =>
  a.at - b.at ||
  a.sourceAt - b.sourceAt ||
  Number(a.isSidechain) - Number(b.isSidechain) ||
  compare(a.session ?? '', b.session ?? '') ||
  compare(a.cwd ?? '', b.cwd ?? '') ||
  compare(a.subagent ?? '', b.subagent ?? '') ||
  compare(a.project ?? '', b.project ?? '') ||
  compare(a.folder ?? '', b.folder ?? '') ||
  compare(a.branch ?? '', b.branch ?? '') ||
  compare(a.version ?? '', b.version ?? '') ||
  compare(a.profile ?? '', b.profile ?? '')

/** A cost of 0 is what copies carry; the highest that any line logged stands for all. */
export const higher = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** Both lists, each value once. */
export const union = (a: readonly string[], b: readonly string[]): readonly string[] => {
  if (b.length === 0 || a === b) return a
  if (a.length === 0) return b
  const missing = b.filter(tool => !a.includes(tool))
  return missing.length === 0 ? a : [...a, ...missing]
}

/** Tools of copies, in an order that does not depend on which came first. */
const mergeTools = (a: readonly string[], b: readonly string[]): readonly string[] =>
  a.length === 0 || b.length === 0 ? union(a, b) : [...union(a, b)].sort()

/** One entry from two of the same response, in either order. */
export const merge = (a: UsageEntry, b: UsageEntry): UsageEntry => {
  const [counts, rest] = byFullness(a, b) <= 0 ? [a, b] : [b, a]
  const origin = byOrigin(a, b) <= 0 ? a : b
  return {
    agent: origin.agent,
    at: origin.at,
    doneAt: counts.doneAt,
    session: origin.session,
    project: origin.project,
    folder: origin.folder,
    cwd: origin.cwd,
    branch: origin.branch,
    version: origin.version,
    model: counts.model,
    provider: counts.provider,
    tokens: counts.tokens,
    estimated: counts.estimated,
    quality: counts.quality,
    messageId: counts.messageId,
    requestId: counts.requestId ?? rest.requestId,
    isSidechain: origin.isSidechain,
    subagent: origin.subagent,
    speed: counts.speed,
    tier: counts.tier,
    geo: counts.geo,
    webSearches: counts.webSearches,
    loggedUsd: higher(counts.loggedUsd, rest.loggedUsd),
    credits: higher(counts.credits, rest.credits),
    isFinal: counts.isFinal,
    isPartial: counts.isPartial,
    visibleLength: counts.visibleLength,
    tools: mergeTools(a.tools, b.tools),
    sourceAt: origin.sourceAt,
    profile: origin.profile,
  }
}
