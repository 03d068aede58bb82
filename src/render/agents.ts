/** The screens and the JSON of agents. */
import {
  type AgentFacts,
  type AgentsReport,
  type QualityCounts,
  type TokenClass,
  tokenClasses,
} from '../core/agents.ts'
import type { DataQuality } from '../core/entry.ts'
import { usdOf } from '../core/money.ts'
import { add, emptySummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { costCell, noCell, numberCell, outputMark } from './cells.ts'
import { diagnosticsLine } from './diagnostic.ts'
import { drawFacts, type Fact } from './facts.ts'
import { clean, counted, percent, usd } from './format.ts'
import { amount, diagnosticsJson, isoTime, SCHEMA_VERSION, tokensJson } from './json-parts.ts'
import { type Column, drawTable, type Row } from './table.ts'
import { theme } from './theme.ts'
import type { View } from './view.ts'
import { pack, wrap } from './width.ts'

export type AgentsView = Pick<View, 'width' | 'color' | 'noCost' | 'quiet' | 'clock'>

const isFound = ({ files, summary }: AgentFacts): boolean => files > 0 || summary.entries > 0

/** `✓`: all as billed. `–`: nothing. `≥`: some of it is missing. `~`: some of it is estimated. */
const markOf = (counts: QualityCounts): string => {
  const { measured, partial, estimated, none } = counts
  if (measured + partial + estimated + none === 0) return ''
  if (measured + partial + estimated === 0) return '–'
  return partial + none > 0 ? '≥' : estimated > 0 ? '~' : '✓'
}

const LEGEND =
  'Data: input, output, cache writes, cache reads. ✓ as billed · ≥ some are missing · ~ some are estimated · – not in the logs'

const day = (at: number, view: AgentsView) => ({ full: Number.isFinite(at) ? view.clock(at).day : '' })

const columnsOf = (view: AgentsView): Column[] => [
  { title: 'Agent', align: 'left', kind: 'label' },
  { title: 'Sessions', align: 'right', kind: 'number', drop: 20 },
  { title: 'Responses', align: 'right', kind: 'number', drop: 25 },
  { title: 'First', align: 'left', kind: 'label', drop: 10 },
  { title: 'Last', align: 'left', kind: 'label', drop: 30 },
  { title: 'Data', align: 'left', kind: 'label' },
  ...(view.noCost ? [] : [{ title: 'Cost', align: 'right', kind: 'number' } satisfies Column]),
]

const rowOf = (agent: AgentFacts, view: AgentsView): Row => {
  const { summary, quality } = agent
  return {
    kind: 'cells',
    cells: [
      { full: agent.name },
      numberCell(agent.sessions),
      numberCell(summary.entries),
      day(summary.firstAt, view),
      day(summary.lastAt, view),
      { full: tokenClasses.map(of => markOf(quality[of])).join(' ') },
      ...(view.noCost ? [] : [summary.entries > 0 ? costCell(summary) : noCell]),
    ],
  }
}

/** One line per agent that was found; the others by name. */
export const renderAgents = (report: AgentsReport, view: AgentsView): string => {
  const paint = theme(view.color)
  const found = report.agents.filter(isFound)
  const missing = report.agents
    .filter(agent => !isFound(agent))
    .map(({ name }, i, { length }) => (i < length - 1 ? `${name},` : name))
  const total = found.reduce((sum, { summary }) => add(sum, summary), emptySummary)
  const sessions = found.reduce((sum, agent) => sum + agent.sessions, 0)
  const totalCells = [{ full: 'Total' }, numberCell(sessions), numberCell(total.entries), noCell, noCell, noCell]
  const rows = found.map(agent => rowOf(agent, view))
  const footer: Row = {
    kind: 'cells',
    cells: view.noCost ? totalCells : [...totalCells, costCell(total)],
    tone: 'strong',
  }
  const table = drawTable({
    columns: columnsOf(view),
    rows,
    footer: found.length > 1 ? [footer] : [],
    width: view.width,
    theme: paint,
  })
  const notes = [
    ...(found.length > 0 && !view.quiet ? wrap(LEGEND, view.width, '  ') : []),
    ...(missing.length > 0 ? pack(['Not found:', ...missing], ' ', view.width ?? Number.POSITIVE_INFINITY) : []),
    ...(view.quiet
      ? []
      : wrap('tokusage agents <id>: where was looked, what is missing, how to switch it on', view.width, '  ')),
    ...wrap(diagnosticsLine(report.diagnostics), view.width, '  ').filter(line => line !== ''),
  ]
  return [...(found.length > 0 ? [...table, ''] : []), ...notes.map(line => paint(line, 'dim'))].join('\n')
}

const CLASS_NAMES = {
  input: 'input',
  output: 'output',
  cacheCreation: 'cache writes',
  cacheRead: 'cache reads',
} satisfies Record<TokenClass, string>

const QUALITY_TEXTS = {
  measured: 'as billed',
  partial: 'lower bounds',
  estimated: 'estimated',
  none: 'not in the logs',
} satisfies Record<DataQuality, string>

const qualities: readonly DataQuality[] = ['measured', 'partial', 'estimated', 'none']

/** `as billed 98%, lower bounds 2%`. */
const qualityText = (counts: QualityCounts): string => {
  const all = qualities.reduce((sum, quality) => sum + counts[quality], 0)
  const some = qualities.filter(quality => counts[quality] > 0)
  if (some.length === 1) return some.map(quality => QUALITY_TEXTS[quality]).join('')
  return some.map(quality => `${QUALITY_TEXTS[quality]} ${percent(counts[quality] / all)}`).join(', ')
}

const lookFacts = ({ looked, files, variable, blockHours }: AgentFacts): Fact[] => [
  ['found', files > 0 ? counted(files, 'log', 'logs') : 'no logs'],
  ...looked.map(({ path, isFound: isThere, variable: named, profile }, i): Fact => {
    const about = [...(named === undefined ? [] : [named]), ...(profile === undefined ? [] : [`profile ${profile}`])]
    return [
      i === 0 ? 'looked in' : '',
      `${isThere ? '✓' : '–'} ${path}${about.length > 0 ? ` (${about.join(', ')})` : ''}`,
    ]
  }),
  ['elsewhere', `set ${variable}, or name a profile in the config file`],
  ['blocks', blockHours === undefined ? 'no billing windows of its own' : `billing windows of ${blockHours} hours`],
]

const usageFacts = ({ summary, sessions, quality }: AgentFacts, view: AgentsView): Fact[] => {
  if (summary.entries === 0) return []
  const { firstAt, lastAt, tokens } = summary
  const cost = view.noCost ? '' : `, ${costCell(summary).full}`
  const estimate = view.noCost || usdOf(summary.estimatedCost) === 0 ? '' : `, ${usd(summary.estimatedCost, '~')}`
  return [
    ['sessions', counted(sessions, 'session', 'sessions')],
    [
      'responses',
      `${counted(summary.entries, 'response', 'responses')}, ${outputMark(summary)}${counted(totalTokens(tokens), 'token', 'tokens')}${cost}`,
    ],
    ['days', `${view.clock(firstAt).day} to ${view.clock(lastAt).day}`],
    ...tokenClasses.map((of): Fact => [CLASS_NAMES[of], qualityText(quality[of])]),
    ...(summary.estimatedTokens > 0
      ? [
          [
            'estimated',
            `~${counted(summary.estimatedTokens, 'token', 'tokens')}${estimate}, in no other number`,
          ] as const,
        ]
      : []),
  ]
}

/** Everything that is known of one agent. */
export const renderAgent = (agent: AgentFacts, { diagnostics, timeZone }: AgentsReport, view: AgentsView): string => {
  const paint = theme(view.color)
  const lines = drawFacts(
    [
      [agent.name, lookFacts(agent)],
      [`Usage (days in ${timeZone})`, usageFacts(agent, view)],
      ['Not in its logs', agent.gaps.map((gap, i): Fact => [i === 0 ? 'missing' : '', gap])],
    ],
    view.width,
    paint,
  )
  const odd = wrap(diagnosticsLine(diagnostics), view.width, '  ').filter(line => line !== '')
  return [...lines, ...odd.map(line => paint(line, 'dim'))].join('\n').trimEnd()
}

const agentJson = (agent: AgentFacts, view: Pick<View, 'noCost'>) => {
  const { summary } = agent
  return {
    agent: agent.id,
    name: agent.name,
    found: isFound(agent),
    files: agent.files,
    variable: agent.variable,
    blockHours: agent.blockHours ?? null,
    looked: agent.looked.map(({ path, isFound: found, variable, profile }) => ({
      path,
      found,
      ...(variable === undefined ? {} : { variable }),
      ...(profile === undefined ? {} : { profile }),
    })),
    sessions: agent.sessions,
    entries: summary.entries,
    firstActivity: isoTime(summary.firstAt),
    lastActivity: isoTime(summary.lastAt),
    ...tokensJson(summary.tokens),
    ...amount('totalCost', summary.cost, view),
    unpricedTokens: summary.unpricedTokens,
    partialOutputCount: summary.partialOutputs,
    inexactEntries: summary.inexactEntries,
    estimatedTokens: summary.estimatedTokens,
    ...amount('estimatedCost', summary.estimatedCost, view),
    quality: Object.fromEntries(tokenClasses.map(of => [of, agent.quality[of]])),
    gaps: agent.gaps.map(clean),
  }
}

/** All of it as a value for `JSON.stringify` (documented by `json-schema.ts`). */
export const agentsJson = (report: AgentsReport, view: Pick<View, 'noCost'>): object => ({
  agents: report.agents.map(agent => agentJson(agent, view)),
  diagnostics: diagnosticsJson(report.diagnostics),
  schemaVersion: SCHEMA_VERSION,
  timeZone: report.timeZone,
})
