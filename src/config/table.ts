/**
 * The option table. Flags, help, environment names, config keys, the JSON Schema for editors, shell completion and tool
 * inputs are all derived from it; an option exists when it has a row here. Light on purpose: it is loaded on every start.
 */
import { groupings } from '../core/grouping.ts'
import { type CommandName, commandNames, reportCommands } from './commands.ts'

export type OptionType =
  | 'boolean'
  | 'text'
  | 'list'
  | 'integer'
  | 'number'
  | 'percent'
  | 'count'
  | 'choice'
  | 'day'
  | 'limit'
export const optionGroups = [
  'Range',
  'Filters',
  'View',
  'Output',
  'Cost',
  'Blocks',
  'Line',
  'Limits',
  'Set-up',
  'History',
  'General',
] as const

interface OptionSpec {
  readonly type: OptionType
  readonly group: (typeof optionGroups)[number]
  /** One phrase for the help. */
  readonly text: string
  readonly commands: readonly CommandName[]
  /** Where it is not the key in kebab-case: what `format` means depends on the command. */
  readonly flag?: string
  readonly short?: string
  /** Commands on which the short name has this meaning; left out: all of `commands`. */
  readonly shortOn?: readonly CommandName[]
  /** What the value is called in the help. */
  readonly value?: string
  readonly choices?: readonly string[]
  readonly default?: boolean | number | string
  /** What the flag means without a value. */
  readonly implied?: string
  /** The smallest number that is accepted. */
  readonly least?: number
  /** How an error names the thing (`cost mode`) and what was expected. */
  readonly noun?: string
  readonly expected?: string
  /** On unless it is turned off: shown as `--no-x`, and `noX` is a config key too. */
  readonly isNegative?: boolean
  /** Config key `noX` beside `x`, as ccusage has it. */
  readonly hasNegativeKey?: boolean
  /** Accepted but left out of the help. */
  readonly isHidden?: boolean
  /** Shown in the short help of the program. */
  readonly isCommon?: boolean
  /** For one run only: neither a config key nor an environment variable. */
  readonly isFlagOnly?: boolean
  /** Environment names beside `TOKUSAGE_X`. */
  readonly environment?: readonly string[]
}

export interface OptionRow extends OptionSpec {
  /** camelCase, the config key. */
  readonly key: string
  /** kebab-case, without dashes. */
  readonly flag: string
}

const all = commandNames
const reports = reportCommands
const periods = ['daily', 'weekly', 'monthly'] as const
const unified = ['daily', 'weekly', 'monthly', 'session'] as const
/** What is said by the receipt. */
const receipts = ['why', 'advise'] as const
const notBlocks = all.filter(name => name !== 'blocks')
/** What is about now, whatever the day. */
const present: readonly CommandName[] = ['statusline', 'live', 'limits']
const dated = all.filter(name => !present.includes(name))
const notLine = all.filter(name => name !== 'statusline')
/** What is a table of usage. */
const tables = dated.filter(name => name !== 'guard')
const installed = ['statusline', 'guard'] as const

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const
export type MonthName = (typeof months)[number]

// biome-ignore format: a table reads best with one option on a line or two
const specs = {
  since: { type: 'day', short: 's', group: 'Range', commands: dated, value: 'day', isCommon: true, text: 'first day: 2026-03-01, today, 7d, 3mo, monday, march' },
  until: { type: 'day', short: 'u', group: 'Range', commands: dated, value: 'day', isCommon: true, text: 'last day, that day included' },
  last: { type: 'integer', group: 'Range', commands: [...reports, ...receipts], value: 'n', least: 1, isCommon: true, expected: 'a whole number of periods, 1 or greater', text: 'the last n days, weeks or months, the current one included' },
  week: { type: 'boolean', group: 'Range', commands: dated, text: 'this week' },
  month: { type: 'boolean', group: 'Range', commands: dated, text: 'this month; --january to --december: that month' },
  year: { type: 'boolean', group: 'Range', commands: dated, text: 'this year' },

  project: { type: 'list', short: 'p', group: 'Filters', commands: all, value: 'name', isCommon: true, text: 'projects by name, path or part of one' },
  model: { type: 'list', group: 'Filters', commands: all, value: 'name', isCommon: true, text: 'models by name or part of one' },
  agent: { type: 'list', short: 'a', shortOn: notBlocks, group: 'Filters', commands: all, value: 'id', isCommon: true, text: 'agents by id' },
  profile: { type: 'list', group: 'Filters', commands: all, value: 'name', text: 'accounts of the config by name; default: those without' },
  id: { type: 'text', short: 'i', group: 'Filters', commands: ['session'], value: 'id', isFlagOnly: true, text: 'one session in detail, by its id or the beginning of it' },
  all: { type: 'boolean', group: 'Filters', commands: all, isHidden: true, text: 'all agents (they always are)' },

  breakdown: { type: 'boolean', short: 'b', group: 'View', commands: tables, isCommon: true, text: 'a line for each model' },
  instances: { type: 'boolean', short: 'i', shortOn: periods, group: 'View', commands: periods, text: 'rows split by project' },
  byAgent: { type: 'boolean', group: 'View', commands: reports, text: 'a line for each agent' },
  sections: { type: 'list', group: 'View', commands: unified, value: 'list', choices: unified, text: 'more reports beside this one: daily, weekly, monthly, session' },
  by: { type: 'list', group: 'View', commands: ['why'], value: 'what', choices: groupings, text: 'rows by one or two of activity, tool, file, command, mcp, model, project, branch, session, turn, agent, subagent, cause, hour, day, version' },
  compare: { type: 'text', group: 'View', commands: ['why'], value: 'range', implied: 'before', isFlagOnly: true, text: 'against the time before, or 2026-11-01..2026-11-07, version:a..b, model:a..b' },
  receipt: { type: 'boolean', group: 'View', commands: ['session'], isFlagOnly: true, text: 'with an id: the itemised bill, turn by turn' },
  turn: { type: 'integer', group: 'View', commands: ['session'], value: 'n', least: 1, isFlagOnly: true, text: 'with --receipt: the items of turn n' },
  minSaving: { type: 'number', group: 'View', commands: ['advise'], value: 'usd', text: 'the least a finding must save (default 1 % of all, at least $0.05)' },
  private: { type: 'boolean', group: 'View', commands: [...receipts, 'session'], text: 'no titles, paths or names: project-1, file-12; for sharing' },
  sort: { type: 'choice', group: 'View', commands: reports, value: 'by', choices: ['cost', 'tokens', 'date'], text: 'sort by cost, tokens or date' },
  order: { type: 'choice', short: 'o', group: 'View', commands: tables, value: 'order', choices: ['asc', 'desc'], noun: 'sort order', text: 'asc or desc' },
  limit: { type: 'integer', group: 'View', commands: [...reports, ...receipts, 'audit'], value: 'n', least: 1, text: 'show at most n rows' },
  titles: { type: 'boolean', group: 'View', commands: notLine, default: true, isNegative: true, text: 'no session titles' },
  projectAliases: { type: 'text', group: 'View', commands: notLine, value: 'list', expected: "pairs such as 'folder=Name,other=Other name'", text: "names for projects: 'folder=Name,other=Other name'" },
  startOfWeek: { type: 'choice', short: 'w', group: 'View', commands: dated, value: 'day', choices: weekdays, default: 'monday', noun: 'day of the week', text: 'sunday to saturday (default monday)' },
  timezone: { type: 'text', short: 'z', group: 'View', commands: all, value: 'zone', isCommon: true, text: 'IANA zone that days are counted in; default local' },
  locale: { type: 'text', short: 'l', group: 'View', commands: all, value: 'tag', isHidden: true, text: 'accepted for ccusage 18; dates are always ISO' },

  json: { type: 'boolean', short: 'j', group: 'Output', commands: notLine, isCommon: true, text: 'JSON instead of a table' },
  format: { type: 'choice', group: 'Output', commands: notLine, value: 'kind', choices: ['table', 'json', 'csv', 'md'], isCommon: true, text: 'table, json, csv or md' },
  jq: { type: 'text', short: 'q', group: 'Output', commands: notLine, value: 'filter', text: 'JSON through the jq program' },
  compact: { type: 'boolean', group: 'Output', commands: tables, text: 'the narrow table whatever the width' },
  color: { type: 'boolean', group: 'Output', commands: all, hasNegativeKey: true, text: 'colour even when piped; --no-color: never' },
  quiet: { type: 'boolean', group: 'Output', commands: notLine, text: 'no title and no hints' },

  mode: { type: 'choice', short: 'm', group: 'Cost', commands: all, value: 'mode', choices: ['auto', 'calculate', 'display'], default: 'auto', noun: 'cost mode', text: 'auto, calculate (from tokens) or display (as logged)' },
  cost: { type: 'boolean', group: 'Cost', commands: all, default: true, isNegative: true, text: 'tokens only' },
  offline: { type: 'boolean', short: 'O', group: 'Cost', commands: all, isCommon: true, hasNegativeKey: true, environment: ['CCUSAGE_OFFLINE'], text: 'never use the network' },
  refreshPrices: { type: 'boolean', group: 'Cost', commands: all, text: 'fetch the price list first' },
  includeEstimates: { type: 'boolean', group: 'Cost', commands: tables, text: 'estimates of what the log left out, apart' },
  includeUnlogged: { type: 'boolean', group: 'Cost', commands: tables, text: "add what the agent's own total has beyond its log" },

  active: { type: 'boolean', short: 'a', group: 'Blocks', commands: ['blocks'], text: 'the running block only, with its projection' },
  recent: { type: 'boolean', short: 'r', group: 'Blocks', commands: ['blocks'], text: 'the last 3 days and the running block' },
  tokenLimit: { type: 'limit', short: 't', group: 'Blocks', commands: ['blocks', 'live', 'limits', 'statusline'], value: 'n', text: 'warn near n tokens (500000, 500k, or max)' },
  sessionLength: { type: 'number', short: 'n', group: 'Blocks', commands: ['blocks'], value: 'hours', expected: 'a number of hours greater than 0', text: 'hours of a block (default 5)' },

  live: { type: 'boolean', group: 'Blocks', commands: ['blocks'], isFlagOnly: true, text: 'the same as tokusage live' },

  template: { type: 'text', flag: 'format', group: 'Line', commands: ['statusline'], value: 'line', text: "what to show: '{model} {session} {today} {5h} {week} {burn} {context}'" },
  theme: { type: 'choice', group: 'Line', commands: ['statusline'], value: 'name', choices: ['default', 'light', 'soft', 'mono'], default: 'default', text: 'default, light, soft or mono' },
  emoji: { type: 'boolean', group: 'Line', commands: ['statusline'], default: true, isNegative: true, text: 'words in place of pictures' },
  visualBurnRate: { type: 'choice', short: 'B', group: 'Line', commands: ['statusline'], value: 'how', choices: ['off', 'emoji', 'text', 'emoji-text'], default: 'off', text: 'how fast it burns: off, emoji, text or emoji-text' },
  costSource: { type: 'choice', group: 'Line', commands: ['statusline'], value: 'whose', choices: ['auto', 'tokusage', 'ccusage', 'cc', 'both'], default: 'auto', text: "the session's cost: auto, tokusage (by its log), cc (as the agent says) or both" },
  contextLowThreshold: { type: 'integer', group: 'Line', commands: ['statusline'], value: 'percent', default: 50, text: 'context is green below (default 50)' },
  contextMediumThreshold: { type: 'integer', group: 'Line', commands: ['statusline'], value: 'percent', default: 80, text: 'and yellow below (default 80)' },
  cache: { type: 'boolean', group: 'Line', commands: ['statusline'], default: true, isNegative: true, isHidden: true, text: 'accepted for ccusage; the line never reads logs' },
  refreshInterval: { type: 'number', group: 'Line', commands: ['statusline', 'live'], value: 'seconds', text: 'least time between two readings of the logs' },
  shell: { type: 'choice', group: 'Line', commands: ['statusline'], value: 'name', choices: ['bash', 'zsh', 'fish', 'starship', 'tmux'], isFlagOnly: true, text: 'colours as a prompt of bash, zsh, fish, starship or tmux takes them' },
  width: { type: 'integer', group: 'Line', commands: ['statusline'], value: 'columns', least: 1, isFlagOnly: true, text: 'columns there are; default: what the terminal says' },
  refresh: { type: 'text', group: 'Line', commands: ['statusline'], value: 'key', isHidden: true, isFlagOnly: true, text: 'bring the figures of the line up to date, and print nothing' },

  snapshot: { type: 'boolean', group: 'View', commands: ['live'], isFlagOnly: true, text: 'one frame, then exit' },
  rpm: { type: 'count', group: 'Limits', commands: ['live'], value: 'n', text: 'requests a minute that are allowed; a warning from 80 %' },
  tpm: { type: 'count', group: 'Limits', commands: ['live'], value: 'n', text: 'tokens a minute that are allowed (500000, 500k)' },
  why: { type: 'boolean', group: 'View', commands: ['limits'], isFlagOnly: true, text: 'which sessions and turns used how many points' },
  session: { type: 'number', group: 'Limits', commands: ['guard'], value: 'usd', text: 'USD that one session may cost' },
  day: { type: 'number', group: 'Limits', commands: ['guard'], value: 'usd', text: 'USD that today may cost' },
  window: { type: 'percent', group: 'Limits', commands: ['guard'], value: 'percent', text: 'of the 5-hour or weekly window, as the server counts it (80%)' },
  max: { type: 'number', group: 'Limits', commands: ['guard'], value: 'usd', isFlagOnly: true, text: 'USD that the days of --since and --until may cost' },
  notify: { type: 'boolean', group: 'Limits', commands: ['guard'], text: 'tell the desktop, once for each threshold and window' },
  webhook: { type: 'text', group: 'Limits', commands: ['guard'], value: 'url', text: 'POST the warning there, once for each threshold and window' },
  install: { type: 'text', group: 'Set-up', commands: installed, value: 'where', implied: 'agent', isFlagOnly: true, text: 'put it into the settings; shows the change and asks' },
  uninstall: { type: 'text', group: 'Set-up', commands: installed, value: 'where', implied: 'agent', isFlagOnly: true, text: 'take it out again' },

  config: { type: 'text', group: 'General', commands: all, value: 'file', isFlagOnly: true, environment: ['TOKUSAGE_CONFIG'], text: 'this config file and no other' },
  demo: { type: 'boolean', group: 'General', commands: all, isFlagOnly: true, isCommon: true, text: 'run on the sample data that ships with tokusage' },
  strict: { type: 'boolean', group: 'General', commands: all, text: 'exit with 1 when anything odd was found' },
  debug: { type: 'boolean', short: 'd', group: 'General', commands: all, text: 'say what was read and how long it took' },
  debugSamples: { type: 'integer', group: 'General', commands: all, value: 'n', least: 0, default: 5, text: 'how many samples --debug shows (default 5)' },
  singleThread: { type: 'boolean', group: 'General', commands: all, text: 'read with one thread' },
  forget: { type: 'boolean', group: 'History', commands: ['history'], isFlagOnly: true, text: 'remove what no log holds any more; asks first' },
  yes: { type: 'boolean', short: 'y', group: 'General', commands: ['history', ...installed], isFlagOnly: true, text: 'do not ask' },

  index: { type: 'boolean', group: 'General', commands: all, default: true, isNegative: true, text: 'compute from the logs alone, store nothing' },
  history: { type: 'boolean', group: 'General', commands: all, default: true, isNegative: true, text: 'leave out what no log holds any more' },
} satisfies Record<string, OptionSpec>

export type OptionKey = keyof typeof specs | MonthName

const monthSpec = (name: MonthName): OptionSpec => ({
  type: 'boolean',
  group: 'Range',
  commands: dated,
  isHidden: true,
  isFlagOnly: true,
  text: `the latest ${name}`,
})

const toRow = ([key, spec]: readonly [string, OptionSpec]): OptionRow => ({
  ...spec,
  key,
  flag: spec.flag ?? key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`),
})

export const optionTable: readonly OptionRow[] = [
  ...Object.entries<OptionSpec>(specs),
  ...months.map(name => [name, monthSpec(name)] as const),
].map(toRow)

/** The rows that a command takes. */
export const rowsOf = (command: CommandName): readonly OptionRow[] =>
  optionTable.filter(row => row.commands.includes(command))

const shortIsOn = (row: OptionRow, command: CommandName): boolean => (row.shortOn ?? row.commands).includes(command)

/** The short name of a row on a command; undefined where it has none there. */
export const shortOf = (row: OptionRow, command: CommandName): string | undefined =>
  shortIsOn(row, command) ? row.short : undefined

/** `noCost` for `cost`: the second config key of a row, where it has one. */
export const negativeKeyOf = (row: OptionRow): string | undefined =>
  row.isNegative || row.hasNegativeKey ? `no${row.key[0]!.toUpperCase()}${row.key.slice(1)}` : undefined
