/** The screen and the JSON of doctor. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { usdOf } from '../core/money.ts'
import type { UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { diagnosticText } from './diagnostic.ts'
import { clean, count, usd } from './format.ts'
import { type Theme, theme } from './theme.ts'
import type { Clock } from './view.ts'
import { pad, wrap } from './width.ts'

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
}

export interface RetentionFact {
  readonly agent: string
  readonly days: number
  readonly isDefault: boolean
  readonly path: string
  readonly setting: string
  /** Epoch ms when the oldest log goes; undefined without logs. */
  readonly deletesAt: number | undefined
  readonly isSoon: boolean
}

export interface DoctorView {
  readonly width: number | undefined
  readonly color: boolean
  readonly clock: (at: number) => Clock
}

const LABEL = 16
/** More diagnostics than this are counted, not listed; JSON has them all. */
const LISTED = 20

type Fact = readonly [label: string, text: string]

export const renderDoctor = (report: DoctorReport, view: DoctorView): string => {
  const paint = theme(view.color)
  const sections: [string, readonly Fact[]][] = [
    ['Logs', logFacts(report)],
    ['Responses', responseFacts(report, view)],
    ['Prices', priceFacts(report, view)],
    ['Kept', report.retention.flatMap(fact => retentionFacts(fact, view))],
  ]
  const drawn = sections.flatMap(([title, facts]) =>
    facts.length === 0 ? [] : [paint(title, 'strong'), ...facts.flatMap(fact => drawFact(fact, view, paint)), ''],
  )
  return [...drawn, ...problems(report, view, paint)].join('\n')
}

const drawFact = ([label, text]: Fact, view: DoctorView, paint: Theme): string[] =>
  wrap(clean(text), view.width === undefined ? undefined : view.width - LABEL - 2).map(
    (line, i) => `  ${paint(pad(i === 0 ? label : '', LABEL), 'dim')}${line}`,
  )

const logFacts = ({ agents, counts, configPath }: DoctorReport): Fact[] => [
  ...agents.flatMap(agent => [
    [agent.name, `${count(agent.files)} ${agent.files === 1 ? 'file' : 'files'}`] as const,
    ...agent.roots.map(
      root =>
        [
          '',
          `${root.isFound ? '✓' : '–'} ${root.path}${root.variable ? ` (${root.variable})` : ''}${root.isFound ? '' : ', nothing there'}`,
        ] as const,
    ),
  ]),
  ['read', `${count(counts.files)} files, ${count(counts.lines)} lines, ${(counts.bytes / 1e6).toFixed(1)} MB`],
  ['config', configPath ?? 'no config file'],
]

const responseFacts = (report: DoctorReport, view: DoctorView): Fact[] => {
  const { merged, totals, unlogged, firstAt, lastAt } = report
  const range =
    firstAt === undefined || lastAt === undefined ? 'none' : `${view.clock(firstAt).day} to ${view.clock(lastAt).day}`
  const facts: Fact[] = [
    [
      'counted',
      `${count(report.responses)} responses, ${count(totalTokens(totals.tokens))} tokens, ${usd(totals.cost)}`,
    ],
    ['dates', range],
    ['merged', `${count(merged.blocks)} further lines of a response in its own session`],
    ['', `${count(merged.copies)} copies from other sessions (resumed, forked)`],
    ['', `${count(merged.sidechains)} replays in sub-agents' logs`],
  ]
  if (totals.partialOutputs > 0)
    facts.push(['lower bound', `${count(totals.partialOutputs)} responses whose output was never completed in the log`])
  if (totals.unpricedTokens > 0)
    facts.push(['unpriced', `${count(totals.unpricedTokens)} tokens of models without a price`])
  if (unlogged.sessions > 0)
    facts.push([
      'not in logs',
      `${count(unlogged.tokens)} tokens, ${usd(unlogged.usd)}, by the agent's own totals of ${count(unlogged.sessions)} ${unlogged.sessions === 1 ? 'session' : 'sessions'}`,
    ])
  return facts
}

const priceFacts = ({ prices }: DoctorReport, view: DoctorView): Fact[] => [
  ['table', `${prices.source}, ${prices.date}, ${count(prices.rows)} rows`],
  [
    'refreshed',
    prices.refreshedAt === undefined ? 'never: the table in the package is used' : view.clock(prices.refreshedAt).day,
  ],
]

const retentionFacts = (fact: RetentionFact, view: DoctorView): Fact[] => {
  const why = fact.isDefault ? 'its default' : `${fact.setting} in ${fact.path}`
  const facts: Fact[] = [[fact.agent, `deletes its logs after ${count(fact.days)} days (${why})`]]
  if (fact.isSoon && fact.deletesAt !== undefined)
    facts.push([
      '',
      `The oldest are due by ${view.clock(fact.deletesAt).day}. To keep them, put "${fact.setting}": 3650 into ${fact.path}`,
    ])
  return facts
}

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

export const doctorJson = (report: DoctorReport): object => ({
  schemaVersion: 1,
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
  duplicates: report.merged,
  firstActivity: isoOf(report.firstAt),
  lastActivity: isoOf(report.lastAt),
  totalTokens: totalTokens(report.totals.tokens),
  totalCost: usdOf(report.totals.cost),
  unpricedTokens: report.totals.unpricedTokens,
  partialOutputCount: report.totals.partialOutputs,
  notInTranscript: { sessions: report.unlogged.sessions, tokens: report.unlogged.tokens, cost: report.unlogged.usd },
  prices: { ...report.prices, refreshedAt: isoOf(report.prices.refreshedAt) },
  config: report.configPath ?? null,
  retention: report.retention.map(({ deletesAt, isDefault, isSoon, ...fact }) => ({
    ...fact,
    default: isDefault,
    deletesFrom: isoOf(deletesAt),
    soon: isSoon,
  })),
  diagnostics: report.diagnostics.map(d => ({ ...d, text: diagnosticText(d) })),
})

const isoOf = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
