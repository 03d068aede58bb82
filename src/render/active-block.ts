/** `blocks --active`: the running block in detail. */
import type { BlocksReport, SessionBlock, TokenLimitStatus } from '../core/report.ts'
import { totalTokens } from '../core/tokens.ts'
import { costCell, outputMark, totalCell } from './cells.ts'
import { count, duration, modelNames, percent, usd } from './format.ts'
import { notesOf } from './notes.ts'
import { titleLines } from './report-table.ts'
import { bar } from './table.ts'
import { type Theme, theme } from './theme.ts'
import type { View } from './view.ts'
import { pad, wrap } from './width.ts'

const NO_BLOCK = 'No block is active: nothing was used in the last hours. tokusage blocks shows the past ones.'
const LABEL = 12
const BAR = 20

const STATES = { ok: 'OK', warning: 'WARNING', exceeds: 'OVER THE LIMIT' } satisfies Record<
  TokenLimitStatus['status'],
  string
>

const withMoney = (tokens: string, money: string, view: View): string => (view.noCost ? tokens : `${tokens} · ${money}`)

/** Label and text of every line. */
const facts = (block: SessionBlock, report: BlocksReport, view: View): [string, string][] => {
  const moment = (at: number): string => `${view.clock(at).day} ${view.clock(at).time}`
  const { tokens } = block.summary
  const total = totalTokens(tokens)
  const { burnRate, projection, limit } = block
  return [
    ['Started', `${moment(block.startAt)} (${duration(report.now - block.startAt)} ago)`],
    ['Ends', `${moment(block.endAt)} (${duration(block.endAt - report.now)} left)`],
    ['Models', modelNames(block.models).join(', ')],
    ['Used', withMoney(`${totalCell(block.summary).full} tokens`, costCell(block.summary).full, view)],
    ['', `input ${count(tokens.input)}, output ${outputMark(block.summary)}${count(tokens.output)}`],
    ['', `cache create ${count(tokens.cacheCreation)}, cache read ${count(tokens.cacheRead)}`],
    ...(burnRate
      ? [
          pair(
            'Burn rate',
            withMoney(`${count(burnRate.tokensPerMinute)} tokens/min`, `${usd(burnRate.usdPerHour)}/h`, view),
          ),
        ]
      : []),
    ...(projection
      ? [pair('Projected', withMoney(`${count(projection.totalTokens)} tokens`, usd(projection.totalUsd), view))]
      : []),
    ...(limit
      ? [
          pair('Limit', `${count(limit.limit)} tokens, ${percent(total / limit.limit)} used`),
          pair('', `projected ${percent(limit.projectedUsage / limit.limit)}: ${STATES[limit.status]}`),
        ]
      : []),
  ]
}

const pair = (label: string, text: string): [string, string] => [label, text]

const drawFacts = (list: readonly [string, string][], view: View, paint: Theme): string[] =>
  list
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      wrap(text, view.width === undefined ? undefined : view.width - LABEL).map(
        (line, i) => paint(pad(i === 0 ? label : '', LABEL), 'dim') + line,
      ),
    )

const progress = (block: SessionBlock, now: number, paint: Theme): string => {
  const ratio = (now - block.startAt) / (block.endAt - block.startAt)
  return `${' '.repeat(LABEL)}${paint(pad(bar(ratio, BAR), BAR), 'accent')}${paint('▏', 'dim')} ${percent(ratio)}`
}

/** The active block of each agent that has one. */
export const renderActiveBlock = (report: BlocksReport, view: View): string => {
  const paint = theme(view.color)
  const active = report.rows.filter(b => b.isActive)
  if (active.length === 0) return wrap(NO_BLOCK, view.width).join('\n')
  return active
    .map(block => {
      const notes = notesOf(block.summary, block.models, report.diagnostics, view)
      return [
        ...titleLines([`${view.agentName(block.agent)} current block`, report.timeZone], view).map(l =>
          paint(l, 'accent'),
        ),
        '',
        ...drawFacts(facts(block, report, view), view, paint),
        progress(block, report.now, paint),
        ...notes.flatMap(n => wrap(n, view.width, '  ')).map((n, i) => (i === 0 ? '\n' : '') + paint(n, 'dim')),
      ].join('\n')
    })
    .join('\n\n')
}
