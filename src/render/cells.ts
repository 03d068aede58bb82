/** The columns that every report shares: token classes, estimates, cost; and how a summary fills them. */
import { usdOf } from '../core/money.ts'
import type { ModelShare } from '../core/report.ts'
import type { UsageSummary } from '../core/summary.ts'
import { totalTokens } from '../core/tokens.ts'
import { atLeast, count, type Mark, modelNames, short, shortUsd, usd } from './format.ts'
import type { Cell, Column } from './table.ts'
import type { View } from './view.ts'
import { widthOf } from './width.ts'

export interface Field<T> {
  readonly column: Column
  readonly cell: (value: T) => Cell
}

export const noCell: Cell = { full: '' }

/** A whole number; `mark` goes before it. */
export const numberCell = (n: number, mark: Mark = ''): Cell => ({ full: mark + count(n), short: mark + short(n) })

/** Whether more was used than the log says: a response was never completed in it, or it does not hold all counts. */
const isLowerBound = ({ partialOutputs, uncertainEntries }: UsageSummary): boolean =>
  partialOutputs > 0 || uncertainEntries > 0

/** Before output and all that it is part of. */
export const outputMark = (summary: UsageSummary): Mark => atLeast(isLowerBound(summary))

/** The four token classes added up. */
export const totalCell = (summary: UsageSummary): Cell => numberCell(totalTokens(summary.tokens), outputMark(summary))

/** A lower bound where tokens are missing or have no price. */
export const costCell = (summary: UsageSummary): Cell => {
  const mark = atLeast(summary.unpricedTokens > 0 || isLowerBound(summary))
  return { full: usd(summary.cost, mark), short: shortUsd(summary.cost, mark) }
}

const estimateCell = ({ estimatedCost }: UsageSummary): Cell => ({
  full: usd(estimatedCost, '~'),
  short: shortUsd(estimatedCost, '~'),
})

export const listCell = (models: readonly ModelShare[]): Cell => ({ full: '', items: modelNames(models) })

const number = (title: string, drop: number | undefined, value: (s: UsageSummary) => Cell): Field<UsageSummary> => ({
  column: { title, align: 'right', kind: 'number', drop },
  cell: value,
})

/** From `Input` to `Cost`. Drop order: cache creation, cache read, estimates, input, output; one sum always stays. */
export const summaryFields = (view: View): Field<UsageSummary>[] => {
  const fields = [
    number('Input', 30, s => numberCell(s.tokens.input)),
    number('Output', 31, s => numberCell(s.tokens.output, outputMark(s))),
  ]
  if (!view.compact)
    fields.push(
      number('Cache create', 20, s => numberCell(s.tokens.cacheCreation)),
      number('Cache read', 21, s => numberCell(s.tokens.cacheRead)),
    )
  fields.push(number('Total', view.noCost ? undefined : 60, totalCell))
  if (view.includeEstimates)
    fields.push(number('Est. tokens', 22, s => (s.estimatedTokens > 0 ? numberCell(s.estimatedTokens, '~') : noCell)))
  if (!view.noCost) fields.push(number('Cost', undefined, costCell))
  if (view.includeEstimates && !view.noCost)
    fields.push(number('Est. cost', 23, s => (usdOf(s.estimatedCost) > 0 ? estimateCell(s) : noCell)))
  return fields
}

/** Shown from 100 columns on, where there is room; `peak` is the cost that fills it. */
export const barColumn: Column = { title: '', align: 'left', kind: 'bar', drop: 0 }

/** The measure of bars: cost, or tokens where cost is not shown. */
export const weightOf = (summary: UsageSummary, view: View): number =>
  view.noCost ? totalTokens(summary.tokens) : usdOf(summary.cost)

export const barCell = (summary: UsageSummary, peak: number, view: View): Cell => ({
  full: '',
  share: peak > 0 ? weightOf(summary, view) / peak : 0,
  tone: 'accent',
})

export const peakOf = (summaries: readonly UsageSummary[], view: View): number =>
  summaries.reduce((most, s) => Math.max(most, weightOf(s, view)), 0)

/** Most names of agents fit, with a comma. */
const WIDEST_NAME = 12

/** What a column of agents should have at least. */
export const nameWidth = (agents: readonly string[], view: View): number =>
  Math.min(WIDEST_NAME, Math.max(0, ...agents.map(id => widthOf(view.agentName(id)))) + 1)

export const modelsColumn: Column = { title: 'Models', align: 'left', kind: 'list', least: 10, drop: 40 }
