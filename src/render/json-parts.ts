/**
 * Shapes that every JSON answer is made of. Keys are ccusage's, of both its generations, so that scripts carry over; ours
 * are added, none is renamed. With `noCost` no key of money is written at all, rather than a zero.
 */
import type { Diagnostic } from '../core/diagnostic.ts'
import { type Money, usdOf } from '../core/money.ts'
import type { AgentShare, ModelShare, ProjectRef } from '../core/report.ts'
import type { UsageSummary } from '../core/summary.ts'
import { type TokenCounts, totalTokens } from '../core/tokens.ts'
import { diagnosticText } from './diagnostic.ts'
import type { View } from './view.ts'

export const SCHEMA_VERSION = 1

/** An amount of money under its key, or nothing where costs are not shown. Never -0. */
export const amount = <K extends string>(
  key: K,
  value: Money | number,
  view: Pick<View, 'noCost'>,
): { [P in K]?: number } => {
  const parts: { [P in K]?: number } = {}
  if (!view.noCost) parts[key] = (typeof value === 'number' ? value : usdOf(value)) + 0
  return parts
}

/** RFC 3339 in UTC with milliseconds; null for a time that is none. */
export const isoTime = (at: number): string | null =>
  Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : null

/** The folder name that Claude Code makes of a path, and ccusage calls `projectPath`. */
export const slugOf = (path: string): string => path.replace(/[^A-Za-z0-9]/g, '-')

export const tokensJson = (t: TokenCounts) => ({
  inputTokens: t.input,
  outputTokens: t.output,
  cacheCreationTokens: t.cacheCreation,
  cacheReadTokens: t.cacheRead,
  totalTokens: totalTokens(t),
  cacheCreation1hTokens: t.longCache,
  reasoningTokens: t.reasoning,
})

/** A summary's counts; the estimates only where asked for, because they are in no other number. */
export const summaryJson = (s: UsageSummary, view: View) => ({
  ...tokensJson(s.tokens),
  ...amount('totalCost', s.cost, view),
  entries: s.entries,
  webSearchRequests: s.webSearches,
  unpricedTokens: s.unpricedTokens,
  partialOutputCount: s.partialOutputs,
  inexactEntries: s.inexactEntries,
  ...(view.includeEstimates
    ? { estimatedTokens: s.estimatedTokens, ...amount('estimatedCost', s.estimatedCost, view) }
    : {}),
})

/** Raw model names, each once, in the order given; responses without a model are in `modelBreakdowns` as null. */
export const modelsUsed = (models: readonly ModelShare[]): string[] => models.flatMap(m => m.model ?? [])

const breakdownsJson = (models: readonly ModelShare[], view: View) =>
  models.map(({ model, summary: { tokens, cost, unpricedTokens } }) => ({
    modelName: model ?? null,
    ...tokensJson(tokens),
    ...amount('cost', cost, view),
    ...(unpricedTokens > 0 ? { missingPricing: true } : {}),
  }))

export const modelsJson = (models: readonly ModelShare[], view: View) => ({
  modelsUsed: modelsUsed(models).sort(),
  modelBreakdowns: breakdownsJson(models, view),
})

/** `project` is the name people use, `projectPath` ccusage's folder name, `projectRoot` the path itself. */
export const projectJson = (project: ProjectRef | undefined) =>
  project ? { project: project.name, projectPath: slugOf(project.path), projectRoot: project.path } : {}

export const agentJson = (share: AgentShare, view: View) => ({
  agent: share.agent,
  ...summaryJson(share.summary, view),
  ...modelsJson(share.models, view),
})

export const totalsJson = (totals: UsageSummary, models: readonly ModelShare[], view: View) => ({
  ...summaryJson(totals, view),
  unpricedModels: modelsUsed(models.filter(m => m.summary.unpricedTokens > 0)).sort(),
})

export const diagnosticsJson = (list: readonly Diagnostic[]) =>
  list.map(d => ({ code: d.code, args: d.args, count: d.count, message: diagnosticText(d) }))
