/** What a table's figures leave open, in a line each: lower bounds, unpriced models, estimates, oddities in the data. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { usdOf } from '../core/money.ts'
import type { ModelShare } from '../core/report.ts'
import type { UsageSummary } from '../core/summary.ts'
import { diagnosticsLine } from './diagnostic.ts'
import { count, counted, modelNames, usd } from './format.ts'
import type { View } from './view.ts'

const MOST_NAMES = 5

const unpriced = (totals: UsageSummary, models: readonly ModelShare[]): string => {
  const names = modelNames(models.filter(m => m.summary.unpricedTokens > 0))
  const more = names.length > MOST_NAMES ? ` and ${count(names.length - MOST_NAMES)} more` : ''
  const list = names.length === 0 ? '' : `: ${names.slice(0, MOST_NAMES).join(', ')}${more}`
  return `${count(totals.unpricedTokens)} tokens unpriced${list}`
}

const partial = ({ partialOutputs }: UsageSummary): string => {
  const subject = counted(partialOutputs, 'response was', 'responses were')
  return `${subject} logged before the end: figures marked ≥ are lower bounds`
}

const uncertain = ({ uncertainEntries, partialOutputs }: UsageSummary): string => {
  const subject = counted(uncertainEntries, 'response is', 'responses are')
  const marks = partialOutputs > 0 ? '' : ' and marked ≥'
  return `${subject} not exact in the log${marks}: tokusage agents says why`
}

const estimate = (totals: UsageSummary, view: View): string =>
  `Estimated, not logged and not in the totals: ~${count(totals.estimatedTokens)} tokens` +
  (view.noCost || usdOf(totals.estimatedCost) === 0 ? '' : `, ${usd(totals.estimatedCost, '~')}`)

/**
 * The diagnostics that a part of the logs may show: which models have no price is counted over all of them, and a note
 * names those of the part.
 */
export const withoutModels = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(d => d.code !== 'unpriced-model')

export const notesOf = (
  totals: UsageSummary,
  models: readonly ModelShare[],
  diagnostics: readonly Diagnostic[],
  view: View,
): string[] => [
  ...(totals.unpricedTokens > 0 && !view.noCost ? [unpriced(totals, models)] : []),
  ...(totals.partialOutputs > 0 ? [partial(totals)] : []),
  ...(totals.uncertainEntries > 0 ? [uncertain(totals)] : []),
  ...(view.includeEstimates && (totals.partialOutputs > 0 || totals.estimatedTokens > 0)
    ? [estimate(totals, view)]
    : []),
  ...notesOfDiagnostics(diagnostics),
]

/** One line, or none. */
export const notesOfDiagnostics = (diagnostics: readonly Diagnostic[]): string[] =>
  [diagnosticsLine(diagnostics)].filter(line => line !== '')
