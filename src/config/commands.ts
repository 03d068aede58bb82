/** The verbs of the command line, and the words people type instead of a verb and its flags. */

export const reportCommands = ['daily', 'weekly', 'monthly', 'session', 'blocks'] as const
export const commandNames = [
  ...reportCommands,
  'why',
  'advise',
  'statusline',
  'live',
  'limits',
  'guard',
  'agents',
  'history',
  'doctor',
  'audit',
  'paths',
] as const

export type ReportCommand = (typeof reportCommands)[number]
/** Commands that take options; `schema` takes none. */
export type CommandName = (typeof commandNames)[number]

/** `tokusage today` and the like: a command and the options it stands for. */
export const shorthands: Readonly<Record<string, readonly [command: CommandName, ...options: string[]]>> = {
  today: ['daily', '--since=today', '--until=today'],
  yesterday: ['daily', '--since=yesterday', '--until=yesterday'],
  week: ['daily', '--week'],
  month: ['daily', '--month'],
}

export const commandTexts: Readonly<Record<CommandName | 'schema', string>> = {
  daily: 'usage by day (the default)',
  weekly: 'usage by week',
  monthly: 'usage by month',
  session: 'usage by session; with an id (or its beginning), one in detail',
  blocks: 'usage by billing window of five hours',
  why: 'what the money went into: context, answers, files, commands',
  advise: 'what to change, and what it would have saved',
  statusline: 'one line for the prompt or the status line of an agent',
  live: 'a monitor of what is running now',
  limits: 'how much of each window is used, and when it will be full',
  guard: 'warn and stop before the money or the quota is gone',
  agents: 'which agents were found, how good their data are, what is missing',
  history: 'what is known, and what of it no log holds any more',
  doctor: 'what was read, from where, and what looked odd',
  audit: 'how one number was formed: of a day or of a session',
  paths: 'every folder and file that is read or written',
  schema: 'print a JSON Schema: of the config file or of the reports',
}

export const isCommandName = (word: string): word is CommandName => commandNames.some(name => name === word)
export const isReportCommand = (word: string): word is ReportCommand => reportCommands.some(name => name === word)
