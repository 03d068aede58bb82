/** daily, weekly, monthly, session and blocks: read once, make the reports asked for, draw them. */
import type { Agent } from '../agents/define.ts'
import { agents } from '../agents/index.ts'
import type { ReportCommand } from '../config/commands.ts'
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import { isFault } from '../core/diagnostic.ts'
import { UserError } from '../core/errors.ts'
import type { Report, SessionDetail } from '../core/report.ts'
import type { Host } from '../host/host.ts'
import { isTerminal } from '../host/output.ts'
import { type Loaded, read, reportOf, sessionOf } from '../load.ts'
import type { View } from '../render/view.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, printError, progressBar, refuseLists, usesColor } from './terminal.ts'

/** Prints the report; 0, or 1 under `--strict` when anything in the data was odd. */
export const runReport = async (host: Host, command: ReportCommand, options: Options): Promise<number> => {
  if (command === 'session' && options.id !== undefined) refuseLists(options, 'One session')
  const startedAt = host.now()
  const bar = progressBar(startedAt, host.now)
  const detail = command === 'session' && options.id !== undefined ? 'calls' : 'counts'
  const kinds = detail === 'calls' ? undefined : [command, ...options.sections]
  const loaded = await read(host, options, { detail, kinds, onProgress: bar.update })
  bar.clear()
  const view = viewOf(options)
  const text =
    command === 'session' && options.id !== undefined
      ? await drawSession(sessionOf(loaded, options.id), options, view)
      : await drawReports(loaded, command, view)
  print(text)
  if (isForPerson(options)) (await import('./announce.ts')).announce(host, loaded, options)
  if (options.debug) printError(await debugText(loaded, host.now() - startedAt))
  return options.strict && loaded.diagnostics.some(isFault) ? 1 : 0
}

/** Whether somebody reads along, and wants more than the table. */
const isForPerson = ({ format, quiet, demo }: Options): boolean =>
  format === 'table' && !quiet && !demo && isTerminal(1)

const viewOf = (options: Options): View => {
  const zone = calendar(options.timeZone)
  return {
    ...options,
    width: options.format === 'table' ? outputWidth() : undefined,
    color: options.format === 'table' && usesColor(options),
    clock: at => zone.clock(at),
    agentName: id => agents.find(agent => agent.id === id)?.name ?? id,
  }
}

const sectionOrder = ['daily', 'weekly', 'monthly', 'session'] as const

const drawReports = async (loaded: Loaded, command: ReportCommand, view: View): Promise<string> => {
  const { options } = loaded
  const others = sectionOrder.filter(kind => kind !== command && options.sections.includes(kind))
  if (options.format === 'csv' && others.length > 0)
    throw new UserError('--sections prints several tables, and a CSV file holds one. Ask for one report at a time.')
  const reports = [command, ...others].map(kind => reportOf(loaded, kind))
  if (options.format === 'json') return jsonText(await jsonOf(reports, view), options)
  const drawn = await Promise.all(reports.map(report => drawReport(report, loaded, view)))
  return drawn.join(options.format === 'csv' ? '' : '\n\n')
}

/** The report asked for, with the rows of the other sections between its own and its totals. */
const jsonOf = async (reports: readonly Report[], view: View): Promise<object> => {
  const { reportJson } = await import('../render/json.ts')
  const [main = [], ...others] = reports.map(report => Object.entries(reportJson(report, view)))
  return Object.fromEntries([...main.slice(0, 1), ...others.flatMap(other => other.slice(0, 1)), ...main])
}

const jsonText = async (value: object, { jq }: Options): Promise<string> => {
  const text = JSON.stringify(value, null, 2)
  return jq === undefined ? text : filterJson(text, jq)
}

const drawReport = async (report: Report, loaded: Loaded, view: View): Promise<string> => {
  const { format, active } = loaded.options
  if (format === 'csv') return (await import('../render/csv.ts')).reportCsv(report, view)
  if (format === 'md') return (await import('../render/markdown.ts')).reportMarkdown(report, view)
  if (report.kind === 'blocks' && active)
    return (await import('../render/active-block.ts')).renderActiveBlock(report, view)
  const { renderEmpty, renderTable } = await import('../render/report-table.ts')
  if (report.rows.length > 0) return renderTable(report, view)
  const { coverage } = loaded.ingested
  const { agents: asked } = loaded.options
  const looks = coverage.looks.filter(({ agent }) => asked.length === 0 || asked.includes(agent.id))
  return renderEmpty(
    {
      looked: looks.flatMap(look => look.roots.map(root => root.path)),
      variables: looks
        .map(look => look.agent)
        .sort(byWindow)
        .map(agent => agent.rootVariable),
      isFiltered: coverage.responses > 0,
    },
    view,
  )
}

const drawSession = async (detail: SessionDetail, options: Options, view: View): Promise<string> => {
  if (options.format === 'json') {
    const { sessionDetailJson } = await import('../render/json.ts')
    return jsonText(sessionDetailJson(detail, view), options)
  }
  const { renderSessionDetail } = await import('../render/session-detail.ts')
  return renderSessionDetail(detail, view)
}

/** Agents with billing windows are those most people have: the example names the first. */
const byWindow = (a: Agent, b: Agent): number => Number(b.blockHours !== undefined) - Number(a.blockHours !== undefined)

const debugText = async (loaded: Loaded, durationMs: number): Promise<string> => {
  const { coverage } = loaded.ingested
  const { diagnosticText } = await import('../render/diagnostic.ts')
  const { files, lines, bytes } = coverage.counts
  return [
    `${files} files, ${lines} lines, ${bytes} bytes, ${coverage.responses} responses in ${durationMs} ms`,
    ...loaded.diagnostics.slice(0, loaded.options.debugSamples).map(diagnosticText),
  ].join('\n')
}
