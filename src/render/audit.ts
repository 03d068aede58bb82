/** The screen of audit: the number as its report prints it, every response with the parts of its cost, and the check. */
import type { AuditEntry, AuditGroup, AuditReport, LineCounts } from '../core/audit.ts'
import type { Cost } from '../core/cost.ts'
import { isUncertain } from '../core/entry.ts'
import { money } from '../core/money.ts'
import {
  conditionTexts,
  costPieces,
  exactDollars,
  exactUsd,
  factorText,
  longOrigin,
  partLabel,
  rateText,
} from './audit-words.ts'
import { costCell, listCell, modelsColumn, numberCell, summaryFields } from './cells.ts'
import { atLeast, clean, count, counted, modelName } from './format.ts'
import { notesOf, withoutModels } from './notes.ts'
import { titleLines } from './report-table.ts'
import { shortIds } from './session-table.ts'
import { type Cell, type Column, drawTable, type Row, type Table } from './table.ts'
import { theme } from './theme.ts'
import type { View } from './view.ts'
import { pack, wrap } from './width.ts'

/** The audit as text, without a final newline. */
export const renderAudit = (report: AuditReport, view: View): string => {
  const paint = theme(view.color)
  const draw = (table: Table): string[] => drawTable({ ...table, width: view.width, theme: paint })
  const { session, totals } = report
  if (totals.entries === 0) return wrap(emptyText(report), view.width).join('\n')
  const title = view.titles && session?.title !== undefined ? [clean(session.title)] : []
  const notes = [
    ...(hasRule(report) ? [RULE] : []),
    ...notesOf(totals, report.models, withoutModels(report.diagnostics), view),
  ].flatMap(note => wrap(note, view.width, '  '))
  return [
    ...titleLines(titleOf(report, view), view).map(line => paint(line, 'accent')),
    ...title.flatMap(line => wrap(line, view.width)),
    '',
    ...draw(headTable(report, view)),
    '',
    ...mergeTexts(report).flatMap(line => wrap(line, view.width, '  ')),
    '',
    ...draw(entryTable(report, view)),
    '',
    ...wrap('Check: the units of equal rates, added up', view.width).map(line => paint(line, 'strong')),
    '',
    ...draw(checkTable(report, view)),
    ...(notes.length > 0 ? ['', ...notes.map(note => paint(note, 'dim'))] : []),
  ].join('\n')
}

const RULE = "By rule: the price row lists no such price; the input price or the vendor's multiple of it stands in."

const hasRule = ({ groups }: AuditReport): boolean =>
  groups.some(({ parts, extras }) => [...parts, ...extras].some(part => !part.isListed))

const nameOf = ({ kind, what }: AuditReport): string => (kind === 'day' ? what : `session ${clean(what)}`)

const emptyText = (report: AuditReport): string =>
  report.kind === 'day'
    ? `No usage on ${report.what} (${report.timeZone}). 'tokusage daily' lists the days with usage.`
    : `No usage of ${nameOf(report)} in this selection. Leave out some filters, or widen --since and --until.`

const titleOf = (report: AuditReport, view: View): string[] => [
  `Audit of ${nameOf(report)}`,
  ...(report.session ? [view.agentName(report.session.agent)] : []),
  ...(report.session?.project === undefined ? [] : [`project ${clean(report.session.project)}`]),
  report.timeZone,
]

/** The number that is audited, in the columns of its own report. */
const headTable = (report: AuditReport, view: View): Table => {
  const fields = summaryFields(view)
  const { kind, what, totals, models } = report
  const lead: Column = { title: kind === 'day' ? 'Date' : 'Session', align: 'left', kind: 'label' }
  const name: Cell = { full: clean(what), short: shortIds([what]).get(what) }
  const cells = [kind === 'day' ? { full: what } : name, listCell(models), ...fields.map(f => f.cell(totals))]
  return { columns: [lead, modelsColumn, ...fields.map(f => f.column)], rows: [{ kind: 'cells', cells }], footer: [] }
}

const mergeTexts = ({ lines, totals }: AuditReport): string[] => [
  `${counted(totals.entries, 'response', 'responses')}, ${allLogs(lines)}`,
  ...(lines.inherited > 0
    ? [`${counted(lines.inherited, 'response', 'responses')} that this session copied from another one count there.`]
    : []),
]

const allLogs = ({ files, lines, responses, merged }: LineCounts): string => {
  const usageLines = responses + merged.blocks + merged.copies + merged.sidechains
  return (
    `out of ${count(responses)} in all logs: ${counted(files, 'file', 'files')} with ${counted(lines, 'line', 'lines')} ` +
    `hold ${counted(usageLines, 'usage line', 'usage lines')}, of which ${count(merged.blocks)} repeat a response in its ` +
    `own session, ${count(merged.copies)} are copies in other sessions and ${count(merged.sidechains)} replays of sub-agents.`
  )
}

const number = (title: string, drop?: number): Column => ({ title, align: 'right', kind: 'number', drop })

const idCell = (id: string | undefined, shorts: ReadonlyMap<string, string>): Cell =>
  id === undefined ? { full: '' } : { full: clean(id), short: shorts.get(id) }

const costOf = (isLowerBound: boolean, { basis, pico }: Cost): Cell =>
  basis === 'missing'
    ? { full: 'unpriced' }
    : { full: atLeast(isLowerBound && basis === 'calculated') + exactUsd(money(0, pico)) }

const entryTable = (report: AuditReport, view: View): Table => {
  const { entries, totals } = report
  const hasSessions = report.kind === 'day'
  const sessions = shortIds(entries.flatMap(e => e.entry.session ?? []))
  const messages = shortIds(entries.flatMap(e => e.entry.messageId ?? []))
  const columns: Column[] = [
    { title: 'Time', align: 'left', kind: 'label' },
    { title: 'Model', align: 'left', kind: 'text', least: 8, drop: 40 },
    ...(hasSessions ? [{ title: 'Session', align: 'left', kind: 'label', drop: 35 } satisfies Column] : []),
    { title: 'Message', align: 'left', kind: 'label', drop: 34 },
    number('Input', 30),
    number('Output', 31),
    number('Cache create', 20),
    number('Cache read', 21),
    number('Cost'),
  ]
  const cellsOf = ({ entry, explanation }: AuditEntry): Cell[] => [
    { full: view.clock(entry.at).time },
    { full: modelName(entry.model) },
    ...(hasSessions ? [idCell(entry.session, sessions)] : []),
    idCell(entry.messageId, messages),
    numberCell(entry.tokens.input),
    numberCell(entry.tokens.output, atLeast(isUncertain(entry))),
    numberCell(entry.tokens.cacheCreation),
    numberCell(entry.tokens.cacheRead),
    costOf(isUncertain(entry), explanation.cost),
  ]
  let day = report.kind === 'day' ? report.what : ''
  const rows = entries.flatMap((audited): Row[] => {
    const at = view.clock(audited.entry.at)
    const isNewDay = at.day !== day
    day = at.day
    return [
      ...(isNewDay ? [{ kind: 'line', text: at.day, tone: 'dim' } satisfies Row] : []),
      { kind: 'cells', cells: cellsOf(audited) },
      ...pieceRows(entryPieces(audited, view), view),
    ]
  })
  const omitted = totals.entries - entries.length
  const more = `and ${counted(omitted, 'more response', 'more responses')} beyond --limit; the sums are of all`
  return { columns, rows: omitted > 0 ? [...rows, { kind: 'line', text: more }] : rows, footer: [] }
}

const entryPieces = ({ entry, explanation, estimatedTokens }: AuditEntry, view: View): string[] => {
  const { estimatePico } = explanation.cost
  const hasEstimate = view.includeEstimates && estimatedTokens > 0
  return [
    ...costPieces(explanation, entry.model),
    ...(hasEstimate
      ? [`· not counted: ~${count(estimatedTokens)} tokens that the log left out, ~${exactUsd(money(0, estimatePico))}`]
      : []),
  ]
}

const INDENT = '  '

/** Pieces on as few lines as they fit on; only one that is wider than a line is broken. */
const pieceRows = (pieces: readonly string[], { width }: View): Row[] => {
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(1, width - INDENT.length)
  const unbroken = pieces.flatMap(piece => wrap(piece, room))
  return pack(unbroken, ' ', room).map((line): Row => ({ kind: 'line', text: INDENT + line, tone: 'dim' }))
}

const groupTitle = (group: AuditGroup): string => {
  const lead = `${modelName(group.model)}, ${counted(group.entries, 'response', 'responses')}`
  const facts = group.price ? [longOrigin(group.price), ...conditionTexts(group)] : []
  return [lead, ...facts].join(' · ')
}

/** What a group without rates is: its cost was logged, or there is none. */
const plainLabel = ({ basis }: AuditGroup): string =>
  ({ logged: 'logged by the agent', calculated: 'free', missing: 'no price known' })[basis]

const checkTable = (report: AuditReport, view: View): Table => {
  const columns: Column[] = [
    { title: '', align: 'left', kind: 'label' },
    number('Units', 10),
    number('Rate', 11),
    number('USD'),
  ]
  const row = (...texts: string[]): Row => ({ kind: 'cells', cells: texts.map(full => ({ full })) })
  const rows = report.groups.flatMap((group): Row[] => {
    const parts = [...group.parts, ...group.extras]
    const part = (p: (typeof parts)[number]): Row =>
      row(`  ${partLabel(p)}`, count(p.units), rateText(p), exactDollars(p.usd))
    return [
      ...wrap(groupTitle(group), view.width, '  ').map((text): Row => ({ kind: 'line', text })),
      ...group.parts.map(part),
      ...group.factors.map(f => row(`  ${factorText(f)}`)),
      ...group.extras.map(part),
      group.price
        ? row('  together', '', '', exactUsd(group.cost))
        : row(`  ${plainLabel(group)}`, '', '', exactUsd(group.cost)),
    ]
  })
  const footer = [
    row('Units × rates', '', '', exactUsd(report.groupsCost)),
    row('Responses added up', '', '', exactUsd(report.totals.cost)),
    row('Difference', '', '', differenceText(report.differencePico)),
    row('Shown as', '', '', costCell(report.totals).full),
  ]
  return { columns, rows, footer }
}

/** 0, or its size; what is left comes from rounding every response to a whole picodollar. */
const differenceText = (pico: number): string => (pico === 0 ? '0' : `${Number(pico.toPrecision(3))} pico`)
