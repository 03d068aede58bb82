/** The words of the help that are not in the option table. */
import type { CommandName } from './commands.ts'

export const about =
  'Where your AI-coding tokens and dollars go, and why: read from the logs that\ncoding agents leave on this machine.'

const network = `Network: none, but for the price list: only with --refresh-prices, or when a
model's price is unknown and --offline is not set; 2 s limit. Nothing is sent.`

export const rootNotes = `
Any command takes an agent before it, and is then about that agent alone; a few
words stand for a range: today, yesterday, week, month.
All options of a command: tokusage <command> --help

Examples:
  tokusage                                 every day, every agent
  tokusage today --breakdown               today, by model
  tokusage weekly --last 4 --json          the last four weeks, for scripts
  tokusage session --sort cost --limit 10  the ten dearest sessions
  tokusage daily --project shop --since 7d one project, the last days
  tokusage why                             what the last 7 days went into
  tokusage blocks --active                 the running 5-hour block
  tokusage --demo                          try it on sample data

${network}`

const examples: Readonly<Record<CommandName | 'schema', readonly string[]>> = {
  daily: [
    'tokusage daily --last 7 --instances   a week, split by project',
    'tokusage daily --march --format csv   all of March, for a spreadsheet',
  ],
  weekly: ['tokusage weekly --last 4              four weeks with this one', 'tokusage weekly --start-of-week sunday'],
  monthly: ['tokusage monthly --year --breakdown   this year, by model'],
  session: [
    'tokusage session --since yesterday    sessions since yesterday',
    'tokusage session 3f2a                 the session whose id begins so',
    'tokusage session 3f2a --receipt       its bill, turn by turn',
  ],
  blocks: [
    'tokusage blocks --active              now, with its projection',
    'tokusage blocks --recent -t max       against the highest block so far',
  ],
  why: [
    'tokusage why                          the last 7 days at a glance',
    'tokusage why --by project,activity    two levels',
    'tokusage why --by hour                when: days of the week by hour',
    'tokusage why --compare                this week against last, and why',
    'tokusage why --private --json         to be shared: no names, no paths',
  ],
  advise: [
    'tokusage advise                       the last 30 days, dearest first',
    'tokusage advise --min-saving 5        only what saves five dollars',
  ],
  statusline: [
    'tokusage statusline --install         into the settings of Claude Code',
    'tokusage statusline --install zsh     into the prompt of a shell',
    "tokusage statusline --format '{today}'  what it shows",
  ],
  live: [
    'tokusage live                         watch; q quits, ? helps',
    'tokusage live --snapshot              one frame',
    'tokusage live --rpm 50 --tpm 400k     against limits per minute',
  ],
  limits: [
    'tokusage limits                       each window, and when it is full',
    'tokusage limits --why                 what used how many points of it',
  ],
  guard: [
    'tokusage guard --install --session 10 --day 50 --window 80%',
    'tokusage guard --since today --max 20  in CI: exits with 1 from $20 on',
  ],
  agents: [
    'tokusage agents                       all of them, and where they stand',
    'tokusage agents codex                 one: places, data, what is missing',
  ],
  doctor: ['tokusage doctor --json                what was found, for scripts'],
  history: [
    'tokusage history                      what is known, and what only here',
    'tokusage history --forget --until 1y  remove what is gone, up to a year ago',
  ],
  paths: ['tokusage paths --json                 what is read and written, for scripts'],
  audit: [
    'tokusage audit today                  how the number of today was formed',
    'tokusage audit 3f2a --json            one session, entry by entry',
  ],
  schema: ['tokusage schema > tokusage.schema.json'],
}

const notes: Readonly<Partial<Record<CommandName | 'schema', string>>> = {
  blocks: `
Every agent has blocks of its own. Claude Code and Codex bill in windows of five
hours; others are cut the same way, so that all reports have the same totals.
`,
}

const webhook = `Network: with --webhook, to the address that you give; and for the price list,
only with --refresh-prices, or when a model's price is unknown and --offline
is not set; 2 s limit. Nothing else is sent.`

export const commandNotes = (command: CommandName | 'schema'): string =>
  `${notes[command] ?? ''}\nExamples:\n${examples[command].map(line => `  ${line}\n`).join('')}\n${command === 'guard' ? webhook : network}`
