/**
 * Reports as JSON values (documented by `json-schema.ts`, which is not loaded here). The top-level key is the command, the
 * shape is the same when empty, and nothing but `--no-cost` takes a key away.
 */

import { money } from '../core/money.ts'
import type {
  BlocksReport,
  PeriodReport,
  PeriodRow,
  Report,
  SessionBlock,
  SessionDetail,
  SessionReport,
  SessionRow,
  ThreadShare,
  UnloggedUsage,
} from '../core/report.ts'
import { totalTokens } from '../core/tokens.ts'
import { clean } from './format.ts'
import {
  agentJson,
  amount,
  diagnosticsJson,
  isoTime,
  modelsJson,
  modelsUsed,
  projectJson,
  SCHEMA_VERSION,
  slugOf,
  summaryJson,
  tokensJson,
  totalsJson,
} from './json-parts.ts'
import type { View } from './view.ts'

const DATE_KEYS = { daily: 'date', weekly: 'week', monthly: 'month' } satisfies Record<PeriodReport['kind'], string>

const periodRowJson = (row: PeriodRow, report: PeriodReport, view: View) => ({
  [DATE_KEYS[report.kind]]: row.period,
  period: row.period,
  // ccusage writes `all` in unified reports, even when only one agent was found.
  agent: view.focused && report.agents.length === 1 ? report.agents[0]! : 'all',
  ...projectJson(row.project),
  ...summaryJson(row.summary, view),
  ...modelsJson(row.models, view),
  metadata: { agents: row.agents.map(a => a.agent) },
  ...(view.byAgent ? { agents: row.agents.map(a => agentJson(a, view)) } : {}),
})

/** Rows by ccusage's folder name; rows without a project are under the empty name. */
const projectsJson = (report: PeriodReport, rows: readonly object[]) => {
  const projects = new Map<string, object[]>()
  for (const [i, row] of report.rows.entries()) {
    const slug = slugOf(row.project?.path ?? '')
    const known = projects.get(slug)
    if (known) known.push(rows[i]!)
    else projects.set(slug, [rows[i]!])
  }
  return Object.fromEntries([...projects].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

const tail = (report: Report, view: View) => ({
  totals: totalsJson(report.totals, report.models, view),
  ...(report.profiles ? { profiles: report.profiles } : {}),
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})

const periodJson = (report: PeriodReport, view: View) => {
  const rows = report.rows.map(r => periodRowJson(r, report, view))
  return {
    [report.kind]: rows,
    ...(report.byProject ? { projects: projectsJson(report, rows) } : {}),
    ...tail(report, view),
  }
}

const unloggedJson = ({ tokens, usd }: UnloggedUsage, view: View) => ({
  unlogged: { totalTokens: tokens, ...amount('totalCost', usd, view) },
})

const sessionRowJson = (row: SessionRow, view: View) => {
  const { firstAt, lastAt } = row.summary
  const lastActivity = isoTime(lastAt)
  const project = projectJson(row.project)
  return {
    sessionId: row.session ?? null,
    period: row.session ?? null,
    agent: row.agent,
    ...(view.titles && row.title !== undefined ? { title: clean(row.title) } : {}),
    ...project,
    ...(row.branch === undefined ? {} : { branch: row.branch }),
    firstActivity: isoTime(firstAt),
    lastActivity,
    durationMs: Number.isFinite(firstAt) ? lastAt - firstAt : 0,
    ...summaryJson(row.summary, view),
    ...modelsJson(row.models, view),
    subagents: { count: row.subagentCount, ...summaryJson(row.subagents, view) },
    ...(row.unlogged ? unloggedJson(row.unlogged, view) : {}),
    metadata: { lastActivity, ...(row.project ? { projectPath: slugOf(row.project.path) } : {}) },
    ...(view.byAgent ? { agents: [agentJson(row, view)] } : {}),
  }
}

/** ccusage's `session` is unified and singular, its `claude session` plural. */
const sessionJson = (report: SessionReport, view: View) => ({
  [view.focused ? 'sessions' : 'session']: report.rows.map(r => sessionRowJson(r, view)),
  ...tail(report, view),
})

const blockJson = (block: SessionBlock, view: View) => {
  const startTime = isoTime(block.startAt)
  const { tokens, cost, entries } = block.summary
  const { burnRate, projection, limit } = block
  return {
    id: block.isGap ? `gap-${startTime}` : startTime,
    agent: block.agent,
    startTime,
    endTime: isoTime(block.endAt),
    actualEndTime: block.lastAt === undefined ? null : isoTime(block.lastAt),
    isActive: block.isActive,
    isGap: block.isGap,
    entries,
    totalTokens: totalTokens(tokens),
    tokenCounts: {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      cacheCreationInputTokens: tokens.cacheCreation,
      cacheReadInputTokens: tokens.cacheRead,
    },
    ...amount('costUSD', cost, view),
    models: modelsUsed(block.models),
    unpricedTokens: block.summary.unpricedTokens,
    partialOutputCount: block.summary.partialOutputs,
    inexactEntries: block.summary.inexactEntries,
    burnRate: burnRate
      ? {
          tokensPerMinute: burnRate.tokensPerMinute,
          tokensPerMinuteForIndicator: burnRate.tokensPerMinuteForIndicator,
          ...amount('costPerHour', burnRate.usdPerHour, view),
        }
      : null,
    projection: projection
      ? {
          totalTokens: projection.totalTokens,
          ...amount('totalCost', projection.totalUsd, view),
          remainingMinutes: projection.remainingMinutes,
        }
      : null,
    ...(limit ? { tokenLimitStatus: { ...limit } } : {}),
    ...(view.byAgent ? { agents: block.isGap ? [] : [agentJson(block, view)] } : {}),
  }
}

const blocksJson = (report: BlocksReport, view: View) => ({
  blocks: report.rows.map(b => blockJson(b, view)),
  ...tail(report, view),
})

/** A report as a value for `JSON.stringify`. */
export const reportJson = (report: Report, view: View): object => {
  switch (report.kind) {
    case 'session':
      return sessionJson(report, view)
    case 'blocks':
      return blocksJson(report, view)
    default:
      return periodJson(report, view)
  }
}

const threadJson = (t: ThreadShare, view: View) => ({
  subagent: t.subagent ?? null,
  ...(t.type === undefined ? {} : { type: t.type }),
  ...(t.description === undefined ? {} : { description: clean(t.description) }),
  ...summaryJson(t.summary, view),
  ...modelsJson(t.models, view),
})

/** One session in detail. `costUSD` of a call without a known price is 0 and its `basis` is `missing`. */
export const sessionDetailJson = (detail: SessionDetail, view: View): object => ({
  session: sessionRowJson(detail.row, view),
  entries: detail.calls.map(({ entry, cost, context }) => ({
    timestamp: isoTime(entry.at),
    ...tokensJson(entry.tokens),
    model: entry.model ?? null,
    ...amount('costUSD', money(0, cost.pico), view),
    ...(view.noCost ? {} : { basis: cost.basis }),
    contextTokens: context,
    subagent: entry.subagent ?? null,
    isPartial: entry.isPartial,
  })),
  sessionId: detail.row.session ?? null,
  ...amount('totalCost', detail.row.summary.cost, view),
  totalTokens: totalTokens(detail.row.summary.tokens),
  threads: detail.threads.map(t => threadJson(t, view)),
  ...(detail.total
    ? {
        agentTotal: {
          models: detail.total.models.map(m => ({
            modelName: m.model,
            ...tokensJson(m.tokens),
            ...amount('cost', m.usd, view),
          })),
          ...amount('totalCost', detail.total.usd, view),
        },
      }
    : {}),
  diagnostics: diagnosticsJson(detail.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: detail.timeZone,
})
