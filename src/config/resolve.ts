/** Makes one frozen Options of flags, environment and config file. Later wins: defaults, config, environment, flags. */
import { calendar, isTimeZone } from '../core/calendar.ts'
import { type Grouping, groupings } from '../core/grouping.ts'
import type { PriceOverride } from '../core/pricing.ts'
import type { Host } from '../host/host.ts'
import { type CommandName, isReportCommand } from './commands.ts'
import { modelAliasesFrom } from './environment.ts'
import { expand, type LoadedConfig } from './file.ts'
import { type Layer, layersOf, type RawFlags, type Setting, sectionsFor } from './layers.ts'
import { suggestion } from './nearest.ts'
import type { LineOptions, Options, OutputFormat } from './options.ts'
import { rangeOf } from './range.ts'
import { type OptionKey, optionTable, weekdays } from './table.ts'
import { loadConfigs, type TrustedConfigs } from './trust.ts'
import { UsageError } from './usage-error.ts'
import { readPairs } from './values.ts'

export type { RawFlags } from './layers.ts'

export interface ResolveContext {
  /** The agents that exist; without them, names of agents are taken as they come. */
  readonly agentIds?: readonly string[] | undefined
  /** The agent of `<agent> <report>`. */
  readonly focus?: string | undefined
  /** Whether an agent asks, wherever it may be at work. */
  readonly isHook?: boolean | undefined
}

/** Typed reading of merged settings; the layers have checked the values already. */
class Settings {
  private readonly merged = new Map<string, Setting>()

  constructor(layers: readonly Layer[]) {
    for (const row of optionTable)
      if (row.default !== undefined) this.merged.set(row.key, { value: row.default, label: `--${row.flag}` })
    for (const layer of layers) for (const [key, setting] of layer) this.merged.set(key, setting)
  }

  value = (key: OptionKey) => this.merged.get(key)?.value
  label = (key: OptionKey): string => this.merged.get(key)?.label ?? `--${key}`
  isOn = (key: OptionKey): boolean => this.value(key) === true
  list(key: OptionKey): readonly string[] {
    const value = this.value(key)
    return typeof value === 'object' ? value : []
  }
  text(key: OptionKey): string | undefined {
    const value = this.value(key)
    return typeof value === 'string' ? value : undefined
  }
  number(key: OptionKey): number | undefined {
    const value = this.value(key)
    return typeof value === 'number' ? value : undefined
  }
  choice<T extends string>(key: OptionKey, choices: readonly T[]): T | undefined {
    return choices.find(choice => choice === this.value(key))
  }
}

const formats = ['table', 'json', 'csv', 'md'] as const

/** `--json`, `--jq` and `--format` say one thing in three ways, so each layer is asked for its word as a whole. */
const formatOf = (layers: readonly Layer[], isList: boolean): OutputFormat => {
  let format: OutputFormat = 'table'
  for (const layer of layers) {
    const chosen = formats.find(name => name === layer.get('format')?.value)
    const json = [layer.get('jq'), layer.get('json')].find(setting => setting !== undefined && setting.value !== false)
    if (chosen && json && chosen !== 'json')
      throw new UsageError(
        `The ${json.label} and ${layer.get('format')?.label} ${chosen} options contradict each other. Give one of them.`,
      )
    if (json) format = 'json'
    // What is no list has no CSV: as a default that is passed over, typed it is refused by the command.
    else if (chosen && (isList || layer === layers.at(-1) || chosen === 'table')) format = chosen
    else if (layer.get('json')?.value === false && format === 'json') format = 'table'
  }
  return format
}

const timeZoneOf = (settings: Settings, host: Host): string => {
  const name = settings.text('timezone')
  if (name === undefined || name.toLowerCase() === 'local') return host.timeZone
  if (name.toUpperCase() === 'UTC') return 'UTC'
  if (/^[A-Za-z]/.test(name) && isTimeZone(name)) return name
  throw new UsageError(
    `Invalid value for ${settings.label('timezone')} '${name}'. Expected an IANA timezone name such as UTC or America/New_York, or 'local' for the system timezone.`,
  )
}

const agentsOf = (settings: Settings, flags: RawFlags, { agentIds = [], focus }: ResolveContext): readonly string[] => {
  const wanted = [...new Set(settings.list('agent').map(id => id.toLowerCase()))]
  for (const id of agentIds.length > 0 ? wanted : [])
    if (!agentIds.includes(id))
      throw new UsageError(
        `Unknown agent '${id}' for ${settings.label('agent')}.${suggestion(id, agentIds) || ` Known: ${agentIds.join(', ')}.`}`,
      )
  if (focus === undefined) return wanted
  if (flags.agent !== undefined && wanted.some(id => id !== focus))
    throw new UsageError(
      `The command is about ${focus} alone, but --agent names ${wanted.join(', ')}. Leave one of them out.`,
    )
  return [focus]
}

const profilesOf = (settings: Settings, config: LoadedConfig | undefined): readonly string[] => {
  const known = ['default', ...Object.keys(config?.profiles ?? {})]
  const wanted = [...new Set(settings.list('profile'))]
  for (const name of wanted)
    if (!known.includes(name))
      throw new UsageError(
        `Unknown profile '${name}' for ${settings.label('profile')}.${suggestion(name, known) || ` Known: ${known.join(', ')}. Profiles are named in the config file.`}`,
      )
  return wanted
}

const rootsOf = (host: Host, config: LoadedConfig | undefined): Options['profileRoots'] =>
  Object.fromEntries(
    Object.entries(config?.profiles ?? {}).map(([name, roots]) => [
      name,
      Object.fromEntries(Object.entries(roots).map(([agent, path]) => [agent, expand(path, host, config?.path)])),
    ]),
  )

const sectionNames = ['daily', 'weekly', 'monthly', 'session'] as const

const sectionsOf = (settings: Settings, flags: RawFlags, command: CommandName): Options['sections'] => {
  const wanted = settings.list('sections')
  const id = settings.text('id')
  if (id !== undefined && (wanted.length > 0 || settings.isOn('byAgent')))
    throw new UsageError('The --sections and --by-agent options cannot be used with session --id.')
  if (wanted.length > 0 && flags.last !== undefined)
    throw new UsageError('The --last option cannot be used with --sections.')
  return sectionNames.filter(name => name !== command && wanted.includes(name))
}

/** Without cost they would be empty. */
const isAboutCost = (command: CommandName): boolean => ['audit', 'why', 'advise', 'guard'].includes(command)

const byOf = (settings: Settings): readonly Grouping[] => {
  const wanted = settings.list('by')
  const by = [...new Set(groupings.filter(name => wanted.includes(name)))].sort(
    (a, b) => wanted.indexOf(a) - wanted.indexOf(b),
  )
  if (by.length > 2)
    throw new UsageError(`${settings.label('by')} takes one or two, not ${by.length}: for example project,activity.`)
  return by
}

const aliasesOf = (settings: Settings): Readonly<Record<string, string>> => {
  const text = settings.text('projectAliases')
  const pairs = text === undefined ? {} : readPairs(text)
  if (pairs) return pairs
  const label = settings.label('projectAliases')
  throw new UsageError(`Invalid value for ${label} '${text}'. Expected pairs such as 'folder=Name,other=Other name'.`)
}

const overridesOf = (config: LoadedConfig | undefined, command: CommandName, focus: string | undefined) => {
  const all: Record<string, PriceOverride> = {}
  for (const [, section] of sectionsFor(config, command, focus))
    for (const [model, rates] of Object.entries(section.pricingOverrides)) all[model] = { ...all[model], ...rates }
  return all
}

/** Seconds between two background refreshes of the status line. */
const REFRESH_SECONDS = 10

const lineOf = (settings: Settings, config: LoadedConfig | undefined): LineOptions => {
  const low = settings.number('contextLowThreshold') ?? 50
  const medium = settings.number('contextMediumThreshold') ?? 80
  if (low >= medium)
    throw new UsageError(
      `${settings.label('contextLowThreshold')} ${low} must be less than ${settings.label('contextMediumThreshold')} ${medium}.`,
    )
  return {
    template: settings.text('template'),
    theme: settings.text('theme') ?? 'default',
    emoji: settings.isOn('emoji'),
    visualBurnRate: settings.choice('visualBurnRate', ['off', 'emoji', 'text', 'emoji-text'] as const) ?? 'off',
    costSource: settings.choice('costSource', ['auto', 'tokusage', 'ccusage', 'cc', 'both'] as const) ?? 'auto',
    contextLow: low,
    contextMedium: medium,
    refreshInterval: settings.number('refreshInterval') ?? REFRESH_SECONDS,
    modelLabels: config?.modelLabels ?? {},
    shell: settings.choice('shell', ['bash', 'zsh', 'fish', 'starship', 'tmux'] as const),
    width: settings.number('width'),
    refresh: settings.text('refresh'),
  }
}

const refuseContradictions = (settings: Settings): void => {
  if (settings.isOn('refreshPrices') && settings.isOn('offline'))
    throw new UsageError(
      `${settings.label('refreshPrices')} needs the network, which ${settings.label('offline')} forbids. Leave it out, or add --no-offline.`,
    )
}

const tokenLimitOf = (settings: Settings): number | 'max' | undefined =>
  settings.choice('tokenLimit', ['max'] as const) ?? settings.number('tokenLimit')

const configsOf = async (
  host: Host,
  command: CommandName,
  flags: RawFlags,
  { agentIds, focus, isHook = false }: ResolveContext,
): Promise<TrustedConfigs> => {
  const named = typeof flags.config === 'string' ? flags.config : host.env('TOKUSAGE_CONFIG') || undefined
  if (named === '') throw new UsageError('Missing value for --config')
  return loadConfigs(host, command, { named, agentIds, focus, isHook })
}

/** The options of one run. Throws a UserError, one line with the remedy, at the first thing that cannot be meant. */
export const resolveOptions = async (
  host: Host,
  command: CommandName,
  flags: RawFlags,
  context: ResolveContext = {},
): Promise<Options> => {
  const configs = await configsOf(host, command, flags, context)
  const { config } = configs
  const layers = layersOf(host, command, flags, configs, context.focus)
  const settings = new Settings(layers)
  refuseContradictions(settings)
  const timeZone = timeZoneOf(settings, host)
  const firstDay = settings.choice('startOfWeek', weekdays) ?? 'monday'
  const startOfWeek = weekdays.indexOf(firstDay)
  const isList =
    (isReportCommand(command) || command === 'why') && !(command === 'session' && settings.text('id') !== undefined)
  const format = formatOf(layers, isList)
  const color = settings.value('color')
  return Object.freeze<Options>({
    ...rangeOf(layers, command, calendar(timeZone).dayOf(host.now()), startOfWeek),
    format,
    jq: format === 'json' ? settings.text('jq') : undefined,
    mode: settings.choice('mode', ['auto', 'calculate', 'display'] as const) ?? 'auto',
    order: settings.choice('order', ['asc', 'desc'] as const),
    sort: settings.choice('sort', ['cost', 'tokens', 'date'] as const),
    limit: settings.number('limit'),
    breakdown: settings.isOn('breakdown'),
    instances: settings.isOn('instances'),
    byAgent: settings.isOn('byAgent'),
    sections: sectionsOf(settings, flags, command),
    by: byOf(settings),
    compare: settings.text('compare'),
    receipt: settings.isOn('receipt'),
    turn: settings.number('turn'),
    minSaving: settings.number('minSaving'),
    private: settings.isOn('private'),
    compact: settings.isOn('compact'),
    // As a default it is passed over, typed it is refused.
    noCost: !settings.isOn('cost') && (!isAboutCost(command) || flags.cost !== undefined),
    projects: settings.list('project'),
    models: settings.list('model'),
    agents: agentsOf(settings, flags, context),
    profiles: profilesOf(settings, config),
    profileRoots: rootsOf(host, config),
    focused: context.focus !== undefined,
    timeZone,
    startOfWeek,
    offline: settings.isOn('offline'),
    refreshPrices: settings.isOn('refreshPrices'),
    color: typeof color === 'boolean' ? color : undefined,
    quiet: settings.isOn('quiet'),
    titles: settings.isOn('titles'),
    includeEstimates: settings.isOn('includeEstimates'),
    includeUnlogged: settings.isOn('includeUnlogged'),
    strict: settings.isOn('strict'),
    id: settings.text('id'),
    active: settings.isOn('active'),
    recent: settings.isOn('recent'),
    tokenLimit: tokenLimitOf(settings),
    blockHours: settings.number('sessionLength'),
    demo: settings.isOn('demo'),
    singleThread: settings.isOn('singleThread'),
    // The sample is nobody's history.
    index: settings.isOn('index') && !settings.isOn('demo'),
    history: settings.isOn('history'),
    forget: settings.isOn('forget'),
    yes: settings.isOn('yes'),
    debug: settings.isOn('debug'),
    debugSamples: settings.number('debugSamples') ?? 5,
    modelAliases: { ...config?.modelAliases, ...modelAliasesFrom(host) },
    priceOverrides: overridesOf(config, command, context.focus),
    line: lineOf(settings, config),
    live: {
      live: settings.isOn('live'),
      snapshot: settings.isOn('snapshot'),
      requestsPerMinute: settings.number('rpm'),
      tokensPerMinute: settings.number('tpm'),
      interval: settings.number('refreshInterval'),
    },
    guard: {
      sessionUsd: settings.number('session'),
      dayUsd: settings.number('day'),
      windowPercent: settings.number('window'),
      maxUsd: settings.number('max'),
      notify: settings.isOn('notify'),
      webhook: settings.text('webhook'),
      passedOver: configs.passedOver,
    },
    explains: settings.isOn('why'),
    install: settings.text('install'),
    uninstall: settings.text('uninstall'),
    projectNames: { ...config?.projectNames, ...aliasesOf(settings) },
    configPath: config?.path,
  })
}
