/** The guard as a plain command: everything is read as a report reads it, and the exit code says whether a limit is reached. */
import { agents } from '../../agents/index.ts'
import type { Options } from '../../config/options.ts'
import { UsageError } from '../../config/usage-error.ts'
import { calendar } from '../../core/calendar.ts'
import { type Diagnostic, isFault } from '../../core/diagnostic.ts'
import { usdOf } from '../../core/money.ts'
import type { UsageSummary } from '../../core/summary.ts'
import { type Gauge, type LimitKind, verdictOf } from '../../guard/limits.ts'
import { limitLines, type NamedVerdict, verdictJson, windowLabel } from '../../guard/table.ts'
import { harmless, namedWarning } from '../../guard/texts.ts'
import { windowGauges } from '../../guard/windows.ts'
import type { Host } from '../../host/host.ts'
import { readSignals } from '../../ingest/signals.ts'
import { type Loaded, read, reportOf } from '../../load.ts'
import { diagnosticsJson, SCHEMA_VERSION } from '../../render/json-parts.ts'
import { theme } from '../../render/theme.ts'
import { readJournal } from '../../store/limits.ts'
import { filterJson } from '../jq.ts'
import { progressBar, refuseLists, usesColor } from '../terminal.ts'
import type { GuardMachine } from './machine.ts'
import { type Channel, claim, giveBack } from './memory.ts'
import { tellingOf, webhookOf } from './tell.ts'

const JOURNAL_MS = 8 * 86_400_000

/** 1 when a limit is reached; under `--strict` also when a figure is not known or not whole. */
export const runLimits = async (host: Host, options: Options, machine: GuardMachine): Promise<number> => {
  refuseLists(options, 'The guard’s answer')
  const { sessionUsd, dayUsd, windowPercent, maxUsd, passedOver } = options.guard
  if (passedOver !== undefined)
    machine.printError(
      `The limits in ${harmless(passedOver)} do not count, for a project's file is not yours alone: give them as flags, in a config file of your own, or name this one with --config.\n`,
    )
  if ([sessionUsd, dayUsd, windowPercent, maxUsd].every(limit => limit === undefined))
    throw new UsageError('The guard needs a limit. For example: tokusage guard --since today --max 20')
  const webhook = webhookOf(options)
  if (webhook === 'bad')
    throw new UsageError(`Invalid value for --webhook '${options.guard.webhook}'. Expected an http or https address.`)
  const bar = progressBar(host.now(), host.now)
  const loaded = await load(host, options, bar.update)
  bar.clear()
  const named = verdictsOf(host, loaded)
  const isReached = named.some(({ verdict }) => verdict.isReached)
  machine.print(await answerText(named, loaded, isReached))
  await tell(host, options, named, webhook, machine)
  const isOdd = named.some(({ verdict }) => verdict.percent === undefined || verdict.gauge.unpricedTokens > 0)
  return isReached || (options.strict && (isOdd || loaded.diagnostics.some(isOfAnyDay))) ? 1 : 0
}

/** Models without a price are told by the limits they matter to. */
const isOfAnyDay = (diagnostic: Diagnostic): boolean => isFault(diagnostic) && diagnostic.code !== 'unpriced-model'

/** Today may lie outside of the days that are asked for: then everything is read, and the reports leave out what is not theirs. */
const load = async (
  host: Host,
  options: Options,
  onProgress: (done: number, total: number) => void,
): Promise<Loaded> => {
  const { guard } = options
  const days = guard.dayUsd === undefined ? {} : { since: undefined, until: undefined }
  const kind = guard.sessionUsd === undefined ? 'daily' : 'session'
  return { ...(await read(host, { ...options, ...days }, { kinds: [kind], onProgress })), options }
}

const verdictsOf = (host: Host, loaded: Loaded): NamedVerdict[] => {
  const { options } = loaded
  const { sessionUsd, dayUsd, maxUsd, windowPercent } = options.guard
  return [
    ...(sessionUsd === undefined ? [] : [dearest(loaded, sessionUsd)]),
    ...(dayUsd === undefined ? [] : [today(loaded, dayUsd)]),
    ...(maxUsd === undefined ? [] : [range(loaded, maxUsd)]),
    ...(windowPercent === undefined ? [] : windows(host, loaded, windowPercent)),
  ]
}

const inUsd = (kind: LimitKind, scope: string, limit: number, summary: UsageSummary | undefined): Gauge => ({
  kind,
  unit: 'usd',
  scope,
  used: summary ? usdOf(summary.cost) : 0,
  limit,
  unpricedTokens: summary?.unpricedTokens ?? 0,
})

const dearest = (loaded: Loaded, limit: number): NamedVerdict => {
  const options = { ...loaded.options, sort: 'cost', order: 'desc', limit: 1 } as const
  const report = reportOf({ ...loaded, options }, 'session')
  const row = report.kind === 'session' ? report.rows[0] : undefined
  const gauge = inUsd('session', row?.session ?? '', limit, row?.summary)
  return { verdict: verdictOf(gauge), name: row ? `dearest session ${row.session?.slice(0, 8) ?? ''}` : 'no session' }
}

const today = (loaded: Loaded, limit: number): NamedVerdict => {
  const { options, now } = loaded
  const day = calendar(options.timeZone).dayOf(now)
  const { totals } = reportOf({ ...loaded, options: { ...options, since: day, until: day, limit: undefined } }, 'daily')
  return { verdict: verdictOf(inUsd('day', day, limit, totals)), name: 'today' }
}

const range = (loaded: Loaded, limit: number): NamedVerdict => {
  const { options } = loaded
  const { since, until } = options
  const { totals } = reportOf({ ...loaded, options: { ...options, limit: undefined } }, 'daily')
  const gauge = { ...inUsd('range', `${since ?? ''} ${until ?? ''}`, limit, totals), since, until }
  return { verdict: verdictOf(gauge), name: rangeName(since, until) }
}

const rangeName = (since: string | undefined, until: string | undefined): string => {
  if (since !== undefined && since === until) return since
  const name = [since && `since ${since}`, until && `until ${until}`].filter(part => part !== undefined).join(' ')
  return name === '' ? 'all days' : name
}

/** One for each window of which the server said something; else one that says that it did not. */
const windows = (host: Host, { options, ingested, now }: Loaded, limit: number): NamedVerdict[] => {
  const since = now - JOURNAL_MS
  const { readings } = readSignals(host, ingested.sources, agents, { since })
  const isAsked = ({ agent }: { readonly agent: string }) =>
    options.agents.length === 0 || options.agents.includes(agent)
  const gauges = windowGauges([...readJournal(host, since).readings, ...readings], { now, limit, isAsked })
  if (gauges.length > 0)
    return gauges.map(gauge => ({ verdict: verdictOf(gauge), name: windowLabel(nameOf(gauge.agent), gauge) }))
  const gauge: Gauge = { kind: 'window', unit: 'percent', scope: '', used: undefined, limit, unpricedTokens: 0 }
  return [{ verdict: verdictOf(gauge), name: 'windows' }]
}

const nameOf = (id: string | undefined): string => agents.find(agent => agent.id === id)?.name ?? id ?? ''

const answerText = async (named: readonly NamedVerdict[], loaded: Loaded, isReached: boolean): Promise<string> => {
  const { options, now, diagnostics } = loaded
  if (options.format !== 'json') {
    const paint = theme(usesColor(options))
    const lines = limitLines(named, now).map(({ text, tone }) => paint(text, tone))
    return `${lines.join('\n')}\n`
  }
  const value = {
    guard: named.map(({ verdict }) => verdictJson(verdict)),
    reached: isReached,
    diagnostics: diagnosticsJson(diagnostics),
    schemaVersion: SCHEMA_VERSION,
    timeZone: options.timeZone,
  }
  const text = JSON.stringify(value, null, 2)
  return options.jq === undefined ? `${text}\n` : await filterJson(text, options.jq)
}

const tell = async (
  host: Host,
  { guard }: Options,
  named: readonly NamedVerdict[],
  webhook: string | undefined,
  machine: GuardMachine,
): Promise<void> => {
  const now = host.now()
  for (const { verdict, name } of named) {
    const { text, body } = tellingOf(verdict, namedWarning(verdict, name, now), now)
    if (guard.notify && claim(host, 'run', 'desktop', verdict)) await machine.notify('tokusage', text)
    const channel: Channel = `webhook ${webhook}`
    if (webhook === undefined || !claim(host, 'run', channel, verdict)) continue
    const failure = await machine.post(webhook, body)
    if (failure === undefined) continue
    giveBack(host, 'run', channel, verdict)
    machine.printError(`The webhook was not told of ${harmless(name)}: ${harmless(failure)}\n`)
  }
}
