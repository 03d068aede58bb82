/** The screen of advise: findings by money, each with its cases, the remedy, and how to verify it. */
import type { AdviceReport, Finding } from '../core/finding.ts'
import { usdOf } from '../core/money.ts'
import { assumptionText, evidenceText, findingText, remedyText, trendText } from './finding.ts'
import { counted, percent, usd } from './format.ts'
import { notesOfDiagnostics } from './notes.ts'
import { titleLines } from './report-table.ts'
import { type Theme, theme } from './theme.ts'
import type { View } from './view.ts'
import { rangeText } from './why.ts'
import { shareOf } from './why-words.ts'
import { fitText, wrap } from './width.ts'

export const renderAdvice = (report: AdviceReport, view: View): string => {
  const paint = theme(view.color)
  const parts = ['What to change, by what it would have saved', rangeText(report.since, report.until), report.timeZone]
  const title = view.quiet ? [] : [...titleLines(parts, view).map(line => paint(line, 'accent')), '']
  const notes = [...endNotes(report), ...notesOfDiagnostics(report.diagnostics)].flatMap(note =>
    wrap(note, view.width, '  '),
  )
  const body =
    report.findings.length === 0
      ? wrap(
          `Nothing saves ${usd(report.threshold)} or more of ${usd(report.cost)} in ${counted(report.calls, 'call', 'calls')}.`,
          view.width,
        )
      : report.findings.flatMap((finding, n) => drawFinding(finding, n, report, view, paint))
  return [...title, ...body, '', ...notes.map(note => paint(note, 'dim'))].join('\n')
}

const INDENT = '   '

const drawFinding = (finding: Finding, n: number, report: AdviceReport, view: View, paint: Theme): string[] => {
  const { saving, evidence, verify, id } = finding
  const block = (text: string): string[] => wrap(INDENT + text, view.width, `${INDENT}  `)
  const trend = trendText(finding)
  const share = percent(shareOf(saving.high, report.cost))
  return [
    ...(n > 0 ? [''] : []),
    `${paint(`${n + 1}. ${savingText(finding)}`, 'strong')} ${paint(`(${share} of all) ${id}`, 'dim')}`,
    ...block(findingText(finding)),
    ...evidence.map(one => paint(fitLine(`${INDENT}  ${evidenceText(finding, one)}`, view), 'dim')),
    ...block(`Do: ${remedyText(finding)}`),
    ...block(`Assumes: ${assumptionText(finding)}.`).map(line => paint(line, 'dim')),
    ...(trend === undefined ? [] : block(`Moved: ${trend}.`)),
    ...block(`Verify: ${verify}`).map(line => paint(line, 'dim')),
  ]
}

const fitLine = (line: string, { width }: View): string => (width === undefined ? line : fitText(line, width))

const savingText = ({ saving: { low, high } }: Finding): string =>
  usd(low) === usd(high) ? usd(high) : `${usdOf(low) === 0 ? 'up to ' : `${usd(low)} to `}${usd(high)}`

const endNotes = ({ findings, omitted, threshold, cost }: AdviceReport): string[] => [
  ...(findings.length > 0
    ? [
        `Of ${usd(cost)}. Each saving is replayed on the receipt by itself; they overlap, so they do not add up. No file is changed.`,
      ]
    : []),
  ...(omitted > 0
    ? [`${counted(omitted, 'finding', 'findings')} under ${usd(threshold)} left out (--min-saving).`]
    : []),
]
