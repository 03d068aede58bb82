/** history: what is known, what of it only the history knows, and taking that out. */
import { agents } from '../agents/index.ts'
import type { Options } from '../config/options.ts'
import { calendar } from '../core/calendar.ts'
import { Diagnostics, isFault } from '../core/diagnostic.ts'
import { UserError } from '../core/errors.ts'
import type { ForgetReport, HistoryReport } from '../core/history.ts'
import type { Host } from '../host/host.ts'
import { scopeTest } from '../ingest/discover.ts'
import { type Forgettable, type ForgetWish, forgetEntries, forgettable } from '../ingest/forget.ts'
import { type Loaded, read } from '../load.ts'
import type { View } from '../render/view.ts'
import { filterEntries } from '../report/filter.ts'
import { forgetRows, historyRows } from '../report/history.ts'
import { Store, StoreFault } from '../store/store.ts'
import { canAsk, confirm } from './confirm.ts'
import { filterJson } from './jq.ts'
import { outputWidth, print, progressBar, refuseLists, usesColor } from './terminal.ts'

/** Who reads the answer. */
export interface Reader {
  print(text: string): void
  /** Undefined where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined
}

/** Prints what is known, or forgets; 0, or 1 under `--strict` when anything in the data was odd. */
export const runHistory = async (
  host: Host,
  options: Options,
  reader: Reader = { print, ask: canAsk() ? confirm : undefined },
): Promise<number> => {
  refuseLists(options, 'The history')
  if (options.forget && !options.index)
    throw new UserError(
      options.demo
        ? "The sample is nobody's history, so there is nothing to forget. Leave out --demo."
        : 'The index is off, so there is nothing to forget. Add --index.',
    )
  const bar = progressBar(host.now(), host.now)
  const loaded = await read(host, { ...options, history: true }, { onProgress: bar.update })
  bar.clear()
  if (options.forget) await runForget(host, loaded, reader)
  else await showHistory(historyOf(host, loaded), options, reader)
  return options.strict && loaded.diagnostics.some(isFault) ? 1 : 0
}

const showHistory = async (report: HistoryReport, options: Options, reader: Reader): Promise<void> => {
  const view = viewOf(options)
  if (options.format === 'json')
    reader.print(await jsonText((await import('../render/history-json.ts')).historyJson(report, view), options))
  else reader.print((await import('../render/history.ts')).renderHistory(report, view))
}

const jsonText = async (value: object, { jq }: Options): Promise<string> => {
  const text = JSON.stringify(value, null, 2)
  return jq === undefined ? text : await filterJson(text, jq)
}

const viewOf = (options: Options): View => {
  const isJson = options.format === 'json'
  return {
    ...options,
    width: isJson ? undefined : outputWidth(),
    color: !isJson && usesColor(options),
    clock: calendar(options.timeZone).clock,
    agentName: id => agents.find(agent => agent.id === id)?.name ?? id,
  }
}

/** What is known of the days, projects, models and agents asked for. Logs are counted by agent alone. */
export const historyOf = (host: Host, { ingested, options, diagnostics }: Loaded): HistoryReport => {
  const { entries, historical, coverage } = ingested
  const store = new Store(host, new Diagnostics())
  const shown = filterEntries(entries, options, calendar(options.timeZone))
  const isAsked = (agent: string): boolean => options.agents.length === 0 || options.agents.includes(agent)
  const gone = options.index ? goneLogs(store, coverage.looks) : new Map<string, number>()
  const looks = coverage.looks.filter(({ agent }) => isAsked(agent.id))
  const logs = looks.map(({ agent, files }) => [agent.id, { there: files, gone: gone.get(agent.id) ?? 0 }] as const)
  return {
    ...historyRows(shown, {
      isOnly: ({ entry }) => historical.has(entry),
      logs: new Map(logs.filter(([, own]) => own.there + own.gone > 0)),
    }),
    index: { path: store.folder, ...store.size(), isOn: options.index },
    // What of it is from the history is what all of this is about.
    diagnostics: diagnostics.filter(isFault),
    timeZone: options.timeZone,
  }
}

/** How many logs of each agent were read before and are there no more. */
const goneLogs = (store: Store, looks: ForgetWish['looks']): Map<string, number> => {
  const isOurs = scopeTest(looks)
  const counts = new Map<string, number>()
  try {
    for (const source of store.manifest().sources)
      if (source.isGone && source.path !== '' && isOurs(source))
        counts.set(source.agent, (counts.get(source.agent) ?? 0) + 1)
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error // reading has told what is wrong with the index
  }
  return counts
}

const runForget = async (host: Host, loaded: Loaded, { print: show, ask }: Reader): Promise<void> => {
  const { options } = loaded
  const wish = wishOf(loaded)
  const report = reportOf(loaded, await orUserError(() => forgettable(host, wish)))
  const { forgetEnd, forgetQuestion, forgetText, isNothing, renderForget } = await import('../render/history.ts')
  const isEmpty = isNothing(report)
  if (!isEmpty && !options.yes && !ask)
    throw new UserError(`This would remove ${forgetText(report)} for good. Add --yes to do it.`)
  const isJson = options.format === 'json'
  const view = viewOf(options)
  if (!isJson && report.rows.length > 0) show(`${renderForget(report, view)}\n\n`)
  const isWanted = !isEmpty && (options.yes || (await ask?.(forgetQuestion(report))) === true)
  if (isWanted && !(await orUserError(() => forgetEntries(host, wish))))
    throw new UserError('Other processes write to the index all the time. Nothing was removed. Try again later.')
  const end: ForgetReport = { ...report, isDone: isWanted }
  if (!isJson) return show(forgetEnd(end))
  const { forgetJson } = await import('../render/history-json.ts')
  show(await jsonText(forgetJson(end, view), options))
}

/** What `--forget` is asked to remove. Logs without any response go where no part of their agent's history was chosen. */
const wishOf = ({ ingested, options }: Loaded): ForgetWish => {
  const { since, until, projects, models, profiles } = options
  const isWhole = since === undefined && until === undefined && projects.length + models.length + profiles.length === 0
  return {
    entries: filterEntries(ingested.entries, options, calendar(options.timeZone)),
    looks: ingested.coverage.looks,
    sweeps: agent => isWhole && (options.agents.length === 0 || options.agents.includes(agent)),
  }
}

const reportOf = ({ options, diagnostics }: Loaded, { entries, logs }: Forgettable): ForgetReport => ({
  ...forgetRows(entries),
  logs,
  isDone: false,
  diagnostics: diagnostics.filter(isFault),
  timeZone: options.timeZone,
})

/** What is wrong with the index or its disk is told in a line: nothing was changed then. */
const orUserError = async <T>(act: () => T): Promise<T> => {
  try {
    return act()
  } catch (error) {
    if (error instanceof StoreFault && error.fault === 'newer')
      throw new UserError(
        'The index was written by a newer version of tokusage. Nothing was removed: use that version.',
      )
    if (error instanceof StoreFault)
      throw new UserError(`The index could not be read (${error.message}). Nothing was removed. Try again.`)
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      throw new UserError(`The index could not be written (${error.code}). Nothing was removed.`)
    throw error
  }
}
