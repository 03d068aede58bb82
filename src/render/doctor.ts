/** The screen and the JSON of doctor. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { costCell, outputMark } from './cells.ts'
import { diagnosticText } from './diagnostic.ts'
import { clean, count, counted, usd } from './format.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION } from './json-parts.ts'
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
  /** The zone of the days in `DoctorView.clock`. */
  readonly timeZone: string
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
  readonly noCost: boolean
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
    [agent.name, counted(agent.files, 'file', 'files')] as const,
    ...agent.roots.map(
      root =>
        [
          '',
          `${root.isFound ? '✓' : '–'} ${root.path}${root.variable ? ` (${root.variable})` : ''}${root.isFound ? '' : ', nothing there'}`,
        ] as const,
    ),
  ]),
  [
    'read',
    `${counted(counts.files, 'file', 'files')}, ${counted(counts.lines, 'line', 'lines')}, ${(counts.bytes / 1e6).toFixed(1)} MB`,
  ],
  ['config', configPath ?? 'no config file'],
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

const retentionFacts = (fact: RetentionFact, view: DoctorView): Fact[] => {
  const why = fact.isDefault ? 'its default' : `${fact.setting} in ${fact.path}`
  const facts: Fact[] = [[fact.agent, `deletes its logs after ${counted(fact.days, 'day', 'days')} (${why})`]]
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
  retention: report.retention.map(({ agent, days, path, setting, deletesAt, isDefault, isSoon }) => ({
    agent,
    days,
    path,
    setting,
    default: isDefault,
    deletesFrom: isoOf(deletesAt),
    soon: isSoon,
  })),
  diagnostics: diagnosticsJson(report.diagnostics),
})

const isoOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))
