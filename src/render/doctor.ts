/** The screen and the JSON of doctor. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { RetentionFact } from '../core/retention.ts'
import type { UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { costCell, outputMark } from './cells.ts'
import { diagnosticText } from './diagnostic.ts'
import { drawFacts, type Fact } from './facts.ts'
import { count, counted, usd } from './format.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION } from './json-parts.ts'
import { retentionFacts } from './retention.ts'
import { type Theme, theme } from './theme.ts'
import type { Clock } from './view.ts'
import { wrap } from './width.ts'

export interface DoctorReport {
  readonly agents: readonly {
    readonly id: string
    readonly name: string
    readonly files: number
    readonly roots: readonly {
      readonly path: string
      readonly isFound: boolean
      readonly variable?: string | undefined
    }[]
  }[]
  readonly counts: { readonly files: number; readonly lines: number; readonly bytes: number }
  readonly responses: number
  readonly merged: { readonly blocks: number; readonly copies: number; readonly sidechains: number }
  /** Epoch ms of the first and the last response. */
  readonly firstAt: number | undefined
  readonly lastAt: number | undefined
  readonly totals: UsageSummary
  /** What agents say they used beyond their transcripts, over the sessions that say so. */
  readonly unlogged: { readonly sessions: number; readonly tokens: number; readonly usd: number }
  readonly diagnostics: readonly Diagnostic[]
  readonly prices: {
    readonly source: string
    readonly date: string
    readonly rows: number
    readonly cachePath: string
    readonly refreshedAt: number | undefined
  }
  readonly configPath: string | undefined
  readonly retention: readonly RetentionFact[]
  /** The zone of the days in `DoctorView.clock`. */
  readonly timeZone: string
}

export interface DoctorView {
  readonly width: number | undefined
  readonly color: boolean
  readonly noCost: boolean
  readonly clock: (at: number) => Clock
}

/** More diagnostics than this are counted, not listed; JSON has them all. */
const LISTED = 20

export const renderDoctor = (report: DoctorReport, view: DoctorView): string => {
  const paint = theme(view.color)
  const sections: readonly (readonly [string, readonly Fact[]])[] = [
    ['Logs', logFacts(report)],
    ['Responses', responseFacts(report, view)],
    ['Prices', priceFacts(report, view)],
    ['Kept', report.retention.flatMap(fact => retentionFacts(fact, view.clock))],
  ]
  const drawn = drawFacts(sections, view.width, paint)
  return [...drawn, ...problems(report, view, paint)].join('\n')
}

/** Agents that are nowhere are named in one line where they are more than these. */
const MOST_ABSENT = 3

const absentFacts = (names: readonly string[]): Fact[] =>
  names.length === 0 ? [] : [['not found', `${names.join(', ')} ('tokusage agents <id>' says where was looked)`]]

const logFacts = ({ agents, counts, configPath }: DoctorReport): Fact[] => {
  const absent = agents.filter(({ files, roots }) => files === 0 && !roots.some(root => root.isFound))
  const isShort = absent.length > MOST_ABSENT
  return [
    ...agents.filter(agent => !isShort || !absent.includes(agent)).flatMap(placeFacts),
    ...absentFacts(isShort ? absent.map(({ name }) => name) : []),
    [
      'read',
      `${counted(counts.files, 'file', 'files')}, ${counted(counts.lines, 'line', 'lines')}, ${(counts.bytes / 1e6).toFixed(1)} MB`,
    ],
    ['config', configPath ?? 'no config file'],
  ]
}

const placeFacts = (agent: DoctorReport['agents'][number]): Fact[] => [
  [agent.name, counted(agent.files, 'file', 'files')] as const,
  ...agent.roots.map(
    root =>
      [
        '',
        `${root.isFound ? '✓' : '–'} ${root.path}${root.variable ? ` (${root.variable})` : ''}${root.isFound ? '' : ', nothing there'}`,
      ] as const,
  ),
]

const tokens = (totals: UsageSummary): string =>
  outputMark(totals) + counted(totalTokens(totals.tokens), 'token', 'tokens')

const responseFacts = (report: DoctorReport, view: DoctorView): Fact[] => {
  const { merged, totals, unlogged, firstAt, lastAt } = report
  const range =
    firstAt === undefined || lastAt === undefined ? 'none' : `${view.clock(firstAt).day} to ${view.clock(lastAt).day}`
  const money = (text: string): string => (view.noCost ? '' : `, ${text}`)
  const facts: Fact[] = [
    [
      'counted',
      `${counted(report.responses, 'response', 'responses')}, ${tokens(totals)}${money(costCell(totals).full)}`,
    ],
    ['dates', `${range} (${report.timeZone})`],
    ['merged', `${counted(merged.blocks, 'further line', 'further lines')} of a response in its own session`],
    ['', `${counted(merged.copies, 'copy', 'copies')} from other sessions (resumed, forked)`],
    ['', `${counted(merged.sidechains, 'replay', 'replays')} in sub-agents' logs`],
  ]
  if (totals.partialOutputs > 0)
    facts.push([
      'lower bound',
      `${counted(totals.partialOutputs, 'response', 'responses')} whose output was never completed in the log`,
    ])
  if (totals.uncertainEntries > 0)
    facts.push([
      'not exact',
      `${counted(totals.uncertainEntries, 'response', 'responses')} whose log does not hold all counts ('tokusage agents' says why)`,
    ])
  if (totals.unpricedTokens > 0 && !view.noCost)
    facts.push(['unpriced', `${counted(totals.unpricedTokens, 'token', 'tokens')} of models without a price`])
  if (unlogged.sessions > 0)
    facts.push([
      'not in logs',
      `${counted(unlogged.tokens, 'token', 'tokens')}${money(usd(unlogged.usd))}, by the agent's own totals of ${counted(unlogged.sessions, 'session', 'sessions')}`,
    ])
  return facts
}

const datedSource = ({ source, date }: DoctorReport['prices']): string =>
  source.endsWith(date) ? source : `${source}, ${date}`

const priceFacts = ({ prices }: DoctorReport, view: DoctorView): Fact[] => [
  ['table', `${datedSource(prices)}, ${counted(prices.rows, 'row', 'rows')}`],
  [
    'refreshed',
    prices.refreshedAt === undefined ? 'never: the table in the package is used' : view.clock(prices.refreshedAt).day,
  ],
]

const problems = ({ diagnostics }: DoctorReport, view: DoctorView, paint: Theme): string[] => {
  if (diagnostics.length === 0) return [paint('Nothing odd was found.', 'good')]
  const rest = diagnostics.length - LISTED
  return [
    paint('Odd', 'strong'),
    ...diagnostics
      .slice(0, LISTED)
      .flatMap(d => wrap(diagnosticText(d), view.width, '    ').map((l, i) => (i === 0 ? `  ${l}` : l))),
    ...(rest > 0 ? [paint(`  and ${count(rest)} more; --json lists them all`, 'dim')] : []),
  ]
}

/** The findings as a value for `JSON.stringify` (documented by `json-schema.ts`). */
export const doctorJson = (report: DoctorReport, view: Pick<DoctorView, 'noCost'>): object => ({
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
  agents: report.agents.map(({ id, name, files, roots }) => ({
    agent: id,
    name,
    files,
    roots: roots.map(({ path, isFound, variable }) => ({ path, found: isFound, ...(variable ? { variable } : {}) })),
  })),
  files: report.counts.files,
  lines: report.counts.lines,
  bytes: report.counts.bytes,
  responses: report.responses,
  duplicates: {
    blocks: report.merged.blocks,
    copies: report.merged.copies,
    sidechains: report.merged.sidechains,
  },
  firstActivity: isoOf(report.firstAt),
  lastActivity: isoOf(report.lastAt),
  totalTokens: totalTokens(report.totals.tokens),
  ...amount('totalCost', report.totals.cost, view),
  unpricedTokens: report.totals.unpricedTokens,
  partialOutputCount: report.totals.partialOutputs,
  inexactEntries: report.totals.inexactEntries,
  notInTranscript: {
    sessions: report.unlogged.sessions,
    tokens: report.unlogged.tokens,
    ...amount('cost', report.unlogged.usd, view),
  },
  prices: {
    source: report.prices.source,
    date: report.prices.date,
    rows: report.prices.rows,
    cachePath: report.prices.cachePath,
    refreshedAt: isoOf(report.prices.refreshedAt),
  },
  config: report.configPath ?? null,
  retention: report.retention.map(fact => ({
    agent: fact.agent,
    days: fact.days,
    path: fact.path,
    setting: fact.setting,
    default: fact.isDefault,
    deletesFrom: isoOf(fact.deletesAt),
    soon: fact.isSoon,
    inHistory: fact.missing === undefined,
    reason: fact.missing ?? null,
    unreadLogs: fact.unread,
  })),
  diagnostics: diagnosticsJson(report.diagnostics),
})

const isoOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))
