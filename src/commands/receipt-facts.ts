/** What the commands of the receipt have in common: names as they are or hidden, ranges, drawing, the empty screen. */
import { agents } from '../agents/index.ts'
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { UserError } from '../core/errors.ts'
import type { Report } from '../core/report.ts'
import type { Host } from '../host/host.ts'
import { type Loaded, reportOf } from '../load.ts'
import { type LoadedReceipt, readReceipt } from '../load-receipt.ts'
import { type Names, plainNames, privateNames } from '../receipt/names.ts'
import type { Facts } from '../receipt/rows.ts'
import type { WhyView } from '../render/why.ts'
import { projectRefs } from '../report/projects.ts'
import { titleOf } from '../report/titles.ts'
import { filterJson } from './jq.ts'
import { outputWidth, progressBar, usesColor } from './terminal.ts'

/** What the receipt says is all about cost; and what an agent's own total has beyond its log, nothing can share out. */
export const receiptOptions = (options: Options, what: string): Options => {
  if (options.noCost) throw new UserError(`${what} is about cost. Leave out --no-cost (or cost: false in the config).`)
  return { ...options, includeUnlogged: false }
}

/** The last `days` days, today included, where no range was asked for. */
export const lastDays = (options: Options, host: Host, days: number): Options => {
  if (options.since !== undefined || options.until !== undefined) return options
  const zone = calendar(options.timeZone)
  const today = zone.dayOf(host.now())
  return { ...options, since: zone.addDays(today, 1 - days), until: today }
}

export const readWithBar = async (host: Host, options: Options, session?: string): Promise<LoadedReceipt> => {
  const bar = progressBar(host.now(), host.now)
  const read = await readReceipt(host, options, { onProgress: bar.update, session })
  bar.clear()
  return read
}

export const factsOf = ({ loaded, receipt }: LoadedReceipt): Facts => {
  const { options, ingested, now } = loaded
  const own = [...Object.keys(options.modelAliases), ...Object.keys(options.priceOverrides)]
  const isKnown = (model: string): boolean => !own.includes(model) && ingested.prices.lookup(model, now) !== undefined
  const names = options.private ? privateNames(receipt, isKnown) : plainNames(options.titles)
  const paths = new Set(receipt.threads.flatMap(({ calls }) => calls.flatMap(({ entry }) => entry.project ?? [])))
  const refs = projectRefs(paths, options.projectNames)
  return { names, titles: titlesOf(loaded, receipt), projectName: path => refs.get(path)?.name ?? path }
}

const titlesOf = ({ ingested, options }: Loaded, receipt: LoadedReceipt['receipt']): Map<string, string> => {
  const titles = new Map<string, string>()
  if (!options.titles || options.private) return titles
  const notes = new Map<string, (typeof ingested.notes)[number][]>()
  for (const { session } of receipt.threads) if (session !== undefined) notes.set(session, [])
  for (const note of ingested.notes) notes.get(note.session)?.push(note)
  for (const [session, own] of notes) {
    const title = titleOf(own)
    if (title !== undefined) titles.set(session, title)
  }
  return titles
}

/** What the report by day says of the range as a whole. */
export const totalsOf = (
  loaded: Loaded,
  { names }: Facts,
): Pick<Report, 'totals' | 'models' | 'agents' | 'timeZone'> => {
  const report = reportOf({ ...loaded, options: { ...loaded.options, limit: undefined, instances: false } }, 'daily')
  const { totals, models, timeZone } = report
  return {
    totals,
    models: models.map(share => ({
      ...share,
      model: share.model === undefined ? undefined : names.of('model', share.model),
    })),
    agents: report.agents,
    timeZone,
  }
}

/** Paths, models and whatever else a diagnostic may name. */
export const shownDiagnostics = (list: readonly Diagnostic[], names: Names): readonly Diagnostic[] => {
  if (!names.isPrivate) return list
  const hidden = (key: string, value: string | number): (readonly [string, string | number])[] => {
    if (typeof value === 'number' || key === 'lines') return [[key, value]]
    if (key === 'path') return [[key, names.of('log', value)]]
    return key === 'model' ? [[key, names.of('model', value)]] : []
  }
  return list.map(one => ({
    ...one,
    args: Object.fromEntries(Object.entries(one.args).flatMap(([key, value]) => hidden(key, value))),
  }))
}

export const viewOf = (options: Options): WhyView => {
  const isTable = options.format === 'table'
  const zone = calendar(options.timeZone)
  return {
    ...options,
    titles: options.titles && !options.private,
    width: isTable ? outputWidth() : undefined,
    color: isTable && usesColor(options),
    clock: at => zone.clock(at),
    agentName: id => agents.find(agent => agent.id === id)?.name ?? id,
  }
}

export const jsonText = async (value: object, { jq }: Options): Promise<string> => {
  const text = JSON.stringify(value, null, 2)
  return jq === undefined ? text : filterJson(text, jq)
}

/** Where was looked, or that the filters left nothing. Paths of the machine are no names of the user's. */
export const emptyText = async ({ ingested, options }: Loaded, view: WhyView): Promise<string> => {
  const { renderEmpty } = await import('../render/report-table.ts')
  const { coverage } = ingested
  const looks = coverage.looks.filter(({ agent }) => options.agents.length === 0 || options.agents.includes(agent.id))
  return renderEmpty(
    {
      looked: options.private ? [] : looks.flatMap(look => look.roots.map(root => root.path)),
      variables: looks.map(look => look.agent.rootVariable),
      isFiltered: coverage.responses > 0,
    },
    view,
  )
}
