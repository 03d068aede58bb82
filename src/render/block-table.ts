/** Billing windows in local time; the active one with its burn rate and where it is heading. */
import type { BlocksReport, SessionBlock } from '../core/report.ts'
import { totalTokens } from '../core/tokens.ts'
import {
  barCell,
  barColumn,
  costCell,
  listCell,
  modelsColumn,
  nameWidth,
  noCell,
  numberCell,
  peakOf,
  totalCell,
} from './cells.ts'
import { count, duration, modelName, percent, short, shortUsd, usd } from './format.ts'
import type { Cell, Column, Row, Table } from './table.ts'
import type { Tone } from './theme.ts'
import type { View } from './view.ts'

const whenCell = (at: number, view: View): Cell => {
  const { day, time } = view.clock(at)
  return { full: `${day} ${time}`, short: `${day.slice(-5)} ${time}` }
}

/** Used, or left and gone for the active block, or the length of a gap. */
const spanCell = (block: SessionBlock, now: number): Cell => {
  if (block.isGap) return { full: `gap ${duration(block.endAt - block.startAt)}` }
  if (!block.isActive) return { full: duration((block.lastAt ?? block.startAt) - block.startAt) }
  const gone = duration(now - block.startAt)
  return {
    full: `ACTIVE ${gone}, ${duration(block.endAt - now)} left`,
    short: `ACTIVE ${gone}`,
    tone: 'good',
  }
}

const shareCell = (tokens: number, limit: number): Cell => ({
  full: limit > 0 ? percent(tokens / limit) : '?',
  tone: tokens > limit ? 'bad' : undefined,
})

/** One drawn line; the columns of a limit and of money come and go with the report and the view. */
interface Line {
  readonly when?: Cell
  readonly span: Cell
  readonly agent?: Cell
  readonly models?: Cell
  readonly tokens?: Cell
  readonly share?: Cell
  readonly cost?: Cell
  readonly bar?: Cell
  readonly tone?: Tone
}

const blockLines = (block: SessionBlock, report: BlocksReport, view: View, peak: number): Line[] => {
  const when = whenCell(block.startAt, view)
  const span = spanCell(block, report.now)
  const agent: Cell = { full: view.agentName(block.agent) }
  if (block.isGap) return [{ when, span, agent, tone: 'dim' }]
  const tokens = totalTokens(block.summary.tokens)
  const shareOf = (n: number): { share?: Cell } =>
    report.tokenLimit === undefined ? {} : { share: shareCell(n, report.tokenLimit) }
  const main: Line = {
    when,
    span,
    agent,
    models: view.breakdown ? noCell : listCell(block.models),
    tokens: totalCell(block.summary),
    ...shareOf(tokens),
    cost: costCell(block.summary),
    bar: barCell(block.summary, peak, view),
    ...(block.isActive ? { tone: 'strong' } : {}),
  }
  const models = (view.breakdown ? block.models : []).map(
    (m): Line => ({
      span: noCell,
      models: { full: '', items: [modelName(m.model)] },
      tokens: totalCell(m.summary),
      cost: costCell(m.summary),
      tone: 'dim',
    }),
  )
  const { burnRate, projection } = block
  const rate: Line[] = burnRate
    ? [
        {
          span: { full: 'burn rate' },
          tokens: { full: `${count(burnRate.tokensPerMinute)}/min`, short: `${short(burnRate.tokensPerMinute)}/min` },
          cost: { full: `${usd(burnRate.usdPerHour)}/h`, short: `${shortUsd(burnRate.usdPerHour)}/h` },
          tone: 'dim',
        },
      ]
    : []
  const heading: Line[] = projection
    ? [
        {
          span: { full: 'projected' },
          tokens: numberCell(projection.totalTokens),
          ...shareOf(projection.totalTokens),
          cost: { full: usd(projection.totalUsd), short: shortUsd(projection.totalUsd) },
          tone: 'dim',
        },
      ]
    : []
  return [main, ...models, ...rate, ...heading]
}

export const blockTable = (report: BlocksReport, view: View): Table => {
  const hasLimit = report.tokenLimit !== undefined
  const hasAgents = report.agents.length > 1 || view.byAgent
  const peak = peakOf(
    report.rows.map(b => b.summary),
    view,
  )
  const columns: Column[] = [
    { title: 'Started', align: 'left', kind: 'label' },
    { title: 'Duration', align: 'left', kind: 'label' },
    ...(hasAgents
      ? [
          {
            title: 'Agent',
            align: 'left',
            kind: 'text',
            least: nameWidth(report.agents, view),
            drop: 35,
          } satisfies Column,
        ]
      : []),
    { ...modelsColumn, title: view.breakdown ? 'Model' : 'Models' },
    { title: 'Tokens', align: 'right', kind: 'number', drop: view.noCost ? undefined : 60 },
    ...(hasLimit ? [{ title: 'Limit', align: 'right', kind: 'number', drop: 30 } satisfies Column] : []),
    ...(view.noCost ? [] : [{ title: 'Cost', align: 'right', kind: 'number' } satisfies Column]),
    ...(view.compact ? [] : [barColumn]),
  ]
  const draw = (line: Line): Row => ({
    kind: 'cells',
    cells: [
      line.when ?? noCell,
      line.span,
      ...(hasAgents ? [line.agent ?? noCell] : []),
      line.models ?? noCell,
      line.tokens ?? noCell,
      ...(hasLimit ? [line.share ?? noCell] : []),
      ...(view.noCost ? [] : [line.cost ?? noCell]),
      line.bar ?? noCell,
    ],
    tone: line.tone,
  })
  const total: Line = {
    when: { full: 'Total' },
    span: noCell,
    tokens: totalCell(report.totals),
    cost: costCell(report.totals),
    tone: 'strong',
  }
  return {
    columns,
    rows: report.rows.flatMap(b => blockLines(b, report, view, peak)).map(draw),
    footer: [draw(total)],
  }
}
