/** why: what the money went into, at a glance or by what was asked for. */
import type { Options } from '../config/options.ts'
import type { Calendar } from '../core/calendar.ts'
import { isFault } from '../core/diagnostic.ts'
import type { HeatMap, WhyReport } from '../core/why.ts'
import type { Host } from '../host/host.ts'
import type { LoadedReceipt } from '../load-receipt.ts'
import { dayHeat, hourHeat } from '../receipt/heat.ts'
import { whyPart } from '../receipt/why.ts'
import {
  emptyText,
  factsOf,
  jsonText,
  lastDays,
  readWithBar,
  receiptOptions,
  shownDiagnostics,
  totalsOf,
  viewOf,
} from './receipt-facts.ts'
import { print } from './terminal.ts'

/** Days that are looked at where none were asked for: pictures need more of them. */
const defaultDays = ({ by }: Options): number => {
  if (by.length !== 1) return 7
  return by[0] === 'day' ? 26 * 7 : by[0] === 'hour' ? 4 * 7 : 7
}

/** Prints the report; 0, or 1 under `--strict` when anything in the data was odd. */
export const runWhy = async (host: Host, options: Options): Promise<number> => {
  const own = receiptOptions(options, 'why')
  if (own.compare !== undefined) return (await import('./compare.ts')).runCompare(host, own)
  const read = await readWithBar(host, lastDays(own, host, defaultDays(own)))
  print(await drawWhy(whyOf(read), read))
  return own.strict && read.loaded.diagnostics.some(isFault) ? 1 : 0
}

export const whyOf = (read: LoadedReceipt): WhyReport => {
  const { loaded, receipt, isInRange, calendar } = read
  const { options } = loaded
  const facts = factsOf(read)
  const part = whyPart(receipt, { by: options.by, calendar, isMeant: isInRange, facts })
  return {
    kind: 'why',
    ...part,
    since: options.since,
    until: options.until,
    heat: heatOf(part.rows, loaded, calendar),
    ...totalsOf(loaded, facts),
    diagnostics: shownDiagnostics(loaded.diagnostics, facts.names),
  }
}

const heatOf = (
  rows: WhyReport['rows'],
  { options, now }: LoadedReceipt['loaded'],
  calendar: Calendar,
): HeatMap | undefined => {
  if (options.by.length !== 1) return undefined
  if (options.by[0] === 'hour') return hourHeat(rows, calendar, options.startOfWeek)
  if (options.by[0] === 'day') return dayHeat(rows, calendar, options.startOfWeek, options, calendar.dayOf(now))
  return undefined
}

const drawWhy = async (report: WhyReport, { loaded }: LoadedReceipt): Promise<string> => {
  const { options } = loaded
  const view = viewOf(options)
  const { format } = options
  if (format === 'table') {
    if (report.totals.entries === 0) return emptyText(loaded, view)
    return (await import('../render/why.ts')).renderWhy(report, view)
  }
  const { whyCsv, whyJson, whyMarkdown } = await import('../render/why-json.ts')
  if (format === 'json') return jsonText(whyJson(report, view), options)
  return format === 'csv' ? whyCsv(report, view) : whyMarkdown(report, view)
}
